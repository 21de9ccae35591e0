//! A scenario as a real program that a reader would recognise as its code.
//!
//! One folder per language. An exported program is for reading, for running, and, with [`ExportOptions::trace`],
//! for comparing the model with a real runtime.

mod python;

use crate::scenario::Scenario;

/// The languages that a scenario can be exported to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// Python 3.8 or newer.
    Python,
}

impl Target {
    /// All of them.
    pub const ALL: [Target; 1] = [Target::Python];

    /// Its name on the command line, as in `--to python`.
    pub const fn name(self) -> &'static str {
        match self {
            Target::Python => "python",
        }
    }

    /// How its files end, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Target::Python => "py",
        }
    }

    /// Reads the name of a target.
    pub fn parse(text: &str) -> Option<Target> {
        Target::ALL.into_iter().find(|target| target.name() == text)
    }
}

/// How a program is exported.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportOptions {
    /// Adds a prelude and calls that write what really happened, one line each, to the file named by the
    /// environment variable `CLOSING_TIME_TRACE`.
    pub trace: bool,
    /// Every time in the program is multiplied by this; 1 leaves them as they are.
    pub scale: f64,
}

impl Default for ExportOptions {
    fn default() -> Self {
        ExportOptions { trace: false, scale: 1.0 }
    }
}

/// Writes the scenario as a program.
///
/// # Errors
///
/// One sentence that says why this scenario is not one program in that language: it has several processes that
/// nobody starts, it writes outside of its working directory, or it nests deeper than the language allows.
pub fn export(scenario: &Scenario, target: Target, options: &ExportOptions) -> Result<String, String> {
    if !(options.scale.is_finite() && options.scale > 0.0) {
        return Err(format!("the scale must be a number above 0, not {}", options.scale));
    }
    match target {
        Target::Python => python::export(scenario, options),
    }
}
