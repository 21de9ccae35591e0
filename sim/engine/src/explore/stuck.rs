//! The states from which no end can be reached: only endless loops are left.
//!
//! A loop that can be left is no danger as long as every thread that can move is allowed to move some day
//! (fairness). A loop that cannot be left is found here: states that reach no final state, and among them those
//! that lie on a cycle which nothing leaves.

use super::space::Space;
use super::store::Store;
use crate::world::State;

/// One state of each group of states that go round for ever, in the order in which they were found.
pub(super) fn endless(space: &Space, store: &Store, is_final: &[bool], scratch: &mut State) -> Vec<usize> {
    let successors = Successors::of(space, store, scratch);
    let hopeless = hopeless(&successors, is_final);
    if !hopeless.contains(&true) {
        return Vec::new();
    }
    bottoms(&successors, &hopeless)
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

/// The first state of each strongly connected component of hopeless states that nothing leaves (Tarjan, without
/// recursion).
fn bottoms(successors: &Successors, hopeless: &[bool]) -> Vec<usize> {
    const NEW: u32 = u32::MAX;
    let count = successors.len();
    let (mut order, mut low, mut component) = (vec![NEW; count], vec![0_u32; count], vec![NEW; count]);
    let (mut stack, mut work, mut next, mut components) = (Vec::new(), Vec::new(), 0_u32, 0_u32);
    for root in (0..count).filter(|state| hopeless[*state]) {
        if order[root] != NEW {
            continue;
        }
        work.push((root, 0_usize));
        while let Some((state, edge)) = work.pop() {
            if edge == 0 {
                (order[state], low[state]) = (next, next);
                next += 1;
                stack.push(state);
            }
            match successors.from(state).get(edge) {
                Some(target) => {
                    let target = *target as usize;
                    work.push((state, edge + 1));
                    if order[target] == NEW {
                        work.push((target, 0));
                    } else if component[target] == NEW {
                        low[state] = low[state].min(order[target]);
                    }
                }
                None => {
                    if low[state] == order[state] {
                        while let Some(member) = stack.pop() {
                            component[member] = components;
                            if member == state {
                                break;
                            }
                        }
                        components += 1;
                    }
                    if let Some((parent, _)) = work.last() {
                        low[*parent] = low[*parent].min(low[state]);
                    }
                }
            }
        }
    }
    let mut closed = vec![true; components as usize];
    let mut first = vec![usize::MAX; components as usize];
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
