//! The reference work `shutdown-dwk`: its outcomes are known, and so are its states, step by step.

mod model;

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use closing_time_engine::explore::{Exploration, Limits, Reductions, explore};
use closing_time_engine::load;
use closing_time_engine::scenario::{Setup, Signal, catalogue};
use closing_time_engine::trace::{Ending, Outcome, Status};
use model::{Extra, Size};

/// Searches the built-in scenario without any reduction.
fn search(d: u32, w: u32, k: u32, more: &[(&str, &str)]) -> Exploration {
    let entry = catalogue::find("shutdown-dwk").expect("it is built in");
    let sizes = [("d", d), ("w", w), ("k", k)].map(|(knob, value)| (knob.to_owned(), value.to_string()));
    let more = more.iter().map(|(knob, value)| ((*knob).to_owned(), (*value).to_owned()));
    let setup = Setup { set: sizes.into_iter().chain(more).collect(), ..Setup::default() };
    let loaded = load(entry.source, &setup).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    let limits = Limits { reductions: Reductions::NONE, ..Limits::default() };
    let found = explore(&loaded.program, &limits, &mut |_| ControlFlow::Continue(()));
    let less = explore(&loaded.program, &Limits::default(), &mut |_| ControlFlow::Continue(()));
    assert_eq!(less.classes.len(), found.classes.len(), "reductions change no outcome");
    assert_eq!(found.incomplete, None);
    found
}

fn size(daemons: usize, workers: usize, rounds: u8, freeze_first: bool) -> Size {
    Size { daemons, workers, rounds, freeze_first, flag: false }
}

/// (durable, not durable) of the outcomes of one kind. A file that was never opened has neither.
fn bytes(found: &Exploration, kind: impl Fn(&Outcome) -> bool) -> BTreeSet<(u64, u64)> {
    let outcomes = found.classes.iter().map(|class| &class.outcome).filter(|outcome| kind(outcome));
    outcomes
        .map(|outcome| {
            outcome.files.first().map_or((0, 0), |file| (file.durable, file.written - file.durable))
        })
        .collect()
}

fn exits(outcome: &Outcome) -> bool {
    outcome.ending == Ending::Exit && outcome.processes[0].status == Some(Status::Code(0))
}

fn hangs(outcome: &Outcome) -> bool {
    outcome.ending == Ending::Hang
}

fn dies_of(signal: Signal) -> impl Fn(&Outcome) -> bool {
    move |outcome| outcome.processes[0].status == Some(Status::Signal(signal.name()))
}

/// The pairs (x, y) with x + y at most `all`.
fn triangle(all: u64) -> u64 {
    (all + 1) * (all + 2) / 2
}

#[test]
fn the_oracle_has_the_known_numbers() {
    for (d, w, k, states, outcomes) in [(1, 1, 1, 62, 3), (2, 2, 3, 12_872, 28), (2, 2, 4, 32_730, 45)] {
        let found = model::explore(size(d, w, k, false), Extra::default());
        assert_eq!((found.states, found.exits.len(), found.hangs.len()), (states, outcomes, 0));
    }
}

#[test]
#[ignore = "millions of states: run it with --release"]
fn the_large_oracle_has_the_known_numbers() {
    let states = |size| model::explore(size, Extra::default()).states;
    assert_eq!(states(size(3, 3, 3, false)), 612_688);
    assert_eq!(states(size(3, 3, 3, true)), 609_376);
    assert_eq!(states(Size { flag: true, ..size(3, 3, 3, false) }), 1_589_462);
}

#[test]
fn outcomes_are_those_of_the_oracle() {
    for (d, w, k) in [(1, 1, 1), (1, 2, 3), (2, 1, 2), (2, 2, 3)] {
        let found = search(d, w, k, &[]);
        let known = model::explore(size(d as usize, w as usize, k as u8, false), Extra::default());
        assert_eq!(bytes(&found, exits), known.exits, "{d} {w} {k}");
        assert_eq!(
            found.classes.len() as u64,
            triangle(u64::from(d * k)),
            "the bytes tell all of them apart"
        );
    }
}

