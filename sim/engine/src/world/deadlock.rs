//! The runtime notices that a process cannot go on.

use super::happening::{Resource, Sink, Way, What};
use super::machine::Machine;
use super::ready::{Ready, ready};
use super::state::{State, ThreadStatus};
use crate::program::exception::DEADLOCK;
use crate::program::{Instr, ProcessId, Program, RuntimeOp, ThreadId};
use crate::rules::{Deadlock, Rescue, Sudden};

impl State {
    /// Whether the runtime sees that a process cannot go on.
    pub(super) fn is_stuck(&self, program: &Program, process: ProcessId) -> bool {
        let Some(deadlock) = program.runtime.facts.deadlock else { return false };
        if deadlock.handlers_hide_it && self.has_handlers(program, process) {
            return false;
        }
        if self.get(program.layout.processes[process.index()].unnoticed) == 1 {
            return false;
        }
        let lives = |thread: &ThreadId| self.thread_status(program, *thread) == ThreadStatus::Live;
        let blocked = |thread: ThreadId| {
            let instr = program.instr(self.pc(program, thread));
            let hidden = deadlock.events_hide_it && matches!(instr, Instr::Wait { .. });
            // Main itself may have nothing left to do but to wait for this.
            waits_for_deadlock(instr)
                || matches!(ready(program, self, thread), Ready::Blocked(resource) if !in_kernel(resource))
                    && instr.timeout().is_none()
                    && !hidden
        };
        let main = program.process(process).main;
        let mut others = program.threads_of(process).filter(|other| *other != main).filter(lives);
        blocked(main)
            && others.all(|other| Some(other) == program.process(process).watchdog || blocked(other))
    }

    /// Whether a step of a runtime's own is possible that waits for others to be blocked.
    pub(crate) fn watchdog_ready(&self, program: &Program) -> Option<ThreadId> {
        let watchdogs = program.processes.iter().filter_map(|process| process.watchdog);
        watchdogs.into_iter().find(|watchdog| ready(program, self, *watchdog) == Ready::Now)
    }
}

impl<S: Sink> Machine<'_, S> {
    /// A thread has taken a step: where a deadlock is noticed by whoever begins to wait, it matters whether it ended.
    pub(super) fn note_step(&mut self, thread: ThreadId) {
        let process = self.program.process_of(thread);
        let field = self.program.layout.processes[process.index()].unnoticed;
        if field.width > 0 && self.program.process(process).watchdog != Some(thread) {
            let lives = self.state.thread_status(self.program, thread) == ThreadStatus::Live;
            self.state.set(field, u64::from(!lives));
        }
    }

    /// What the runtime does with a process that cannot go on.
    pub(super) fn rescue(&mut self, watchdog: ThreadId, process: ProcessId) {
        let Some(Deadlock { then, .. }) = self.program.runtime.facts.deadlock else { return };
        self.tell_process(process, What::DeadlockFound);
        match then {
            Rescue::EndsWith(code) => {
                let by = Some((watchdog, ThreadStatus::Finished));
                self.exit_by(process, by, Sudden::Code(code), Way::Struck);
            }
            Rescue::RaisesInMain(..) => self.throw(self.program.process(process).main, DEADLOCK),
        }
    }
}

/// To the runtime, a thread that waits in the kernel for room in a pipe is running.
fn in_kernel(resource: Resource) -> bool {
    matches!(resource, Resource::Pipe(_))
}

/// Whether an instruction waits for others to be blocked.
pub(super) fn waits_for_deadlock(instr: &Instr) -> bool {
    *instr == Instr::Runtime(RuntimeOp::NoticeDeadlock)
}
