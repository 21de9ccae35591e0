//! One scenario, one runtime: predict, export, build, run, compare.

use closing_time_engine::Loaded;
use closing_time_engine::export::ExportOptions;
use closing_time_engine::scenario::{Outside, Scenario, Setup, Stdout};
use closing_time_engine::trace::Trace;

use crate::allowed::from_nearest_end;
use crate::build::Workshop;
use crate::compare::{Prediction, differences};
use crate::predict::{self, Pace};
use crate::run::{Job, Observed, Output, run};
use crate::runtime::Real;

/// How often a run is repeated when it differs, each time twice as slowly. A machine that was busy for a moment is
/// excused that way; a model that is wrong stays wrong at any speed.
const ATTEMPTS: u32 = 4;

/// More states than this are not searched for the end of a run that nothing else is said about.
const MOST_STATES: u64 = 300_000;

/// The same where the end was predicted.
const FEW_STATES: u64 = 10_000;

/// Checks that nature does what the model predicts, and nothing that `explore` does not find, where it can tell.
///
/// # Errors
///
/// The differences of the last attempt, with everything needed to look into them.
pub fn check(source: &str, setup: &Setup, real: &Real, workshop: &Workshop) -> Result<(), String> {
    let (loaded, trace) = predict::predict(source, &of(real, setup))?;
    let scenario = &loaded.scenario;
    let pace = Pace::of(real.target);
    let mut scale = predict::scale(scenario, &trace, pace);
    let mut report = String::new();
    for _ in 0..ATTEMPTS {
        let (seen, text) = observe(&loaded, &trace, real, workshop, scale)?;
        let found = differences(&Prediction::timed(scenario, &trace, scale, pace), &seen);
        if found.is_empty() {
            let apart = from_nearest_end(&loaded, &seen, FEW_STATES).unwrap_or_default();
            return match apart.is_empty() {
                true => Ok(()),
                false => Err(describe(&apart, &seen, &text, scale)),
            };
        }
        // Two timers that run out at the same moment may do so in either order, whatever the model makes of that.
        let tie = predict::smallest_gap_us(scenario, &trace) == Some(0);
        if tie || predict::depends_on_luck(source, &of(real, setup), predict::MANY_ORDERS)? {
            // The prediction was one of several, and this is another one.
            let apart = from_nearest_end(&loaded, &seen, MOST_STATES);
            if apart.is_some_and(|apart| apart.is_empty()) {
                return Ok(());
            }
        }
        report = describe(&found, &seen, &text, scale);
        scale *= 2.0;
    }
    Err(report)
}

/// Checks that what nature does is among what `explore` finds. For scenarios whose threads race: one run of the model
/// says nothing about them.
///
/// # Errors
///
/// The differences from the end that is nearest, with everything needed to look into them; or that the search finds no
/// end within its limits.
pub fn check_end(source: &str, setup: &Setup, real: &Real, workshop: &Workshop) -> Result<(), String> {
    let (loaded, trace) = predict::predict(source, &of(real, setup))?;
    let scale = predict::scale(&loaded.scenario, &trace, Pace::of(real.target));
    let (seen, text) = observe(&loaded, &trace, real, workshop, scale)?;
    match from_nearest_end(&loaded, &seen, MOST_STATES) {
        Some(apart) if apart.is_empty() => Ok(()),
        Some(apart) => Err(describe(&apart, &seen, &text, scale)),
        None => Err("this end was not found, and not all ends are known".into()),
    }
}

fn of(real: &Real, setup: &Setup) -> Setup {
    Setup { runtime: real.rules.clone(), ..setup.clone() }
}

/// One run at a scale, and the program.
fn observe(
    loaded: &Loaded,
    trace: &Trace,
    real: &Real,
    workshop: &Workshop,
    scale: f64,
) -> Result<(Observed, String), String> {
    let scenario = &loaded.scenario;
    let options = ExportOptions { trace: true, scale, ..ExportOptions::default() };
    let text = loaded.export(real.target, &options).map_err(|refusal| refusal.message)?;
    let program = workshop.build(real, &text).map_err(|said| format!("{said}\nprogram:\n{text}"))?;
    let stimuli = scenario.stimuli.iter().filter_map(|stimulus| {
        let at = (stimulus.at_us? as f64 * scale) as u64;
        Some((at, stimulus.what.signal()?, stimulus.to.clone()))
    });
    let job = Job {
        program: &program,
        traced: true,
        root: &scenario.processes[0].name,
        stimuli: stimuli.collect(),
        output: output(scenario, scale),
        limit: predict::limit(trace, scale),
    };
    let seen = run(&job).map_err(|error| format!("{program:?} cannot be run: {error}"))?;
    Ok((seen, text))
}

/// Where the standard output of a scenario's first process goes, and when it is read.
pub fn output(scenario: &Scenario, scale: f64) -> Output {
    let root = &scenario.processes[0];
    if root.stdout != Stdout::Stalled {
        return Output::File;
    }
    let read = scenario.stimuli.iter().find(|from| from.what == Outside::Read && from.to == root.name);
    Output::Pipe(read.and_then(|read| read.at_us).map(|at| (at as f64 * scale) as u64))
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
    report.push_str(&format!("status: {:?}\nstderr:\n{}\n", seen.status, seen.stderr));
    report.push_str(&format!("program:\n{program}\n"));
    report
}
