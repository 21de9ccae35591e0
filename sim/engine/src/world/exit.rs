//! The polite exit where it is a call and no exception: a thread goes on with the exit phases of the runtime.

use super::happening::{Resource, Sink, Way, What};
use super::machine::Machine;
use super::state::{State, ThreadStatus};
use crate::program::{ExceptionId, Instr, ProcessId, Program, RuntimeOp, ThreadId};
use crate::rules::{SecondExit, Sudden};
use crate::trace::HandlerKind;

impl State {
    /// Whether a thread that stands at an exit blocks there for ever, because the exit phases are being run.
    pub(super) fn exit_blocks(&self, program: &Program, thread: ThreadId) -> bool {
        let asks = matches!(
            program.instr(self.pc(program, thread)),
            Instr::Exit(_) | Instr::Runtime(RuntimeOp::BeginExit)
        );
        asks && match self.second_exit(program, thread) {
            Some(SecondExit::Blocks) => true,
            Some(SecondExit::EndsThread) => program.is_main(thread),
            Some(SecondExit::Overtakes | SecondExit::AtOnce | SecondExit::Aborts) | None => false,
        }
    }

    /// What becomes of a thread that wants to exit; `None` if it is the first.
    fn second_exit(&self, program: &Program, thread: ThreadId) -> Option<SecondExit> {
        let first = self.exiting(program, program.process_of(thread))?;
        let facts = &program.runtime.facts;
        // An exit handler that has a thread of its own belongs to the exit that started it.
        let in_exit_handler = |handler| program.handler(handler).kind == HandlerKind::Exit;
        let same = first == thread
            || program.group(thread).internal
                && program.handler_at(self.pc(program, thread)).is_some_and(in_exit_handler);
        Some(if same { facts.exit_again } else { facts.exit_beside })
    }
}

impl<S: Sink> Machine<'_, S> {
    /// `exit` in a thread.
    pub(super) fn exit(&mut self, thread: ThreadId, code: u8) {
        if self.program.group(thread).in_event_loop {
            return self.exit_in_main(self.program.process_of(thread), code, false);
        }
        match self.state.second_exit(self.program, thread) {
            Some(SecondExit::AtOnce) => self.exit_now(thread, code, Way::AskedAgain),
            Some(SecondExit::Aborts) => self.end_at_once(thread, Sudden::Aborts, ThreadStatus::Finished),
            Some(SecondExit::EndsThread) => self.exit_too_late(thread, code),
            Some(SecondExit::Overtakes | SecondExit::Blocks) | None => self.begin_exit(thread, code),
        }
    }

    /// The exit of a thread that finds the exit phases running: it is gone with no more than its code to say.
    fn exit_too_late(&mut self, thread: ThreadId, code: u8) {
        let program = self.program;
        let process = program.process_of(thread);
        let info = program.process(process);
        let first = self.state.exiting(program, process);
        let by_itself =
            |first: ThreadId| program.is_main(first) && self.state.base_pc(program, first) < info.exit;
        if first.is_some_and(by_itself) {
            self.state.set(program.layout.processes[process.index()].code, u64::from(code));
        }
        self.tell(thread, What::ExitBegins { code, second: true });
        self.finish(thread, ThreadStatus::CutOff);
    }

    /// The exit that only ends its thread.
    pub(super) fn end_thread(&mut self, thread: ThreadId, exception: ExceptionId) {
        self.tell(thread, What::ThreadExited { exception });
        self.finish(thread, ThreadStatus::Finished);
    }

    /// A thread goes on with the exit phases, whatever it did.
    pub(super) fn begin_exit(&mut self, thread: ThreadId, code: u8) {
        let program = self.program;
        let process = program.process_of(thread);
        let fields = &program.layout.processes[process.index()];
        let second = self.state.exiting(program, process).is_some();
        self.state.set(fields.exiting, program.number_of(thread) + 1);
        self.state.set(fields.code, u64::from(code));
        self.state.keep_exit_code(program, thread, u64::from(code));
        self.tell(thread, What::ExitBegins { code, second });
        if program.is_main(thread) {
            self.state.set(fields.main_over, 1);
        }
        self.state.clear_returns(program, thread);
        self.state.set_pc(program, thread, program.process(process).exit);
    }

    /// Main comes to the exit phases in the course of its end. Its code is the one that it returned with.
    pub(super) fn main_begins_exit(&mut self, thread: ThreadId, process: ProcessId) {
        let fields = &self.program.layout.processes[process.index()];
        if self.state.exiting(self.program, process).is_some() {
            self.state.set(fields.code, self.state.kept_exit_code(self.program, thread));
        } else {
            self.state.keep_exit_code(self.program, thread, self.state.get(fields.code));
        }
        self.state.set(fields.exiting, self.program.number_of(thread) + 1);
    }

    /// Main, wherever it stands, runs the exit phases because of what another thread did, or it did itself in a callback:
    /// an exception of theirs that is its own now, or a call of exit.
    pub(super) fn exit_in_main(&mut self, process: ProcessId, code: u8, raised: bool) {
        let main = self.program.process(process).main;
        if self.state.exiting(self.program, process).is_none() {
            if raised && !self.state.main_over(self.program, process) {
                self.state.set(self.program.layout.processes[process.index()].raised, 1);
            }
            self.begin_exit(main, code);
            self.settle(main);
            self.touch(Resource::Thread(main));
        }
    }
}
