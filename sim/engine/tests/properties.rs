//! Claims about all runs: each quantifier proved and refuted, with the shortest way to what decides.

use std::ops::ControlFlow;

use closing_time_engine::explore::{Exploration, Limits, Verdict, explore, verify};
use closing_time_engine::program::LockId;
use closing_time_engine::replay::{self, Options};
use closing_time_engine::scenario::{Quantifier, Setup, catalogue};
use closing_time_engine::trace::{Ending, check};
use closing_time_engine::world;
use closing_time_engine::{Loaded, load};

/// One process with these members, from outside `outside`, and these claims.
fn loaded(members: &str, outside: &str, expect: &str) -> Loaded {
    let text = format!(
        "scenario \"t\" format=1 {{\n title \"T\"\n process \"p\" {{\n{members}\n}}\n{outside}\nexpect {{\n{expect}\n}}\n}}"
    );
    load(&text, &Setup::default()).unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{text}"))
}

fn search(loaded: &Loaded, limits: &Limits) -> Exploration {
    verify(&loaded.program, &loaded.scenario, limits, &mut |_| ControlFlow::Continue(()))
}

fn verdicts(members: &str, outside: &str, expect: &str) -> Vec<Verdict> {
    search(&loaded(members, outside, expect), &Limits::default()).properties
}

/// Text, answer, and the length of the way, for each claim.
fn answers(verdicts: &[Verdict]) -> Vec<(&str, Option<bool>, Option<usize>)> {
    let one = |verdict: &'_ Verdict| (verdict.holds, verdict.witness.as_ref().map(Vec::len));
    verdicts.iter().map(|verdict| (verdict.text.as_str(), one(verdict).0, one(verdict).1)).collect()
}

/// A daemon that may or may not be done when main is.
const RACE: &str = r#"
main { start "d"; work "a" for="1s"; }
thread "d" daemon=#true { open "f"; write "f" "line" bytes=10; close "f"; }
"#;

#[test]
fn claims_about_the_end_of_runs() {
    let found = verdicts(
        RACE,
        "",
        r#"
        always { exits code=0; keeps "f"; leaves-nobody; }
        never { hangs; cuts-off "d"; }
        sometimes { keeps "f"; cuts-off "d"; dies-of "TERM"; }
        "#,
    );
    let holds: Vec<_> = answers(&found).into_iter().map(|(text, holds, _)| (text, holds)).collect();
    let expected = [
        ("always exits code=0", true),
        ("always keeps f", false),
        ("always leaves-nobody", true),
        ("never hangs", true),
        ("never cuts-off d", false),
        ("sometimes keeps f", true),
        ("sometimes cuts-off d", true),
        ("sometimes dies-of TERM", false),
    ];
    assert_eq!(holds, expected.map(|(text, holds)| (text, Some(holds))));
    // What is so has no counterexample, what never happens no example.
    let with_way: Vec<_> = found.iter().map(|verdict| verdict.witness.is_some()).collect();
    assert_eq!(with_way, [false, true, false, false, true, true, true, false]);
    assert_eq!(found[1].found, "f is never opened");
}

