//! What languages without daemon flags and thread pools cannot be asked for.

use std::collections::{BTreeMap, BTreeSet};

use super::stock::copy_of;
use super::survey::{Role, each_op, each_step, functions};
use crate::diagnostic::{Diagnostic, Span};
use crate::scenario::{Buffering, FileMode, Op, Process, Thread};

/// Refuses pools, changed daemon flags, threads that may be started twice, and files that are opened in two ways.
/// `language` is its name in sentences.
///
/// # Errors
///
/// The first of these that the process has, and where.
pub(super) fn check(process: &Process, language: &str) -> Result<(), Diagnostic> {
    if let Some(pool) = process.pools.first() {
        return Err(Diagnostic::at(
            pool.span,
            format!("{language} has no thread pool in its standard library"),
            "this pool",
        )
        .help("let several threads take items from a queue"));
    }
    let mut refusal = None;
    let mut opened: BTreeMap<&str, (FileMode, Buffering)> = BTreeMap::new();
    for function in functions(process) {
        each_step(function.body, &mut |step| {
            let problem = match &step.op {
                Op::SetDaemon { thread, .. } => Some((
                    format!("{language} has no daemon flag that `{thread}` could change"),
                    "all threads are alike",
                )),
                Op::Open { path, mode, buffering } => {
                    let first = opened.entry(path).or_insert((*mode, *buffering));
                    (*first != (*mode, *buffering)).then(|| {
                        (format!("\"{path}\" is opened in two ways, but has one variable"), "the second way")
                    })
                }
                _ => None,
            };
            if let Some((message, label)) = problem {
                refusal.get_or_insert(Diagnostic::at(step.span, message, label));
            }
        });
    }
    refusal.map_or_else(|| starts_once(process, language), Err)
}

/// Refuses threads that may be started twice: an error in Python and Java, a second thread elsewhere.
fn starts_once(process: &Process, language: &str) -> Result<(), Diagnostic> {
    let mut starts: Vec<(&str, Span, bool)> = Vec::new();
    for function in functions(process) {
        let again = matches!(function.role, Role::Thread(_, count) if count > 1);
        each_step(function.body, &mut |step| {
            if let Op::Start(names) = &step.op {
                starts.extend(names.iter().map(|name| (name.as_str(), step.span, again)));
            }
            if is_loop(&step.op) {
                step.op.each_block(&mut |block| {
                    each_op(block, &mut |op| {
                        if let Op::Start(names) = op {
                            starts.extend(names.iter().map(|name| (name.as_str(), step.span, true)));
                        }
                    });
                });
            }
        });
    }
    for (index, (name, span, again)) in starts.iter().enumerate() {
        if *again || starts[..index].iter().any(|(earlier, ..)| earlier == name) {
            let message = format!("`{name}` may be started a second time, which {language} does not refuse");
            return Err(Diagnostic::at(*span, message, "another start"));
        }
    }
    Ok(())
}

fn is_loop(op: &Op) -> bool {
    matches!(op, Op::ForEach { .. } | Op::Repeat { .. } | Op::Forever(_) | Op::WhileRunning { .. })
}

/// How often the threads of a name are waited for: by how many statements, and whether one of them may run again.
pub(super) fn joins(process: &Process, thread: &str) -> usize {
    let mut found = 0;
    for function in functions(process) {
        let runs = match function.role {
            Role::Main | Role::Thread(_, 1) | Role::Finalizer(_) | Role::ExitHandler(_) => 1,
            Role::Thread(..) | Role::PoolItem(_) | Role::SignalHandler(_) => 2,
        };
        let is_it = |op: &Op| matches!(op, Op::Join { target, .. } if target == thread || copy_of(target, thread).is_some());
        each_op(function.body, &mut |op| {
            found += if is_it(op) { runs } else { 0 };
            if is_loop(op) {
                op.each_block(&mut |block| {
                    each_op(block, &mut |op| found += usize::from(is_it(op)));
                });
            }
        });
    }
    found
}

/// The process without the threads that nobody starts, and without those that only these start.
pub(super) fn reachable(process: &Process) -> Process {
    let mut kept = Process { threads: Vec::new(), ..process.clone() };
    loop {
        let mut started = BTreeSet::new();
        for function in functions(&kept) {
            each_op(function.body, &mut |op| {
                if let Op::Start(names) = op {
                    started.extend(names.iter().cloned());
                }
            });
        }
        if kept.threads.len() == started.len() {
            return kept;
        }
        let is_started = |thread: &&Thread| started.contains(&thread.name);
        kept.threads = process.threads.iter().filter(is_started).cloned().collect();
    }
}
