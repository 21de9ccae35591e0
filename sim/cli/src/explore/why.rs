//! Why a run hangs, goes on for ever, or may do so, for somebody who has never seen a deadlock.

use closing_time_engine::explore::{Class, FairLoop, in_words};
use closing_time_engine::show::{Paint, Role, clean, count, why_it_hangs, wrap};
use closing_time_engine::trace::{Does, Ending};
use closing_time_engine::world::Choice;

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
        let chains = class.outcome.hang.iter().flat_map(|hang| &hang.chains);
        let told = chains.flat_map(|chain| &chain.links).any(|link| link.does == Does::Moves);
        let head = if told { "The loop" } else { "Meanwhile, for ever" };
        parts.push(format!("{head}: {}.", steps(findings, &class.witness, &class.round)));
    }
    parts.join(" ")
}

/// Loops that could be left and need not be, each with the command that replays it once; empty if there is none.
pub(super) fn loops(findings: &Findings, paint: &dyn Paint, columns: usize) -> String {
    let mut out = String::new();
    for found in findings.exploration.loops.iter().flatten().take(MOST_TOLD) {
        let steps = count(found.witness.len() as u64, "step");
        let words = format!("after {steps} {}", may_never_end(findings, found));
        let head =
            paint.paint(Role::Heading, if out.is_empty() { "\nMay never end" } else { "             " });
        for (at, line) in wrap(&words, columns.saturating_sub(15).max(20)).into_iter().enumerate() {
            let start = if at == 0 { head.clone() } else { " ".repeat(13) };
            out.push_str(&format!("{start}  {}\n", paint.paint(Role::Warn, &line)));
        }
        let command = format!("cargo run -- {}", findings.command(&once(found)));
        out.push_str(&format!("{}{}\n", " ".repeat(15), paint.paint(Role::Command, &command)));
    }
    out
}

/// The way to a loop, and once round it.
pub(super) fn once(found: &FairLoop) -> Vec<Choice> {
    found.witness.iter().chain(&found.round).copied().collect()
}

/// As in `main, waiting for lock l, can be overtaken again and again. The loop: poller takes lock l, releases lock l.`
pub(super) fn may_never_end(findings: &Findings, found: &FairLoop) -> String {
    let steps = steps(findings, &found.witness, &found.round);
    let overtaken: Vec<_> =
        found.overtaken.iter().map(|one| format!("{}, {},", one.thread, one.during)).collect();
    let start = match &overtaken[..] {
        [] => "it can go round for ever".to_owned(),
        several => format!("{} can be overtaken again and again", clean(&several.join(" and "))),
    };
    format!("{start}. The loop: {steps}.")
}

/// As in `poller asks for stop, wakes up`; steps of one thread in a row name it once.
fn steps(findings: &Findings, before: &[Choice], round: &[Choice]) -> String {
    let told = in_words(&findings.loaded.program, before, round);
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
