//! Programs in Rust, read as text. That they do what the model says is shown by the workspace's tests.

use closing_time_engine::export::Target;
use closing_time_engine::scenario::catalogue;

use super::go::EVERYTHING;
use crate::written::{built_in, written};

fn rust(source: &str, trace: bool) -> Result<String, String> {
    written(Target::Rust, source, trace)
}

#[test]
fn pdf_shutdown() {
    insta::assert_snapshot!(rust(built_in("pdf-shutdown"), false).expect("it can be exported"));
}

#[test]
fn traced_stop_too_late() {
    insta::assert_snapshot!(rust(built_in("stop-too-late"), true).expect("it can be exported"));
}

#[test]
fn everything() {
    insta::assert_snapshot!(rust(EVERYTHING, false).expect("it can be exported"));
}

#[test]
fn what_rust_cannot_say_is_refused() {
    let refused = |main: &str| {
        let text = format!(
            "scenario \"s\" format=1 {{\n title \"t\"\n process \"p\" {{\n main {{ {main} }}\n \
             thread \"t\" {{ sleep \"1s\"; }}\n pool \"q\" workers=1 {{ sleep \"1s\"; }}\n }}\n }}"
        );
        let text = if main.contains("submit") { text } else { text.replace("pool", "/-pool") };
        rust(&text, false).expect_err("it is refused")
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
        if let Err(message) = rust(entry.source, true) {
            assert!(
                ["processes", "thread pool", "daemon flag"].iter().any(|word| message.contains(word)),
                "{}: {message}",
                entry.name
            );
        }
    }
}
