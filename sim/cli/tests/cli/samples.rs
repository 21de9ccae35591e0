//! `--runs`: the same seeds find the same outcomes, and Ctrl-C keeps what was found.

use std::process::{Command, Stdio};

use crate::{directory, done, program, run};

/// A worker that may or may not be done when main is.
const RACE: &str = r#"scenario "race" format=1 {
    title "A close race"
    runtime "cpython"
    process "server" {
        main { start "worker"; work "serve" for="1s..3s"; }
        thread "worker" daemon=#true {
            open "log"
            repeat 2 { work "compute" for="500ms..1500ms"; write "log" "line" bytes=100; flush "log"; }
            close "log"
        }
    }
}"#;

fn race(test: &str) -> String {
    let path = directory(test).join("race.kdl");
    std::fs::write(&path, RACE).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_same_seeds_find_the_same_outcomes() {
    let path = race("samples");
    let args = ["scenario", &path, "--runs", "500", "--format", "json"];
    let (first, second) = (run(&args), run(&args));
    assert_eq!(first.code, Some(0), "{}", first.err);
    assert_eq!(first.out, second.out);
    let report: serde_json::Value = serde_json::from_str(&first.out).unwrap();
    let outcomes = report["outcomes"].as_array().unwrap();
    assert!(outcomes.len() >= 3, "nothing, one line, or both: {}", first.out);
    let counts: Vec<u64> = outcomes.iter().map(|kind| kind["count"].as_u64().unwrap()).collect();
    assert!(counts.is_sorted_by(|a, b| a >= b) && counts.iter().sum::<u64>() == 500, "{counts:?}");
    // The seed of each kind leads there, and no other seed range finds anything else in the same runs.
    for kind in outcomes {
        let seed = kind["seed"].to_string();
        let trace = run(&["scenario", &path, "--seed", &seed, "--format", "json"]).out;
        let trace: serde_json::Value = serde_json::from_str(&trace).unwrap();
        assert_eq!(trace["outcome"], kind["outcome"], "seed {seed}");
        let words = kind["command"].as_str().unwrap();
        assert!(words.ends_with(&format!("race.kdl --seed {seed}")), "{words}");
    }
    let shifted = run(&["scenario", &path, "--runs", "1", "--seed", "41", "--format", "json"]).out;
    let shifted: serde_json::Value = serde_json::from_str(&shifted).unwrap();
    assert_eq!(shifted["outcomes"][0]["seed"], 42);
}

#[test]
fn the_table_counts_and_tells_how_to_replay() {
    let done = run(&["scenario", &race("table"), "--runs", "200"]);
    let table = done.out.replace(env!("CARGO_TARGET_TMPDIR"), "TMP");
    insta::assert_snapshot!(table);
}

/// Linux only: whether a process has a handler for SIGINT stands in `/proc`.
#[test]
fn ctrl_c_keeps_what_was_sampled() {
    if !std::path::Path::new("/proc/self/status").exists() {
        return;
    }
    let path = race("interrupted");
    let mut command = program(&["scenario", &path, "--runs", "1000000000"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let is_listening = || {
        let status = std::fs::read_to_string(&status).unwrap_or_default();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap_or("0");
        u64::from_str_radix(caught.trim(), 16).unwrap_or(0) & 0b10 != 0
    };
    while !is_listening() {
        std::thread::yield_now();
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let done = done(child.wait_with_output().unwrap());
    assert_eq!(done.code, Some(130), "{}", done.err);
    assert!(done.out.contains("of 1,000,000,000 (partial: stopped by Ctrl-C)"), "{}", done.out);
    assert!(done.err.contains("this is partial"), "{}", done.err);
}
