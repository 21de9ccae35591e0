//! Files: the text layer, the buffer below it, and the disk, with the sizes of the runtime.

use super::Model;
use super::code::{Code, code};
use crate::program::{FileId, Instr, ThreadId};
use crate::scenario::{Buffering, FileMode};

impl Model<'_> {
    /// The files that anybody writes to, in the order of the program; the bytes of all others stay 0.
    pub(super) fn written(&self) -> Vec<FileId> {
        let all = (0..self.program.files.len() as u32).map(FileId);
        all.filter(|wanted| {
            self.program.code.iter().any(|instr| match instr {
                Instr::Print { file, .. } | Instr::Write { file, .. } | Instr::WriteBegin { file, .. } => {
                    file == wanted
                }
                _ => false,
            })
        })
        .collect()
    }

    pub(super) fn is_written(&self, file: FileId) -> bool {
        self.written().contains(&file)
    }

    /// The statement that hands a record to a file.
    pub(super) fn write(&self, file: FileId, bytes: u64, ends_line: bool) -> String {
        let info = &self.program.files[file.index()];
        let name = &self.names.files[file.index()];
        let size = size(info.buffering);
        match info.mode {
            FileMode::Binary => format!("write_binary({name}, {bytes}, {size});"),
            FileMode::Text => {
                let flush = ends_line && info.buffering == Buffering::Line;
                format!("write_text({name}, {bytes}, {size}, {flush});")
            }
        }
    }

    /// The first half of a write that takes its time: a record that is larger than the buffer goes past it.
    pub(super) fn begin_write(&self, file: FileId, bytes: u64, out: &mut Code) {
        let info = &self.program.files[file.index()];
        let name = &self.names.files[file.index()];
        if bytes > self.capacity(info.buffering) {
            out.line(format!("flush({name});"));
            out.line(format!("on_disk[{name}] = on_disk[{name}] + {};", bytes / 2));
            out.line(format!("torn[{name}] = true;"));
        } else {
            out.line(self.write(file, bytes, true));
            out.line(format!("torn[{name}] = false;"));
        }
    }

    /// The second half.
    pub(super) fn end_write(&self, file: FileId, bytes: u64, out: &mut Code) {
        let name = &self.names.files[file.index()];
        let rest = code(|code| {
            code.line(format!("torn[{name}] = false;"));
            code.line(format!("on_disk[{name}] = on_disk[{name}] + {};", bytes - bytes / 2));
        });
        out.choose(vec![(format!("torn[{name}]"), rest)], Code::default());
    }

    /// Opening for writing empties the file. What several bodies use is a global, which main's frame stands for.
    pub(super) fn open(&self, file: FileId, out: &mut Code) {
        let info = &self.program.files[file.index()];
        let name = &self.names.files[file.index()];
        let main = self.program.process(info.process).main;
        let owner = if info.shared { self.names.threads[main.index()].clone() } else { "me".into() };
        out.line(format!("open({name}, {owner});"));
    }

    /// Closes the files that only this thread refers to.
    pub(super) fn drop_files(&self, group: usize, out: &mut Code) {
        let process = self.process_of(group);
        for (number, info) in self.program.files.iter().enumerate() {
            let file = FileId(number as u32);
            if info.process != process || info.stdout || !self.may_own(group, file) {
                continue;
            }
            let name = &self.names.files[number];
            let mut mine = format!("is_open[{name}] && opener[{name}] == me");
            let members = self.members(group);
            let others: Vec<String> = self
                .program
                .threads_of(process)
                .filter(|other| info.shared && !(members.len() == 1 && members[0] == *other))
                .map(|other| format!("status[{}] == live", self.names.threads[other.index()]))
                .collect();
            if !others.is_empty() {
                mine = format!("{mine} && !({})", others.join(" || "));
            }
            let close = code(|code| code.line(format!("close({name});")));
            out.choose(vec![(mine, close)], Code::default());
        }
    }

    /// Whether a thread of the group may be the one that a file belongs to.
    fn may_own(&self, group: usize, file: FileId) -> bool {
        let info = &self.program.files[file.index()];
        let opens =
            self.code_of(group).into_iter().any(|(_, pc)| *self.program.instr(pc) == Instr::Open(file));
        if info.shared { self.program.groups[group].main } else { opens }
    }

    /// The files that main refers to are closed, unless the frame of a stopped thread refers to the module. A pool's
    /// worker between two items does not: it stands in code of the library.
    pub(super) fn close_files(&self, group: usize, out: &mut Code) {
        let process = self.process_of(group);
        let main = self.program.process(process).main;
        let holds = |thread: ThreadId| {
            let name = &self.names.threads[thread.index()];
            let at_rest = self.program.group(thread).pool.map(|_| format!(" && at[{name}] != 0"));
            format!("status[{name}] == cut_off{}", at_rest.unwrap_or_default())
        };
        let others = self.program.threads_of(process).filter(|thread| *thread != main);
        let stopped: Vec<String> = others.map(|thread| format!("({})", holds(thread))).collect();
        for (number, info) in self.program.files.iter().enumerate() {
            let file = FileId(number as u32);
            if info.process != process || info.stdout || !self.may_own(group, file) {
                continue;
            }
            let name = &self.names.files[number];
            let mut wanted = format!("is_open[{name}] && opener[{name}] == me");
            if !stopped.is_empty() {
                wanted = format!("{wanted} && !({})", stopped.join(" || "));
            }
            let close = code(|code| code.line(format!("close({name});")));
            out.choose(vec![(wanted, close)], Code::default());
        }
    }

    fn capacity(&self, buffering: Buffering) -> u64 {
        let buffers = self.program.runtime.facts.buffers;
        match buffering {
            Buffering::Full => buffers.full,
            Buffering::Default => buffers.default,
            Buffering::Line | Buffering::None => 0,
        }
    }

    /// What files are made of, for all of them.
    pub(super) fn file_library(&self, out: &mut Code) {
        let buffers = self.program.runtime.facts.buffers;
        out.line("/* Buffers: text collects in the text layer, goes down to the buffer, and from there to the disk. */");
        out.line(format!("#define FULL {}", buffers.full));
        out.line(format!("#define DEFAULT {}", buffers.default));
        out.line("#define UNBUFFERED 0");
        out.line(format!("#define CHUNK {}", buffers.text_chunk));
        let passes = if buffers.full_record_passes { "n >= size && n > 0" } else { "n > size" };
        out.line(format!("#define goes_past(n, size) ({passes})"));
        out.gap();
        out.block("inline write_binary(f, n, size)", |out| {
            out.line("if");
            out.line(
                ":: !goes_past(n, size) && in_buffer[f] + n <= size -> in_buffer[f] = in_buffer[f] + n;",
            );
            out.under(":: else -> /* what is older goes first */", |out| {
                out.line("on_disk[f] = on_disk[f] + in_buffer[f];");
                out.line("in_buffer[f] = 0;");
                out.line("if");
                out.line(":: goes_past(n, size) -> on_disk[f] = on_disk[f] + n;");
                out.line(":: else -> in_buffer[f] = n;");
                out.line("fi;");
            });
            out.line("fi;");
        });
        out.block("inline hand_down(f, size)", |out| {
            out.line("if");
            out.line(":: in_text[f] > 0 -> write_binary(f, in_text[f], size); in_text[f] = 0;");
            out.line(":: else -> skip;");
            out.line("fi;");
        });
        let before = match (buffers.text_hands_down_before, buffers.text_hands_down_before_large) {
            (true, true) => Some("in_text[f] + n > CHUNK || n >= CHUNK"),
            (true, false) => Some("in_text[f] + n > CHUNK"),
            (false, true) => Some("n >= CHUNK"),
            (false, false) => None,
        };
        out.block("inline write_text(f, n, size, ends_line)", |out| {
            if let Some(before) = before {
                out.line("if");
                out.line(format!(":: {before} -> hand_down(f, size);"));
                out.line(":: else -> skip;");
                out.line("fi;");
            }
            out.line("in_text[f] = in_text[f] + n;");
            out.line("if");
            out.line(":: in_text[f] >= CHUNK || ends_line -> hand_down(f, size);");
            out.line(":: else -> skip;");
            out.line("fi;");
            out.line("if");
            out.line(":: ends_line -> on_disk[f] = on_disk[f] + in_buffer[f]; in_buffer[f] = 0;");
            out.line(":: else -> skip;");
            out.line("fi;");
        });
        out.block("inline flush(f)", |out| {
            out.line("on_disk[f] = on_disk[f] + in_buffer[f] + in_text[f];");
            out.line("in_buffer[f] = 0; in_text[f] = 0;");
        });
        out.block("inline open(f, who)", |out| {
            out.line("on_disk[f] = 0; in_buffer[f] = 0; in_text[f] = 0; torn[f] = false;");
            out.line("is_open[f] = true; was_closed[f] = false; opener[f] = who;");
        });
        out.block("inline close(f)", |out| {
            out.line("flush(f);");
            out.line("is_open[f] = false; was_closed[f] = true; opener[f] = 0;");
        });
        out.gap();
    }
}

fn size(buffering: Buffering) -> &'static str {
    match buffering {
        Buffering::Full => "FULL",
        Buffering::Default => "DEFAULT",
        Buffering::Line | Buffering::None => "UNBUFFERED",
    }
}
