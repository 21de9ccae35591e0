//! The state of a scenario, and [`step`]: the only place where semantics are executed.
//!
//! Strategy is kept out: whoever drives the world asks [`ready`] who can move, picks a [`Choice`], and calls
//! [`step`]. Nothing in here knows about time; a driver that keeps a clock decides *when* a ready step is taken.
//!
//! * `state`: a few words of bits, and what is stored in them.
//! * `ready`: who can move, and what the others wait for.
//! * `waits`: who could end the wait of a blocked thread; `future`: what a thread may still come to.
//! * `machine`: one step: dispatch and the local instructions behind it.
//! * `threads`, `sync`, `files`, `signals`, `processes`, `epilogue`, `exit`, `deadlock`: what the instructions do.
//! * `pipe`: standard output that nobody reads; `event_loop`: when main makes the calls of its timers.
//! * `unwind`: where an exception goes.
//! * `happening`: what a step tells whoever listens.

mod deadlock;
mod epilogue;
mod event_loop;
mod exit;
mod files;
mod future;
mod happening;
mod machine;
mod pipe;
mod processes;
mod ready;
mod signals;
mod state;
mod sync;
mod threads;
mod unwind;
mod waits;

pub use happening::{Effect, Happening, Resource, Sink, Way, What};
pub(crate) use pipe::{SLOT_BYTES, SLOTS};
pub use ready::{Ready, ready};
pub use state::{HandlerState, ProcessStatus, State, ThreadStatus};
pub use waits::{Need, Wait, waits};

use crate::program::{ProcessId, Program, ThreadId};
use crate::scenario::Signal;
use machine::Machine;

/// What moves next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Choice {
    /// A thread takes its step; it must be ready.
    Run(ThreadId),
    /// A thread gives up waiting; its instruction must have a timeout.
    Timeout(ThreadId),
    /// A stimulus of the scenario strikes, counted in the order of the program.
    Stimulus(u32),
    /// A signal comes from outside that the scenario does not foresee.
    Signal(ProcessId, Signal),
}

/// The state in which every run begins: every process that no other one spawns has its main thread at the start.
pub fn initial(program: &Program) -> State {
    let mut state = State::empty(program);
    let mut machine = Machine { program, state: &mut state, sink: &mut () };
    for number in 0..program.processes.len() as u32 {
        let process = ProcessId(number);
        if program.process(process).parent.is_none() {
            machine.begin_process(process, false);
        }
    }
    state
}

/// Takes one step. A choice that is not possible in this state changes nothing and returns false.
pub fn step(program: &Program, state: &mut State, choice: Choice, sink: &mut impl Sink) -> bool {
    let mut machine = Machine { program, state, sink };
    match choice {
        Choice::Run(thread) => machine.run(thread),
        Choice::Timeout(thread) => machine.give_up(thread),
        Choice::Stimulus(number) => machine.strike(number),
        Choice::Signal(process, signal) => {
            machine.deliver(process, signal);
            true
        }
    }
}
