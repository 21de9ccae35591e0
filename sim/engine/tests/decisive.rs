//! The step that is said to decide is the one after which a search finds the default outcome no more.

use std::ops::ControlFlow;

use closing_time_engine::explore::{Exploration, Limits, decisive, explore, explore_from};
use closing_time_engine::program::Program;
use closing_time_engine::replay::{Options, record};
use closing_time_engine::scenario::{Setup, catalogue};
use closing_time_engine::trace::Ending;
use closing_time_engine::world::Choice;
use closing_time_engine::{Loaded, load};

const MOST: u64 = 3_000;

fn limits() -> Limits {
    Limits { max_states: MOST, ..Limits::default() }
}

fn loaded(name: &str, signals: &[&str]) -> Loaded {
    let signals = signals.iter().map(|signal| (*signal).to_owned()).collect();
    load(catalogue::find(name).unwrap().source, &Setup { signals, ..Setup::default() }).unwrap()
}

fn has(found: &Exploration, id: &str) -> bool {
    found.classes.iter().any(|class| class.id == id)
}

/// The class of the default run: what a search finds behind its last step.
fn default_id(loaded: &Loaded) -> Option<String> {
    let run = record(&loaded.program, &Options::default()).unwrap();
    let found = (run.ending == Ending::Exit).then(|| from(&loaded.program, &run.choices))?;
    assert_eq!(found.classes.len(), 1, "a run that is over ends in one way");
    Some(found.classes[0].id.clone())
}

fn from(program: &Program, prefix: &[Choice]) -> Exploration {
    explore_from(program, prefix, &limits(), &mut |_| ControlFlow::Continue(())).unwrap()
}

#[test]
fn a_search_agrees() {
    let mut marked = 0;
    for entry in catalogue::all() {
        let loaded = loaded(entry.name, &[]);
        let found = explore(&loaded.program, &limits(), &mut |_| ControlFlow::Continue(()));
        let Some(default) = default_id(&loaded) else { continue };
        if found.incomplete.is_some() || !has(&found, &default) {
            continue;
        }
        for class in found.classes {
            let steps = decisive(&loaded.program, &limits(), &class.witness);
            if class.id == default {
                assert!(steps.is_empty(), "{}: the default outcome is not lost", entry.name);
                continue;
            }
            assert_eq!(steps.len(), 1, "{} {}: what is lost is lost once", entry.name, class.id);
            let (before, after) = class.witness.split_at(steps[0] + 1);
            assert!(has(&from(&loaded.program, &before[..steps[0]]), &default), "{}", entry.name);
            assert!(!has(&from(&loaded.program, before), &default), "{} {after:?}", entry.name);
            marked += 1;
        }
    }
    assert!(marked > 20, "{marked} witnesses");
}

#[test]
fn a_signal_decides_against_a_run_that_never_ends() {
    for name in ["hang-on-exit", "daemon-holds-lock"] {
        let loaded = loaded(name, &["KILL"]);
        let found = explore(&loaded.program, &limits(), &mut |_| ControlFlow::Continue(()));
        let killed = found.classes.iter().filter(|class| class.witness.contains(&Choice::Stimulus(0)));
        for class in killed {
            let struck = class.witness.iter().position(|choice| *choice == Choice::Stimulus(0)).unwrap();
            let steps = decisive(&loaded.program, &limits(), &class.witness);
            // The lock may have been taken in time before that.
            assert!(
                steps.iter().all(|step| *step <= struck) && steps.len() == 1,
                "{name}: {steps:?} {struck}"
            );
        }
    }
}

#[test]
fn what_is_not_known_is_not_marked() {
    let loaded = loaded("daemon-holds-lock", &[]);
    let found = explore(&loaded.program, &limits(), &mut |_| ControlFlow::Continue(()));
    let other = found.classes.iter().find(|class| class.outcome.ending == Ending::Exit).unwrap();
    assert_eq!(decisive(&loaded.program, &limits(), &other.witness).len(), 1);
    let few = Limits { max_states: 10, ..Limits::default() };
    assert_eq!(decisive(&loaded.program, &few, &other.witness), [0; 0]);
    assert_eq!(decisive(&loaded.program, &limits(), &[Choice::Stimulus(7)]), [0; 0]);
}
