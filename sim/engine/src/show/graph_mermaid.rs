//! A state graph for Mermaid.

use super::graph_words::{edge, node};
use crate::explore::Graph;

/// The graph as a Mermaid flow chart.
pub fn mermaid(graph: &Graph) -> String {
    let mut out = String::from("flowchart TD\n");
    for number in 0..graph.nodes.len() {
        let (lines, end) = node(graph, number);
        let label = lines.iter().map(|line| escaped(line)).collect::<Vec<_>>().join("<br/>");
        // A last state is round and has its outcome in its first line.
        out.push_str(&match end {
            true => format!("  n{number}([\"{label}\"]):::last\n"),
            false => format!("  n{number}[\"{label}\"]\n"),
        });
    }
    for step in &graph.edges {
        out.push_str(&format!("  n{} -->|\"{}\"| n{}\n", step.from, escaped(&edge(step)), step.to));
    }
    out.push_str("  classDef last stroke-width:3px\n");
    out
}

/// Mermaid's own entities: it knows no other way to write these characters.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("#quot;"),
            '#' => out.push_str("#35;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '&' => out.push_str("#amp;"),
            '`' => out.push_str("#96;"),
            '\\' => out.push_str("#92;"),
            _ => out.push(letter),
        }
    }
    out
}
