//! Java 17: the last non-daemon thread, hooks all at once, and a machine that handles signals itself.

use crate::case::{Case, program};

fn java(body: &str) -> Case {
    program(body).under("jvm")
}

#[test]
fn non_daemons_are_awaited_and_daemons_run_until_the_hooks_are_done() {
    // java-01, 02, 04.
    java(
        r#"main { on-exit "hook" { sleep "1s"; print "hook"; }; start "guest" "staff"; }
        thread "guest" { sleep "2s"; print "guest"; }
        thread "staff" daemon=#true { try { sleep "2500ms"; print "staff"; sleep "9s"; }; finally { print "no"; }; }"#,
    )
    .run()
    .exits(0)
    .at("3s")
    .cuts_off("staff")
    .prints(&["guest", "staff", "hook"]);
}

#[test]
fn the_flag_is_inherited() {
    // java-16.
    java(
        r#"main { start "a"; sleep "1s"; }
        thread "a" daemon=#true { start "b"; sleep "9s"; }
        thread "b" { sleep "9s"; }"#,
    )
    .run()
    .exits(0)
    .at("1s")
    .daemon("b", true)
    .cuts_off("b");
}

#[test]
fn buffers_are_lost_mains_too() {
    // java-01, 03; measured: whole records in a BufferedOutputStream, two layers of 8192 below a BufferedWriter.
    java(r#"main { open "f"; repeat 4 { write "f" "r" bytes=3000; }; }"#).run().file("f", 6000, 6000);
    java(r#"main { open "f"; write "f" "r" bytes=8192; write "f" "s" bytes=1; }"#).run().file("f", 8192, 1);
    let text = |first: u64, second: u64| {
        java(&format!(
            r#"main {{ open "t" mode="text"; write "t" "r" bytes={first}; write "t" "s" bytes={second}; }}"#
        ))
    };
    text(4096, 4097).run().file("t", 0, 8193);
    text(8192, 8192).run().file("t", 8192, 8192);
    text(24000, 1000).run().file("t", 16384, 8616);
    let twice = r#"main { open "t" mode="text"; repeat 2 { write "t" "r" bytes=9000; }; }"#;
    java(twice).run().file("t", 8192, 9808).torn("t", true);
}

#[test]
fn main_that_throws_still_waits() {
    // java-05.
    java(r#"main { on-exit "hook" { print "hook"; }; start "t"; raise "OSError"; }; thread "t" { sleep "1s"; }"#)
        .run()
        .exits(1)
        .at("1s")
        .finishes("t")
        .handles("hook");
}

#[test]
fn a_thread_that_throws_ends_alone() {
    // java-06, 14.
    java(r#"main { start "t"; join "t"; print "on"; }; thread "t" { raise "ValueError"; }"#)
        .run()
        .exits(0)
        .raises("t")
        .prints(&["on"]);
    java(r#"main { on-exit "a" { raise "ValueError"; }; on-exit "b" { sleep "1s"; }; exit 3; }"#)
        .run()
        .exits(3)
        .cuts_short("a")
        .handles("b");
}

#[test]
fn exit_waits_for_no_thread_from_wherever_it_is_called() {
    // java-07: no finally runs, not even that of the caller.
    for (main, thread) in
        [("sleep \"1s\"; exit 5;", "sleep \"9s\";"), ("sleep \"9s\";", "sleep \"1s\"; exit 5;")]
    {
        java(&format!(
            r#"main {{ on-exit "hook" {{ print "hook"; }}; start "t"; try {{ {main} }}; finally {{ print "no"; }}; }}
            thread "t" {{ try {{ {thread} }}; finally {{ print "no"; }}; }}"#
        ))
        .run()
        .exits(5)
        .at("1s")
        .prints(&["hook"]);
    }
}

#[test]
fn halt_runs_nothing() {
    // java-08: in a hook too.
    java(r#"main { on-exit "hook" { print "no"; }; exit-now 6; }"#).run().exits(6).skips("hook");
    java(r#"main { on-exit "a" { sleep "1s"; exit-now 9; }; on-exit "b" { sleep "2s"; }; }"#)
        .run()
        .exits(9)
        .at("1s")
        .cuts_short("b");
}

#[test]
fn hooks_run_together() {
    // java-11.
    java(
        r#"main {
            on-exit "a" { sleep "3s"; print "a"; }
            on-exit "b" { sleep "1s"; print "b"; }
            on-exit "c" { sleep "2s"; print "c"; }
        }"#,
    )
    .run()
    .exits(0)
    .at("3s")
    .prints(&["b", "c", "a"]);
}

#[test]
fn a_second_exit_blocks_for_ever() {
    // java-13: in a hook, which the first one waits for; elsewhere the first code wins, also over main's end.
    java(r#"main { on-exit "hook" { exit 4; }; exit 3; }"#).run().hangs();
    java(
        r#"main { on-exit "hook" { sleep "2s"; }; start "t"; exit 3; }; thread "t" { sleep "1s"; exit 8; }"#,
    )
    .run()
    .exits(3)
    .at("2s");
    java(r#"main { on-exit "hook" { sleep "2s"; }; start "t"; sleep "1s"; }; thread "t" { exit 8; }"#)
        .run()
        .exits(8)
        .at("2s");
}

#[test]
fn no_hook_is_added_late() {
    // java-15.
    java(r#"main { on-exit "a" { on-exit "b" { print "no"; }; print "no"; }; }"#)
        .run()
        .exits(0)
        .cuts_short("a")
        .skips("b")
        .prints(&[]);
}

#[test]
fn a_thread_started_in_a_hook_is_not_waited_for() {
    // java-15.
    java(r#"main { on-exit "a" { start "t"; sleep "1s"; }; }; thread "t" { sleep "2s"; }"#)
        .run()
        .exits(0)
        .at("1s")
        .cuts_off("t");
}

#[test]
fn signals_without_a_handler_exit_with_a_code() {
    // java-09, 12, 22; USR2 measured: the machine uses it itself and aborts.
    let text = r#"main { on-exit "hook" { sleep "2s"; print "hook"; }; try { sleep "9s"; }; finally { print "no"; }; }"#;
    for (signal, code) in [("TERM", 143), ("INT", 130), ("HUP", 129)] {
        java(text).signal(&format!("{signal}@1s")).run().exits(code).at("3s").prints(&["hook"]);
    }
    java(text).signal("TERM@1s").signal("INT@2s").run().exits(143).at("3s").handles("hook");
    java(text).signal("QUIT@1s").run().exits(0).at("11s");
    java(text).signal("USR2@1s").run().dies_of("ABRT").at("1s").skips("hook");
    for signal in ["USR1", "ALRM", "KILL"] {
        java(text).signal(&format!("{signal}@1s")).run().dies_of(signal).at("1s").skips("hook");
    }
}

#[test]
fn a_signal_handler_has_a_thread_of_its_own() {
    // java-10, and measured: while hooks run as well; an exception in it ends nothing.
    java(r#"main { on-signal "TERM" { sleep "1s"; print "handler"; }; sleep "1500ms"; print "main"; sleep "1s"; }"#)
        .signal("TERM@1s")
        .run()
        .exits(0)
        .at("2.5s")
        .prints(&["main", "handler"]);
    java(r#"main { on-signal "TERM" { raise "ValueError"; }; sleep "2s"; }"#)
        .signal("TERM@1s")
        .run()
        .exits(0)
        .at("2s");
    java(r#"main { on-signal "TERM" { print "handler"; }; on-exit "hook" { sleep "2s"; }; }"#)
        .signal("TERM@1s")
        .run()
        .exits(0)
        .prints(&["handler"]);
}

#[test]
fn locks_at_exit() {
    // java-21.
    java(
        r#"main { on-exit "hook" { lock "l" { print "no"; }; }; start "t"; sleep "1s"; }
        thread "t" daemon=#true { lock "l" { wait "never"; }; }"#,
    )
    .run()
    .hangs();
    java(r#"main { on-exit "hook" { lock "l" { print "no"; }; }; lock "l" { exit 3; }; }"#).run().hangs();
}

#[test]
fn an_executor_that_nobody_shuts_down_keeps_the_process() {
    // java-17.
    java(r#"main { submit "pool"; submit "pool"; }; pool "pool" workers=2 { sleep "1s"; print "item"; }"#)
        .run()
        .hangs()
        .prints(&["item", "item"]);
    java(r#"main { submit "pool"; }; pool "pool" workers=1 { raise "ValueError"; }"#).run().hangs();
}

#[test]
fn small_mistakes() {
    // java-16; Thread.join: while (isAlive()).
    java(r#"main { start "t"; try { start "t"; }; except "IllegalThreadStateException" { print "twice"; }; join "u"; print "joined"; }
        thread "t" { sleep "1s"; }; thread "u" { sleep "1s"; }"#)
        .run()
        .exits(0)
        .never_starts("u")
        .prints(&["twice", "joined"]);
}

#[test]
fn virtual_threads_are_daemons_whatever_they_say() {
    // JEP 444, documented.
    program(r#"main { start "t"; sleep "1s"; }; thread "t" daemon=#false { sleep "9s"; }"#)
        .under("jvm-virtual")
        .run()
        .exits(0)
        .at("1s")
        .cuts_off("t");
}
