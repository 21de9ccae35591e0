//! The turning points of a run: what a figure marks with a line across all lanes.

use crate::trace::{Event, Kind, Trace};

use super::layout::clean;

/// One turning point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// µs.
    pub(super) at_us: u64,
    /// Who and what, as in "main returns".
    pub(super) text: String,
    /// Whether it comes from outside or ends a process for good, rather than being a step of the program.
    pub(super) hard: bool,
}

/// Signals, main threads that end, processes that end, deadlocks; in the order of the trace, at most `most` (those
/// in the middle go first).
pub(super) fn moments(trace: &Trace, most: usize) -> Vec<Moment> {
    let mut all: Vec<Moment> =
        trace.events.iter().filter(|event| turns(event)).map(|e| moment(trace, e)).collect();
    // Two lines at one moment with the same words are one.
    all.dedup();
    if all.len() > most {
        let head = most.div_ceil(2);
        all.drain(head..all.len() - (most - head));
    }
    all
}

fn turns(event: &Event) -> bool {
    match event.kind {
        Kind::Signal | Kind::EndProcess | Kind::Killed | Kind::Blocked => true,
        Kind::Return => event.thread.as_deref() == Some("main"),
        _ => false,
    }
}

fn moment(trace: &Trace, event: &Event) -> Moment {
    let hard = matches!(event.kind, Kind::Signal | Kind::Killed | Kind::Blocked);
    Moment { at_us: event.at_us, text: format!("{} {}", who(trace, event), clean(&event.text)), hard }
}

/// The subject of an event: its thread, `runtime` where the runtime acts, else its process; with the process in
/// front where the scenario has several.
pub fn who(trace: &Trace, event: &Event) -> String {
    let several = trace.outcome.processes.len() > 1;
    let runtime = matches!(
        event.kind,
        Kind::Await
            | Kind::Abandon
            | Kind::Freeze
            | Kind::Teardown
            | Kind::Handler
            | Kind::HandlerEnd
            | Kind::Flush
    );
    match &event.thread {
        Some(thread) if several => clean(&format!("{}/{thread}", event.process)),
        Some(thread) => clean(thread),
        None if runtime && several => clean(&format!("{}/runtime", event.process)),
        None if runtime => "runtime".to_owned(),
        None => clean(&event.process),
    }
}

/// The last moment that a figure must show, µs; at least 1. A run that goes on is given some room behind its last
/// step, so that one sees that it does.
pub(super) fn end_of_axis(trace: &Trace) -> u64 {
    let events = trace.events.iter().map(|event| event.at_us);
    let spans = trace.spans.iter().map(|span| span.to_us);
    let lanes = trace.lanes.iter().filter_map(|lane| lane.to_us);
    let last = events.chain(spans).chain(lanes).chain(trace.outcome.ended_at_us).max().unwrap_or(0).max(1);
    if trace.outcome.ended_at_us.is_some() { last } else { last.saturating_add(last / 12 + 1) }
}

/// Round distances between the ticks of an axis, µs.
const TICKS: [u64; 36] = [
    1,
    2,
    5,
    10,
    20,
    50,
    100,
    200,
    500,
    1_000,
    2_000,
    5_000,
    10_000,
    20_000,
    50_000,
    100_000,
    200_000,
    500_000,
    1_000_000,
    2_000_000,
    5_000_000,
    10_000_000,
    15_000_000,
    30_000_000,
    60_000_000,
    120_000_000,
    300_000_000,
    600_000_000,
    1_800_000_000,
    3_600_000_000,
    10_800_000_000,
    21_600_000_000,
    43_200_000_000,
    86_400_000_000,
    604_800_000_000,
    2_592_000_000_000,
];

/// The moments of at most `most` ticks (at least 2: the start and one more), from 0 to at most `end_us`.
pub fn ticks(end_us: u64, most: usize) -> Vec<u64> {
    let most = most.max(2) as u64;
    let fits = |step: u64| end_us / step < most;
    let mut step = TICKS.into_iter().find(|&step| fits(step)).unwrap_or(TICKS[TICKS.len() - 1]);
    while !fits(step) {
        step = step.saturating_mul(2);
    }
    (0..=end_us / step).map(|tick| tick * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::fixtures;

    #[test]
    fn ticks_are_round_and_few() {
        assert_eq!(
            ticks(3_500_000, 8),
            [0, 500_000, 1_000_000, 1_500_000, 2_000_000, 2_500_000, 3_000_000, 3_500_000]
        );
        assert_eq!(ticks(3_500_000, 5), [0, 1_000_000, 2_000_000, 3_000_000]);
        assert_eq!(ticks(1, 5), [0, 1]);
        assert!(ticks(u64::MAX, 0).len() <= 2);
    }

    #[test]
    fn the_subject_is_qualified_only_where_it_must_be() {
        let (one, several) = (fixtures::pdf_shutdown(), fixtures::family());
        let all = |trace: &Trace| -> Vec<String> {
            let mut names: Vec<_> = trace.events.iter().map(|event| who(trace, event)).collect();
            names.sort();
            names.dedup();
            names
        };
        assert_eq!(all(&one), ["audit", "cleanup", "main", "pdf", "runtime", "server"]);
        assert!(all(&several).contains(&"server/main".to_owned()));
    }

    #[test]
    fn the_middle_goes_first() {
        let trace = fixtures::busy(300);
        assert!(moments(&trace, 4).len() <= 4);
        assert_eq!(moments(&fixtures::pdf_shutdown(), 9).len(), 2);
    }
}
