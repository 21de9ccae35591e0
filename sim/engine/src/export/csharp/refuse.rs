//! What C# has no words for.

use std::collections::BTreeSet;

use super::text::millis;
use crate::diagnostic::Diagnostic;
use crate::export::places::Places;
use crate::export::reach::lock_in_itself;
use crate::export::survey::{Role, each_op, each_step, file_of};
use crate::scenario::{Op, Step, TimeRange};

/// Refuses what cannot be written; `scale` multiplies all times.
///
/// # Errors
///
/// The first statement that cannot.
pub(super) fn refuse(places: &Places, scale: f64) -> Result<(), Diagnostic> {
    let held = held_at_exit(places);
    for function in &places.functions {
        let mut refusal = lock_in_itself(function.body);
        let finalizer = matches!(function.role, Role::Finalizer(_));
        let exit_handler = matches!(function.role, Role::ExitHandler(_));
        each_step(function.body, &mut |step| {
            if let Op::Lock { lock, .. } = &step.op
                && exit_handler
                && held.contains(lock.as_str())
            {
                refusal.get_or_insert(twice(step, lock));
            }
            if refusal.is_none() {
                refusal = problem(step).or_else(|| too_long(step, scale));
            }
            if refusal.is_none() && finalizer {
                refusal = too_late(step);
            }
        });
        if let Some(refusal) = refusal {
            return Err(refusal);
        }
    }
    Ok(())
}

/// The locks that somebody holds who calls `Environment.Exit`: the handlers run in that thread.
fn held_at_exit<'s>(places: &Places<'s>) -> BTreeSet<&'s str> {
    let mut held = BTreeSet::new();
    places.each(&mut |_, op| {
        if let Op::Lock { lock, body, .. } = op {
            each_op(body, &mut |inner| {
                if matches!(inner, Op::Exit(_)) {
                    held.insert(lock.as_str());
                }
            });
        }
    });
    held
}

fn twice(step: &Step, lock: &str) -> Diagnostic {
    let message =
        format!("the lock \"{lock}\" is held by a thread that exits, which would simply have it twice in C#");
    Diagnostic::at(step.span, message, "the handler runs in that thread").help("exit behind the lock")
}

fn problem(step: &Step) -> Option<Diagnostic> {
    match &step.op {
        Op::OnSignal { .. } => Some(
            Diagnostic::at(
                step.span,
                "C# on Mono has no signal handlers in its own library",
                "needs the assembly Mono.Posix",
            )
            .help("let an `at` signal strike a program without a handler, or export to java"),
        ),
        Op::ExitThread => Some(
            Diagnostic::at(step.span, "C# cannot end one thread from within", "there is no such call")
                .help("end the body with `return`, or raise an exception"),
        ),
        Op::Raise { exception, .. } if matches!(exception.as_str(), "SystemExit" | "KeyboardInterrupt") => {
            Some(
                Diagnostic::at(
                    step.span,
                    format!("{exception} is Python's; C#'s exit and signals raise nothing"),
                    "this exception",
                )
                .help("write `exit`"),
            )
        }
        Op::Try { finally: Some(finally), .. } => {
            let mut refusal = None;
            each_step(finally, &mut |inner| {
                if inner.op == Op::Return {
                    let message = "C# does not let `return` leave a finally block";
                    refusal.get_or_insert(Diagnostic::at(inner.span, message, "this return"));
                }
            });
            refusal
        }
        _ => None,
    }
}

/// A wait of C# is an `int` of milliseconds.
fn too_long(step: &Step, scale: f64) -> Option<Diagnostic> {
    let time: TimeRange = match &step.op {
        Op::Work { time, .. } | Op::Sleep(time) | Op::Write { time, .. } => *time,
        Op::Join { timeout, .. }
        | Op::Lock { timeout, .. }
        | Op::Wait { timeout, .. }
        | Op::Get { timeout, .. } => (*timeout)?,
        _ => return None,
    };
    let long = millis(time.max_us, scale, 0) >= i32::MAX as u64;
    long.then(|| Diagnostic::at(step.span, "C# waits for 24 days at most", "this takes longer"))
}

/// When finalizers run at exit, in no order, other objects may have had theirs.
fn too_late(step: &Step) -> Option<Diagnostic> {
    let uses = match &step.op {
        Op::Print(_) => "the console",
        op if file_of(op).is_some() => "this file",
        _ => return None,
    };
    let message = format!("a finalizer in C# must not use {uses}, which may have been finalized before");
    Some(Diagnostic::at(step.span, message, "in no order").help("let an `on-exit` do it"))
}
