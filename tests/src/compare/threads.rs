//! What became of each thread.

use closing_time_engine::trace::{Fate, ProcessOutcome, ThreadOutcome};

use super::Prediction;
use crate::run::Observed;

/// What the trace says of one thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    /// It never began.
    Nothing,
    /// It began, and no end was seen.
    Begun,
    /// It ran to its end.
    Ended,
    /// An exception left it.
    Raised,
    /// `SystemExit` left it (an exception for Python, an orderly end for people), or it ended itself or the process
    /// on the spot.
    Exited,
    /// It asked politely for the end of the process, and never came back to tell: some runtimes end it there, some let
    /// it wait until the process is gone.
    Asked,
}

/// Compares the fate of every thread of a process.
pub(super) fn fates(
    prediction: &Prediction,
    process: &ProcessOutcome,
    seen: &Observed,
    found: &mut Vec<String>,
) {
    for thread in &process.threads {
        if is_pool_worker(prediction, process, thread) {
            continue;
        }
        let real = look(process, thread, seen);
        // In its shutdown, where it may hang or be killed, the main thread still exists, although its code is over.
        let stuck_main = thread.name == "main" && matches!(thread.fate, Fate::Alive | Fate::CutOff);
        let same = match real {
            // One that was started may be cut off before its first step; when exactly, only a timed prediction says.
            Seen::Nothing if prediction.trace.is_none() => {
                matches!(thread.fate, Fate::NeverStarted | Fate::CutOff | Fate::Alive)
            }
            Seen::Nothing => thread.fate == Fate::NeverStarted,
            Seen::Begun => matches!(thread.fate, Fate::CutOff | Fate::Alive),
            Seen::Ended => thread.fate == Fate::Finished || stuck_main,
            Seen::Raised => thread.fate == Fate::Raised || stuck_main,
            Seen::Exited => matches!(thread.fate, Fate::Finished | Fate::Raised) || stuck_main,
            Seen::Asked => thread.fate != Fate::NeverStarted,
        };
        if !same {
            let (name, fate) = (&thread.name, thread.fate);
            found.push(format!("thread {name} of {}: predicted {fate:?}, seen {real:?}", process.name));
        }
    }
}

/// The workers of a pool belong to the executor; only their items can be traced.
pub(super) fn is_pool_worker(
    prediction: &Prediction,
    process: &ProcessOutcome,
    thread: &ThreadOutcome,
) -> bool {
    let declared = prediction.scenario.processes.iter().find(|declared| declared.name == process.name);
    declared.is_some_and(|declared| {
        declared.pools.iter().any(|pool| {
            let number = thread.name.strip_prefix(pool.name.as_str()).and_then(|rest| rest.strip_prefix('-'));
            number.is_some_and(|number| number.parse::<u32>().is_ok())
        })
    })
}

fn look(process: &ProcessOutcome, thread: &ThreadOutcome, seen: &Observed) -> Seen {
    let what = if thread.name == "main" { "main" } else { "thread" };
    let mut state = Seen::Nothing;
    for line in seen.lines.iter().filter(|line| line.process == process.name && line.thread == thread.name) {
        match (line.kind.as_str(), line.detail.split_once(' ').unwrap_or((&line.detail, ""))) {
            ("begin", (word, _)) if word == what => state = Seen::Begun,
            ("end", (word, _)) if word == what => state = Seen::Ended,
            ("raise", (word, "SystemExit")) if word == what => state = Seen::Exited,
            ("raise", (word, _)) if word == what => state = Seen::Raised,
            // What a handler asks for is written under the name of main, whose body may be over by then.
            ("exit", _) if state == Seen::Begun => state = Seen::Asked,
            ("exit-now" | "exit-thread", _) if state == Seen::Begun => state = Seen::Exited,
            _ => {}
        }
    }
    state
}
