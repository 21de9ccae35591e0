//! What C cannot say.

use crate::diagnostic::Diagnostic;
use crate::export::plain_threads::{self, joins};
use crate::export::stock::copy_of;
use crate::export::survey::{Role, each_op, each_step, functions};
use crate::scenario::{Block, Op, Process, Step};

/// # Errors
///
/// Exceptions and finalizers; `return` out of clean-up, which `pthread_cleanup_push` does not allow; handlers that call what a signal
/// handler must not; threads that are joined twice.
pub(super) fn check(process: &Process) -> Result<(), Diagnostic> {
    plain_threads::check(process, "C")?;
    let mut refusal: Option<Diagnostic> = None;
    for function in functions(process) {
        let in_handler = matches!(function.role, Role::SignalHandler(_));
        each_step(function.body, &mut |step| {
            let problem = problem(process, step, in_handler);
            if let Some((message, label, help)) = problem {
                refusal.get_or_insert_with(|| Diagnostic::at(step.span, message, label).help(help));
            }
        });
    }
    refusal.map_or(Ok(()), Err)
}

fn problem(process: &Process, step: &Step, in_handler: bool) -> Option<(String, &'static str, &'static str)> {
    match &step.op {
        Op::OnTeardown { .. } => {
            Some(("C has no objects that could be finalized".into(), "this would never run", "use `on-exit`"))
        }
        Op::Raise { .. } => Some((
            "C has no exceptions".into(),
            "this raises one",
            "C reports an error by what a function returns",
        )),
        Op::Try { handlers, .. } if !handlers.is_empty() => {
            Some(("C has no exceptions".into(), "this would catch one", "leave the `except` out"))
        }
        Op::Try { body, finally: Some(finally), .. } if returns(body) || returns(finally) => Some((
            "C cannot leave a `pthread_cleanup_push` block by `return`".into(),
            "a `return` stands in it",
            "let the block come to its end, or use `exit-thread`",
        )),
        Op::Lock { body, .. } if returns(body) && leaves_thread(body) => Some((
            "C cannot leave a `pthread_cleanup_push` block by `return`".into(),
            "a `return` and an `exit-thread` stand in it",
            "use only one of them",
        )),
        Op::Join { target, .. } => {
            let is_it = |name: &str| target == name || copy_of(target, name).is_some();
            let thread = process.threads.iter().find(|thread| is_it(&thread.name))?;
            (joins(process, &thread.name) > 1).then_some((
                format!("`{target}` may be joined more than once, which C leaves undefined"),
                "one of the joins",
                "join a thread once, or let it set an event at its end",
            ))
        }
        op if in_handler && !is_safe_in_handler(op) => Some((
            "C allows few things in a signal handler, and this is not one of them".into(),
            "not async-signal-safe",
            "let the handler set an event, and do this where it is waited for",
        )),
        _ => None,
    }
}

/// What `signal-safety(7)` allows, and `exit`, which many programs call all the same.
fn is_safe_in_handler(op: &Op) -> bool {
    matches!(
        op,
        Op::Set(_)
            | Op::UnlessSet { .. }
            | Op::WhileRunning { .. }
            | Op::Repeat { .. }
            | Op::Forever(_)
            | Op::Work { .. }
            | Op::Sleep(_)
            | Op::Print(_)
            | Op::Exit(_)
            | Op::ExitNow(_)
            | Op::Return
            | Op::OnSignal { .. }
            | Op::Signal { .. }
    )
}

fn returns(block: &Block) -> bool {
    let mut found = false;
    each_op(block, &mut |op| found |= *op == Op::Return);
    found
}

/// Whether a block may be left by `pthread_exit`.
pub(super) fn leaves_thread(block: &Block) -> bool {
    let mut found = false;
    each_op(block, &mut |op| found |= *op == Op::ExitThread);
    found
}
