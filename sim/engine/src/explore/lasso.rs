//! Loops that a run can go round for ever.

use std::collections::VecDeque;

use super::Limits;
use super::region::{Region, who};
use crate::program::{Instr, Program, ThreadId};
use crate::trace::action;
use crate::world::{Choice, State, initial, step};

/// A loop with more states around it than this is not told.
const MOST_STATES: usize = 20_000;

/// What goes on for ever in a state from which nothing ends.
pub(super) struct Loop {
    /// The threads that move.
    pub(super) moving: Vec<ThreadId>,
    /// The steps that lead back to the state; empty if they were not found.
    pub(super) round: Vec<Choice>,
}

/// The loop at a state from which nothing else can be reached. Where there are too many states around it, everybody
/// who can move is taken to move for ever.
pub(super) fn loop_at(program: &Program, limits: &Limits, state: &State) -> Loop {
    match Region::from(program, limits, state, MOST_STATES) {
        Some(region) => {
            let all = |_: usize| true;
            let states: Vec<_> = (0..region.states.len()).collect();
            Loop { moving: region.moving(&states, &all), round: round(&region, 0, &all) }
        }
        None => {
            let mut choices = Vec::new();
            super::moves::moves(program, state, limits, &mut choices);
            Loop { moving: choices.into_iter().filter_map(who).collect(), round: Vec::new() }
        }
    }
}

/// Steps that lead from a state back to it, `within` these states, and that can go on for ever without holding up
/// anybody who can move all the time: each thread takes a step, or stands somewhere where it cannot. Empty if it does
/// not come back. One step after the other it goes to the nearest state that helps, so it is short, and the shortest
/// if a single thread moves.
pub(super) fn round(region: &Region, start: usize, within: &dyn Fn(usize) -> bool) -> Vec<Choice> {
    let mut left: Vec<_> = region.steps[start].iter().filter_map(|(choice, _)| who(*choice)).collect();
    let (mut here, mut round) = (start, Vec::new());
    while !left.is_empty() {
        let helps = |choice: Choice, to: usize| {
            left.iter().any(|thread| who(choice) == Some(*thread) || !region.presses(to, *thread))
        };
        let Some(way) = nearest(region, here, within, &helps) else { break };
        for (choice, to) in way {
            round.push(choice);
            here = to;
            left.retain(|thread| who(choice) != Some(*thread) && region.presses(to, *thread));
        }
    }
    if here != start || round.is_empty() {
        match nearest(region, here, within, &|_, to| to == start) {
            Some(way) => round.extend(way.into_iter().map(|(choice, _)| choice)),
            None => return Vec::new(),
        }
    }
    round
}

/// A shortest way, of at least one step, whose last step is wanted; each step with the state that it leads to.
fn nearest(
    region: &Region,
    from: usize,
    within: &dyn Fn(usize) -> bool,
    wanted: &dyn Fn(Choice, usize) -> bool,
) -> Option<Vec<(Choice, usize)>> {
    let mut before = vec![None; region.states.len()];
    let mut todo = VecDeque::from([from]);
    while let Some(state) = todo.pop_front() {
        for (choice, to) in &region.steps[state] {
            let to = *to as usize;
            if !within(to) {
                continue;
            }
            if wanted(*choice, to) {
                let (mut way, mut at) = (vec![(*choice, to)], state);
                while at != from {
                    let (choice, last) = before[at]?;
                    way.push((choice, at));
                    at = last;
                }
                way.reverse();
                return Some(way);
            }
            if before[to].is_none() && to != from {
                before[to] = Some((*choice, state));
                todo.push_back(to);
            }
        }
    }
    None
}

/// Steps in words, each with who takes it: those of `steps`, taken after `before`.
pub fn in_words(program: &Program, before: &[Choice], steps: &[Choice]) -> Vec<(String, String)> {
    let mut state = initial(program);
    for choice in before {
        step(program, &mut state, *choice, &mut ());
    }
    let tell = |choice: &Choice| {
        let works = |thread| matches!(program.instr(state.pc(program, thread)), Instr::Work { .. });
        let (name, what) = action(program, &state, *choice);
        let what = if who(*choice).is_some_and(works) { format!("works: {what}") } else { what };
        step(program, &mut state, *choice, &mut ());
        (name, what)
    };
    steps.iter().map(tell).collect()
}
