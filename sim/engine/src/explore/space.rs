//! The graph that is searched: from a state to the states behind it, with the reductions that are switched on.

use super::Limits;
use super::atomic::Atomic;
use super::buffers::Buffers;
use super::canonical::Canonical;
use super::from::start;
use super::moves::{moves, moves_by};
use super::observes::Observes;
use crate::program::Program;
use crate::world::{Choice, Sink, State, step};

/// How to get from one state to the next.
pub(super) struct Space<'a> {
    pub(super) program: &'a Program,
    pub(super) limits: &'a Limits,
    /// `None`: nothing is taken together.
    pub(super) atomic: Option<Atomic>,
    canonical: Canonical,
    /// `None`: all bytes are told apart.
    buffers: Option<Buffers>,
}

impl<'a> Space<'a> {
    /// The reductions hide nothing that `observes` names.
    pub(super) fn new(program: &'a Program, limits: &'a Limits, observes: &Observes) -> Self {
        let reductions = limits.reductions;
        // A property about moments asks about every step in between.
        let merges = reductions.por && observes.locks.is_empty();
        let atomic = merges.then(|| Atomic::of(program, limits));
        let canonical = Canonical::of(program, limits, observes);
        let mut space = Space { program, limits, atomic, canonical, buffers: None };
        if reductions.dead {
            space.buffers = Buffers::of(&space);
        }
        space
    }

    /// The state in which the search begins.
    pub(super) fn initial(&self) -> State {
        let mut state = start(self.program, self.limits);
        self.normalise(&mut state);
        state
    }

    /// Makes a state the one that is stored for all like it.
    pub(super) fn normalise(&self, state: &mut State) {
        self.canonical.normalise(self.program, state);
        self.merge_bytes(state);
    }

    fn merge_bytes(&self, state: &mut State) {
        if let Some(buffers) = &self.buffers {
            buffers.merge(self.program, state);
        }
        state.forget_printed(self.program);
    }

    /// Every choice that is possible in a state, up to symmetry.
    pub(super) fn moves(&self, state: &State, choices: &mut Vec<Choice>) {
        match &self.atomic {
            None => moves(self.program, state, self.limits, choices),
            Some(atomic) => moves_by(self.program, state, self.limits, choices, |thread| {
                atomic.look(self.program, state, thread)
            }),
        }
        self.canonical.thin_out(state, choices);
    }

    /// Takes a choice, with all that is taken together with it. Returns how many steps that were.
    pub(super) fn step(&self, state: &mut State, choice: Choice) -> u32 {
        self.step_and_tell(state, choice, &mut ())
    }

    /// The same, and tells what happens.
    pub(super) fn step_and_tell(&self, state: &mut State, choice: Choice, sink: &mut impl Sink) -> u32 {
        let ended = self.canonical.ended(state);
        let steps = self.go(state, choice, sink, &mut |_| ());
        self.canonical.normalise_after(self.program, ended, state);
        self.merge_bytes(state);
        steps
    }

    /// Takes a choice as it is; `taken` hears the steps.
    pub(super) fn go(
        &self,
        state: &mut State,
        choice: Choice,
        sink: &mut impl Sink,
        taken: &mut impl FnMut(Choice),
    ) -> u32 {
        match &self.atomic {
            None => {
                step(self.program, state, choice, sink);
                taken(choice);
                1
            }
            Some(atomic) => atomic.step(self.program, state, choice, sink, taken),
        }
    }

    /// Takes the local steps that threads have put off because they would wait behind them: where others go round for
    /// ever, it is never their turn.
    pub(super) fn catch_up(&self, state: &mut State, taken: &mut impl FnMut(Choice)) {
        if let Some(atomic) = &self.atomic {
            atomic.catch_up(self.program, state, &mut (), taken);
        }
    }
}
