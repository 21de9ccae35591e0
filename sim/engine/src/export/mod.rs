//! A scenario in another language: as a real program that a reader would recognise as its code, or as a model.
//!
//! One folder per language. An exported program is for reading, for running, and, with [`ExportOptions::trace`],
//! for comparing the model with a real runtime. An exported model is for another model checker, which must come to the
//! same outcomes.

mod c;
mod csharp;
mod go;
mod identifiers;
mod java;
mod lines;
mod naming;
mod node;
mod open_files;
mod perl;
mod places;
mod plain_threads;
mod promela;
mod python;
mod reach;
mod refuse;
mod ruby;
mod rust;
mod stock;
mod survey;
mod words;

use crate::diagnostic::Diagnostic;
use crate::program::Program;
use crate::scenario::{Op, Scenario, without};

/// The languages that a scenario can be exported to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// Python 3.8 or newer.
    Python,
    /// Java 17 or newer; the class is called `Main`.
    Java,
    /// C# 7, for Mono and .NET.
    CSharp,
    /// Go 1.19 or newer.
    Go,
    /// Rust, edition 2021, with nothing but its standard library.
    Rust,
    /// C11 with POSIX threads.
    C,
    /// JavaScript for Node 20 or newer.
    Node,
    /// Ruby 3.1 or newer.
    Ruby,
    /// Perl 5 with ithreads.
    Perl,
    /// Promela, the language of the model checker SPIN.
    Promela,
}

impl Target {
    /// All of them.
    pub const ALL: [Target; 10] = [
        Target::Python,
        Target::Java,
        Target::CSharp,
        Target::Go,
        Target::Rust,
        Target::C,
        Target::Node,
        Target::Ruby,
        Target::Perl,
        Target::Promela,
    ];

    /// Its name on the command line, as in `--to python`.
    pub const fn name(self) -> &'static str {
        match self {
            Target::Python => "python",
            Target::Java => "java",
            Target::CSharp => "csharp",
            Target::Go => "go",
            Target::Rust => "rust",
            Target::C => "c",
            Target::Node => "node",
            Target::Ruby => "ruby",
            Target::Perl => "perl",
            Target::Promela => "promela",
        }
    }

    /// How its files end, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Target::Python => "py",
            Target::Java => "java",
            Target::CSharp => "cs",
            Target::Go => "go",
            Target::Rust => "rs",
            Target::C => "c",
            Target::Node => "mjs",
            Target::Ruby => "rb",
            Target::Perl => "pl",
            Target::Promela => "pml",
        }
    }

    /// Whether it is a program that runs, so that [`ExportOptions::trace`] and a scale make sense; else a model.
    pub const fn runs(self) -> bool {
        !matches!(self, Target::Promela)
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
    /// The arguments with which the scenario was loaded, repeated in a comment: `--set`, `a=b`, ….
    pub arguments: Vec<String>,
    /// What the scenario was asked for by, if that is not its name: the path of a file.
    pub source: Option<String>,
}

impl Default for ExportOptions {
    fn default() -> Self {
        ExportOptions { trace: false, scale: 1.0, arguments: Vec::new(), source: None }
    }
}

/// Writes a scenario in another language. A program is made from what the author wrote, a model from what that was
/// compiled to.
///
/// # Errors
///
/// Why this scenario cannot be written in that language, and where that stands. Python: it has several processes that
/// nobody starts, it writes outside of its working directory, or it nests deeper than the language allows. Promela: it
/// has no finite number of states, or numbers that do not fit. Both: an option that makes no sense for the language.
pub fn export(
    scenario: &Scenario,
    program: &Program,
    target: Target,
    options: &ExportOptions,
) -> Result<String, Diagnostic> {
    if !(options.scale.is_finite() && options.scale > 0.0) {
        let message = format!("the scale must be a number above 0, not {}", options.scale);
        return Err(Diagnostic::general(message));
    }
    if !target.runs() && (options.trace || options.scale != 1.0) {
        let message = format!("a model in {} has no clock and leaves no trace", target.name());
        return Err(Diagnostic::general(message));
    }
    let asked;
    let scenario = match target {
        Target::Node | Target::Promela => scenario,
        _ => {
            asked = without_idle_handlers(scenario);
            &asked
        }
    };
    match target {
        Target::Python => python::export(scenario, options).map_err(Diagnostic::general),
        Target::Java => java::export(scenario, options),
        Target::CSharp => csharp::export(scenario, options),
        Target::Go => go::export(scenario, options),
        Target::Rust => rust::export(scenario, options),
        Target::C => c::export(scenario, options),
        Target::Node => node::export(scenario, options),
        Target::Ruby => ruby::export(scenario, options),
        Target::Perl => perl::export(scenario, options),
        Target::Promela => promela::export(scenario, program, options),
    }
}

/// A scenario without what no language but Node's calls: a program that registers it nowhere does the same.
fn without_idle_handlers(scenario: &Scenario) -> Scenario {
    let idle = |op: &Op| matches!(op, Op::OnIdle { .. });
    let mut scenario = scenario.clone();
    for process in &mut scenario.processes {
        process.main = without(&process.main, &idle);
    }
    scenario
}

/// The command that makes the same again.
fn command(scenario: &Scenario, target: Target, options: &ExportOptions) -> String {
    let mut words = vec!["closing-time export".to_owned()];
    words.push(options.source.clone().unwrap_or_else(|| scenario.name.clone()));
    words.extend(options.arguments.iter().cloned());
    words.push(format!("--to {}", target.name()));
    words.extend(options.trace.then(|| "--trace".to_owned()));
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::Target;
    use crate::rules;

    #[test]
    fn every_runtime_has_a_language_that_a_scenario_can_be_written_in() {
        for (name, _) in rules::all() {
            let language = rules::language_of(&rules::find(name).unwrap());
            assert!(Target::parse(language).is_some_and(Target::runs), "{name}: {language}");
        }
    }
}
