//! SPIN and `explore` come to the same outcomes: for every built-in scenario as it stands and with a signal that may
//! strike at any moment, for some rare situations, and for random ones.
//!
//! Left out, by name: scenarios that cannot be a finite model, and those with more than [`MOST_STATES`] states. What
//! goes round for ever is no outcome for SPIN, and not compared. `CLOSING_TIME_RANDOM_CASES` says how many random
//! scenarios of each kind (24), `CLOSING_TIME_RANDOM_SEED` where to begin.

#[allow(dead_code)] // other tests of the engine use the rest of it
#[path = "../../sim/engine/tests/any_program/tape.rs"]
mod tape;

use closing_time_engine::export::{ExportOptions, Target};
use closing_time_engine::scenario::{Setup, catalogue};
use closing_time_engine::{Loaded, load};
use closing_time_tests::random::{self, number};
use closing_time_tests::runtime;
use closing_time_tests::spin::{differences, expected, explored, missing, search};
use libtest_mimic::{Arguments, Failed, Trial};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

/// The C compiler takes most of the time, so no more at once than there are cores on a small machine.
const AT_ONCE: usize = 2;

/// Scenarios with more states are left out.
const MOST_STATES: u64 = 20_000;
/// Random ones are to be small.
const MOST_RANDOM_STATES: u64 = 4_000;

/// Situations that random scenarios hardly come by, each with its main code and its threads.
const RARE: [(&str, &str); 3] = [
    (
        "a handler registered between two handlers",
        r#"main { on-exit "a" { sleep "1s"; }; on-exit "b" { set "closing"; }; start "t"; }
        thread "t" daemon=#true { wait "closing"; on-exit "c" { sleep "1s"; }; }"#,
    ),
    (
        "a signal that is ignored while it waits",
        r#"main { on-signal "TERM" { repeat 2 { sleep "1s"; }; on-signal "TERM"; sleep "1s"; }
            signal "TERM" to="p"; sleep "1s"; }
        thread "t" daemon=#true { signal "TERM" to="p"; }"#,
    ),
    (
        "a deadlock that a timeout ends, or a signal",
        r#"main { on-signal "TERM" { raise "ValueError" "stop"; }; start "t"
            try { lock "a" { lock "b" timeout="1s" { sleep "1s"; }; lock "b" { sleep "1s"; }; }; }
            except "ValueError" { print "stopped"; }; }
        thread "t" { lock "b" { wait "never" timeout="5s"; lock "a" { sleep "1s"; }; }; }"#,
    ),
];

/// Settings of built-in scenarios that have other kinds of ends than the default ones.
const SETTINGS: [(&str, &[(&str, &str)]); 4] = [
    ("shutdown-dwk", &[("d", "2"), ("w", "1"), ("k", "2")]),
    ("shutdown-dwk", &[("freeze", "before")]),
    ("shutdown-dwk", &[("signal", "flag")]),
    ("mixed-family", &[("stop", "INT"), ("courier.daemon", "true")]),
];

fn main() {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    let trials = match missing() {
        None => trials(),
        Some(tool) => vec![without(tool)],
    };
    libtest_mimic::run(&arguments, trials).exit();
}

/// The one trial where there is no SPIN.
fn without(tool: &'static str) -> Trial {
    let required = runtime::required("spin");
    let fail = move || match required {
        true => Err(format!("CLOSING_TIME_REQUIRE=spin, but {tool} does not run").into()),
        false => Ok(()),
    };
    Trial::test(format!("{tool} is not installed"), fail).with_ignored_flag(!required)
}

