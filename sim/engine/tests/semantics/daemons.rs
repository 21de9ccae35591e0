//! Who is waited for.

use super::case::program;

#[test]
fn the_end_of_main_waits_for_whoever_is_no_daemon() {
    // cpython-01
    program(
        r#"main { start "guest"; }
        thread "guest" { work "stay" for="1s"; }"#,
    )
    .always(|run| {
        run.exits(0).at("1s").finishes("guest").finishes("main");
    });
}

#[test]
fn daemons_are_cut_off_wherever_they_stand_and_no_finally_runs() {
    // cpython-02
    program(
        r#"main {
            start "keeper" "sleeper" "worker" "waiter" "locker"
            sleep "1s"
        }
        thread "keeper" daemon=#true { lock "l" { sleep "1h"; }; }
        thread "sleeper" daemon=#true { try { sleep "1h"; }
            finally { print "sleeper"; }; }
        thread "worker" daemon=#true { try { work "compute" for="1h"; }
            finally { print "worker"; }; }
        thread "waiter" daemon=#true { try { wait "never"; }
            finally { print "waiter"; }; }
        thread "locker" daemon=#true { try { lock "l" { print "got it"; }; }
            finally { print "locker"; }; }"#,
    )
    .always(|run| {
        run.exits(0).at("1s").prints(&[]).holding("keeper", &["l"]);
        for daemon in ["keeper", "sleeper", "worker", "waiter", "locker"] {
            run.cuts_off(daemon);
        }
    });
}

#[test]
fn a_daemon_works_on_during_the_wait_and_the_exit_handlers() {
    // cpython-05
    program(
        r#"main {
            on-exit "slow" { sleep "1s"; }
            start "guest" "staff"
        }
        thread "guest" { sleep "1s"; }
        thread "staff" daemon=#true { sleep "500ms"; print "in the wait"; sleep "1s"; print "in the handler"; sleep "1h"; }"#,
    )
    .always(|run| {
        run.exits(0).at("2s").prints(&["in the wait", "in the handler"]).cuts_off("staff");
    });
}

#[test]
fn the_flag_is_inherited_from_whoever_creates_the_thread() {
    // cpython-26
    program(
        r#"main { start "staff" "guest"; sleep "1s"; }
        thread "staff" daemon=#true { start "child-of-staff"; }
        thread "guest" { start "child-of-guest"; }
        thread "child-of-staff" { sleep "3s"; }
        thread "child-of-guest" { sleep "2s"; }"#,
    )
    .always(|run| {
        run.exits(0).at("2s");
        run.daemon("child-of-staff", true).cuts_off("child-of-staff");
        run.daemon("child-of-guest", false).finishes("child-of-guest");
    });
}

#[test]
fn a_flag_of_its_own_counts_more_than_the_inherited_one() {
    // cpython-26
    program(
        r#"main { start "staff"; sleep "1s"; }
        thread "staff" daemon=#true { start "guest"; sleep "1h"; }
        thread "guest" daemon=#false { sleep "2s"; }"#,
    )
    .always(|run| {
        run.exits(0).at("2s").finishes("guest").cuts_off("staff");
    });
}

#[test]
fn a_thread_starts_only_once() {
    // cpython-26
    program(
        r#"main { start "a"; start "a"; }
        thread "a" { sleep "1s"; }"#,
    )
    .always(|run| {
        run.exits(1).at("1s").raises("main").finishes("a").tells("RuntimeError");
    });
}

#[test]
fn a_daemon_can_be_joined() {
    // cpython-27
    program(
        r#"main { start "staff"; join "staff"; }
        thread "staff" daemon=#true { sleep "1s"; }"#,
    )
    .always(|run| {
        run.exits(0).at("1s").finishes("staff");
    });
}

#[test]
fn a_join_gives_up_and_the_thread_lives_on() {
    // cpython-27
    program(
        r#"main { start "staff"; join "staff" timeout="1s"; print "main goes on"; }
        thread "staff" daemon=#true { sleep "2s"; }"#,
    )
    .always(|run| {
        run.exits(0).at("1s").prints(&["main goes on"]).cuts_off("staff");
    });
}

#[test]
fn a_thread_that_was_not_started_cannot_be_joined() {
    // cpython-27
    program(
        r#"main { try { join "a"; }
            except "RuntimeError" { print "refused"; }; start "a"; }
        thread "a" { print "late"; }"#,
    )
    .always(|run| {
        run.exits(0).prints(&["refused", "late"]).finishes("a");
    });
}

