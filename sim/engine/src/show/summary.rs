//! What a run came to, on one line: for tables that set many runs side by side.

use crate::trace::{Ending, Fate, FileOutcome, Outcome, Status, ThreadOutcome};

use super::layout::clean;
use super::outcome::stem;
use super::paint::Role;
use super::wording::{bytes, bytes_of, number};

/// More names than this become "a, b and 5 more".
const MOST_NAMES: usize = 4;

/// How good the news of a summary is.
pub fn summary_role(outcome: &Outcome) -> Role {
    let clean = outcome.processes.iter().all(|process| process.status == Some(Status::Code(0)));
    let lost = outcome.files.iter().any(|file| file.lost > 0 || file.torn);
    match outcome.ending {
        Ending::Exit if clean && !lost => Role::Good,
        Ending::Exit | Ending::Bound => Role::Warn,
        Ending::Hang | Ending::Endless => Role::Bad,
    }
}

/// As in "exit 0; pdf, cleanup cut off; report.pdf has 8 of 20 KiB, 4 KiB lost".
///
/// Only what went wrong is told, so that "exit 0" alone is a run that lost nothing. Moments are left out: two runs
/// that differ in time alone have the same summary.
pub fn summary(outcome: &Outcome) -> String {
    let mut parts = vec![ending(outcome)];
    let fates = [
        (Fate::CutOff, "cut off"),
        (Fate::Raised, "ended by an exception"),
        (Fate::Alive, if outcome.ending == Ending::Hang { "stuck" } else { "still alive" }),
        (Fate::NeverStarted, "never started"),
    ];
    for (fate, words) in fates {
        let names = threads(outcome, fate);
        if !names.is_empty() {
            parts.push(format!("{} {words}", list(&names)));
        }
    }
    let held: Vec<String> = all_threads(outcome).flat_map(|(_, thread)| thread.holding.clone()).collect();
    if !held.is_empty() {
        parts.push(format!("lock {} never released", list(&held)));
    }
    parts.extend(outcome.files.iter().filter_map(file));
    let handlers = || outcome.processes.iter().flat_map(|process| &process.handlers);
    let skipped: Vec<String> = handlers()
        .filter(|handler| {
            handler.registered && !handler.ran && handler.kind != crate::trace::HandlerKind::Signal
        })
        .map(|handler| handler.name.clone())
        .collect();
    if !skipped.is_empty() {
        parts.push(format!("{} skipped", list(&skipped)));
    }
    let short: Vec<String> = handlers()
        .filter(|handler| handler.ran && !handler.completed)
        .map(|handler| handler.name.clone())
        .collect();
    if !short.is_empty() {
        // Nobody cuts off what waits for ever.
        let words = if outcome.ending == Ending::Hang { "never completed" } else { "cut short" };
        parts.push(format!("{} {words}", list(&short)));
    }
    if !outcome.left_behind.is_empty() {
        parts.push(format!("{} left behind", list(&outcome.left_behind)));
    }
    clean(&parts.join("; "))
}

fn ending(outcome: &Outcome) -> String {
    let status = |status: &Status| match status {
        Status::Code(code) => format!("exit {code}"),
        Status::Signal(signal) => format!("killed by {signal}"),
    };
    match outcome.ending {
        Ending::Hang => "hangs".into(),
        Ending::Endless => "never ends".into(),
        Ending::Bound => "unknown: a limit was reached".into(),
        Ending::Exit => {
            let ended: Vec<_> = outcome
                .processes
                .iter()
                .filter_map(|process| Some((&process.name, process.status.as_ref()?)))
                .collect();
            match ended.as_slice() {
                [] => "ended".into(),
                [(_, first), rest @ ..] if rest.iter().all(|(_, other)| other == first) => status(first),
                several => {
                    let one = |(name, ended): &(&String, &Status)| format!("{name} {}", status(ended));
                    several.iter().map(one).collect::<Vec<_>>().join(", ")
                }
            }
        }
    }
}

fn all_threads(outcome: &Outcome) -> impl Iterator<Item = (&String, &ThreadOutcome)> {
    let started = outcome.processes.iter().filter(|process| {
        process.status.is_some() || process.threads.iter().any(|thread| thread.fate != Fate::NeverStarted)
    });
    started.flat_map(|process| process.threads.iter().map(move |thread| (&process.name, thread)))
}

/// Names of the threads with this fate; those of one `count` share one, as in `worker-* (12)`. A main thread of one
/// process among several goes by the name of its process.
fn threads(outcome: &Outcome, fate: Fate) -> Vec<String> {
    let several = outcome.processes.len() > 1;
    let mut groups: Vec<(&str, &str, u64)> = Vec::new();
    for (process, thread) in all_threads(outcome).filter(|(_, thread)| thread.fate == fate) {
        let name = if several && thread.name == "main" { process } else { stem(&thread.name) };
        match groups.last_mut() {
            Some(last) if last.0 == name && name != thread.name => last.2 += 1,
            _ => groups.push((name, &thread.name, 1)),
        }
    }
    let name = |(stem, first, count): &(&str, &str, u64)| match count {
        1 if *first == "main" => (*stem).to_owned(),
        1 => (*first).to_owned(),
        _ => format!("{stem}-* ({})", number(*count)),
    };
    groups.iter().map(name).collect()
}

fn file(file: &FileOutcome) -> Option<String> {
    let planned = file.planned.map(|planned| planned.max(file.written));
    let missing = file.lost > 0 || file.torn || planned.is_some_and(|planned| file.durable < planned);
    if !missing {
        return None;
    }
    let mut text = match planned {
        Some(planned) => format!("{} has {}", file.path, bytes_of(file.durable, planned)),
        None => format!("{} has {}", file.path, bytes(file.durable)),
    };
    if file.lost > 0 {
        text.push_str(&format!(", {} lost", bytes(file.lost)));
    }
    if file.torn {
        text.push_str(", torn");
    }
    Some(text)
}

fn list(names: &[String]) -> String {
    match names.len() {
        0..=MOST_NAMES => names.join(", "),
        more => format!("{} and {} more", names[..MOST_NAMES - 1].join(", "), more - MOST_NAMES + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures;
    use super::*;

    #[test]
    fn tells_what_went_wrong_and_nothing_else() {
        let words = |trace: crate::trace::Trace| summary(&trace.outcome);
        assert_eq!(
            words(fixtures::pdf_shutdown()),
            "exit 0; pdf, cleanup cut off; report.pdf has 8 of 20 KiB, 4 KiB lost"
        );
        insta::assert_snapshot!(
            [fixtures::killed(), fixtures::hang(), fixtures::family(), fixtures::crowd(1_000)]
                .map(words)
                .join("\n")
        );
    }
}
