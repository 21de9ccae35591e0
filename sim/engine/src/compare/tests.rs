//! What is compared, how versions share a row, and which reasons are given.

use super::*;
use crate::show::{Plain, width};

fn compared(source: &str, runtimes: &[&str]) -> Comparison {
    let runtimes: Vec<_> = runtimes.iter().map(|label| (*label).to_owned()).collect();
    compare(source, &Setup::default(), &runtimes).unwrap()
}

/// How many rule sets there are, with 3.12.2, which is in no list.
fn everything() -> usize {
    1 + rules::all()
        .map(|(name, versions)| {
            let default = rules::find(name).unwrap().label();
            let listed = versions.iter().any(|version| format!("{name}-{version}") == default);
            versions.len() + usize::from(!listed)
        })
        .sum::<usize>()
}

/// All versions of CPython.
const CPYTHONS: &[&str] = &["cpython-all"];

fn built_in(name: &str) -> &'static str {
    scenario::catalogue::find(name).unwrap().source
}

fn names(comparison: &Comparison) -> Vec<&str> {
    comparison.rows.iter().map(|row| row.name.as_str()).collect()
}

/// A thread that outlives main starts another one: 3.12.1 refuses.
const LATE: &str = r#"scenario "late" format=1 {
    title "A worker starts a helper after main has ended"
    process "job" {
        main { start "worker"; }
        thread "worker" {
            try {
                work "wait for mail" for="1s"
                start "helper"
            }
            finally { print "worker: done"; }
        }
        thread "helper" { work "sort it" for="1s"; }
    }
}"#;

/// Only 3.9 and later have early exit handlers.
const EARLY: &str = r#"scenario "early" format=1 {
    title "An early exit handler"
    process "job" {
        main { on-exit "bye" early=#true { print "bye"; }; work "count" for="1s"; }
    }
}"#;

#[test]
fn versions_that_end_alike_share_a_row() {
    let comparison = compared(built_in("thread-pool-drain"), CPYTHONS);
    assert_eq!(names(&comparison), ["cpython 3.9 to 3.14", "cpython 3.8"]);
    assert_eq!(comparison.rows[0].runtime, "cpython-3.13", "the default version is the one that ran");
    assert_eq!(comparison.rows[0].runtimes.len(), 7);
    assert_eq!(names(&compared(built_in("pdf-shutdown"), CPYTHONS)), ["cpython 3.8 to 3.14"]);
}

#[test]
fn what_is_named_is_not_folded() {
    let comparison = compared(built_in("pdf-shutdown"), &["cpython-3.9", "cpython", "cpython-3.8"]);
    assert_eq!(names(&comparison), ["cpython 3.9", "cpython 3.13", "cpython 3.8"]);
    assert!(comparison.rows.iter().all(|row| row.result.as_ref().unwrap().differences.is_empty()));
}

#[test]
fn each_difference_has_a_rule() {
    insta::assert_snapshot!(text(&compared(built_in("thread-pool-drain"), CPYTHONS), &Plain, 100));
    insta::assert_snapshot!(text(&compared(LATE, CPYTHONS), &Plain, 100));
}

#[test]
fn a_runtime_that_cannot_express_it_says_why() {
    let comparison = compared(EARLY, CPYTHONS);
    assert_eq!(names(&comparison), ["cpython 3.9 to 3.14", "cpython 3.8"]);
    assert_eq!(comparison.rows[1].notes(), ["CPython has threading._register_atexit from 3.9 on"]);
    insta::assert_snapshot!(text(&comparison, &Plain, 80));
    insta::assert_snapshot!(markdown(&comparison));
    let only = compare(EARLY, &Setup::default(), &["cpython-3.8".to_owned()]);
    assert!(matches!(only, Err(CompareError::Scenario(found)) if found.len() == 1));
}

#[test]
fn mistakes_are_not_a_matter_of_the_runtime() {
    let unknown = compare(LATE, &Setup::default(), &["cpyton".to_owned()]);
    assert!(
        matches!(unknown, Err(CompareError::UnknownRuntime(why)) if why.contains("did you mean `cpython`?"))
    );
    let broken = compare("scenario \"a\" format=1 {", &Setup::default(), &[]);
    assert!(matches!(broken, Err(CompareError::Scenario(_))));
}

#[test]
fn the_runtime_of_the_text_comes_first_even_if_it_is_in_no_list() {
    let source = LATE.replace("format=1 {", "format=1 {\n    runtime \"cpython-3.12.2\"");
    let comparison = compared(&source, &[]);
    assert_eq!(comparison.rows[0].runtime, "cpython-3.12.2");
    assert_eq!(names(&comparison)[..2], ["cpython 3.12.2, 3.12.1", "cpython 3.8 to 3.11, 3.12 to 3.14"]);
    assert_eq!(comparison.rows.iter().map(|row| row.runtimes.len()).sum::<usize>(), everything());
}

