//! Programs in JavaScript for Node, read as text. That they do what the model says is shown by the workspace's tests.

use closing_time_engine::export::Target;

use crate::written::{all_but, built_in, written};

/// Every statement that Node has words for, with names that want to clash.
const EVERYTHING: &str = r##"scenario "everything" format=1 {
    title "Every statement \"once\""
    process "def" stdout="pipe" {
        main {
            on-signal "HUP"
            on-signal "TERM" { unless-set "stop" { print "#{1}"; set "stop"; return; }; print "again"; }
            on-exit "late" { join "copier"; get "jobs" timeout="1s" { work "class" for="10ms"; }; }
            on-exit "print" { try { flush "print.txt"; return; }; finally { close "print.txt"; }; }
            on-teardown "cache" { print "gone \"\\"; }
            open "print.txt" mode="text" buffering="line"
            write "print.txt" "line" bytes=20
            start "class" "copier"
            put "jobs"
            put "jobs" stop=#true
            drain "jobs"
            get "jobs" { lock "db" { work "class" for="5ms"; }; }
            wait "stop" timeout="1500ms"
            join "class" timeout="1s..2s"
            join "copier"
            signal "USR1" to="def"
            unless-set "stop" { return; }
            exit 3
        }
        thread "class" daemon=#true {
            for-each "jobs" { work "class" for="10ms"; write "print.txt" "line" bytes=20; }
            get "jobs" timeout="100ms" { work "class" for="20ms"; }
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
            except "IOError" { sleep "1ms"; }
            finally { print "done"; }
            raise "ValueError"
        }
    }
    at "2s" { signal "TERM" to="def"; }
}
"##;

/// What its event loop calls.
const EVENT_LOOP: &str = r#"scenario "event-loop" format=1 {
    title "Timers"
    runtime "node"
    process "p" {
        main {
            on-idle "idle" { print "idle"; start "once"; }
            open "log.txt" mode="text" buffering="line"
            start "class" "tick" "timer"
            sleep "1s"
            set-daemon "timer" #true
        }
        thread "class" daemon=#true { for-each "jobs" { print "job"; }; }
        timer "tick" every="400ms" daemon=#true {
            write "log.txt" "line" bytes=20
            set-daemon "class" #false
        }
        timer "timer" after="1s..2s" { put "jobs"; set-daemon "tick" #false; exit 4; }
        timer "once" after="1s" { raise "TypeError" "once"; }
    }
}
"#;

fn node(source: &str, trace: bool) -> Result<String, String> {
    written(Target::Node, source, trace)
}

#[test]
fn pdf_shutdown() {
    insta::assert_snapshot!(node(built_in("pdf-shutdown"), false).expect("it can be exported"));
}

#[test]
fn traced_worker_raises() {
    insta::assert_snapshot!(node(built_in("worker-raises"), true).expect("it can be exported"));
}

#[test]
fn everything() {
    insta::assert_snapshot!(node(EVERYTHING, false).expect("it can be exported"));
}

#[test]
fn event_loop() {
    insta::assert_snapshot!(node(EVENT_LOOP, false).expect("it can be exported"));
}

#[test]
fn traced_event_loop() {
    insta::assert_snapshot!(node(EVENT_LOOP, true).expect("it can be exported"));
}

#[test]
fn what_node_cannot_say_is_refused() {
    let whole = |main: &str, thread: &str| {
        format!(
            "scenario \"s\" format=1 {{\n title \"t\"\n process \"p\" {{\n main {{ {main} }}\n thread \"t\" {{ {thread} }}\n thread \"u\" {{ sleep \"1s\"; }}\n }}\n }}"
        )
    };
    let refused = |main: &str, thread: &str| node(&whole(main, thread), false).expect_err("it is refused");
    assert!(refused("", "exit-now 3").contains("reallyExit"));
    assert!(refused("", "start \"u\"").contains("what a worker starts"));
    assert!(refused("", "on-exit \"x\" { set \"e\"; }").contains("exit event"));
    assert!(refused("sleep \"30d\"", "").contains("24 days"));
    assert!(refused("open \"/etc/motd\"", "").contains("outside of the working directory"));
    assert!(refused("on-exit \"x\" early=#true { set \"e\"; }", "").contains("early exit handler"));
}

#[test]
fn every_built_in_scenario_is_written_or_refused_at_a_place() {
    all_but(Target::Node, &["a family of processes", "no pool of workers", "only main can ref and unref"]);
}
