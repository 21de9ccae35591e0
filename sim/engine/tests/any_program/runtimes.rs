//! The same under every runtime, for the programs that it can express.

use std::collections::BTreeSet;

use closing_time_engine::explore::Reductions;
use closing_time_engine::replay::{Options, sample};
use closing_time_engine::scenario::Setup;
use closing_time_engine::trace::{Ending, Outcome};
use closing_time_engine::{Loaded, load, rules};
use proptest::prelude::*;

use crate::search::{found, ids};
use crate::{config, options, run, tape, tapes, told};

/// One of the runtimes but CPython, which all other properties are about.
fn labels() -> impl Strategy<Value = String> {
    let all: Vec<String> = rules::all()
        .filter(|(name, _)| *name != rules::DEFAULT)
        .flat_map(|(name, versions)| {
            let versions = versions.iter().map(move |version| format!("{name}-{version}"));
            std::iter::once(name.to_owned()).chain(versions)
        })
        .collect();
    proptest::sample::select(all)
}

/// `None` where the runtime has not what the program says.
fn under(label: &str, tape: &[u8]) -> Option<(String, Loaded)> {
    let text = tape::plain(tape);
    let loaded = load(&text, &Setup { runtime: Some(label.to_owned()), ..Setup::default() }).ok()?;
    Some((format!("under {label}\n{text}"), loaded))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_choices_of_a_run_replay_it_anywhere(label in labels(), tape in tapes(), seed in 0..4u64) {
        let Some((text, loaded)) = under(&label, &tape) else { return Ok(()) };
        let recorded = run(&loaded, &options(seed));
        let scripted = Options { script: recorded.choices.clone(), ..options(seed) };
        if recorded.ending != Ending::Endless {
            let (was, is) = (told(&loaded, &options(seed)), told(&loaded, &scripted));
            prop_assert_eq!(&was.0, &is.0, "{}", text);
            let timeless = |outcome: Outcome| Outcome { ended_at_us: None, ..outcome };
            prop_assert_eq!(timeless(was.1), timeless(is.1), "{}", text);
        }
    }

    #[test]
    fn sampling_comes_to_what_recording_comes_to_anywhere(label in labels(), tape in tapes(), seed in 0..4u64) {
        let Some((text, loaded)) = under(&label, &tape) else { return Ok(()) };
        let sampled = sample(&loaded.program, &options(seed)).expect("nothing is scripted");
        let (_, recorded) = told(&loaded, &options(seed));
        prop_assert_eq!(sampled, Outcome { stdout: Vec::new(), ..recorded }, "{}", text);
    }

    #[test]
    fn every_step_has_a_reason_that_its_runtime_knows(label in labels(), tape in tapes(), seed in 0..4u64) {
        let Some((text, loaded)) = under(&label, &tape) else { return Ok(()) };
        let trace = loaded.replay(&options(seed)).expect("nothing is scripted");
        for event in &trace.events {
            let unexplained = event.reason.rule.is_some_and(|rule| rule.ends_with("/unexplained"));
            prop_assert!(!unexplained, "{:?}\n{}", event, text);
        }
    }

    #[test]
    fn reductions_change_no_outcome_anywhere(label in labels(), tape in tapes()) {
        let Some((text, loaded)) = under(&label, &tape) else { return Ok(()) };
        let Some(whole) = found(&loaded, Reductions::NONE) else { return Ok(()) };
        let all = [
            Reductions { por: true, ..Reductions::NONE },
            Reductions { symmetry: true, ..Reductions::NONE },
            Reductions { dead: true, ..Reductions::NONE },
            Reductions::ALL,
        ];
        for reductions in all {
            let Some(less) = found(&loaded, reductions) else { continue };
            let (less_ids, whole_ids): (BTreeSet<_>, BTreeSet<_>) = (ids(&less), ids(&whole));
            prop_assert_eq!(less_ids, whole_ids, "{:?} changes the outcomes of\n{}", reductions, text);
            prop_assert_eq!(&less.loops, &whole.loops, "{:?} changes the loops of\n{}", reductions, text);
        }
    }
}

/// The properties above say nothing about programs that a runtime refuses: there must not be too many.
#[test]
fn every_runtime_can_run_most_plain_programs() {
    for (name, _) in rules::all() {
        let mut byte = 7u32;
        let mut draw = || {
            byte = byte.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (byte >> 24) as u8
        };
        let tapes: Vec<Vec<u8>> = (0..200).map(|length| (0..length).map(|_| draw()).collect()).collect();
        let read = tapes.iter().filter(|tape| under(name, tape).is_some()).count();
        assert!(read * 3 > tapes.len(), "{name}: {read} of {}", tapes.len());
    }
}
