//! What `explore` allows: every end that some order of the steps leads to.

use std::ops::ControlFlow;

use closing_time_engine::Loaded;
use closing_time_engine::explore::{Limits, Reductions, explore};

use crate::compare::{Prediction, differences};
use crate::run::Observed;

/// How far a run is from what `explore` allows: the differences from the end that is nearest, none if that is its own.
/// `None` if not all ends are known, and this is none of those that are.
pub fn from_nearest_end(loaded: &Loaded, seen: &Observed, most_states: u64) -> Option<Vec<String>> {
    // A timer runs out when it does, and threads with the same code are told apart by their names.
    let limits = Limits {
        early_timeouts: true,
        reductions: Reductions { symmetry: false, ..Reductions::ALL },
        max_states: most_states,
        ..Limits::default()
    };
    let allowed = explore(&loaded.program, &limits, &mut |_| ControlFlow::Continue(()));
    let outcomes = allowed.classes.iter().map(|class| &class.outcome);
    let apart = outcomes.map(|outcome| differences(&Prediction::of_end(&loaded.scenario, outcome), seen));
    let nearest = apart.min_by_key(Vec::len).unwrap_or_else(|| vec!["no way to end was found".into()]);
    // Among ends that are not known, there might be one that is nearer.
    let all_known = allowed.incomplete.is_none() && !allowed.unrolled;
    (nearest.is_empty() || all_known).then_some(nearest)
}
