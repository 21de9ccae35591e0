//! What the search says holds: its witnesses, its numbers, its limits, and what it leaves out.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use closing_time_engine::explore::{Exploration, Limits, Reductions, explore, explore_from};
use closing_time_engine::program::ThreadId;
use closing_time_engine::replay::{self, Options, Schedule};
use closing_time_engine::scenario::{Setup, catalogue};
use closing_time_engine::trace::{Ending, Outcome};
use closing_time_engine::world::Choice;
use closing_time_engine::{Loaded, load};

/// An outcome without what the search leaves out: moments, printed lines, and what a thread was just doing.
fn observed(outcome: &Outcome) -> String {
    let mut outcome = outcome.clone();
    outcome.ended_at_us = None;
    outcome.stdout.clear();
    for thread in outcome.processes.iter_mut().flat_map(|process| &mut process.threads) {
        thread.during = None;
        thread.holding.clear();
    }
    // Files keep the bytes, standard output only its losses.
    format!("{outcome:?}")
}

fn search(loaded: &Loaded, limits: &Limits) -> Exploration {
    explore(&loaded.program, limits, &mut |_| ControlFlow::Continue(()))
}

fn loaded(name: &str, setup: &Setup) -> Loaded {
    let entry = catalogue::find(name).unwrap_or_else(|| panic!("{name} is not built in"));
    load(entry.source, setup).unwrap_or_else(|mistakes| panic!("{name}: {mistakes:?}"))
}

#[test]
fn every_witness_replays_to_its_outcome() {
    for entry in catalogue::all() {
        let loaded = loaded(entry.name, &Setup::default());
        for class in search(&loaded, &Limits::default()).classes {
            let text = Schedule { seed: 0, choices: class.witness.clone() }.encode(&loaded.program);
            let schedule = Schedule::decode(&text, &loaded.program).unwrap();
            let options = Options { script: schedule.choices, ..Options::default() };
            let outcome = replay::sample(&loaded.program, &options).unwrap();
            match class.outcome.ending {
                Ending::Exit => {
                    assert_eq!(observed(&outcome), observed(&class.outcome), "{}: {text}", entry.name);
                }
                Ending::Hang | Ending::Endless => {
                    assert_ne!(outcome.ending, Ending::Exit, "{}: {text}", entry.name);
                }
                // Where a loop without end was cut, anything may follow.
                Ending::Bound => {}
            }
        }
    }
}

