//! The outcomes as JSON: the contract `closing-time/samples/1`, see `sim/engine/schemas/samples-1.schema.json`.

use closing_time_engine::replay::Options;
use closing_time_engine::show::summary;
use closing_time_engine::trace::Outcome;
use serde::Serialize;

use super::Samples;
use crate::failure::Failure;

#[derive(Serialize)]
struct Report<'s> {
    schema: &'static str,
    scenario: &'s str,
    runtime: String,
    arguments: &'s [String],
    first_seed: u64,
    asked: u64,
    sampled: u64,
    complete: bool,
    outcomes: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    text: String,
    count: u64,
    /// Of those sampled, 0 to 1.
    share: f64,
    seed: u64,
    command: String,
    shortest_us: Option<u64>,
    longest_us: Option<u64>,
    /// Of the run with that seed, complete.
    outcome: Outcome,
}

/// One object with a newline at the end.
pub(super) fn json(samples: &Samples<'_>) -> Result<String, Failure> {
    let loaded = &samples.request.loaded;
    let mut outcomes = Vec::new();
    for class in &samples.classes {
        // Sampling leaves out what was printed; one replay per kind of outcome tells it.
        let options = Options { seed: class.seed, ..Options::default() };
        let trace = loaded.replay(&options).map_err(|_| Failure::usage("a run cannot be replayed"))?;
        outcomes.push(Entry {
            text: summary(&class.outcome),
            count: class.count,
            share: class.count as f64 / samples.sampled.max(1) as f64,
            seed: class.seed,
            command: samples.command(class.seed),
            shortest_us: class.ended_us.map(|(shortest, _)| shortest),
            longest_us: class.ended_us.map(|(_, longest)| longest),
            outcome: trace.outcome,
        });
    }
    let report = Report {
        schema: "closing-time/samples/1",
        scenario: &loaded.scenario.name,
        runtime: loaded.program.runtime.label(),
        arguments: &loaded.arguments,
        first_seed: samples.request.options.seed + 1,
        asked: samples.asked,
        sampled: samples.sampled,
        complete: samples.is_complete(),
        outcomes,
    };
    // Plain data with string keys cannot fail to serialize.
    Ok(serde_json::to_string_pretty(&report).unwrap_or_default() + "\n")
}
