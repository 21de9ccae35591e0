//! Signals: what they do to a process, and how a handler runs in the main thread.

use super::happening::{Effect, Resource, Sink, Way, What};
use super::machine::Machine;
use super::state::{HandlerState, ProcessStatus, State, ThreadStatus};
use crate::program::{Field, HandlerId, Pc, ProcessId, Program, RuntimeOp, ThreadId};
use crate::rules::{DefaultAction, HandlerThread, Sudden};
use crate::scenario::{Outside, Signal};

/// The default action.
const DEFAULT: u64 = 0;
/// The signal is ignored.
const IGNORED: u64 = 1;
/// The first handler of the process.
const FIRST_HANDLER: u64 = 2;

pub(super) fn position(signal: Signal) -> usize {
    // The one that none is sent stands behind the others.
    Signal::ALL.iter().position(|known| *known == signal).unwrap_or(Signal::ALL.len())
}

fn disposition(program: &Program, process: ProcessId, signal: Signal) -> Field {
    program.layout.processes[process.index()].dispositions[position(signal)]
}

/// What a waiting signal leads to.
enum Taken {
    Handler(Signal, HandlerId),
    Interrupt(Signal),
}

impl State {
    /// Whether a main thread takes a waiting signal before its next instruction.
    pub(super) fn takes_signal(&self, program: &Program, thread: ThreadId) -> bool {
        self.next_signal(program, thread).is_some()
    }

    /// Whether a signal is handled.
    pub(super) fn has_handlers(&self, program: &Program, process: ProcessId) -> bool {
        let handled = |signal| self.get(disposition(program, process, signal)) >= FIRST_HANDLER;
        Signal::ALL.into_iter().any(handled)
    }

    fn next_signal(&self, program: &Program, thread: ThreadId) -> Option<Taken> {
        if program.runtime.facts.signal_handlers == HandlerThread::Own {
            return None;
        }
        let process = program.process_of(thread);
        let pending = self.get(program.layout.processes[process.index()].pending);
        if pending == 0 || !program.instr(self.pc(program, thread)).is_interruptible() {
            return None;
        }
        if program.runtime.facts.has_event_loop() && !self.loop_turns(program, process) {
            return None;
        }
        let room = self.depth(program, thread) < Self::depth_limit(program, thread);
        let bits = program.layout.processes[process.index()].pending_bits;
        let waits = |signal: &Signal| bits[position(*signal)].is_some_and(|bit| pending >> bit & 1 == 1);
        Signal::ALL.into_iter().filter(waits).find_map(|signal| {
            match self.get(disposition(program, process, signal)) {
                handler if handler >= FIRST_HANDLER => {
                    let handler = program.process(process).handlers[(handler - FIRST_HANDLER) as usize];
                    // A handler that counts has one set of counters, so it is not run inside itself but after.
                    let info = program.handler(handler);
                    let spoils = info.counts && self.is_inside(program, thread, info.start, info.end);
                    (room && !spoils).then_some(Taken::Handler(signal, handler))
                }
                _ => Some(Taken::Interrupt(signal)),
            }
        })
    }
}