/// SHUTDOWN(d, w, k): daemons and workers append under a lock, an exit handler takes it and flushes. The number of
/// outcomes is known in closed form: (dk + 1)(dk + 2) / 2.
fn shutdown(daemons: u32, workers: u32, rounds: u32) -> Loaded {
    let append = format!("repeat {rounds} {{\n lock \"L\" {{\n write \"log\" \"line\" bytes=1\n }}\n }}");
    let text = format!(
        "scenario \"shutdown\" format=1 {{\n title \"known\"\n process \"p\" {{\n main {{\n open \"log\"\n \
         on-exit \"flush\" {{\n lock \"L\" {{\n flush \"log\"\n }}\n }}\n start \"d\" \"w\"\n }}\n \
         thread \"d\" daemon=#true count={daemons} {{\n {append}\n wait \"never\"\n }}\n \
         thread \"w\" daemon=#false count={workers} {{\n {append}\n flush \"log\"\n }}\n }}\n }}"
    );
    load(&text, &Setup::default()).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

#[test]
fn a_model_with_known_outcomes_has_them() {
    for (daemons, workers, rounds) in [(1, 1, 1), (1, 2, 3), (2, 1, 2), (2, 2, 3)] {
        let found = search(&shutdown(daemons, workers, rounds), &Limits::default());
        let appended = u64::from(daemons * rounds);
        assert_eq!(
            found.classes.len() as u64,
            (appended + 1) * (appended + 2) / 2,
            "{daemons} {workers} {rounds}"
        );
        assert_eq!(found.incomplete, None);
    }
}

#[test]
fn a_limit_that_is_hit_is_said() {
    let loaded = shutdown(2, 2, 3);
    let few = explore(&loaded.program, &Limits { max_states: 300, ..Limits::default() }, &mut |_| {
        ControlFlow::Continue(())
    });
    assert_eq!(few.incomplete, Some(closing_time_engine::explore::Incomplete::States));
    let stopped = explore(&loaded.program, &Limits::default(), &mut |_| ControlFlow::Break(()));
    assert_eq!(stopped.incomplete, Some(closing_time_engine::explore::Incomplete::Stopped));
}

#[test]
fn a_search_may_begin_in_the_middle() {
    for entry in catalogue::all() {
        let loaded = loaded(entry.name, &Setup::default());
        let whole = search(&loaded, &Limits::default());
        let known: BTreeSet<_> = whole.classes.iter().map(|class| &class.id).collect();
        for class in &whole.classes {
            let mut before = known.clone();
            for steps in 0..=class.witness.len() {
                let prefix = &class.witness[..steps];
                let watch = &mut |_: &_| ControlFlow::Continue(());
                let found = explore_from(&loaded.program, prefix, &Limits::default(), watch).unwrap();
                let now: BTreeSet<_> = found.classes.iter().map(|class| &class.id).collect();
                assert!(now.contains(&class.id), "{}: {steps} steps", entry.name);
                // Every step can only take away.
                let now: BTreeSet<_> = before.iter().filter(|id| now.contains(**id)).copied().collect();
                assert_eq!(now.len(), found.classes.len(), "{}: {steps} steps", entry.name);
                before = now;
                assert!(found.classes.iter().all(|class| class.witness.starts_with(prefix)));
                if whole.progress.states > 2_000 {
                    break;
                }
            }
        }
    }
    let loaded = loaded("pdf-shutdown", &Setup::default());
    let first = [Choice::Run(ThreadId(0))];
    let watch = &mut |_: &_| ControlFlow::Continue(());
    let fine = explore_from(&loaded.program, &first, &Limits::default(), watch);
    assert!(fine.is_ok());
    for never in [Choice::Timeout(ThreadId(0)), Choice::Run(ThreadId(77)), Choice::Stimulus(9)] {
        let refused = explore_from(&loaded.program, &[never], &Limits::default(), watch).unwrap_err();
        assert_eq!(refused.position, 0);
    }
}

#[test]
fn reductions_leave_the_outcomes_of_every_scenario_as_they_are() {
    let signals = [None, Some("TERM"), Some("INT"), Some("KILL")];
    for entry in catalogue::all() {
        for signal in signals {
            let signals = signal.map(str::to_owned).into_iter().collect();
            let loaded = loaded(entry.name, &Setup { signals, ..Setup::default() });
            let ids = |reductions| {
                let found = search(&loaded, &Limits { reductions, ..Limits::default() });
                let ids: BTreeSet<_> = found.classes.into_iter().map(|class| class.id).collect();
                (found.unrolled, ids)
            };
            let (unrolled, whole) = ids(Reductions::NONE);
            let (_, reduced) = ids(Reductions::ALL);
            if !unrolled {
                assert_eq!(reduced, whole, "{} with {signal:?}", entry.name);
            }
        }
    }
}

#[test]
fn a_handler_registered_between_two_handlers_is_dropped() {
    // Modules/atexitmodule.c goes through the list that there is when it begins, and empties it in the end. In a timed
    // run nothing comes between two handlers.
    let text = r#"scenario "late" format=1 { title "Late"; process "p" {
        main { on-exit "a" { sleep "1s"; }; on-exit "b" { set "closing"; }; start "t"; }
        thread "t" daemon=#true { wait "closing"; on-exit "c" { sleep "1s"; }; }
    }; }"#;
    let loaded = load(text, &Setup::default()).expect("it can be read");
    let classes = search(&loaded, &Limits::default()).classes;
    assert!(!classes.is_empty());
    for class in classes {
        let handlers = &class.outcome.processes[0].handlers;
        let ran: Vec<&str> =
            handlers.iter().filter(|handler| handler.ran).map(|handler| handler.name.as_str()).collect();
        assert_eq!(ran, ["a", "b"], "{:?}", class.outcome);
    }
}
