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

/// One step at the parting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// When, µs.
    pub at_us: u64,
    /// Who takes it.
    pub who: String,
    /// What it is, as in "waits for audit".
    pub text: String,
    /// Why it happens; of a step without a reason, that of the next one at this moment which has a reason.
    pub reason: Reason,
    /// Its place in the trace.
    pub seq: u64,
}

/// Where they part; `None` if they tell the same story.
///
/// A step that both tell alike is the same step, whatever rule stands behind it: two runtimes have two names for one
/// rule. With which flag a thread starts is no step of its own.
pub(super) fn part(here: &Trace, there: &Trace) -> Option<Parting> {
    let (mine, theirs) = (steps(here), steps(there));
    let same = mine.iter().zip(&theirs).take_while(|(mine, theirs)| alike(mine, theirs)).count();
    let side = |trace: &Trace, steps: &[&Event]| {
        let first = steps.get(same)?;
        // How the process ends is the same rule everywhere and explains nothing.
        let tells = |event: &&&Event| event.reason.rule.is_some() && event.kind != Kind::EndProcess;
        let mut now = steps[same..].iter().take_while(|event| event.at_us == first.at_us);
        Some(Side {
            at_us: first.at_us,
            who: clean(&who(trace, first)),
            text: clean(&first.text),
            reason: now.find(tells).map(|event| event.reason).unwrap_or_default(),
            seq: first.seq,
        })
    };
    (same < mine.len().max(theirs.len()))
        .then(|| Parting { here: side(here, &mine), there: side(there, &theirs) })
}

fn steps(trace: &Trace) -> Vec<&Event> {
    trace.events.iter().filter(|event| !event.routine).collect()
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
