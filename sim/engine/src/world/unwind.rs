//! Where an exception goes: to the innermost block that wants it, out of a handler, out of a body.

use super::happening::{Sink, What};
use super::machine::Machine;
use super::state::ThreadStatus;
use crate::program::exception::RETURN;
use crate::program::{
    Exception, ExceptionId, ExceptionKind, HandlerId, Instr, Landing, Pc, Program, ThreadId,
};
use crate::rules::ExceptionCode;
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
        matches!(self.program.handler(handler).kind, HandlerKind::Exit | HandlerKind::Teardown)
    }

    fn leave_body(&mut self, thread: ThreadId, pc: Pc, exception: ExceptionId) {
        let program = self.program;
        let process = program.process_of(thread);
        let kind = program.exception(exception).kind;
        let group = program.group(thread);
        if kind == ExceptionKind::Return {
            return self.state.set_pc(program, thread, group.left);
        }
        if group.pool.is_some() {
            self.tell(thread, What::ItemFailed { exception });
            return self.state.set_pc(program, thread, group.left);
        }
        if !program.is_main(thread) {
            return self.leave_thread(thread, exception, kind);
        }
        let fields = &program.layout.processes[process.index()];
        let spawned = program.process(process).parent.is_some();
        let code = match kind {
            ExceptionKind::Exit(code) => code,
            _ => program.runtime.facts.uncaught_code,
        };
        let phases = &program.process(process).phases;
        if let Some(phase) = phases.iter().find(|phase| phase.start <= pc && pc < phase.end) {
            let code = match program.runtime.phases_of(spawned)[phase.phase].exception_code {
                ExceptionCode::Kept => None,
                ExceptionCode::Set(code) => Some(code),
                ExceptionCode::AsInMain => Some(code),
            };
            code.into_iter().for_each(|code| self.state.set(fields.code, u64::from(code)));
            self.tell_process(process, What::PhaseAbandoned { exception, phase: phase.phase });
            return self.state.set_pc(program, thread, phase.on_exception);
        }
        self.state.set(fields.code, u64::from(code));
        self.state.set(fields.raised, u64::from(!matches!(kind, ExceptionKind::Exit(_))));
        if kind == ExceptionKind::Interrupt && program.runtime.facts.interrupt_kills(spawned) {
            self.state.set(fields.interrupted, 1);
        }
        self.tell(thread, What::MainRaised { exception });
        self.enter_epilogue(thread);
    }

    fn leave_thread(&mut self, thread: ThreadId, exception: ExceptionId, kind: ExceptionKind) {
        if let ExceptionKind::Exit(_) = kind {
            self.tell(thread, What::ThreadExited { exception });
            self.finish(thread, ThreadStatus::Finished);
        } else {
            self.tell(thread, What::ThreadRaised { exception });
            self.finish(thread, ThreadStatus::Raised);
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

/// Whether `except class` catches the exception.
fn catches(program: &Program, class: &str, raised: &Exception) -> bool {
    match class {
        _ if raised.kind == ExceptionKind::Return => false,
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
