//! Every `console` transcript in the README and the book is run and compared with what the page says.
//!
//! Readers type `cargo run -- …`. Running cargo from here would mix its own messages into the output and might build
//! half the workspace again; so this test, which has no libtest harness, stands in for cargo: called as `run -- …` it
//! runs the freshly built program with the rest.
//!
//! `TRYCMD=overwrite cargo test -p closing-time --test transcripts` writes what the program says now into the pages;
//! read the difference before you keep it.

use std::path::Path;
use std::process::{Command, ExitCode};

const PROGRAM: &str = env!("CARGO_BIN_EXE_closing-time");

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["run", "--", ref rest @ ..] => return stand_in(rest),
        _ if arguments.iter().any(|argument| argument == "--list") => println!("transcripts: test"),
        _ => check(),
    }
    ExitCode::SUCCESS
}

/// Ends with the program's own exit code.
fn stand_in(arguments: &[&str]) -> ExitCode {
    let status = Command::new(PROGRAM).args(arguments).status().expect("the program starts");
    status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
}

fn check() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let cases = trycmd::TestCases::new();
    cases.register_bin("cargo", std::env::current_exe().expect("this program has a path"));
    cases.register_bin("closing-time", Path::new(PROGRAM).to_owned());
    // What a terminal's user may have set must not change a page.
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "COLUMNS", "RUST_LOG"] {
        cases.env(name, "");
    }
    cases.case(root.join("*.md")).case(root.join("book/src/**/*.md"));
    cases.run();
}
