//! Files: what a write leaves in the process, and what reaches the kernel.
//!
//! Two layers, as in CPython's `io`: text collects first, then hands down to the binary buffer. Their sizes and
//! habits are the runtime's ([`crate::rules::Buffers`]).

use super::happening::{Sink, What};
use super::machine::Machine;
use super::state::{State, ThreadStatus};
use crate::program::{FileFields, FileId, FileInfo, Flushes, ProcessId, Program, TextId, ThreadId};
use crate::rules::{Buffers, FileOwner, Overflow};
use crate::scenario::{Buffering, FileMode};

/// The file is open.
pub(super) const OPEN: u64 = 1;
/// It was open.
const CLOSED: u64 = 2;

/// The byte counts of a file while it is worked on.
struct Layers<'a> {
    pending: u64,
    buffered: u64,
    durable: u64,
    info: &'a FileInfo,
    buffers: Buffers,
}

impl<'a> Layers<'a> {
    fn load(program: &'a Program, state: &State, file: FileId) -> Self {
        let fields = program.layout.files[file.index()];
        Layers {
            pending: state.get(fields.pending),
            buffered: state.get(fields.buffered),
            durable: state.get(fields.durable),
            info: &program.files[file.index()],
            buffers: program.runtime.facts.buffers,
        }
    }

    fn store(self, state: &mut State, fields: FileFields) {
        state.set(fields.pending, self.pending);
        state.set(fields.buffered, self.buffered);
        state.set(fields.durable, self.durable);
    }

    fn capacity(&self) -> u64 {
        match self.info.buffering {
            Buffering::Full => self.buffers.full,
            Buffering::Default => self.buffers.default,
            Buffering::Line | Buffering::None => 0,
        }
    }

    fn write(&mut self, bytes: u64, ends_line: bool) {
        match (self.info.mode, self.info.buffering) {
            (FileMode::Text, buffering) => self.text(bytes, ends_line && buffering == Buffering::Line),
            (FileMode::Binary, _) => self.binary(bytes),
        }
    }

    fn text(&mut self, bytes: u64, flush: bool) {
        let chunk = self.buffers.text_chunk;
        if chunk == 0 {
            self.binary(bytes);
        } else if self.buffers.text_splits {
            let total = self.pending + bytes;
            self.pending = total % chunk;
            if self.buffers.text_waits_when_full && self.pending == 0 && total > 0 {
                self.pending = chunk;
            }
            self.chunks(total - self.pending);
        } else {
            let overflows = self.buffers.text_hands_down_before && self.pending + bytes > chunk;
            let large = self.buffers.text_hands_down_before_large && bytes >= chunk;
            if overflows || large {
                self.hand_down();
            }
            self.pending += bytes;
            if self.pending >= chunk {
                self.hand_down();
            }
        }
        if flush {
            self.flush();
        }
    }

    fn hand_down(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        if pending > 0 {
            self.binary(pending);
        }
    }

    /// Whole chunks of text come down.
    fn chunks(&mut self, bytes: u64) {
        match self.buffers.text_overflow {
            Some(overflow) if overflow != Overflow::Whole && self.capacity() > 0 => {
                self.split(bytes, self.capacity(), overflow);
            }
            _ => self.binary(bytes),
        }
    }

    fn binary(&mut self, bytes: u64) {
        let capacity = self.capacity();
        if self.buffers.overflow == Overflow::GoesAlong {
            self.buffered += bytes;
            if self.buffered >= capacity {
                self.durable += std::mem::take(&mut self.buffered);
            }
            return;
        }
        if self.buffers.overflow != Overflow::Whole && capacity > 0 {
            return self.split(bytes, capacity, self.buffers.overflow);
        }
        let passes = bytes > capacity || bytes == capacity && self.buffers.full_record_passes;
        if self.buffered + bytes <= capacity && !passes {
            self.buffered += bytes;
            return;
        }
        // What is older goes first; then a record that is larger than the buffer goes past it in one call.
        self.durable += std::mem::take(&mut self.buffered);
        if passes {
            self.durable += bytes;
        } else {
            self.buffered = bytes;
        }
    }

