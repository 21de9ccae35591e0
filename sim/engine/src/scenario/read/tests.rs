//! Good text gives the right scenario; bad text gives good advice; no text at all gives a panic.

mod bad;
mod good;
mod hostile;
mod knobs;

use super::*;
use crate::diagnostic::render;

/// The example of the reference.
const TWO_LINES: &str = r#"
scenario "two-lines" format=1 {
    title "A daemon loses the race with the end of main"
    runtime "cpython"

    knob "render" default="1s" help="time to render one page"

    process "server" {
        main {
            start "pdf"
            sleep "1500ms"
        }
        thread "pdf" daemon=#true {
            open "report.pdf"
            repeat 3 {
                work "render a page" for=(knob)"render"
                write "report.pdf" "page" bytes=4096
            }
            close "report.pdf"
        }
    }

    expect {
        cuts-off "pdf"
    }
}
"#;

/// A scenario with this in its `main`.
fn with_main(steps: &str) -> String {
    with_process(&format!("main {{\n{steps}\n}}"))
}

/// A scenario with one process that holds this.
fn with_process(members: &str) -> String {
    format!("scenario \"t\" format=1 {{\ntitle \"T\"\nprocess \"p\" {{\n{members}\n}}\n}}\n")
}

/// Reads `source` without changes; panics with the diagnostics if it has mistakes.
fn read_good(source: &str) -> Scenario {
    read(source, &Setup::default())
        .unwrap_or_else(|found| panic!("{}", render(&found, "t.kdl", source, false)))
}

/// The rendered mistakes of `source`.
fn complaints(source: &str, setup: &Setup) -> String {
    match read(source, setup) {
        Ok(scenario) => panic!("no mistake found in {source}\n{scenario:#?}"),
        Err(found) => {
            let shown = render(&found, "t.kdl", source, false);
            shown.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned()
        }
    }
}
