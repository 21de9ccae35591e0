//! `explore`: the table, the limits, and witnesses that replay.

use super::run;

#[test]
fn every_outcome_stands_in_the_table() {
    insta::assert_snapshot!(run(&["explore", "daemon-holds-lock"]).out);
    insta::assert_snapshot!(run(&["explore", "pdf-shutdown"]).out);
}

#[test]
fn a_signal_without_a_moment_may_strike_at_any() {
    let quiet = run(&["explore", "hang-on-exit"]);
    assert!(quiet.out.contains("never ends") && !quiet.out.contains("killed by KILL"), "{}", quiet.out);
    let struck = run(&["explore", "hang-on-exit", "--signal", "KILL"]);
    assert_eq!(struck.code, Some(0));
    assert!(struck.out.contains("killed by KILL"), "{}", struck.out);
    assert_eq!(run(&["scenario", "hang-on-exit", "--signal", "KILL"]).code, Some(2));
}

#[test]
fn a_witness_replays() {
    let found: serde_json::Value =
        serde_json::from_str(&run(&["explore", "daemon-holds-lock", "--format", "json"]).out).unwrap();
    let worst = &found["outcomes"][0];
    assert_eq!(worst["outcome"]["ending"], "hang");
    let witness = worst["witness"].as_str().unwrap();
    let replay = run(&["scenario", "daemon-holds-lock", "--schedule", witness, "--format", "json"]);
    let replay: serde_json::Value = serde_json::from_str(&replay.out).unwrap();
    assert_eq!(replay["outcome"]["ending"], "hang");
}

#[test]
fn a_search_that_is_cut_says_so() {
    let cut = run(&["explore", "pdf-shutdown", "--max-states", "50"]);
    assert_eq!(cut.code, Some(3));
    assert!(cut.out.contains("INCOMPLETE: the limit of states was reached"), "{}", cut.out);
}
