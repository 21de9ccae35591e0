//! What was printed.

use closing_time_engine::trace::{Kind, Trace};

use super::{Prediction, clock};
use crate::run::Observed;

/// Compares the lines on standard output; their order only where the moments lie far enough apart.
pub(super) fn lines(prediction: &Prediction, trace: &Trace, seen: &Observed, found: &mut Vec<String>) {
    let predicted = &prediction.outcome.stdout;
    if !prediction.is_final() {
        // It goes on printing for ever; what was predicted must be there.
        let mut rest = seen.stdout.clone();
        for line in predicted {
            match rest.iter().position(|real| real == line) {
                Some(index) => drop(rest.remove(index)),
                None => found.push(format!("output: predicted \"{line}\", but it is missing")),
            }
        }
        return;
    }
    // A line that only lacks its newline counts as printed.
    let but_for_newline = || {
        let mut stdout = seen.stdout.clone();
        stdout.extend(seen.begun_line.clone());
        stdout
    };
    let same = if well_apart(prediction, trace) {
        *predicted == seen.stdout || *predicted == but_for_newline()
    } else {
        are_the_same_letters(predicted, &seen.stdout)
    };
    if !same {
        let (model, nature) = (told(predicted), told(&seen.stdout));
        found.push(format!("output: predicted {model}, seen {nature}"));
    }
}

/// Lines for a message; of very many only how many they are, and the last.
fn told(lines: &[String]) -> String {
    match lines {
        [.., last] if lines.len() > 100 => format!("{} lines up to {last:?}", lines.len()),
        _ => format!("{lines:?}"),
    }
}

/// Two threads that print at the same moment may print into each other's lines: up to CPython 3.12 the newline is a
/// write of its own. Nothing is lost by that.
fn are_the_same_letters(model: &[String], nature: &[String]) -> bool {
    let letters = |lines: &[String]| {
        let mut letters: Vec<char> = lines.concat().chars().collect();
        letters.sort_unstable();
        letters
    };
    letters(model) == letters(nature)
}

/// Whether any two lines were printed at clearly different moments, or by the same thread.
fn well_apart(prediction: &Prediction, trace: &Trace) -> bool {
    let prints: Vec<_> = trace.events.iter().filter(|event| event.kind == Kind::Print).collect();
    prints.windows(2).all(|pair| {
        let same_thread = (&pair[0].process, &pair[0].thread) == (&pair[1].process, &pair[1].thread);
        same_thread || clock::is_decisive(prediction, pair[0].at_us, pair[1].at_us)
    })
}
