//! What a search leaves out changes no outcome, also where something small decides: each scenario here has lost an
//! outcome, or would have, to a reduction that did not look closely enough.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use closing_time_engine::explore::{Limits, Reductions, explore};
use closing_time_engine::load;
use closing_time_engine::scenario::Setup;

/// The ids of all outcomes, and how many states were looked at.
fn outcomes(text: &str, setup: &Setup, reductions: Reductions, cores: usize) -> (BTreeSet<String>, u64) {
    let loaded = load(text, setup).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    let limits = Limits { reductions, cores, ..Limits::default() };
    let found = explore(&loaded.program, &limits, &mut |_| ControlFlow::Continue(()));
    assert_eq!(found.incomplete, None);
    (found.classes.into_iter().map(|class| class.id).collect(), found.progress.states)
}

/// Each reduction alone, and all of them, leave the outcomes as they are.
fn all_agree(text: &str, setup: &Setup) {
    let (whole, states) = outcomes(text, setup, Reductions::NONE, 1);
    let each = [
        Reductions { por: true, ..Reductions::NONE },
        Reductions { symmetry: true, ..Reductions::NONE },
        Reductions { dead: true, ..Reductions::NONE },
        Reductions::ALL,
    ];
    for reductions in each {
        let (reduced, fewer) = outcomes(text, setup, reductions, 1);
        assert_eq!(reduced, whole, "{reductions:?}");
        assert!(fewer <= states, "{reductions:?}");
    }
}

#[test]
fn where_a_pools_worker_was_cut_off_decides_about_the_files_of_main() {
    let text = r#"scenario "pool-cut" format=1 {
        title "A pool is cut off between two items, or inside one"
        process "p" {
            main {
                open "a.log" buffering="full"
                write "a.log" "line" bytes=10
                repeat 2 { submit "o"; }
                sleep "1s"
            }
            pool "o" workers=1 { work "step" for="1s"; lock "l" { write "a.log" "line" bytes=10; }; }
        }
        at "any" { signal "INT" to="p"; }
        at "any" { signal "INT" to="p"; }
    }"#;
    for version in ["cpython-3.8", "cpython-3.9", "cpython-3.13"] {
        all_agree(text, &Setup { runtime: Some(version.into()), ..Setup::default() });
    }
}

#[test]
fn bytes_are_told_apart_where_a_flush_may_still_not_come() {
    // The flush comes only behind a lock that may never be free; a kill may come at any time.
    let text = |more: &str| {
        format!(
            r#"scenario "flush-or-not" format=1 {{
                title "A flush that may not come"
                process "p" {{
                    main {{
                        open "a.log" buffering="full"
                        start "w" "d"
                        lock "l" {{ flush "a.log"; }}
                    }}
                    thread "w" {{ write "a.log" "line" bytes=10; lock "l" {{ write "a.log" "line" bytes=10; }}; }}
                    thread "d" daemon=#true {{ lock "l" {{ write "a.log" "line" bytes=10; {more} }}; }}
                }}
                at "any" {{ signal "TERM" to="p"; }}
            }}"#
        )
    };
    all_agree(&text(""), &Setup::default());
    all_agree(&text("wait \"never\""), &Setup::default());
    let quiet = text("").replace("at \"any\" { signal \"TERM\" to=\"p\"; }", "");
    all_agree(&quiet, &Setup::default());
}

#[test]
fn an_early_handler_that_fails_cancels_the_wait_for_threads() {
    let text = r#"scenario "cancelled" format=1 {
        title "Nobody waits any more"
        process "p" {
            main { open "f"; on-exit "stop" early=#true { raise "ValueError" "no"; }; start "t"; }
            thread "t" daemon=#false { write "f" "r" bytes=1; }
        }
    }"#;
    all_agree(text, &Setup::default());
}

#[test]
fn an_interrupted_join_writes_off_one_thread_of_several() {
    let text = r#"scenario "written-off" format=1 {
        title "A join that is interrupted"
        process "p" {
            main {
                open "g"; start "w"; put "q"; wait "e"
                try { join "w"; }
                except "KeyboardInterrupt" { write "g" "r" bytes=1; }
            }
            thread "w" count=2 { get "q" { set "e"; }; work "x" for="1s"; print "y"; }
        }
        at "any" { signal "INT" to="p"; }
    }"#;
    all_agree(text, &Setup { runtime: Some("cpython-3.12".into()), ..Setup::default() });
    all_agree(text, &Setup { runtime: Some("cpython-3.13".into()), ..Setup::default() });
}

#[test]
fn a_section_that_fails_ends_its_thread_in_a_step_of_its_own() {
    let text = r#"scenario "fails" format=1 {
        title "A write that fails under a lock"
        process "p" { main { spawn "c"; }; }
        process "c" {
            main { open "g"; open "f"; write "f" "r" bytes=1; start "t"; close "g"; open "g"; }
            thread "t" { lock "l" { write "g" "r" bytes=1; }; write "f" "r" bytes=1; }
        }
    }"#;
    all_agree(text, &Setup::default());
}

#[test]
fn the_number_of_cores_changes_nothing() {
    let entry = closing_time_engine::scenario::catalogue::find("shutdown-dwk").unwrap();
    let knobs = [("d", "3"), ("w", "3"), ("k", "2")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let setup = Setup { set: knobs.to_vec(), ..Setup::default() };
    let loaded = load(entry.source, &setup).unwrap();
    let found = |cores| {
        let limits = Limits { reductions: Reductions::NONE, cores, ..Limits::default() };
        explore(&loaded.program, &limits, &mut |_| ControlFlow::Continue(()))
    };
    let (one, three) = (found(1), found(3));
    assert!(one.progress.states > 100_000);
    assert_eq!(one.progress, three.progress);
    let told = |found: &closing_time_engine::explore::Exploration| {
        found
            .classes
            .iter()
            .map(|class| (class.id.clone(), class.witness.clone(), class.ends))
            .collect::<Vec<_>>()
    };
    assert_eq!(told(&one), told(&three));
}
