//! `--step` from a pipe: one command per line.

use closing_time_engine::load;
use closing_time_engine::program::ThreadId;
use closing_time_engine::replay::Schedule;
use closing_time_engine::scenario::{Setup, catalogue};
use closing_time_engine::world::Choice;

use crate::{run, typed};

fn walk(scenario: &str, input: &str) -> String {
    walk_with(&["scenario", scenario, "--step"], input)
}

fn walk_with(arguments: &[&str], input: &str) -> String {
    let done = typed(arguments, input);
    assert_eq!((done.code, done.err.as_str()), (Some(0), ""), "{}", done.out);
    done.out
}

#[test]
fn forth_and_back() {
    insta::assert_snapshot!(walk("pdf-shutdown", "b\n\n\n\n\nb\n?\nb\nwhatever\nq\n"));
}

#[test]
fn to_the_end_and_why() {
    insta::assert_snapshot!(walk("daemon-holds-lock", "a\n?\nb\n\n\n"));
}

#[test]
fn a_signal_and_a_flag() {
    insta::assert_snapshot!(walk("pdf-shutdown", "\n\n\n\n\n\ns INT\n\nd audit\n?\na\n"));
}

#[test]
fn processes_are_named() {
    insta::assert_snapshot!(walk("mixed-family", "\n\n\ns\ns TERM nobody\nd\nd nobody\nd courier\n\nh\n"));
}

#[test]
fn the_schedule_at_the_end_repeats_the_run() {
    let out = walk("pdf-shutdown", "\n\n\n\n\n\ns INT\na\n");
    let schedule = out.lines().find_map(|line| line.split_once("--schedule ")).unwrap().1;
    assert!(schedule.starts_with("ct1:x0."), "{schedule}");
    let again = run(&["scenario", "pdf-shutdown", "--schedule", schedule]);
    assert_eq!(again.code, Some(0), "{}", again.err);
    let outcome = |text: &str| -> Vec<String> {
        let from = text.lines().skip_while(|line| !line.starts_with("Outcome"));
        from.take_while(|line| !line.starts_with("Repeat") && !line.starts_with("Try"))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(outcome(&out), outcome(&again.out));
    assert!(outcome(&out)[0].contains("killed by INT"), "{out}");
}

#[test]
fn back_is_the_same_run_again() {
    let steps = |input: &str| {
        let out = walk("work-queue", input);
        out.lines().filter(|line| !line.starts_with('[')).map(str::to_owned).collect::<Vec<_>>()
    };
    let straight = steps("\n\n\n\n\n\n\n\nq\n");
    let around = steps("\n\n\n\nb\nb\nb\n\n\n\n\n\n\n\nq\n");
    assert_eq!(straight.last(), around.last());
    assert_eq!(straight[straight.len() - 4..], around[around.len() - 4..]);
}

#[test]
fn the_end_of_input_and_endless_lines_end_it() {
    assert!(walk("pdf-shutdown", "").ends_with("[0 0.000s] \n"));
    let done = typed(&["scenario", "pdf-shutdown", "--step"], &"x".repeat(10_000));
    assert_eq!(done.code, Some(2));
    assert!(done.err.contains("longer than 4 KiB"), "{}", done.err);
}

/// The schedule that `explore` gives for an outcome with these words.
fn witness(scenario: &str, words: &str) -> String {
    let found = run(&["explore", scenario, "--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&found.out).unwrap();
    let classes = found["outcomes"].as_array().unwrap();
    let class = classes.iter().find(|class| class["text"].as_str().is_some_and(|text| text.contains(words)));
    class.unwrap()["witness"].as_str().unwrap().to_owned()
}

#[test]
fn a_witness_step_by_step() {
    let schedule = witness("daemon-holds-lock", "exit 0");
    let arguments = ["scenario", "daemon-holds-lock", "--step", "--schedule", &schedule];
    insta::assert_snapshot!(walk_with(&arguments, &"\n".repeat(40)));
    // What decides is marked as in the plain replay. All at once it is the same.
    let plain = run(&["scenario", "daemon-holds-lock", "--schedule", &schedule]).out;
    assert_eq!(plain.matches('◆').count(), 1, "{plain}");
    let steps = |input: &str| {
        let out = walk_with(&arguments, input);
        let steps = out.lines().map(|line| line.rsplit_once("] ").map_or(line, |(_, rest)| rest));
        steps.filter(|line| !line.is_empty() && *line != "a").map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(steps(&"\n".repeat(40)), steps("a\n"));
}

#[test]
fn behind_the_schedule_it_goes_on_in_the_default_order() {
    let source = catalogue::find("pdf-shutdown").unwrap().source;
    let loaded = load(source, &Setup::default()).unwrap();
    let choices = [0, 0, 1, 0].map(|thread| Choice::Run(ThreadId(thread))).to_vec();
    let schedule = Schedule { seed: 0, choices }.encode(&loaded.program);
    let arguments = ["scenario", "pdf-shutdown", "--step", "--schedule", &schedule];
    insta::assert_snapshot!(walk_with(&arguments, "\n\n\n\n\n\nb\nb\nb\na\n"));
    // A signal before its end, and another flag, leave it.
    insta::assert_snapshot!(walk_with(&arguments, "\n\ns INT\na\nb\nb\nd audit\nq\n"));
}

#[test]
fn a_schedule_that_is_none_is_refused_before_the_first_step() {
    let done = typed(&["scenario", "pdf-shutdown", "--step", "--schedule", "ct1:x0.0-1-2"], "\n");
    assert_eq!((done.code, done.out.as_str()), (Some(2), ""));
    assert!(done.err.contains("--schedule: the schedule is damaged"), "{}", done.err);
}
