//! Where an exception goes: to the innermost block that wants it, out of a handler, out of a body.

use super::happening::{Resource, Sink, What};
use super::machine::Machine;
use super::signals::position;
use super::state::ThreadStatus;
use crate::program::exception::{RETURN, UNWIND};
use crate::program::{
    Exception, ExceptionId, ExceptionKind, HandlerId, Instr, Landing, Pc, ProcessId, Program, ThreadId,
};
use crate::rules::{End, ExceptionCode, Exit, Sudden, UncaughtInThread};
use crate::trace::HandlerKind;

impl<S: Sink> Machine<'_, S> {
    /// Raises an exception in a thread, at the place where it stands.
    pub(super) fn unwind(&mut self, thread: ThreadId, exception: ExceptionId) {
        loop {
            let pc = self.state.pc(self.program, thread);
            if let Instr::Join { first, end, .. } = *self.program.instr(pc) {
                // Threads that share a body are joined one after the other: only one of them is being waited for.
                let lives = |joined: &ThreadId| self.state.is_joinable(self.program, *joined);
                let awaited = (first.0..end.0).map(ThreadId).find(lives);
                awaited.into_iter().for_each(|joined| self.forget(joined));
            }
            if let Some(landing) = landing(self.program, pc, exception) {
                return self.land(thread, exception, landing);
            }
            let in_handler = self.state.depth(self.program, thread) > 0;
            match self.program.handler_at(pc).filter(|_| in_handler) {
                Some(handler) => {
                    if self.leave_handler(thread, handler, exception) {
                        return;
                    }
                }
                None => return self.leave_body(thread, pc, exception),
            }
        }
    }

    fn land(&mut self, thread: ThreadId, exception: ExceptionId, landing: &Landing) {
        match landing.save {
            Some(register) => {
                self.state.set_register(self.program, thread, register, u64::from(exception.0));
                if exception != RETURN {
                    self.tell(thread, What::CleanUp { exception });
                }
            }
            None => self.tell(thread, What::Caught { exception }),
        }
        self.state.set_pc(self.program, thread, landing.target);
    }

    /// An exception leaves a handler. Returns whether it ends there.
    fn leave_handler(&mut self, thread: ThreadId, handler: HandlerId, exception: ExceptionId) -> bool {
        if exception == RETURN {
            self.end_handler(thread, handler);
            return true;
        }
        self.tell(thread, What::HandlerFails { handler, exception });
        self.return_from_handler(thread);
        let kind = self.program.handler(handler).kind;
        if kind == HandlerKind::Exit && self.program.runtime.facts.handler_fails.aborts {
            let over = self.state.main_over(self.program, self.program.process_of(thread));
            let is_over = over && self.program.is_main(thread);
            let status = if is_over { ThreadStatus::Finished } else { ThreadStatus::Raised };
            self.end_at_once(thread, Sudden::Aborts, status);
            return true;
        }
        if kind == HandlerKind::Exit {
            self.count_failure(self.program.process_of(thread), exception);
        }
        matches!(kind, HandlerKind::Exit | HandlerKind::Teardown)
    }

    /// What an exception that leaves an exit handler does to the others and to the exit code.
    fn count_failure(&mut self, process: ProcessId, exception: ExceptionId) {
        let program = self.program;
        let habit = program.runtime.facts.handler_fails;
        let fields = &program.layout.processes[process.index()];
        let kind = program.exception(exception).kind;
        let spares = habit.keeps_other_codes && self.state.get(fields.code) != 0;
        let code = match kind {
            ExceptionKind::Exit(code) => habit.exit_code_counts.then_some(code),
            _ => habit.code.filter(|_| !spares),
        };
        code.into_iter().for_each(|code| self.state.set(fields.code, u64::from(code)));
        match kind {
            ExceptionKind::Exit(_) if habit.exit_code_counts => self.state.set(fields.interrupted, 0),
            ExceptionKind::Interrupt(signal) if habit.exit_code_counts => {
                self.state.set(fields.interrupted, position(signal) as u64 + 1);
            }
            _ => {}
        }
        if !habit.rest_runs {
            self.state.empty_stack(&fields.exit_handlers);
        }
    }

    fn leave_body(&mut self, thread: ThreadId, pc: Pc, exception: ExceptionId) {
        let program = self.program;
        let process = program.process_of(thread);
        let kind = program.exception(exception).kind;
        let group = program.group(thread);
        if kind == ExceptionKind::Return {
            return self.state.set_pc(program, thread, group.left);
        }
        if group.pool.is_some() && kind != ExceptionKind::Unwind {
            self.tell(thread, What::ItemFailed { exception });
            return match program.runtime.facts.uncaught_in_item {
                None => self.state.set_pc(program, thread, group.left),
                Some(end) => self.end_at_once(thread, end, ThreadStatus::Raised),
            };
        }
        if !program.is_main(thread) {
            return self.leave_thread(thread, pc, exception);
        }
        let fields = &program.layout.processes[process.index()];
        let spawned = program.process(process).parent.is_some();
        let uncaught = program.runtime.facts.uncaught;
        let code = match kind {
            ExceptionKind::Exit(code) => code,
            _ => uncaught.code,
        };
        let phases = &program.process(process).phases;
        if let Some(position) = phases.iter().position(|phase| phase.start <= pc && pc < phase.end) {
            let code = match phases[position].phase.exception_code {
                ExceptionCode::Kept => None,
                ExceptionCode::Set(code) => Some(code),
                ExceptionCode::AsInMain => Some(code),
            };
            code.into_iter().for_each(|code| self.state.set(fields.code, u64::from(code)));
            self.tell_process(process, What::PhaseAbandoned { exception, phase: position });
            return self.state.set_pc(program, thread, phases[position].on_exception);
        }
        if kind == ExceptionKind::Leave {
            self.tell(thread, What::ThreadLeft);
            return self.enter_epilogue(thread, program.process(process).leave);
        }
        let exits = matches!(kind, ExceptionKind::Exit(_));
        // Who runs the exit phases already has a code of its own; main's counts once main runs them itself.
        self.state.keep_exit_code(program, thread, u64::from(code));
        if self.state.exiting(program, process).is_none() {
            self.state.set(fields.code, u64::from(code));
        }
        self.state.set(fields.raised, u64::from(!exits));
        if let ExceptionKind::Interrupt(signal) = kind
            && program.runtime.facts.interrupt_kills(spawned)
        {
            self.state.set(fields.interrupted, position(signal) as u64 + 1);
        }
        self.tell(thread, What::MainRaised { exception });
        match uncaught.way {
            End::ExitPhases if !exits => self.begin_exit(thread, code),
            End::AtOnce if !exits => self.end_at_once(thread, Sudden::Code(code), ThreadStatus::Raised),
            End::Aborts if !exits => self.end_at_once(thread, Sudden::Aborts, ThreadStatus::Raised),
            End::Phases | End::ExitPhases | End::AtOnce | End::Aborts => {
                self.enter_epilogue(thread, program.process(process).epilogue);
            }
        }
    }

    fn leave_thread(&mut self, thread: ThreadId, pc: Pc, exception: ExceptionId) {
        let program = self.program;
        let process = program.process_of(thread);
        let main = program.process(process).main;
        let facts = &program.runtime.facts;
        match program.exception(exception).kind {
            ExceptionKind::Unwind => self.finish(thread, ThreadStatus::CutOff),
            ExceptionKind::Leave => {
                self.tell(thread, What::ThreadLeft);
                self.finish(thread, ThreadStatus::Finished);
            }
            ExceptionKind::Exit(_) => {
                self.tell(thread, What::ThreadExited { exception });
                self.finish(thread, ThreadStatus::Finished);
                if facts.exit_in_thread == Exit::RaisesInMain {
                    self.throw(main, exception);
                }
            }
            _ if program.group(thread).internal => {
                let handler = program.handler_at(pc);
                if let Some(handler) = handler {
                    self.tell(thread, What::HandlerFails { handler, exception });
                }
                let by_signal = handler.is_some_and(|handler| program.handler(handler).signal.is_some());
                match facts.uncaught_in_thread {
                    UncaughtInThread::EndsProcess(end) if by_signal => {
                        self.end_at_once(thread, end, ThreadStatus::Raised);
                    }
                    _ => self.finish(thread, ThreadStatus::Raised),
                }
            }
            _ => {
                self.tell(thread, What::ThreadRaised { exception });
                self.state.remember_death(program, thread, exception);
                match facts.uncaught_in_thread {
                    UncaughtInThread::EndsThread => self.finish(thread, ThreadStatus::Raised),
                    UncaughtInThread::EndsProcess(end) => self.end_at_once(thread, end, ThreadStatus::Raised),
                    UncaughtInThread::ExitsInMain(code) => {
                        self.finish(thread, ThreadStatus::Raised);
                        self.exit_in_main(process, code, true);
                    }
                }
            }
        }
    }

    /// Raises an exception in another thread, wherever that stands.
    pub(super) fn throw(&mut self, thread: ThreadId, exception: ExceptionId) {
        self.tell(thread, What::Raised { exception });
        self.strike_thread(thread, exception);
    }

    /// An exception from outside. Where a lock is just being given back it strikes behind that. One in main waits for the
    /// end of a call into the kernel (measured on Ruby); a thread that is told to end does not.
    fn strike_thread(&mut self, thread: ThreadId, exception: ExceptionId) {
        match *self.program.instr(self.state.pc(self.program, thread)) {
            Instr::Release(lock) => {
                self.release(thread, lock);
                self.advance(thread);
            }
            Instr::WriteRest { file, bytes, .. } if exception != UNWIND => {
                self.end_write(thread, file, bytes);
            }
            _ => {}
        }
        self.unwind(thread, exception);
        self.settle(thread);
        self.touch(Resource::Thread(thread));
    }

    /// Tells every other thread of a process to end: its clean-up blocks run.
    pub(super) fn unwind_others(&mut self, thread: ThreadId, process: ProcessId) {
        for other in self.program.threads_of(process) {
            let lives = self.state.thread_status(self.program, other) == ThreadStatus::Live;
            if lives && other != thread && !self.program.group(other).internal {
                self.tell(other, What::Unwound);
                self.strike_thread(other, UNWIND);
            }
        }
    }
}

/// The innermost block that covers this instruction and wants this exception.
fn landing(program: &Program, pc: Pc, exception: ExceptionId) -> Option<&Landing> {
    let raised = program.exception(exception);
    program
        .landings
        .iter()
        .filter(|landing| landing.start <= pc && pc < landing.end)
        .find(|landing| landing.class.as_deref().is_none_or(|class| catches(program, class, raised)))
}

/// What only runs clean-up blocks on its way out.
fn is_no_exception(kind: ExceptionKind) -> bool {
    matches!(kind, ExceptionKind::Return | ExceptionKind::Unwind | ExceptionKind::Leave)
}

/// Whether `except class` catches the exception.
fn catches(program: &Program, class: &str, raised: &Exception) -> bool {
    match class {
        _ if is_no_exception(raised.kind) => false,
        "BaseException" => true,
        "Exception" => raised.kind == ExceptionKind::Error,
        _ => {
            let parents = program.runtime.facts.exception_parents;
            let mut current = raised.class.as_str();
            loop {
                if current == class {
                    return true;
                }
                match parents.iter().find(|(child, _)| *child == current) {
                    Some((_, parent)) => current = parent,
                    None => return false,
                }
            }
        }
    }
}
