//! What the callback of a timer may do: where an event loop makes the call, nothing else goes on meanwhile.

use super::Reader;
use crate::scenario::{Block, Op, Process, Step, TimeRange};

impl Reader<'_> {
    /// Reports every step in the callback of a timer that waits, takes time, or belongs to a thread.
    pub(super) fn check_callbacks(&mut self, process: &Process) {
        for thread in &process.threads {
            for step in thread.as_timer().map_or(&[][..], |timer| timer.callback) {
                self.check_callback(step);
            }
        }
    }

    fn check_callback(&mut self, step: &Step) {
        let lasts = |time: &TimeRange| time.max_us > 0;
        let fault = match &step.op {
            Op::Join { .. }
            | Op::Sleep(_)
            | Op::Wait { .. }
            | Op::Lock { .. }
            | Op::Get { .. }
            | Op::ForEach { .. }
            | Op::Drain(_) => Some("waits"),
            Op::Work { .. } => Some("takes time"),
            Op::Write { time, .. } if lasts(time) => Some("takes time"),
            Op::Forever(_) | Op::WhileRunning { .. } => Some("is a loop without an end"),
            Op::ExitThread | Op::Return => Some("ends a thread"),
            _ => None,
        };
        if let Some(fault) = fault {
            let span = self.named(step.span, None);
            let message = format!("the callback of a timer is over at once, and this {fault}");
            let help = "let it say what to do (`set`, `put`), and do it in a thread";
            return self.fail(span, message, "not in a timer", help);
        }
        // A handler that is registered here runs later.
        if !matches!(step.op, Op::OnExit { .. }) {
            let mut inner: Vec<&Block> = Vec::new();
            step.op.each_block(&mut |block| inner.push(block));
            inner.into_iter().flatten().for_each(|step| self.check_callback(step));
        }
    }
}
