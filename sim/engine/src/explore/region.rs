//! A part of the state graph in which every thread keeps its number and no steps are merged: everything that can be
//! reached from one state. Loops are told from it, since a loop leads back to the very same state. How many bytes lie
//! where is left out unless it is asked for, because it decides nothing: a loop that writes is a loop.

use std::collections::HashMap;

use super::moves::moves;
use super::{Limits, from};
use crate::program::{Program, ThreadId};
use crate::world::{Choice, Ready, State, ThreadStatus, ready, step};

/// States and the steps between them.
pub(super) struct Region<'p> {
    pub(super) program: &'p Program,
    /// The states, in the order of their distance from the first.
    pub(super) states: Vec<State>,
    /// The steps from each, with the position of the state behind.
    pub(super) steps: Vec<Vec<(Choice, u32)>>,
    /// The state from which each was found first, and the step.
    before: Vec<(u32, Option<Choice>)>,
    /// Whether states differ that have other bytes in their files.
    has_bytes: bool,
}

impl<'p> Region<'p> {
    /// All that can be reached from where a search begins; `None`: more states than `most`.
    pub(super) fn whole(program: &'p Program, limits: &Limits, most: usize) -> Option<Self> {
        Region::from(program, limits, &from::start(program, limits), most)
    }

    /// All that can be reached from a state.
    pub(super) fn from(program: &'p Program, limits: &Limits, state: &State, most: usize) -> Option<Self> {
        Region::new(program, false).grown(limits, state, most)
    }

    /// The same, where states are told apart by the bytes in files as well.
    pub(super) fn with_bytes(
        program: &'p Program,
        limits: &Limits,
        state: &State,
        most: usize,
    ) -> Option<Self> {
        Region::new(program, true).grown(limits, state, most)
    }

    fn new(program: &'p Program, has_bytes: bool) -> Self {
        Region { program, states: Vec::new(), steps: Vec::new(), before: Vec::new(), has_bytes }
    }

    fn grown(self, limits: &Limits, state: &State, most: usize) -> Option<Self> {
        let (program, mut region) = (self.program, self);
        let mut known = HashMap::new();
        region.place(state.clone(), (0, None), &mut known);
        let mut choices = Vec::new();
        while region.steps.len() < region.states.len() {
            let here = region.steps.len();
            let state = region.states[here].clone();
            moves(program, &state, limits, &mut choices);
            let mut steps = Vec::with_capacity(choices.len());
            for choice in &choices {
                let mut next = state.clone();
                step(program, &mut next, *choice, &mut ());
                steps.push((*choice, region.place(next, (here as u32, Some(*choice)), &mut known)));
            }
            region.steps.push(steps);
            if region.states.len() > most {
                return None;
            }
        }
        Some(region)
    }

    fn place(
        &mut self,
        mut state: State,
        before: (u32, Option<Choice>),
        known: &mut HashMap<Vec<u64>, u32>,
    ) -> u32 {
        self.forget(&mut state);
        let fresh = self.states.len() as u32;
        let position = *known.entry(state.words().to_vec()).or_insert(fresh);
        if position == fresh {
            self.states.push(state);
            self.before.push(before);
        }
        position
    }

    /// Leaves out what would keep a loop from coming back to where it began.
    fn forget(&self, state: &mut State) {
        let program = self.program;
        if self.has_bytes {
            state.forget_printed(program);
        } else {
            state.forget_bytes(program);
        }
        for thread in (0..program.threads.len() as u32).map(ThreadId) {
            // Nothing that is read again.
            let status = state.thread_status(program, thread);
            if matches!(status, ThreadStatus::Finished | ThreadStatus::Raised) {
                state.forget_place(program, thread);
            }
        }
    }

    /// Whether it is one of the states.
    pub(super) fn holds(&self, state: &State) -> bool {
        let mut state = state.clone();
        self.forget(&mut state);
        self.states.contains(&state)
    }

    /// A shortest way from the first state.
    pub(super) fn way_to(&self, mut state: usize) -> Vec<Choice> {
        let mut way = Vec::new();
        while let (before, Some(choice)) = self.before[state] {
            way.push(choice);
            state = before as usize;
        }
        way.reverse();
        way
    }

    /// The threads that take some step between these states.
    pub(super) fn moving(&self, states: &[usize], within: &dyn Fn(usize) -> bool) -> Vec<ThreadId> {
        let inside =
            states.iter().flat_map(|state| &self.steps[*state]).filter(|(_, to)| within(*to as usize));
        let mut threads: Vec<_> = inside.filter_map(|(choice, _)| who(*choice)).collect();
        threads.sort_unstable();
        threads.dedup();
        threads
    }

    /// Whether a thread can take a step in a state, or could if only time went by.
    pub(super) fn presses(&self, state: usize, thread: ThreadId) -> bool {
        let can = self.steps[state].iter().any(|(choice, _)| who(*choice) == Some(thread));
        let state = &self.states[state];
        can || matches!(ready(self.program, state, thread), Ready::Blocked(_))
            && self.program.instr(state.pc(self.program, thread)).timeout().is_some()
    }
}

/// Whose step it is; `None`: it comes from outside.
pub(super) fn who(choice: Choice) -> Option<ThreadId> {
    match choice {
        Choice::Run(thread) | Choice::Timeout(thread) => Some(thread),
        Choice::Stimulus(_) | Choice::Signal(..) => None,
    }
}
