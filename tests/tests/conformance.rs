//! Conformance: every built-in scenario does on a real interpreter what the model predicts, as it stands and with
//! every change that it suggests itself, and with each daemon flag turned round.
//!
//! A test is called `SCENARIO SETTINGS on VERSION`. Missing interpreters appear as ignored tests.

use closing_time_engine::load;
use closing_time_engine::scenario::{KnobValue, Setup, catalogue, read};
use closing_time_tests::check::check;
use closing_time_tests::python::{MINORS, Python, interpreters};
use libtest_mimic::{Arguments, Trial};

/// The programs mostly sleep, so more of them than there are cores may run at once.
const AT_ONCE: usize = 8;

/// A scenario in which threads race, with the setting that makes them wait for each other: without it the model picks
/// one of many ways, and a real run another one.
const RACING: (&str, &str) = ("shutdown-dwk", "--set paced=true");

fn main() {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    let pythons = interpreters();
    let mut trials = Vec::new();
    for entry in catalogue::all() {
        for settings in settings(entry.source) {
            for python in pythons.iter().filter(|python| settings.fits(python)) {
                let races = entry.name == RACING.0 && !settings.text.contains(RACING.1);
                let why = if races { " (left out: its threads race)" } else { "" };
                let name = format!("{} {}on {}{why}", entry.name, settings.text, python.version);
                let setup = settings.setup.clone();
                let source = entry.source;
                let impossible = is_impossible(source, &setup, python);
                trials.push(
                    Trial::test(name, move || Ok(check(source, &setup, python)?))
                        .with_ignored_flag(impossible || races),
                );
            }
        }
    }
    for minor in MINORS.filter(|minor| !pythons.iter().any(|python| python.minor == *minor)) {
        trials.push(
            Trial::test(format!("CPython 3.{minor} is not installed"), || Ok(())).with_ignored_flag(true),
        );
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// Whether these settings ask for something that this version does not have, such as early exit handlers in 3.8.
fn is_impossible(source: &str, setup: &Setup, python: &Python) -> bool {
    let here = Setup { runtime: Some(python.runtime()), ..setup.clone() };
    load(source, &here).is_err() && load(source, setup).is_ok()
}

/// One way to run a scenario.
struct Settings {
    /// As on the command line, with a space behind; empty for none.
    text: String,
    setup: Setup,
}

impl Settings {
    /// The arguments after `scenario NAME`.
    fn parse(arguments: &str) -> Settings {
        let mut setup = Setup::default();
        let mut words = arguments.split_whitespace();
        while let Some(flag) = words.next() {
            let value = words.next().unwrap_or_default();
            match flag {
                "--set" => setup.set.extend(value.split_once('=').map(|(k, v)| (k.into(), v.into()))),
                "--signal" => setup.signals.push(value.into()),
                "--runtime" => setup.runtime = Some(value.into()),
                _ => {}
            }
        }
        let text = if arguments.is_empty() { String::new() } else { format!("{arguments} ") };
        Settings { text, setup }
    }

    /// A suggestion to try another runtime is for interpreters of that version only.
    fn fits(&self, python: &Python) -> bool {
        self.setup.runtime.as_ref().is_none_or(|runtime| {
            let version = format!("{}.", python.runtime());
            version.starts_with(&format!("{runtime}."))
        })
    }
}

/// As it stands; what it suggests; each daemon flag the other way round.
fn settings(source: &str) -> Vec<Settings> {
    let mut found = vec![Settings::parse("")];
    let Ok(scenario) = read(source, &Setup::default()) else { return found };
    found.extend(scenario.suggestions.iter().map(|suggestion| Settings::parse(&suggestion.arguments)));
    for knob in scenario.knobs.iter().filter(|knob| knob.name.ends_with(".daemon")) {
        let turned = !matches!(knob.default, KnobValue::Flag(true));
        let arguments = format!("--set {}={turned}", knob.name);
        if !found.iter().any(|known| known.text.trim() == arguments) {
            found.push(Settings::parse(&arguments));
        }
    }
    found
}
