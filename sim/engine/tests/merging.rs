//! Steps that are taken together: in each of these scenarios taking too many together would lose an outcome.
//!
//! Each was seen to fail when the condition that it is named after is dropped from `explore/atomic.rs`.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use closing_time_engine::explore::{Limits, Reductions, explore};
use closing_time_engine::load;
use closing_time_engine::scenario::Setup;

/// The outcomes of a scenario are the same with and without what is taken together, under each of the options about
/// who may be next. Returns how many there are by default, and with early timeouts.
#[track_caller]
fn agree(inside: &str) -> [usize; 2] {
    let text = format!("scenario \"merging\" format=1 {{\ntitle \"Merging\"\n{inside}\n}}");
    let loaded = load(&text, &Setup::default()).unwrap_or_else(|found| panic!("{found:?}\n{text}"));
    [(false, false), (true, false), (false, true), (true, true)].map(|(early_timeouts, at_quiescence)| {
        let outcomes = |reductions| {
            let limits = Limits { early_timeouts, at_quiescence, reductions, ..Limits::default() };
            let found = explore(&loaded.program, &limits, &mut |_| ControlFlow::Continue(()));
            assert_eq!((found.incomplete, found.unrolled), (None, false), "{text}");
            found.classes.into_iter().map(|class| class.id).collect::<BTreeSet<_>>()
        };
        let whole = outcomes(Reductions::NONE);
        let merged = outcomes(Reductions { por: true, ..Reductions::NONE });
        assert_eq!(merged, whole, "early timeouts: {early_timeouts}, at quiescence: {at_quiescence}\n{text}");
        assert_eq!(outcomes(Reductions::ALL), whole, "{text}");
        whole.len()
    })[..2]
        .try_into()
        .unwrap()
}

/// One process `p`.
#[track_caller]
fn process(inside: &str) -> [usize; 2] {
    agree(&format!("process \"p\" {{\n{inside}\n}}"))
}

/// One process `p`, and a signal that may strike at any moment.
#[track_caller]
fn struck_by(signal: &str, inside: &str) -> [usize; 2] {
    agree(&format!("process \"p\" {{\n{inside}\n}}\nat \"any\" {{ signal \"{signal}\" to=\"p\"; }}"))
}

#[test]
fn a_finalizer_takes_the_lock() {
    // A daemon that is frozen between taking the lock and releasing it makes the finalizer hang.
    let found = process(
        r#"main { open "f"; on-teardown "save" { lock "l" { flush "f"; }; }; start "d"; }
        thread "d" daemon=#true { lock "l" { write "f" "r" bytes=1; }; wait "never"; }"#,
    );
    assert_eq!(found, [4, 4]);
}

#[test]
fn an_exit_handler_takes_the_lock() {
    // It runs before the freeze and can wait: here merging is allowed.
    process(
        r#"main { open "f"; on-exit "save" { lock "l" { flush "f"; }; }; start "d"; }
        thread "d" daemon=#true { lock "l" { write "f" "r" bytes=1; }; wait "never"; }"#,
    );
}

#[test]
fn a_timeout_fires_while_the_lock_is_held() {
    let [whole, early] = process(
        r#"main { open "f"; start "a" "b"; }
        thread "a" { lock "l" { write "f" "r" bytes=1; }; }
        thread "b" { lock "l" timeout="1s" { write "f" "r" bytes=10; }; }"#,
    );
    assert!(early > whole, "{early} and {whole}");
}

#[test]
fn a_signal_handler_takes_the_lock_that_main_holds() {
    // Main waits for itself.
    struck_by(
        "TERM",
        r#"main { on-signal "TERM" { lock "l" { print "asked to stop"; }; }; lock "l" { print "working"; }; }"#,
    );
    // The same with a signal from within.
    process(
        r#"main { on-signal "USR1" { lock "l" { print "asked to stop"; }; }; start "t"; lock "l" { print "working"; }; }
        thread "t" { signal "USR1" to="p"; }"#,
    );
}

#[test]
fn an_interrupt_strikes_while_main_works() {
    // Only there is it caught.
    let main =
        r#"open "f"; try { work "serve" for="1s"; }; except "KeyboardInterrupt" { write "f" "r" bytes=1; };"#;
    struck_by("INT", &format!("main {{ {main} }}"));
    process(&format!("main {{ start \"t\"; {main} }}\nthread \"t\" {{ signal \"INT\" to=\"p\"; }}"));
}

#[test]
fn a_signal_handler_is_interrupted() {
    struck_by(
        "INT",
        r#"main {
            open "f"
            on-signal "TERM" { open "g"; try { work "stop" for="1s"; }; except "KeyboardInterrupt" { write "f" "r" bytes=1; }; }
            signal "TERM" to="p"
        }"#,
    );
    struck_by(
        "INT",
        r#"main {
            open "f"
            on-exit "save" { open "g"; try { work "stop" for="1s"; }; except "KeyboardInterrupt" { write "f" "r" bytes=1; }; }
        }"#,
    );
}

#[test]
fn a_parent_terminates_a_child_that_handles_it() {
    agree(
        r#"process "p" { main { spawn "c"; }; }
        process "c" daemon=#true {
            main {
                open "f"
                on-signal "TERM" { raise "SystemExit" ""; }
                open "g"
                try { work "serve" for="1s"; }
                except "SystemExit" { write "f" "r" bytes=1; }
            }
        }"#,
    );
}

/// A thread `t` with these two steps in one section, beside one that acts on an event; KILL strikes at any moment.
#[track_caller]
fn section(two: &str) {
    struck_by(
        "KILL",
        &format!(
            r#"main {{ open "f"; open "g"; write "f" "r" bytes=10; start "t" "u"; }}
            thread "t" {{ lock "l" {{ {two} }}; }}
            thread "u" daemon=#true {{ wait "e"; write "g" "r" bytes=1; wait "never"; }}"#
        ),
    );
}

#[test]
fn a_kill_strikes_between_two_steps_of_a_section() {
    section(r#"write "f" "r" bytes=1; write "g" "r" bytes=1;"#);
    section(r#"write "f" "r" bytes=1; flush "f";"#);
    section(r#"write "f" "r" bytes=1; close "f";"#);
    section(r#"open "f"; write "f" "r" bytes=1;"#);
    section(r#"print "one"; write "f" "r" bytes=1;"#);
    section(r#"set "e"; write "f" "r" bytes=1;"#);
}

#[test]
fn a_thread_waits_inside_a_section() {
    process(
        r#"main { open "f"; start "a" "b"; }
        thread "a" { lock "l" { wait "e"; }; write "f" "r" bytes=1; }
        thread "b" { lock "l" { write "f" "r" bytes=10; }; set "e"; }"#,
    );
}

#[test]
fn a_thread_ends_behind_a_section_or_a_nap() {
    // The exception that the clean-up block raises again ends the thread, and how it ended can be seen.
    for last in [r#"lock "l" { write "f" "r" bytes=1; }"#, r#"write "f" "r" bytes=1; sleep "1s""#] {
        struck_by(
            "KILL",
            &format!(
                r#"main {{ open "f"; start "t"; wait "never"; }}
                thread "t" {{ try {{ raise "ValueError" "no"; }}; finally {{ {last}; }}; }}"#
            ),
        );
    }
}
