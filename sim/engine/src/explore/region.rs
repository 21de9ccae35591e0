//! A part of the state graph in which every thread keeps its number and no steps are merged: everything that can be
//! reached from one state. Loops are told from it, since a loop leads back to the very same state.

use std::collections::HashMap;

use super::observes::Observes;
use super::space::Space;
use super::{Limits, Reductions};
use crate::program::{Program, ThreadId};
use crate::world::{Choice, State};

/// States and the steps between them.
pub(super) struct Region {
    /// The states, in the order of their distance from the first.
    pub(super) states: Vec<State>,
    /// The steps from each, with the position of the state behind.
    pub(super) steps: Vec<Vec<(Choice, u32)>>,
}

impl Region {
    /// All that can be reached from a state; `None`: more states than `most`, or a loop that writes without end.
    pub(super) fn from(program: &Program, limits: &Limits, state: &State, most: usize) -> Option<Self> {
        let reductions = Reductions { por: false, symmetry: false, dead: limits.reductions.dead };
        let limits = Limits { reductions, ..limits.clone() };
        let space = Space::new(program, &limits, &Observes::default());
        let mut first = state.clone();
        space.normalise(&mut first);
        let mut known = HashMap::from([(first.words().to_vec(), 0)]);
        let mut region = Region { states: vec![first], steps: Vec::new() };
        let mut choices = Vec::new();
        while region.steps.len() < region.states.len() {
            let state = region.states[region.steps.len()].clone();
            space.moves(&state, &mut choices);
            if !choices.is_empty() && super::ends::has_written_enough(program, &state, &limits) {
                return None;
            }
            let mut steps = Vec::with_capacity(choices.len());
            for choice in &choices {
                let mut next = state.clone();
                space.step(&mut next, *choice);
                let fresh = region.states.len();
                let to = *known.entry(next.words().to_vec()).or_insert(fresh);
                if to == fresh {
                    region.states.push(next);
                }
                steps.push((*choice, to as u32));
            }
            region.steps.push(steps);
            if region.states.len() > most {
                return None;
            }
        }
        Some(region)
    }

    /// The threads that take some step between these states.
    pub(super) fn moving(&self, within: &dyn Fn(usize) -> bool) -> Vec<ThreadId> {
        let states = (0..self.states.len()).filter(|state| within(*state));
        let inside = states.flat_map(|state| &self.steps[state]).filter(|(_, to)| within(*to as usize));
        let mut threads: Vec<_> = inside.filter_map(|(choice, _)| who(*choice)).collect();
        threads.sort_unstable();
        threads.dedup();
        threads
    }
}

/// Whose step it is; `None`: it comes from outside.
pub(super) fn who(choice: Choice) -> Option<ThreadId> {
    match choice {
        Choice::Run(thread) | Choice::Timeout(thread) => Some(thread),
        Choice::Stimulus(_) | Choice::Signal(..) => None,
    }
}
