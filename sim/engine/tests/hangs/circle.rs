//! Deadlocks: circles, and locks that are never given back.

use closing_time_engine::trace::{Ending, HangKind};

use crate::case::{built_in, kinds, program, scenario, search, told};

#[test]
fn two_locks_in_opposite_order() {
    let loaded = program(
        r#"main { start "a" "b"; }
        thread "a" { lock "left" { lock "right" { }; }; }
        thread "b" { lock "right" { lock "left" { }; }; }"#,
    );
    let expected = [(Ending::Exit, None), (Ending::Hang, Some(HangKind::Deadlock))];
    assert_eq!(kinds(&search(&loaded)), expected);
    assert_eq!(
        told(&loaded),
        [
            "main is over and waits for a, which is no daemon, to end. a does not, because it waits for lock right. b holds it, and waits for lock left, \
          which a holds. Each waits for the other, so neither can ever go on: a deadlock."
        ]
    );
}

#[test]
fn three_in_a_ring() {
    let loaded = program(
        r#"main { start "a" "b" "c"; }
        thread "a" { lock "x" { lock "y" { }; }; }
        thread "b" { lock "y" { lock "z" { }; }; }
        thread "c" { lock "z" { lock "x" { }; }; }"#,
    );
    assert_eq!(
        told(&loaded),
        [
            "main is over and waits for a, which is no daemon, to end. a does not, because it waits for lock y. b holds it, and waits for lock z. \
          c holds it, and waits for lock x, which a holds. Each waits for the next, all the way round, so none of \
          them can ever go on: a deadlock."
        ]
    );
}

#[test]
fn a_thread_that_waits_for_itself() {
    let loaded = program(r#"main { lock "l" { lock "l" { }; }; }"#);
    assert_eq!(
        told(&loaded),
        ["main waits for lock l, which it holds itself. It can never go on: a deadlock with itself."]
    );
}

#[test]
fn a_holder_that_was_stopped() {
    let loaded = program(
        r#"main { on-teardown "save" { lock "l" { }; }; start "d"; }
        thread "d" daemon=#true { lock "l" { work "w" for="1s"; }; }"#,
    );
    assert_eq!(
        told(&loaded),
        [
            "main runs finalizer save and waits for lock l. d holds it, and was stopped for good inside its lock block: \
          nobody can give it back. So main waits for ever: a deadlock."
        ]
    );
}

#[test]
fn a_holder_that_waits_for_an_answer() {
    let told_first = told(&built_in("daemon-holds-lock"));
    assert_eq!(
        told_first,
        [
            "main runs exit handler save-index and waits for lock index. crawler holds it, and waits for event \
          answer-from-mirror, which nobody is left to set. So lock index is never given back, and main waits for \
          ever: a deadlock."
        ]
    );
}

#[test]
fn a_circle_need_not_be_one_of_locks() {
    let loaded = program(
        r#"main { start "w"; lock "l" { wait "ready"; }; }
        thread "w" { lock "l" { set "ready"; }; }"#,
    );
    assert_eq!(
        told(&loaded),
        [
            "main waits for event ready. w would set it, but waits for lock l, which main holds. Each waits for the \
          other, so neither can ever go on: a deadlock."
        ]
    );
    let loaded = program(
        r#"main { on-exit "stop" { set "stop"; }; start "w"; }
        thread "w" { wait "stop"; }"#,
    );
    assert_eq!(
        told(&loaded),
        [
            "main is over and waits for w, which is no daemon, to end. w does not, because it waits for event stop, which main would set. Each waits for \
          the other, so neither can ever go on: a deadlock."
        ]
    );
}

#[test]
fn a_circle_is_found_behind_those_who_only_wait() {
    let loaded = program(
        r#"main { start "idle" "a" "b"; }
        thread "idle" { wait "never"; }
        thread "a" { lock "left" { wait "b-has"; lock "right" { }; }; }
        thread "b" { lock "right" { set "b-has"; lock "left" { }; }; }"#,
    );
    let found = search(&loaded);
    let deadlock = (Ending::Hang, Some(HangKind::Deadlock));
    assert!(kinds(&found).contains(&deadlock), "{:?}", kinds(&found));
    let told = told(&loaded);
    assert!(told[0].starts_with("main is over and waits for a, which is no daemon, to end."), "{told:?}");
}

#[test]
fn a_deadlock_beside_a_loop_is_still_one() {
    let loaded = program(
        r#"main { start "poller"; lock "l" { lock "l" { }; }; }
        thread "poller" daemon=#true { forever { sleep "1s"; }; }"#,
    );
    assert_eq!(kinds(&search(&loaded)), [(Ending::Endless, Some(HangKind::Deadlock))]);
}

#[test]
fn one_that_waits_and_one_that_is_stuck_are_two_outcomes() {
    // Whether b gets its lock back decides the kind, and nothing else that is observed.
    let loaded = program(
        r#"main { start "a" "b"; }
        thread "a" { lock "l" { wait "never"; }; }
        thread "b" { unless-set "never" { lock "l" timeout="1s" { }; }; wait "never"; }"#,
    );
    assert_eq!(search(&loaded).classes.len(), 1);
    let loaded = program(
        r#"main { start "a" "b"; }
        thread "a" { lock "l" { set "mine"; wait "never"; }; }
        thread "b" { unless-set "mine" { wait "never"; }; lock "l" { wait "never"; }; }"#,
    );
    let expected = [(Ending::Hang, Some(HangKind::Deadlock)), (Ending::Hang, Some(HangKind::WaitsForEver))];
    assert_eq!(kinds(&search(&loaded)), expected);
    assert_eq!(search(&loaded).classes.len(), 2);
}

#[test]
fn a_process_that_waits_for_another() {
    let loaded = scenario(
        r#"process "parent" { main { spawn "child"; join "child"; }; }
        process "child" { main { lock "l" { lock "l" { }; }; }; }"#,
    );
    assert_eq!(
        told(&loaded),
        [
            "parent waits for process child to end. child does not, because it waits for lock l, which it holds itself. \
          It can never go on: a deadlock with itself."
        ]
    );
}
