//! A state graph for Graphviz.

use super::graph_words::{edge, node};
use crate::explore::Graph;

/// The graph in the language of `dot`.
pub fn dot(graph: &Graph, title: &str) -> String {
    let mut out = format!(
        "digraph {} {{\n  node [shape=box, fontname=\"sans-serif\", fontsize=10];\n  \
         edge [fontname=\"sans-serif\", fontsize=9];\n",
        quoted(title)
    );
    for number in 0..graph.nodes.len() {
        let (lines, end) = node(graph, number);
        // A last state has a double frame, and its outcome in its first line.
        let frame = if end { ", peripheries=2, style=bold" } else { "" };
        out.push_str(&format!("  n{number} [label={}{frame}];\n", quoted(&lines.join("\n"))));
    }
    for step in &graph.edges {
        out.push_str(&format!("  n{} -> n{} [label={}];\n", step.from, step.to, quoted(&edge(step))));
    }
    out.push_str("}\n");
    out
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}
