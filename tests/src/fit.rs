//! Makes a scenario fit a runtime: takes out of it what the runtime, or its language, does not have.
//!
//! What is refused says where it stands, so nothing here knows what any of them lacks. But a few things are left out
//! by name, because the model is known to say something else about them than the runtime does: `GAPS`.

use closing_time_engine::diagnostic::{Diagnostic, Span};
use closing_time_engine::export::{ExportOptions, Target};
use closing_time_engine::load;
use closing_time_engine::scenario::Setup;

use crate::runtime::Real;

/// What the rules do not tell yet as it is, with how the statement begins, and what really happens.
const GAPS: [(Target, &str, &str); 3] = [
    (Target::Perl, "open \"main.bin\"", "starting a thread writes out the buffers of the one that starts it"),
    (
        Target::Ruby,
        "drain ",
        "a wait that nobody can end any more is not always noticed once a signal was handled",
    ),
    (
        Target::Ruby,
        RELOCK,
        "a thread that takes a Mutex it holds gets a ThreadError, it does not wait for ever",
    ),
];

/// Stands for a lock inside the same lock.
const RELOCK: &str = "lock \"db\"";

/// More statements than this are not taken out of one scenario.
const MOST: u32 = 100;

/// What is left of a scenario (one statement to a line, blocks ending on a line of their own) when everything that
/// is refused has been taken out; `None` if that cannot be done statement by statement.
pub fn fit(text: &str, real: &Real) -> Option<String> {
    let setup = Setup { runtime: real.rules.clone(), ..Setup::default() };
    let mut text = text.to_owned();
    while let Some(span) = gap(&text, real.target) {
        text = without(&text, span)?;
    }
    for _ in 0..MOST {
        match refusal(&text, &setup, real) {
            None => return Some(text),
            Some(refusal) => text = without(&text, refusal.span?)?,
        }
    }
    None
}

/// The first statement about which the model is known to be wrong.
fn gap(text: &str, target: Target) -> Option<Span> {
    let mut locked_at: Option<usize> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let statement = line.trim_start();
        let indent = line.len() - statement.len();
        // Inside are the lines that stand further to the right than the lock.
        locked_at = locked_at.filter(|lock| indent > *lock);
        let is_lock = statement.starts_with(RELOCK);
        let found = GAPS.iter().any(|(of, begins, _)| {
            *of == target && statement.starts_with(begins) && (*begins != RELOCK || locked_at.is_some())
        });
        if found {
            return Some(Span { start, end: start + line.len() });
        }
        if is_lock {
            locked_at = locked_at.or(Some(indent));
        }
        start += line.len();
    }
    None
}

fn refusal(text: &str, setup: &Setup, real: &Real) -> Option<Diagnostic> {
    match load(text, setup) {
        Err(found) => found.into_iter().next(),
        Ok(loaded) => loaded.export(real.target, &ExportOptions::default()).err(),
    }
}

/// The text without the statement that begins on the line of a span; `None` if that is the scenario itself.
fn without(text: &str, span: Span) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let first = text.get(..span.start)?.matches('\n').count();
    let line = lines.get(first)?;
    let indent = line.len() - line.trim_start().len();
    let last = match line.ends_with('{') {
        true => first + lines[first..].iter().position(|line| line.find('}') == Some(indent))?,
        false => first,
    };
    (indent > 0).then(|| [&lines[..first], &lines[last + 1..], &[""]].concat().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_of_a_random_scenario_fits_every_language() {
        let mut last = None;
        for real in crate::runtime::all().iter().filter(|real| real.rules.is_some()) {
            if last.replace(real.target) == Some(real.target) {
                continue;
            }
            let (mut before, mut after) = (0, 0);
            for seed in 0..10 {
                let text = crate::random::any_scenario(seed);
                let left = fit(&text, real).unwrap_or_default();
                before += text.lines().count();
                after += left.lines().count();
            }
            assert!(after * 2 > before, "{} is left with {after} of {before} lines", real.name());
        }
    }

    const TEXT: &str = "scenario {\n    main {\n        a\n        b {\n            c\n        }\n    }\n}\n";

    fn left(what: &str) -> Option<String> {
        let start = TEXT.find(what).expect("it is there");
        without(TEXT, Span { start, end: start + 1 })
    }

    #[test]
    fn a_lock_inside_itself_is_a_gap_and_one_behind_it_is_none() {
        let nested = "main {\n    lock \"db\" {\n        sleep 1\n        lock \"db\" timeout=1 {\n        }\n    }\n}\n";
        let found = gap(nested, Target::Ruby).expect("it is one");
        assert_eq!(nested[..found.start].matches('\n').count(), 3);
        assert_eq!(gap(nested, Target::C), None);
        let behind = "main {\n    lock \"db\" {\n        sleep 1\n    }\n    lock \"db\" {\n    }\n}\n";
        assert_eq!(gap(behind, Target::Ruby), None);
    }

    #[test]
    fn a_statement_goes_with_everything_inside_it() {
        assert_eq!(left("a\n").as_deref(), Some(&*TEXT.replace("        a\n", "")));
        assert_eq!(left("b {").as_deref(), Some("scenario {\n    main {\n        a\n    }\n}\n"));
        assert_eq!(left("c\n").as_deref(), Some(&*TEXT.replace("            c\n", "")));
        assert_eq!(left("scenario"), None);
    }
}