    /// Takes as much of a record as fits; the buffer goes to the kernel when more comes.
    fn split(&mut self, bytes: u64, capacity: u64, overflow: Overflow) {
        let room = capacity - self.buffered;
        let is_first = self.buffered == 0 && self.durable == 0;
        if is_first && bytes == capacity && self.buffers.first_full_record_passes {
            self.durable = bytes;
        } else if bytes <= room {
            self.buffered += bytes;
        } else if overflow == Overflow::SplitsUnlessLarger && bytes > capacity {
            self.durable += std::mem::take(&mut self.buffered) + bytes;
        } else {
            // An empty buffer is not filled first where the rest may go past it.
            let fills = self.buffered > 0 || overflow == Overflow::Splits;
            let rest = if fills { bytes - room } else { bytes };
            self.durable += if fills { capacity } else { 0 };
            let past = match overflow {
                Overflow::SplitsThenPasses if rest > capacity => rest,
                Overflow::SplitsInBlocks => rest - rest % capacity,
                _ => (rest - 1) / capacity * capacity,
            };
            self.durable += past;
            self.buffered = rest - past;
        }
        if self.buffers.leaves_when_full && self.buffered == capacity {
            self.durable += std::mem::take(&mut self.buffered);
        }
    }

    /// A printed line is two writes: the text, then its newline.
    fn print(&mut self, bytes: u64) {
        self.write(bytes - 1, false);
        self.write(1, true);
    }

    fn flush(&mut self) {
        self.hand_down();
        self.durable += std::mem::take(&mut self.buffered);
    }
}

impl State {
    /// How many bytes reach the kernel when a line of so many is printed now.
    pub(super) fn handed_over(&self, program: &Program, file: FileId, bytes: u64) -> u64 {
        let mut layers = Layers::load(program, self, file);
        let before = layers.durable;
        layers.print(bytes);
        layers.durable - before
    }
}

