//! Loops that would go round without time passing.

use super::Reader;
use crate::scenario::{Op, Step, TimeRange};

impl Reader<'_> {
    /// Reports a `forever` or `while-running` in whose body no time can pass.
    pub(super) fn check_loop(&mut self, step: &Step) {
        let (name, body) = match &step.op {
            Op::Forever(body) => ("forever", body),
            Op::WhileRunning { body, .. } => ("while-running", body),
            _ => return,
        };
        if body.iter().any(passes_time) {
            return;
        }
        let message = if body.is_empty() {
            format!("`{name}` has nothing to do")
        } else {
            format!(
                "no step in this `{name}` takes time or can wait, so it would spin for ever in one instant"
            )
        };
        let span = self.named(step.span, None);
        self.fail(
            span,
            message,
            "goes round without time",
            "add a step that takes time, such as `sleep \"100ms\"`",
        );
    }
}

/// Whether a step takes time or can wait.
fn passes_time(step: &Step) -> bool {
    let long = |time: &TimeRange| time.min_us > 0;
    let waits = |timeout: &Option<TimeRange>| timeout.as_ref().is_none_or(long);
    match &step.op {
        Op::Work { time, .. } | Op::Sleep(time) | Op::Write { time, .. } => long(time),
        Op::Wait { timeout, .. } | Op::Join { timeout, .. } => waits(timeout),
        Op::Get { timeout, body, .. } | Op::Lock { timeout, body, .. } => {
            waits(timeout) || body.iter().any(passes_time)
        }
        Op::ForEach { .. } | Op::Drain(_) => true,
        Op::Repeat { times, body } => *times > 0 && body.iter().any(passes_time),
        // A loop that never ends, inside another: it is checked for itself.
        Op::Forever(_) => true,
        Op::WhileRunning { body, .. } => body.iter().any(passes_time),
        // Skipped from the moment the event is set, so what it does is not to be counted on.
        Op::UnlessSet { .. } => false,
        Op::Try { body, finally, .. } => body.iter().chain(finally.iter().flatten()).any(passes_time),
        _ => false,
    }
}
