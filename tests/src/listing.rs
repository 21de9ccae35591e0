//! The outcomes that a search lists, for whatever was really seen to be among them.

use std::ops::ControlFlow;

use closing_time_engine::explore::{Limits, explore};
use closing_time_engine::scenario::{Scenario, Setup};
use closing_time_engine::trace::{Ending, Outcome};

use crate::compare::is_listed;
use crate::predict;
use crate::run::Observed;

/// Larger searches are left out: they would take longer than the runs.
const MOST_STATES: u64 = 50_000;

/// Every way in which a scenario can end; `None` where that would be too many to look at.
pub struct Listing {
    outcomes: Option<Vec<Outcome>>,
    /// Whether a loop that writes without end was cut: what lies behind is not listed.
    cut: bool,
}

impl Listing {
    /// Searches.
    ///
    /// # Errors
    ///
    /// As [`predict::load`].
    pub fn of(source: &str, setup: &Setup) -> Result<Listing, String> {
        let loaded = predict::load(source, setup)?;
        // A real timeout does not wait until nobody else can move.
        let limits =
            Limits { early_timeouts: true, unroll: 40, max_states: MOST_STATES, ..Limits::default() };
        let found = explore(&loaded.program, &limits, &mut |_| ControlFlow::Continue(()));
        let outcomes = found.classes.into_iter().map(|class| class.outcome).collect();
        Ok(Listing { outcomes: found.incomplete.is_none().then_some(outcomes), cut: found.unrolled })
    }

    /// Whether the search saw everything.
    pub fn is_complete(&self) -> bool {
        self.outcomes.is_some() && !self.cut
    }

    /// Checks that one of the outcomes fits. A program that ends in any case and was still running when patience ran
    /// out says nothing.
    ///
    /// # Errors
    ///
    /// If none does.
    pub fn must_have(&self, scenario: &Scenario, seen: &Observed) -> Result<(), String> {
        let Some(outcomes) = &self.outcomes else { return Ok(()) };
        if self.cut {
            return Ok(());
        }
        let never = |outcome: &Outcome| outcome.ending != Ending::Exit;
        if !seen.ended && !outcomes.iter().any(never) || is_listed(scenario, outcomes, seen) {
            return Ok(());
        }
        Err(format!("explore lists {} outcomes, and this is none of them", outcomes.len()))
    }
}
