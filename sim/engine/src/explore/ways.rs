//! From a stored state back to the real steps that lead there, as few as possible.

use super::classes::observe;
use super::ends::{ending, has_written_enough};
use super::from::start;
use super::moves::moves;
use super::region::Region;
use super::space::Space;
use super::store::Store;
use crate::program::ThreadId;
use crate::trace::Ending;
use crate::world::{Choice, Ready, State, ThreadStatus, ready, step};

/// Longer ways are left as they are: trying steps costs their square.
const MOST_TRIMMED: usize = 400;
/// States of a loop whose beginning is looked for.
const MOST_ROUND: usize = 2_000;

impl Space<'_> {
    /// The steps to a state of the search, and the state that they really lead to.
    pub(super) fn way_to(&self, store: &Store, position: usize) -> (Vec<Choice>, State) {
        let (mut way, mut state) = self.retrace(store, position);
        if self.atomic.is_none() || way.len() > MOST_TRIMMED || self.is_cut(&state) {
            return (way, state);
        }
        if self.is_over(&state) {
            let ended = ending(self.program, &state, self.limits);
            let seen = observe(self.program, &state, ended);
            self.trim(&mut way, &mut state, |state| {
                self.is_over(state) && observe(self.program, state, ended) == seen
            });
        } else if let Some(round) = Region::from(self.program, self.limits, &state, MOST_ROUND) {
            let seen = observe(self.program, &state, Ending::Endless);
            self.trim(&mut way, &mut state, |state| {
                round.holds(state) && observe(self.program, state, Ending::Endless) == seen
            });
        }
        (way, state)
    }

    /// Finds the real steps behind a way through stored states, which may have lost their threads' numbers. Returns
    /// the choices, and the state that they really lead to.
    fn retrace(&self, store: &Store, position: usize) -> (Vec<Choice>, State) {
        let mut state = start(self.program, self.limits);
        let mut way = self.limits.after.clone();
        let mut choices = Vec::new();
        for next in store.line_to(position) {
            self.moves(&state, &mut choices);
            let found = choices.iter().find_map(|choice| {
                let mut after = state.clone();
                let mut taken = Vec::new();
                self.go(&mut after, *choice, &mut (), &mut |choice| taken.push(choice));
                let mut normal = after.clone();
                self.normalise(&mut normal);
                (normal.words() == store.get(next)).then_some((after, taken))
            });
            let Some((after, taken)) = found else {
                unreachable!("some step leads from each stored state to the next")
            };
            state = after;
            way.extend(taken);
        }
        self.catch_up(&mut state, &mut |choice| way.push(choice));
        (way, state)
    }

    /// Leaves out of a way the last steps of threads that it can do without: of a critical section that was taken as
    /// one step, a thread that is cut off inside it needs only the beginning; and a loop may begin between two stored
    /// states. `same` says whether a state will do as well.
    fn trim(&self, way: &mut Vec<Choice>, state: &mut State, same: impl Fn(&State) -> bool) {
        let fixed = self.limits.after.len();
        for thread in (0..self.program.threads.len() as u32).map(ThreadId) {
            if matches!(
                state.thread_status(self.program, thread),
                ThreadStatus::Finished | ThreadStatus::Raised
            ) {
                continue;
            }
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

    /// Where a way leads, if each of its steps is possible.
    fn follow(&self, way: &[Choice]) -> Option<State> {
        let mut state = start(self.program, self.limits);
        let mut choices = Vec::new();
        for choice in way {
            let is_possible = match choice {
                Choice::Run(thread) => {
                    matches!(ready(self.program, &state, *thread), Ready::Now | Ready::Signalled)
                }
                _ => {
                    moves(self.program, &state, self.limits, &mut choices);
                    choices.contains(choice)
                }
            };
            if !is_possible {
                return None;
            }
            step(self.program, &mut state, *choice, &mut ());
        }
        Some(state)
    }

    /// Whether nobody moves any more.
    fn is_over(&self, state: &State) -> bool {
        let mut choices = Vec::new();
        moves(self.program, state, self.limits, &mut choices);
        choices.is_empty()
    }

    fn is_cut(&self, state: &State) -> bool {
        has_written_enough(self.program, state, self.limits)
    }
}
