//! The states from which no end can be reached: only endless loops are left; and whether there are other loops.
//!
//! A loop that can be left is left, as long as every thread that can move all the time is allowed to move some day
//! (`overtaken` looks into those of which that is not enough). A loop that cannot be left is found here: states that
//! reach no final state, and among them those that lie on a cycle which nothing leaves.

use super::components::{NONE, components};
use super::space::Space;
use super::store::Store;
use crate::world::State;

/// Where runs can go round.
pub(super) struct Stuck {
    /// One state of each group of states that go round for ever, in the order in which they were found.
    pub(super) endless: Vec<usize>,
    /// Whether there is a loop from which an end can be reached.
    pub(super) has_loop: bool,
}

/// Looks for loops among the states of a search.
pub(super) fn stuck(space: &Space, store: &Store, is_final: &[bool], scratch: &mut State) -> Stuck {
    let successors = Successors::of(space, store, scratch);
    let hopeless = hopeless(&successors, is_final);
    let endless = if hopeless.contains(&true) { bottoms(&successors, &hopeless) } else { Vec::new() };
    Stuck { endless, has_loop: has_loop(&successors, &hopeless) }
}

/// The edges of the state graph, one list behind the other.
struct Successors {
    first: Vec<u32>,
    edges: Vec<u32>,
}

impl Successors {
    fn of(space: &Space, store: &Store, scratch: &mut State) -> Self {
        let mut successors = Successors { first: vec![0], edges: Vec::new() };
        let mut choices = Vec::new();
        for state in 0..store.len() {
            scratch.load(store.get(state));
            space.moves(scratch, &mut choices);
            for choice in &choices {
                scratch.load(store.get(state));
                space.step(scratch, *choice);
                if let Some(next) = store.find(scratch.words()) {
                    successors.edges.push(next as u32);
                }
            }
            successors.first.push(successors.edges.len() as u32);
        }
        successors
    }

    fn from(&self, state: usize) -> &[u32] {
        &self.edges[self.first[state] as usize..self.first[state + 1] as usize]
    }

    fn len(&self) -> usize {
        self.first.len() - 1
    }

    /// The components of the states that are hopeless, or of those that are not.
    fn components(&self, hopeless: &[bool], wanted: bool) -> (Vec<u32>, usize) {
        let next = |state, edge| self.from(state).get(edge).map(|next| *next as usize);
        components(self.len(), |state| hopeless[state] == wanted, next)
    }
}

/// Which states reach no final one.
fn hopeless(successors: &Successors, is_final: &[bool]) -> Vec<bool> {
    let mut incoming = vec![Vec::new(); successors.len()];
    for state in 0..successors.len() {
        for next in successors.from(state) {
            incoming[*next as usize].push(state as u32);
        }
    }
    let mut hopeless: Vec<bool> = is_final.iter().map(|is_final| !is_final).collect();
    let mut todo: Vec<usize> = (0..successors.len()).filter(|state| is_final[*state]).collect();
    while let Some(state) = todo.pop() {
        for before in &incoming[state] {
            if std::mem::replace(&mut hopeless[*before as usize], false) {
                todo.push(*before as usize);
            }
        }
    }
    hopeless
}

/// The first state of each component of hopeless states that nothing leaves.
fn bottoms(successors: &Successors, hopeless: &[bool]) -> Vec<usize> {
    let count = successors.len();
    let (component, components) = successors.components(hopeless, true);
    let mut closed = vec![true; components];
    let mut first = vec![usize::MAX; components];
    for state in (0..count).filter(|state| hopeless[*state]) {
        let mine = component[state] as usize;
        first[mine] = first[mine].min(state);
        let leaves = |target: &u32| component[*target as usize] != component[state];
        closed[mine] &= !successors.from(state).iter().any(leaves);
    }
    let mut found: Vec<_> =
        first.into_iter().zip(closed).filter(|(_, closed)| *closed).map(|(first, _)| first).collect();
    found.sort_unstable();
    found
}

/// Whether some state that is not hopeless leads back to itself.
fn has_loop(successors: &Successors, hopeless: &[bool]) -> bool {
    let (component, _) = successors.components(hopeless, false);
    let comes_back = |state: usize| {
        let mine = component[state];
        mine != NONE && successors.from(state).iter().any(|next| component[*next as usize] == mine)
    };
    (0..successors.len()).any(comes_back)
}
