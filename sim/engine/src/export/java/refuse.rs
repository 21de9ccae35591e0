//! What Java has no words for.

use crate::diagnostic::Diagnostic;
use crate::export::places::Places;
use crate::export::reach::lock_in_itself;
use crate::export::survey::each_step;
use crate::scenario::{Op, Signal, Step};

/// Refuses what cannot be written.
///
/// # Errors
///
/// The first statement that cannot.
pub(super) fn refuse(places: &Places) -> Result<(), Diagnostic> {
    for function in &places.functions {
        let mut refusal = lock_in_itself(function.body);
        each_step(function.body, &mut |step| {
            if refusal.is_none() {
                refusal = problem(step);
            }
        });
        if let Some(refusal) = refusal {
            return Err(refusal);
        }
    }
    Ok(())
}

fn problem(step: &Step) -> Option<Diagnostic> {
    match &step.op {
        Op::SetDaemon { .. } => Some(
            Diagnostic::at(
                step.span,
                "Java does not change the daemon flag of a thread that lives",
                "IllegalThreadStateException",
            )
            .help("give the thread its flag where it is declared"),
        ),
        Op::ExitThread => Some(
            Diagnostic::at(step.span, "Java cannot end one thread from within", "there is no such call")
                .help("end the body with `return`, or raise an exception"),
        ),
        Op::OnSignal { signal: signal @ (Signal::Quit | Signal::Kill), .. } => Some(Diagnostic::at(
            step.span,
            format!("Java lets no program handle {}", signal.name()),
            "IllegalArgumentException",
        )),
        Op::Raise { exception, .. } if matches!(exception.as_str(), "SystemExit" | "KeyboardInterrupt") => {
            Some(
                Diagnostic::at(
                    step.span,
                    format!("{exception} is Python's; Java's exit and signals raise nothing"),
                    "this exception",
                )
                .help("write `exit`"),
            )
        }
        _ => None,
    }
}
