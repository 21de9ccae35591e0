//! Families of processes, by the rules of `multiprocessing`.

use closing_time_engine::trace::Status;

use super::case::{Case, VERSIONS, scenario};

/// A parent that does `main` after it has started a daemonic and a non-daemonic child.
fn family(main: &str) -> Case {
    scenario(&format!(
        r#"process "p" {{ main {{ spawn "staff"; spawn "guest"; sleep "1s"; {main}; }}; }}
        process "staff" daemon=#true {{ main {{ on-exit "h" {{ print "staff handler"; }}; try {{ sleep "10s"; }}
            finally {{ print "staff finally"; }}; }}; }}
        process "guest" daemon=#false {{ main {{ try {{ sleep "5s"; }}
            finally {{ print "guest finally"; }}; }}; }}"#
    ))
}

#[test]
fn a_normal_end_terminates_daemonic_children_and_joins_the_others() {
    // cpython-34
    for (end, code) in [("return", 0), ("raise \"ValueError\" \"no\"", 1), ("exit 3", 3)] {
        family(end).always(|run| {
            run.exits(code)
                .at("5s")
                .process("staff", Status::Signal("TERM"))
                .process("guest", Status::Code(0));
            run.prints(&["guest finally"]).leaves(&[]);
        });
    }
}

#[test]
fn an_immediate_exit_leaves_both_behind() {
    // cpython-34
    family("exit-now 4").always(|run| {
        run.exits(4).at("10s").process("staff", Status::Code(0)).process("guest", Status::Code(0));
        run.leaves(&["staff", "guest"]);
    });
}

#[test]
fn a_parent_killed_by_a_signal_leaves_both_behind() {
    // cpython-36
    for signal in ["TERM", "KILL"] {
        family("sleep \"1h\"").signal(&format!("{signal}@2s")).always(|run| {
            run.dies_of(signal).at("10s").leaves(&["staff", "guest"]);
        });
    }
}

#[test]
fn an_interrupted_parent_keeps_the_rules() {
    // cpython-36, measured e
    family("sleep \"1h\"").signal("INT@2s").always(|run| {
        run.dies_of("INT").at("5s").process("staff", Status::Signal("TERM")).leaves(&[]);
    });
}

#[test]
fn daemonic_children_are_terminated_only_after_the_wait_for_threads() {
    // measured g
    scenario(
        r#"process "p" { main { spawn "staff"; start "t"; }; thread "t" { sleep "3s"; }; }
        process "staff" daemon=#true { main { sleep "2s"; print "in time"; }; }"#,
    )
    .always(|run| {
        run.exits(0).at("3s").process("staff", Status::Code(0)).prints(&["in time"]);
    });
}

#[test]
fn handlers_registered_after_the_first_child_run_before_it_is_joined() {
    // measured g
    scenario(
        r#"process "p" { main {
            on-exit "before" { print "before"; }
            spawn "guest"
            on-exit "after" { print "after"; }
        }; }
        process "guest" daemon=#false { main { sleep "1s"; print "guest"; }; }"#,
    )
    .always(|run| {
        run.exits(0).prints(&["after", "guest", "before"]);
    });
}

#[test]
fn daemonic_processes_have_no_children() {
    // cpython-35
    scenario(
        r#"process "p" { main { spawn "staff"; join "staff"; }; }
        process "staff" daemon=#true { main { spawn "grandchild"; }; }
        process "grandchild" daemon=#false { main { print "not this"; }; }"#,
    )
    .always(|run| {
        run.exits(0).process("staff", Status::Code(1)).prints(&[]).tells("AssertionError");
    });
}

#[test]
fn how_a_child_ends() {
    // cpython-60, measured e
    for (end, status) in [
        ("return", Status::Code(0)),
        ("exit 3", Status::Code(3)),
        ("raise \"ValueError\" \"no\"", Status::Code(1)),
        ("exit-now 5", Status::Code(5)),
    ] {
        scenario(&format!(
            r#"process "p" {{ main {{ spawn "c"; join "c"; }}; }}
            process "c" daemon=#false {{ main {{ {end}; }}; }}"#
        ))
        .always(|run| {
            run.exits(0).process("c", status.clone());
        });
    }
}

#[test]
fn a_child_waits_for_its_own_threads_and_cuts_its_own_daemons() {
    // cpython-60
    scenario(
        r#"process "p" { main { spawn "c"; join "c"; }; }
        process "c" daemon=#false {
            main { start "guest" "staff"; }
            thread "guest" { sleep "2s"; }
            thread "staff" daemon=#true { try { sleep "1h"; }
                finally { print "not this"; }; }
        }"#,
    )
    .always(|run| {
        run.exits(0).at("2s").finishes("guest").cuts_off("staff").prints(&[]);
    });
}

#[test]
fn an_interrupt_while_the_parent_joins_leaves_the_child_behind() {
    // measured c
    scenario(
        r#"process "p" { main { on-exit "never-reached-first" { print "handler"; }; spawn "guest"; }; }
        process "guest" daemon=#false { main { sleep "5s"; }; }"#,
    )
    .signal("INT@1s")
    .always(|run| {
        run.exits(0).prints(&["handler"]).leaves(&["guest"]).process("guest", Status::Code(0));
    });
}

#[test]
fn an_interrupt_for_a_child_is_an_exit_code_not_a_signal() {
    // measured e
    scenario(
        r#"process "p" { main { spawn "c"; join "c"; }; }
        process "c" daemon=#false { main { try { sleep "5s"; }
            finally { print "unwound"; }; }; }
        at "1s" { signal "INT" to="c"; }"#,
    )
    .always(|run| {
        run.exits(0).at("1s").process("c", Status::Code(1)).prints(&["unwound"]);
    });
}

