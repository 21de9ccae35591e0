//! Notices when only endless loops are left.
//!
//! Once nothing more comes from outside, a run without drawn durations is determined by its control state, the time
//! that is left on each timer, and who stands in which line. When these come again, the run goes round for ever.
//! The byte counts of files are left out: they never decide what happens. Comparing with one remembered situation,
//! replaced at growing distances, finds every cycle (Brent).
//!
//! Drawn durations never come again to the microsecond. There the same control state, [`ENOUGH`] times, is taken for
//! a cycle, provided that every timer has run out meanwhile: else a long sleep beside a short loop would look endless.

use std::collections::{BTreeSet, HashMap};

use crate::program::{Program, ThreadId};
use crate::world::{Resource, State};

/// How often the same control state must be seen when durations are drawn.
const ENOUGH: u32 = 64;

/// What decides the future besides the control state.
#[derive(Clone, Debug)]
pub(super) struct Situation {
    /// Time left on each timer, whose it is, and the ticket that tells it from later ones; sorted.
    pub(super) timers: Vec<(u64, ThreadId, u64)>,
    /// Who waits for what, in order.
    pub(super) lines: HashMap<Resource, Vec<ThreadId>>,
}

impl Situation {
    fn is_same(&self, other: &Situation) -> bool {
        let left = |situation: &Situation| -> Vec<_> {
            situation.timers.iter().map(|(left, thread, _)| (*left, *thread)).collect()
        };
        left(self) == left(other) && self.lines == other.lines
    }

    /// Whether none of the timers is left.
    fn is_over(&self, now: &Situation) -> bool {
        let left: BTreeSet<u64> = now.timers.iter().map(|(_, _, ticket)| *ticket).collect();
        !self.timers.iter().any(|(_, _, ticket)| left.contains(ticket))
    }
}

/// Watches a run.
pub(super) struct Endless {
    drawn: bool,
    remembered: Option<(State, Situation)>,
    seen: u32,
    since: u64,
    distance: u64,
}

impl Endless {
    pub(super) fn new(drawn: bool) -> Self {
        Endless { drawn, remembered: None, seen: 0, since: 0, distance: 1 }
    }

    /// Whether the run has been here before.
    pub(super) fn comes_again(
        &mut self,
        program: &Program,
        state: &State,
        situation: impl Fn() -> Situation,
    ) -> bool {
        if let Some((remembered, before)) = &self.remembered
            && remembered.is_same_situation(program, state)
        {
            if self.drawn {
                self.seen += 1;
                if self.seen >= ENOUGH && before.is_over(&situation()) {
                    return true;
                }
            } else if before.is_same(&situation()) {
                return true;
            }
        }
        self.since += 1;
        if self.since >= self.distance {
            self.remembered = Some((state.clone(), situation()));
            (self.since, self.seen) = (0, 0);
            self.distance *= 2;
        }
        false
    }
}
