//! `explore`: the table, the limits, and witnesses that replay.

use super::run;

#[test]
fn every_outcome_stands_in_the_table() {
    insta::assert_snapshot!(run(&["explore", "daemon-holds-lock"]).out);
    insta::assert_snapshot!(run(&["explore", "pdf-shutdown"]).out);
}

#[test]
fn what_never_ends_and_what_may_not_is_explained() {
    let why = |args: &[&str]| {
        let out = run(&[&["explore"], args].concat()).out;
        let blocks =
            out.split("\n\n").filter(|block| block.starts_with("Why") || block.starts_with("May never"));
        blocks.collect::<Vec<_>>().join("\n\n")
    };
    insta::assert_snapshot!(
        [
            why(&["daemon-holds-lock"]),
            why(&["hang-on-exit", "--signal", "INT"]),
            why(&["shutdown-dwk", "--set", "freeze=before"]),
            why(&["data-collector", "--signal", "INT"]),
        ]
        .join("\n\n")
    );
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

#[test]
fn what_if_from_here() {
    let json = |args: &[&str]| -> serde_json::Value {
        let done = run(&[args, &["--format", "json"]].concat());
        assert_eq!(done.code, Some(0), "{}", done.err);
        serde_json::from_str(&done.out).unwrap()
    };
    let found = json(&["explore", "daemon-holds-lock"]);
    let all = found["outcomes"].as_array().unwrap();
    let witness = all[0]["witness"].as_str().unwrap();
    // At its beginning everything can still happen, at its end nothing else any more.
    let from_start = json(&["explore", "daemon-holds-lock", "--from", &format!("{witness}@0")]);
    assert_eq!(from_start["outcomes"], found["outcomes"]);
    let at_end = json(&["explore", "daemon-holds-lock", "--from", witness]);
    assert_eq!(at_end["outcomes"].as_array().unwrap().len(), 1);
    assert_eq!(at_end["outcomes"][0]["id"], all[0]["id"]);
    assert_eq!(at_end["outcomes"][0]["witness"], witness);
    assert_eq!(at_end["from"]["step"], at_end["from"]["steps"]);
    // A timed run will do as well.
    let timed = json(&["scenario", "daemon-holds-lock"]);
    let schedule = format!("{}@4", timed["schedule"].as_str().unwrap());
    let middle = run(&["explore", "daemon-holds-lock", "--from", &schedule]);
    assert!(middle.out.contains("It begins after step 4 of "), "{}", middle.out);
    let beyond = run(&["explore", "daemon-holds-lock", "--from", &format!("{witness}@4711")]);
    assert_eq!(beyond.code, Some(2));
    assert!(beyond.err.contains("`@4711` is no step of this run: it has"), "{}", beyond.err);
    assert_eq!(run(&["explore", "pdf-shutdown", "--from", witness]).code, Some(2));
}

#[test]
fn small_graphs_are_drawn_and_large_ones_refused() {
    insta::assert_snapshot!(run(&["explore", "hang-on-exit", "--format", "dot"]).out);
    insta::assert_snapshot!(run(&["explore", "daemon-holds-lock", "--format", "mermaid"]).out);
    let large = run(&["explore", "mixed-family", "--format", "dot"]);
    assert_eq!((large.code, large.out.as_str()), (Some(2), ""));
    assert!(
        large.err.contains("more than 500 states") && large.err.contains("--max-states"),
        "{}",
        large.err
    );
    let asked = run(&["explore", "mixed-family", "--format", "dot", "--max-states", "5000"]);
    assert_eq!(asked.code, Some(0), "{}", asked.err);
}

#[test]
fn what_is_claimed_of_all_runs_decides_the_exit_code() {
    let proved = run(&["explore", "daemon-holds-lock", "--set", "careful=true"]);
    assert_eq!(proved.code, Some(0));
    insta::assert_snapshot!(proved.out);
    let refuted = run(&["explore", "stop-too-late", "--set", "heartbeat.daemon=true"]);
    assert_eq!(refuted.code, Some(1));
    insta::assert_snapshot!(refuted.out);
    // A claim that is refuted stays refuted, whatever was not seen; the others are unknown.
    let cut = run(&["explore", "thread-pool-drain", "--max-states", "50"]);
    assert_eq!(cut.code, Some(3));
    assert!(cut.out.contains("? always exits code=0: unknown"), "{}", cut.out);
}

#[test]
fn the_command_under_a_refuted_claim_replays_it() {
    let arguments = ["explore", "stop-too-late", "--set", "heartbeat.daemon=true", "--format", "json"];
    let found: serde_json::Value = serde_json::from_str(&run(&arguments).out).unwrap();
    let claims = found["expectations"].as_array().unwrap();
    let refuted = claims.iter().find(|claim| claim["quantifier"] == "never").unwrap();
    assert_eq!(
        (refuted["text"].as_str(), refuted["holds"].as_bool()),
        (Some("never runs stop-heartbeat"), Some(false))
    );
    let command: Vec<_> =
        refuted["command"].as_str().unwrap().split(' ').chain(["--format", "json"]).collect();
    let replay: serde_json::Value = serde_json::from_str(&run(&command).out).unwrap();
    let handlers = replay["outcome"]["processes"][0]["handlers"].as_array().unwrap();
    assert_eq!(
        (handlers[0]["name"].as_str(), handlers[0]["completed"].as_bool()),
        (Some("stop-heartbeat"), Some(true))
    );
    // What the scenario claims of its default run is asked of every run, and changes nothing.
    assert!(claims.iter().any(|claim| claim["quantifier"].is_null() && claim["text"] == "hangs"));
}

#[test]
fn the_replay_of_a_witness_marks_the_step_that_decides() {
    let found = run(&["explore", "daemon-holds-lock", "--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&found.out).unwrap();
    let exit = found["outcomes"].as_array().unwrap().iter().find(|one| one["outcome"]["ending"] == "exit");
    let witness = exit.unwrap()["witness"].as_str().unwrap();
    let replay = run(&["scenario", "daemon-holds-lock", "--schedule", witness]);
    let (listing, _) = replay.out.split_once("\nOutcome").unwrap();
    insta::assert_snapshot!(listing);
    let trace = run(&["scenario", "daemon-holds-lock", "--schedule", witness, "--format", "json"]);
    let trace: serde_json::Value = serde_json::from_str(&trace.out).unwrap();
    let marks = trace["events"].as_array().unwrap().iter().filter(|event| event["decisive"] == true);
    assert_eq!(marks.count(), 1);
    // The default run itself has nothing to mark.
    let plain = run(&["scenario", "daemon-holds-lock", "--format", "json"]);
    assert!(!plain.out.contains("decisive"), "{}", plain.out);
}
