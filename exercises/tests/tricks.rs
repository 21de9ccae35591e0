//! Cheap tricks do not pass, and honest solutions other than the reference do.

use std::path::Path;

use closing_time_engine::show::Plain;
use exercises::{Exercise, Report, all, find, grade_text};

fn exercise(name: &str) -> Exercise {
    let all = all(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    find(&all, name).unwrap().clone()
}

/// Grades the original with some texts replaced. Each must be there.
fn with(name: &str, changes: &[(&str, &str)]) -> Report {
    let exercise = exercise(name);
    let mut text = std::fs::read_to_string(exercise.original()).unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "{from} is not in the original");
        text = text.replace(from, to);
    }
    let report = grade_text(&exercise, &text).unwrap();
    assert!(report.unreadable.is_empty(), "{}", report.render(&Plain, 100));
    report
}

fn passes(report: &Report) {
    assert!(report.solved(), "{}", report.render(&Plain, 100));
}

/// It fails, and the report says so in these words.
fn fails(report: &Report, because: &str) {
    let text = report.render(&Plain, 100);
    assert!(!report.solved() && text.contains(because), "expected `{because}`:\n{text}");
}

const CLOSED: &str = "print \"service: closed\"";
const LOOP: (&str, &str) = ("forever {", "while-running \"closing\" {");

#[test]
fn other_ways_to_fix_the_hang() {
    let end_mark = "put \"inbox\" stop=#true\n";
    let checker = ("thread \"checker\" {", "thread \"checker\" daemon=#true {");
    passes(&with("2", &[(CLOSED, &format!("{end_mark} {CLOSED}")), checker]));
    let counted = "repeat (knob)\"photos\" { get \"inbox\" {";
    let close = ("            close", "            }\n            close");
    passes(&with("2", &[("for-each \"inbox\" {", counted), close, checker]));
    let early =
        ("main {", "main {\non-exit \"stop\" early=#true { put \"inbox\" stop=#true; set \"closing\"; }\n");
    passes(&with("2", &[early, LOOP]));
    let joined = format!("{end_mark} set \"closing\"\n join \"checker\"\n join \"thumbnails\"\n {CLOSED}");
    passes(&with("2", &[(CLOSED, &joined), LOOP]));
}

#[test]
fn a_fix_that_loses_thumbnails_is_none() {
    let daemons = [
        ("thread \"thumbnails\" {", "thread \"thumbnails\" daemon=#true {"),
        ("thread \"checker\" {", "thread \"checker\" daemon=#true {"),
    ];
    fails(&with("2", &daemons), "thumbnails is cut off");
    let drained = format!("drain \"inbox\"\n {CLOSED}");
    fails(&with("2", &[daemons[0], daemons[1], (CLOSED, &drained)]), "0 bytes are on disk at the end");
    fails(&with("2", &[(CLOSED, &format!("{CLOSED}\n exit-now 0"))]), "thumbnails is cut off");
    let late = ("main {", "main {\non-exit \"stop\" { put \"inbox\" stop=#true; set \"closing\"; }\n");
    fails(&with("2", &[late, LOOP]), "it never ends");
}

#[test]
fn a_fix_for_three_photos_is_none() {
    let end_mark = (CLOSED, "put \"inbox\" stop=#true\n print \"service: closed\"");
    let three = [
        ("for-each \"inbox\" {", "repeat 3 { get \"inbox\" {"),
        ("            close", "            }\n            close"),
    ];
    let checker = ("forever {", "repeat 2 {");
    fails(&with("2", &[three[0], three[1], checker]), "9000 bytes are on disk at the end");
    fails(&with("2", &[end_mark, checker]), "2 times");
}

#[test]
fn a_program_that_does_less_is_no_fix() {
    fails(
        &with("2", &[("work \"make a thumbnail\" for=\"400ms..700ms\"", "")]),
        "must still `work \"make a thumbnail\"",
    );
    fails(
        &with("2", &[("for=\"400ms..700ms\"", "for=\"1us\"")]),
        "must still `work \"make a thumbnail\" for=\"400ms..700ms\"`",
    );
    fails(
        &with("2", &[("bytes=3000", "bytes=1")]),
        "must still `write \"thumbs.db\" \"thumbnail\" bytes=3000`",
    );
    fails(&with("2", &[("\"thumbnails\"", "\"t\"")]), "the thread `thumbnails` must stay");
    fails(
        &with("2", &[("process \"service\"", "process \"s\"")]),
        "the process `service` must keep its name",
    );
    fails(&with("2", &[("default=3", "default=2")]), "the knob `photos` must keep its default");
    fails(
        &with("2", &[("runtime \"cpython\"", "runtime \"cpython-3.9\"")]),
        "the runtime must stay `cpython`",
    );
    fails(&with("2", &[("main {", "main {\n return\n")]), "prints service: closed");
    let kill = ("    expect {", "    at \"3s\" { signal \"INT\" to=\"service\"; }\n    expect {");
    fails(&with("2", &[kill]), "what comes from outside");
}

#[test]
fn what_the_file_itself_expects_does_not_count() {
    let text = std::fs::read_to_string(exercise("2").original()).unwrap();
    let without = text.split("    expect {").next().unwrap().to_owned() + "}\n";
    let report = grade_text(&exercise("2"), &without).unwrap();
    fails(&report, "it never ends");
    fails(&with("2", &[("exits code=0", "hangs")]), "it never ends");
}

