//! One line for each end of a run, with everything that `explore` tells apart.

use super::Model;
use super::code::Code;
use super::names::printed;
use crate::program::ProcessId;

/// What can become of a thread.
const FATES: [&str; 5] = ["unstarted", "live", "finished", "raised", "cut_off"];

impl Model<'_> {
    /// The process that prints when nothing can happen any more.
    pub(super) fn outcome(&self, out: &mut Code) {
        let (program, names) = (self.program, &self.names);
        out.block("inline say(what)", |out| {
            out.line("if");
            for word in FATES.iter().chain(&["exited", "killed", "idle", "begun", "completed"]) {
                out.line(format!(":: what == {word} -> printf(\"{word}\")"));
            }
            out.line("fi;");
        });
        out.line("/* SPIN leaves out of a state what is only printed; what stands in a condition is part of it. */");
        out.block("inline number(n)", |out| {
            out.line("if");
            out.line(":: n == 0 -> printf(\"0\")");
            out.line(":: else -> printf(\"%d\", n)");
            out.line("fi;");
        });
        out.gap();
        out.line("/* SPIN's `timeout` holds when nobody can move and nothing more comes from outside: a run ends here. */");
        out.block("proctype observer()", |out| {
            out.line("timeout;");
            out.block("d_step", |out| {
                let live: Vec<String> =
                    names.processes.iter().map(|process| format!("fate[{process}] == live")).collect();
                out.line("if");
                out.line(format!(":: {} -> printf(\"OUTCOME hang\");", live.join(" || ")));
                out.line(":: else -> printf(\"OUTCOME exit\");");
                out.line("fi;");
                for (process, name) in program.processes.iter().zip(&names.processes) {
                    out.line(format!(
                        "printf(\"; process {}: \"); say(fate[{name}]);",
                        printed(&process.name)
                    ));
                    let ended = format!("fate[{name}] == exited || fate[{name}] == killed");
                    out.line("printf(\" \");");
                    out.line(format!("if :: {ended} -> number(code[{name}]); :: else -> printf(\"0\"); fi;"));
                    out.line(format!("printf(\", orphan \"); number(orphan[{name}]);"));
                }
                for (group, info) in program.groups.iter().enumerate() {
                    self.fates(group, &self.within(self.process_of(group), &info.name), out);
                }
                for (handler, name) in program.handlers.iter().zip(&names.handlers) {
                    let shown = self.within(handler.process, &handler.name);
                    out.line(format!("printf(\"; handler {shown}: \"); say(ran_{name});"));
                }
                for file in self.written() {
                    let info = &program.files[file.index()];
                    let (path, name) = (self.within(info.process, &info.path), &names.files[file.index()]);
                    out.line(format!(
                        "printf(\"; file {path}: \"); number(on_disk[{name}]); printf(\" on disk, \");"
                    ));
                    out.line(format!(
                        "number(in_buffer[{name}] + in_text[{name}]); printf(\" inside, torn \");"
                    ));
                    out.line(format!("number(torn[{name}]);"));
                }
                out.line("printf(\"\\n\");");
            });
            out.line("false /* stays, so that nothing else can happen */");
        });
        out.gap();
    }

    /// A name, with that of its process if there are several.
    fn within(&self, process: ProcessId, name: &str) -> String {
        match self.program.processes.len() {
            1 => printed(name),
            _ => printed(&format!("{}/{name}", self.program.process(process).name)),
        }
    }

    /// Threads of one group do the same under other numbers: how many ended how is all that can be told.
    fn fates(&self, group: usize, name: &str, out: &mut Code) {
        let members: Vec<&String> =
            self.members(group).iter().map(|thread| &self.names.threads[thread.index()]).collect();
        if let [only] = members[..] {
            return out.line(format!("printf(\"; thread {name}: \"); say(status[{only}]);"));
        }
        out.line(format!("printf(\"; threads {name}:\");"));
        for fate in FATES {
            let count: Vec<String> =
                members.iter().map(|thread| format!("(status[{thread}] == {fate})")).collect();
            out.line(format!("printf(\" {fate} %d\", {});", count.join(" + ")));
        }
    }
}
