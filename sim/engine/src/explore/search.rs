//! Through all states, nearest first: a step of the search counts as many steps as were taken together in it, so that
//! the first way to an outcome is a shortest one.

use std::ops::ControlFlow;

use super::classes::Classes;
use super::ends::ending;
use super::frontier::{Behind, Queue};
use super::overtaken::fair_loops;
use super::properties::Properties;
use super::space::Space;
use super::store::{ELSEWHERE, Reached, Store, hash};
use super::stuck::stuck;
use super::{Exploration, Incomplete, Limits, Progress, Watch};
use crate::program::Program;
use crate::scenario::Scenario;
use crate::trace::Ending;
use crate::world::State;

/// Batches of states between two calls of the watch.
const LOOK_EVERY: u64 = 32;

/// Finds every distinct outcome of a program, each with a shortest way there.
pub fn explore(program: &Program, limits: &Limits, watch: Watch) -> Exploration {
    search(program, Properties::none(program), limits, watch)
}

/// The same, and proves or refutes what `scenario`, from which the program was made, claims of all runs.
pub fn verify(program: &Program, scenario: &Scenario, limits: &Limits, watch: Watch) -> Exploration {
    search(program, Properties::of(program, scenario), limits, watch)
}

fn search(program: &Program, properties: Properties, limits: &Limits, watch: Watch) -> Exploration {
    let space = Space::new(program, limits, properties.observes());
    let mut search = Search {
        store: Store::new(program.layout.words),
        queue: Queue::default(),
        ends: Ends { classes: Classes::default(), properties },
        finals: Vec::new(),
        progress: Progress::default(),
        expanded: 0,
        unrolled: false,
        may_cycle: false,
        scratch: space.initial(),
        found: Vec::new(),
        space: &space,
    };
    let incomplete = search.run(watch);
    let mut loops = Some(Vec::new());
    // A loop that writes leads to ever new states.
    if incomplete.is_none() && (search.may_cycle || search.unrolled) && search.go_round() {
        loops = fair_loops(program, limits);
    }
    search.measure();
    let Search { store, ends, progress, unrolled, .. } = search;
    let classes = ends.classes.finish(&space, &store);
    let way = |position| space.way_to(&store, position).0;
    let properties = ends.properties.finish(incomplete.is_none() && !unrolled, way);
    Exploration { incomplete, unrolled, progress, classes, loops, properties }
}

struct Search<'a> {
    space: &'a Space<'a>,
    store: Store,
    queue: Queue,
    ends: Ends<'a>,
    /// Where runs end.
    finals: Vec<u32>,
    progress: Progress,
    /// States whose steps were taken.
    expanded: u64,
    unrolled: bool,
    may_cycle: bool,
    scratch: State,
    /// Room for what a glance finds.
    found: Vec<u32>,
}

impl Search<'_> {
    /// Goes through all states, nearest first. Returns why it did not.
    fn run(&mut self, watch: Watch) -> Option<Incomplete> {
        let start = self.scratch.words().to_vec();
        self.store.reach(&start, hash(&start), 0, 0);
        self.queue.push(0, 0);
        let (space, cores) = (self.space, self.space.limits.cores);
        let (mut incomplete, mut looks) = (None, 0);
        while let Some(level) = self.queue.next(&self.store) {
            self.progress.depth = level.distance;
            let known = self.store.len();
            let flow = level.expand(space, cores, &mut |behind| {
                if looks % LOOK_EVERY == 0 {
                    self.measure();
                    if watch(&self.progress).is_break() {
                        incomplete = Some(Incomplete::Stopped);
                        return ControlFlow::Break(());
                    }
                }
                looks += 1;
                incomplete = self.take_in(&behind, level.distance, known);
                if incomplete.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            if flow.is_break() {
                break;
            }
        }
        incomplete
    }

    /// Stores what lies behind some states, which are at a distance; `known`: how many states there were before the
    /// first of that distance was looked at.
    fn take_in(&mut self, behind: &Behind, distance: u32, known: usize) -> Option<Incomplete> {
        let limits = self.space.limits;
        if self.ends.properties.ask_moments() {
            for state in behind.from {
                self.scratch.load(self.store.get(*state as usize));
                self.ends.properties.see(&self.scratch, *state as usize, distance);
            }
        }
        for state in &behind.ends {
            let position = *state as usize;
            self.scratch.load(self.store.get(position));
            let ending = ending(self.space.program, &self.scratch, limits);
            self.ends.add(self.space.program, &self.scratch, position, distance, ending);
        }
        self.finals.extend_from_slice(&behind.ends);
        self.unrolled |= behind.is_cut;
        let width = self.scratch.words().len();
        let mut found = std::mem::take(&mut self.found);
        self.store.glance(&behind.words, &behind.hashes, &mut found);
        let states = behind.words.chunks_exact(width).zip(&behind.hashes);
        for (((words, hash), (from, steps)), found) in states.zip(&behind.links).zip(&found) {
            self.progress.transitions += 1;
            let (from, distance_there) = (*from as usize, distance + steps);
            let (found, reached) = match *found {
                ELSEWHERE => self.store.reach(words, *hash, from, distance_there),
                known => (known as usize, self.store.come_nearer(known as usize, from, distance_there)),
            };
            match reached {
                Reached::New | Reached::Nearer => self.queue.push(found, distance_there),
                // A cycle leads to a state that is no farther than the one before it.
                Reached::Known => {
                    self.may_cycle |= found < known && self.store.distance(found) <= distance;
                }
            }
            if self.store.len() as u64 > limits.max_states {
                return Some(Incomplete::States);
            }
        }
        self.found = found;
        self.expanded += behind.from.len() as u64;
        (self.store.bytes() > limits.max_bytes).then_some(Incomplete::Bytes)
    }

    /// Finds the runs that go round for ever. Returns whether there are loops that could be left.
    fn go_round(&mut self) -> bool {
        let mut is_final = vec![false; self.store.len()];
        for state in &self.finals {
            is_final[*state as usize] = true;
        }
        let mut stuck = stuck(self.space, &self.store, &is_final, &mut self.scratch);
        stuck.endless.sort_by_key(|state| (self.store.distance(*state), *state));
        for state in stuck.endless {
            self.scratch.load(self.store.get(state));
            let mut distance = self.store.distance(state);
            self.space.catch_up(&mut self.scratch, &mut |_| distance += 1);
            self.ends.classes.add_endless(self.space, &self.scratch, state);
            self.ends.properties.end(&self.scratch, state, distance, Ending::Endless);
        }
        stuck.has_loop || self.unrolled
    }

    /// How far the search is.
    fn measure(&mut self) {
        self.progress.states = self.store.len() as u64;
        self.progress.frontier = self.progress.states - self.expanded;
        self.progress.bytes = self.store.bytes();
    }
}

/// What is learnt from the ends of runs.
struct Ends<'a> {
    classes: Classes,
    properties: Properties<'a>,
}

impl Ends<'_> {
    fn add(&mut self, program: &Program, state: &State, position: usize, distance: u32, ending: Ending) {
        self.classes.add(program, state, position, ending);
        self.properties.end(state, position, distance, ending);
    }
}
