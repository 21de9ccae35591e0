//! Signals: the default action, handlers, and when each arrives.

use super::case::{program, scenario};

const BUSY: &str = r#"main {
        on-exit "handler" { print "handler"; }
        start "guest"
        open "f"
        write "f" "record" bytes=100
        try { sleep "10s"; }
        finally { print "finally"; }
    }
    thread "guest" { try { sleep "3s"; }
        finally { print "guest"; }; }"#;

#[test]
fn by_default_a_signal_kills_and_nothing_runs() {
    // cpython-13
    for signal in ["TERM", "HUP", "QUIT", "USR1", "USR2", "ALRM", "KILL"] {
        program(BUSY).signal(&format!("{signal}@1s")).always(|run| {
            run.dies_of(signal).at("1s").prints(&[]).skips("handler").cuts_off("guest").file("f", 0, 100);
        });
    }
}

#[test]
fn an_interrupt_unwinds_main_and_still_waits() {
    // cpython-16
    program(BUSY).signal("INT@1s").always(|run| {
        run.dies_of("INT")
            .at("3s")
            .prints(&["finally", "guest", "handler"])
            .finishes("guest")
            .file("f", 100, 0);
    });
}

#[test]
fn an_interrupt_that_main_catches_ends_nothing() {
    // cpython-16
    program(
        r#"main { try { sleep "10s"; }
            except "KeyboardInterrupt" { print "caught"; }; sleep "1s"; }"#,
    )
    .signal("INT@1s")
    .always(|run| {
        run.exits(0).at("2s").prints(&["caught"]);
    });
}

#[test]
fn an_interrupt_in_the_final_wait_gives_up_on_all_guests() {
    // cpython-17; measured c
    for (main, end) in [("", None), ("exit 3", Some(3)), ("raise \"OSError\" \"no\"", Some(1))] {
        program(&format!(
            r#"main {{ on-exit "handler" {{ print "handler"; }}; open "f"; write "f" "r" bytes=100; start "a" "b"; {main}; }}
            thread "a" {{ try {{ sleep "1h"; }}
                finally {{ print "a"; }}; }}
            thread "b" {{ sleep "1h"; }}"#
        ))
        .signal("INT@1s")
        .always(|run| {
            run.exits(end.unwrap_or(0)).at("1s").prints(&["handler"]).cuts_off("a").cuts_off("b").file("f", 0, 100);
        });
    }
}

#[test]
fn a_second_interrupt_in_the_final_wait_does_not_change_how_main_ended() {
    // measured c: dies of SIGINT if main itself had ended by KeyboardInterrupt
    program(
        r#"main { start "a"; sleep "10s"; }
        thread "a" { sleep "1h"; }"#,
    )
    .signal("INT@1s")
    .signal("INT@2s")
    .always(|run| {
        run.dies_of("INT").at("2s").cuts_off("a");
    });
}

#[test]
fn an_interrupt_in_an_exit_handler_cuts_that_handler_alone() {
    // cpython-18; measured c
    program(
        r#"main { on-exit "a" { print "a"; }; on-exit "b" { try { sleep "10s"; }
            finally { print "b unwinds"; }; print "not this"; }; exit 3; }"#,
    )
    .signal("INT@1s")
    .always(|run| {
        run.exits(3).at("1s").prints(&["b unwinds", "a"]).cuts_short("b").handles("a");
    });
}

#[test]
fn an_interrupt_in_an_early_handler_ends_the_wait_too() {
    // measured c
    let case = program(
        r#"main {
            on-exit "late" { print "late"; }
            on-exit "skipped" early=#true { print "skipped"; }
            on-exit "early" early=#true { sleep "10s"; print "not this"; }
            start "guest"
        }
        thread "guest" { sleep "1h"; }"#,
    )
    .signal("INT@1s");
    for version in ["3.9", "3.11", "3.12.1", "3.13", "3.14"] {
        case.clone().on(version).run().exits(0).at("1s").prints(&["late"]).skips("skipped").cuts_off("guest");
    }
}

#[test]
fn a_handler_tells_everybody_to_stop() {
    // cpython-14
    program(
        r#"main { on-signal "TERM" { set "stop"; }; start "a" "b"; wait "stop"; print "main"; }
        thread "a" { wait "stop"; sleep "1s"; print "a"; }
        thread "b" daemon=#true { wait "stop"; print "b"; }"#,
    )
    .signal("TERM@1s")
    .always(|run| {
        run.exits(0).at("2s").finishes("a").finishes("b").handles("TERM");
    });
}