#[test]
fn a_parent_may_stop_its_child_by_a_signal() {
    // cpython-34
    scenario(
        r#"process "p" { main { spawn "c"; sleep "1s"; signal "TERM" to="c"; join "c"; print "gone"; }; }
        process "c" daemon=#false { main { try { sleep "5s"; }
            finally { print "not this"; }; }; }"#,
    )
    .always(|run| {
        run.exits(0).at("1s").process("c", Status::Signal("TERM")).prints(&["gone"]);
    });
}

#[test]
fn a_forked_child_takes_its_parents_handlers_over() {
    // measured e
    let case = scenario(
        r#"process "p" { main { on-signal "TERM" { print "handled"; }; spawn "c"; sleep "1s"; signal "TERM" to="c"; join "c"; }; }
        process "c" daemon=#false stdout="pipe" { main { sleep "3s"; }; }"#,
    );
    for version in ["3.8", "3.9", "3.12.1", "3.13"] {
        case.clone().on(version).run().exits(0).at("3s").prints(&["handled"]);
    }
}

/// Measured on 3.8, 3.9, 3.12.1 (the code of the exception), 3.13 and 3.14 (an exit handler like any other).
#[test]
fn a_signal_while_a_child_joins_its_own_child_decides_its_code_up_to_3_12() {
    let case = scenario(
        r#"process "p" { main { spawn "c"; join "c"; }; }
        process "c" { main { on-signal "TERM" { exit 7; }; spawn "g"; }; }
        process "g" { main { sleep "2s"; }; }
        at "1s" { signal "TERM" to="c"; }"#,
    );
    for version in VERSIONS {
        let code = if ["3.13", "3.14"].contains(&version) { 0 } else { 7 };
        case.clone().on(version).run().exits(0).process("c", Status::Code(code)).leaves(&["g"]);
    }
}

/// Measured on 3.12.1, 3.13 and 3.14.
#[test]
fn from_3_13_a_child_whose_wait_is_interrupted_still_flushes_and_runs_its_exit_handlers() {
    let case = scenario(
        r#"process "p" { main { spawn "c"; join "c"; }; }
        process "c" stdout="pipe" {
            main { on-exit "x" { sleep "1ms"; }; start "a"; print "main"; }
            thread "a" { sleep "2s"; }
        }
        at "1s" { signal "INT" to="c"; }"#,
    );
    case.clone().on("3.12.1").run().process("c", Status::Code(1)).skips("x").prints(&[]);
    for version in ["3.13", "3.14"] {
        case.clone().on(version).run().process("c", Status::Code(0)).handles("x").prints(&["main"]);
    }
}

/// Measured on 3.9, 3.12.1, 3.13 and 3.14.
#[test]
fn a_failing_early_handler_in_a_child_sets_its_code() {
    let case = scenario(
        r#"process "p" { main { spawn "c"; join "c"; }; }
        process "c" stdout="pipe" {
            main { on-exit "x" { sleep "1ms"; }; on-exit "e" early=#true { raise "ValueError" "no"; }; print "main"; }
        }"#,
    );
    for version in ["3.9", "3.12.1", "3.13", "3.14"] {
        let run = case.clone().on(version).run();
        run.exits(0).process("c", Status::Code(1)).prints(&[]);
        if version.starts_with("3.9") || version.starts_with("3.12") {
            run.skips("x")
        } else {
            run.handles("x")
        };
    }
}

/// Measured on 3.13; `Lib/multiprocessing/process.py` start.
#[test]
fn a_process_starts_only_once() {
    scenario(
        r#"process "p" {
            main {
                try { repeat 2 { spawn "c"; }; }
                except "AssertionError" { print "twice"; }
            }
        }
        process "c" { main { sleep "10ms"; }; }"#,
    )
    .always(|run| {
        run.exits(0).prints(&["twice"]);
    });
}

/// Measured on 3.8, 3.12.1 and 3.13: the thread that forks becomes the main thread and keeps its flag.
#[test]
fn threads_of_a_child_inherit_the_flag_of_the_thread_that_forked() {
    let case = scenario(
        r#"process "p" { main { start "d"; join "d"; }; thread "d" daemon=#true { spawn "c"; join "c"; }; }
        process "c" { main { start "a"; }; thread "a" { sleep "1s"; }; }"#,
    );
    for version in VERSIONS {
        let run = case.clone().on(version).run();
        if version == "3.14" {
            run.finishes("a")
        } else {
            run.cuts_off("a")
        };
    }
}

#[test]
fn a_childs_file_is_not_flushed_while_a_daemon_still_uses_it() {
    // Run on 3.8.18, 3.12.1 and 3.13.0: the daemon's frame refers to the file, and os._exit flushes nothing.
    scenario(
        r#"process "p" { main { spawn "c"; }; }
        process "c" { main { open "f"; start "t"; write "f" "x" bytes=10; sleep "200ms"; };
            thread "t" daemon=#true { sleep "100ms"; write "f" "x" bytes=10; sleep "1s"; }; }"#,
    )
    .always(|run| {
        run.exits(0).file("f", 0, 20);
    });
}

#[test]
fn a_loop_over_threads_that_a_fork_does_not_have_spins() {
    // Nothing is left of the join; the rounds are steps all the same.
    let case = scenario(
        r#"process "p" {
            main { on-signal "USR1" { forever { join "t"; }; }; spawn "c"; start "t"; signal "USR1" to="c"; }
            thread "t" { sleep "1s"; }
        }
        process "c" { main { sleep "5s"; }; }"#,
    );
    case.on("3.13").run().never_ends();
}
