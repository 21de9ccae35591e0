//! C: `exit` runs in whichever thread calls it, and nobody is waited for but by `pthread_exit` in main.

use super::case::{Case, program};

fn c(body: &str) -> Case {
    program(body).under("c")
}

#[test]
fn the_end_of_main_waits_for_no_thread() {
    // c-01, 08: the thread works on during the handlers, its clean-up never runs
    let run = c(r#"main { on-exit "slow" { work "save" for="1s"; }
            start "t"; sleep "500ms"; }
        thread "t" {
            try { sleep "1s"; print "during the handler"; sleep "1h"; }
            finally { print "clean-up"; }
        }"#)
    .run();
    run.exits(0).at("1.5s").cuts_off("t").handles("slow").prints(&["during the handler"]);
}

#[test]
fn exit_flushes_every_stream_and_underscore_exit_none() {
    // c-02, 03
    let body = |how: &str| {
        format!(
            r#"main {{ start "t"; sleep "500ms"; {how}; }}
            thread "t" {{ open "log"; write "log" "line" bytes=100; sleep "1h"; }}"#
        )
    };
    c(&body("return")).run().exits(0).cuts_off("t").file("log", 100, 0);
    c(&body("exit 3")).run().exits(3).cuts_off("t").file("log", 100, 0);
    c(&body("exit-now 4")).run().exits(4).cuts_off("t").file("log", 0, 100);
    c(&body("sleep \"1h\"")).signal("TERM@1s").run().dies_of("TERM").file("log", 0, 100);
}

#[test]
fn a_stream_fills_up_and_whole_blocks_go_past_it() {
    // c-03; measured: before its first write a FILE has no room, so a record of its very size goes past it
    let written = |bytes: &[u64]| {
        let writes: Vec<String> =
            bytes.iter().map(|bytes| format!("write \"f\" \"r\" bytes={bytes}")).collect();
        c(&format!("main {{ open \"f\"; {}; exit-now 0; }}", writes.join("; "))).run()
    };
    written(&[8191]).file("f", 0, 8191);
    written(&[8192]).file("f", 8192, 0);
    written(&[100, 8092]).file("f", 0, 8192);
    written(&[100, 8093]).file("f", 8192, 1);
    written(&[100, 20000]).file("f", 16384, 3716);
    written(&[100; 82]).file("f", 8192, 8).torn("f", true);
    written(&[8192, 8192]).file("f", 8192, 8192);
}

#[test]
fn exit_in_a_thread_runs_the_handlers_there_while_main_goes_on() {
    // c-02
    let run = c(r#"main { on-exit "slow" { sleep "1s"; print "handled"; }
            start "t"; sleep "1s"; print "main goes on"; sleep "1h"; }
        thread "t" { sleep "500ms"; exit 5; }"#)
    .run();
    run.exits(5).at("1.5s").cuts_off("main").handles("slow").prints(&["main goes on", "handled"]);
}

#[test]
fn a_second_exit_overtakes_the_first() {
    // c-06
    let run = c(r#"main {
            on-exit "first" { print "first"; }
            on-exit "slow" { sleep "1h"; }
            start "t"
            exit 3
        }
        thread "t" { sleep "1s"; exit 8; }"#)
    .run();
    run.exits(8).at("1s").cuts_short("slow").handles("first");
    let again = c(r#"main { on-exit "rest" { print "rest"; }; on-exit "again" { exit 9; }; exit 3; }"#).run();
    again.exits(9).handles("rest").prints(&["rest"]);
}

#[test]
fn pthread_exit_in_main_waits_for_everybody() {
    // c-01, 05
    let run = c(r#"main { on-exit "bye" { print "bye"; }; start "t"; exit-thread; }
        thread "t" { sleep "1s"; print "done"; }"#)
    .run();
    run.exits(0).at("1s").finishes("t").prints(&["done", "bye"]);
    // c-08: its clean-up handlers run, also in a thread
    let left = c(r#"main { start "t"; join "t"; print "joined"; }
        thread "t" { try { exit-thread; }
            finally { print "clean-up"; }; }"#)
    .run();
    left.exits(0).finishes("t").prints(&["clean-up", "joined"]);
}

#[test]
fn a_handler_that_needs_a_held_lock_hangs_and_one_registered_late_runs_next() {
    // c-09
    c(r#"main { on-exit "save" { lock "l" { print "saved"; }; }; start "t"; sleep "1s"; }
        thread "t" { lock "l" { sleep "1s"; wait "never"; }; }"#)
    .run()
    .hangs()
    .cuts_short("save");
    // c-06
    c(r#"main { on-exit "a" { print "a"; }; on-exit "b" { print "b"; on-exit "late" { print "late"; }; }; }"#)
        .run()
        .exits(0)
        .prints(&["b", "late", "a"]);
}

#[test]
fn a_handler_interrupts_main_at_once() {
    // c-07
    let run = c(r#"main { on-signal "TERM" { set "stop"; }; start "t"; join "t"; print "joined"; }
        thread "t" { wait "stop"; }"#)
    .signal("TERM@1s")
    .run();
    run.exits(0).at("1s").handles("TERM").prints(&["joined"]);
}

#[test]
fn a_thread_of_an_exit_handler_is_not_waited_for() {
    // c-09
    c(r#"main { on-exit "late" { start "t"; }; }
        thread "t" { sleep "1s"; print "never"; }"#)
    .run()
    .exits(0)
    .at("0s")
    .cuts_off("t")
    .prints(&[]);
}
