//! Notices when only endless loops are left.
//!
//! Once nothing more comes from outside, a run without drawn durations is determined by its control state, the time
//! that is left on each timer, and who stands in which line. When these come again, the run goes round for ever.
//! The byte counts of files are left out: they never decide what happens. Comparing with one remembered situation,
//! replaced at growing distances, finds every cycle (Brent).
//!
//! Drawn durations never come again to the microsecond. There the same control state, [`ENOUGH`] times, is taken for
//! a cycle.

use std::collections::HashMap;

use crate::program::{Program, ThreadId};
use crate::world::{Resource, State};

/// How often the same control state must be seen when durations are drawn.
const ENOUGH: u32 = 64;

/// What decides the future besides the control state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Situation {
    /// Time left on each timer, sorted.
    pub(super) timers: Vec<(u64, ThreadId)>,
    /// Who waits for what, in order.
    pub(super) lines: HashMap<Resource, Vec<ThreadId>>,
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
                if self.seen >= ENOUGH {
                    return true;
                }
            } else if *before == situation() {
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
