//! Go, as one file. It is built and then run: `go run` would keep signals and the exit status to itself.
//!
//! An exception is a panic, a clean-up block is a deferred function, a join waits for a channel that the goroutine
//! closes. Go has neither daemon flags nor exit handlers; functions that `main` runs in a `defer` stand for the latter.

mod blocks;
mod body;
mod code;
mod files;
mod functions;
mod helpers;
mod names;
mod refuse;
mod threads;
mod whole;

use std::collections::BTreeMap;

use super::ExportOptions;
use super::naming::Naming;
use super::open_files::{FileUse, files};
use super::plain_threads::reachable;
use super::refuse::only_process;
use super::survey::{Function, functions};
use crate::diagnostic::Diagnostic;
use crate::scenario::{Process, Scenario};

/// See [`super::export`].
pub(super) fn export(scenario: &Scenario, options: &ExportOptions) -> Result<String, Diagnostic> {
    let process = only_process(scenario)?;
    refuse::check(process)?;
    Ok(whole::program(&Plan::new(&reachable(process), options), scenario))
}

/// What is written, and under which names.
struct Plan<'s> {
    process: &'s Process,
    /// Main first, then threads and handlers.
    functions: Vec<Function<'s>>,
    files: BTreeMap<&'s str, FileUse>,
    names: Naming,
    options: &'s ExportOptions,
}

impl<'s> Plan<'s> {
    fn new(process: &'s Process, options: &'s ExportOptions) -> Self {
        let functions = functions(process);
        let files = files(&functions);
        Plan { process, names: names::naming(process), functions, files, options }
    }

    /// The file as a local variable of a function, if it is one.
    fn local(&self, path: &str, function: usize) -> Option<&FileUse> {
        self.files.get(path).filter(|file| file.only == Some(function))
    }
}