impl<S: Sink> Machine<'_, S> {
    /// A line goes into the layers of a file.
    pub(super) fn print_into(&mut self, file: FileId, bytes: u64) {
        self.with_layers(file, |layers| layers.print(bytes));
    }

    fn with_layers<T>(&mut self, file: FileId, work: impl FnOnce(&mut Layers) -> T) -> T {
        let mut layers = Layers::load(self.program, self.state, file);
        let result = work(&mut layers);
        layers.store(self.state, self.program.layout.files[file.index()]);
        result
    }

    pub(super) fn open(&mut self, thread: ThreadId, file: FileId) {
        let fields = self.program.layout.files[file.index()];
        // Opening for writing empties the file, also one that was written before.
        for field in [fields.pending, fields.buffered, fields.durable, fields.torn] {
            self.state.set(field, 0);
        }
        // A file that several bodies use is a global of the module; main's frame stands for it.
        let shared = self.program.files[file.index()].shared;
        let opener = if shared { 0 } else { self.program.number_of(thread) };
        self.state.set(fields.open, OPEN);
        self.state.set(fields.opener, opener + 1);
        self.tell(thread, What::Opened { file });
    }

    pub(super) fn write(&mut self, thread: ThreadId, file: FileId, record: TextId, bytes: u64) {
        let (flushed, in_buffer) = self.with_layers(file, |layers| {
            let before = layers.durable;
            layers.write(bytes, true);
            (layers.durable - before, layers.pending + layers.buffered)
        });
        self.tell(thread, What::Wrote { file, record, bytes, flushed, in_buffer });
    }

    pub(super) fn print(&mut self, thread: ThreadId, line: TextId, file: FileId, bytes: u64) {
        if self.program.files[file.index()].stalled {
            return self.print_into_pipe(thread, line, file, bytes);
        }
        self.print_into(file, bytes);
        self.tell(thread, What::Printed { line });
    }

    /// A record that is larger than the buffer spends its time in one system call: until that returns, only part
    /// of it is in the file. Half of it is taken as "part".
    pub(super) fn begin_write(&mut self, thread: ThreadId, file: FileId, record: TextId, bytes: u64) {
        let goes_past = self.with_layers(file, |layers| {
            let goes_past = bytes > layers.capacity();
            if goes_past {
                layers.flush();
                layers.durable += bytes / 2;
            } else {
                layers.write(bytes, true);
            }
            goes_past
        });
        self.state.set(self.program.layout.files[file.index()].torn, u64::from(goes_past));
        self.tell(thread, What::WriteBegun { file, record, bytes });
    }

    pub(super) fn end_write(&mut self, thread: ThreadId, file: FileId, bytes: u64) {
        let torn = self.program.layout.files[file.index()].torn;
        if self.state.get(torn) == 1 {
            self.state.set(torn, 0);
            self.with_layers(file, |layers| layers.durable += bytes - bytes / 2);
        }
        self.tell(thread, What::WriteEnded { file });
    }

    /// Hands the buffers of a file to the kernel; returns how many bytes that were.
    pub(super) fn flush(&mut self, file: FileId) -> u64 {
        self.with_layers(file, |layers| {
            let before = layers.durable;
            layers.flush();
            layers.durable - before
        })
    }

    /// Hands the buffers of the files that a thread has opened to the kernel, and standard output.
    pub(super) fn flush_files_of(&mut self, thread: ThreadId) {
        let program = self.program;
        let number = program.number_of(thread) + 1;
        for (index, fields) in program.layout.files.iter().enumerate() {
            let info = &program.files[index];
            let own = self.state.get(fields.open) == OPEN && self.state.get(fields.opener) == number;
            if info.process == program.process_of(thread) && (info.stdout || own) {
                let file = FileId(index as u32);
                let bytes = self.flush(file);
                if !info.stdout {
                    self.tell(thread, What::Flushed { file, bytes });
                }
            }
        }
    }

    /// Hands buffers of a process to the kernel, whoever opened the files.
    pub(super) fn flush_files(&mut self, process: ProcessId, which: Flushes) {
        for (index, fields) in self.program.layout.files.iter().enumerate() {
            let info = &self.program.files[index];
            let open = self.state.get(fields.open) == OPEN;
            let by_main = self.state.get(fields.opener) == 1;
            if info.process != process || info.stdout || !open || which == Flushes::OfMain && !by_main {
                continue;
            }
            let file = FileId(index as u32);
            let bytes = match which {
                Flushes::All | Flushes::OfMain => self.flush(file),
                Flushes::LowerLayer => self.with_layers(file, |layers| {
                    let bytes = std::mem::take(&mut layers.buffered);
                    layers.durable += bytes;
                    bytes
                }),
            };
            if bytes > 0 {
                self.tell_process(process, What::FileFlushed { file, bytes });
            }
        }
    }

    /// Whether a file was closed and not opened again.
    pub(super) fn is_closed(&self, file: FileId) -> bool {
        self.state.get(self.program.layout.files[file.index()].open) == CLOSED
    }

    /// Flushes and closes; returns how many bytes were flushed.
    pub(super) fn close(&mut self, file: FileId) -> u64 {
        let bytes = self.flush(file);
        let fields = self.program.layout.files[file.index()];
        self.state.set(fields.open, CLOSED);
        self.state.set(fields.opener, 0);
        bytes
    }

    /// Whether another thread of the process lives.
    fn has_company(&self, thread: ThreadId) -> bool {
        let mut others =
            self.program.threads_of(self.program.process_of(thread)).filter(|other| *other != thread);
        others.any(|other| {
            !self.program.group(other).internal
                && self.state.thread_status(self.program, other) == ThreadStatus::Live
        })
    }

    /// Closes the files that only this thread refers to.
    pub(super) fn drop_files(&mut self, thread: ThreadId) {
        let program = self.program;
        let process = program.process_of(thread);
        let number = program.number_of(thread) + 1;
        for (index, fields) in program.layout.files.iter().enumerate() {
            let info = &program.files[index];
            let mine = info.process == process && !info.stdout && self.state.get(fields.opener) == number;
            // A thread that still runs refers to a file that it shares.
            let owner = program.runtime.facts.closes_files_of;
            let referenced = info.shared && (owner == FileOwner::Bodies || self.has_company(thread));
            if mine && !referenced && self.state.get(fields.open) == OPEN {
                let file = FileId(index as u32);
                let bytes = self.close(file);
                self.tell(thread, What::Dropped { file, bytes, global: false });
            }
        }
    }
}
