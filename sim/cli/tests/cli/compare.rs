//! `compare`: the table at several widths, its marks without colour, and commands that replay.

use serde_json::Value;

use super::{directory, done, program, run};

fn at(columns: &str, args: &[&str]) -> String {
    done(program(args).env("COLUMNS", columns).output().unwrap()).out
}

#[test]
fn one_screen_at_a_hundred_columns_and_less() {
    insta::assert_snapshot!(at("100", &["compare", "pdf-shutdown"]));
    insta::assert_snapshot!(at("100", &["compare", "thread-pool-drain"]));
    insta::assert_snapshot!(at("60", &["compare", "thread-pool-drain"]));
    insta::assert_snapshot!(at("80", &["compare", "mixed-family"]));
}

#[test]
fn runtimes_that_are_named_have_a_row_each() {
    let found =
        run(&["compare", "pdf-shutdown", "--runtimes", "cpython-3.8,cpython", "--signal", "INT@2500ms"]);
    assert_eq!(found.code, Some(0), "{}", found.err);
    insta::assert_snapshot!(found.out);
}

/// Text whose chunks are handed down before a record that does not fit, up to 3.12, or with it, from 3.13 on.
const BUFFER: &str = r#"scenario "buffer" format=1 {
    title "A writer of text is cut off"
    process "job" {
        main { start "writer"; work "count" for="4500ms"; }
        thread "writer" daemon=#true {
            open "out.txt" mode="text"
            repeat 5 { work "think" for="1s"; write "out.txt" "block" bytes=3000; }
        }
    }
}"#;

#[test]
fn a_mark_and_not_colour_tells_what_differs() {
    let path = directory("compare").join("buffer.kdl");
    std::fs::write(&path, BUFFER).unwrap();
    let args = ["compare", path.to_str().unwrap()];
    let plain = run(&args);
    assert_eq!(plain.code, Some(0), "{}", plain.err);
    assert!(
        plain.out.lines().any(|line| line.starts_with("cpython 3.8") && line.contains(" ≠ ")),
        "{}",
        plain.out
    );
    let colored = done(program(&[&["--color", "always"], &args[..]].concat()).output().unwrap()).out;
    let mut bare = String::new();
    let mut escape = false;
    for letter in colored.chars() {
        match letter {
            '\x1b' => escape = true,
            'm' if escape => escape = false,
            _ if !escape => bare.push(letter),
            _ => {}
        }
    }
    let trimmed = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert_ne!(colored, plain.out);
    assert_eq!(trimmed(&bare), trimmed(&plain.out), "colour adds nothing but colour");
}

#[test]
fn each_command_replays_its_row() {
    let found = run(&["compare", "thread-pool-drain", "--signal", "INT@1500ms", "--format", "json"]);
    let found: Value = serde_json::from_str(&found.out).unwrap();
    for row in found["rows"].as_array().unwrap().iter().filter(|row| !row["outcome"].is_null()) {
        let command = row["command"].as_str().unwrap();
        let args: Vec<_> = command.split(' ').chain(["--format", "json"]).collect();
        let trace: Value = serde_json::from_str(&run(&args).out).unwrap();
        assert_eq!(trace["outcome"], row["outcome"], "{command}");
        assert_eq!(trace["runtime"], row["runtime"]);
    }
}

#[test]
fn a_runtime_that_cannot_say_it_is_a_row_and_no_failure() {
    let source = r#"scenario "early" format=1 {
        title "An early exit handler"
        process "job" { main { on-exit "bye" early=#true { print "bye"; }; work "count" for="1s"; } }
    }"#;
    let path = directory("refused").join("early.kdl");
    std::fs::write(&path, source).unwrap();
    let path = path.to_str().unwrap();
    let found = run(&["compare", path]);
    assert_eq!(found.code, Some(0), "{}", found.err);
    assert!(found.out.contains("cannot run: CPython has threading._register_atexit"), "{}", found.out);
    let none = run(&["compare", path, "--runtimes", "cpython-3.8"]);
    assert_eq!(none.code, Some(2));
    assert!(none.err.contains("early.kdl:3:"), "the mistake is shown in its place: {}", none.err);
}

#[test]
fn a_run_without_an_end_is_unknown() {
    let source = r#"scenario "long" format=1 {
        title "Longer than anybody waits"
        process "server" { main { repeat 1000 { repeat 1000 { sleep "1s"; } }; } }
    }"#;
    let path = directory("endless").join("long.kdl");
    std::fs::write(&path, source).unwrap();
    let found = run(&["compare", path.to_str().unwrap(), "--runtimes", "cpython"]);
    assert_eq!(found.code, Some(3), "{}", found.out);
}

#[test]
fn a_file_takes_the_table() {
    let path = directory("table").join("table.md");
    let name = path.to_str().unwrap();
    let written = run(&["compare", "thread-pool-drain", "-o", name]);
    assert_eq!((written.code, written.out.as_str()), (Some(0), ""));
    insta::assert_snapshot!(std::fs::read_to_string(&path).unwrap());
    let again = run(&["compare", "thread-pool-drain", "-o", name]);
    assert_eq!(again.code, Some(2), "{}", again.err);
}
