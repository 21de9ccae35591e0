//! Programs in Perl, read as text. That they do what the model says is shown by the workspace's tests.

use closing_time_engine::export::Target;

use crate::written::{all_but, built_in, refused, written};

/// Every statement that Perl has words for, with names that want to clash.
const EVERYTHING: &str = r##"scenario "everything" format=1 {
    title "Every statement \"once\""
    process "def" stdout="pipe" {
        main {
            on-signal "HUP"
            on-signal "TERM" { unless-set "stop" { print "#{1}"; set "stop"; return; }; print "again"; }
            on-exit "print" { try { flush "print.txt"; return; }; finally { close "print.txt"; }; }
            open "print.txt" mode="text" buffering="line"
            write "print.txt" "line" bytes=20
            start "class" "copier"
            put "jobs"
            put "jobs" stop=#true
            drain "jobs"
            wait "stop" timeout="1500ms"
            join "class" timeout="1s..2s"
            join "copier"
            signal "USR1" to="def"
            unless-set "stop" { return; }
            exit 3
        }
        thread "class" daemon=#true {
            for-each "jobs" { work "class" for="10ms"; print "$1 @ 2\\ é"; }
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
            except "Exception" { exit-now 4; }
            finally { print "done"; }
            raise "ValueError"
        }
    }
    at "2s" { signal "TERM" to="def"; }
}
"##;

fn perl(source: &str, trace: bool) -> Result<String, String> {
    written(Target::Perl, source, trace)
}

#[test]
fn pdf_shutdown() {
    insta::assert_snapshot!(perl(built_in("pdf-shutdown"), false).expect("it can be exported"));
}

#[test]
fn traced_queue_join_is_no_flush() {
    insta::assert_snapshot!(perl(built_in("queue-join-is-no-flush"), true).expect("it can be exported"));
}

#[test]
fn everything() {
    insta::assert_snapshot!(perl(EVERYTHING, false).expect("it can be exported"));
}

#[test]
fn what_perl_cannot_say_is_refused() {
    let refused = |main: &str| refused(Target::Perl, main);
    assert!(refused("on-teardown \"x\" { set \"e\"; }").contains("once for each thread"));
    assert!(refused("open \"/etc/motd\"").contains("outside of the working directory"));
    assert!(refused("on-exit \"x\" early=#true { set \"e\"; }").contains("early exit handler"));
}

#[test]
fn every_built_in_scenario_is_written_or_refused_at_a_place() {
    all_but(
        Target::Perl,
        &["a family of processes", "no thread pool", "no daemon flag", "a copy of this handle"],
    );
}
