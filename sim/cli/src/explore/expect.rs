//! What `expect` claims of all runs, in words: proved, refuted with a way there, or unknown.

use closing_time_engine::explore::Verdict;
use closing_time_engine::scenario::Quantifier;
use closing_time_engine::show::{Paint, Role, clean, count, wrap};

use super::Findings;
use crate::failure::Answer;

/// One line for each claim about all runs, with the command that replays what refutes it; empty if there is none.
pub(super) fn text(findings: &Findings, paint: &dyn Paint, columns: usize) -> String {
    let mut out = String::new();
    for verdict in quantified(findings) {
        let head = paint.paint(Role::Heading, if out.is_empty() { "\nExpect" } else { "      " });
        let (mark, role) = match verdict.holds {
            Some(true) => ("✓", Role::Good),
            Some(false) => ("✗", Role::Bad),
            None => ("?", Role::Warn),
        };
        let line = format!("{}: {}", clean(&verdict.text), words(verdict));
        for (at, line) in wrap(&line, columns.saturating_sub(10).max(20)).into_iter().enumerate() {
            let start = if at == 0 { format!("{head}  {}", paint.paint(role, mark)) } else { " ".repeat(9) };
            out.push_str(&format!("{start} {line}\n"));
        }
        if let (Some(false), Some(way)) = (verdict.holds, &verdict.witness) {
            let command = format!("cargo run -- {}", findings.command(way));
            out.push_str(&format!("{}{}\n", " ".repeat(10), paint.paint(Role::Command, &command)));
        }
    }
    out
}

/// What the claims about all runs come to: a refuted one is final, whatever was not seen.
pub(super) fn answer(findings: &Findings) -> Answer {
    let all = || quantified(findings).map(|verdict| verdict.holds);
    if all().any(|holds| holds == Some(false)) {
        Answer::No
    } else if all().any(|holds| holds.is_none()) {
        Answer::Unknown
    } else {
        Answer::Yes
    }
}

fn quantified(findings: &Findings) -> impl Iterator<Item = &Verdict> {
    findings.exploration.properties.iter().filter(|verdict| verdict.quantifier.is_some())
}

fn words(verdict: &Verdict) -> String {
    let steps = verdict.witness.as_ref().map(|way| count(way.len() as u64, "step")).unwrap_or_default();
    let found = clean(&verdict.found);
    let exists = verdict.quantifier == Some(Quantifier::Sometimes);
    match verdict.holds {
        Some(true) if exists => format!("it happens, for instance after {steps}"),
        Some(true) if found.is_empty() => "proved".into(),
        Some(true) => format!("proved, but {found}"),
        Some(false) if exists => "refuted; it never happens".into(),
        Some(false) if found.is_empty() => format!("refuted; it happens, for instance after {steps}"),
        Some(false) => format!("refuted; {found}, for instance after {steps}"),
        None if exists => "unknown: not seen so far, and not everything was seen".into(),
        None => "unknown: nothing refutes it so far, and not everything was seen".into(),
    }
}
