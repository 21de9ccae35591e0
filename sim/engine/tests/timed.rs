//! Whatever a replay shows, the search has found: timed runs, drawn at random, with signals at random moments, end in
//! outcomes that the search lists.
//!
//! The two notions of an end match where a run ends by itself and where nobody can move any more. A timed run *never
//! ends* if it repeats itself in the order that its clock gives; the search counts only loops that no order leaves
//! (fairness). So behind the timed run, the search finds endless loops alone, or some way out; whatever it finds there
//! it has found from the beginning as well. No built-in scenario has a loop with a way out that its clock never takes.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use closing_time_engine::explore::{Exploration, Limits, explore, explore_from};
use closing_time_engine::replay::{Options, record};
use closing_time_engine::scenario::{Setup, catalogue, read};
use closing_time_engine::trace::{Ending, Outcome, outcome_of};
use closing_time_engine::{Loaded, load};

/// A timeout of a timed run fires whoever can move; and its loops without end write many records.
fn limits() -> Limits {
    Limits { early_timeouts: true, unroll: 40, max_states: 100_000, ..Limits::default() }
}

/// What the search tells apart: moments, printed lines and what a thread was just doing it does not, nor which of the
/// threads of one group did what.
fn seen(outcome: &Outcome) -> String {
    let processes = outcome.processes.iter().map(|process| {
        let group = |name: &str| name.trim_end_matches(|letter: char| letter.is_ascii_digit()).to_owned();
        let mut fates: Vec<_> = process
            .threads
            .iter()
            .map(|thread| (group(&thread.name), format!("{:?}", thread.fate)))
            .collect();
        fates.sort();
        let handlers: Vec<_> =
            process.handlers.iter().map(|one| (&one.name, one.ran, one.completed)).collect();
        format!("{} {:?} {fates:?} {handlers:?}", process.name, process.status)
    });
    let processes: Vec<_> = processes.collect();
    // A file without a byte and one that was never opened are not told apart.
    let files = outcome.files.iter().filter(|file| file.written > 0);
    let files = files.map(|file| (&file.path, file.durable, file.lost, file.torn));
    let files: Vec<_> = files.collect();
    format!("{:?} {processes:?} {files:?} {:?}", outcome.ending, outcome.left_behind)
}

/// How often each thing was seen.
#[derive(Debug, Default)]
struct Count {
    exits: u32,
    hangs: u32,
    endless: u32,
}

/// Looks for the outcomes of timed runs with these seeds among those of the search.
fn compare(loaded: &Loaded, found: &Exploration, seeds: std::ops::Range<u64>, what: &str, count: &mut Count) {
    let program = &loaded.program;
    let known: BTreeSet<_> = found.classes.iter().map(|class| seen(&class.outcome)).collect();
    let ids: BTreeSet<_> = found.classes.iter().map(|class| &class.id).collect();
    for seed in seeds {
        let run = record(program, &Options { seed, ..Options::default() }).unwrap();
        let outcome = outcome_of(program, &run.state, run.ending, None, Vec::new());
        match run.ending {
            _ if known.contains(&seen(&outcome)) && run.ending == Ending::Exit => count.exits += 1,
            Ending::Hang if known.contains(&seen(&outcome)) => count.hangs += 1,
            Ending::Endless => {
                let watch = &mut |_: &_| ControlFlow::Continue(());
                let behind = explore_from(program, &run.choices, &limits(), watch).unwrap();
                assert_eq!(behind.incomplete, None, "{what}, seed {seed}");
                assert!(!behind.classes.is_empty(), "{what}, seed {seed}: nothing behind {outcome:#?}");
                for class in &behind.classes {
                    assert!(ids.contains(&class.id), "{what}, seed {seed}: {:#?}", class.outcome);
                }
                let stays = behind.classes.iter().all(|class| class.outcome.ending == Ending::Endless);
                assert!(stays, "{what}, seed {seed}: some order leads out of the loop");
                count.endless += 1;
            }
            Ending::Bound => panic!("{what}, seed {seed}: the limit of steps"),
            Ending::Exit | Ending::Hang => panic!("{what}, seed {seed}: the search has no {outcome:#?}"),
        }
    }
}

fn search(loaded: &Loaded, what: &str) -> Exploration {
    let found = explore(&loaded.program, &limits(), &mut |_| ControlFlow::Continue(()));
    assert_eq!(found.incomplete, None, "{what}");
    found
}

/// The setups of a scenario: as it stands, and each that it suggests.
fn setups(source: &str) -> Vec<Setup> {
    let scenario = read(source, &Setup::default()).unwrap();
    let parse = |arguments: &str| {
        let (mut setup, mut words) = (Setup::default(), arguments.split_whitespace());
        while let (Some(flag), Some(value)) = (words.next(), words.next()) {
            match flag {
                "--set" => setup.set.extend(value.split_once('=').map(|(name, to)| (name.into(), to.into()))),
                "--signal" => setup.signals.push(value.into()),
                "--runtime" => setup.runtime = Some(value.into()),
                _ => panic!("{arguments}"),
            }
        }
        setup
    };
    let suggested = scenario.suggestions.iter().map(|suggestion| parse(&suggestion.arguments));
    [Setup::default()].into_iter().chain(suggested).collect()
}

#[test]
fn timed_runs_end_in_outcomes_that_the_search_found() {
    let mut count = Count::default();
    for entry in catalogue::all() {
        for setup in setups(entry.source) {
            let what = format!("{} {setup:?}", entry.name);
            let loaded = load(entry.source, &setup).unwrap();
            compare(&loaded, &search(&loaded, &what), 0..100, &what, &mut count);
        }
    }
    assert!(count.exits > 5_000 && count.hangs > 100 && count.endless > 100, "{count:?}");
}

#[test]
fn a_signal_at_any_time_ends_in_an_outcome_that_the_search_found() {
    let mut count = Count::default();
    for entry in catalogue::all() {
        for signal in ["TERM", "INT", "KILL", "USR1"] {
            let at = |ms: u64| {
                let setup = Setup { signals: vec![format!("{signal}@{ms}ms")], ..Setup::default() };
                load(entry.source, &setup).unwrap()
            };
            // The search lets it strike at any moment, whatever time is written down.
            let found = search(&at(0), &format!("{} {signal}", entry.name));
            for ms in (0..8_000).step_by(250) {
                let what = format!("{} {signal}@{ms}ms", entry.name);
                compare(&at(ms), &found, ms..ms + 4, &what, &mut count);
            }
        }
    }
    assert!(count.exits > 5_000 && count.hangs > 10 && count.endless > 10, "{count:?}");
}
