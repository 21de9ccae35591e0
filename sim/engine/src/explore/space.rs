//! The graph that is searched: from a state to the states behind it, with the reductions that are switched on.

use super::Limits;
use super::atomic::Atomic;
use super::canonical::Canonical;
use super::from::start;
use super::moves::moves;
use super::observes::Observes;
use super::store::Store;
use crate::program::Program;
use crate::world::{Choice, State, step};

/// Longer ways are left as they are: trying every step costs their square.
const MOST_TRIMMED: usize = 400;

/// How to get from one state to the next.
pub(super) struct Space<'a> {
    pub(super) program: &'a Program,
    pub(super) limits: &'a Limits,
    atomic: Atomic,
    canonical: Canonical,
}

impl<'a> Space<'a> {
    /// The reductions hide nothing that `observes` names.
    pub(super) fn new(program: &'a Program, limits: &'a Limits, observes: &Observes) -> Self {
        let reductions = limits.reductions;
        // A property about moments asks about every step in between.
        let atomic = if reductions.por && observes.locks.is_empty() {
            Atomic::of(program, limits.early_timeouts)
        } else {
            Atomic::nothing(program)
        };
        let canonical = Canonical::of(program, reductions.symmetry, reductions.dead, observes);
        Space { program, limits, atomic, canonical }
    }

    /// The state in which the search begins.
    pub(super) fn initial(&self) -> State {
        let mut state = start(self.program, self.limits);
        self.canonical.normalise(self.program, &mut state);
        state
    }

    /// Every choice that is possible in a state.
    pub(super) fn moves(&self, state: &State, choices: &mut Vec<Choice>) {
        moves(self.program, state, self.limits, choices);
    }

    /// Takes a choice, with all that needs no interleaving behind it.
    pub(super) fn step(&self, state: &mut State, choice: Choice) {
        self.atomic.step(self.program, state, choice, &mut |_, _| ());
        self.canonical.normalise(self.program, state);
    }

    /// Finds the real steps behind a way through stored states, which may have lost their threads' numbers. Returns
    /// the choices, the state that they really lead to, and which of the choices cost nothing.
    pub(super) fn retrace(&self, store: &Store, position: usize) -> (Vec<Choice>, State, Vec<usize>) {
        let mut state = start(self.program, self.limits);
        let mut way = self.limits.after.clone();
        let (mut choices, mut free) = (Vec::new(), Vec::new());
        for next in store.line_to(position) {
            self.moves(&state, &mut choices);
            for choice in &choices {
                let mut after = state.clone();
                let mut taken = Vec::new();
                self.atomic.step(self.program, &mut after, *choice, &mut |choice, is_free| {
                    taken.push((choice, is_free));
                });
                let mut normal = after.clone();
                self.canonical.normalise(self.program, &mut normal);
                if normal.words() == store.get(next) {
                    state = after;
                    for (choice, is_free) in taken {
                        free.extend(is_free.then_some(way.len()));
                        way.push(choice);
                    }
                    break;
                }
            }
        }
        (way, state, free)
    }

    /// Leaves out of a way those of the steps at `free`, taken only because they cost nothing, that it can do without.
    /// `same` says whether a state shows the same outcome.
    pub(super) fn trim(
        &self,
        way: &mut Vec<Choice>,
        state: &mut State,
        free: &[usize],
        same: impl Fn(&State) -> bool,
    ) {
        if way.len() > MOST_TRIMMED {
            return;
        }
        for position in free.iter().rev() {
            let mut shorter = way.clone();
            shorter.remove(*position);
            if let Some(after) = self.follow(&shorter[self.limits.after.len()..])
                && same(&after)
            {
                (*way, *state) = (shorter, after);
            }
        }
    }

    /// Where a way leads, if each of its steps is one that the search could take.
    fn follow(&self, way: &[Choice]) -> Option<State> {
        let mut state = start(self.program, self.limits);
        let mut choices = Vec::new();
        for choice in way {
            self.moves(&state, &mut choices);
            if !choices.contains(choice) {
                return None;
            }
            step(self.program, &mut state, *choice, &mut ());
        }
        self.moves(&state, &mut choices);
        choices.is_empty().then_some(state)
    }
}
