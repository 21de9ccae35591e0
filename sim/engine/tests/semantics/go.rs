//! Go: main alone decides, and a panic anywhere ends everything.

use super::case::{Case, program};

fn go(body: &str) -> Case {
    program(body).under("go")
}

#[test]
fn the_end_of_main_waits_for_no_goroutine() {
    // go-01, 09: it ticks through main's deferred functions, its own are not run
    let run = go(r#"main { on-exit "slow" { work "save" for="1s"; }
            start "t"; sleep "500ms"; }
        thread "t" {
            try { sleep "1s"; print "during the defer"; sleep "1h"; }
            finally { print "clean-up"; }
        }"#)
    .run();
    run.exits(0).at("1.5s").cuts_off("t").handles("slow").prints(&["during the defer"]);
}

#[test]
fn what_a_bufio_writer_holds_is_lost_and_it_tears_at_its_size() {
    // go-01, 02
    let written = |bytes: &[u64]| {
        let writes: Vec<String> =
            bytes.iter().map(|bytes| format!("write \"f\" \"r\" bytes={bytes}")).collect();
        go(&format!("main {{ open \"f\"; {}; }}", writes.join("; "))).run()
    };
    written(&[100]).exits(0).file("f", 0, 100);
    written(&[8192]).file("f", 0, 8192);
    written(&[8193]).file("f", 8193, 0).torn("f", false);
    written(&[100, 8093]).file("f", 8192, 1);
    written(&[100; 82]).file("f", 8192, 8).torn("f", true);
    written(&[100, 20000]).file("f", 20100, 0);
    go(r#"main { open "f"; write "f" "r" bytes=100; flush "f"; }"#).run().file("f", 100, 0);
    go(r#"main { open "f" buffering="none"; write "f" "r" bytes=100; }"#).run().file("f", 100, 0);
}

#[test]
fn a_panic_of_a_goroutine_ends_all_and_only_its_own_defers_run() {
    // go-03
    let run = go(r#"main { on-exit "bye" { print "bye"; }
            start "other" "t"
            try { sleep "1h"; }
            finally { print "main's clean-up"; }
        }
        thread "other" { try { sleep "1h"; }
            finally { print "other's clean-up"; }; }
        thread "t" { try { sleep "1s"; raise "ValueError" "no"; }
            finally { print "own clean-up"; }; }"#)
    .run();
    run.exits(2)
        .at("1s")
        .raises("t")
        .cuts_off("main")
        .cuts_off("other")
        .skips("bye")
        .prints(&["own clean-up"]);
    // recover saves the process
    go(r#"main { start "t"; join "t"; print "goes on"; }
        thread "t" { try { raise "ValueError"; }
            except "ValueError" { print "recovered"; }; }"#)
    .run()
    .exits(0)
    .prints(&["recovered", "goes on"]);
}

#[test]
fn a_panic_of_main_runs_its_defers_and_exits_with_2() {
    // go-03
    let run = go(r#"main { on-exit "bye" { print "bye"; }; start "t"; sleep "1s"; raise "ValueError"; }
        thread "t" { sleep "1h"; }"#)
    .run();
    run.exits(2).at("1s").raises("main").cuts_off("t").handles("bye");
    // A panic in one deferred function does not keep the others from running.
    let twice = go(r#"main { on-exit "a" { print "a"; }; on-exit "b" { raise "ValueError"; }; }"#).run();
    twice.exits(2).cuts_short("b").prints(&["a"]);
}

#[test]
fn os_exit_runs_nothing_whoever_calls_it() {
    // go-04
    let run = go(r#"main { on-exit "bye" { print "bye"; }; start "t"; sleep "1h"; }
        thread "t" { try { sleep "1s"; exit 256; }
            finally { print "clean-up"; }; }"#)
    .run();
    run.exits(0).at("1s").skips("bye").prints(&[]);
    let deferred = go(r#"main { on-exit "a" { print "a"; }; on-exit "b" { exit 6; }; raise "ValueError"; }"#);
    deferred.run().exits(6).skips("a");
}

#[test]
fn goexit_in_main_lets_the_others_live_until_nothing_is_left_to_run() {
    // go-05
    let body = |more: &str| {
        format!(
            r#"main {{ {more} on-exit "bye" {{ print "bye"; }}; start "t"; exit-thread; }}
            thread "t" {{ sleep "1s"; print "done"; }}"#
        )
    };
    go(&body("")).run().exits(2).at("1s").finishes("t").prints(&["bye", "done"]);
    // measured: signal.Notify hides it, signal.Ignore does not
    go(&body("on-signal \"HUP\" { set \"e\"; };")).run().hangs().prints(&["bye", "done"]);
    go(&body("on-signal \"HUP\";")).run().exits(2);
}

#[test]
fn a_deadlock_of_all_is_noticed_unless_somebody_waits_for_signals() {
    // go-06
    let body = |more: &str| {
        format!(
            r#"main {{ {more} start "t"; lock "l" {{ sleep "1s"; wait "never"; }}; }}
            thread "t" {{ sleep "2s"; lock "l" {{ print "never"; }}; }}"#
        )
    };
    go(&body("")).run().exits(2).at("2s").tells("notices that nothing can ever move again");
    go(&body("on-signal \"HUP\" { set \"e\"; };")).run().hangs();
}

#[test]
fn signals_kill_dump_or_are_ignored() {
    // go-07; measured for ALRM and USR2
    let body = r#"main { on-exit "bye" { print "bye"; }; sleep "2s"; }"#;
    for signal in ["TERM", "INT", "HUP"] {
        go(body).signal(&format!("{signal}@1s")).run().dies_of(signal).skips("bye");
    }
    go(body).signal("QUIT@1s").run().exits(2).at("1s").skips("bye");
    for signal in ["USR1", "USR2", "ALRM"] {
        go(body).signal(&format!("{signal}@1s")).run().exits(0).at("2s").handles("bye");
    }
    // The goroutine that handles a signal runs beside main, which is blocked.
    let run =
        go(r#"main { on-signal "TERM" { print "told"; set "stop"; }; start "t"; join "t"; print "joined"; }
        thread "t" { wait "stop"; }"#)
        .signal("TERM@1s")
        .run();
    run.exits(0).at("1s").prints(&["told", "joined"]);
    // go-03: it is a goroutine like any other
    go(r#"main { on-signal "TERM" { raise "ValueError"; }; on-exit "bye" { print "bye"; }; sleep "2s"; }"#)
        .signal("TERM@1s")
        .run()
        .exits(2)
        .at("1s")
        .skips("bye");
}
