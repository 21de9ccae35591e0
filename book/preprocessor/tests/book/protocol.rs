//! The program as mdBook runs it.

use std::process::{Command, Stdio};

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_closing-time-book"))
}

#[test]
fn it_supports_html_alone() {
    for (renderer, supported) in [("html", true), ("markdown", false), ("epub", false)] {
        let status = program().args(["supports", renderer]).status().unwrap();
        assert_eq!(status.success(), supported, "{renderer}");
    }
}

#[test]
fn garbage_is_an_error_in_words() {
    let output = program().stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("Unable to parse the input"));
}

#[test]
fn run_by_hand_it_says_who_runs_it() {
    let output = program().arg("--help").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("mdbook serve"));
}