#[test]
fn a_handler_that_exits_waits_for_whoever_was_not_told() {
    // cpython-15
    program(
        r#"main { on-signal "TERM" { exit 143; }; start "guest"; try { sleep "10s"; }
            finally { print "main unwinds"; }; }
        thread "guest" { sleep "5s"; print "guest"; }"#,
    )
    .signal("TERM@1s")
    .always(|run| {
        run.exits(143).at("5s").prints(&["main unwinds", "guest"]);
    });
}

#[test]
fn a_handler_that_returns_runs_in_the_final_wait_and_can_end_it() {
    // cpython-21
    program(
        r#"main { on-signal "TERM" { set "stop"; }; start "guest"; }
        thread "guest" { wait "stop"; }"#,
    )
    .signal("TERM@1s")
    .always(|run| {
        run.exits(0).at("1s").finishes("guest").handles("TERM");
    });
}

#[test]
fn a_handler_that_raises_in_the_final_wait_ends_the_wait_and_its_code_is_lost() {
    // measured c
    for raising in ["exit 143", "raise \"ValueError\" \"no\""] {
        program(&format!(
            r#"main {{ on-signal "TERM" {{ {raising}; }}; on-exit "last" {{ print "last"; }}; start "guest"; }}
            thread "guest" {{ sleep "1h"; }}"#
        ))
        .signal("TERM@1s")
        .always(|run| {
            run.exits(0).at("1s").prints(&["last"]).cuts_off("guest");
        });
    }
}

#[test]
fn an_unhandled_signal_kills_in_the_wait_and_in_handlers_alike() {
    // cpython-59
    for time in ["1s", "4s"] {
        program(
            r#"main { on-exit "slow" { sleep "5s"; }; open "f"; write "f" "r" bytes=100; start "guest"; }
            thread "guest" { sleep "3s"; }"#,
        )
        .signal(&format!("TERM@{time}"))
        .always(|run| {
            run.dies_of("TERM").at(time).file("f", 0, 100);
        });
    }
}

#[test]
fn an_ignored_signal_changes_nothing() {
    // cpython-57
    program(r#"main { on-signal "TERM"; sleep "3s"; }"#).signal("TERM@1s").always(|run| {
        run.exits(0).at("3s");
    });
}

#[test]
fn a_signal_that_waits_is_dropped_when_it_is_ignored() {
    // The second one waits, since the handler counts; then nobody wants it any more.
    program(
        r#"main {
            on-signal "TERM" { repeat 2 { sleep "1s"; }; on-signal "TERM"; sleep "1s"; }
            sleep "10s"
        }"#,
    )
    .signal("TERM@1s")
    .signal("TERM@2s")
    .always(|run| {
        run.exits(0).at("10s");
    });
}

