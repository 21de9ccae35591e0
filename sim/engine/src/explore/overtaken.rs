//! Loops that could be left, and need not be.
//!
//! A run that goes round for ever is taken for possible if nobody is held up who could move all the time (weak
//! fairness): every thread takes a step in the loop, or stands somewhere in it where it cannot. So a thread that waits
//! for a lock may be overtaken again and again by one that takes it and gives it back. A thread that waits with a
//! timeout is not held up for ever, because time goes by; nor is a signal that may strike in every state of the loop.
//!
//! All steps of a group of states that lead to each other can be part of one loop, so it is enough to look at the
//! groups as a whole. They are looked for among all states, without reductions: with those that merge steps the
//! moment in which somebody cannot move would be lost, and with symmetry who it is.

use std::collections::BTreeSet;

use super::Limits;
use super::components::components;
use super::lasso::round;
use super::region::{Region, who};
use crate::program::{Program, ThreadId};
use crate::trace::stands;
use crate::world::Choice;

/// Where there are more states than this, nothing is said.
const MOST_STATES: usize = 100_000;

/// A loop that could be left and need not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FairLoop {
    /// A shortest way there.
    pub witness: Vec<Choice>,
    /// Steps that lead from there back to the same state, but for the bytes written.
    pub round: Vec<Choice>,
    /// The threads that move in the loop.
    pub moving: Vec<String>,
    /// Live threads that do not move, and could at some moments of it.
    pub overtaken: Vec<Overtaken>,
}

/// A thread that somebody else is always ahead of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overtaken {
    /// Its name.
    pub thread: String,
    /// What it does when it cannot move, as in `waiting for lock index`.
    pub during: String,
}

/// One of each kind: kinds differ in which threads go round and which are overtaken, threads with the same code being
/// the same. `None`: there are too many states.
pub(super) fn fair_loops(program: &Program, limits: &Limits) -> Option<Vec<FairLoop>> {
    let region = Region::whole(program, limits, MOST_STATES)?;
    let count = region.states.len();
    let next = |state: usize, edge: usize| region.steps[state].get(edge).map(|(_, to)| *to as usize);
    let (component, components) = components(count, |_| true, next);
    let mut members = vec![Vec::new(); components];
    (0..count).for_each(|state| members[component[state] as usize].push(state));
    let ends = reach_ends(&region, &component, components);
    members.retain(|members| ends[component[members[0]] as usize]);
    // The first of them is the nearest, so the first loop of a kind is one with the shortest way.
    members.sort_unstable_by_key(|members| members[0]);
    let (mut known, mut loops) = (BTreeSet::new(), Vec::new());
    for members in members {
        let within = |state: usize| component[state] == component[members[0]];
        let moving = region.moving(&members, &within);
        if moving.is_empty() || !is_fair(&region, &members, &moving) {
            continue;
        }
        let round = round(&region, members[0], &within);
        let goes: Vec<_> = round.iter().filter_map(|choice| who(*choice)).collect();
        let overtaken = overtaken(&region, members[0], &round);
        let group = |thread: &ThreadId| program.threads[thread.index()].group;
        let kind = (
            goes.iter().map(group).collect::<BTreeSet<_>>(),
            overtaken.iter().map(|(thread, _)| group(thread)).collect::<BTreeSet<_>>(),
        );
        if !known.insert(kind) {
            continue;
        }
        let threads = (0..program.threads.len() as u32).map(ThreadId);
        let name = |thread: &ThreadId| program.thread_name(*thread);
        let way = region.way_to(members[0]);
        loops.push(FairLoop {
            witness: limits.after.iter().copied().chain(way).collect(),
            moving: threads.filter(|thread| goes.contains(thread)).map(|thread| name(&thread)).collect(),
            overtaken: overtaken
                .iter()
                .map(|(thread, at)| Overtaken {
                    thread: name(thread),
                    during: stands(program, &region.states[*at], *thread),
                })
                .collect(),
            round,
        });
    }
    Some(loops)
}

/// From which components a state can be reached in which nobody moves.
fn reach_ends(region: &Region, component: &[u32], components: usize) -> Vec<bool> {
    let mut ends = vec![false; components];
    let mut order: Vec<usize> = (0..region.states.len()).collect();
    // Steps lead to components with lower numbers.
    order.sort_unstable_by_key(|state| component[*state]);
    for state in order {
        let steps = &region.steps[state];
        ends[component[state] as usize] |=
            steps.is_empty() || steps.iter().any(|(_, to)| ends[component[*to as usize] as usize]);
    }
    ends
}

/// Whether nobody is held up in these states who could move all the time.
fn is_fair(region: &Region, members: &[usize], moving: &[ThreadId]) -> bool {
    let threads = (0..region.program.threads.len() as u32).map(ThreadId);
    let mut still = threads.filter(|thread| !moving.contains(thread));
    let held_up = |thread: ThreadId| members.iter().all(|state| region.presses(*state, thread));
    let strikes = |state: usize, number: u32| {
        region.steps[state].iter().any(|(choice, _)| *choice == Choice::Stimulus(number))
    };
    let mut stimuli = 0..region.program.stimuli.len() as u32;
    !still.any(held_up) && !stimuli.any(|number| members.iter().all(|state| strikes(*state, number)))
}

/// Who takes no step of a loop, and could at some moments of it; each with a state in which it cannot.
fn overtaken(region: &Region, start: usize, round: &[Choice]) -> Vec<(ThreadId, usize)> {
    let (mut here, mut could, mut places) = (start, BTreeSet::new(), Vec::new());
    for choice in round {
        could.extend(region.steps[here].iter().filter_map(|(other, _)| who(*other)));
        places.push(here);
        let taken = region.steps[here].iter().find(|(other, _)| other == choice);
        here = taken.map_or(here, |(_, to)| *to as usize);
    }
    let still = could.into_iter().filter(|thread| !round.iter().any(|choice| who(*choice) == Some(*thread)));
    let at = |thread| {
        let waits = places.iter().find(|place| !region.presses(**place, thread));
        (thread, waits.copied().unwrap_or(start))
    };
    still.map(at).collect()
}
