//! Whether what was seen is among the outcomes that a search found.

use closing_time_engine::scenario::Scenario;
use closing_time_engine::trace::{Ending, Outcome};

use super::{ending, handlers, left_behind, threads};
use crate::run::Observed;

/// Whether one of these outcomes is the one that was seen, as far as it was seen: how it ended, statuses, threads,
/// handlers, bytes, processes left behind.
pub fn is_listed(scenario: &Scenario, outcomes: &[Outcome], seen: &Observed) -> bool {
    outcomes.iter().any(|outcome| {
        let mut found = Vec::new();
        ending(outcome, seen, &mut found);
        left_behind(outcome, seen, &mut found);
        for process in &outcome.processes {
            handlers(process, seen, &mut found);
        }
        let mut processes = outcome.processes.iter();
        found.is_empty()
            && processes.all(|process| threads::may_have_fared(scenario, process, seen))
            && has_bytes(outcome, seen)
    })
}

/// A file without a byte and one that was never opened are not told apart; a loop without end changes its bytes; and
/// where a single call was cut in two, nature does not always cut in the middle.
fn has_bytes(outcome: &Outcome, seen: &Observed) -> bool {
    let listed = |path: &str| outcome.files.iter().find(|file| file.path == path);
    let fits = |path: &str, real: u64| match listed(path) {
        Some(file) if file.torn => real <= file.planned.unwrap_or(u64::MAX),
        listed => real == listed.map_or(0, |file| file.durable),
    };
    let mut paths = outcome.files.iter().map(|file| &file.path).filter(|path| *path != "<stdout>");
    let seen_fits = seen.files.iter().all(|(path, real)| fits(path, *real));
    outcome.ending == Ending::Endless
        || seen_fits && paths.all(|path| seen.files.contains_key(path) || fits(path, 0))
}
