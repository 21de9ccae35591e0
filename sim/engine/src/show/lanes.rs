//! Which lanes a figure has, and what stands beside them.

use crate::trace::{Activity, Doing, Ending, Fate, Lane, Trace};

use super::layout::clean;
use super::paint::Role;
use super::wording::count;

/// One row of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Row<'a> {
    /// The name of a process; its threads follow. Only where there are several processes.
    Process(&'a str),
    /// A thread, with its index in [`Trace::lanes`].
    Thread(usize, &'a Lane),
    /// So many threads are left out here.
    More(usize),
}

/// The rows of a figure: grouped by process if there are several, at most `most` lanes.
pub(super) fn rows(trace: &Trace, most: usize) -> Vec<Row<'_>> {
    let mut names: Vec<&str> = Vec::new();
    for lane in &trace.lanes {
        if !names.contains(&lane.process.as_str()) {
            names.push(&lane.process);
        }
    }
    let lanes = || trace.lanes.iter().enumerate();
    let mut rows = Vec::new();
    for &name in &names {
        if names.len() > 1 {
            rows.push(Row::Process(name));
        }
        rows.extend(lanes().filter(|(_, lane)| lane.process == name).map(|(at, lane)| Row::Thread(at, lane)));
    }
    if rows.len() > most {
        let tail = most / 4;
        let middle = (most - tail)..(rows.len() - tail);
        let threads = rows[middle.clone()].iter().filter(|row| matches!(row, Row::Thread(..))).count();
        rows.splice(middle, [Row::More(threads)]);
    }
    rows
}

/// What stands for lanes that were left out.
pub(super) fn more_words(threads: usize) -> String {
    format!("… {}", count(threads as u64, "more thread"))
}

/// The name of a lane, with its flag.
pub(super) fn label(lane: &Lane) -> String {
    let flag = if lane.daemon { " (daemon)" } else { "" };
    format!("{}{flag}", clean(&lane.thread))
}

/// What became of the thread, in a word or two.
pub(super) fn fate(trace: &Trace, lane: &Lane) -> (&'static str, Role) {
    match lane.fate {
        Fate::Finished => ("finished", Role::Good),
        Fate::Raised => ("raised", Role::Warn),
        Fate::CutOff => ("cut off", Role::Bad),
        Fate::NeverStarted => ("never started", Role::Dim),
        Fate::Alive if trace.outcome.ending == Ending::Hang => ("stuck for ever", Role::Bad),
        Fate::Alive if trace.outcome.ending == Ending::Endless => ("never ends", Role::Bad),
        Fate::Alive => ("still alive", Role::Warn),
    }
}

/// From when to when the lane exists on an axis that ends at `end_us`; `None` if it never does.
pub(super) fn extent(lane: &Lane, end_us: u64) -> Option<(u64, u64)> {
    let from = lane.from_us?;
    Some((from, lane.to_us.unwrap_or(end_us).max(from)))
}

/// Whether whoever still lives waits for ever.
pub(super) fn stuck(trace: &Trace) -> bool {
    trace.outcome.ending == Ending::Hang
}

/// What a thread did, in order. What it is busy with at the end of a run that goes on lasts to the end of the axis.
pub(super) fn spans<'a>(
    trace: &'a Trace,
    index: usize,
    end_us: u64,
) -> impl Iterator<Item = (u64, u64, &'a Activity)> + 'a {
    let alive = trace.lanes[index].fate == Fate::Alive;
    // In a hang nobody works: what came before the wait has ended, even if the wait itself took no time yet.
    let goes_on =
        |at: &usize| alive && !(stuck(trace) && matches!(trace.spans[*at].doing, Doing::Work | Doing::Sleep));
    let last = trace.spans.iter().rposition(|span| span.lane == index).filter(goes_on);
    trace.spans.iter().enumerate().filter(move |(_, span)| span.lane == index).map(move |(at, span)| {
        let to = if Some(at) == last { end_us.max(span.to_us) } else { span.to_us };
        (span.from_us, to, span)
    })
}