const MAIN: &str = "work \"serve requests\" for=(knob)\"open-for\"";
const HANDLER: (&str, &str) = ("main {", "main {\n on-signal \"TERM\" { exit 143; }\n");
const FINALLY: &str =
    "try {\nwork \"serve requests\" for=(knob)\"open-for\"\n}\nfinally {\njoin \"pdf\" timeout=\"9s\"\n}";

#[test]
fn other_ways_to_save_the_pdf() {
    passes(&with("3", &[HANDLER, (MAIN, FINALLY)]));
    let at_exit = (
        "main {",
        "main {\n on-signal \"TERM\" { exit 0; }\n on-exit \"save\" { join \"pdf\" timeout=\"9s\"; }\n",
    );
    passes(&with("3", &[at_exit]));
    let both = ("main {", "main {\n on-signal \"TERM\" { exit 143; }\n on-signal \"INT\" { exit 130; }\n");
    passes(&with("3", &[both, (MAIN, FINALLY)]));
}

#[test]
fn half_a_rescue_is_none() {
    let no_daemon = ("thread \"pdf\" daemon=#true", "thread \"pdf\"");
    fails(&with("3", &[no_daemon, HANDLER]), "A page gets stuck");
    fails(&with("3", &[(MAIN, FINALLY)]), "server is killed by TERM");
    fails(&with("3", &[HANDLER]), "pdf is cut off");
    let joined = format!("{MAIN}\n join \"pdf\" timeout=\"9s\"");
    fails(&with("3", &[HANDLER, (MAIN, &joined)]), "pdf is cut off");
    let for_ever = FINALLY.replace(" timeout=\"9s\"", "");
    fails(&with("3", &[HANDLER, (MAIN, &for_ever)]), "it ends after");
    let impatient = FINALLY.replace("9s", "1s");
    fails(&with("3", &[HANDLER, (MAIN, &impatient)]), "pdf is cut off");
    let ignored = ("main {", "main {\n on-signal \"TERM\"\n on-signal \"INT\"\n");
    fails(&with("3", &[ignored, (MAIN, FINALLY)]), "it ends after 10m");
    let flushed = ("bytes=4096", "bytes=4096\n flush \"report.pdf\"");
    fails(&with("3", &[flushed]), "bytes are on disk at the end");
}

#[test]
fn fewer_pages_are_no_rescue() {
    fails(
        &with("3", &[("repeat 5", "repeat 1")]),
        "`pdf` must `write \"report.pdf\" \"page\" bytes=4096` 5 times, not 1",
    );
    fails(
        &with(
            "3",
            &[(
                "thread \"audit\" {\n            work \"ship the audit log\" for=\"3500ms\"",
                "thread \"audit\" {\n print \"x\"",
            )],
        ),
        "`audit` must still",
    );
}

#[test]
fn a_file_that_is_no_scenario_is_explained() {
    let exercise = exercise("3");
    for text in ["", "}", "\0\u{1}", "scenario", "scenario \"x\" format=1 {", &"{".repeat(100_000)] {
        let report = grade_text(&exercise, text).unwrap();
        assert!(!report.solved() && !report.unreadable.is_empty(), "{text:.20}");
        assert!(report.render(&Plain, 100).contains("cannot be graded as it is"));
    }
}

#[test]
fn predictions_are_read_kindly_and_graded_strictly() {
    let exercise = exercise("1");
    let solution = std::fs::read_to_string(exercise.solution()).unwrap();
    let kind = [
        ("8192", "8 KiB"),
        ("20480", "20_480 bytes"),
        ("TERM", "sigterm"),
        ("mail, pdf", "pdf and mail"),
        ("= none", "= nobody"),
        ("3.7s", "3700ms"),
    ];
    for (from, to) in kind {
        assert!(solution.contains(from));
        let report = grade_text(&exercise, &solution.replace(from, to)).unwrap();
        assert!(report.solved(), "{to}:\n{}", report.render(&Plain, 100));
    }
    let wrong = [
        ("8192", "12288", "it is not so"),
        ("8192", "many", "expected a number of bytes"),
        ("20480", "99999999999999999999999 KiB", "expected a number of bytes"),
        ("= TERM", "= 143", "it is not so"),
        ("= TERM", "= maybe", "expected an exit code"),
        ("= mail, pdf", "= pdf", "it is not so"),
        ("= mail, pdf", "= nobdy", "expected some of mail, pdf, or `none`; not `nobdy`"),
        ("3.7s", "soon", "expected a time"),
        ("3.7s", "never", "it is not so"),
        ("3.7s", "?", "not answered yet"),
        ("ends after          = 3.7s", "", "this line is missing in your file"),
    ];
    for (from, to, because) in wrong {
        assert!(solution.contains(from), "{from}");
        fails(&grade_text(&exercise, &solution.replacen(from, to, 1)).unwrap(), because);
    }
}

#[test]
fn a_wrong_prediction_does_not_give_the_answer_away() {
    let exercise = exercise("1");
    let guesses = std::fs::read_to_string(exercise.original()).unwrap().replace("= ?", "= 7");
    let text = grade_text(&exercise, &guesses).unwrap().render(&Plain, 100);
    for answer in ["3.7s", "8192", "20480", "= TERM", "2.2s", "mail, pdf = ", "cargo run -- scenario"] {
        assert!(!text.contains(answer), "{answer}:\n{text}");
    }
}
