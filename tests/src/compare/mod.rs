//! What the model predicts, set against what really happened.
//!
//! Each check returns sentences; none means that nature agrees. What is compared never depends on luck within a
//! few milliseconds: see `clock`. An outcome that was not predicted for a moment, but found by `explore`, is compared
//! without order and time.

mod clock;
mod files;
mod output;
mod threads;

use closing_time_engine::scenario::{Scenario, Signal};
use closing_time_engine::trace::{Ending, HandlerKind, Outcome, ProcessOutcome, Status as Predicted, Trace};

use crate::predict::Pace;
use crate::run::{Observed, Status};

/// A prediction and what belongs to it.
pub struct Prediction<'a> {
    /// What was predicted for.
    pub scenario: &'a Scenario,
    /// How it was predicted to end.
    pub outcome: &'a Outcome,
    /// The way there, moment by moment; `None` if nothing is said about that.
    pub trace: Option<&'a Trace>,
    /// The scale that the program was exported with.
    pub scale: f64,
    /// How long two moments must lie apart in real time, so that their order is compared, µs.
    pub decisive_us: u64,
}

impl<'a> Prediction<'a> {
    /// A prediction of every moment.
    pub fn timed(scenario: &'a Scenario, trace: &'a Trace, scale: f64, pace: Pace) -> Self {
        Prediction {
            scenario,
            outcome: &trace.outcome,
            trace: Some(trace),
            scale,
            decisive_us: pace.decisive_us,
        }
    }

    /// A prediction of the end alone.
    pub fn of_end(scenario: &'a Scenario, outcome: &'a Outcome) -> Self {
        Prediction { scenario, outcome, trace: None, scale: 1.0, decisive_us: 0 }
    }

    /// A virtual time in real µs.
    fn real_us(&self, us: u64) -> i64 {
        (us as f64 * self.scale) as i64
    }

    /// Whether nothing that was predicted goes on after the end of the prediction.
    fn is_final(&self) -> bool {
        matches!(self.outcome.ending, Ending::Exit | Ending::Hang)
    }
}

/// Every difference, one sentence each.
pub fn differences(prediction: &Prediction, seen: &Observed) -> Vec<String> {
    let mut found = Vec::new();
    ending(prediction, seen, &mut found);
    for process in &prediction.outcome.processes {
        threads::fates(prediction, process, seen, &mut found);
        handlers(process, seen, &mut found);
    }
    files::sizes(prediction, seen, &mut found);
    left_behind(prediction, seen, &mut found);
    if let Some(trace) = prediction.trace {
        output::lines(prediction, trace, seen, &mut found);
        if found.is_empty() {
            clock::times(prediction, trace, seen, &mut found);
        }
    }
    found
}

/// Only what shows from outside, of a program that leaves no trace: how it ended, and its files. What it prints is left
/// out: without a terminal some runtimes buffer it, which the traced programs are told not to do.
pub fn differences_from_outside(prediction: &Prediction, seen: &Observed) -> Vec<String> {
    let mut found = Vec::new();
    ending(prediction, seen, &mut found);
    files::sizes(prediction, seen, &mut found);
    found
}

fn ending(prediction: &Prediction, seen: &Observed, found: &mut Vec<String>) {
    let outcome = prediction.outcome;
    let ends = match outcome.ending {
        Ending::Exit => true,
        Ending::Hang | Ending::Endless => false,
        Ending::Bound => {
            found.push("the prediction hit a limit and says nothing".to_string());
            return;
        }
    };
    if ends != seen.ended {
        let really = if seen.ended { "everything ended" } else { "something was still running" };
        found.push(format!("ending: predicted {:?}, but {really}", outcome.ending));
    }
    let Some(root) = outcome.processes.first() else { return };
    let same = match (&root.status, seen.status) {
        (None, None) => true,
        (Some(Predicted::Code(code)), Some(Status::Code(real))) => i32::from(*code) == real,
        (Some(Predicted::Signal(name)), Some(Status::Signal(real))) => {
            Signal::parse_deadly(name).is_some_and(|signal| i32::from(signal.number()) == real)
        }
        _ => false,
    };
    if !same {
        found.push(format!("status of {}: predicted {:?}, seen {:?}", root.name, root.status, seen.status));
    }
}

fn handlers(process: &ProcessOutcome, seen: &Observed, found: &mut Vec<String>) {
    for handler in &process.handlers {
        let kind = match handler.kind {
            HandlerKind::Exit | HandlerKind::EarlyExit => "exit",
            HandlerKind::Signal => "signal",
            HandlerKind::Teardown => "teardown",
            HandlerKind::Idle => "idle",
        };
        let what = format!("{kind}:{}", handler.name);
        let traced = |word: &str| {
            seen.lines.iter().any(|line| line.is(&process.name, "main", word) && line.detail == what)
        };
        for (predicted, word) in [(handler.ran, "begin"), (handler.completed, "end")] {
            if predicted != traced(word) {
                let (model, nature) = if predicted { ("", "not ") } else { ("not ", "") };
                let name = &process.name;
                found
                    .push(format!("{what} of {name}: predicted {model}to {word}, but it did {nature}{word}"));
            }
        }
    }
}

fn left_behind(prediction: &Prediction, seen: &Observed, found: &mut Vec<String>) {
    let mut predicted = prediction.outcome.left_behind.clone();
    predicted.sort();
    if predicted != seen.left_behind {
        found.push(format!("left behind: predicted {predicted:?}, seen {:?}", seen.left_behind));
    }
}
