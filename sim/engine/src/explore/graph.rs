//! All states and steps of a small program, to be drawn. Nothing is reduced: each node is a state of the model.

use std::collections::HashMap;

use super::Limits;
use super::ends::{ending, has_written_enough};
use super::from::start;
use super::moves::moves;
use crate::program::{FileId, LockId, ProcessId, Program, ThreadId};
use crate::trace::{Ending, Outcome, action, outcome_of, stands};
use crate::world::{ProcessStatus, State, ThreadStatus, step};

/// Everything that can happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    /// The states, in the order in which a breadth-first search finds them; the first is the beginning.
    pub nodes: Vec<Node>,
    /// The steps, by the state that they lead from, then in the order of the threads.
    pub edges: Vec<Edge>,
}

/// One state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Who stands where, who holds what, what lies in which file.
    pub lines: Vec<String>,
    /// What it comes to, if runs end here or go round for ever from here.
    pub end: Option<Outcome>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Index of the state before it.
    pub from: usize,
    /// Index of the state behind it.
    pub to: usize,
    /// The thread that takes it, or `outside`.
    pub who: String,
    /// What it does.
    pub what: String,
}

/// There are more states than were to be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge;

/// The graph of all states, of which there are at most `most`.
///
/// # Errors
///
/// [`TooLarge`] if there are more.
pub fn graph(program: &Program, limits: &Limits, most: usize) -> Result<Graph, TooLarge> {
    let mut states = vec![start(program, limits)];
    let mut known = HashMap::from([(states[0].words().to_vec(), 0)]);
    let (mut nodes, mut edges, mut choices) = (Vec::new(), Vec::new(), Vec::new());
    while nodes.len() < states.len() {
        let (from, state) = (nodes.len(), states[nodes.len()].clone());
        moves(program, &state, limits, &mut choices);
        if has_written_enough(program, &state, limits) {
            choices.clear();
        }
        let end = choices.is_empty().then(|| {
            let ending = ending(program, &state, limits);
            outcome_of(program, &state, ending, None, Vec::new())
        });
        nodes.push(Node { lines: lines(program, &state), end });
        for choice in &choices {
            let mut next = state.clone();
            step(program, &mut next, *choice, &mut ());
            let fresh = states.len();
            let to = *known.entry(next.words().to_vec()).or_insert(fresh);
            if to == fresh {
                states.push(next);
            }
            let (who, what) = action(program, &state, *choice);
            edges.push(Edge { from, to, who, what });
        }
        if states.len() > most {
            return Err(TooLarge);
        }
    }
    for node in rounds(&nodes, &edges) {
        nodes[node].end = Some(outcome_of(program, &states[node], Ending::Endless, None, Vec::new()));
    }
    Ok(Graph { nodes, edges })
}

/// The states that go round for ever: whatever can be reached from them leads back to them.
fn rounds(nodes: &[Node], edges: &[Edge]) -> Vec<usize> {
    let mut behind = vec![Vec::new(); nodes.len()];
    let mut before = vec![Vec::new(); nodes.len()];
    for edge in edges {
        behind[edge.from].push(edge.to);
        before[edge.to].push(edge.from);
    }
    let ends = (0..nodes.len()).filter(|node| nodes[*node].end.is_some());
    let can_end = reached(ends, &before);
    let hopeless = (0..nodes.len()).filter(|node| !can_end[*node]);
    let comes_back = |node: &usize| {
        let there = reached([*node], &behind);
        let back = reached([*node], &before);
        !there.iter().zip(&back).any(|(there, back)| *there && !*back)
    };
    hopeless.filter(comes_back).collect()
}

/// Which nodes can be reached from some.
fn reached(from: impl IntoIterator<Item = usize>, next: &[Vec<usize>]) -> Vec<bool> {
    let mut seen = vec![false; next.len()];
    let mut todo: Vec<usize> = from.into_iter().collect();
    while let Some(node) = todo.pop() {
        if !std::mem::replace(&mut seen[node], true) {
            todo.extend(&next[node]);
        }
    }
    seen
}

/// What there is to see of a state.
fn lines(program: &Program, state: &State) -> Vec<String> {
    let several = program.processes.len() > 1;
    let name = |thread: ThreadId| match several {
        true => {
            format!("{}/{}", program.process(program.process_of(thread)).name, program.thread_name(thread))
        }
        false => program.thread_name(thread),
    };
    let mut lines = Vec::new();
    for process in (0..program.processes.len() as u32).map(ProcessId) {
        let words = match state.process_status(program, process) {
            ProcessStatus::Exited => format!("exit {}", state.exit_code(program, process)),
            ProcessStatus::Killed => format!("killed by {}", state.killer(program, process).name()),
            _ => continue,
        };
        lines.push(format!("{}: {words}", program.process(process).name));
    }
    for thread in (0..program.threads.len() as u32).map(ThreadId) {
        if state.thread_status(program, thread) == ThreadStatus::Live {
            lines.push(format!("{}: {}", name(thread), stands(program, state, thread)));
        }
    }
    for (number, info) in program.locks.iter().enumerate() {
        if let Some(holder) = state.holder(program, LockId(number as u32)) {
            lines.push(format!("{} holds {}", name(holder), info.name));
        }
    }
    for (number, info) in program.files.iter().enumerate() {
        let (durable, inside, _) = state.file(program, FileId(number as u32));
        if durable + inside > 0 {
            lines.push(format!("{}: {durable} B on disk, {inside} in the buffer", info.path));
        }
    }
    lines
}
