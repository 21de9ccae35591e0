//! Programs in Rust, read as text. That they do what the model says is shown by the workspace's tests.

use closing_time_engine::export::Target;

use super::go::EVERYTHING;
use crate::written::{all_but, built_in, refused, written};

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
    let refused = |main: &str| refused(Target::Rust, main);
    assert!(refused("open \"/etc/motd\"").contains("outside of the working directory"));
    assert!(refused("on-exit \"x\" early=#true { set \"e\"; }").contains("early exit handler"));
    assert!(refused("submit \"q\"").contains("no thread pool"));
    assert!(refused("repeat 2 { start \"t\"; }").contains("started a second time"));
    assert!(refused("open \"f\"; open \"f\" mode=\"text\"").contains("in two ways"));
    assert!(refused("on-teardown \"x\" { set \"e\"; }").contains("never drops"));
}

#[test]
fn every_built_in_scenario_is_written_or_refused_at_a_place() {
    all_but(Target::Rust, &["processes", "thread pool", "daemon flag"]);
}