#[test]
fn a_guest_who_waits_for_endless_staff_keeps_the_shop_open_for_ever() {
    // cpython-54
    program(
        r#"main { start "staff" "guest"; }
        thread "staff" daemon=#true { forever { sleep "1s"; }; }
        thread "guest" { join "staff"; }"#,
    )
    .always(|run| {
        run.never_ends().leaves_alive("guest").leaves_alive("staff");
    });
}

#[test]
fn an_exception_in_a_thread_ends_that_thread_alone() {
    // cpython-07
    program(
        r#"main { start "a"; join "a"; sleep "1s"; }
        thread "a" { raise "ValueError" "no"; }"#,
    )
    .always(|run| {
        run.exits(0).at("1s").raises("a").finishes("main");
    });
}

#[test]
fn the_polite_exit_in_a_thread_ends_that_thread_alone() {
    // cpython-08
    program(
        r#"main { start "a"; sleep "1s"; }
        thread "a" { try { exit 5; }
            finally { print "unwound"; }; }"#,
    )
    .always(|run| {
        run.exits(0).at("1s").prints(&["unwound"]);
    });
}

#[test]
fn the_polite_exit_in_main_waits() {
    // cpython-08
    program(
        r#"main { on-exit "last" { print "handler"; }; start "a"; try { exit 3; }
            finally { print "unwound"; }; }
        thread "a" { sleep "1s"; print "done"; }"#,
    )
    .always(|run| {
        run.exits(3).at("1s").prints(&["unwound", "done", "handler"]).finishes("a");
    });
}

#[test]
fn an_exception_in_main_waits_too() {
    // cpython-06
    program(
        r#"main { on-exit "last" { print "handler"; }; start "a"; raise "ValueError" "no"; }
        thread "a" { sleep "1s"; print "done"; }"#,
    )
    .always(|run| {
        run.exits(1).at("1s").prints(&["done", "handler"]).raises("main").finishes("a");
    });
}

#[test]
fn an_exit_code_keeps_its_low_eight_bits() {
    // cpython-09
    for (asked, seen) in [(0, 0), (3, 3), (255, 255), (256, 0), (257, 1), (-1, 255)] {
        program(&format!("main {{ exit {asked}; }}")).always(|run| {
            run.exits(seen);
        });
    }
}

#[test]
fn the_immediate_exit_runs_nothing_more() {
    // cpython-11
    for who in ["main", "worker"] {
        let (main, worker) =
            if who == "main" { ("exit-now 4", "sleep \"1h\"") } else { ("sleep \"1h\"", "exit-now 4") };
        program(&format!(
            r#"main {{
                on-exit "handler" {{ print "handler"; }}
                start "worker"
                open "f"
                write "f" "record" bytes=100
                try {{ sleep "1s"; {main}; }}
                finally {{ print "finally"; }}
            }}
            thread "worker" {{ sleep "2s"; {worker}; }}"#
        ))
        .always(|run| {
            run.exits(4).prints(&[]).skips("handler").file("f", 0, 100);
        });
    }
}

#[test]
fn guests_may_bring_guests_after_main_has_left() {
    // cpython-23; 3.12.1 refuses, see versions
    program(
        r#"main { start "a"; }
        thread "a" { sleep "1s"; start "b"; }
        thread "b" { sleep "1s"; }"#,
    )
    .run()
    .exits(0)
    .at("2s")
    .finishes("b");
}

#[test]
fn a_return_leaves_through_the_finally_blocks() {
    let body = "try { return; }\nfinally { print \"unwound\"; }\nprint \"not this\"";
    program(&format!("main {{ {body}\n }}")).always(|run| {
        run.exits(0).prints(&["unwound"]).finishes("main");
    });
    program(&format!("main {{ start \"a\"; }}\nthread \"a\" {{ {body}\n }}")).always(|run| {
        run.exits(0).prints(&["unwound"]).finishes("a");
    });
    program(&format!("main {{ repeat 2 {{ submit \"a\"; }}; }}\npool \"a\" workers=1 {{ {body}\n }}"))
        .always(|run| {
            run.exits(0).prints(&["unwound", "unwound"]);
        });
}
