//! `sweep`: the bar and the table, what it says about its limits, and commands that replay.

use serde_json::Value;

use super::run;

#[test]
fn a_bar_over_the_run_and_a_table() {
    insta::assert_snapshot!(run(&["sweep", "pdf-shutdown", "--signal", "KILL"]).out);
    insta::assert_snapshot!(run(&["sweep", "hang-on-exit", "--signal", "TERM"]).out);
    insta::assert_snapshot!(run(&["sweep", "daemon-holds-lock", "--signal", "KILL"]).out);
}

#[test]
fn each_command_replays_to_the_outcome_of_its_stretch() {
    for (name, signal) in [("pdf-shutdown", "KILL"), ("graceful-stop", "TERM"), ("mixed-family", "INT")] {
        let found = run(&["sweep", name, "--signal", signal, "--format", "json"]);
        let found: Value = serde_json::from_str(&found.out).unwrap();
        let stretches = found["stretches"].as_array().unwrap();
        assert!(stretches.len() > 1, "{name}");
        for stretch in stretches {
            let words = stretch["command"].as_str().unwrap();
            let args: Vec<_> = words.split(' ').chain(["--format", "json"]).collect();
            let mut replay: Value = serde_json::from_str(&run(&args).out).unwrap();
            let outcome = &mut replay["outcome"];
            outcome["ended_at_us"] = Value::Null;
            outcome["stdout"] = Value::Array(Vec::new());
            for process in outcome["processes"].as_array_mut().unwrap() {
                for thread in process["threads"].as_array_mut().unwrap() {
                    thread["during"] = Value::Null;
                }
            }
            assert_eq!(*outcome, stretch["outcome"], "{words}");
        }
    }
}

#[test]
fn exactly_one_signal_is_swept() {
    let none = run(&["sweep", "pdf-shutdown", "--signal", "KILL@2s"]);
    assert_eq!(none.code, Some(2));
    assert!(none.err.contains("sweep needs a signal without a moment"), "{}", none.err);
    let two = run(&["sweep", "pdf-shutdown", "--signal", "KILL", "--signal", "TERM"]);
    assert_eq!(two.code, Some(2));
    let second = run(&["sweep", "pdf-shutdown", "--signal", "TERM@1s", "--signal", "KILL"]);
    assert_eq!(second.code, Some(0), "{}", second.err);
    assert!(second.out.contains("--signal TERM@1s --signal KILL@"), "{}", second.out);
}

#[test]
fn the_signal_may_go_to_another_process() {
    let found = run(&["sweep", "mixed-family", "--signal", "KILL", "--to", "courier"]);
    insta::assert_snapshot!(found.out);
    let replay = run(&["scenario", "mixed-family", "--signal", "KILL@1s", "--to", "courier"]);
    assert!(replay.out.contains("courier         is killed by SIGKILL"), "{}", replay.out);
    let schedule = |to: &str| {
        let done = run(&["scenario", "mixed-family", "--signal", "KILL@1s", "--to", to, "--format", "json"]);
        let trace: Value = serde_json::from_str(&done.out).unwrap();
        trace["schedule"].as_str().unwrap().to_owned()
    };
    // Another program, so its schedules are told apart.
    assert_ne!(schedule("courier"), schedule("bakery"));
    let explored = run(&["explore", "mixed-family", "--signal", "KILL", "--to", "courier"]);
    assert!(explored.out.contains("courier killed by KILL"), "{}", explored.out);
}

#[test]
fn a_process_that_is_not_there_is_explained() {
    for (name, near) in [("couriet", true), ("", false), ("nobody", false)] {
        let wrong = run(&["sweep", "mixed-family", "--signal", "KILL", "--to", name]);
        let said = format!("there is no process `{name}`; there is `bakery`, `watchman`, `courier`");
        assert_eq!(wrong.code, Some(2), "{}", wrong.out);
        assert!(wrong.err.contains(&said), "{}", wrong.err);
        assert_eq!(wrong.err.contains("did you mean `courier`?"), near, "{}", wrong.err);
    }
    let lonely = run(&["sweep", "mixed-family", "--to", "courier"]);
    assert!(lonely.err.contains("--signal <NAME@TIME>"), "{}", lonely.err);
}

#[test]
fn a_sweep_that_is_cut_says_so() {
    let cut = run(&["sweep", "pdf-shutdown", "--signal", "KILL", "--max-steps", "200"]);
    assert_eq!(cut.code, Some(3));
    assert!(cut.out.contains("INCOMPLETE: stopped after"), "{}", cut.out);
}
