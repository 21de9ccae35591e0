//! Conformance: every built-in scenario does on a real runtime what the model predicts, as it stands and with every
//! change that it suggests itself, and with each daemon flag turned round.
//!
//! A test is called `SCENARIO SETTINGS on LANGUAGE VERSION`. Missing runtimes appear as ignored tests; what a language
//! or its runtime does not have is no test, and counted at the end.

use std::collections::BTreeMap;
use std::sync::Arc;

use closing_time_engine::export::ExportOptions;
use closing_time_engine::load;
use closing_time_engine::scenario::{KnobValue, Setup, catalogue, read};
use closing_time_tests::build::Workshop;
use closing_time_tests::check::{check, check_end};
use closing_time_tests::runtime::{self, Real};
use libtest_mimic::{Arguments, Trial};

/// The programs mostly sleep, so more of them than there are cores may run at once.
const AT_ONCE: usize = 8;

/// A scenario in which threads race, with the setting that makes them wait for each other: without it the model picks
/// one of many ways, and a real run another one.
const RACING: (&str, &str) = ("shutdown-dwk", "--set paced=true");

fn main() {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    let workshop = Arc::new(Workshop::new().expect("a folder for temporary files"));
    let mut trials = Vec::new();
    let mut left_out = LeftOut::default();
    for entry in catalogue::all() {
        for settings in settings(entry.source) {
            for real in runtime::all().iter().filter(|real| real.rules.is_some() && settings.fits(real)) {
                if let Some(why) = impossible(entry.source, &settings.setup, real) {
                    left_out.add(real, why, entry.name);
                    continue;
                }
                let races = entry.name == RACING.0 && !settings.text.contains(RACING.1);
                let check = if races { check_end } else { check };
                let (setup, source, workshop) = (settings.setup.clone(), entry.source, Arc::clone(&workshop));
                let name = format!("{} {}on {}", entry.name, settings.text, real.name());
                trials.push(Trial::test(name, move || Ok(check(source, &setup, real, &workshop)?)));
            }
        }
    }
    for why in runtime::missing() {
        trials.push(Trial::test(why, || Ok(())).with_ignored_flag(true));
    }
    for real in runtime::all().iter().filter(|real| real.rules.is_none()) {
        let required = runtime::required(real.target.name());
        let why = format!("the engine has no rules for {}", real.name());
        trials.push(
            Trial::test(why, move || if required { Err("it is required".into()) } else { Ok(()) })
                .with_ignored_flag(!required),
        );
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    if !arguments.list {
        left_out.tell();
    }
    drop(workshop);
    conclusion.exit();
}

/// Why these settings cannot be tried: they ask for something that this runtime does not have, such as early exit
/// handlers in CPython 3.8, or that its language cannot say. A scenario that no runtime can read is another matter.
fn impossible(source: &str, setup: &Setup, real: &Real) -> Option<String> {
    let here = Setup { runtime: real.rules.clone(), ..setup.clone() };
    match load(source, &here) {
        Err(found) => load(source, setup).is_ok().then(|| found[0].message.clone()),
        Ok(loaded) => loaded.export(real.target, &ExportOptions::default()).err().map(|no| no.message),
    }
}

/// What was left out: for each language and reason the scenarios, and how many settings of them.
#[derive(Default)]
struct LeftOut(BTreeMap<(&'static str, String), (Vec<&'static str>, u32)>);

impl LeftOut {
    fn add(&mut self, real: &Real, why: String, scenario: &'static str) {
        let (scenarios, count) = self.0.entry((real.target.name(), why)).or_default();
        if scenarios.last() != Some(&scenario) {
            scenarios.push(scenario);
        }
        *count += 1;
    }

    fn tell(&self) {
        for ((language, why), (scenarios, count)) in &self.0 {
            println!("left out on {language}, {count} times: {why} ({})", scenarios.join(", "));
        }
    }
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

    /// A suggestion to try another runtime is for that one, and for that version of it, only.
    fn fits(&self, real: &Real) -> bool {
        let begins_with = |label: &String, wanted: &String| {
            label
                .strip_prefix(wanted.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-']))
        };
        match (&real.rules, &self.setup.runtime) {
            (Some(label), Some(wanted)) => begins_with(label, wanted),
            _ => true,
        }
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
