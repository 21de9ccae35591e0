//! The graph that is searched: from a state to the states behind it, with the reductions that are switched on.

use super::Limits;
use super::atomic::{Atomic, Look};
use super::buffers::Buffers;
use super::canonical::Canonical;
use super::from::start;
use super::moves::{moves, moves_by};
use super::observes::Observes;
use super::store::Store;
use crate::program::{Program, ThreadId};
use crate::world::{Choice, Sink, State, step};

/// Longer ways are left as they are: trying steps costs their square.
const MOST_TRIMMED: usize = 400;

/// How to get from one state to the next.
pub(super) struct Space<'a> {
    pub(super) program: &'a Program,
    pub(super) limits: &'a Limits,
    /// `None`: nothing is taken together.
    atomic: Option<Atomic>,
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
        let atomic = merges.then(|| Atomic::of(program, limits.early_timeouts));
        let canonical = Canonical::of(program, reductions.symmetry, reductions.dead, observes);
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
    fn normalise(&self, state: &mut State) {
        self.canonical.normalise(self.program, state);
        if let Some(buffers) = &self.buffers {
            buffers.merge(self.program, state);
        }
    }

    /// Every choice that is possible in a state.
    pub(super) fn moves(&self, state: &State, choices: &mut Vec<Choice>) {
        match &self.atomic {
            None => moves(self.program, state, self.limits, choices),
            Some(atomic) => moves_by(self.program, state, self.limits, choices, |thread| {
                atomic.look(self.program, state, thread, self.limits.early_timeouts)
            }),
        }
    }

    /// Takes a choice, with all that is taken together with it. Returns how many steps that were.
    pub(super) fn step(&self, state: &mut State, choice: Choice) -> u32 {
        self.step_and_tell(state, choice, &mut ())
    }

    /// The same, and tells what happens.
    pub(super) fn step_and_tell(&self, state: &mut State, choice: Choice, sink: &mut impl Sink) -> u32 {
        let steps = self.go(state, choice, sink, &mut |_| ());
        self.normalise(state);
        steps
    }

    fn go(
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

    /// Finds the real steps behind a way through stored states, which may have lost their threads' numbers. Returns
    /// the choices, and the state that they really lead to.
    pub(super) fn retrace(&self, store: &Store, position: usize) -> (Vec<Choice>, State) {
        let mut state = start(self.program, self.limits);
        let mut way = self.limits.after.clone();
        let mut choices = Vec::new();
        for next in store.line_to(position) {
            self.moves(&state, &mut choices);
            for choice in &choices {
                let mut after = state.clone();
                let mut taken = Vec::new();
                self.go(&mut after, *choice, &mut (), &mut |choice| taken.push(choice));
                let mut normal = after.clone();
                self.normalise(&mut normal);
                if normal.words() == store.get(next) {
                    state = after;
                    way.extend(taken);
                    break;
                }
            }
        }
        self.catch_up(&mut state, &mut |choice| way.push(choice));
        (way, state)
    }

    /// Takes the local steps that threads have put off because they would wait behind them: where others go round for
    /// ever, it is never their turn.
    pub(super) fn catch_up(&self, state: &mut State, taken: &mut impl FnMut(Choice)) {
        let Some(atomic) = &self.atomic else { return };
        for thread in (0..self.program.threads.len() as u32).map(ThreadId) {
            if atomic.look(self.program, state, thread, self.limits.early_timeouts) == Look::PutOff {
                atomic.step(self.program, state, Choice::Run(thread), &mut (), taken);
            }
        }
    }

    /// Leaves out of a way the last steps of threads that it can do without: of a critical section that was taken as
    /// one step, a thread that is cut off inside it needs only the beginning. `same` says whether a state shows the
    /// same outcome.
    pub(super) fn trim(&self, way: &mut Vec<Choice>, state: &mut State, same: impl Fn(&State) -> bool) {
        if self.atomic.is_none() || way.len() > MOST_TRIMMED {
            return;
        }
        for thread in (0..self.program.threads.len() as u32).map(ThreadId) {
            let fixed = self.limits.after.len();
            while let Some(last) = way.iter().rposition(|choice| *choice == Choice::Run(thread)) {
                let mut shorter = way.clone();
                shorter.remove(last);
                let after = if last < fixed { None } else { self.follow(&shorter[fixed..]) };
                match after {
                    Some(after) if same(&after) => (*way, *state) = (shorter, after),
                    _ => break,
                }
            }
        }
    }

    /// Where a way leads, if each of its steps is possible and nobody moves behind the last.
    fn follow(&self, way: &[Choice]) -> Option<State> {
        let mut state = start(self.program, self.limits);
        let mut choices = Vec::new();
        for choice in way {
            moves(self.program, &state, self.limits, &mut choices);
            if !choices.contains(choice) {
                return None;
            }
            step(self.program, &mut state, *choice, &mut ());
        }
        moves(self.program, &state, self.limits, &mut choices);
        choices.is_empty().then_some(state)
    }
}
