//! Why a run hangs or goes on for ever, for somebody who has never seen a deadlock.

use closing_time_engine::explore::{Class, in_words};
use closing_time_engine::show::{Paint, Role, clean, count, why_it_hangs, wrap};
use closing_time_engine::trace::Ending;

use super::Findings;

/// More explanations than this are for `--format json`.
const MOST_TOLD: usize = 3;
/// More steps of a loop than this are counted.
const MOST_STEPS: usize = 12;

/// A few sentences for each of the worst outcomes that never end; empty if there is none.
pub(super) fn text(findings: &Findings, paint: &dyn Paint, columns: usize) -> String {
    let mut out = String::new();
    let never = findings.exploration.classes.iter().filter(|class| never_ends(class));
    let mut told: Vec<(&str, String)> = Vec::new();
    for class in never.take(MOST_TOLD) {
        let words = sentences(findings, class);
        let same = told.iter().find(|(_, other)| *other == words);
        let shown = same.map_or_else(|| words.clone(), |(id, _)| format!("for the same reason as {id}"));
        told.push((&class.id, words));
        let head = paint.paint(Role::Heading, if out.is_empty() { "\nWhy" } else { "   " });
        for (at, line) in wrap(&shown, columns.saturating_sub(18).max(20)).into_iter().enumerate() {
            let id = paint.paint(Role::Time, &class.id);
            let start = if at == 0 { format!("{head}     {id}") } else { " ".repeat(16) };
            out.push_str(&format!("{start}  {line}\n"));
        }
    }
    out
}

fn never_ends(class: &Class) -> bool {
    matches!(class.outcome.ending, Ending::Hang | Ending::Endless)
}

/// Why it never ends, and what goes on for ever.
pub(super) fn sentences(findings: &Findings, class: &Class) -> String {
    let mut parts = Vec::from_iter(why_it_hangs(&class.outcome));
    if !class.round.is_empty() {
        parts.push(format!("The loop: {}.", steps(findings, class)));
    }
    parts.join(" ")
}

/// As in `poller asks for stop, wakes up`; steps of one thread in a row name it once.
fn steps(findings: &Findings, class: &Class) -> String {
    let told = in_words(&findings.loaded.program, &class.witness, &class.round);
    let mut words = String::new();
    let mut last = None;
    for (at, (who, what)) in told.iter().take(MOST_STEPS).enumerate() {
        let (gap, name) = match last {
            Some(last) if last == who => (", ", String::new()),
            _ => (if at == 0 { "" } else { "; " }, format!("{who} ")),
        };
        words += &format!("{gap}{name}{what}");
        last = Some(who);
    }
    if told.len() > MOST_STEPS {
        words += &format!(" … {}", count((told.len() - MOST_STEPS) as u64, "more step"));
    }
    clean(&words)
}
