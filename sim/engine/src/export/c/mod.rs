//! C11 with POSIX threads and glibc.
//!
//! C has no exceptions, so `raise` and `except` are refused; clean-up is what `pthread_cleanup_push` does: it runs when
//! the thread leaves its block or by `pthread_exit`, never at the end of the process.

mod body;
mod code;
mod files;
mod functions;
mod helpers;
mod names;
mod refuse;
mod whole;

use std::collections::{BTreeMap, BTreeSet};

use super::ExportOptions;
use super::naming::Naming;
use super::open_files::{FileUse, files};
use super::plain_threads::reachable;
use super::refuse::only_process;
use super::survey::{Function, Role, each_op, file_of, functions};
use crate::diagnostic::Diagnostic;
use crate::scenario::{Op, Process, Scenario};

/// See [`super::export`].
pub(super) fn export(scenario: &Scenario, options: &ExportOptions) -> Result<String, Diagnostic> {
    let process = only_process(scenario)?;
    refuse::check(process)?;
    Ok(whole::program(&Plan::new(&reachable(process), options), scenario))
}

/// What is written, and under which names.
struct Plan<'s> {
    process: &'s Process,
    /// In the order of the text: handlers, threads, main.
    functions: Vec<Function<'s>>,
    files: BTreeMap<&'s str, FileUse>,
    names: Naming,
    options: &'s ExportOptions,
}

impl<'s> Plan<'s> {
    fn new(process: &'s Process, options: &'s ExportOptions) -> Self {
        let mut functions = functions(process);
        functions.sort_by_key(|function| match function.role {
            Role::ExitHandler(_) | Role::SignalHandler(_) | Role::Finalizer(_) => 0,
            Role::Thread(..) | Role::PoolItem(_) => 1,
            Role::Main => 2,
        });
        let mut files = files(&functions);
        for path in used_in_cleanup(&functions) {
            files.entry(path).and_modify(|file| file.only = None);
        }
        Plan { process, names: names::naming(process), functions, files, options }
    }

    /// The file as a local variable of a function, if it is one.
    fn local(&self, path: &str, function: usize) -> Option<&FileUse> {
        self.files.get(path).filter(|file| file.only == Some(function))
    }

    /// The variable of an open file.
    fn file(&self, path: &str) -> String {
        let global = self.files.get(path).is_none_or(|file| file.only.is_none());
        self.names.file(path, global)
    }
}

/// Clean-up is a function of its own, which does not see the variables of the one that it cleans up behind.
fn used_in_cleanup<'s>(functions: &[Function<'s>]) -> BTreeSet<&'s str> {
    let mut found = BTreeSet::new();
    for function in functions {
        each_op(function.body, &mut |op| {
            if let Op::Try { finally: Some(block), .. } = op {
                each_op(block, &mut |op| found.extend(file_of(op)));
            }
        });
    }
    found
}
