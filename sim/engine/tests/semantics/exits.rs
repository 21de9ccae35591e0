//! Several threads that want to end the process, and what strikes a thread from outside.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use closing_time_engine::explore::{Limits, Reductions, explore};
use closing_time_engine::load;
use closing_time_engine::scenario::Setup;
use closing_time_engine::trace::Status;

use super::case::program;

/// The exit codes that a search finds, with and without its reductions.
fn codes(runtime: &str, process: &str) -> BTreeSet<u8> {
    let text = format!("scenario \"s\" format=1 {{ title \"S\"\n runtime \"{runtime}\"\n{process}\n}}");
    let loaded = load(&text, &Setup::default()).unwrap_or_else(|found| panic!("{found:?}\n{text}"));
    let found = |reductions| {
        let limits = Limits { reductions, ..Limits::default() };
        let found = explore(&loaded.program, &limits, &mut |_| ControlFlow::Continue(()));
        let codes = found.classes.iter().filter_map(|class| match class.outcome.processes[0].status {
            Some(Status::Code(code)) => Some(code),
            _ => None,
        });
        codes.collect::<BTreeSet<u8>>()
    };
    let (all, reduced) = (found(Reductions::NONE), found(Reductions::ALL));
    assert_eq!(all, reduced, "a reduction changes the exit codes of\n{text}");
    all
}

#[test]
fn the_code_of_an_exit_that_runs_is_not_mains() {
    // Measured on Java 17: System.exit(8) in a thread, a slow hook, main throws meanwhile: 8.
    let body = r#"main { on-exit "h" { work "slow" for="3s"; }; start "t"; work "y" for="2s"; raise "E"; }
        thread "t" { work "x" for="1s"; exit 8; }"#;
    program(body).under("jvm").run().exits(8);
    // rust: the first status counts.
    program(body).under("rust").run().exits(8);
}

#[test]
fn every_code_was_given_by_somebody() {
    let found = codes("perl", r#"process "p" { main { start "t"; exit 3; }; thread "t" { exit 5; }; }"#);
    assert_eq!(found, BTreeSet::from([3, 5]));
    let found = codes("c", r#"process "p" { main { start "t"; exit 3; }; thread "t" { exit 5; }; }"#);
    assert_eq!(found, BTreeSet::from([3, 5]));
}

#[test]
fn a_signal_handler_is_no_part_of_the_exit_that_runs() {
    // Measured on Rust 1.95: a second exit waits for ever, whoever calls it.
    program(
        r#"main { on-signal "TERM" { exit 5; }; on-exit "h" { work "x" for="2s"; }; work "y" for="1s"; };"#,
    )
    .signal("TERM@2s")
    .under("rust")
    .run()
    .exits(0);
}

#[test]
fn a_handler_that_fails_does_not_swallow_the_next_signal() {
    let body =
        r#"main { on-signal "TERM" { work "h" for="2s"; print "half"; raise "E"; }; work "y" for="10s"; }"#;
    program(body).signal("TERM@1s").signal("TERM@2s").under("jvm").run().exits(0).prints(&["half", "half"]);
}

#[test]
fn a_lock_that_is_being_given_back_is_given_back() {
    // Whenever Mono aborts a thread, no lock stays held that a finally then waits for.
    let process = r#"process "p" {
        main { start "a" "b"; work "m" for="1s"; }
        thread "a" daemon=#true { lock "m" { work "in" for="1s"; }; }
        thread "b" daemon=#true { try { sleep "10s"; }; finally { lock "m" { work "clean" for="1s"; } } }
    }"#;
    let text = format!("scenario \"s\" format=1 {{ title \"S\"\n runtime \"dotnet\"\n{process}\n}}");
    let loaded = load(&text, &Setup::default()).unwrap_or_else(|found| panic!("{found:?}\n{text}"));
    let found = explore(&loaded.program, &Limits::default(), &mut |_| ControlFlow::Continue(()));
    let hangs = found.classes.iter().filter(|class| class.outcome.processes[0].status.is_none()).count();
    assert_eq!(hangs, 0, "{:#?}", found.classes.iter().map(|class| &class.outcome).collect::<Vec<_>>());
}

#[test]
fn a_write_in_the_kernel_is_not_cut_in_two_by_an_exit() {
    // Measured on Ruby 3.1: all of a large write arrives, and the code is 3.
    program(
        r#"main { start "t"; open "f"; try { write "f" "r" bytes=20000 for="2s"; }; finally { close "f"; } }
        thread "t" { work "x" for="1s"; exit 3; }"#,
    )
    .under("ruby")
    .run()
    .exits(3)
    .file("f", 20000, 0);
}

#[test]
fn the_first_death_in_order_ends_a_loop_of_joins() {
    // Measured on Ruby 3.1: each(&:join) raises at the first dead thread, and does not wait for the second.
    let process = r#"process "p" {
        main { start "w"; try { join "w"; }; except "A" { exit 1; }; except "B" { exit 2; } }
        thread "w" count=2 { unless-set "e" { set "e"; raise "A"; }; raise "B"; }
    }"#;
    assert_eq!(codes("ruby", process), BTreeSet::from([1, 2]));
}

#[test]
fn a_handler_installed_in_the_exit_event_is_never_called() {
    // Measured on Node 20.
    program(
        r#"main { on-exit "late" { on-signal "TERM" { print "no"; }; work "x" for="2s"; }; work "y" for="1s"; };"#,
    )
    .signal("TERM@2s")
    .under("node")
    .run()
    .exits(0)
    .prints(&[]);
}

#[test]
fn a_finalizer_may_be_kept_during_the_exit() {
    // Measured on Ruby 3.1: define_finalizer in at_exit prints.
    program(r#"main { on-exit "late" { print "late"; }; on-teardown "object" { print "gone"; }; };"#)
        .under("ruby")
        .run()
        .exits(0)
        .prints(&["late", "gone"]);
}
