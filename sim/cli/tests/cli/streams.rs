//! Data goes to standard output, messages to standard error, and the exit code says which it was.

use std::io::Read as _;
use std::process::Stdio;

use crate::{program, run};

#[test]
fn data_is_data_and_nothing_else() {
    let cases: &[&[&str]] = &[
        &[],
        &["--help"],
        &["--version"],
        &["scenario"],
        &["scenario", "pdf-shutdown"],
        &["scenario", "pdf-shutdown", "--format", "timeline"],
        &["scenario", "pdf-shutdown", "--signal", "TERM@2500ms", "--set", "pdf.daemon=false"],
        &["scenario", "hang-on-exit"],
        &["scenario", "pdf-shutdown", "--runs", "3"],
        &["compare", "thread-pool-drain"],
        &["compare", "thread-pool-drain", "--format", "markdown"],
        &["rules"],
        &["rules", "cpython-3.8"],
        &["rules", "--diff", "cpython-3.8", "cpython-3.13"],
        &["export", "pdf-shutdown", "--to", "python"],
        &["export", "pdf-shutdown", "--to", "promela", "--signal", "TERM"],
        &["completions", "bash"],
    ];
    for args in cases {
        let done = run(args);
        assert_eq!((done.code, done.err.as_str()), (Some(0), ""), "{args:?}");
        assert!(!done.out.is_empty() && !done.out.contains('\x1b'), "{args:?}: {}", done.out);
    }
}

#[test]
fn bad_input_is_a_message_and_exit_code_2() {
    let cases: &[(&[&str], &[&str])] = &[
        (&["scenari"], &["scenario"]),
        (&["scenario", "pdf-shutdwn"], &["pdf-shutdwn", "did you mean `pdf-shutdown`?", "lists all"]),
        (&["scenario", "a\x1b[31mb"], &["there is no scenario"]),
        (&["scenario", ""], &["there is no scenario"]),
        (&["scenario", "--runs", "3"], &["none is named"]),
        (&["scenario", "--format", "svg"], &["none is named"]),
        (&["scenario", "pdf-shutdown", "--runs", "0"], &["--runs"]),
        (&["scenario", "pdf-shutdown", "--runs", "2", "--format", "svg"], &["text or json"]),
        (&["scenario", "pdf-shutdown", "--runs", "2", "--seed", "18446744073709551615"], &["last seed"]),
        (&["scenario", "pdf-shutdown", "--signal", "FOO@2s"], &["FOO", "TERM"]),
        (&["scenario", "pdf-shutdown", "--signal", "TERM@x"], &["TERM@2s"]),
        (&["scenario", "pdf-shutdown", "--signal", "TERM"], &["TERM@2s"]),
        (&["scenario", "pdf-shutdown", "--set", "nonsense"], &["KNOB=VALUE"]),
        (&["scenario", "pdf-shutdown", "--set", "pdf.deamon=false"], &["pdf.daemon"]),
        (&["scenario", "pdf-shutdown", "--set", "pdf.daemon=maybe"], &["true"]),
        (&["scenario", "pdf-shutdown", "--runtime", "cpyton"], &["cpython"]),
        (&["scenario", "pdf-shutdown", "--seed", "abc"], &["--seed", "abc"]),
        (&["scenario", "pdf-shutdown", "--schedule", "abc"], &["must begin with `ct1:`"]),
        (&["scenario", "pdf-shutdown", "--schedule", "ct1:s0"], &["copy it again"]),
        (&["rules", "erlang"], &["erlang", "cpython"]),
        (&["rules", "--diff", "cpython", "cpyton"], &["cpyton", "did you mean `cpython`?"]),
        (&["rules", "--diff", "cpython"], &["--diff", "2 values"]),
        (&["rules", "cpython", "--diff", "cpython", "cpython-3.8"], &["--diff"]),
        (&["compare"], &["NAME|FILE"]),
        (&["compare", "pdf-shutdwn"], &["did you mean `pdf-shutdown`?"]),
        (
            &["compare", "pdf-shutdown", "--runtimes", "cpython,cpyton"],
            &["cpyton", "`cpython`", "lists them"],
        ),
        (&["compare", "pdf-shutdown", "--runtimes", "cpython,"], &["unknown runtime"]),
        (&["compare", "pdf-shutdown", "--runtimes", "cpython-4.0"], &["3.8 to 3.14"]),
        (&["compare", "pdf-shutdown", "--runtime", "cpython"], &["--runtimes"]),
        (&["compare", "pdf-shutdown", "--set", "pdf.deamon=false"], &["pdf.daemon"]),
        (&["compare", "pdf-shutdown", "--signal", "TERM"], &["TERM@2s"]),
        (&["compare", "pdf-shutdown", "--format", "svg"], &["markdown"]),
        (&["export", "pdf-shutdown", "--to", "cobol"], &["python", "promela"]),
        (&["export", "pdf-shutdown", "--to", "promela", "--trace"], &["--trace", "promela"]),
        (
            &["export", "graceful-stop", "--to", "promela"],
            &["without end", "graceful-stop.kdl:", "weather.csv"],
        ),
        (&["completions", "dos"], &["bash"]),
    ];
    for (args, expected) in cases {
        let done = run(args);
        assert_eq!((done.code, done.out.as_str()), (Some(2), ""), "{args:?}");
        for part in *expected {
            assert!(done.err.contains(part), "{args:?} should say {part:?}: {}", done.err);
        }
        assert!(!done.err.contains('\x1b') && !done.err.contains("panicked"), "{args:?}: {}", done.err);
    }
}

