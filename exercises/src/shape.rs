//! Whether a repaired scenario is still the same program: its threads, the work they do and what they write.
//!
//! A service that does nothing exits at once and loses nothing. So what makes it worth running is compared with the
//! original, statement by statement; whether the work is really *done* is checked in the runs.

use std::collections::BTreeMap;

use closing_time_engine::scenario::{Block, Op, Process, Scenario, TimeRange, format_range};

/// A statement that must stay.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Piece {
    /// `thread`, `pool` or `main`, with its process.
    place: String,
    /// The statement as it would be written.
    statement: String,
}

/// How often a piece runs; `None`: in a loop whose rounds are not written down.
type Rounds = Option<u64>;

/// What is missing in `mine`, one sentence each; empty if it is still the same program.
pub(crate) fn missing(original: &Scenario, mine: &Scenario) -> Vec<String> {
    let mut out = vec![];
    if mine.runtime != original.runtime {
        out.push(format!("the runtime must stay `{}`", original.runtime));
    }
    if mine.stimuli != original.stimuli {
        out.push("what comes from outside (`at`) must stay as it was".into());
    }
    for process in &original.processes {
        match mine.processes.iter().find(|other| other.name == process.name) {
            None => out.push(format!("the process `{}` must keep its name", process.name)),
            Some(other) => bodies(process, other, &mut out),
        }
    }
    for knob in original.knobs.iter().filter(|knob| !knob.name.ends_with(".daemon")) {
        let same = mine.knobs.iter().find(|other| other.name == knob.name);
        match same {
            None => out.push(format!("the knob `{}` must stay", knob.name)),
            Some(same) if same.default != knob.default => {
                out.push(format!("the knob `{}` must keep its default", knob.name));
            }
            Some(_) => {}
        }
    }
    if out.is_empty() {
        pieces_missing(original, mine, &mut out);
    }
    out
}

fn bodies(process: &Process, mine: &Process, out: &mut Vec<String>) {
    for thread in &process.threads {
        if !mine.threads.iter().any(|other| other.name == thread.name && other.count == thread.count) {
            out.push(format!("the thread `{}` must stay a thread of `{}`", thread.name, process.name));
        }
    }
    for pool in &process.pools {
        if !mine.pools.iter().any(|other| other.name == pool.name) {
            out.push(format!("the pool `{}` must stay in `{}`", pool.name, process.name));
        }
    }
}

fn pieces_missing(original: &Scenario, mine: &Scenario, out: &mut Vec<String>) {
    let have = pieces(mine);
    for (piece, rounds) in pieces(original) {
        let Piece { place, statement } = &piece;
        match (rounds, have.get(&piece)) {
            (_, None) => out.push(format!("{place} must still {statement}")),
            (Some(wanted), Some(Some(found))) if *found < wanted => {
                out.push(format!("{place} must {statement} {wanted} times, not {found}"));
            }
            _ => {}
        }
    }
}

fn pieces(scenario: &Scenario) -> BTreeMap<Piece, Rounds> {
    let mut found = BTreeMap::new();
    for process in &scenario.processes {
        walk(&process.main, &format!("main of `{}`", process.name), Some(1), &mut found);
        for thread in &process.threads {
            walk(&thread.body, &format!("`{}`", thread.name), Some(1), &mut found);
        }
        for pool in &process.pools {
            walk(&pool.body, &format!("`{}`", pool.name), Some(1), &mut found);
        }
    }
    found
}

fn walk(block: &Block, place: &str, rounds: Rounds, found: &mut BTreeMap<Piece, Rounds>) {
    for step in block {
        if let Some(statement) = statement(&step.op) {
            let piece = Piece { place: place.to_owned(), statement };
            let total = found.entry(piece).or_insert(Some(0));
            *total = total.zip(rounds).and_then(|(a, b)| a.checked_add(b));
        }
        let inner = match &step.op {
            Op::Repeat { times, .. } => rounds.and_then(|rounds| rounds.checked_mul(*times)),
            Op::Forever(_) | Op::WhileRunning { .. } | Op::ForEach { .. } => None,
            _ => rounds,
        };
        step.op.each_block(&mut |block| walk(block, place, inner, found));
    }
}

/// The statements that are the point of a program; how it waits and is told to stop is the learner's.
fn statement(op: &Op) -> Option<String> {
    let lasting = |time: &TimeRange| {
        if *time == TimeRange::fixed(0) { String::new() } else { format!(" for=\"{}\"", format_range(*time)) }
    };
    match op {
        Op::Work { label, time } => Some(format!("`work \"{label}\"{}`", lasting(time))),
        Op::Write { path, record, bytes, time } => {
            Some(format!("`write \"{path}\" \"{record}\" bytes={bytes}{}`", lasting(time)))
        }
        Op::Print(text) => Some(format!("`print \"{text}\"`")),
        _ => None,
    }
}
