//! One scenario, one interpreter: predict, export, run, compare.

use std::time::Duration;

use closing_time_engine::export::{ExportOptions, Target, export};
use closing_time_engine::scenario::{Scenario, Setup};
use closing_time_engine::trace::Trace;

use crate::compare::{Prediction, differences};
use crate::listing::Listing;
use crate::predict;
use crate::python::Python;
use crate::run::{Job, Observed, run};

/// How often a run is repeated when it differs, each time twice as slowly. A machine that was busy for a moment is
/// excused that way; a model that is wrong stays wrong at any speed.
const ATTEMPTS: u32 = 3;

/// About how long one run may take at first.
const BUDGET: Duration = Duration::from_millis(1500);

/// How often a program whose threads race is run.
const RUNS: u32 = 5;

/// Checks that nature does what the model predicts, and that each run ends in an outcome that the search lists.
///
/// # Errors
///
/// The differences of the last attempt, with everything needed to look into them.
pub fn check(source: &str, setup: &Setup, python: &Python) -> Result<(), String> {
    let setup = Setup { runtime: Some(python.runtime()), ..setup.clone() };
    let (scenario, trace) = predict::predict(source, &setup)?;
    let mut scale = predict::scale(&scenario, &trace, BUDGET);
    let listing = Listing::of(source, &setup)?;
    let mut report = String::new();
    for _ in 0..ATTEMPTS {
        let (seen, program) = one(&scenario, &trace, python, scale)?;
        listing
            .must_have(&scenario, &seen)
            .map_err(|unlisted| describe(&[unlisted], &seen, &program, scale))?;
        let found = differences(&Prediction { scenario: &scenario, trace: &trace, scale }, &seen);
        if found.is_empty() {
            return Ok(());
        }
        report = describe(&found, &seen, &program, scale);
        scale *= 2.0;
    }
    Err(report)
}

/// Checks that a real run ends in one of the outcomes that the search lists, whichever: for threads that race.
///
/// # Errors
///
/// What happened, if no outcome fits.
pub fn check_listed(source: &str, setup: &Setup, python: &Python) -> Result<(), String> {
    let setup = Setup { runtime: Some(python.runtime()), ..setup.clone() };
    let (scenario, trace) = predict::predict(source, &setup)?;
    let listing = Listing::of(source, &setup)?;
    if !listing.is_complete() {
        return Err("the search is too large to say anything".into());
    }
    let scale = predict::scale(&scenario, &trace, BUDGET);
    for _ in 0..RUNS {
        let (seen, program) = one(&scenario, &trace, python, scale)?;
        listing
            .must_have(&scenario, &seen)
            .map_err(|unlisted| describe(&[unlisted], &seen, &program, scale))?;
    }
    Ok(())
}

/// One real run, and the program that ran.
fn one(
    scenario: &Scenario,
    trace: &Trace,
    python: &Python,
    scale: f64,
) -> Result<(Observed, String), String> {
    let program = export(scenario, Target::Python, &ExportOptions { trace: true, scale })?;
    let stimuli = scenario.stimuli.iter().filter_map(|stimulus| {
        Some(((stimulus.at_us? as f64 * scale) as u64, stimulus.signal, stimulus.to.clone()))
    });
    let job = Job {
        python,
        program: &program,
        root: &scenario.processes[0].name,
        stimuli: stimuli.collect(),
        limit: predict::limit(trace, scale),
    };
    let seen = run(&job).map_err(|error| format!("{} cannot be run: {error}", python.path.display()))?;
    Ok((seen, program))
}

fn describe(found: &[String], seen: &Observed, program: &str, scale: f64) -> String {
    let mut report = format!("differences at scale {scale}:\n");
    for difference in found {
        report.push_str(&format!("  - {difference}\n"));
    }
    report.push_str("what happened:\n");
    for line in seen.lines.iter().rev().take(40).rev() {
        let (at, process, thread) = (line.at_us, &line.process, &line.thread);
        report.push_str(&format!("  {at:>9} {process} {thread} {} {}\n", line.kind, line.detail));
    }
    report.push_str(&format!("stderr:\n{}\n", seen.stderr));
    let body = program.split_once("\"raise\", f\"{what}").map_or(program, |(_, body)| body);
    report.push_str(&format!("program:\n{body}\n"));
    report
}
