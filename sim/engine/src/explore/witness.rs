//! Among the shortest ways to an outcome, one with the fewest changes of the thread that moves.

use std::collections::{HashMap, HashSet};

use super::Limits;
use super::classes::observe;
use super::ends::{ending, has_written_enough};
use super::from::start;
use super::moves::moves;
use crate::program::Program;
use crate::world::{Choice, State, step};

/// How often the next step is taken by somebody else.
pub fn switches(way: &[Choice]) -> usize {
    way.windows(2).filter(|pair| who(pair[0]) != who(pair[1])).count()
}

/// A way to the outcome to which `witness` leads, as short as any, and of those with the fewest [`switches`]. The
/// witness itself where more than [`Limits::max_states`] states would have to be looked at.
pub fn calmest(program: &Program, limits: &Limits, witness: &[Choice]) -> Vec<Choice> {
    find(program, limits, witness).unwrap_or_else(|| witness.to_vec())
}

/// Who takes a step: a thread, whether it moves or gives up waiting, or the outside.
fn who(choice: Choice) -> Option<u32> {
    match choice {
        Choice::Run(thread) | Choice::Timeout(thread) => Some(thread.0),
        Choice::Stimulus(_) | Choice::Signal(..) => None,
    }
}

/// One way to a state: its last step, what led to the state before, and its switches.
struct Arrival {
    state: State,
    last: Option<Choice>,
    before: usize,
    switches: usize,
}

fn find(program: &Program, limits: &Limits, witness: &[Choice]) -> Option<Vec<Choice>> {
    let target = Target::of(program, limits, witness)?;
    let mut arrivals = vec![Arrival {
        state: start(program, limits),
        last: limits.after.last().copied(),
        before: 0,
        switches: 0,
    }];
    let mut seen = HashSet::from([arrivals[0].state.words().to_vec()]);
    let (mut level, mut choices) = (0..1, Vec::new());
    for _ in limits.after.len()..=witness.len() {
        let reached = level.clone().filter(|at| target.is_met(program, limits, &arrivals[*at].state));
        // Of equals the first, so that the same search tells the same way.
        if let Some(best) = reached.min_by_key(|at| arrivals[*at].switches) {
            return Some(way_to(&arrivals, best, limits));
        }
        // A shortest way meets no state that was met with fewer steps.
        let mut best: HashMap<(Vec<u64>, Option<u32>), usize> = HashMap::new();
        let first = arrivals.len();
        for before in level.clone() {
            let (state, last) = (arrivals[before].state.clone(), arrivals[before].last);
            moves(program, &state, limits, &mut choices);
            if has_written_enough(program, &state, limits) {
                choices.clear();
            }
            for choice in &choices {
                let mut next = state.clone();
                step(program, &mut next, *choice, &mut ());
                if seen.contains(next.words()) {
                    continue;
                }
                let changes = last.is_some_and(|last| who(last) != who(*choice));
                let switches = arrivals[before].switches + usize::from(changes);
                let arrival = Arrival { state: next, last: Some(*choice), before, switches };
                let key = (arrival.state.words().to_vec(), who(*choice));
                match best.get(&key) {
                    Some(known) if arrivals[*known].switches <= switches => {}
                    Some(known) => arrivals[*known] = arrival,
                    None => {
                        best.insert(key, arrivals.len());
                        arrivals.push(arrival);
                    }
                }
            }
            if arrivals.len() as u64 > limits.max_states {
                return None;
            }
        }
        level = first..arrivals.len();
        seen.extend(arrivals[level.clone()].iter().map(|arrival| arrival.state.words().to_vec()));
    }
    None
}

fn way_to(arrivals: &[Arrival], mut at: usize, limits: &Limits) -> Vec<Choice> {
    let mut way = Vec::new();
    while at != 0 {
        way.extend(arrivals[at].last);
        at = arrivals[at].before;
    }
    way.extend(limits.after.iter().rev());
    way.reverse();
    way
}

/// Where a way has to lead.
enum Target {
    /// To any end that looks the same from outside.
    Class(super::classes::Observed),
    /// To the very state: one from which a run goes round for ever.
    State(Vec<u64>),
}

impl Target {
    fn of(program: &Program, limits: &Limits, witness: &[Choice]) -> Option<Target> {
        let mut state = crate::world::initial(program);
        for choice in witness {
            if !step(program, &mut state, *choice, &mut ()) {
                return None;
            }
        }
        Some(match is_end(program, limits, &state) {
            true => Target::Class(observe(program, &state, ending(program, &state, limits))),
            false => Target::State(state.words().to_vec()),
        })
    }

    fn is_met(&self, program: &Program, limits: &Limits, state: &State) -> bool {
        match self {
            Target::State(words) => state.words() == words,
            Target::Class(seen) => {
                is_end(program, limits, state)
                    && observe(program, state, ending(program, state, limits)) == *seen
            }
        }
    }
}

fn is_end(program: &Program, limits: &Limits, state: &State) -> bool {
    let mut choices = Vec::new();
    moves(program, state, limits, &mut choices);
    choices.is_empty() || has_written_enough(program, state, limits)
}