/// Each row: the model, then what each kind of step that only the engine has adds to the rows before it. The page
/// `exploring.md` shows the second column.
#[test]
fn states_are_those_of_the_oracle_with_the_steps_that_the_engine_has_besides() {
    let rows = [
        (Extra::default(), 62, 12_872),
        (Extra { worker_ends: true, ..Extra::default() }, 74, 22_152),
        (Extra { worker_ends: true, handler: true, ..Extra::default() }, 90, 22_872),
        (Extra { worker_ends: true, handler: true, closes_files: true, prologue: false }, 95, 23_104),
        (Extra::ALL, 104, 23_275),
    ];
    for (extra, small, large) in rows {
        let states = |size| model::explore(size, extra).states;
        assert_eq!((states(size(1, 1, 1, false)), states(size(2, 2, 3, false))), (small, large), "{extra:?}");
    }
    assert_eq!(search(1, 1, 1, &[]).progress.states, 104);
    assert_eq!(search(2, 2, 3, &[]).progress.states, 23_275);
    for (d, w, k) in [(1, 1, 1), (2, 1, 2), (2, 2, 3)] {
        let found = search(d, w, k, &[("freeze", "before")]);
        let known = model::explore(size(d as usize, w as usize, k as u8, true), Extra::ALL);
        assert_eq!(found.progress.states, known.states as u64, "freeze=before with {d} {w} {k}");
    }
}

/// One outcome for each pair of bytes: exits lose nothing, hangs can leave anything in the buffer.
fn freeze_before(d: u32, w: u32, k: u32) {
    let found = search(d, w, k, &[("freeze", "before")]);
    let known = model::explore(size(d as usize, w as usize, k as u8, true), Extra::default());
    assert_eq!((bytes(&found, exits), bytes(&found, hangs)), (known.exits, known.hangs));
    let appended = u64::from(d * k);
    assert_eq!(bytes(&found, exits).len() as u64, appended + 1);
    assert_eq!(bytes(&found, hangs).len() as u64, triangle(appended));
    assert_eq!(found.classes.len() as u64, appended + 1 + triangle(appended));
}

/// Killed runs also differ in who was done already, so there are more classes than pairs of bytes.
fn kill(d: u32, w: u32, k: u32) -> usize {
    let found = search(d, w, k, &[("signal", "kill")]);
    let known = model::explore(size(d as usize, w as usize, k as u8, false), Extra::default());
    assert_eq!(bytes(&found, exits), known.exits);
    let killed = bytes(&found, dies_of(Signal::Kill));
    assert_eq!(killed, known.killed);
    killed.len()
}

/// The flag adds the runs in which the workers stopped early: then nothing is lost. A TERM that comes before its
/// handler is installed, or after the freeze, kills: these outcomes the model does not have.
fn flag(d: u32, w: u32, k: u32) -> usize {
    let found = search(d, w, k, &[("signal", "flag")]);
    let known =
        model::explore(Size { flag: true, ..size(d as usize, w as usize, k as u8, false) }, Extra::default());
    assert_eq!(bytes(&found, exits), known.exits);
    assert_eq!(known.exits.len() as u64, triangle(u64::from(d * k)) + u64::from(w * k));
    let killed = |outcome: &Outcome| dies_of(Signal::Term)(outcome);
    assert!(found.classes.iter().all(|class| exits(&class.outcome) || killed(&class.outcome)));
    // Before the handler is there, nothing has been written; after the freeze, the bytes are those of an exit for
    // which no flag was set.
    let no_flag = model::explore(size(d as usize, w as usize, k as u8, false), Extra::default()).exits;
    assert_eq!(bytes(&found, killed), no_flag.into_iter().chain([(0, 0)]).collect());
    known.exits.len()
}

#[test]
fn a_daemon_frozen_with_the_lock_hangs_the_finalizer() {
    freeze_before(1, 1, 2);
    freeze_before(2, 2, 3);
}

#[test]
fn a_kill_may_strike_before_any_step() {
    kill(1, 1, 2);
    kill(2, 1, 2);
}

#[test]
fn a_stop_flag_may_be_set_before_any_step() {
    flag(1, 1, 2);
    flag(2, 1, 2);
}

#[test]
#[ignore = "millions of states: run it with --release"]
fn the_large_ones() {
    assert_eq!(search(3, 3, 3, &[]).classes.len(), 55);
    assert_eq!(search(3, 3, 4, &[]).classes.len(), 91);
    freeze_before(3, 3, 3);
    assert_eq!(kill(3, 3, 3), 155);
    assert_eq!(flag(3, 3, 3), 64);
}