impl<S: Sink> Machine<'_, S> {
    /// A signal reaches a process.
    pub(super) fn deliver(&mut self, process: ProcessId, signal: Signal) {
        let program = self.program;
        if self.state.process_status(program, process) != ProcessStatus::Live {
            return self.tell_process(process, What::SignalArrived { signal, effect: Effect::Misses });
        }
        let disposition = self.state.get(disposition(program, process, signal));
        let late = self.state.is_finalizing(program, process);
        let effect = match disposition {
            _ if signal == Signal::Kill => Effect::Kills,
            IGNORED => Effect::Ignored,
            DEFAULT => match program.runtime.facts.default_action(signal) {
                DefaultAction::Kills => Effect::Kills,
                DefaultAction::Raises(_) if late => Effect::KillsLate,
                DefaultAction::Raises(_) => Effect::Interrupts,
                DefaultAction::Exits(_) if self.state.exiting(program, process).is_some() => Effect::Ignored,
                DefaultAction::Exits(_) => Effect::Exits,
                DefaultAction::EndsWith(_) => Effect::Ends,
                DefaultAction::Ignored => Effect::Ignored,
            },
            _ if late => Effect::KillsLate,
            _ => Effect::Handled,
        };
        self.tell_process(process, What::SignalArrived { signal, effect });
        match effect {
            Effect::Kills | Effect::KillsLate => self.kill(process, signal, position(signal) as u64),
            Effect::Handled if program.runtime.facts.signal_handlers == HandlerThread::Own => {
                let handler = program.process(process).handlers[(disposition - FIRST_HANDLER) as usize];
                self.handle_in_own_thread(process, signal, handler);
            }
            Effect::Exits | Effect::Ends => self.end_by_signal(process, signal),
            Effect::Handled | Effect::Interrupts => {
                let fields = &program.layout.processes[process.index()];
                let bit = fields.pending_bits[position(signal)].map_or(0, |bit| 1 << bit);
                self.state.set(fields.pending, self.state.get(fields.pending) | bit);
                self.touch(Resource::Thread(program.process(process).main));
            }
            Effect::Ignored | Effect::Misses => {}
        }
    }

    /// The thread of a handler begins; while it runs, the signal waits.
    fn handle_in_own_thread(&mut self, process: ProcessId, signal: Signal, handler: HandlerId) {
        let Some(thread) = self.program.handler(handler).thread else { return };
        if self.state.thread_status(self.program, thread) == ThreadStatus::Live {
            let fields = &self.program.layout.processes[process.index()];
            let bit = fields.pending_bits[position(signal)].map_or(0, |bit| 1 << bit);
            return self.state.set(fields.pending, self.state.get(fields.pending) | bit);
        }
        self.begin_handler(handler);
    }

    /// Starts the thread of a handler.
    pub(super) fn begin_handler(&mut self, handler: HandlerId) {
        let Some(thread) = self.program.handler(handler).thread else { return };
        self.state.set_handler_state(self.program, handler, HandlerState::Begun);
        self.tell(thread, What::HandlerBegins { handler });
        self.begin_thread(thread, true);
    }

    /// A handler's own thread is over, in whatever way: a signal that came meanwhile is handled now, by the handler that
    /// is installed now.
    pub(super) fn handle_again(&mut self, thread: ThreadId) {
        let program = self.program;
        let Some(info) = program.handlers.iter().find(|info| info.thread == Some(thread)) else { return };
        let (Some(signal), process) = (info.signal, info.process) else { return };
        let fields = &program.layout.processes[process.index()];
        let bit = fields.pending_bits[position(signal)].map_or(0, |bit| 1 << bit);
        let lives = self.state.process_status(program, process) == ProcessStatus::Live;
        if lives && self.state.get(fields.pending) & bit != 0 {
            self.forget_pending(process, signal);
            let installed = self.state.get(disposition(program, process, signal));
            if let Some(number) = installed.checked_sub(FIRST_HANDLER) {
                self.begin_handler(program.process(process).handlers[number as usize]);
            }
        }
    }

    /// The runtime itself ends the process because of a signal.
    fn end_by_signal(&mut self, process: ProcessId, signal: Signal) {
        let info = self.program.process(process);
        match (self.program.runtime.facts.default_action(signal), info.exit_thread) {
            (DefaultAction::Exits(code), Some(thread)) => {
                self.begin_thread(thread, true);
                self.begin_exit(thread, code);
                self.settle(thread);
            }
            (DefaultAction::Exits(code), _) => self.exit_by(process, None, Sudden::Code(code), Way::Struck),
            (DefaultAction::EndsWith(end), _) => self.exit_by(process, None, end, Way::Struck),
            _ => {}
        }
    }

    /// A stimulus of the scenario strikes, once.
    pub(super) fn strike(&mut self, number: u32) -> bool {
        let Some(field) = self.program.layout.stimuli.get(number as usize).copied() else { return false };
        if self.state.get(field) == 1 {
            return false;
        }
        self.state.set(field, 1);
        let stimulus = self.program.stimuli[number as usize];
        match stimulus.what {
            Outside::Signal(signal) => self.deliver(stimulus.process, signal),
            Outside::Read => self.begin_reading(stimulus.process),
        }
        true
    }

    pub(super) fn install(&mut self, thread: ThreadId, signal: Signal, handler: Option<HandlerId>) {
        let number = handler.map(|handler| u64::from(self.program.handler(handler).number));
        let process = self.program.process_of(thread);
        let field = disposition(self.program, process, signal);
        let number = number.filter(|_| !self.has_begun(process, RuntimeOp::MuteSignalHandlers));
        self.state.set(field, number.map_or(IGNORED, |number| FIRST_HANDLER + number));
        if handler.is_none() {
            // What waited (for a handler that cannot run inside itself) is dropped.
            self.forget_pending(self.program.process_of(thread), signal);
        }
        self.tell(thread, What::Installed { signal, handler });
    }

    /// No handler of a process is called any more; its signals are ignored, or have their default effect.
    pub(super) fn retire_handlers(&mut self, process: ProcessId, ignored: bool) {
        for signal in Signal::ALL {
            let field = disposition(self.program, process, signal);
            if self.state.get(field) >= FIRST_HANDLER {
                self.forget_pending(process, signal);
                self.state.set(field, if ignored { IGNORED } else { DEFAULT });
            }
        }
    }

    /// What a spawned process takes over: signals that are ignored, and, in a fork, handlers.
    pub(super) fn inherit_dispositions(&mut self, parent: ProcessId, child: ProcessId) {
        let program = self.program;
        for signal in Signal::ALL {
            let theirs = self.state.get(disposition(program, parent, signal));
            let mine = match theirs {
                DEFAULT | IGNORED => theirs,
                handler => program
                    .process(child)
                    .inherited
                    .iter()
                    .find(|(number, _)| u64::from(*number) == handler - FIRST_HANDLER)
                    .map_or(DEFAULT, |(_, number)| u64::from(*number) + FIRST_HANDLER),
            };
            self.state.set(disposition(program, child, signal), mine);
        }
    }

    /// The main thread takes a signal that waits for it.
    pub(super) fn take_signal(&mut self, thread: ThreadId) {
        let program = self.program;
        let Some(taken) = self.state.next_signal(program, thread) else { return };
        let signal = match taken {
            Taken::Handler(signal, _) => signal,
            Taken::Interrupt(signal) => signal,
        };
        self.forget_pending(program.process_of(thread), signal);
        match taken {
            Taken::Handler(_, handler) => self.call(thread, handler),
            Taken::Interrupt(signal) => {
                let exception = program.interrupt_of(signal);
                self.tell(thread, What::Raised { exception });
                self.unwind(thread, exception);
            }
        }
        self.settle(thread);
    }

    /// A signal does not wait any more.
    fn forget_pending(&mut self, process: ProcessId, signal: Signal) {
        let fields = &self.program.layout.processes[process.index()];
        let bit = fields.pending_bits[position(signal)].map_or(0, |bit| 1 << bit);
        self.state.set(fields.pending, self.state.get(fields.pending) & !bit);
    }

    /// Runs a handler on top of what a main thread does.
    pub(super) fn call(&mut self, thread: ThreadId, handler: HandlerId) {
        let pc = self.state.pc(self.program, thread);
        self.state.push_return(self.program, thread, pc);
        self.state.set_pc(self.program, thread, self.program.handler(handler).start);
        self.state.set_handler_state(self.program, handler, HandlerState::Begun);
        self.tell(thread, What::HandlerBegins { handler });
    }

    /// A handler has reached its end; what it interrupted goes on.
    pub(super) fn end_handler(&mut self, thread: ThreadId, handler: HandlerId) {
        self.state.set_handler_state(self.program, handler, HandlerState::Completed);
        self.tell(thread, What::HandlerEnds { handler });
        self.return_from_handler(thread);
    }

    pub(super) fn return_from_handler(&mut self, thread: ThreadId) -> Pc {
        let pc = self.state.pop_return(self.program, thread);
        self.state.set_pc(self.program, thread, pc);
        pc
    }
}
