//! Ruby 3.1: nobody is waited for, everybody cleans up.

use crate::case::{Case, program};

fn ruby(body: &str) -> Case {
    program(body).under("ruby")
}

const WORKER: &str =
    r#"thread "w" { try { sleep "5s"; }; finally { work "clean up" for="200ms"; print "ensure"; }; }"#;

#[test]
fn threads_are_not_awaited_but_their_ensure_blocks_are() {
    // ruby-01.
    let text = format!(r#"main {{ on-exit "h" {{ print "h"; }}; start "w"; sleep "1s"; }}; {WORKER}"#);
    ruby(&text).run().exits(0).at("1.2s").cuts_off("w").prints(&["h", "ensure"]);
}

#[test]
fn threads_go_on_during_at_exit() {
    // ruby-01.
    ruby(r#"main { on-exit "h" { sleep "1s"; }; start "w"; }; thread "w" { sleep "500ms"; print "on"; sleep "9s"; }"#)
        .run()
        .exits(0)
        .at("1s")
        .cuts_off("w")
        .prints(&["on"]);
}

#[test]
fn rescue_does_not_see_the_kill() {
    // ruby-01, 02.
    ruby(
        r#"main { start "w"; sleep "1s"; }
        thread "w" {
            try { sleep "5s"; }
            except "BaseException" { print "rescued"; }
            finally { print "ensure"; }
        }"#,
    )
    .run()
    .exits(0)
    .prints(&["ensure"]);
}

#[test]
fn exit_in_a_thread_is_raised_again_in_main() {
    // ruby-05, and measured: the thread's ensure, then main's, then at_exit.
    let text = |except: &str| {
        format!(
            r#"main {{ on-exit "h" {{ print "h"; }}; start "t"; try {{ sleep "5s"; }}; {except} finally {{ print "main"; }}; }}
            thread "t" {{ try {{ exit 5; }}; finally {{ print "t"; }}; }}"#
        )
    };
    ruby(&text("")).run().exits(5).at("0s").finishes("t").prints(&["t", "main", "h"]);
    ruby(&text(r#"except "SystemExit" { print "caught"; };"#))
        .run()
        .exits(0)
        .prints(&["t", "caught", "main", "h"]);
}

#[test]
fn join_raises_what_the_thread_died_of_each_time() {
    // ruby-04, and measured.
    let thread = r#"thread "t" { raise "ValueError" "no"; }"#;
    ruby(&format!(r#"main {{ start "t"; join "t"; print "on"; }}; {thread}"#))
        .run()
        .exits(1)
        .raises("t")
        .raises("main")
        .prints(&[]);
    let twice = r#"try { join "t"; }; except "ValueError" { print "first"; };
        try { join "t"; }; except "Exception" { print "again"; };"#;
    ruby(&format!(r#"main {{ start "t"; {twice} }}; {thread}"#)).run().exits(0).prints(&["first", "again"]);
}

#[test]
fn nobody_joins_a_thread_that_died_so_nothing_happens() {
    // ruby-04.
    ruby(r#"main { start "t"; sleep "1s"; }; thread "t" { raise "ValueError"; }"#).run().exits(0).raises("t");
}

#[test]
fn a_signal_unwinds_main_runs_at_exit_and_kills_in_the_end() {
    // ruby-06.
    let text = format!(
        r#"main {{ on-exit "h" {{ print "h"; }}; open "f"; write "f" "r" bytes=100; start "w";
            try {{ sleep "5s"; }}; finally {{ print "main"; }}; }}; {WORKER}"#
    );
    for signal in ["TERM", "INT", "HUP", "QUIT", "USR1", "USR2", "ALRM"] {
        ruby(&text)
            .signal(&format!("{signal}@1s"))
            .run()
            .dies_of(signal)
            .at("1.2s")
            .file("f", 100, 0)
            .prints(&["main", "h", "ensure"]);
    }
    ruby(&text).signal("KILL@1s").run().dies_of("KILL").file("f", 0, 100).prints(&[]);
}

#[test]
fn a_signal_in_an_exit_handler_ends_that_handler_and_kills_in_the_end() {
    // Measured.
    ruby(r#"main { on-exit "a" { print "a"; }; on-exit "b" { sleep "2s"; print "b"; }; }"#)
        .signal("TERM@1s")
        .run()
        .dies_of("TERM")
        .at("1s")
        .cuts_short("b")
        .handles("a")
        .prints(&["a"]);
}

#[test]
fn a_signal_ends_the_wait_for_ensure_blocks_with_code_0() {
    // ruby-02.
    let text = format!(r#"main {{ start "w"; sleep "1s"; }}; {WORKER}"#);
    ruby(&text).signal("TERM@1100ms").run().exits(0).at("1.1s").prints(&[]);
}

#[test]
fn a_trap_runs_in_main_at_once_and_exit_in_it_unwinds_main() {
    // ruby-07, and measured.
    ruby(r#"main { on-signal "TERM" { print "trap"; exit 5; }; try { sleep "5s"; }; finally { print "main"; }; }"#)
        .signal("TERM@1s")
        .run()
        .exits(5)
        .at("1s")
        .prints(&["trap", "main"]);
}

#[test]
fn an_exit_handler_that_raises_makes_0_a_1_and_leaves_other_codes() {
    // ruby-05, and measured: after exit(3) it stays 3.
    let text = |end: &str| {
        format!(r#"main {{ on-exit "a" {{ print "a"; }}; on-exit "b" {{ raise "ValueError"; }}; {end} }}"#)
    };
    ruby(&text("")).run().exits(1).cuts_short("b").handles("a");
    ruby(&text("exit 3;")).run().exits(3).handles("a");
}

#[test]
fn exit_in_an_exit_handler_changes_the_code_and_the_rest_run() {
    // ruby-05, and measured.
    ruby(r#"main { on-exit "a" { print "a"; }; on-exit "b" { exit 9; }; exit 3; }"#)
        .run()
        .exits(9)
        .handles("a");
    // From another thread: it strikes main in the middle of its handler.
    ruby(
        r#"main { on-exit "a" { print "a"; }; on-exit "b" { sleep "5s"; }; start "t"; }
        thread "t" { sleep "1s"; exit 7; }"#,
    )
    .run()
    .exits(7)
    .at("1s")
    .cuts_short("b")
    .handles("a");
}

#[test]
fn a_handler_registered_in_a_handler_runs_next() {
    // ruby-08, and measured.
    ruby(r#"main { on-exit "a" { on-exit "late" { print "late"; }; print "a"; }; on-exit "b" { print "b"; }; }"#)
        .run()
        .exits(0)
        .prints(&["b", "a", "late"]);
}

#[test]
fn a_deadlock_is_raised_in_main_unless_an_event_hides_it() {
    // ruby-08, and measured: a thread in IO.select, as an event is waited for, does not count as blocked.
    let text = |hold: &str| {
        format!(
            r#"main {{ on-exit "h" {{ print "h"; }}; start "t"; sleep "1s"; lock "l" {{ print "got"; }}; }}
            thread "t" {{ lock "l" {{ {hold} }}; }}"#
        )
    };
    ruby(&text(r#"get "q";"#)).run().exits(1).raises("main").prints(&["h"]);
    ruby(&text(r#"wait "e";"#)).run().hangs();
}

#[test]
fn a_deadlock_that_the_end_of_a_thread_leaves_behind_is_not_noticed() {
    // Measured: the thread that ends still counts as living.
    let text = |time: &str| {
        format!(r#"main {{ start "t"; sleep "1s"; get "q"; }}; thread "t" {{ sleep "{time}"; }}"#)
    };
    ruby(&text("500ms")).run().exits(1).at("1s");
    ruby(&text("2s")).run().hangs();
}

#[test]
fn to_take_a_lock_twice_is_an_error() {
    // Measured: ThreadError, "deadlock; recursive locking".
    ruby(r#"main { lock "l" { try { lock "l" { print "in"; }; }; except "ThreadError" { print "refused"; }; }; }"#)
        .run()
        .exits(0)
        .prints(&["refused"]);
}

#[test]
fn every_file_is_flushed_at_the_end_unless_there_is_no_end() {
    // ruby-03: exit! leaves whole records, and what does not fit goes along with what is older.
    let text = |end: &str| {
        format!(
            r#"main {{ start "t"; sleep "1s"; {end} }}
            thread "t" {{ open "f" mode="text"; repeat 83 {{ write "f" "line" bytes=100; }}; sleep "9s"; }}"#
        )
    };
    ruby(&text("")).run().exits(0).file("f", 8300, 0);
    ruby(&text("exit-now 1;")).run().exits(1).file("f", 8200, 100).torn("f", false);
}

#[test]
fn thread_exit_in_main_ends_the_process() {
    // ruby-05.
    ruby(r#"main { on-exit "h" { print "h"; }; start "t"; exit-thread; }; thread "t" { sleep "5s"; }"#)
        .run()
        .exits(0)
        .at("0s")
        .cuts_off("t")
        .prints(&["h"]);
}

#[test]
fn finalizers_run_after_all_threads_are_dead() {
    // ruby-01.
    let text = format!(r#"main {{ on-teardown "f" {{ print "gone"; }}; start "w"; sleep "1s"; }}; {WORKER}"#);
    ruby(&text).run().exits(0).prints(&["ensure", "gone"]);
}