#[test]
fn a_schedule_of_another_run_of_the_program_is_refused() {
    let json = run(&["scenario", "pdf-shutdown", "--format", "json"]).out;
    let trace: serde_json::Value = serde_json::from_str(&json).unwrap();
    let schedule = trace["schedule"].as_str().unwrap();
    assert_eq!(run(&["scenario", "pdf-shutdown", "--schedule", schedule, "--format", "json"]).out, json);
    let other = run(&["scenario", "pdf-shutdown", "--set", "pdf.daemon=false", "--schedule", schedule]);
    assert_eq!(other.code, Some(2));
    assert!(other.err.contains("belongs to another program"), "{}", other.err);
}

#[test]
fn expectations_decide_the_exit_code() {
    let holds = run(&["scenario", "pdf-shutdown", "--check"]);
    assert_eq!(holds.code, Some(0));
    assert!(holds.out.contains("✓ loses report.pdf holds"), "{}", holds.out);
    let fails = run(&["scenario", "pdf-shutdown", "--set", "pdf.daemon=false", "--check"]);
    assert_eq!(fails.code, Some(1));
    assert!(fails.out.contains("✗ loses report.pdf does not hold"), "{}", fails.out);
    let beside_data = run(&["scenario", "pdf-shutdown", "--check", "--format", "json"]);
    assert!(beside_data.out.starts_with('{') && beside_data.out.ends_with("}\n"));
    assert!(beside_data.err.contains("✓ loses report.pdf holds"), "{}", beside_data.err);
}

#[test]
fn what_is_expected_of_all_runs_is_no_matter_of_one() {
    let source = r#"scenario "all" format=1 {
        title "Nothing is said about one run"
        process "server" { main { work "rest" for="1s"; } }
        expect { never { exits; } }
    }"#;
    let path = crate::directory("all").join("all.kdl");
    std::fs::write(&path, source).unwrap();
    let path = path.to_str().unwrap();
    let checked = run(&["scenario", path, "--check"]);
    assert_eq!(checked.code, Some(0));
    assert!(checked.out.contains("`explore` checks what is expected of all runs"), "{}", checked.out);
    assert_eq!(run(&["explore", path]).code, Some(1));
}

#[test]
fn a_bound_is_neither_yes_nor_no() {
    let source = r#"scenario "long" format=1 {
        title "Longer than anybody waits"
        runtime "cpython"
        process "server" { main { repeat 1000 { repeat 1000 { sleep "1s"; } }; work "rest" for="1s"; } }
        expect { exits code=0; }
    }"#;
    let path = crate::directory("bound").join("long.kdl");
    std::fs::write(&path, source).unwrap();
    let path = path.to_str().unwrap();
    for args in [&["scenario", path][..], &["scenario", path, "--check"], &["scenario", path, "--runs", "1"]]
    {
        let done = run(args);
        assert_eq!(done.code, Some(3), "{args:?}: {}{}", done.out, done.err);
        assert!(done.out.contains("unknown"), "{args:?}: {}", done.out);
    }
}

#[test]
fn a_closed_pipe_is_quiet() {
    let cases: &[&[&str]] = &[
        &["scenario"],
        &["scenario", "pdf-shutdown", "--all"],
        &["scenario", "pdf-shutdown", "--format", "json"],
        &["scenario", "pdf-shutdown", "--runs", "5"],
        &["rules", "cpython"],
        &["completions", "bash"],
        &["--help"],
    ];
    for args in cases {
        let mut child = program(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn a_full_disk_is_said() {
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else { return };
    let output = program(&["scenario"]).stdout(full).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(err.contains("standard output: no space left"), "{err}");
}

#[test]
fn colour_is_decided_here() {
    let colored = |args: &[&str], variables: &[(&str, &str)]| {
        let output = program(args).envs(variables.iter().copied()).output().unwrap();
        (output.stdout.contains(&0x1b), output.stderr.contains(&0x1b))
    };
    let always = ["--color", "always", "scenario", "pdf-shutdown"];
    assert_eq!(colored(&always, &[]), (true, false));
    assert_eq!(colored(&always, &[("NO_COLOR", "1"), ("TERM", "dumb")]), (true, false), "flags win");
    assert_eq!(colored(&["scenario", "pdf-shutdown"], &[("CLICOLOR_FORCE", "1")]), (true, false));
    let both = [("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")];
    assert_eq!(colored(&["scenario", "pdf-shutdown"], &both), (false, false));
    let never = ["--color", "never", "scenario", "pdf-shutdown"];
    assert_eq!(colored(&never, &[("CLICOLOR_FORCE", "1")]), (false, false));
    assert_eq!(colored(&["--color", "always", "scenario", "nothing"], &[]), (false, true));
    assert_eq!(colored(&["--color=always", "scenario", "--nothing"], &[]), (false, true));
    assert_eq!(
        colored(&["--color=never", "scenario", "--nothing"], &[("CLICOLOR_FORCE", "1")]),
        (false, false)
    );
}

#[test]
fn no_line_is_wider_than_the_page() {
    for columns in ["80", "60"] {
        for args in [
            &["scenario"][..],
            &["rules", "cpython"],
            &["rules", "--diff", "cpython-3.8", "cpython-3.14"],
            &["scenario", "mixed-family", "--format", "timeline"],
            &["compare", "mixed-family"],
            &["compare", "thread-pool-drain"],
        ] {
            let output = program(args).env("COLUMNS", columns).output().unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            // Commands are never broken: they are to be copied.
            for line in text.lines().filter(|line| !line.contains("cargo run")) {
                let width = closing_time_engine::show::width(line);
                assert!(width <= columns.parse().unwrap(), "{args:?} at {columns}: {width}: {line}");
            }
        }
    }
}
