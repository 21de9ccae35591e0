//! Programs in Go, read as text. That they do what the model says is shown by the workspace's tests.

use closing_time_engine::export::Target;

use crate::written::{all_but, built_in, refused, written};

/// Every statement that Go and Rust have words for, with names that want to clash.
pub(super) const EVERYTHING: &str = r##"scenario "everything" format=1 {
    title "Every statement \"once\" */"
    process "int" stdout="pipe" {
        main {
            on-signal "HUP"
            on-signal "TERM" { unless-set "stop" { print "%d {1}"; set "stop"; return; }; print "again"; }
            on-exit "print" { try { flush "print.txt"; }
                finally { close "print.txt"; }; }
            open "print.txt" mode="text" buffering="line"
            write "print.txt" "line" bytes=20
            start "main-loop" "copier"
            put "jobs"
            put "jobs" stop=#true
            drain "jobs"
            wait "stop" timeout="1500ms"
            join "main-loop" timeout="1s..2s"
            join "copier"
            signal "USR1" to="int"
            get "jobs" timeout="100ms" { work "class" for="20ms"; }
            unless-set "stop" { return; }
            exit 3
        }
        thread "main-loop" daemon=#true {
            for-each "jobs" { work "class" for="10ms"; write "print.txt" "line" bytes=20; }
            get "jobs"
            while-running "stop" { sleep "1ms"; }
            forever { sleep "1s"; }
        }
        thread "copier" count=3 {
            open "out/copy.bin" buffering="none"
            try {
                lock "db" { write "out/copy.bin" "line" bytes=20 for="1s"; }
                lock "db" timeout="50ms" { return; }
                raise "OutOfPaper" "no"
            }
            except "OutOfPaper" { print "paper"; }
            except "Exception" { exit-now 4; }
            finally { print "done"; }
            lock "db" { raise "ValueError"; }
        }
    }
    at "2s" { signal "TERM" to="int"; }
}
"##;

fn go(source: &str, trace: bool) -> Result<String, String> {
    written(Target::Go, source, trace)
}

#[test]
fn pdf_shutdown() {
    insta::assert_snapshot!(go(built_in("pdf-shutdown"), false).expect("it can be exported"));
}

#[test]
fn traced_stop_too_late() {
    insta::assert_snapshot!(go(built_in("stop-too-late"), true).expect("it can be exported"));
}

#[test]
fn everything() {
    insta::assert_snapshot!(go(EVERYTHING, false).expect("it can be exported"));
}

#[test]
fn what_go_cannot_say_is_refused() {
    let refused = |main: &str| refused(Target::Go, main);
    assert!(refused("open \"/etc/motd\"").contains("outside of the working directory"));
    assert!(refused("on-exit \"x\" early=#true { set \"e\"; }").contains("early exit handler"));
    assert!(refused("submit \"q\"").contains("no thread pool"));
    assert!(refused("repeat 2 { start \"t\"; }").contains("started a second time"));
    assert!(refused("open \"f\"; open \"f\" mode=\"text\"").contains("in two ways"));
    assert!(refused("on-teardown \"x\" { set \"e\"; }").contains("no finalizers"));
}

#[test]
fn every_built_in_scenario_is_written_or_refused_at_a_place() {
    all_but(Target::Go, &["processes", "thread pool", "daemon flag"]);
}
