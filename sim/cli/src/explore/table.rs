//! The outcomes as a table, worst first.

use closing_time_engine::explore::Incomplete;
use closing_time_engine::show::{Paint, Role, count, number, pad_left, summary_role, wrap};
use closing_time_engine::trace::Ending;

use super::words::words;
use super::{Findings, expect, why};

/// More rows than this are for `--format json`.
const MOST_ROWS: usize = 30;

/// How far the search went, the table, and the commands that replay the worst outcomes.
pub(super) fn text(findings: &Findings, paint: &dyn Paint, columns: usize) -> String {
    let found = &findings.exploration;
    let name = paint.paint(Role::Heading, &findings.loaded.scenario.name);
    let outcomes = count(found.classes.len() as u64, "outcome");
    let mut out = format!(
        "{name} · {} · {outcomes} in {}, {}\n",
        findings.loaded.program.runtime.label().replacen('-', " ", 1),
        count(found.progress.states, "state"),
        count(found.progress.transitions, "step"),
    );
    for note in notes(findings) {
        for line in wrap(&note, columns) {
            out.push_str(&format!("{}\n", paint.paint(Role::Warn, &line)));
        }
    }
    out.push_str(&format!("\n{}\n", paint.paint(Role::Dim, "steps  id        outcome")));
    for (class, words) in found.classes.iter().zip(words(&found.classes)).take(MOST_ROWS) {
        let cells = format!(
            "{}  {}",
            pad_left(&number(class.witness.len() as u64), 5),
            paint.paint(Role::Time, &class.id)
        );
        for (at, line) in wrap(&words, columns.saturating_sub(17).max(20)).iter().enumerate() {
            let start = if at == 0 { format!("{cells}  ") } else { " ".repeat(17) };
            out.push_str(&format!("{start}{}\n", paint.paint(summary_role(&class.outcome), line)));
        }
    }
    if found.classes.len() > MOST_ROWS {
        let line = format!(
            "… {}; --format json has all",
            count((found.classes.len() - MOST_ROWS) as u64, "more outcome")
        );
        out.push_str(&format!("{}\n", paint.paint(Role::Dim, &line)));
    }
    out.push_str(&why::text(findings, paint, columns));
    out.push_str(&why::loops(findings, paint, columns));
    out.push_str(&expect::text(findings, paint, columns));
    out.push('\n');
    for (at, class) in found.classes.iter().take(3).enumerate() {
        let head = paint.paint(Role::Heading, if at == 0 { "Replay" } else { "      " });
        let command = format!("cargo run -- {}", findings.command(&class.witness));
        let id = paint.paint(Role::Time, &class.id);
        out.push_str(&format!("{head}  {id}  {}\n", paint.paint(Role::Command, &command)));
    }
    if found.classes.len() > 3 {
        out.push_str(&format!(
            "        {}\n",
            paint.paint(Role::Dim, "… --format json has a schedule for each")
        ));
    }
    out
}

/// What a reader must know before believing the table.
fn notes(findings: &Findings) -> Vec<String> {
    let found = &findings.exploration;
    let mut notes = Vec::new();
    let why = match found.incomplete {
        None => None,
        Some(Incomplete::States) => Some("the limit of states was reached (--max-states)"),
        Some(Incomplete::Bytes) => Some("the limit of memory was reached (--max-memory)"),
        Some(Incomplete::Stopped) => Some("the search was stopped (--timeout, or Ctrl-C)"),
    };
    if let Some(from) = &findings.from {
        notes.push(format!(
            "It begins after step {} of {} of {}; steps are counted from the beginning of that run",
            number(from.prefix.len() as u64),
            number(from.steps as u64),
            from.schedule
        ));
    }
    if let Some(why) = why {
        let left = count(found.progress.frontier, "state");
        let were = if found.progress.frontier == 1 { "was" } else { "were" };
        notes.push(format!("INCOMPLETE: {why}; {left} {were} not looked at, so there may be more outcomes"));
    }
    if found.unrolled {
        let records = count(findings.limits.unroll, "record");
        notes.push(format!(
            "A loop without end writes without end: it was followed for {records} (--unroll); \
             an outcome \"unknown\" stands for what lies behind"
        ));
    }
    if found.classes.iter().any(|class| class.outcome.ending == Ending::Endless) {
        notes.push(
            "\"Never ends\" is meant under fairness: a thread that can move is allowed to move some day"
                .into(),
        );
    }
    match &found.loops {
        None => notes.push(
            "Whether it may go round for ever in a loop that could be left was not looked into: too many states".into(),
        ),
        Some(loops) if !loops.is_empty() => notes.push(
            "\"May never end\" is meant under fairness: a thread that can move all the time moves some day, but one \
             that waits for a lock or an item may come too late again and again"
                .into(),
        ),
        Some(_) => {}
    }
    notes
}
