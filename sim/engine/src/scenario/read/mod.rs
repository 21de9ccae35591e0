//! The reader: text in, scenario or diagnostics out.
//!
//! ```text
//! text ─▶ kdl ─▶ node, value ─▶ knobs, processes, steps, outside ─▶ check
//! ```
//!
//! Every stage goes on after a mistake where it can, so that one reading reports them all.

mod check;
mod file;
mod knobs;
mod limits;
mod loops;
mod node;
mod outside;
mod processes;
mod quantified;
mod references;
mod schema;
mod steps;
#[cfg(test)]
mod tests;
mod timers;
mod value;

use std::collections::HashSet;

use self::knobs::Knobs;
use super::kdl::{self, KdlDocument, KdlNode};
use super::{Scenario, Setup};
use crate::diagnostic::{Diagnostic, Span};

/// Reads a scenario and applies `setup` to it.
///
/// # Errors
/// Everything that is wrong with the text or the setup, in the order of the text; at least one, at most 21.
pub fn read(source: &str, setup: &Setup) -> Result<Scenario, Vec<Diagnostic>> {
    if source.len() > limits::FILE_BYTES {
        let message = format!(
            "a scenario has at most {} KiB, but this one has {}",
            limits::FILE_BYTES / 1024,
            source.len().div_ceil(1024)
        );
        return Err(vec![Diagnostic::general(message).help("say it with `repeat`, `count` and knobs")]);
    }
    let parsed = kdl::parse_all(source);
    let Some(document) = parsed.document else { return Err(in_order(parsed.errors)) };
    let mut reader = Reader {
        text: source,
        diagnostics: parsed.errors,
        knobs: Knobs::new(setup),
        spawned: processes::spawned(&document),
        suspects: HashSet::new(),
        left_out: HashSet::new(),
        targets: vec![],
    };
    let scenario = reader.file(&document, setup);
    match scenario {
        Some(mut scenario) if reader.diagnostics.is_empty() => {
            scenario.knobs = reader.knobs.into_list();
            Ok(scenario)
        }
        _ => Err(in_order(reader.diagnostics)),
    }
}

/// Sorted by place, those without a place first; cut off where nobody reads on.
fn in_order(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.sort_by_key(|one| one.span.map(|span| span.start));
    found.dedup();
    if found.is_empty() {
        found.push(Diagnostic::general("this is not a scenario"));
    }
    let more = found.len().saturating_sub(limits::DIAGNOSTICS);
    if more > 0 {
        found.truncate(limits::DIAGNOSTICS);
        found.push(Diagnostic::general(format!("there are {more} more mistakes")).help("mend these first"));
    }
    found
}

/// What is known while a text is read.
struct Reader<'t> {
    text: &'t str,
    diagnostics: Vec<Diagnostic>,
    knobs: Knobs,
    /// Processes that some `spawn` names.
    spawned: HashSet<String>,
    /// Texts in nodes that were not understood; see [`Reader::suspect`].
    suspects: HashSet<String>,
    /// Threads, pools and processes that a condition drops.
    left_out: HashSet<String>,
    /// Processes that `at` names, to be looked up when all are known.
    targets: Vec<Target>,
}

/// A process named from outside.
struct Target {
    name: String,
    span: Span,
    /// Its standard output begins to be read.
    reads: bool,
}

impl Reader<'_> {
    fn fail(
        &mut self,
        span: Span,
        message: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.diagnostics.push(Diagnostic::at(span, message, label).help(help));
    }

    /// The nodes of a block with those of its conditions in their place; false marks what a condition drops.
    ///
    /// Dropped nodes are still read, so that a mistake in them is found before somebody turns the knob.
    fn kept<'n>(&mut self, block: Option<&'n KdlDocument>, live: bool) -> Vec<(&'n KdlNode, bool)> {
        let mut out = vec![];
        for node in block.into_iter().flat_map(KdlDocument::nodes) {
            if !matches!(node.name().value(), "when" | "unless") {
                out.push((node, live));
                continue;
            }
            let holds = self.condition(node);
            if holds.is_none() {
                self.suspect(node);
            }
            out.extend(self.kept(node.children(), live && holds == Some(true)));
        }
        out
    }
}
