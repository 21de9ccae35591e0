//! The event loop of main, where a runtime has one: when it turns, that a callback is one step, and who is asked when
//! nothing is left to wait for.

use super::happening::{Resource, Sink, What};
use super::machine::Machine;
use super::ready::{Ready, ready};
use super::state::{State, ThreadStatus};
use crate::program::{HandlerId, Instr, ProcessId, Program, RuntimeOp, ThreadId};

impl State {
    /// Whether a timer has to wait because main does not come to its event loop: it runs its own code or a handler, or
    /// has begun to exit.
    pub(super) fn loop_stands(&self, program: &Program, timer: ThreadId) -> bool {
        program.group(timer).in_event_loop && !self.loop_turns(program, program.process_of(timer))
    }

    /// Whether a thread can be started. A timer that has called can be set again: what it did was main's, and it has none
    /// of its own to come back to.
    pub(super) fn may_start(&self, program: &Program, thread: ThreadId) -> bool {
        match self.thread_status(program, thread) {
            ThreadStatus::Unstarted => true,
            ThreadStatus::Finished => program.group(thread).in_event_loop,
            ThreadStatus::Live | ThreadStatus::Raised | ThreadStatus::CutOff => false,
        }
    }

    /// Whether main is at its event loop.
    pub(super) fn loop_turns(&self, program: &Program, process: ProcessId) -> bool {
        let main = program.process(process).main;
        self.exiting(program, process).is_none()
            && self.depth(program, main) == 0
            && self.takes_long(program, process, program.instr(self.pc(program, main)))
    }
}

impl<S: Sink> Machine<'_, S> {
    /// Main makes the whole call before anything else happens in it, so it is one step.
    pub(super) fn finish_callback(&mut self, thread: ThreadId) {
        let called = |machine: &Self| {
            let pc = machine.state.pc(machine.program, thread);
            ready(machine.program, machine.state, thread) == Ready::Now
                && !matches!(machine.program.instr(pc), Instr::Sleep(_))
        };
        while self.program.group(thread).in_event_loop && called(self) {
            self.execute(thread);
            self.settle(thread);
        }
    }

    /// Nothing is left to wait for: calls the next handler that is to be asked. If the last one is done and they have
    /// started something, the wait begins again, and all of them are asked again after it.
    pub(super) fn ask_idle_handlers(&mut self, thread: ThreadId, process: ProcessId) {
        let program = self.program;
        let fields = &program.layout.processes[process.index()];
        if let Some(number) = self.state.pop_oldest(&fields.idle_handlers) {
            self.state.push(&fields.idle_asked, number);
            return self.call(thread, program.process(process).handlers[number as usize]);
        }
        let goes_on = self.state.get(fields.idle_started) == 1
            || self.state.get(fields.non_daemons) > 0
            || self.state.has_queued_output(program, process);
        if !goes_on {
            return self.advance(thread);
        }
        self.state.set(fields.idle_started, 0);
        while let Some(number) = self.state.pop_oldest(&fields.idle_asked) {
            self.state.push(&fields.idle_handlers, number);
        }
        self.tell_process(process, What::LoopGoesOn);
        let pc = self.state.pc(program, thread);
        let phase = program.process(process).phases.iter().find(|phase| phase.start <= pc && pc < phase.end);
        self.state.set_pc(program, thread, phase.map_or(pc, |phase| phase.start));
        self.settle(thread);
    }

    /// A handler that is registered while the others are asked comes in the next round.
    pub(super) fn register_idle(&mut self, handler: HandlerId) {
        let info = self.program.handler(handler);
        let fields = &self.program.layout.processes[info.process.index()];
        let asking = self.has_begun(info.process, RuntimeOp::RunIdleHandlers);
        if !self.state.is_registered(self.program, handler) {
            let stack = if asking { &fields.idle_asked } else { &fields.idle_handlers };
            self.state.push(stack, u64::from(info.number));
        }
    }

    /// Main starts a worker. Also one that holds nobody makes the loop turn once more (measured on Node 20.20.2).
    pub(super) fn note_start(&mut self, new: ThreadId) {
        let process = self.program.process_of(new);
        let is_asked = self.has_begun(process, RuntimeOp::RunIdleHandlers);
        if is_asked && !self.program.group(new).in_event_loop {
            self.state.set(self.program.layout.processes[process.index()].idle_started, 1);
        }
    }

    /// A thread has taken a step. If it was main, or a timer, the event loop may turn now.
    pub(super) fn turn_loop(&mut self, thread: ThreadId) {
        let process = self.program.process_of(thread);
        if self.program.process(process).has_event_loop {
            self.touch(Resource::EventLoop(process));
            self.hand_over_queue(process);
        }
    }
}
