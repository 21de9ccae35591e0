//! The search agrees with the oracle: the same outcomes, and each way as short as any.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use closing_time_engine::explore::{Class, Limits, Reductions, explore, explore_from};
use closing_time_engine::load;
use closing_time_engine::program::Program;
use closing_time_engine::scenario::{Setup, catalogue};
use closing_time_engine::trace::{Ending, outcome_of};
use closing_time_engine::world::{Choice, ProcessStatus, initial, step};
use proptest::prelude::*;

use crate::oracle::{End, Seen, outcomes, steps, told};
use crate::{config, loaded, options, run, tapes};

/// States of a random program that are looked at: most have fewer.
const MOST: u64 = 3_000;

/// The outcomes that a search finds, each with the number of steps of its witness, which is replayed here by the rules
/// of the oracle; `None` where it does not see everything.
fn found(program: &Program, limits: &Limits) -> Option<BTreeMap<Seen, usize>> {
    let search = explore(program, limits, &mut |_| ControlFlow::Continue(()));
    // Where a loop was cut short, how far it came depends on the order of the search.
    if search.incomplete.is_some() || search.unrolled {
        return None;
    }
    let mut all = BTreeMap::new();
    for class in &search.classes {
        let length = class.witness.len();
        let seen = replayed(program, limits, class);
        let known = all.get(&seen).copied();
        // Two loops may look alike now and then.
        let twice = known.is_some() && seen.end != End::Endless;
        assert!(!twice, "two outcomes that nobody can tell apart: {class:#?}");
        all.insert(seen, known.unwrap_or(length).min(length));
    }
    Some(all)
}

/// What can be told of the run that the witness of a class is.
fn replayed(program: &Program, limits: &Limits, class: &Class) -> Seen {
    let (mut state, mut whole) = (initial(program), initial(program));
    for (at, choice) in class.witness.iter().enumerate() {
        step(program, &mut whole, *choice, &mut ());
        let next = steps(program, &state, limits).into_iter().find(|(other, _)| other == choice);
        let Some((_, next)) = next else { panic!("step {at} is not possible: {class:#?}") };
        state = next;
    }
    let seen = told(program, &state, limits);
    let end = match class.outcome.ending {
        Ending::Exit => Some(End::Exit),
        Ending::Hang => Some(End::Hang),
        Ending::Endless => Some(End::Endless),
        Ending::Bound => None,
    };
    assert_eq!(end, Some(seen.end), "{class:#?}");
    assert_eq!(class.outcome.hang.as_ref().map(|hang| hang.kind), seen.hang, "{class:#?}");
    let mut outcome = outcome_of(program, &whole, class.outcome.ending, None, Vec::new());
    outcome.hang.clone_from(&class.outcome.hang);
    assert_eq!(outcome, class.outcome);
    seen
}

/// The differences, in words, also in the length of ways; empty if there are none.
fn differences(program: &Program, limits: &Limits) -> Option<String> {
    let (is, was) = (found(program, limits)?, outcomes(program, limits)?);
    let more = is.iter().filter(|(seen, length)| was.get(seen) != Some(length));
    let less = was.iter().filter(|(seen, length)| is.get(seen) != Some(length));
    let more: Vec<_> = more.map(|one| format!("explore finds {one:?}\n")).collect();
    let less: Vec<_> = less.map(|one| format!("the oracle finds {one:?}\n")).collect();
    Some([more, less].concat().concat())
}

/// The choices of a run without the signals that came when their process had ended: for the search they never strike.
fn effective(program: &Program, choices: &[Choice]) -> Vec<Choice> {
    let mut state = initial(program);
    let reaches_somebody = |choice: &&Choice| {
        let reaches = match **choice {
            Choice::Stimulus(number) => {
                let target = program.stimuli[number as usize].process;
                !matches!(
                    state.process_status(program, target),
                    ProcessStatus::Exited | ProcessStatus::Killed
                )
            }
            _ => true,
        };
        step(program, &mut state, **choice, &mut ());
        reaches
    };
    choices.iter().filter(reaches_somebody).copied().collect()
}

fn limits(reductions: Reductions, max_states: u64) -> Limits {
    Limits { reductions, max_states, ..Limits::default() }
}

/// Limits for random programs, with each of the options about who may be next.
fn any_limits(reductions: Reductions) -> impl Strategy<Value = Limits> {
    (any::<bool>(), any::<bool>()).prop_map(move |(early_timeouts, at_quiescence)| Limits {
        early_timeouts,
        at_quiescence,
        ..limits(reductions, MOST)
    })
}

/// Thousands of them: most are small, and the oracle is quick.
fn many() -> ProptestConfig {
    let cases = config().cases * 4;
    ProptestConfig { cases, ..config() }
}

