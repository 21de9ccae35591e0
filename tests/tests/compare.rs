//! The comparison must notice when model and nature differ: predictions set against programs of another scenario.

use closing_time_engine::Loaded;
use closing_time_engine::export::{ExportOptions, Target};
use closing_time_engine::scenario::{Setup, catalogue};
use closing_time_engine::trace::Trace;
use closing_time_tests::allowed::from_nearest_end;
use closing_time_tests::build::Workshop;
use closing_time_tests::compare::{Prediction, differences};
use closing_time_tests::predict::{Pace, limit, predict};
use closing_time_tests::run::{Job, Observed, Output, run};
use closing_time_tests::runtime::of_python;
use closing_time_tests::runtime::python::interpreters;

const SCALE: f64 = 0.1;

/// Predicts with some settings, runs with others, and returns what differs; `None` without an interpreter.
fn mixed_up(name: &str, predicted: &[(&str, &str)], run_with: &[(&str, &str)]) -> Option<String> {
    let (said, trace, seen) = run_other(name, predicted, run_with)?;
    Some(
        differences(&Prediction::timed(&said.scenario, &trace, SCALE, Pace::of(Target::Python)), &seen)
            .join("\n"),
    )
}

/// What was loaded and predicted with some settings, and what was seen with others.
fn run_other(
    name: &str,
    predicted: &[(&str, &str)],
    run_with: &[(&str, &str)],
) -> Option<(Loaded, Trace, Observed)> {
    let python = interpreters().first()?;
    let source = catalogue::find(name).expect("a built-in scenario").source;
    let setup = |set: &[(&str, &str)]| Setup {
        set: set.iter().map(|(knob, value)| (knob.to_string(), value.to_string())).collect(),
        runtime: Some(python.runtime()),
        ..Setup::default()
    };
    let (said, trace) = predict(source, &setup(predicted)).expect("it can be predicted");
    let (other, other_trace) = predict(source, &setup(run_with)).expect("it can be predicted");
    let options = ExportOptions { trace: true, scale: SCALE, ..ExportOptions::default() };
    let program = other.export(Target::Python, &options).expect("it can be exported");
    let stimuli = other
        .scenario
        .stimuli
        .iter()
        .filter_map(|s| Some(((s.at_us? as f64 * SCALE) as u64, s.what.signal()?, s.to.clone())))
        .collect();
    let limit = limit(&other_trace, SCALE).min(limit(&trace, SCALE));
    let workshop = Workshop::new().expect("a temporary folder");
    let program = workshop.build(&of_python(python), &program).expect("nothing is to be built");
    let job = Job {
        program: &program,
        traced: true,
        root: &other.scenario.processes[0].name,
        stimuli,
        output: Output::File,
        limit,
    };
    let seen = run(&job).expect("the program can be run");
    Some((said, trace, seen))
}

#[test]
fn an_end_that_no_order_of_steps_leads_to_shows() {
    const MOST: u64 = 100_000;
    let Some((said, _, seen)) = run_other("pdf-shutdown", &[], &[]) else { return };
    assert_eq!(from_nearest_end(&said, &seen, MOST), Some(vec![]));
    assert_eq!(from_nearest_end(&said, &seen, 10), None, "not every end is known");
    let Some((said, _, seen)) = run_other("pdf-shutdown", &[], &[("stop", "TERM")]) else { return };
    let found = from_nearest_end(&said, &seen, MOST).expect("few states").join("\n");
    assert!(found.contains("status of server: predicted Some(Code(0)), seen Some(Signal(15))"), "{found}");
}

#[test]
fn the_same_settings_agree() {
    let Some(found) = mixed_up("pdf-shutdown", &[], &[]) else { return };
    assert_eq!(found, "");
}

#[test]
fn a_turned_flag_shows_in_the_thread_and_in_its_file() {
    let Some(found) = mixed_up("pdf-shutdown", &[], &[("pdf.daemon", "false")]) else { return };
    assert!(found.contains("thread pdf of server: predicted CutOff, seen Ended"), "{found}");
    assert!(found.contains("report.pdf: predicted 8192 of 12288 bytes, seen 20480"), "{found}");
}

#[test]
fn another_stop_shows_in_the_status() {
    let stop = [("stop", "TERM")];
    let Some(found) = mixed_up("pdf-shutdown", &[], &stop) else { return };
    assert!(found.contains("status of server: predicted Some(Code(0)), seen Some(Signal(15))"), "{found}");
}

#[test]
fn a_hang_that_does_not_come_shows() {
    let Some(found) = mixed_up("hang-on-exit", &[], &[("poller.daemon", "true")]) else { return };
    assert!(found.contains("but everything ended"), "{found}");
}

#[test]
fn orphans_show() {
    let Some(found) = mixed_up("mixed-family", &[], &[("stop", "TERM")]) else { return };
    assert!(found.contains("left behind: predicted []"), "{found}");
}

#[test]
fn a_handler_that_is_skipped_shows() {
    let Some(found) = mixed_up("mixed-family", &[], &[("stop", "TERM")]) else { return };
    assert!(
        found.contains("exit:lock-the-door of bakery: predicted to begin, but it did not begin"),
        "{found}"
    );
}
