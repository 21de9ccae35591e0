//! `--step` from a pipe: one command per line.

use crate::{run, typed};

fn walk(scenario: &str, input: &str) -> String {
    let done = typed(&["scenario", scenario, "--step"], input);
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
