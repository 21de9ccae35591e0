//! One scenario, one interpreter: predict, export, run, compare.

use std::time::Duration;

use closing_time_engine::export::{ExportOptions, Target};
use closing_time_engine::scenario::Setup;

use crate::compare::{Prediction, differences};
use crate::predict;
use crate::python::Python;
use crate::run::{Job, run};

/// How often a run is repeated when it differs, each time twice as slowly. A machine that was busy for a moment is
/// excused that way; a model that is wrong stays wrong at any speed.
const ATTEMPTS: u32 = 3;

/// About how long one run may take at first.
const BUDGET: Duration = Duration::from_millis(1500);

/// Checks that nature does what the model predicts.
///
/// # Errors
///
/// The differences of the last attempt, with everything needed to look into them.
pub fn check(source: &str, setup: &Setup, python: &Python) -> Result<(), String> {
    let setup = Setup { runtime: Some(python.runtime()), ..setup.clone() };
    let (loaded, trace) = predict::predict(source, &setup)?;
    let scenario = &loaded.scenario;
    let mut scale = predict::scale(scenario, &trace, BUDGET);
    let mut report = String::new();
    for _ in 0..ATTEMPTS {
        let options = ExportOptions { trace: true, scale, ..ExportOptions::default() };
        let program = loaded.export(Target::Python, &options).map_err(|refusal| refusal.message)?;
        let stimuli = scenario.stimuli.iter().filter_map(|stimulus| {
            Some(((stimulus.at_us? as f64 * scale) as u64, stimulus.signal, stimulus.to.clone()))
        });
        let job = Job {
            python,
            program: &program,
            root: &scenario.processes[0].name,
            stimuli: stimuli.collect(),
            limit: predict::limit(&trace, scale),
        };
        let seen = run(&job).map_err(|error| format!("{} cannot be run: {error}", python.path.display()))?;
        let found = differences(&Prediction { scenario, trace: &trace, scale }, &seen);
        if found.is_empty() {
            return Ok(());
        }
        report = describe(&found, &seen, &program, scale);
        scale *= 2.0;
    }
    Err(report)
}

fn describe(found: &[String], seen: &crate::run::Observed, program: &str, scale: f64) -> String {
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
