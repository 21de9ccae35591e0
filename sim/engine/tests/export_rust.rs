//! Programs in Rust, read as text. That they do what the model says is shown by the workspace's tests.

use closing_time_engine::export::{ExportOptions, Target};
use closing_time_engine::load;
use closing_time_engine::scenario::{Setup, catalogue};

/// Every statement that Rust has words for, with names that want to clash.
const EVERYTHING: &str = r##"scenario "everything" format=1 {
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

fn rust(source: &str, runtime: Option<&str>, trace: bool) -> Result<String, String> {
    let setup = Setup { runtime: runtime.map(str::to_owned), ..Setup::default() };
    let loaded = load(source, &setup).expect("it loads");
    let options = ExportOptions { trace, ..ExportOptions::default() };
    loaded.export(Target::Rust, &options).map_err(|refusal| {
        assert!(refusal.span.is_some(), "{}", refusal.message);
        refusal.message
    })
}

fn built_in(name: &str) -> &'static str {
    catalogue::find(name).expect("it is in the catalogue").source
}

#[test]
fn pdf_shutdown() {
    insta::assert_snapshot!(rust(built_in("pdf-shutdown"), None, false).expect("it can be exported"));
}

#[test]
fn traced_stop_too_late() {
    insta::assert_snapshot!(rust(built_in("stop-too-late"), None, true).expect("it can be exported"));
}

#[test]
fn everything() {
    insta::assert_snapshot!(rust(EVERYTHING, None, false).expect("it can be exported"));
}

#[test]
fn what_rust_cannot_say_is_refused() {
    let refused = |main: &str| {
        let text = format!(
            "scenario \"s\" format=1 {{\n title \"t\"\n process \"p\" {{\n main {{ {main} }}\n \
             thread \"t\" {{ sleep \"1s\"; }}\n pool \"q\" workers=1 {{ sleep \"1s\"; }}\n }}\n }}"
        );
        let text = if main.contains("submit") { text } else { text.replace("pool", "/-pool") };
        rust(&text, None, false).expect_err("it is refused")
    };
    assert!(refused("open \"/etc/motd\"").contains("outside of the working directory"));
    assert!(refused("on-exit \"x\" early=#true { set \"e\"; }").contains("early exit handler"));
    assert!(refused("submit \"q\"").contains("no thread pool"));
    assert!(refused("repeat 2 { start \"t\"; }").contains("started a second time"));
    assert!(refused("open \"f\"; open \"f\" mode=\"text\"").contains("in two ways"));
    assert!(refused("on-teardown \"x\" { set \"e\"; }").contains("never drops"));
}

#[test]
fn every_built_in_scenario_is_written_or_refused_at_a_place() {
    for entry in catalogue::all() {
        if let Err(message) = rust(entry.source, None, true) {
            assert!(
                ["processes", "thread pool", "daemon flag"].iter().any(|word| message.contains(word)),
                "{}: {message}",
                entry.name
            );
        }
    }
}
