//! What the tests of all languages have in common.

use closing_time_engine::export::{ExportOptions, Target};
use closing_time_engine::load;
use closing_time_engine::scenario::{Setup, catalogue};

/// The program, or why it is refused; a refusal names a place.
pub(super) fn written(target: Target, source: &str, trace: bool) -> Result<String, String> {
    let loaded = load(source, &Setup::default()).expect("it loads");
    let options = ExportOptions { trace, ..ExportOptions::default() };
    loaded.export(target, &options).map_err(|refusal| {
        assert!(refusal.span.is_some(), "{}", refusal.message);
        refusal.message
    })
}

/// The text of a built-in scenario.
pub(super) fn built_in(name: &str) -> &'static str {
    catalogue::find(name).expect("it is in the catalogue").source
}

/// Why a program with this in its main is refused. It has a thread `t`, and a pool `q` if it submits to one.
pub(super) fn refused(target: Target, main: &str) -> String {
    let pool = if main.contains("submit") { "pool \"q\" workers=1 { sleep \"1s\"; }" } else { "" };
    let thread = "thread \"t\" { sleep \"1s\"; }";
    let inside = format!("process \"p\" {{\nmain {{ {main} }}\n{thread}\n{pool}\n}}");
    let text = format!("scenario \"s\" format=1 {{\ntitle \"t\"\n{inside}\n}}\n");
    written(target, &text, false).expect_err("it is refused")
}

/// Every built-in scenario is written, or refused for one of these reasons; and each reason is one.
pub(super) fn all_but(target: Target, reasons: &[&str]) {
    let mut unused: Vec<&str> = reasons.to_vec();
    for entry in catalogue::all() {
        if let Err(message) = written(target, entry.source, true) {
            let why = reasons.iter().find(|why| message.contains(**why));
            let why = why.unwrap_or_else(|| panic!("{}: {message}", entry.name));
            unused.retain(|reason| reason != why);
        }
    }
    assert!(unused.is_empty(), "nothing is refused for {unused:?}");
}
