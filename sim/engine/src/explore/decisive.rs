//! Which step of a run decides: before it, the run could still have ended as the default one does; after it, no more.

use std::collections::HashMap;

use super::Limits;
use super::classes::observe;
use super::ends::{ending, has_written_enough};
use super::moves::moves;
use crate::program::Program;
use crate::replay::{self, Options};
use crate::trace::Ending;
use crate::world::{self, Choice, State, step};

/// The positions of the choices after which the outcome of the default run (the fixed order, without a schedule) can
/// no longer be reached. Empty if the run ends like the default one, and if that is not known: more than
/// [`Limits::max_states`] states, a choice that is not possible, a default run without an end that was found.
pub fn decisive(program: &Program, limits: &Limits, choices: &[Choice]) -> Vec<usize> {
    positions(program, limits, choices).unwrap_or_default()
}

fn positions(program: &Program, limits: &Limits, choices: &[Choice]) -> Option<Vec<usize>> {
    let default = replay::record(program, &Options::default()).ok()?;
    let space = Reached::from(program, limits, way(program, choices)?)?;
    let is_target: Vec<bool> = match default.ending {
        Ending::Bound => return None,
        // It never ends where no end can be reached unless something comes from outside.
        Ending::Endless => space.leading_to(&space.is_end, false).into_iter().map(|ends| !ends).collect(),
        ended => {
            let seen = observe(program, &default.state, ended);
            let is_it = |position: &usize| {
                let state = &space.states[*position];
                space.is_end[*position] && observe(program, state, ending(program, state, limits)) == seen
            };
            (0..space.states.len()).map(|position| is_it(&position)).collect()
        }
    };
    let open = space.leading_to(&is_target, true);
    let decides = |position: &usize| open[space.way[*position]] && !open[space.way[position + 1]];
    Some((0..choices.len()).filter(decides).collect())
}

/// The states before and after each choice; `None` if one is not possible.
fn way(program: &Program, choices: &[Choice]) -> Option<Vec<State>> {
    let mut state = world::initial(program);
    let mut way = vec![state.clone()];
    for choice in choices {
        if !step(program, &mut state, *choice, &mut ()) {
            return None;
        }
        state.forget_printed(program);
        way.push(state.clone());
    }
    Some(way)
}

/// All states that can be reached from a way.
struct Reached {
    states: Vec<State>,
    /// Whether nobody moves any more, unless something comes from outside.
    is_end: Vec<bool>,
    /// For each state those before it, and whether the step between them comes from outside.
    before: Vec<Vec<(u32, bool)>>,
    /// The positions of the states of the way.
    way: Vec<usize>,
}

impl Reached {
    fn from(program: &Program, limits: &Limits, way: Vec<State>) -> Option<Self> {
        let mut reached =
            Reached { states: Vec::new(), is_end: Vec::new(), before: Vec::new(), way: Vec::new() };
        let (mut known, mut choices) = (HashMap::new(), Vec::new());
        for state in way {
            let position = reached.place(state, &mut known);
            reached.way.push(position);
        }
        let mut here = 0;
        while here < reached.states.len() {
            if reached.states.len() as u64 > limits.max_states {
                return None;
            }
            let state = reached.states[here].clone();
            moves(program, &state, limits, &mut choices);
            if has_written_enough(program, &state, limits) {
                choices.clear();
            }
            let is_outside = |choice: &Choice| matches!(choice, Choice::Stimulus(_) | Choice::Signal(..));
            reached.is_end.push(choices.iter().all(is_outside));
            for choice in &choices {
                let mut next = state.clone();
                step(program, &mut next, *choice, &mut ());
                next.forget_printed(program);
                let position = reached.place(next, &mut known);
                reached.before[position].push((here as u32, is_outside(choice)));
            }
            here += 1;
        }
        Some(reached)
    }

    fn place(&mut self, state: State, known: &mut HashMap<Vec<u64>, usize>) -> usize {
        let fresh = self.states.len();
        let position = *known.entry(state.words().to_vec()).or_insert(fresh);
        if position == fresh {
            self.states.push(state);
            self.before.push(Vec::new());
        }
        position
    }

    /// From which states one of these can be reached; `outside`: also by what comes from outside.
    fn leading_to(&self, targets: &[bool], outside: bool) -> Vec<bool> {
        let mut seen = targets.to_vec();
        let mut todo: Vec<usize> = (0..targets.len()).filter(|position| targets[*position]).collect();
        while let Some(position) = todo.pop() {
            for (before, is_outside) in &self.before[position] {
                if (outside || !is_outside) && !std::mem::replace(&mut seen[*before as usize], true) {
                    todo.push(*before as usize);
                }
            }
        }
        seen
    }
}
