//! The outcomes as JSON: the contract `closing-time/explore/1`, see `sim/engine/schemas/explore-1.schema.json`.

use closing_time_engine::show::summary;
use closing_time_engine::trace::Outcome;
use serde::Serialize;

use super::Findings;

#[derive(Serialize)]
struct Report<'f> {
    schema: &'static str,
    scenario: &'f str,
    runtime: String,
    arguments: &'f [String],
    complete: bool,
    unrolled: bool,
    states: u64,
    transitions: u64,
    depth: u32,
    reductions: &'f [&'f str],
    outcomes: Vec<Entry<'f>>,
}

#[derive(Serialize)]
struct Entry<'f> {
    id: &'f str,
    text: String,
    outcome: &'f Outcome,
    steps: usize,
    witness: String,
    command: String,
    ends: u64,
}

/// One object with a newline at the end.
pub(super) fn json(findings: &Findings) -> String {
    let found = &findings.exploration;
    let outcomes = found.classes.iter().map(|class| Entry {
        id: &class.id,
        text: summary(&class.outcome),
        outcome: &class.outcome,
        steps: class.witness.len(),
        witness: findings.witness(&class.witness),
        command: findings.command(&class.witness),
        ends: class.ends,
    });
    let report = Report {
        schema: "closing-time/explore/1",
        scenario: &findings.loaded.scenario.name,
        runtime: findings.loaded.program.runtime.label(),
        arguments: &findings.loaded.arguments,
        complete: found.incomplete.is_none(),
        unrolled: found.unrolled,
        states: found.progress.states,
        transitions: found.progress.transitions,
        depth: found.progress.depth,
        reductions: &[],
        outcomes: outcomes.collect(),
    };
    // Plain data with string keys cannot fail to serialize.
    serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
}
