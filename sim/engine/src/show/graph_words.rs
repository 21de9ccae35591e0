//! The words on a state graph, whoever draws it.

use super::layout::{clean, wrap};
use super::summary::summary;
use crate::explore::{Edge, Graph};

/// Columns of a label.
const COLUMNS: usize = 44;

/// The lines of a node, and whether runs end there. Their outcome stands first.
pub(super) fn node(graph: &Graph, number: usize) -> (Vec<String>, bool) {
    let node = &graph.nodes[number];
    let outcome = node.end.iter().map(|outcome| format!("END: {}", summary(outcome)));
    let lines = outcome.chain(node.lines.iter().map(|line| clean(line)));
    (lines.flat_map(|line| wrap(&line, COLUMNS)).collect(), node.end.is_some())
}

/// Who and what.
pub(super) fn edge(step: &Edge) -> String {
    clean(&format!("{}: {}", step.who, step.what))
}
