//! Exit handlers: when, in which order, and what happens when they misbehave.

use super::case::program;

#[test]
fn handlers_run_last_first_after_the_wait() {
    // cpython-01
    program(
        r#"main { on-exit "first" { print "first"; }; on-exit "second" { print "second"; }; start "a"; }
        thread "a" { sleep "1s"; print "a"; }"#,
    )
    .always(|run| {
        run.exits(0).prints(&["a", "second", "first"]).handles("first").handles("second");
    });
}

#[test]
fn early_handlers_run_before_the_wait() {
    // cpython-01
    let case = program(
        r#"main {
            on-exit "early-1" early=#true { print "early-1"; }
            on-exit "early-2" early=#true { print "early-2"; }
            on-exit "late" { print "late"; }
            start "a"
        }
        thread "a" { sleep "1s"; print "a"; }"#,
    );
    for version in ["3.9", "3.12.1", "3.13", "3.14"] {
        case.clone().on(version).run().exits(0).prints(&["early-2", "early-1", "a", "late"]);
    }
}

#[test]
fn a_failing_handler_stops_neither_the_others_nor_the_exit_code() {
    // cpython-10
    for (main, code) in [("", 0), ("exit 3", 3), ("raise \"OSError\" \"no\"", 1)] {
        program(&format!(
            r#"main {{
                on-exit "a" {{ print "a"; }}
                on-exit "b" {{ raise "ValueError" "no"; print "not this"; }}
                on-exit "c" {{ exit 9; }}
                on-exit "d" {{ print "d"; }}
                {main}
            }}"#
        ))
        .always(|run| {
            run.exits(code).prints(&["d", "a"]).handles("a").cuts_short("b").cuts_short("c");
        });
    }
}

#[test]
fn a_handler_can_end_the_process_at_once() {
    // cpython-10
    program(r#"main { on-exit "a" { print "a"; }; on-exit "b" { exit-now 4; }; }"#).always(|run| {
        run.exits(4).prints(&[]).skips("a");
    });
}

#[test]
fn a_handler_registered_by_a_handler_is_dropped() {
    // cpython-10
    program(r#"main { on-exit "outer" { on-exit "inner" { print "inner"; }; print "outer"; }; }"#).always(
        |run| {
            run.exits(0).prints(&["outer"]).skips("inner");
        },
    );
}

#[test]
fn a_handler_may_be_registered_during_the_wait() {
    // cpython-61
    program(
        r#"main { on-exit "first" { print "first"; }; start "a"; }
        thread "a" { sleep "1s"; on-exit "late" { print "late"; }; }"#,
    )
    .always(|run| {
        run.exits(0).prints(&["late", "first"]);
    });
}

#[test]
fn a_failing_early_handler_ends_the_wait() {
    // cpython-61
    let case = program(
        r#"main {
            on-exit "late" { print "late"; }
            on-exit "skipped" early=#true { print "skipped"; }
            on-exit "failing" early=#true { raise "ValueError" "no"; }
            start "guest"
        }
        thread "guest" { sleep "10s"; print "guest"; }"#,
    );
    for version in ["3.9", "3.10", "3.11", "3.13", "3.14"] {
        let run = case.clone().on(version).run();
        run.exits(0).at("0s").prints(&["late"]).skips("skipped").cuts_short("failing").cuts_off("guest");
    }
}

#[test]
fn early_handlers_cannot_be_registered_late() {
    // cpython-61
    let case = program(
        r#"main { start "a"; }
        thread "a" { sleep "1s"; on-exit "early" early=#true { print "early"; }; print "not this"; }"#,
    );
    for version in ["3.9", "3.10", "3.11", "3.13", "3.14"] {
        case.clone().on(version).run().exits(0).prints(&[]).raises("a").tells("RuntimeError");
    }
}

#[test]
fn stopping_a_guest_from_an_exit_handler_comes_too_late() {
    // cpython-44
    program(
        r#"main { on-exit "stop" { set "stop"; join "helper"; }; start "helper"; }
        thread "helper" { while-running "stop" { sleep "1s"; }; }"#,
    )
    .always(|run| {
        run.never_ends().skips("stop").leaves_alive("helper");
    });
}

#[test]
fn stopping_staff_from_an_exit_handler_is_in_time() {
    // cpython-62
    program(
        r#"main { on-exit "stop" { set "stop"; join "helper"; }; start "helper"; sleep "1500ms"; }
        thread "helper" daemon=#true {
            try { while-running "stop" { sleep "1s"; }; }
            finally { print "cleaned up"; }
        }"#,
    )
    .always(|run| {
        run.exits(0).at("2s").prints(&["cleaned up"]).finishes("helper").handles("stop");
    });
}

#[test]
fn a_handler_that_needs_a_lock_of_a_daemon_hangs() {
    // cpython-38
    let body = r#"main { on-exit "save" { lock "db" { print "saved"; }; }; start "staff"; sleep "1s"; }
        thread "staff" daemon=#true { lock "db" { wait "never"; }; }"#;
    program(body).always(|run| {
        run.hangs().prints(&[]).cuts_short("save").holding("staff", &["db"]);
    });
    // Ctrl-C frees it
    program(body).signal("INT@5s").always(|run| {
        run.exits(0).at("5s").cuts_short("save").cuts_off("staff");
    });
}

#[test]
fn a_handler_that_asks_for_the_lock_with_a_timeout_is_safe() {
    // cpython-38
    program(
        r#"main { on-exit "save" { lock "db" timeout="1s" { print "saved"; }; print "gave up"; }; start "staff"; sleep "1s"; }
        thread "staff" daemon=#true { lock "db" { wait "never"; }; }"#,
    )
    .always(|run| {
        run.exits(0).at("2s").prints(&["gave up"]).handles("save");
    });
}

#[test]
fn a_handler_waits_until_the_daemon_lets_go() {
    // cpython-38
    program(
        r#"main { on-exit "save" { lock "db" { print "saved"; }; }; start "staff"; sleep "1s"; }
        thread "staff" daemon=#true { lock "db" { sleep "3s"; }; sleep "1h"; }"#,
    )
    .always(|run| {
        run.exits(0).at("3s").prints(&["saved"]).cuts_off("staff");
    });
}

#[test]
fn a_finalizer_runs_after_the_handlers_when_daemons_have_stopped() {
    // cpython-25, 38: an object that no stopped thread refers to
    program(
        r#"main { on-teardown "object" { print "object"; }; on-exit "handler" { print "handler"; }; start "staff"; }
        thread "staff" daemon=#true { wait "never"; }"#,
    )
    .always(|run| {
        run.exits(0).prints(&["handler", "object"]).handles("object").cuts_off("staff");
    });
}

#[test]
fn a_finalizer_that_needs_a_lock_of_a_stopped_daemon_hangs_until_a_signal_kills() {
    // cpython-38
    let body = r#"main { on-teardown "object" { lock "db" { print "not this"; }; }; start "staff"; sleep "1s"; }
        thread "staff" daemon=#true { lock "db" { wait "never"; }; }"#;
    program(body).always(|run| {
        run.hangs().cuts_short("object").holding("staff", &["db"]);
    });
    // cpython-18: handlers are gone by then, so even Ctrl-C kills
    program(body).signal("INT@5s").always(|run| {
        run.dies_of("INT").at("5s");
    });
}
