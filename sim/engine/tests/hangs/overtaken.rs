//! Loops that could be left and need not be: only those in which nobody is held up who could move all the time.

use closing_time_engine::Loaded;
use closing_time_engine::explore::{FairLoop, in_words};
use closing_time_engine::program::ThreadId;
use closing_time_engine::world::{Choice, Ready, initial, ready, step};

use crate::case::{built_in, program, scenario, search, struck};

/// Who is overtaken, and the loop; each loop is followed to see that it leads back.
#[track_caller]
fn told(loaded: &Loaded) -> Vec<String> {
    let found = search(loaded).loops.expect("few states");
    found.iter().map(|found| tell(loaded, found)).collect()
}

fn tell(loaded: &Loaded, found: &FairLoop) -> String {
    let program = &loaded.program;
    let mut state = initial(program);
    for choice in &found.witness {
        assert!(step(program, &mut state, *choice, &mut ()), "{found:?}");
    }
    let there = state.clone();
    let mut held_up: Vec<_> = (0..program.threads.len() as u32).map(ThreadId).collect();
    for choice in &found.round {
        held_up.retain(|thread| *choice != Choice::Run(*thread) && *choice != Choice::Timeout(*thread));
        held_up.retain(|thread| match ready(program, &state, *thread) {
            Ready::Now | Ready::Signalled => true,
            Ready::Blocked(_) => program.instr(state.pc(program, *thread)).timeout().is_some(),
            Ready::Gone => false,
        });
        assert!(step(program, &mut state, *choice, &mut ()), "{found:?}");
    }
    assert!(state.is_same_situation(program, &there), "{found:?}");
    assert!(held_up.is_empty(), "{held_up:?} could move all the time: {found:?}");
    let words = in_words(&loaded.program, &found.witness, &found.round);
    let words: Vec<_> = words.iter().map(|(who, what)| format!("{who} {what}")).collect();
    let overtaken: Vec<_> =
        found.overtaken.iter().map(|one| format!("{} {}", one.thread, one.during)).collect();
    format!("{}: {}", overtaken.join(", "), words.join(", "))
}

const TAKES_AND_GIVES_BACK: &str = r#"forever { lock "l" { sleep "1s"; }; };"#;

#[test]
fn a_lock_taken_again_and_again() {
    let loaded = program(&format!(
        r#"main {{ start "d"; lock "l" {{ work "w" for="1s"; }}; }}
        thread "d" daemon=#true {{ {TAKES_AND_GIVES_BACK} }}"#
    ));
    assert_eq!(told(&loaded), ["main waiting for lock l: d takes lock l, d wakes up, d releases lock l"]);
}

#[test]
fn a_loop_that_holds_up_who_can_move_is_none() {
    let loaded = program(
        r#"main { start "d"; work "w" for="1s"; }
        thread "d" daemon=#true { forever { lock "l" { sleep "1s"; }; }; }"#,
    );
    assert_eq!(told(&loaded), [""; 0]);
    // Main can always set it, so some day it does, and the loop ends.
    let loaded = program(
        r#"main { start "d"; set "stop"; }
        thread "d" { while-running "stop" { sleep "1s"; }; }"#,
    );
    assert_eq!(told(&loaded), [""; 0]);
}

#[test]
fn a_timeout_is_not_put_off_for_ever() {
    let loaded = program(&format!(
        r#"main {{ start "d"; lock "l" timeout="1s" {{ work "w" for="1s"; }}; }}
        thread "d" daemon=#true {{ {TAKES_AND_GIVES_BACK} }}"#
    ));
    assert_eq!(told(&loaded), [""; 0]);
}

#[test]
fn a_loop_that_writes_is_a_loop() {
    let loaded = program(
        r#"main { open "f"; start "d"; lock "l" { flush "f"; }; }
        thread "d" daemon=#true { forever { lock "l" { write "f" "line" bytes=10; }; }; }"#,
    );
    assert_eq!(
        told(&loaded),
        ["main waiting for lock l: d takes lock l, d writes a line to f, d releases lock l"]
    );
}

#[test]
fn threads_with_the_same_code_are_told_once() {
    let loaded = program(
        r#"main { start "w"; lock "l" { }; }
        thread "w" daemon=#true count=2 { forever { lock "l" { sleep "1s"; }; }; }"#,
    );
    let told = told(&loaded);
    assert_eq!(
        told,
        [
            "main waiting for lock l, w-2 waiting for lock l: w-1 takes lock l, w-1 wakes up, w-1 releases lock l"
        ]
    );
}

#[test]
fn a_signal_that_may_strike_strikes_some_day() {
    let server = r#"process "p" { main { start "d"; lock "l" { }; }
        thread "d" daemon=#true { forever { lock "l" { sleep "1s"; }; }; } }"#;
    assert_eq!(told(&scenario(server)).len(), 1);
    // It kills, so there is no loop left behind it.
    let struck = scenario(&format!("{server}\nat \"1s\" {{ signal \"TERM\" to=\"p\"; }}"));
    assert_eq!(told(&struck), [""; 0]);
}

#[test]
fn an_interrupted_collector_is_never_told_to_stop() {
    let loaded = struck("data-collector", "INT");
    assert_eq!(
        told(&loaded),
        [
            "main waiting for lock table: collector asks for stop, collector works: fetch new data, collector takes lock \
          table, collector works: merge it into the table, collector releases lock table, collector wakes up"
        ]
    );
}

#[test]
fn no_built_in_scenario_has_one_without_a_signal() {
    for name in ["pdf-shutdown", "data-collector", "daemon-holds-lock", "graceful-stop", "work-queue"] {
        assert_eq!(told(&built_in(name)), [""; 0], "{name}");
    }
}
