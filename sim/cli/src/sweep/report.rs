//! The stretches as JSON: the contract `closing-time/sweep/1`, see `sim/engine/schemas/sweep-1.schema.json`.

use closing_time_engine::show::summary;
use closing_time_engine::trace::Outcome;
use serde::Serialize;

use super::{Findings, table};

#[derive(Serialize)]
struct Report<'f> {
    schema: &'static str,
    scenario: &'f str,
    runtime: String,
    arguments: &'f [String],
    seed: u64,
    signal: &'f str,
    complete: bool,
    cut: bool,
    until_us: u64,
    replays: u64,
    without: Without<'f>,
    stretches: Vec<Entry<'f>>,
}

/// How it ends if the signal does not come.
#[derive(Serialize)]
struct Without<'f> {
    text: String,
    outcome: &'f Outcome,
}

#[derive(Serialize)]
struct Entry<'f> {
    from_us: u64,
    /// `null`: for ever.
    to_us: Option<u64>,
    /// Of the time up to `until_us`, 0 to 1.
    share: f64,
    text: String,
    outcome: &'f Outcome,
    command: String,
}

/// One object with a newline at the end.
pub(super) fn json(findings: &Findings) -> String {
    let sweep = &findings.sweep;
    let stretches = sweep.stretches.iter().map(|stretch| Entry {
        from_us: stretch.from_us,
        to_us: stretch.to_us,
        share: table::share(sweep, stretch),
        text: summary(&stretch.outcome),
        outcome: &stretch.outcome,
        command: findings.command(stretch),
    });
    let report = Report {
        schema: "closing-time/sweep/1",
        scenario: &findings.loaded.scenario.name,
        runtime: findings.loaded.program.runtime.label(),
        arguments: &findings.loaded.arguments,
        seed: findings.seed,
        signal: &findings.signal,
        complete: sweep.complete,
        cut: sweep.cut,
        until_us: sweep.until_us,
        replays: sweep.replays,
        without: Without { text: summary(&sweep.base), outcome: &sweep.base },
        stretches: stretches.collect(),
    };
    // Plain data with string keys cannot fail to serialize.
    serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
}