#[test]
fn a_sleep_goes_on_after_a_handler_to_its_first_deadline() {
    // measured i
    for (took, end) in [("500ms", "3s"), ("5s", "6s")] {
        program(&format!(r#"main {{ on-signal "TERM" {{ sleep "{took}"; }}; sleep "3s"; }}"#))
            .signal("TERM@1s")
            .always(|run| {
                run.exits(0).at(end).handles("TERM");
            });
    }
}

#[test]
fn waits_go_on_after_a_handler_to_their_first_deadline() {
    // measured i
    for wait in [
        r#"wait "e" timeout="1s""#,
        r#"lock "l" timeout="1s" { print "got it"; }"#,
        r#"get "q" timeout="1s""#,
    ] {
        program(&format!(
            r#"main {{ on-signal "TERM" {{ sleep "200ms"; }}; start "keeper"; sleep "100ms"; {wait}; exit-now 0; }}
            thread "keeper" daemon=#true {{ lock "l" {{ sleep "1h"; }}; }}"#
        ))
        .signal("TERM@600ms")
        .always(|run| {
            run.exits(0).at("1.1s").prints(&[]);
        });
    }
}

#[test]
fn a_handler_in_a_handler_runs_first() {
    // measured i
    program(r#"main { on-signal "TERM" { print "in"; sleep "2s"; print "out"; }; sleep "10s"; }"#)
        .signal("TERM@1s")
        .signal("TERM@2s")
        .always(|run| {
            run.exits(0).at("10s").prints(&["in", "in", "out", "out"]);
        });
}

#[test]
fn an_interrupt_unwinds_a_handler_and_main() {
    // measured i
    program(
        r#"main { on-signal "TERM" { try { sleep "5s"; }
            finally { print "handler"; }; }; try { sleep "10s"; }
            finally { print "main"; }; }"#,
    )
    .signal("TERM@1s")
    .signal("INT@2s")
    .always(|run| {
        run.dies_of("INT").at("2s").prints(&["handler", "main"]);
    });
}

#[test]
fn a_handler_that_takes_the_lock_main_holds_hangs_until_an_interrupt() {
    // measured i
    let body = r#"main { on-signal "TERM" { lock "l" { print "not this"; }; }; lock "l" { sleep "2s"; }; }"#;
    program(body).signal("TERM@1s").always(|run| {
        run.hangs().holding("main", &["l"]);
    });
    program(body).signal("TERM@1s").signal("INT@5s").always(|run| {
        run.dies_of("INT").at("5s");
    });
}

#[test]
fn a_process_can_signal_itself() {
    // measured i: each is delivered at once
    program(
        r#"main { on-signal "TERM" { print "handled"; }; signal "TERM" to="p"; signal "TERM" to="p"; print "main"; }"#,
    )
    .always(|run| {
        run.exits(0).prints(&["handled", "handled", "main"]);
    });
}

#[test]
fn a_signal_for_a_process_that_is_gone_does_nothing() {
    scenario(
        r#"process "p" { main { sleep "1s"; }; }
        at "2s" { signal "TERM" to="p"; }"#,
    )
    .run()
    .exits(0)
    .at("1s");
}

#[test]
fn an_endless_guest_needs_a_signal() {
    // cpython-54
    let body = r#"main { start "guest"; }
        thread "guest" { forever { sleep "1s"; }; }"#;
    program(body).always(|run| {
        run.never_ends();
    });
    program(body).signal("TERM@3500ms").always(|run| {
        run.dies_of("TERM").at("3.5s");
    });
}

/// From 3.10 the interpreter looks at signals after a call, not between the block's last call and `__exit__`.
#[test]
fn no_signal_strikes_between_a_lock_and_its_release() {
    let case = program(
        r#"main { start "a"; lock "l" { sleep "1s"; }; }
        thread "a" { sleep "1s"; lock "l" { print "mine"; }; }"#,
    );
    for seed in 0..20 {
        case.clone().signal("INT@1s").run_seeded(seed).at("1s");
    }
}

/// A signal that comes at the very moment of the end does not make the runtime skip its own steps: handlers are
/// called, and daemons are stopped before the finalizers run.
#[test]
fn no_signal_strikes_inside_the_steps_of_the_runtime_itself() {
    let case = program(
        r#"main { on-exit "x" { print "bye"; }; on-teardown "y" { sleep "1s"; }; start "a"; sleep "1s"; }
        thread "a" daemon=#true { sleep "1500ms"; print "still here"; sleep "1s"; }"#,
    );
    for seed in 0..20 {
        let run = case.clone().signal("INT@1s").run_seeded(seed);
        run.cuts_off("a").silent("still here");
    }
}

/// A loop that draws its durations, beside a long sleep, is not all that is left.
#[test]
fn a_long_sleep_beside_a_short_loop_ends() {
    program(
        r#"main { start "poll"; sleep "10s"; }
        thread "poll" daemon=#true { forever { sleep "1ms..2ms"; }; }"#,
    )
    .run_seeded(7)
    .exits(0)
    .at("10s");
}

/// Measured on 3.8 to 3.14: only `join` of 3.13 and later leaves the handler's time out.
#[test]
fn a_join_with_a_timeout_goes_on_after_a_handler() {
    let case = program(
        r#"main { on-signal "TERM" { sleep "1s"; }; start "a"; join "a" timeout="1s"; print "gave up"; }
        thread "a" { sleep "5s"; }"#,
    );
    for version in super::case::VERSIONS {
        let end = if ["3.13", "3.14"].contains(&version) { "2s" } else { "1.6s" };
        case.clone().signal("TERM@600ms").on(version).run().exits(0).last("main", end);
    }
}

#[test]
fn a_handler_that_counts_is_run_again_after_it_has_run() {
    // CPython nests it; a second run inside the first would share its counters here. What it prints is the same.
    program(r#"main { on-signal "TERM" { repeat 3 { sleep "100ms"; print "round" } }; sleep "2s"; }"#)
        .signal("TERM@100ms")
        .signal("TERM@250ms")
        .always(|run| {
            run.exits(0).prints(&["round"; 6]);
        });
}
