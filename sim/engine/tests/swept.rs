//! A sweep says of every moment what a replay with the signal at that moment shows.

use std::ops::ControlFlow;

use closing_time_engine::replay::{Moments, Options, Sweep, SweepLimits, sample, sweep};
use closing_time_engine::scenario::{Setup, catalogue};
use closing_time_engine::trace::{Ending, Outcome};
use closing_time_engine::{Loaded, load};

/// A handler that takes time, and daemons that go on meanwhile: what is lost depends on when the signal comes, also
/// between two steps.
const RACE: &str = r#"scenario "race" format=1 {
    title "A handler takes its time"
    runtime "cpython"
    process "server" {
        main {
            on-signal "TERM" { work "tidy up" for="7us"; exit 0; }
            start "clock" "log"
            work "serve" for="40us"
        }
        thread "clock" daemon=#true { forever { sleep "11us"; } }
        thread "log" daemon=#true {
            open "log"
            repeat 4 { work "compute" for="10us"; write "log" "line" bytes=100; flush "log"; }
            wait "never"
        }
    }
}"#;

fn loaded(text: &str, signal: String) -> Loaded {
    let setup = Setup { signals: vec![signal], ..Setup::default() };
    load(text, &setup).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

fn swept(loaded: &Loaded, options: &Options, limits: &SweepLimits) -> Sweep {
    let number = loaded.program.stimuli.iter().position(|stimulus| stimulus.at_us.is_none()).unwrap();
    sweep(&loaded.program, number as u32, options, limits, &mut |_| ControlFlow::Continue(()))
}

fn timeless(mut outcome: Outcome) -> Outcome {
    outcome.ended_at_us = None;
    for thread in outcome.processes.iter_mut().flat_map(|process| &mut process.threads) {
        thread.during = None;
    }
    outcome
}

fn at(sweep: &Sweep, moment: u64) -> &Moments {
    let holds = |stretch: &&Moments| stretch.from_us <= moment && stretch.to_us.is_none_or(|to| moment <= to);
    let found: Vec<_> = sweep.stretches.iter().filter(holds).collect();
    assert_eq!(found.len(), 1, "{moment} µs lies in exactly one stretch");
    found[0]
}

/// The outcome of a replay whose command line names the moment.
fn replayed(text: &str, signal: &str, moment: u64, options: &Options) -> Outcome {
    timeless(sample(&loaded(text, format!("{signal}@{moment}us")).program, options).unwrap())
}

#[test]
fn every_microsecond_is_as_the_replay_shows() {
    for seed in [0, 5] {
        let options = Options { seed, ..Options::default() };
        let sweep = swept(&loaded(RACE, "TERM".into()), &options, &SweepLimits::default());
        assert!(sweep.complete && !sweep.cut);
        assert_eq!(sweep.until_us, 40);
        for moment in 0..=40 {
            let truth = replayed(RACE, "TERM", moment, &options);
            assert_eq!(at(&sweep, moment).outcome, truth, "seed {seed}, {moment} µs");
        }
        // Nothing happens at 4 µs or at 14 µs, and yet the outcome changes there: the handler needs 7 µs.
        assert_ne!(at(&sweep, 2).outcome, at(&sweep, 5).outcome);
    }
}

#[test]
fn every_scenario_is_as_its_replays_show() {
    for entry in catalogue::all() {
        for signal in ["KILL", "TERM", "INT"] {
            let options = Options::default();
            let sweep = swept(&loaded(entry.source, signal.into()), &options, &SweepLimits::default());
            assert!(sweep.complete, "{} {signal}: {} replays", entry.name, sweep.replays);
            let joined = sweep.stretches.windows(2).all(|pair| {
                pair[0].to_us.unwrap() + 1 == pair[1].from_us && pair[0].outcome != pair[1].outcome
            });
            assert!(joined && sweep.stretches[0].from_us == 0, "{} {signal}", entry.name);
            assert_eq!(
                sweep.stretches.last().unwrap().to_us,
                (sweep.base.ending != Ending::Hang).then_some(sweep.until_us),
                "{} {signal}",
                entry.name
            );
            for sixteenth in 0..=16 {
                let moment = sweep.until_us * sixteenth / 16 + sixteenth % 3;
                if moment <= sweep.until_us || sweep.base.ending == Ending::Hang {
                    let truth = replayed(entry.source, signal, moment, &options);
                    assert_eq!(at(&sweep, moment).outcome, truth, "{} {signal} at {moment} µs", entry.name);
                }
            }
        }
    }
}

#[test]
fn a_budget_that_is_used_up_is_said() {
    let race = loaded(RACE, "TERM".into());
    let sweep = swept(&race, &Options::default(), &SweepLimits { max_steps: 60 });
    assert!(!sweep.complete);
    let (mut asked, stop) = (0, |_| ControlFlow::Break(()));
    let stopped = closing_time_engine::replay::sweep(
        &race.program,
        0,
        &Options::default(),
        &SweepLimits::default(),
        &mut |n| {
            asked = n;
            stop(())
        },
    );
    assert!(!stopped.complete && stopped.stretches.is_empty() && asked == 1);
}
