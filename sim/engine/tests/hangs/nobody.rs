//! Waiting for what nobody is left to bring.

use closing_time_engine::trace::{Ending, HangKind};

use crate::case::{kinds, program, search, told};

#[test]
fn an_event_that_nobody_sets() {
    let loaded = program(r#"main { wait "never"; }"#);
    assert_eq!(kinds(&search(&loaded)), [(Ending::Hang, Some(HangKind::WaitsForEver))]);
    assert_eq!(
        told(&loaded),
        ["main waits for event never, which nobody is left to set. So main waits for ever."]
    );
}

#[test]
fn an_event_whose_setter_has_ended() {
    let loaded = program(
        r#"main { start "a"; unless-set "seen" { wait "ready"; }; }
        thread "a" { unless-set "seen" { raise "ValueError"; }; set "ready"; }"#,
    );
    assert_eq!(
        told(&loaded),
        ["main waits for event ready, which nobody is left to set. So main waits for ever."]
    );
}

#[test]
fn a_join_of_a_thread_that_waits() {
    let loaded = program(
        r#"main { start "a"; join "a"; }
        thread "a" { wait "never"; }"#,
    );
    assert_eq!(
        told(&loaded),
        [
            "main waits for a to end. a does not, because it waits for event never, which nobody is left to set. \
          So main waits for ever."
        ]
    );
}

#[test]
fn a_queue_that_stays_empty() {
    let loaded = program(
        r#"main { start "w"; put "jobs"; }
        thread "w" { for-each "jobs" { work "w" for="1s"; }; }"#,
    );
    assert_eq!(
        told(&loaded),
        [
            "main is over and waits for w, which is no daemon, to end. w does not, because it waits for an item in jobs, which nobody is left to put in. \
          So main waits for ever."
        ]
    );
}

#[test]
fn workers_that_would_feed_each_other() {
    // Who waits for the same item can put one in only when somebody else has.
    let loaded = program(
        r#"main { start "w"; }
        thread "w" count=2 { for-each "jobs" { put "jobs"; }; }"#,
    );
    assert_eq!(kinds(&search(&loaded)), [(Ending::Hang, Some(HangKind::WaitsForEver))]);
}

#[test]
fn a_queue_that_is_never_done() {
    let loaded = program(r#"main { put "jobs"; drain "jobs"; }"#);
    assert_eq!(
        told(&loaded),
        [
            "main waits until every item of jobs is marked as done, which nobody is left to do. So main waits for ever."
        ]
    );
}