#[test]
fn markdown_escapes_what_it_must() {
    let found = markdown(&compared(built_in("thread-pool-drain"), CPYTHONS));
    insta::assert_snapshot!(found);
    let odd = LATE.replace("\"helper\"", "\"a|b<i>\"");
    if let Ok(comparison) = compare(&odd, &Setup::default(), &[]) {
        assert!(markdown(&comparison).contains("a\\|b&lt;i&gt;"));
    }
}

#[test]
fn no_line_is_wider_than_the_page() {
    for entry in scenario::catalogue::all() {
        // The scenario's own runtime can run it; those that cannot are rows as well.
        let comparison = compared(entry.source, &[]);
        for columns in [40, 60, 80, 100, 140] {
            let shown = text(&comparison, &Plain, columns);
            for line in shown.lines().filter(|line| !line.contains("cargo run")) {
                assert!(width(line) <= columns, "{} at {columns}: {line}", entry.name);
            }
        }
    }
}

/// Other endings of one scenario under the names of runtimes: what a table of many rows looks like.
#[test]
fn nine_rows_are_one_screen() {
    let source = built_in("pdf-shutdown");
    let rows = [
        ("cpython 3.8 to 3.14", "cpython-3.13", vec![]),
        ("jvm 17", "cpython-3.8", vec![("pdf.daemon", "false")]),
        ("dotnet 10", "cpython-3.9", vec![("stop", "raise")]),
        ("go 1.19", "cpython-3.10", vec![("audit.daemon", "true")]),
        ("rust 1.95", "cpython-3.11", vec![("audit.daemon", "true")]),
        ("c glibc-2.36", "cpython-3.12", vec![("stop", "KILL")]),
        ("node 20", "cpython-3.12.1", vec![("cleanup.daemon", "false")]),
        ("ruby 3.1", "cpython-3.14", vec![("pdf.daemon", "false"), ("stop", "INT")]),
        ("perl 5.36", "cpython-3.12.2", vec![("stop", "TERM"), ("stop-at", "3s")]),
    ];
    let candidates: Vec<_> = rows
        .map(|(name, runtime, set)| {
            let set = set.into_iter().map(|(knob, value)| (knob.to_owned(), value.to_owned())).collect();
            let runtime = runtime.to_owned();
            let setup = Setup { set, runtime: Some(runtime.clone()), ..Setup::default() };
            let run = Run::of(source, &setup);
            Candidate { runtimes: vec![runtime.clone()], runtime, name: name.to_owned(), run }
        })
        .into();
    let comparison = Comparison {
        scenario: "pdf-shutdown".to_owned(),
        title: "Many rows".to_owned(),
        arguments: Vec::new(),
        again: "pdf-shutdown".to_owned(),
        columns: cells::columns(&runs(&candidates)),
        rows: self::rows(&candidates),
    };
    insta::assert_snapshot!(text(&comparison, &Plain, 100));
}

#[test]
fn of_many_columns_those_that_differ_are_shown() {
    let names: Vec<_> = (0..40_u8)
        .map(|n| format!("t{}", char::from(b'a' + n % 26)).repeat(1 + usize::from(n) / 26))
        .collect();
    let starts: String = names.iter().map(|name| format!("start \"{name}\"; ")).collect();
    let bodies: String =
        names.iter().map(|name| format!("thread \"{name}\" {{ work \"x\" for=\"1s\"; }}\n")).collect();
    let main = "main { start \"worker\"; ".to_owned() + &starts;
    let many = LATE
        .replace("main { start \"worker\"; ", &main)
        .replace("thread \"helper\"", &format!("{bodies}thread \"helper\""));
    let shown = text(&compared(&many, CPYTHONS), &Plain, 100);
    assert!(shown.contains("… 22 more columns, the same in every row; --format json has all"), "{shown}");
    assert!(shown.contains(" ≠ not started"), "{shown}");
}

#[test]
fn what_is_not_known_is_not_called_alike() {
    let source = r#"scenario "long" format=1 {
        title "Longer than anybody waits"
        process "server" { main { repeat 1000 { repeat 1000 { sleep "1s"; } }; } }
    }"#;
    let comparison = compared(source, &["cpython"]);
    assert!(comparison.is_bounded());
    let shown = text(&comparison, &Plain, 100);
    assert!(shown.contains("Unknown: the limit of steps was reached"), "{shown}");
}

#[test]
fn runs_part_where_the_first_of_them_does_something_else() {
    let comparison = compared(built_in("thread-pool-drain"), &["cpython-3.8", "cpython-3.13"]);
    let shown = text(&comparison, &Plain, 140);
    let parts = "cpython 3.13  parts at 0.500s: scaler-1 prints \"scaler: one more picture\" at 1.000s; under cpython 3.8 the";
    assert!(shown.contains(parts), "{shown}");
}

#[test]
fn the_same_story_is_not_parted() {
    let comparison = compared(built_in("mixed-family"), &["cpython-3.9", "cpython-3.9"]);
    assert!(comparison.rows.iter().all(|row| row.result.as_ref().unwrap().parting.is_none()));
}
