//! When things happened. A real machine is late, never early, and late by how much depends on its load.

use closing_time_engine::trace::{Fate, Trace};

use super::Prediction;
use crate::run::Observed;

/// A timer may fire this much early by rounding, µs.
const EARLY_US: i64 = 3_000;

/// How late the whole program may be, µs, beside a tenth of its time.
const LATE_US: i64 = 1_000_000;

/// Whether two virtual times lie far enough apart.
pub(super) fn is_decisive(prediction: &Prediction, a_us: u64, b_us: u64) -> bool {
    prediction.real_us(a_us.abs_diff(b_us)) >= prediction.decisive_us as i64
}

/// Compares when threads ended, with the clock and with each other, and when the program did.
pub(super) fn times(prediction: &Prediction, trace: &Trace, seen: &Observed, found: &mut Vec<String>) {
    let mut ends: Vec<(u64, i64, String)> = Vec::new();
    for lane in &trace.lanes {
        let Some(predicted) = lane.to_us.filter(|_| matches!(lane.fate, Fate::Finished | Fate::Raised))
        else {
            continue;
        };
        let real = seen.lines.iter().find(|line| {
            line.process == lane.process
                && line.thread == lane.thread
                && matches!(line.kind.as_str(), "end" | "raise")
                && line.detail.starts_with("thread")
        });
        if let Some(real) = real {
            let name = format!("the end of {}", lane.thread);
            check(prediction, &name, predicted, real.at_us, found);
            ends.push((predicted, real.at_us, lane.thread.clone()));
        }
    }
    for (index, (first, real_first, a)) in ends.iter().enumerate() {
        for (second, real_second, b) in &ends[index + 1..] {
            if is_decisive(prediction, *first, *second) && (first < second) != (real_first < real_second) {
                found.push(format!("order: predicted {a} to end at {first} µs and {b} at {second} µs"));
            }
        }
    }
    if let Some(end) = prediction.outcome.ended_at_us {
        check(prediction, "the end of everything", end, seen.ended_at_us, found);
    }
}

fn check(prediction: &Prediction, what: &str, predicted_us: u64, real_us: i64, found: &mut Vec<String>) {
    let expected = prediction.real_us(predicted_us);
    let allowed = expected - EARLY_US..=expected + expected / 10 + LATE_US;
    if !allowed.contains(&real_us) {
        found.push(format!("{what}: predicted after {expected} µs of real time, seen after {real_us} µs"));
    }
}