fn trials() -> Vec<Trial> {
    let mut trials = vec![Trial::test("a wrong model is noticed", wrong)];
    for entry in catalogue::all() {
        for signal in ["", "TERM", "INT", "KILL"] {
            let signals = Some(signal).filter(|signal| !signal.is_empty());
            let signals = signals.into_iter().map(String::from).collect();
            trials.push(built_in(entry.name, entry.source, &Setup { signals, ..Setup::default() }));
        }
        for (_, settings) in SETTINGS.iter().filter(|(name, _)| *name == entry.name) {
            let set = settings.iter().map(|(knob, value)| (knob.to_string(), value.to_string())).collect();
            trials.push(built_in(entry.name, entry.source, &Setup { set, ..Setup::default() }));
        }
    }
    for (name, inside) in RARE {
        let text = format!(
            "scenario \"rare\" format=1 {{ title \"Rare\"; process \"p\" {{\n{inside}\n}}; at \"1s\" {{ signal \"TERM\" to=\"p\"; }} }}"
        );
        trials.push(Trial::test(name, move || {
            let loaded = load(&text, &Setup::default()).map_err(|found| format!("{found:?}"))?;
            compare(&loaded, MOST_STATES)
        }));
    }
    let cases = number("CLOSING_TIME_RANDOM_CASES", 24);
    let first = number("CLOSING_TIME_RANDOM_SEED", 1);
    eprintln!("CLOSING_TIME_RANDOM_SEED={first} CLOSING_TIME_RANDOM_CASES={cases}");
    for (kind, make) in [("any", any as fn(u64) -> String), ("random", random::scenario)] {
        let small = (first..).filter(|seed| is_small(&make(*seed))).take(cases as usize);
        trials.extend(small.map(|seed| {
            Trial::test(format!("{kind} {seed}"), move || {
                let text = make(seed);
                let loaded = load(&text, &Setup::default()).map_err(|_| "it was read before")?;
                compare(&loaded, MOST_RANDOM_STATES).map_err(|failed| {
                    format!("{}\nscenario:\n{text}", failed.message().unwrap_or_default()).into()
                })
            })
        }));
    }
    trials
}

/// A random scenario with all kinds of statements, under any version of the rules.
fn any(seed: u64) -> String {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let length = random.random_range(20..160);
    let tape: Vec<u8> = (0..length).map(|_| random.random()).collect();
    tape::scenario(&tape)
}

/// Whether it is a scenario, has few states but more than a handful, and is a model for SPIN.
fn is_small(text: &str) -> bool {
    let Ok(loaded) = load(text, &Setup::default()) else { return false };
    let exported = loaded.export(Target::Promela, &ExportOptions::default()).is_ok();
    exported && explored(&loaded.program, MOST_RANDOM_STATES).is_some_and(|found| found.progress.states > 20)
}

fn built_in(name: &'static str, source: &'static str, setup: &Setup) -> Trial {
    let loaded = match load(source, setup) {
        Ok(loaded) => loaded,
        Err(found) => return Trial::test(name, move || Err(format!("{found:?}").into())),
    };
    let shown = loaded.arguments.iter().map(|argument| format!(" {argument}")).collect::<String>();
    let refused = loaded.export(Target::Promela, &ExportOptions::default()).err();
    let why = match (refused, explored(&loaded.program, MOST_STATES)) {
        (Some(refusal), _) => Some(refusal.message),
        (None, None) => Some(format!("more than {MOST_STATES} states")),
        (None, Some(_)) => None,
    };
    let note = why.as_ref().map_or(String::new(), |why| format!(" (left out: {why})"));
    Trial::test(format!("{name}{shown}{note}"), move || compare(&loaded, MOST_STATES))
        .with_ignored_flag(why.is_some())
}

fn model(loaded: &Loaded) -> Result<String, Failed> {
    Ok(loaded.export(Target::Promela, &ExportOptions::default()).map_err(|refusal| refusal.message)?)
}

fn compare(loaded: &Loaded, most_states: u64) -> Result<(), Failed> {
    let found = explored(&loaded.program, most_states).ok_or("too many states")?;
    let model = model(loaded)?;
    let differences = differences(&search(&model)?, &expected(&loaded.program, &found));
    if !differences.is_empty() {
        return Err(format!("{differences}model:\n{model}").into());
    }
    Ok(())
}

/// The comparison must be able to fail: one number in a model is changed.
fn wrong() -> Result<(), Failed> {
    let entry = catalogue::find("pdf-shutdown").ok_or("it is built in")?;
    let loaded = load(entry.source, &Setup::default()).map_err(|_| "it can be read")?;
    let model = model(&loaded)?;
    let wrong = model.replace("#define FULL 8192", "#define FULL 12288");
    if wrong == model {
        return Err("the model has no such line".into());
    }
    let found = explored(&loaded.program, MOST_STATES).ok_or("too many states")?;
    match differences(&search(&wrong)?, &expected(&loaded.program, &found)).is_empty() {
        true => Err("a wrong model is taken for right".into()),
        false => Ok(()),
    }
}
