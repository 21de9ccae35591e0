//! Rust: nobody is waited for, and what is dropped is flushed.

use super::case::{Case, program};

fn rust(body: &str) -> Case {
    program(body).under("rust")
}

#[test]
fn the_end_of_main_waits_for_no_thread() {
    // rust-01, 10: it runs on through atexit, then vanishes without Drop
    let run = rust(
        r#"main { on-exit "slow" { work "save" for="1s"; }
            start "t"; sleep "500ms"; }
        thread "t" {
            try { sleep "1s"; print "during the handler"; sleep "1h"; }
            finally { print "clean-up"; }
        }"#,
    )
    .run();
    run.exits(0).at("1.5s").cuts_off("t").handles("slow").prints(&["during the handler"]);
}

#[test]
fn what_is_dropped_is_flushed_and_nothing_else() {
    // rust-01, 05, 06
    let local = |end: &str| format!("main {{ open \"f\"; write \"f\" \"r\" bytes=100; {end}; }}");
    rust(&local("return")).run().exits(0).file("f", 100, 0);
    rust(&local("raise \"ValueError\"")).run().exits(101).file("f", 100, 0);
    rust(&local("exit 3")).run().exits(3).file("f", 0, 100);
    rust(&local("exit-now 4")).run().exits(4).file("f", 0, 100);
    // A static that main and a thread use is never dropped.
    let shared = rust(
        r#"main { open "f"; start "t"; join "t"; }
        thread "t" { write "f" "r" bytes=100; }"#,
    );
    shared.run().exits(0).file("f", 0, 100);
    // Nor is one of main and an exit handler; a thread's own is, also when it panics.
    rust(r#"main { open "f"; on-exit "x" { write "f" "r" bytes=100; }; }"#).run().file("f", 0, 100);
    let own = rust(
        r#"main { start "t"; join "t"; }
        thread "t" { open "f"; write "f" "r" bytes=100; raise "ValueError"; }"#,
    );
    own.run().exits(0).raises("t").file("f", 100, 0);
}

#[test]
fn a_buf_writer_keeps_records_whole() {
    // rust-06
    let written = |bytes: &[u64]| {
        let writes: Vec<String> =
            bytes.iter().map(|bytes| format!("write \"f\" \"r\" bytes={bytes}")).collect();
        rust(&format!("main {{ open \"f\"; {}; exit 0; }}", writes.join("; "))).run()
    };
    written(&[8191]).file("f", 0, 8191);
    written(&[8192]).file("f", 8192, 0);
    written(&[100, 8092]).file("f", 0, 8192);
    written(&[100, 8093]).file("f", 100, 8093).torn("f", false);
    written(&[100, 20000]).file("f", 20100, 0);
}

#[test]
fn panics_end_their_thread_and_main_the_process_with_101() {
    // rust-03
    rust(
        r#"main { start "t"; join "t"; print "goes on"; }
        thread "t" { try { raise "ValueError"; }
            finally { print "clean-up"; }; }"#,
    )
    .run()
    .exits(0)
    .raises("t")
    .prints(&["clean-up", "goes on"]);
    rust(
        r#"main { on-exit "bye" { print "bye"; }; start "t"; sleep "1s"; raise "ValueError"; }
        thread "t" { sleep "1h"; }"#,
    )
    .run()
    .exits(101)
    .at("1s")
    .cuts_off("t")
    .handles("bye");
}

#[test]
fn a_second_exit_waits_for_the_first_for_ever() {
    // measured with 1.95: worker and main alike; the first one's status counts
    let run = rust(
        r#"main { on-exit "first" { print "first"; }; on-exit "slow" { sleep "1s"; }
            start "t"; exit 3; }
        thread "t" { sleep "500ms"; exit 8; }"#,
    )
    .run();
    run.exits(3).at("1s").handles("slow").handles("first");
    let main = rust(
        r#"main { on-exit "slow" { sleep "1s"; }; start "t"; sleep "500ms"; }
        thread "t" { exit 8; }"#,
    )
    .run();
    main.exits(8).at("1s").handles("slow");
}

#[test]
fn an_exit_handler_that_panics_or_exits_aborts_the_process() {
    // Measured with 1.95: a panic cannot unwind into C, and process::exit sees that it was called before.
    let text = |handler: &str, end: &str| {
        format!(
            r#"main {{ on-exit "first" {{ print "no"; }}; on-exit "second" {{ {handler} }}; sleep "1s"; {end} }}"#
        )
    };
    for end in ["", "exit 3;"] {
        for handler in [r#"raise "ValueError";"#, "exit 4;"] {
            let run = rust(&text(handler, end)).run();
            run.dies_of("ABRT").at("1s").skips("first").cuts_short("second");
        }
    }
}

#[test]
fn a_handler_that_needs_a_held_lock_hangs() {
    // rust-09
    rust(
        r#"main { on-exit "save" { lock "l" { print "saved"; }; }; start "t"; sleep "1s"; }
        thread "t" { lock "l" { sleep "1s"; wait "never"; }; }"#,
    )
    .run()
    .hangs()
    .cuts_short("save");
}

#[test]
fn a_signal_is_handled_by_a_thread_of_its_own() {
    // rust-08: without one it kills; the thread in sigwait exits like any other and runs all handlers
    let body = |handler: &str| {
        format!(
            r#"main {{ on-signal "TERM" {handler}; on-exit "a" {{ print "a"; }}; on-exit "b" {{ print "b"; }}; sleep "1h"; }}"#
        )
    };
    rust(&body("{ exit 7; }")).signal("TERM@1s").run().exits(7).at("1s").cuts_off("main").prints(&["b", "a"]);
    rust(r#"main { on-exit "a" { print "a"; }; sleep "1h"; }"#)
        .signal("TERM@1s")
        .run()
        .dies_of("TERM")
        .prints(&[]);
}