#[test]
fn a_witness_is_as_short_as_the_way_to_its_outcome_and_shows_it() {
    let loaded =
        loaded(RACE, "", r#"never { cuts-off "d"; }; always { keeps "f"; }; sometimes { keeps "f"; }"#);
    let found = search(&loaded, &Limits::default());
    let shortest = |wanted: &str, so: bool| {
        let claims = self::loaded(RACE, "", wanted).scenario.expectations;
        let ways = found.classes.iter().filter(|class| check(&claims, &class.outcome)[0].holds == Some(so));
        ways.map(|class| class.witness.len()).min().unwrap()
    };
    let lengths: Vec<_> = found.properties.iter().map(|v| v.witness.as_ref().unwrap().len()).collect();
    let keeps = shortest(r#"keeps "f""#, true);
    assert_eq!(lengths, [shortest(r#"cuts-off "d""#, true), shortest(r#"keeps "f""#, false), keeps]);
    for verdict in &found.properties {
        let options = Options { script: verdict.witness.clone().unwrap(), ..Options::default() };
        let outcome = replay::sample(&loaded.program, &options).unwrap();
        let kept = outcome.file("f").is_some_and(|file| file.durable == 10);
        assert_eq!(kept, verdict.quantifier == Some(Quantifier::Sometimes), "{}", verdict.text);
    }
}

/// Two threads take two locks in opposite order.
const CROSSED: &str = r#"
main { start "a" "b"; }
thread "a" { lock "left" { lock "right" { work "x" for="1s"; }; }; }
thread "b" { lock "right" { lock "left" { work "x" for="1s"; }; }; }
"#;

#[test]
fn claims_about_moments() {
    let found = verdicts(
        CROSSED,
        "",
        r#"
        never { held "left" "right" by="a b"; held "left" "right" by="b a"; held "left" "left" by="a b"; }
        sometimes { held "left"; held "left" "right" by="a"; held "left" frozen=#true; }
        sometimes { hangs; }
        "#,
    );
    let expected = [
        // Main starts both, each takes its first lock.
        ("never held left right by=a b", Some(false), Some(4)),
        // While b has both, a has none: that b holds left and a right would take both orders.
        ("never held left right by=b a", Some(true), None),
        ("never held left left by=a b", Some(true), None),
        ("sometimes held left", Some(true), Some(2)),
        ("sometimes held left right by=a", Some(true), Some(3)),
        ("sometimes held left frozen=#true", Some(false), None),
        ("sometimes hangs", Some(true), None),
    ];
    for (found, expected) in answers(&found).into_iter().zip(expected) {
        assert_eq!((found.0, found.1), (expected.0, expected.1));
        assert!(expected.2.is_none_or(|steps| found.2 == Some(steps)), "{found:?} instead of {expected:?}");
    }
    assert_eq!(found.len(), 7);
}

#[test]
fn the_witness_of_a_moment_leads_to_that_moment_and_no_further() {
    let loaded = loaded(CROSSED, "", r#"sometimes { held "left" "right" by="a"; }"#);
    let program = &loaded.program;
    let way = search(&loaded, &Limits::default()).properties.remove(0).witness.unwrap();
    let mut state = world::initial(program);
    for (at, choice) in way.iter().enumerate() {
        assert!(world::step(program, &mut state, *choice, &mut ()));
        let holders = [0, 1].map(|lock| state.holder(program, LockId(lock)));
        let both =
            holders[0].is_some_and(|holder| program.thread_name(holder) == "a") && holders[0] == holders[1];
        assert_eq!(both, at + 1 == way.len(), "step {at}: {holders:?}");
    }
}

#[test]
fn a_daemon_may_be_stopped_for_good_while_it_holds_a_lock() {
    let members = r#"
        main { start "d"; on-teardown "last" { lock "l" { print "x"; }; }; }
        thread "d" daemon=#true count=2 { lock "l" { work "x" for="1s"; }; }
    "#;
    let expect = r#"
        sometimes { held "l" by="d" frozen=#true; held "l" by="d-2" frozen=#true; hangs; }
        never { held "l" by="main" frozen=#true; }
        sometimes { held "l" by="main"; }
    "#;
    let found = verdicts(members, "", expect);
    assert!(found.iter().all(|verdict| verdict.holds == Some(true)), "{found:#?}");
}

#[test]
fn a_lock_of_a_process_that_has_ended_is_held_no_more() {
    let members = r#"main { start "d"; exit-now 0; }; thread "d" { lock "l" { wait "never"; }; }"#;
    let found = verdicts(members, "", r#"sometimes { held "l"; }; sometimes { held "l" frozen=#true; }"#);
    assert_eq!(found.iter().map(|verdict| verdict.holds).collect::<Vec<_>>(), [Some(true), Some(false)]);
}

const TERM: &str = r#"at "1s" { signal "TERM" to="p"; }"#;

#[test]
fn what_comes_after_a_signal() {
    let members = r#"main { on-signal "TERM" { exit 7; }; forever { sleep "1s"; }; }"#;
    let found = verdicts(
        members,
        TERM,
        r#"
        eventually after="TERM" { exits; }
        eventually after="HUP" { exits; }
        sometimes { dies-of "TERM"; }
        always { runs "TERM"; }
        "#,
    );
    // It may strike before the handler is there.
    assert_eq!(found[0].holds, Some(false));
    assert_eq!(
        (found[0].witness.as_ref().map(Vec::len), found[0].found.as_str()),
        (Some(1), "p is killed by TERM")
    );
    assert_eq!((found[1].holds, found[1].found.as_str()), (Some(true), "HUP never strikes"));
    assert_eq!(found[2].holds, Some(true));
    assert_eq!(found[3].holds, Some(false));
}

#[test]
fn a_signal_that_comes_after_the_end_does_not_count() {
    let members = r#"main { work "x" for="1s"; }"#;
    let found =
        verdicts(members, TERM, r#"eventually after="TERM" { dies-of "TERM"; }; always { dies-of "TERM"; }"#);
    assert_eq!(found.iter().map(|verdict| verdict.holds).collect::<Vec<_>>(), [Some(true), Some(false)]);
}

#[test]
fn a_loop_after_a_signal_is_no_end() {
    let members = r#"
        main { on-signal "TERM" { set "stop"; }; wait "stop"; start "w"; }
        thread "w" { forever { sleep "1s"; }; }
    "#;
    let found = verdicts(members, TERM, r#"eventually after="TERM" { exits; }; sometimes { hangs; }"#);
    // The counterexample with the fewest steps is the signal that comes too early, not the loop.
    assert_eq!(found[0].found, "p is killed by TERM");
    assert_eq!(found[1].holds, Some(true));
    let patient = Limits { at_quiescence: true, ..Limits::default() };
    let loaded = loaded(members, TERM, r#"eventually after="TERM" { exits; }; never { exits; }"#);
    let found = search(&loaded, &patient).properties;
    assert_eq!((found[0].holds, found[0].found.as_str()), (Some(false), "it never ends"));
    assert_eq!(found[1].holds, Some(true));
}

#[test]
fn what_was_not_seen_is_unknown_and_what_was_seen_is_not() {
    let expect = r#"
        always { exits; }
        never { held "left" by="a"; }
        sometimes { hangs; held "left"; dies-of "TERM"; }
        eventually after="TERM" { exits; }
    "#;
    let loaded = loaded(CROSSED, "", expect);
    let all = search(&loaded, &Limits::default()).progress.states;
    let found = search(&loaded, &Limits { max_states: all / 6, ..Limits::default() });
    assert!(found.incomplete.is_some());
    let holds: Vec<_> = found.properties.iter().map(|verdict| verdict.holds).collect();
    assert_eq!(holds, [None, Some(false), None, Some(true), None, None]);
    assert_eq!(found.properties[5].found, "");
}

#[test]
fn what_lies_behind_a_cut_is_unknown() {
    let members = r#"
        main { start "w"; }
        thread "w" { open "log"; forever { work "x" for="1s"; write "log" "line" bytes=1; }; }
    "#;
    let loaded = loaded(members, "", r#"never { exits; }; sometimes { hangs; }"#);
    let found = search(&loaded, &Limits::default());
    assert!(found.unrolled && found.classes.iter().any(|class| class.outcome.ending == Ending::Bound));
    assert_eq!(found.properties.iter().map(|verdict| verdict.holds).collect::<Vec<_>>(), [None, None]);
}

#[test]
fn claims_about_the_default_run_are_asked_of_every_run() {
    let found = verdicts(RACE, "", r#"exits; cuts-off "d"; ends-within "5s"; prints "x""#);
    let expected = [("exits", Some(true)), ("cuts-off d", Some(false))];
    let holds: Vec<_> = answers(&found).into_iter().map(|(text, holds, _)| (text, holds)).collect();
    assert_eq!(holds, expected);
    assert!(found.iter().all(|verdict| verdict.quantifier.is_none()));
}

#[test]
fn nothing_is_checked_unless_asked() {
    let loaded = loaded(RACE, "", "never { hangs; }");
    let found = explore(&loaded.program, &Limits::default(), &mut |_| ControlFlow::Continue(()));
    assert_eq!(found.properties, []);
}

#[test]
fn what_the_built_in_scenarios_claim_of_all_runs_is_so() {
    let mut claims = 0;
    let mut prove = |name: &str, source: &str, set: &[(&str, &str)]| {
        let set = set.iter().map(|(knob, value)| ((*knob).to_owned(), (*value).to_owned())).collect();
        let loaded = load(source, &Setup { set, ..Setup::default() }).unwrap();
        if loaded.scenario.properties.is_empty() {
            return;
        }
        for verdict in search(&loaded, &Limits::default()).properties {
            if verdict.quantifier.is_some() {
                claims += 1;
                assert_eq!(verdict.holds, Some(true), "{name}: {}: {}", verdict.text, verdict.found);
            }
        }
    };
    for entry in catalogue::all() {
        prove(entry.name, entry.source, &[]);
    }
    // What they claim only of their better variants.
    for (name, knob) in [
        ("daemon-holds-lock", "careful"),
        ("pdf-shutdown", "graceful"),
        ("stop-too-late", "early"),
        ("queue-join-is-no-flush", "end-mark"),
    ] {
        prove(name, catalogue::find(name).unwrap().source, &[(knob, "true")]);
    }
    assert!(claims >= 15, "only {claims}");
}
