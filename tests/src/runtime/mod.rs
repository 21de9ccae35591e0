//! The real runtimes on this machine.
//!
//! * `python`: every CPython there is. * `tools`: one of each other language.

pub mod python;
mod tools;

use std::env;
use std::path::PathBuf;
use std::sync::OnceLock;

use closing_time_engine::export::Target;
use closing_time_engine::rules;

use python::{MINORS, interpreters};

/// A runtime that really runs here, and what the engine calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Real {
    /// The language it runs.
    pub target: Target,
    /// Its version, as in `3.12.1`.
    pub version: String,
    /// The interpreter; for a language that is compiled, the compiler.
    pub program: PathBuf,
    /// The `runtime` of a scenario that stands for it, as in `jvm-17`; `None` if the engine has no rules for it.
    pub rules: Option<String>,
}

impl Real {
    /// Language and version, as in `python 3.12.1`.
    pub fn name(&self) -> String {
        format!("{} {}", self.target.name(), self.version)
    }
}

/// Every runtime to test with, CPython first, oldest first. What is missing is reported on stderr.
///
/// # Panics
///
/// When one is missing that `CLOSING_TIME_REQUIRE` names, or when a Python that `CLOSING_TIME_PYTHONS` names does not
/// run although Python is required.
pub fn all() -> &'static [Real] {
    &found().0
}

/// What is not here, one sentence each.
pub fn missing() -> &'static [String] {
    &found().1
}

/// Whether `CLOSING_TIME_REQUIRE` (words with commas or spaces between them) names this tool, or `all`.
pub fn required(tool: &str) -> bool {
    env::var("CLOSING_TIME_REQUIRE")
        .is_ok_and(|all| all.split([',', ' ']).any(|word| word == tool || word == "all"))
}

fn found() -> &'static (Vec<Real>, Vec<String>) {
    static FOUND: OnceLock<(Vec<Real>, Vec<String>)> = OnceLock::new();
    FOUND.get_or_init(|| {
        let pythons = interpreters();
        let mut here: Vec<Real> = pythons.iter().map(of_python).collect();
        let lacks = |minor: &u32| !pythons.iter().any(|python| python.minor == *minor);
        let mut missing: Vec<String> =
            MINORS.filter(lacks).map(|minor| format!("CPython 3.{minor} is not installed")).collect();
        for tool in tools::ALL {
            match tool.look() {
                Ok(real) => here.push(real),
                Err(why) => {
                    let name = tool.target.name();
                    assert!(!required(name), "CLOSING_TIME_REQUIRE={name}, but {why}");
                    eprintln!("skipped: {why}");
                    missing.push(why);
                }
            }
        }
        (here, missing)
    })
}

/// An interpreter of Python as a runtime.
pub fn of_python(python: &python::Python) -> Real {
    Real {
        target: Target::Python,
        version: python.version.clone(),
        program: python.path.clone(),
        rules: known(&[python.runtime()]),
    }
}

/// The first of these that the engine has rules for.
fn known(labels: &[String]) -> Option<String> {
    labels.iter().find(|label| rules::find(label).is_ok()).cloned()
}
