//! A run that is repeated choice by choice, or walked through, is the same run to the microsecond.

use closing_time_engine::program::ProcessId;
use closing_time_engine::replay::{Driver, Options, Recording, Schedule, record};
use closing_time_engine::scenario::{Setup, Signal, catalogue};
use closing_time_engine::{Loaded, load};

/// Every built-in scenario, as it stands and struck by a signal in the middle.
fn programs() -> Vec<(String, Loaded)> {
    let mut programs = Vec::new();
    for entry in catalogue::all() {
        for signals in [vec![], vec!["INT@1500ms".to_owned(), "TERM@2s".to_owned()]] {
            let setup = Setup { signals, ..Setup::default() };
            let loaded =
                load(entry.source, &setup).unwrap_or_else(|errors| panic!("{}: {errors:?}", entry.name));
            programs.push((format!("{} {:?}", entry.name, setup.signals), loaded));
        }
    }
    programs
}

fn same(name: &str, seed: u64, one: &Recording<'_>, other: &Recording<'_>) {
    assert_eq!(one.ending, other.ending, "{name}, seed {seed}");
    assert_eq!(one.ended_at_us, other.ended_at_us, "{name}, seed {seed}");
    assert_eq!(one.happenings, other.happenings, "{name}, seed {seed}");
    assert_eq!(one.choices, other.choices, "{name}, seed {seed}");
}

#[test]
fn every_choice_written_down_is_the_same_run() {
    for (name, loaded) in programs() {
        for seed in 0..4 {
            let options = Options { seed, ..Options::default() };
            let run = record(&loaded.program, &options).unwrap();
            let text = Schedule { seed, choices: run.choices.clone() }.encode(&loaded.program);
            let schedule = Schedule::decode(&text, &loaded.program).unwrap();
            let script = Options { seed: schedule.seed, script: schedule.choices, ..Options::default() };
            same(&name, seed, &run, &record(&loaded.program, &script).unwrap());
        }
    }
}

#[test]
fn a_signal_from_outside_can_be_repeated() {
    for (name, loaded) in programs() {
        for after in [0, 1, 5, 9] {
            let mut driver =
                Driver::new(&loaded.program, &Options::default(), Recording::new(&loaded.program));
            for _ in 0..after {
                driver.advance().unwrap();
            }
            driver.inject(ProcessId(0), Signal::Term);
            while driver.advance().unwrap().is_some() {}
            let run = driver.into_recording();
            let script = Options { script: run.choices.clone(), ..Options::default() };
            same(&name, 0, &run, &record(&loaded.program, &script).unwrap());
        }
    }
}

#[test]
fn a_run_looked_at_on_the_way_goes_on_as_if_nobody_had() {
    for (name, loaded) in programs() {
        let options = Options { seed: 3, ..Options::default() };
        let mut driver = Driver::new(&loaded.program, &options, Recording::new(&loaded.program));
        let mut last = 0;
        while driver.advance().unwrap().is_some() {
            let seen = driver.so_far();
            assert!(seen.happenings.len() >= last && seen.until_us == driver.now_us(), "{name}");
            last = seen.happenings.len();
        }
        same(&name, 3, &driver.into_recording(), &record(&loaded.program, &options).unwrap());
    }
}
