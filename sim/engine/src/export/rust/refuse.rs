//! What Rust cannot say.

use crate::diagnostic::Diagnostic;
use crate::export::plain_threads;
use crate::export::survey::{each_step, functions};
use crate::scenario::{Op, Process};

/// # Errors
///
/// Finalizers of what lives until the end, and the end of a thread from the inside.
pub(super) fn check(process: &Process) -> Result<(), Diagnostic> {
    plain_threads::check(process, "Rust")?;
    let mut refusal = None;
    for function in functions(process) {
        each_step(function.body, &mut |step| {
            let problem = match step.op {
                Op::OnTeardown { .. } => {
                    Some(("Rust never drops a static", "this would never run", "use `on-exit`"))
                }
                Op::ExitThread => Some((
                    "Rust has no call that ends a thread from the inside",
                    "ends this thread only",
                    "use `return`, or raise an exception",
                )),
                _ => None,
            };
            if let Some((message, label, help)) = problem {
                refusal.get_or_insert_with(|| Diagnostic::at(step.span, message, label).help(help));
            }
        });
    }
    refusal.map_or(Ok(()), Err)
}