proptest! {
    #![proptest_config(many())]

    #[test]
    fn the_whole_search_agrees_with_the_oracle(tape in tapes(), limits in any_limits(Reductions::NONE)) {
        let Some((text, loaded)) = loaded(&tape) else { return Ok(()) };
        let found = differences(&loaded.program, &limits);
        prop_assert_eq!(found.unwrap_or_default(), "", "{:?}\n{}", limits, text);
    }

    #[test]
    fn the_reduced_search_agrees_with_the_oracle(tape in tapes(), limits in any_limits(Reductions::ALL)) {
        let Some((text, loaded)) = loaded(&tape) else { return Ok(()) };
        let found = differences(&loaded.program, &limits);
        prop_assert_eq!(found.unwrap_or_default(), "", "{:?}\n{}", limits, text);
    }
}

proptest! {
    #![proptest_config(config())]

    /// A timed run that repeats itself may have a way out that its clock never takes: the search lists what is behind.
    #[test]
    fn timed_runs_end_in_outcomes_that_the_search_found(tape in tapes(), seeds in 0..1_000_u64) {
        let Some((text, loaded)) = loaded(&tape) else { return Ok(()) };
        let limits = Limits { early_timeouts: true, ..limits(Reductions::NONE, MOST) };
        let Some(known) = found(&loaded.program, &limits) else { return Ok(()) };
        for seed in seeds..seeds + 4 {
            let run = run(&loaded, &options(seed));
            let watch = &mut |_: &_| ControlFlow::Continue(());
            let choices = effective(&loaded.program, &run.choices);
            let behind = explore_from(&loaded.program, &choices, &limits, watch).expect("it is a run");
            prop_assert!(!behind.classes.is_empty(), "seed {}: {:?}\n{}", seed, run.ending, text);
            for class in &behind.classes {
                let seen = replayed(&loaded.program, &limits, class);
                prop_assert!(known.contains_key(&seen), "seed {}: {:?}\n{}", seed, seen, text);
                let over = matches!(run.ending, Ending::Exit | Ending::Hang);
                prop_assert!(!over || class.outcome.ending == run.ending, "seed {}\n{}", seed, text);
                prop_assert!(!over || class.witness == choices, "seed {}\n{}", seed, text);
            }
        }
    }
}

/// The frame of a pool's worker that is stopped inside an item refers to the module's globals, one that is stopped
/// between two items does not (`close_files` in `world/epilogue.rs`): where a thread stood is read after it has ended.
#[test]
fn where_a_worker_was_stopped_is_not_dead() {
    let text = "scenario \"pool\" format=1 {\n title \"A pool\"\n process \"p\" {\n main {\n open \"log\"\n \
                write \"log\" \"line\" bytes=1\n submit \"o\"\n }\n pool \"o\" workers=1 {\n wait \"never\"\n }\n }\n \
                at \"0s\" { signal \"INT\" to=\"p\"; }\n }";
    let loaded = load(text, &Setup::default()).unwrap();
    for dead in [false, true] {
        let found = differences(&loaded.program, &limits(Reductions { dead, ..Reductions::NONE }, MOST));
        assert_eq!(found.as_deref(), Some(""), "dead: {dead}");
    }
}

#[test]
fn the_search_agrees_with_the_oracle_on_every_small_scenario() {
    let mut compared = 0;
    for entry in catalogue::all() {
        for signal in [None, Some("TERM"), Some("INT"), Some("KILL")] {
            let signals = signal.map(str::to_owned).into_iter().collect();
            let loaded = load(entry.source, &Setup { signals, ..Setup::default() }).unwrap();
            for reductions in [Reductions::NONE, Reductions::ALL] {
                let found = differences(&loaded.program, &limits(reductions, 30_000));
                compared += u32::from(found.is_some());
                assert_eq!(found.unwrap_or_default(), "", "{} with {signal:?}, {reductions:?}", entry.name);
            }
        }
    }
    assert!(compared > 100, "{compared}");
}

/// A section may be left by an exception; then its release is not the one that was looked for.
#[test]
fn a_section_may_be_left_by_an_exception() {
    let text = "scenario \"closed\" format=1 {\n title \"A file is closed\"\n process \"p\" {\n main {\n open \"f\"\n \
                start \"t\"\n close \"f\"\n }\n thread \"t\" {\n try {\n lock \"l\" {\n write \"f\" \"r\" bytes=1\n }\n \
                }\n except \"ValueError\" {\n wait \"never\"\n }\n }\n }\n }";
    let loaded = load(text, &Setup::default()).unwrap();
    for reductions in [Reductions::NONE, Reductions::ALL] {
        let found = differences(&loaded.program, &limits(reductions, MOST));
        assert_eq!(found.as_deref(), Some(""), "{reductions:?}");
    }
}
