//! Whether what the scenario expects is so, in words.

use closing_time_engine::scenario::Scenario;
use closing_time_engine::show::{Paint, Role, clean, wrap};
use closing_time_engine::trace::{self, Outcome};

use crate::failure::Answer;

/// One line per expectation, and what they come to: the worst answer counts, and "no" is worse than "unknown".
pub(super) fn verdicts(
    scenario: &Scenario,
    outcome: &Outcome,
    paint: &dyn Paint,
    columns: usize,
) -> (String, Answer) {
    let verdicts = trace::check(&scenario.expectations, outcome);
    if verdicts.is_empty() && !scenario.properties.is_empty() {
        let line = "Expected  nothing of one run; `explore` checks what is expected of all runs\n";
        return (line.into(), Answer::Yes);
    }
    if verdicts.is_empty() {
        return ("Expected  nothing: the scenario has no `expect` block\n".into(), Answer::Yes);
    }
    let mut out = String::new();
    let mut answer = Answer::Yes;
    for (at, verdict) in verdicts.iter().enumerate() {
        let (mark, role, words) = match verdict.holds {
            Some(true) => ("✓", Role::Good, "holds"),
            Some(false) => ("✗", Role::Bad, "does not hold"),
            None => ("?", Role::Warn, "unknown"),
        };
        match verdict.holds {
            Some(false) => answer = Answer::No,
            None if answer == Answer::Yes => answer = Answer::Unknown,
            _ => {}
        }
        let found =
            if verdict.found.is_empty() { String::new() } else { format!(": {}", clean(&verdict.found)) };
        let line = format!("{} {words}{found}", clean(&verdict.text));
        let head = paint.paint(Role::Heading, if at == 0 { "Expected" } else { "        " });
        for (at, line) in wrap(&line, columns.saturating_sub(12).max(20)).into_iter().enumerate() {
            let start = if at == 0 { format!("{head}  {}", paint.paint(role, mark)) } else { " ".repeat(11) };
            out.push_str(&format!("{start} {line}\n"));
        }
    }
    if !scenario.properties.is_empty() {
        out.push_str("          What is expected of all runs, `explore` checks.\n");
    }
    (out, answer)
}
