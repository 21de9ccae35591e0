//! .NET: foreground threads, ProcessExit, and what Mono 6.8 does to those that are left.

use crate::case::{Case, program};

fn mono(body: &str) -> Case {
    program(body).under("dotnet-mono")
}

#[test]
fn foreground_threads_are_awaited_and_background_threads_aborted() {
    // mono-01, 02, 04: their finally blocks run, without limit, after ProcessExit.
    mono(
        r#"main { on-exit "h" { sleep "1s"; print "handler"; }; start "guest" "staff"; }
        thread "guest" { sleep "1s"; print "guest"; }
        thread "staff" daemon=#true {
            try { sleep "1500ms"; print "staff"; sleep "9s"; print "no"; }
            finally { sleep "2s"; print "finally"; }
        }"#,
    )
    .run()
    .exits(0)
    .at("4s")
    .cuts_off("staff")
    .prints(&["guest", "staff", "handler", "finally"]);
}

#[test]
fn the_flag_is_not_inherited_and_may_change() {
    // mono-08.
    mono(r#"main { start "a"; sleep "1s"; }; thread "a" daemon=#true { start "b"; sleep "9s"; }; thread "b" { sleep "2s"; }"#)
        .run()
        .exits(0)
        .at("2s")
        .daemon("b", false)
        .finishes("b");
    mono(r#"main { start "a" "b"; }; thread "a" { sleep "1s"; set-daemon "b" #true; }; thread "b" { sleep "9s"; }"#)
        .run()
        .exits(0)
        .at("1s")
        .cuts_off("b");
    mono(r#"main { start "a" "b"; }; thread "a" { sleep "1s"; set-daemon "b" #false; }; thread "b" daemon=#true { sleep "2s"; }"#)
        .run()
        .at("2s")
        .finishes("b");
}

#[test]
fn a_file_stream_is_flushed_and_a_stream_writer_is_not() {
    // mono-01, 03; measured with these sizes.
    let written = |mode: &str, sizes: &[u64], end: &str| {
        let writes: Vec<String> =
            sizes.iter().map(|bytes| format!("write \"f\" \"r\" bytes={bytes};")).collect();
        mono(&format!("main {{ open \"f\" mode=\"{mode}\"; {} {end} }}", writes.join(" ")))
    };
    written("binary", &[3000, 3000, 3000, 3000], "").run().file("f", 12000, 0);
    written("binary", &[3000, 3000, 3000, 3000], "exit-now 0;").run().file("f", 8192, 3808);
    written("binary", &[5000, 9000, 100], "exit-now 0;").run().file("f", 14000, 100);
    written("binary", &[100, 8192, 1], "exit-now 0;").run().file("f", 8192, 101);
    written("text", &[3000, 3000, 3000, 3000], "").run().file("f", 11264, 736);
    written("text", &[1024], "").run().file("f", 0, 1024);
    written("text", &[8192], "").run().file("f", 7168, 1024);
    written("text", &[5000, 9000, 100], "").run().file("f", 13312, 788);
}

#[test]
fn an_uncaught_exception_ends_the_process_at_once() {
    // mono-05: no ProcessExit, nobody is waited for, nothing is flushed.
    let text = |main: &str, thread: &str| {
        format!(
            r#"main {{ on-exit "h" {{ print "no"; }}; open "f"; write "f" "r" bytes=100; start "t"; {main} }}
            thread "t" {{ {thread} }}"#
        )
    };
    let check = |text: &str| {
        let run = program(text).under("dotnet-mono").run();
        run.exits(1).at("1s").skips("h").file("f", 0, 100);
        let run = program(text).under("dotnet-9").run();
        run.dies_of("ABRT").at("1s").skips("h").file("f", 0, 100);
    };
    check(&text("sleep \"1s\"; raise \"OSError\";", "sleep \"9s\";"));
    check(&text("sleep \"9s\";", "sleep \"1s\"; raise \"OSError\";"));
    mono(r#"main { submit "pool"; sleep "9s"; }; pool "pool" workers=1 { sleep "1s"; raise "ValueError"; }"#)
        .run()
        .exits(255)
        .at("1s");
}

#[test]
fn exit_aborts_nobody() {
    // mono-06, and measured: FileStream is flushed all the same.
    mono(
        r#"main { on-exit "h" { print "handler"; }; open "f"; write "f" "r" bytes=100; start "t"; try { sleep "9s"; }; finally { print "no"; }; }
        thread "t" { try { sleep "1s"; exit 5; }; finally { print "no"; }; }"#,
    )
    .run()
    .exits(5)
    .at("1s")
    .prints(&["handler"])
    .file("f", 100, 0);
}

#[test]
fn exit_in_a_handler_ends_at_once_and_elsewhere_blocks() {
    // mono-06; measured: nothing is flushed in the first case.
    mono(r#"main { open "f"; write "f" "r" bytes=100; on-exit "a" { exit 9; }; on-exit "b" { print "no"; }; exit 3; }"#)
        .run()
        .exits(9)
        .skips("b")
        .file("f", 0, 100);
    mono(r#"main { on-exit "a" { sleep "2s"; print "a"; }; start "t"; exit 3; }; thread "t" { sleep "1s"; exit 5; }"#)
        .run()
        .exits(3)
        .at("2s")
        .prints(&["a"]);
    mono(
        r#"main { on-exit "a" { sleep "2s"; print "a"; }; start "t"; sleep "1s"; }; thread "t" { exit 5; }"#,
    )
    .run()
    .exits(5)
    .at("2s")
    .prints(&["a"]);
    // Measured: the handlers belong to the end of Main, whose code is the last that was set.
    let late = r#"main { on-exit "a" { sleep "2s"; print "a"; }; start "t"; }; thread "t" daemon=#true { sleep "1s"; exit 5; }"#;
    mono(late).run().exits(5).at("2s").cuts_off("t").prints(&["a"]);
}

#[test]
fn handlers_run_in_the_order_of_registration_until_one_fails() {
    // mono-10, and measured: no message, the code stays; what is added late never runs.
    mono(r#"main { on-exit "a" { print "a"; }; on-exit "b" { print "b"; }; }"#).run().prints(&["a", "b"]);
    mono(r#"main { on-exit "a" { raise "ValueError"; }; on-exit "b" { print "no"; }; exit 3; }"#)
        .run()
        .exits(3)
        .cuts_short("a")
        .skips("b");
    mono(r#"main { on-exit "a" { on-exit "b" { print "no"; }; }; }"#).run().exits(0).handles("a").skips("b");
}

#[test]
fn a_thread_started_late_is_aborted() {
    // mono-10, and measured: a foreground thread too.
    mono(
        r#"main { on-exit "a" { start "t"; sleep "1s"; }; }
        thread "t" { try { sleep "9s"; }; finally { print "finally"; }; }"#,
    )
    .run()
    .exits(0)
    .at("1s")
    .cuts_off("t")
    .prints(&["finally"]);
}

#[test]
fn a_handler_waits_for_a_lock_without_limit() {
    // mono-10.
    mono(
        r#"main { on-exit "h" { lock "l" { print "no"; }; }; start "t"; sleep "1s"; }
        thread "t" daemon=#true { lock "l" { wait "never"; }; }"#,
    )
    .run()
    .hangs();
}

#[test]
fn the_pool_is_not_waited_for() {
    // mono-09.
    mono(r#"main { submit "pool"; sleep "1s"; }; pool "pool" workers=1 { try { sleep "9s"; }; finally { print "finally"; }; }"#)
        .run()
        .exits(0)
        .at("1s")
        .prints(&["finally"]);
}

#[test]
fn signals_kill_but_for_quit_and_for_term_up_to_nine() {
    // mono-07; .NET 5 to 9 and 10: Microsoft Learn, sigterm-signal-handler, documented.
    let text = r#"main { on-exit "h" { print "handler"; }; sleep "3s"; }"#;
    for signal in ["TERM", "INT", "HUP", "USR1", "KILL"] {
        mono(text).signal(&format!("{signal}@1s")).run().dies_of(signal).skips("h");
    }
    mono(text).signal("QUIT@1s").run().exits(0).at("3s");
    for version in ["5", "8", "9"] {
        let run = program(text).under(&format!("dotnet-{version}")).signal("TERM@1s").run();
        run.exits(143).at("1s").handles("h");
    }
    program(text).under("dotnet-10").signal("TERM@1s").run().dies_of("TERM").skips("h");
}

#[test]
fn dotnet_aborts_nobody_and_flushes_nothing() {
    // HostShutdown.md, dotnet/csharpstandard #291, documented.
    program(
        r#"main { open "f"; write "f" "r" bytes=100; start "t"; sleep "1s"; }
        thread "t" daemon=#true { try { sleep "9s"; }; finally { print "no"; }; }"#,
    )
    .under("dotnet-9")
    .run()
    .exits(0)
    .at("1s")
    .cuts_off("t")
    .prints(&[])
    .file("f", 0, 100);
}
