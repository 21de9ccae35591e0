//! One step: the instruction of the thread that was chosen, and the local instructions behind it.

use super::happening::{Happening, Resource, Sink, Way, What};
use super::ready::{Ready, ready};
use super::state::{ProcessStatus, State, ThreadStatus};
use crate::program::exception::{FILE_CLOSED, JOIN_UNSTARTED_PROCESS, LOCK_TWICE, NONE};
use crate::program::{Instr, Pc, ProcessId, Program, RuntimeOp, ThreadId};
use crate::rules::FileOwner;

/// A state being stepped.
pub(super) struct Machine<'a, S> {
    pub(super) program: &'a Program,
    pub(super) state: &'a mut State,
    pub(super) sink: &'a mut S,
}

impl<S: Sink> Machine<'_, S> {
    /// The step of a thread.
    pub(super) fn run(&mut self, thread: ThreadId) -> bool {
        match ready(self.program, self.state, thread) {
            Ready::Signalled => self.take_signal(thread),
            Ready::Now => {
                self.execute(thread);
                self.settle(thread);
                self.finish_callback(thread);
            }
            Ready::Blocked(_) | Ready::Gone => return false,
        }
        self.note_step(thread);
        self.turn_loop(thread);
        true
    }

    /// A thread gives up waiting.
    pub(super) fn give_up(&mut self, thread: ThreadId) -> bool {
        let pc = self.state.pc(self.program, thread);
        let lives = self.state.thread_status(self.program, thread) == ThreadStatus::Live;
        let instr = self.program.instr(pc);
        if !lives || instr.timeout().is_none() {
            return false;
        }
        self.tell(thread, What::TimedOut);
        let next = match instr {
            Instr::Acquire { skip, .. } | Instr::Get { skip, .. } => *skip,
            _ => Pc(pc.0 + 1),
        };
        self.state.set_pc(self.program, thread, next);
        self.settle(thread);
        self.note_step(thread);
        self.turn_loop(thread);
        true
    }

    pub(super) fn execute(&mut self, thread: ThreadId) {
        let pc = self.state.pc(self.program, thread);
        let process = self.program.process_of(thread);
        match *self.program.instr(pc) {
            Instr::Work { label, .. } => self.tell(thread, What::Worked { label }),
            Instr::Sleep(_) => self.tell(thread, What::Slept),
            Instr::Start { first, end } => return self.start(thread, first, end),
            Instr::SetDaemon { first, end, daemon } => return self.set_flag(thread, first, end, daemon),
            Instr::Spawn(child) => return self.spawn(thread, child),
            Instr::Join { first, end, .. } => return self.join(thread, first, end),
            Instr::JoinProcess { process: child, .. } => {
                if self.state.process_status(self.program, child) == ProcessStatus::Unstarted {
                    return self.fail(thread, JOIN_UNSTARTED_PROCESS);
                }
                self.tell(thread, What::JoinedProcess { child });
            }
            Instr::Print { line, file, bytes } => self.print(thread, line, file, bytes),
            Instr::Open(file) => self.open(thread, file),
            Instr::Write { file, .. } | Instr::WriteBegin { file, .. } | Instr::Flush(file)
                if self.is_closed(file) =>
            {
                return self.fail(thread, FILE_CLOSED);
            }
            Instr::Write { file, record, bytes } => self.write(thread, file, record, bytes),
            Instr::WriteBegin { file, record, bytes } => self.begin_write(thread, file, record, bytes),
            Instr::WriteRest { file, bytes, .. } => self.end_write(thread, file, bytes),
            Instr::Flush(file) => {
                let bytes = self.flush(file);
                self.tell(thread, What::Flushed { file, bytes });
            }
            Instr::Close(file) => {
                let bytes = self.close(file);
                self.tell(thread, What::Closed { file, bytes });
            }
            Instr::Acquire { lock, .. } if self.state.holder(self.program, lock) == Some(thread) => {
                return self.fail(thread, LOCK_TWICE);
            }
            Instr::Acquire { lock, .. } => self.acquire(thread, lock),
            Instr::Release(lock) => self.release(thread, lock),
            Instr::Set(event) => self.set_event(thread, event),
            Instr::Wait { event, .. } => self.tell(thread, What::Waited { event }),
            Instr::IfSet { event, target } => return self.check(thread, event, target),
            Instr::Put { queue, stop } => self.put(thread, queue, stop),
            Instr::Get { queue, skip, .. } => return self.take_item(thread, queue, skip),
            Instr::Done(queue) => self.mark_done(thread, queue),
            Instr::Drain(queue) => self.tell(thread, What::Drained { queue }),
            Instr::Submit(pool) => return self.submit(thread, pool),
            Instr::Take { pool, end } => return self.take_work(thread, pool, end),
            Instr::Raise(exception) => {
                if exception != crate::program::exception::RETURN {
                    self.tell(thread, What::Raised { exception });
                }
                return self.unwind(thread, exception);
            }
            Instr::Exit(code) => return self.exit(thread, code),
            Instr::EndThread(exception) => return self.end_thread(thread, exception),
            Instr::ExitNow(code) => return self.exit_now(thread, code, Way::Asked),
            Instr::Register(handler) => return self.register(thread, handler),
            Instr::Install { signal, handler } => self.install(thread, signal, handler),
            Instr::Kill { signal, process: to } => {
                // The step is over before the signal arrives: it may end this very process.
                self.tell(thread, What::SignalSent { signal, to });
                self.advance(thread);
                return self.deliver(to, signal);
            }
            Instr::DropLocals if self.program.runtime.facts.closes_files_of == FileOwner::Nobody => {}
            Instr::DropLocals => self.drop_files(thread),
            Instr::End => return self.end(thread, pc),
            Instr::Runtime(op) => return self.runtime(thread, process, op),
            Instr::Jump(_)
            | Instr::LoopStart { .. }
            | Instr::LoopNext { .. }
            | Instr::Clear(_)
            | Instr::Rethrow(_) => return,
        }
        self.advance(thread);
    }

    /// Goes on to the next instruction.
    pub(super) fn advance(&mut self, thread: ThreadId) {
        let pc = self.state.pc(self.program, thread);
        self.state.set_pc(self.program, thread, Pc(pc.0 + 1));
    }

    /// Runs the local instructions up to the next one that others can see.
    pub(super) fn settle(&mut self, thread: ThreadId) {
        let program = self.program;
        while self.state.thread_status(program, thread) == ThreadStatus::Live {
            let pc = self.state.pc(program, thread);
            let mut next = Pc(pc.0 + 1);
            match program.instr(pc) {
                Instr::Jump(target) => next = *target,
                Instr::LoopStart { counter, times, end } => {
                    self.state.set_register(program, thread, *counter, *times);
                    if *times == 0 {
                        next = *end;
                    }
                }
                Instr::LoopNext { counter, body } => {
                    let left = self.state.register(program, thread, *counter).saturating_sub(1);
                    self.state.set_register(program, thread, *counter, left);
                    if left > 0 {
                        next = *body;
                    }
                }
                Instr::Clear(saved) => self.state.set_register(program, thread, *saved, 0),
                Instr::Rethrow(saved) => {
                    let exception = self.state.saved_exception(program, thread, *saved);
                    if exception != NONE {
                        self.state.set_register(program, thread, *saved, 0);
                        self.unwind(thread, exception);
                        continue;
                    }
                }
                Instr::Runtime(RuntimeOp::AnnounceWait) => {
                    let process = program.process_of(thread);
                    self.tell_process(process, What::Awaits);
                    if self.state.has_queued_output(program, process) {
                        self.tell_process(process, What::AwaitsReader);
                    }
                }
                _ => return,
            }
            self.state.set_pc(program, thread, next);
        }
    }

    /// Tells what a thread did.
    pub(super) fn tell(&mut self, thread: ThreadId, what: What) {
        let process = self.program.process_of(thread);
        self.sink.happen(Happening { process, thread: Some(thread), what });
    }

    /// Tells what happened to a process as a whole.
    pub(super) fn tell_process(&mut self, process: ProcessId, what: What) {
        self.sink.happen(Happening { process, thread: None, what });
    }

    pub(super) fn touch(&mut self, resource: Resource) {
        self.sink.touch(resource);
    }
}
