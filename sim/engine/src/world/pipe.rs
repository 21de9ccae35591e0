//! Standard output into a pipe that nobody reads at first: what it takes, and what becomes of the rest.
//!
//! Linux gives a pipe 16 slots of 4,096 bytes. A line goes into the last slot if it fits there as a whole, else into a
//! new one; so 640 lines of 100 bytes fill it, which are 64,000 bytes (fs/pipe.c `pipe_write`; measured in all nine
//! languages). Exact for runtimes that hand each line to the kernel in one call, and for lines of up to 1,024 bytes.

use super::happening::{Resource, Sink, What};
use super::machine::Machine;
use super::ready::{Ready, ready};
use super::state::{ProcessStatus, State, ThreadStatus};
use crate::program::{FileId, Instr, PipeFields, ProcessId, Program, TextId, ThreadId};
use crate::rules::FullPipe;

/// Slots of a pipe.
pub(crate) const SLOTS: u64 = 16;
/// Bytes of a slot.
pub(crate) const SLOT_BYTES: u64 = 4096;

impl State {
    fn pipe(program: &Program, file: FileId) -> PipeFields {
        program.layout.files[file.index()].pipe
    }

    /// Whether a pipe had room for so many bytes as long as nobody read it.
    fn has_room(&self, pipe: PipeFields, bytes: u64) -> bool {
        let part = bytes % SLOT_BYTES;
        let slots = bytes / SLOT_BYTES + u64::from(part > self.get(pipe.room));
        self.get(pipe.slots) + slots <= SLOTS
    }

    fn takes(&self, pipe: PipeFields, bytes: u64) -> bool {
        self.get(pipe.read) == 1 || self.has_room(pipe, bytes)
    }

    /// Whether who was about to print this, and is stopped for good, was waiting for room in a pipe.
    pub(crate) fn lacked_room(&self, program: &Program, file: FileId, bytes: u64) -> bool {
        program.files[file.index()].stalled && !self.has_room(Self::pipe(program, file), bytes)
    }

    /// Whether somebody who prints this has to wait for room in the pipe.
    pub(super) fn print_blocks(&self, program: &Program, thread: ThreadId, file: FileId, bytes: u64) -> bool {
        let info = &program.files[file.index()];
        if !info.stalled || program.runtime.facts.full_pipe != FullPipe::Blocks {
            return false;
        }
        let pipe = Self::pipe(program, file);
        // Who waits in the middle of a line has standard output for itself.
        let others = || program.threads_of(info.process).filter(|other| *other != thread);
        let waits = |other: ThreadId| match program.instr(self.pc(program, other)) {
            Instr::Print { bytes, .. } => {
                self.thread_status(program, other) == ThreadStatus::Live && !self.takes(pipe, *bytes)
            }
            _ => false,
        };
        !self.takes(pipe, bytes) || others().any(waits)
    }

    /// Whether output waits in the process for room in the pipe.
    pub(crate) fn has_queued_output(&self, program: &Program, process: ProcessId) -> bool {
        self.get(Self::pipe(program, program.process(process).stdout).queued) == 1
    }
}

impl<S: Sink> Machine<'_, S> {
    /// Prints a line into a pipe that may be full.
    pub(super) fn print_into_pipe(&mut self, thread: ThreadId, line: TextId, file: FileId, bytes: u64) {
        let fields = self.program.layout.files[file.index()];
        let pipe = fields.pipe;
        let queued = self.state.get(pipe.queued) == 1;
        if queued || !self.state.takes(pipe, bytes) {
            self.state.set(pipe.queued, 1);
            self.state.set(fields.buffered, self.state.get(fields.buffered) + bytes);
            return self.tell(thread, What::PrintQueued { line });
        }
        if self.state.get(pipe.read) == 0 {
            let (part, room) = (bytes % SLOT_BYTES, self.state.get(pipe.room));
            let slots = bytes / SLOT_BYTES + u64::from(part > room);
            self.state.set(pipe.slots, self.state.get(pipe.slots) + slots);
            self.state.set(pipe.room, if part > room { SLOT_BYTES - part } else { room - part });
        }
        self.state.set(fields.durable, self.state.get(fields.durable) + bytes);
        self.tell(thread, What::Printed { line });
    }

    /// Somebody begins to read, and keeps up from now on.
    pub(super) fn begin_reading(&mut self, process: ProcessId) {
        let fields = self.program.layout.files[self.program.process(process).stdout.index()];
        let bytes = self.state.get(fields.durable);
        let waited: Vec<ThreadId> =
            self.program.threads_of(process).filter(|one| self.waits_to_print(*one)).collect();
        // Of one that has ended, the pipe shows what somebody waited for.
        if self.state.process_status(self.program, process) == ProcessStatus::Live {
            self.state.set(fields.pipe.read, 1);
            self.state.set(fields.pipe.slots, 0);
            self.state.set(fields.pipe.room, 0);
        }
        self.tell_process(process, What::ReadingBegins { bytes });
        waited.into_iter().for_each(|thread| self.tell(thread, What::PrintGoesOn));
        self.touch(Resource::Pipe(process));
        self.hand_over_queue(process);
    }

    fn waits_to_print(&self, thread: ThreadId) -> bool {
        let prints = matches!(self.program.instr(self.state.pc(self.program, thread)), Instr::Print { .. });
        prints && matches!(ready(self.program, self.state, thread), Ready::Blocked(_))
    }

    /// The event loop turns: if there is room in the pipe, what waits for it goes.
    pub(super) fn hand_over_queue(&mut self, process: ProcessId) {
        let program = self.program;
        let fields = program.layout.files[program.process(process).stdout.index()];
        let may_go = self.state.has_queued_output(program, process) && self.state.get(fields.pipe.read) == 1;
        if may_go && self.state.loop_turns(program, process) {
            let bytes = self.state.get(fields.buffered);
            self.state.set(fields.buffered, 0);
            self.state.set(fields.durable, self.state.get(fields.durable) + bytes);
            self.state.set(fields.pipe.queued, 0);
            self.tell_process(process, What::QueueHandedOver { bytes });
            self.touch(Resource::Pipe(process));
        }
    }
}
