//! Where two runs of one scenario part, and which rules had a say there.

use crate::show::{clean, who};
use crate::trace::{Event, Kind, Reason, Trace};

/// The first moment at which two runs are not the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parting {
    /// What happens in this run; `None`: nothing more.
    pub here: Option<Side>,
    /// What happens in the run of the first row instead.
    pub there: Option<Side>,
}

/// One step at the parting: the first of the moment that has a reason, or else the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// When, µs.
    pub at_us: u64,
    /// Who takes it.
    pub who: String,
    /// What it is, as in "waits for audit".
    pub text: String,
    /// Why it happens.
    pub reason: Reason,
    /// The place in the trace where they part.
    pub seq: u64,
}

/// Where they part; `None` if they tell the same story.
///
/// A step that both tell alike is the same step, whatever rule stands behind it: two runtimes have two names for one
/// rule. With which flag a thread starts is no step of its own.
///
/// How far a write gets differs nearly everywhere, and seldom decides anything: it counts only if nothing else differs.
pub(super) fn part(here: &Trace, there: &Trace) -> Option<Parting> {
    part_at(here, there, alike_but_for_writes).or_else(|| part_at(here, there, alike))
}

fn part_at(here: &Trace, there: &Trace, alike: fn(&Event, &Event) -> bool) -> Option<Parting> {
    let (mine, theirs) = (steps(here), steps(there));
    let same = mine.iter().zip(&theirs).take_while(|(mine, theirs)| alike(mine, theirs)).count();
    let firsts = (mine.get(same).copied(), theirs.get(same).copied());
    let reasons = (telling(&mine[same..]), telling(&theirs[same..]));
    // What both do at this moment, if in another order, tells nothing.
    let shown = match reasons {
        (Some(mine), Some(theirs)) if alike(mine, theirs) => firsts,
        (mine, theirs) => (mine.or(firsts.0), theirs.or(firsts.1)),
    };
    let side = |trace: &Trace, first: Option<&Event>, shown: Option<&Event>| {
        let shown = shown?;
        Some(Side {
            at_us: shown.at_us,
            who: clean(&who(trace, shown)),
            text: clean(&shown.text),
            reason: shown.reason,
            seq: first?.seq,
        })
    };
    (same < mine.len().max(theirs.len()))
        .then(|| Parting { here: side(here, firsts.0, shown.0), there: side(there, firsts.1, shown.1) })
}

/// The first step of this moment that has a reason.
///
/// What is written meanwhile decides nothing if anything else happens; and how a process ends is mostly said by what
/// went before.
fn telling<'e>(steps: &[&'e Event]) -> Option<&'e Event> {
    let at_us = steps.first()?.at_us;
    let now = || steps.iter().take_while(|event| event.at_us == at_us).copied();
    let first =
        |tells: fn(Kind) -> bool| now().find(|event| event.reason.rule.is_some() && tells(event.kind));
    first(|kind| !matches!(kind, Kind::EndProcess | Kind::StartThread | Kind::Write))
        .or_else(|| first(|kind| kind == Kind::EndProcess))
        .or_else(|| first(|kind| kind == Kind::Write))
}

fn steps(trace: &Trace) -> Vec<&Event> {
    trace.events.iter().filter(|event| !event.routine).collect()
}

fn alike_but_for_writes(mine: &Event, theirs: &Event) -> bool {
    let writes = mine.kind == Kind::Write && theirs.kind == Kind::Write;
    let place = |event: &Event| (event.at_us, event.process.clone(), event.thread.clone());
    writes && place(mine) == place(theirs) || alike(mine, theirs)
}

fn alike(mine: &Event, theirs: &Event) -> bool {
    let words = |event: &Event| match event.kind {
        Kind::StartThread => event.text.split(" (").next().unwrap_or_default().to_owned(),
        _ => event.text.clone(),
    };
    (mine.at_us, &mine.process, &mine.thread, mine.kind)
        == (theirs.at_us, &theirs.process, &theirs.thread, theirs.kind)
        && words(mine) == words(theirs)
}
