//! The built-in scenarios keep their word: each ends as its `expect` block says, and every `suggest` line can be run
//! and shows something else than the default run.

use closing_time_engine::diagnostic::render;
use closing_time_engine::replay::Options;
use closing_time_engine::scenario::{Setup, Suggestion, catalogue};
use closing_time_engine::trace::{Kind, Trace, check};
use closing_time_engine::{Loaded, load};

fn loaded(entry: &catalogue::Entry, setup: &Setup) -> Loaded {
    load(entry.source, setup).unwrap_or_else(|found| {
        panic!("{setup:?}\n{}", render(&found, &format!("{}.kdl", entry.name), entry.source, false))
    })
}

fn replay(loaded: &Loaded) -> Trace {
    loaded.replay(&Options::default()).expect("nothing is scripted")
}

/// What the command line makes of the arguments of a suggestion.
fn setup(suggestion: &Suggestion) -> Setup {
    let mut setup = Setup::default();
    let mut words = suggestion.arguments.split_whitespace();
    while let Some(option) = words.next() {
        let value = words.next().unwrap_or_else(|| panic!("`{}` ends in an option", suggestion.arguments));
        match option {
            "--set" => {
                let (knob, value) = value.split_once('=').expect("KNOB=VALUE");
                setup.set.push((knob.into(), value.into()));
            }
            "--signal" => setup.signals.push(value.into()),
            "--runtime" => setup.runtime = Some(value.into()),
            other => panic!("`{other}` is no option that changes a scenario"),
        }
    }
    setup
}

#[test]
fn every_scenario_ends_as_it_expects() {
    let mut broken = Vec::new();
    for entry in catalogue::all() {
        let loaded = loaded(entry, &Setup::default());
        assert!(!loaded.scenario.expectations.is_empty(), "{} expects nothing", entry.name);
        for verdict in check(&loaded.scenario.expectations, &replay(&loaded).outcome) {
            if verdict.holds != Some(true) {
                broken.push(format!("{}: {}: {}", entry.name, verdict.text, verdict.found));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_scenario_introduces_itself() {
    for entry in catalogue::all() {
        let scenario = loaded(entry, &Setup::default()).scenario;
        assert!(!scenario.about.is_empty(), "{} has no `about`", entry.name);
        assert!(scenario.chapter.is_some(), "{} names no chapter", entry.name);
        assert!(
            (2..=3).contains(&scenario.suggestions.len()),
            "{} suggests too little or too much",
            entry.name
        );
        let silent = scenario.knobs.iter().find(|knob| knob.help.is_empty());
        assert!(silent.is_none(), "{}: the knob {silent:?} has no help", entry.name);
    }
}

/// A suggestion that changes nothing a reader could see is a mistake in the file, unless it says so itself.
#[test]
fn every_suggestion_shows_something_new() {
    for entry in catalogue::all() {
        let usual = loaded(entry, &Setup::default());
        let before = replay(&usual);
        for suggestion in &usual.scenario.suggestions {
            let after = replay(&loaded(entry, &setup(suggestion)));
            let same = before.outcome == after.outcome && before.events.len() == after.events.len();
            let says_so = suggestion.text.starts_with("no difference");
            assert!(!same || says_so, "{} {} changes nothing", entry.name, suggestion.arguments);
        }
    }
}

#[test]
fn a_start_is_told_when_it_happens() {
    for entry in catalogue::all() {
        let trace = replay(&loaded(entry, &Setup::default()));
        for lane in &trace.lanes {
            let text = format!("starts {}", lane.thread);
            let told = trace.events.iter().find(|event| {
                let start = [Kind::StartThread, Kind::StartProcess].contains(&event.kind);
                start && event.process == lane.process && event.text.starts_with(&text)
            });
            if let Some(told) = told {
                assert_eq!(Some(told.at_us), lane.from_us, "{}: {}", entry.name, told.text);
            }
        }
    }
}
