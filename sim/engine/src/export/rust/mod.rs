//! Rust, as one file for `rustc`, with nothing but the standard library and a few functions of libc.
//!
//! An exception is a panic with a payload, clean-up is what `catch_unwind` makes possible, and what one function opens
//! and uses is its local variable, flushed when that is dropped.

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
use super::survey::{Function, Role, functions};
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
        let mut files = files(&functions);
        // A handler is run by any thread, so what it opens is nobody's own.
        for file in files.values_mut() {
            let is_body = |index: &usize| matches!(functions[*index].role, Role::Main | Role::Thread(..));
            file.only = file.only.filter(is_body);
        }
        Plan { process, names: names::naming(process), functions, files, options }
    }
}
