//! Breadth first over all states.

use super::classes::Classes;
use super::ends::{ending, has_written_enough};
use super::from::start;
use super::moves::moves;
use super::properties::Properties;
use super::store::Store;
use super::stuck::endless;
use super::{Exploration, Incomplete, Limits, Progress, Watch};
use crate::program::{Program, ThreadId};
use crate::scenario::Scenario;
use crate::trace::Ending;
use crate::world::{Choice, State, step};

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
    let mut scratch = start(program, limits);
    let mut store = Store::new(program.layout.words, limits.after.clone());
    store.insert(scratch.words(), 0, Choice::Run(ThreadId(0)));
    let mut search = Search {
        program,
        limits,
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
            progress = Progress {
                states: store.len() as u64,
                frontier: (store.len() - here) as u64,
                bytes: store.bytes(),
                depth,
                ..progress
            };
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
            step(program, &mut scratch, *choice, &mut ());
            progress.transitions += 1;
            let (found, is_new) = store.insert(scratch.words(), here, *choice);
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
    if incomplete.is_none() && may_cycle {
        for state in endless(program, &store, &search.is_final, limits, &mut scratch) {
            scratch.load(store.get(state));
            search.end(&scratch, state, Ending::Endless);
        }
    }
    progress = Progress {
        states: store.len() as u64,
        frontier: (store.len() - here) as u64,
        bytes: store.bytes(),
        depth,
        ..progress
    };
    let unrolled = search.unrolled;
    let classes = search.classes.finish(program, &store, &mut scratch);
    let properties = search.properties.finish(incomplete.is_none() && !unrolled, &store);
    Exploration { incomplete, unrolled, progress, classes, properties }
}

struct Search<'a> {
    program: &'a Program,
    limits: &'a Limits,
    classes: Classes,
    properties: Properties<'a>,
    is_final: Vec<bool>,
    unrolled: bool,
}

impl Search<'_> {
    /// Who may be next; nobody where a loop without end has written enough.
    fn moves(&mut self, state: &State, choices: &mut Vec<Choice>) {
        moves(self.program, state, self.limits, choices);
        if !choices.is_empty() && self.has_written_enough(state) {
            self.unrolled = true;
            choices.clear();
        }
    }

    fn has_written_enough(&self, state: &State) -> bool {
        has_written_enough(self.program, state, self.limits)
    }

    /// Notes how a run ends here, if it does.
    fn close(&mut self, state: &State, position: usize, is_last: bool) {
        self.is_final.push(is_last);
        if !is_last {
            return;
        }
        let ending = ending(self.program, state, self.limits);
        self.end(state, position, ending);
    }

    fn end(&mut self, state: &State, position: usize, ending: Ending) {
        self.classes.add(self.program, state, position, ending);
        self.properties.end(state, position, ending);
    }
}
