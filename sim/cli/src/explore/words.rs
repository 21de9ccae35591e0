//! One line for each outcome, no two of them alike.

use std::collections::{BTreeMap, BTreeSet};

use closing_time_engine::explore::Class;
use closing_time_engine::show::{bytes, summary};
use closing_time_engine::trace::{Ending, Fate, HandlerKind, Outcome};

/// What the outcomes come to, in their order. What only the shown run has, such as a lock that was held at its end, is
/// left out; where two lines would be the same, they say in what they differ.
pub(super) fn words(classes: &[Class]) -> Vec<String> {
    let lines: Vec<_> = classes.iter().map(|class| plain(&class.outcome)).collect();
    let details: Vec<_> = classes.iter().map(|class| details(&class.outcome)).collect();
    let line = |at: usize| {
        let alike: Vec<_> = (0..lines.len()).filter(|other| lines[*other] == lines[at]).collect();
        let keys: BTreeSet<_> = alike.iter().flat_map(|other| details[*other].keys()).collect();
        let differs =
            |key: &&&String| alike.iter().any(|other| details[*other].get(**key) != details[at].get(**key));
        let is_file = |key: &String| classes.iter().any(|class| class.outcome.file(key).is_some());
        let missing =
            |key: &String| if is_file(key) { format!("{key} not opened") } else { format!("no {key}") };
        let said = |key: &String| details[at].get(key).cloned().unwrap_or_else(|| missing(key));
        let more = keys.iter().filter(differs).map(|key| said(key));
        std::iter::once(lines[at].clone()).chain(more).collect::<Vec<_>>().join("; ")
    };
    (0..lines.len()).map(line).collect()
}

fn plain(outcome: &Outcome) -> String {
    let mut outcome = outcome.clone();
    if outcome.ending == Ending::Exit {
        let threads = outcome.processes.iter_mut().flat_map(|process| &mut process.threads);
        threads.for_each(|thread| thread.holding.clear());
    }
    summary(&outcome)
}

/// Everything that tells outcomes apart, by what it is about.
fn details(outcome: &Outcome) -> BTreeMap<String, String> {
    let mut details = BTreeMap::new();
    for file in &outcome.files {
        details.insert(file.path.clone(), format!("{} has {}", file.path, bytes(file.durable)));
    }
    let several = outcome.processes.len() > 1;
    for process in &outcome.processes {
        let named = |name: &str| if several { format!("{}/{name}", process.name) } else { name.to_owned() };
        for handler in &process.handlers {
            let signal = if handler.kind == HandlerKind::Signal { "handler of " } else { "" };
            let name = format!("{signal}{}", named(&handler.name));
            let ran = match (handler.ran, handler.completed) {
                (false, _) => "did not run",
                (true, false) => "began",
                (true, true) => "ran",
            };
            details.insert(name.clone(), format!("{name} {ran}"));
        }
        for thread in &process.threads {
            let name = named(&thread.name);
            let fate = match thread.fate {
                Fate::Finished => "finished",
                Fate::Raised => "ended by an exception",
                Fate::CutOff => "cut off",
                Fate::Alive => "still alive",
                Fate::NeverStarted => "never started",
            };
            details.insert(name.clone(), format!("{name} {fate}"));
        }
    }
    details
}
