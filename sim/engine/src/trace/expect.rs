//! Checks what a scenario expects against what a run came to.

use super::{Ending, Fate, Outcome, Status};
use crate::scenario::{Claim, Expectation, format_time};

/// The answer to one expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The claim, as written.
    pub text: String,
    /// Whether it holds; `None`: unknown, because the run was given up.
    pub holds: Option<bool>,
    /// What was found instead; empty when it holds.
    pub found: String,
}

/// Checks every expectation against an outcome.
pub fn check(expectations: &[Expectation], outcome: &Outcome) -> Vec<Verdict> {
    expectations.iter().map(|expectation| verdict(expectation, outcome)).collect()
}

fn verdict(expectation: &Expectation, outcome: &Outcome) -> Verdict {
    let text = expectation.text.clone();
    if outcome.ending == Ending::Bound {
        return Verdict { text, holds: None, found: "the run was given up".into() };
    }
    let (holds, found) = judge(&expectation.claim, outcome);
    Verdict { text, holds: Some(holds), found: if holds { String::new() } else { found } }
}

/// Whether a claim is so, and what was found instead.
pub(crate) fn judge(claim: &Claim, outcome: &Outcome) -> (bool, String) {
    let first = outcome.processes.first().and_then(|process| process.status.clone());
    match claim {
        Claim::Exits(code) => {
            let by_itself = |status: &Option<Status>| matches!(status, None | Some(Status::Code(_)));
            let all = outcome.processes.iter().all(|process| by_itself(&process.status));
            let wanted = code.is_none_or(|code| first == Some(Status::Code(code.rem_euclid(256) as u8)));
            (outcome.ending == Ending::Exit && all && wanted, how_it_ended(outcome))
        }
        Claim::DiesOf(signal) => (first == Some(Status::Signal(signal.name())), how_it_ended(outcome)),
        Claim::Hangs => (matches!(outcome.ending, Ending::Hang | Ending::Endless), how_it_ended(outcome)),
        Claim::EndsWithin(limit) => {
            let found = outcome
                .ended_at_us
                .map_or("it never ends".into(), |at| format!("it ends after {}", format_time(at)));
            (outcome.ended_at_us.is_some_and(|at| at <= *limit), found)
        }
        Claim::Keeps(path) => match outcome.file(path) {
            None => (false, format!("{path} is never opened")),
            Some(file) => {
                let whole = file.durable == file.planned.unwrap_or(file.written) && !file.torn;
                let of = file.planned.unwrap_or(file.written);
                let torn = if file.torn { ", torn" } else { "" };
                (whole, format!("{path} has {} of {of} bytes{torn}", file.durable))
            }
        },
        Claim::Loses(path) => {
            let lost = outcome.file(path).map_or(0, |file| file.lost);
            (lost > 0, format!("nothing that was written to {path} is lost"))
        }
        Claim::Runs(name) => match outcome.handler(name) {
            Some(handler) if handler.completed => (true, String::new()),
            Some(handler) if handler.ran => (false, format!("{name} begins but is cut short")),
            _ => (false, format!("{name} never runs")),
        },
        Claim::Skips(name) => {
            (outcome.handler(name).is_none_or(|handler| !handler.ran), format!("{name} does run"))
        }
        Claim::Finishes(name) => fate(outcome, name, Fate::Finished),
        Claim::CutsOff(name) => fate(outcome, name, Fate::CutOff),
        Claim::Prints(line) => (
            outcome.stdout.iter().any(|printed| printed == line),
            "that line does not reach the outside".into(),
        ),
        Claim::LeavesNobody => {
            (outcome.left_behind.is_empty(), format!("{} is left behind", outcome.left_behind.join(", ")))
        }
    }
}

/// Whether a name in a claim means this thread; one with `count` means all of its threads.
pub(crate) fn stands_for(name: &str, thread: &str) -> bool {
    let number = thread.strip_prefix(name).and_then(|rest| rest.strip_prefix('-'));
    thread == name || number.is_some_and(|number| number.parse::<u32>().is_ok())
}

/// What became of the threads that a name stands for.
fn fate(outcome: &Outcome, name: &str, wanted: Fate) -> (bool, String) {
    let threads = outcome.processes.iter().flat_map(|process| &process.threads);
    let mine: Vec<_> = threads.filter(|thread| stands_for(name, &thread.name)).collect();
    let other = mine.iter().find(|thread| thread.fate != wanted);
    let found = match other.map(|thread| thread.fate) {
        None => format!("there is no thread {name}"),
        Some(Fate::Finished) => format!("{name} runs to its end"),
        Some(Fate::Raised) => format!("{name} ends by an exception"),
        Some(Fate::CutOff) => format!("{name} is cut off"),
        Some(Fate::Alive) => format!("{name} is still alive"),
        Some(Fate::NeverStarted) => format!("{name} is never started"),
    };
    (!mine.is_empty() && other.is_none(), found)
}

fn how_it_ended(outcome: &Outcome) -> String {
    match outcome.ending {
        Ending::Hang => "it hangs".into(),
        Ending::Endless => "it never ends".into(),
        Ending::Bound => "unknown".into(),
        Ending::Exit => {
            let ended = outcome.processes.iter().filter_map(|process| {
                let how = match process.status.as_ref()? {
                    Status::Code(code) => format!("exits with code {code}"),
                    Status::Signal(signal) => format!("is killed by {signal}"),
                };
                Some(format!("{} {how}", process.name))
            });
            ended.collect::<Vec<_>>().join(", ")
        }
    }
}
