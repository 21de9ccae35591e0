//! Node 20: workers, ref'ed and unref'ed.

use crate::case::{Case, program};

fn node(body: &str) -> Case {
    program(body).under("node")
}

#[test]
fn a_refed_worker_is_awaited_and_an_unrefed_one_is_stopped_after_the_exit_event() {
    // node-02: it ticks on during main's exit handler; neither finally nor exit event in it.
    node(r#"main { on-exit "h" { sleep "1s"; }; start "r" "u"; }
        thread "r" { sleep "1s"; print "r"; }
        thread "u" daemon=#true { try { repeat 9 { sleep "1500ms"; print "tick"; }; }; finally { print "finally"; }; }"#)
    .run()
    .exits(0)
    .at("2s")
    .finishes("r")
    .cuts_off("u")
    .prints(&["r", "tick"]);
}

#[test]
fn a_worker_is_refed_unless_it_says_otherwise() {
    // node-02: the flag is not inherited, and there is nobody to inherit it from but main.
    node(r#"main { start "t"; }; thread "t" { sleep "1s"; }"#).run().exits(0).at("1s").finishes("t");
}

#[test]
fn process_exit_waits_for_nobody_and_runs_no_finally() {
    // node-04, and measured.
    node(r#"main { on-exit "h" { print "h"; }; start "t"; try { sleep "1s"; exit 3; }; finally { print "no"; }; }
        thread "t" { sleep "5s"; }"#)
    .run()
    .exits(3)
    .at("1s")
    .cuts_off("t")
    .prints(&["h"]);
}

#[test]
fn process_exit_in_a_worker_ends_that_worker() {
    // node-04.
    node(
        r#"main { on-exit "h" { print "h"; }; start "t"; sleep "2s"; print "main"; }
        thread "t" { try { exit 6; }; finally { print "no"; }; }"#,
    )
    .run()
    .exits(0)
    .at("2s")
    .finishes("t")
    .prints(&["main", "h"]);
}

#[test]
fn an_error_ends_the_process_wherever_it_is_thrown() {
    // node-05: in main, and in a worker whose error event nobody handles.
    node(r#"main { on-exit "h" { print "h"; }; start "t"; sleep "1s"; raise "TypeError"; }; thread "t" { sleep "5s"; }"#)
        .run()
        .exits(1)
        .at("1s")
        .cuts_off("t")
        .prints(&["h"]);
    node(
        r#"main { on-exit "h" { print "h"; }; start "t"; try { sleep "5s"; }; finally { print "no"; }; }
        thread "t" { sleep "1s"; raise "TypeError"; }"#,
    )
    .run()
    .exits(1)
    .at("1s")
    .raises("t")
    .prints(&["h"]);
    // Also while main's code is over and the process waits for workers.
    node(
        r#"main { start "t" "u"; }; thread "t" { sleep "1s"; raise "TypeError"; }; thread "u" { sleep "5s"; }"#,
    )
    .run()
    .exits(1)
    .at("1s")
    .cuts_off("u");
}

#[test]
fn handlers_run_in_order_and_a_late_one_is_not_called() {
    // node-01, and measured.
    node(r#"main { on-exit "a" { print "a"; on-exit "late" { print "late"; }; }; on-exit "b" { print "b"; }; }"#)
        .run()
        .exits(0)
        .skips("late")
        .prints(&["a", "b"]);
}

#[test]
fn exit_or_an_error_in_a_handler_ends_the_process() {
    // node-04, and measured: the other handlers do not run; an error makes 0 a 1 and leaves other codes.
    let text = |fails: &str, end: &str| {
        format!(r#"main {{ on-exit "a" {{ {fails} }}; on-exit "b" {{ print "b"; }}; {end} }}"#)
    };
    node(&text("exit 9;", "exit 3;")).run().exits(9).skips("b");
    node(&text(r#"raise "TypeError";"#, "")).run().exits(1).skips("b");
    node(&text(r#"raise "TypeError";"#, "exit 3;")).run().exits(3).skips("b");
}

#[test]
fn a_signal_kills_unless_it_is_handled() {
    // node-06; USR1 opens the debugger and does nothing else (measured).
    let text = r#"main { on-exit "h" { print "h"; }; sleep "2s"; }"#;
    for signal in ["TERM", "INT", "HUP", "QUIT", "USR2", "KILL"] {
        node(text).signal(&format!("{signal}@1s")).run().dies_of(signal).skips("h");
    }
    node(text).signal("USR1@1s").run().exits(0).at("2s").handles("h");
}

#[test]
fn a_handler_runs_in_main_also_while_workers_are_awaited_and_not_during_the_exit_event() {
    // node-07, and measured: once the exit event is handled, the signal does nothing at all.
    let text = |main: &str| {
        format!(
            r#"main {{ on-signal "TERM" {{ print "trap"; set "e"; }}; on-exit "h" {{ sleep "1s"; }}; start "t"; {main} }}
            thread "t" {{ wait "e"; }}"#
        )
    };
    node(&text("")).signal("TERM@1s").run().exits(0).at("2s").handles("TERM").prints(&["trap"]);
    node(&text(r#"set "e";"#)).signal("TERM@500ms").run().exits(0).at("1s").skips("TERM").prints(&[]);
}

#[test]
fn what_is_written_is_with_the_kernel() {
    // node-03, 09.
    node(r#"main { start "t"; sleep "1s"; exit-now 0; }; thread "t" { open "f"; write "f" "r" bytes=100; sleep "5s"; }"#)
        .run()
        .exits(0)
        .file("f", 100, 0);
}

#[test]
fn ref_and_unref_count_at_any_time() {
    // node-02: documented, and the same as in the exported program.
    node(r#"main { start "t"; sleep "1s"; set-daemon "t" #true; }; thread "t" { sleep "5s"; }"#)
        .run()
        .exits(0)
        .at("1s")
        .cuts_off("t");
    // Measured: for one that has exited, unref() does nothing.
    node(r#"main { start "t"; sleep "1s"; set-daemon "t" #true; }; thread "t" { sleep "1ms"; }"#)
        .run()
        .exits(0)
        .at("1s");
    node(r#"main { start "t"; set-daemon "t" #false; }; thread "t" daemon=#true { sleep "5s"; }"#)
        .run()
        .exits(0)
        .at("5s")
        .finishes("t");
}
