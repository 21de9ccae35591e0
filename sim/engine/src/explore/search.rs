//! Breadth first over all states.

use super::classes::Classes;
use super::ends::{ending, has_written_enough};
use super::overtaken::fair_loops;
use super::properties::Properties;
use super::space::Space;
use super::store::Store;
use super::stuck::stuck;
use super::{Exploration, Incomplete, Limits, Progress, Watch};
use crate::program::Program;
use crate::scenario::Scenario;
use crate::trace::Ending;
use crate::world::{Choice, State};

/// States between two calls of the watch.
const WATCH_EVERY: usize = 1 << 14;

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
    let mut scratch = space.initial();
    let mut store = Store::new(program.layout.words);
    store.insert(scratch.words(), 0);
    let mut search = Search {
        space: &space,
        classes: Classes::default(),
        properties,
        is_final: Vec::new(),
        unrolled: false,
    };
    let mut progress = Progress::default();
    let (mut choices, mut incomplete, mut here) = (Vec::new(), None, 0);
    let (mut level_end, mut depth, mut may_cycle) = (1, 0, false);
    while here < store.len() {
        if here == level_end {
            (level_end, depth) = (store.len(), depth + 1);
        }
        if here.is_multiple_of(WATCH_EVERY) {
            progress.measure(&store, here, depth);
            if watch(&progress).is_break() {
                incomplete = Some(Incomplete::Stopped);
                break;
            }
        }
        scratch.load(store.get(here));
        search.properties.see(&scratch, here);
        search.moves(&scratch, &mut choices);
        search.close(&scratch, here, choices.is_empty());
        for choice in &choices {
            scratch.load(store.get(here));
            space.step(&mut scratch, *choice);
            progress.transitions += 1;
            let (found, is_new) = store.insert(scratch.words(), here);
            // Each state of a cycle-free search lies exactly one level behind every state that leads to it.
            may_cycle |= !is_new && found < level_end;
        }
        here += 1;
        if store.len() as u64 > limits.max_states {
            incomplete = Some(Incomplete::States);
            break;
        }
        if store.bytes() > limits.max_bytes {
            incomplete = Some(Incomplete::Bytes);
            break;
        }
    }
    let mut loops = Some(Vec::new());
    // A loop that writes leads to ever new states.
    if incomplete.is_none() && (may_cycle || search.unrolled) {
        let stuck = stuck(&space, &store, &search.is_final, &mut scratch);
        for state in stuck.endless {
            scratch.load(store.get(state));
            search.classes.add_endless(&space, &scratch, state);
            search.properties.end(&scratch, state, Ending::Endless);
        }
        if stuck.has_loop || search.unrolled {
            loops = fair_loops(program, limits);
        }
    }
    progress.measure(&store, here, depth);
    let unrolled = search.unrolled;
    let classes = search.classes.finish(&space, &store);
    let way = |position| space.retrace(&store, position).0;
    let properties = search.properties.finish(incomplete.is_none() && !unrolled, way);
    Exploration { incomplete, unrolled, progress, classes, loops, properties }
}

impl Progress {
    /// How far a search is that looks at the state `here`.
    fn measure(&mut self, store: &Store, here: usize, depth: u32) {
        self.states = store.len() as u64;
        self.frontier = (store.len() - here) as u64;
        self.bytes = store.bytes();
        self.depth = depth;
    }
}

struct Search<'a> {
    space: &'a Space<'a>,
    classes: Classes,
    properties: Properties<'a>,
    is_final: Vec<bool>,
    unrolled: bool,
}

impl Search<'_> {
    /// Who may be next; nobody where a loop without end has written enough.
    fn moves(&mut self, state: &State, choices: &mut Vec<Choice>) {
        self.space.moves(state, choices);
        if !choices.is_empty() && self.has_written_enough(state) {
            self.unrolled = true;
            choices.clear();
        }
    }

    fn has_written_enough(&self, state: &State) -> bool {
        has_written_enough(self.space.program, state, self.space.limits)
    }

    /// Notes how a run ends here, if it does.
    fn close(&mut self, state: &State, position: usize, is_last: bool) {
        self.is_final.push(is_last);
        if !is_last {
            return;
        }
        let ending = ending(self.space.program, state, self.space.limits);
        self.end(state, position, ending);
    }

    fn end(&mut self, state: &State, position: usize, ending: Ending) {
        self.classes.add(self.space.program, state, position, ending);
        self.properties.end(state, position, ending);
    }
}
