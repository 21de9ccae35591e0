//! Perl 5.36 with interpreter threads: nobody is waited for, and nothing of a thread is kept.

use crate::case::{Case, program};

fn perl(body: &str) -> Case {
    program(body).under("perl")
}

#[test]
fn threads_go_on_during_end_blocks_and_are_then_cut_off() {
    // perl-01: last one first.
    perl(
        r#"main { on-exit "a" { sleep "1s"; print "a"; }; on-exit "b" { print "b"; }; start "t"; }
        thread "t" { try { sleep "500ms"; print "on"; sleep "9s"; }; finally { print "no"; }; }"#,
    )
    .run()
    .exits(0)
    .at("1s")
    .cuts_off("t")
    .prints(&["b", "on", "a"]);
}

#[test]
fn files_of_main_are_kept_and_those_of_threads_are_lost() {
    // perl-01, 03: a full buffer leaves at once, in the middle of a record.
    perl(
        r#"main { open "m"; write "m" "r" bytes=100; start "t"; sleep "1s"; }
        thread "t" { open "f"; repeat 7 { write "f" "r" bytes=3000; }; sleep "9s"; }"#,
    )
    .run()
    .exits(0)
    .file("m", 100, 0)
    .file("f", 16384, 4616)
    .torn("f", true);
    // Measured: two records that fill the buffer exactly.
    perl(r#"main { start "t"; sleep "1s"; }; thread "t" { open "f"; repeat 2 { write "f" "r" bytes=4096; }; sleep "9s"; }"#)
        .run()
        .file("f", 8192, 0);
}

#[test]
fn a_handle_of_main_alone_is_closed_when_main_is_over() {
    // Measured: before the END blocks, unless one of them refers to it.
    perl(r#"main { open "m"; write "m" "r" bytes=100; on-exit "h" { sleep "2s"; }; }"#)
        .signal("KILL@1s")
        .run()
        .dies_of("KILL")
        .file("m", 100, 0);
}

#[test]
fn to_start_a_thread_flushes_what_the_starter_has_opened() {
    // Measured.
    perl(r#"main { open "m"; write "m" "r" bytes=100; start "t"; write "m" "r" bytes=10; sleep "5s"; }; thread "t" { sleep "9s"; }"#)
        .signal("KILL@1s")
        .run()
        .dies_of("KILL")
        .file("m", 100, 10);
}

#[test]
fn a_thread_that_ends_closes_its_handle() {
    // perl-03.
    perl(r#"main { start "t"; sleep "1s"; }; thread "t" { open "f"; write "f" "r" bytes=100; }"#)
        .run()
        .exits(0)
        .finishes("t")
        .file("f", 100, 0);
}

#[test]
fn exit_in_main_cleans_up_and_exit_in_a_thread_skips_the_end_blocks() {
    // perl-02, and measured: finally runs, END runs; from a thread not even END.
    perl(r#"main { on-exit "h" { print "h"; }; try { exit 4; }; finally { print "finally"; }; }"#)
        .run()
        .exits(4)
        .prints(&["finally", "h"]);
    perl(
        r#"main { on-exit "h" { print "h"; }; open "m"; write "m" "r" bytes=100; start "t"; sleep "5s"; }
        thread "t" { sleep "1s"; exit 5; }"#,
    )
    .run()
    .exits(5)
    .at("1s")
    .skips("h")
    .file("m", 100, 0);
}

#[test]
fn exit_in_a_thread_ends_a_process_that_is_in_its_end_blocks() {
    // Measured.
    perl(r#"main { on-exit "h" { sleep "3s"; }; start "t"; }; thread "t" { sleep "1s"; exit 7; }"#)
        .run()
        .exits(7)
        .at("1s")
        .cuts_short("h");
}

#[test]
fn die_ends_a_thread_alone_and_main_with_255() {
    // perl-02; 255 as long as no errno is left over.
    perl(r#"main { on-exit "h" { print "h"; }; start "t"; join "t"; print "on"; }; thread "t" { raise "ValueError"; }"#)
        .run()
        .exits(0)
        .raises("t")
        .prints(&["on", "h"]);
    perl(r#"main { on-exit "h" { print "h"; }; raise "ValueError"; }"#).run().exits(255).handles("h");
}

#[test]
fn die_and_exit_in_an_end_block() {
    // Measured: the others run; die makes the code 255, exit changes it.
    let text = |fails: &str| {
        format!(r#"main {{ on-exit "a" {{ print "a"; }}; on-exit "b" {{ {fails} }}; exit 3; }}"#)
    };
    perl(&text(r#"raise "ValueError";"#)).run().exits(255).handles("a");
    perl(&text("exit 9;")).run().exits(9).handles("a");
}

#[test]
fn a_handler_is_gone_once_end_blocks_run() {
    // Measured: before, it runs in main; after, the signal kills.
    let text = r#"main { on-signal "TERM" { print "trap"; }; on-exit "h" { sleep "2s"; }; sleep "1s"; }"#;
    perl(text).signal("TERM@500ms").run().exits(0).at("3s").handles("h").prints(&["trap"]);
    perl(text).signal("TERM@2s").run().dies_of("TERM").at("2s").cuts_short("h");
}

#[test]
fn threads_exit_in_main_is_exit() {
    // Measured.
    perl(r#"main { on-exit "h" { print "h"; }; start "t"; exit-thread; }; thread "t" { sleep "5s"; }"#)
        .run()
        .exits(0)
        .at("0s")
        .cuts_off("t")
        .prints(&["h"]);
}
