//! What can go wrong, and the exit code that says so. No other file ends the program.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use closing_time_engine::diagnostic::{Diagnostic, render};
use closing_time_engine::show::{Paint as _, Role};

use crate::output;
use crate::style::Screen;

/// What a command that went well has to say by its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Fine: 0.
    Yes,
    /// An expectation fails: 1.
    No,
    /// A limit was reached first: 3.
    Unknown,
    /// Ctrl-C; what was found so far has been printed: 130.
    Interrupted,
}

impl Answer {
    pub(crate) fn exit_code(self) -> ExitCode {
        ExitCode::from(match self {
            Answer::Yes => 0,
            Answer::No => 1,
            Answer::Unknown => 3,
            Answer::Interrupted => 130,
        })
    }
}

/// Why a command could not do what it was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Wrong arguments, or a file that cannot be read or written: what, and perhaps what to do.
    Usage(String, Option<String>),
    /// A scenario with mistakes.
    Scenario { diagnostics: Vec<Diagnostic>, origin: String, source: String },
    /// Whoever reads the output has closed it: nothing to complain about.
    Closed,
}

impl Failure {
    /// A failure in one sentence without a full stop.
    pub(crate) fn usage(message: impl Into<String>) -> Failure {
        Failure::Usage(message.into(), None)
    }

    /// The same with a line of help.
    pub(crate) fn with_help(message: impl Into<String>, help: impl Into<String>) -> Failure {
        let help = help.into();
        Failure::Usage(message.into(), (!help.is_empty()).then_some(help))
    }

    /// A file that cannot be written.
    pub(crate) fn writing(path: &Path, error: &io::Error) -> Failure {
        Failure::usage(format!("cannot write {}: {}", path.display(), reason(error)))
    }

    /// Says it on standard error.
    pub(crate) fn report(&self, screen: &Screen) -> ExitCode {
        match self {
            Failure::Closed => return ExitCode::SUCCESS,
            Failure::Usage(message, help) => {
                let head = screen.err.paint(Role::Bad, "error:");
                let mut text = format!("{head} {message}\n");
                if let Some(help) = help {
                    text.push_str(&format!("{} {help}\n", screen.err.paint(Role::Heading, " help:")));
                }
                output::message(&text);
            }
            Failure::Scenario { diagnostics, origin, source } => {
                let text = render(diagnostics, origin, source, screen.err.is_colored());
                output::message(&format!("{}\n", text.trim_end()));
            }
        }
        ExitCode::from(2)
    }
}

/// An I/O error in words, without the number of the operating system.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or directory".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or(&text).to_lowercase()
        }
    }
}

/// What the parser has to say: help and version to standard output with 0, errors to standard error with 2.
pub(crate) fn of_usage(error: &clap::Error) -> ExitCode {
    // A closed pipe is nobody's fault.
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}
