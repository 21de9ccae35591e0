//! What a search leaves out changes no outcome; and what a timed run shows, the search has found.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use closing_time_engine::Loaded;
use closing_time_engine::explore::{Exploration, Limits, Reductions, explore};
use proptest::prelude::*;

use crate::{config, loaded, tapes};

pub(super) fn found(loaded: &Loaded, reductions: Reductions) -> Option<Exploration> {
    let limits = Limits { reductions, max_states: 30_000, ..Limits::default() };
    let found = explore(&loaded.program, &limits, &mut |_| ControlFlow::Continue(()));
    // Where a loop was cut short, how far it came depends on the order of the search.
    (found.incomplete.is_none() && !found.unrolled).then_some(found)
}

pub(super) fn ids(found: &Exploration) -> BTreeSet<&str> {
    found.classes.iter().map(|class| class.id.as_str()).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn reductions_change_no_outcome(tape in tapes()) {
        let Some((text, loaded)) = loaded(&tape) else { return Ok(()) };
        let Some(whole) = found(&loaded, Reductions::NONE) else { return Ok(()) };
        let all = [
            Reductions { por: true, ..Reductions::NONE },
            Reductions { symmetry: true, ..Reductions::NONE },
            Reductions { dead: true, ..Reductions::NONE },
            Reductions::ALL,
        ];
        for reductions in all {
            let Some(less) = found(&loaded, reductions) else { continue };
            prop_assert_eq!(ids(&less), ids(&whole), "{:?} changes the outcomes of\n{}", reductions, text);
            prop_assert!(less.progress.states <= whole.progress.states);
            prop_assert_eq!(&less.loops, &whole.loops, "{:?} changes the loops of\n{}", reductions, text);
        }
    }
}
