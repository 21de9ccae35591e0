//! Standard output into a pipe that nobody reads at first: what it takes, and what becomes of the rest.
//!
//! Linux gives a pipe 16 slots of 4,096 bytes. A line goes into the last slot if it fits there as a whole, else into a
//! new one; so 640 lines of 100 bytes fill it, which are 64,000 bytes (fs/pipe.c `pipe_write`; measured in all nine
//! languages). Exact for runtimes that hand each line to the kernel in one call, and for lines of up to 1,024 bytes.

use super::happening::{Resource, Sink, What};
use super::machine::Machine;
use super::ready::{Ready, ready};
use super::state::{ProcessStatus, State, ThreadStatus};
use crate::program::{FileId, Instr, PipeFields, ProcessId, Program, RuntimeOp, TextId, ThreadId};
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

    /// What an instruction hands to a pipe that nobody read at first, and has to wait for: the file, and how many bytes.
    fn handed_to_pipe(&self, program: &Program, process: ProcessId, instr: &Instr) -> Option<(FileId, u64)> {
        let stdout = program.process(process).stdout;
        if !program.files[stdout.index()].stalled || program.runtime.facts.full_pipe != FullPipe::Blocks {
            return None;
        }
        match instr {
            Instr::Print { bytes, .. } => Some((stdout, self.handed_over(program, stdout, *bytes))),
            Instr::Runtime(RuntimeOp::FlushStdio) => {
                let fields = program.layout.files[stdout.index()];
                Some((stdout, self.get(fields.pending) + self.get(fields.buffered)))
            }
            _ => None,
        }
    }

    /// Whether who stands at this instruction, and may be stopped for good, was waiting for room in a pipe.
    pub(crate) fn lacked_room(&self, program: &Program, process: ProcessId, instr: &Instr) -> bool {
        let pipe = Self::pipe(program, program.process(process).stdout);
        // The last slots went to the call that was waiting.
        let ended = self.process_status(program, process) != ProcessStatus::Live;
        let is_full = self.get(pipe.slots) == SLOTS && self.get(pipe.room) == 0;
        let waits = self.handed_to_pipe(program, process, instr).is_some();
        ended && is_full && waits || self.lacks_room(program, process, instr)
    }

    fn lacks_room(&self, program: &Program, process: ProcessId, instr: &Instr) -> bool {
        let handed = self.handed_to_pipe(program, process, instr);
        handed.is_some_and(|(file, bytes)| !self.has_room(Self::pipe(program, file), bytes))
    }

    /// What the kernel has taken of a call that waits for room: as many whole slots as there were. A call of no more than
    /// one slot is taken whole or not at all.
    pub(super) fn taken_so_far(&self, program: &Program, process: ProcessId) -> u64 {
        let stdout = program.process(process).stdout;
        let fields = program.layout.files[stdout.index()];
        if !program.files[stdout.index()].stalled {
            return 0;
        }
        let instrs = program.threads_of(process).map(|thread| program.instr(self.pc(program, thread)));
        let mut cut = instrs.filter(|instr| self.lacks_room(program, process, instr));
        let handed = cut.next().and_then(|instr| self.handed_to_pipe(program, process, instr));
        let free = (SLOTS - self.get(fields.pipe.slots).min(SLOTS)) * SLOT_BYTES;
        let inside = self.get(fields.pending) + self.get(fields.buffered);
        handed.filter(|(_, bytes)| *bytes > SLOT_BYTES).map_or(0, |(_, bytes)| free.min(bytes).min(inside))
    }

    /// Whether a thread has to wait for room in the pipe.
    pub(super) fn waits_for_room(&self, program: &Program, thread: ThreadId, instr: &Instr) -> bool {
        let process = program.process_of(thread);
        let lacks = |instr: &Instr| {
            let handed = self.handed_to_pipe(program, process, instr);
            handed.is_some_and(|(file, bytes)| !self.takes(Self::pipe(program, file), bytes))
        };
        if self.handed_to_pipe(program, process, instr).is_none() {
            return false;
        }
        // Who waits in the middle of a line has standard output for itself.
        let mut others = program.threads_of(process).filter(|other| *other != thread);
        lacks(instr)
            || matches!(instr, Instr::Print { .. })
                && others.any(|other| {
                    self.thread_status(program, other) == ThreadStatus::Live
                        && lacks(program.instr(self.pc(program, other)))
                })
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
        let queues = self.program.runtime.facts.full_pipe == FullPipe::Queues;
        let queued = self.state.get(pipe.queued) == 1;
        if queues && (queued || !self.state.takes(pipe, bytes)) {
            self.state.set(pipe.queued, 1);
            self.state.set(fields.buffered, self.state.get(fields.buffered) + bytes);
            return self.tell(thread, What::PrintQueued { line });
        }
        let handed = self.state.handed_over(self.program, file, bytes);
        self.print_into(file, bytes);
        self.fill_pipe(file, handed);
        self.tell(thread, What::Printed { line });
    }

    /// So many bytes have gone into the pipe in one call.
    pub(super) fn fill_pipe(&mut self, file: FileId, bytes: u64) {
        let pipe = self.program.layout.files[file.index()].pipe;
        if bytes == 0 || !self.program.files[file.index()].stalled || self.state.get(pipe.read) == 1 {
            return;
        }
        let (whole, part, room) = (bytes / SLOT_BYTES, bytes % SLOT_BYTES, self.state.get(pipe.room));
        let is_new = part > room;
        self.state.set(pipe.slots, self.state.get(pipe.slots) + whole + u64::from(is_new));
        // The odd part goes first if it fits into the last slot, else last.
        let left = match (is_new, whole) {
            (true, _) => SLOT_BYTES - part,
            (false, 0) => room - part,
            (false, _) => 0,
        };
        self.state.set(pipe.room, left);
    }

    /// The process ends while a thread waits in the middle of a call.
    pub(super) fn count_what_was_taken(&mut self, process: ProcessId) {
        let file = self.program.process(process).stdout;
        let taken = self.state.taken_so_far(self.program, process);
        if taken > 0 {
            let fields = self.program.layout.files[file.index()];
            let pending = taken.min(self.state.get(fields.pending));
            self.state.set(fields.pending, self.state.get(fields.pending) - pending);
            self.state.set(fields.buffered, self.state.get(fields.buffered) - (taken - pending));
            self.state.set(fields.durable, self.state.get(fields.durable) + taken);
            self.state.set(fields.pipe.slots, SLOTS);
            self.state.set(fields.pipe.room, 0);
        }
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
        let instr = self.program.instr(self.state.pc(self.program, thread));
        matches!(instr, Instr::Print { .. })
            && matches!(ready(self.program, self.state, thread), Ready::Blocked(_))
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
