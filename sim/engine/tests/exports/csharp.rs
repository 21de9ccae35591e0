//! Programs in C#, read as text. That they do what the model says is shown by the workspace's tests.

use closing_time_engine::export::Target;

use crate::written::{all_but, built_in, refused, written};

/// Every statement that C# has words for, with names that want to clash, and what its compiler would not accept
/// if it were copied word by word: code behind a loop without end, a handler behind one that catches everything.
const EVERYTHING: &str = r##"scenario "everything" format=1 {
    title "Every statement \"once\""
    process "class" stdout="pipe" {
        main {
            on-exit "print" { try { flush "print.txt"; }; finally { close "print.txt"; }; }
            on-teardown "cache" { set "stop"; }
            print "1 \"\\ é"
            open "print.txt" mode="text" buffering="line"
            write "print.txt" "line" bytes=20
            start "int" "copier" "idle"
            put "jobs"
            put "jobs" stop=#true
            drain "jobs"
            wait "stop" timeout="1500ms"
            submit "scaler"
            join "int" timeout="1s..2s"
            join "copier"
            signal "USR1" to="class"
            unless-set "stop" { return; }
            exit 3
        }
        thread "int" daemon=#true {
            for-each "jobs" { work "class" for="10ms"; write "print.txt" "line" bytes=20; }
            get "jobs" timeout="100ms" { work "class" for="20ms"; }
            get "jobs"
            get "orders" timeout="2s" { repeat 2 { repeat 3 { print "order"; }; }; }
            while-running "stop" { sleep "1ms"; }
            forever { sleep "1s"; }
            print "never"
        }
        thread "copier" count=3 {
            open "out/copy.bin" buffering="none"
            try {
                lock "db" { write "out/copy.bin" "line" bytes=20 for="1s"; }
                lock "db" timeout="50ms" { return; }
                raise "OutOfPaper" "no"
            }
            except "OutOfPaper" { try { raise "Exception"; }; except "BaseException" { print "paper"; }; }
            except "Exception" { exit-now 4; }
            except "TypeError" { print "caught above"; }
            finally { print "done"; }
            raise "Error"
        }
        thread "idle" { try { open "idle.log"; }; finally { close "idle.log"; }; }
        pool "scaler" workers=2 { work "scale" for="1s..2s"; }
    }
    at "2s" { signal "TERM" to="class"; }
}
"##;

fn csharp(source: &str, trace: bool) -> Result<String, String> {
    written(Target::CSharp, source, trace)
}

#[test]
fn pdf_shutdown() {
    insta::assert_snapshot!(csharp(built_in("pdf-shutdown"), false).expect("it can be exported"));
}

#[test]
fn traced_stop_too_late() {
    insta::assert_snapshot!(csharp(built_in("stop-too-late"), true).expect("it can be exported"));
}

#[test]
fn everything() {
    insta::assert_snapshot!(csharp(EVERYTHING, false).expect("it can be exported"));
}

#[test]
fn every_built_in_scenario_is_written_or_refused_at_a_place() {
    all_but(Target::CSharp, &["a family of processes", "C# on Mono has no signal handlers"]);
}

#[test]
fn what_csharp_has_no_words_for_is_refused_at_its_place() {
    let refused = |main: &str| refused(Target::CSharp, main);
    insta::assert_snapshot!(
        [
            "on-signal \"TERM\" { exit; }",
            "on-teardown \"t\" { print \"late\"; }",
            "try { print \"x\"; }; finally { return; }",
            "sleep \"30d\"",
            "on-exit \"x\" { lock \"l\" { print \"x\"; }; }; lock \"l\" { exit 3; }",
            "raise \"SystemExit\"",
            "lock \"l\" { lock \"l\" { print \"x\"; }; }",
            "open \"f\" mode=\"text\"; close \"f\"; open \"f\"",
            "open \"../f\"",
            "on-exit \"x\" early=#true { print \"x\"; }",
        ]
        .map(refused)
        .join("\n")
    );
}
