//! What Go cannot say.

use crate::diagnostic::Diagnostic;
use crate::export::plain_threads;
use crate::export::survey::{each_step, functions};
use crate::scenario::{Op, Process};

/// # Errors
///
/// Finalizers: Go runs none at the end of a process.
pub(super) fn check(process: &Process) -> Result<(), Diagnostic> {
    plain_threads::check(process, "Go")?;
    let mut refusal = None;
    for function in functions(process) {
        each_step(function.body, &mut |step| {
            if matches!(step.op, Op::OnTeardown { .. }) {
                let message = "Go runs no finalizers when the process ends";
                refusal.get_or_insert_with(|| {
                    Diagnostic::at(step.span, message, "this would never run").help("use `on-exit`")
                });
            }
        });
    }
    refusal.map_or(Ok(()), Err)
}
