//! Every export as a reader gets it, without the trace: it is free of warnings, and it ends as predicted.
//!
//! A test is called `SCENARIO as LANGUAGE VERSION`. Where the engine has no rules for a runtime, or somebody outside
//! strikes at a moment, the program only has to run without being killed by its own mistakes.
//!
//! `seed SEED as …` is a random scenario, which only has to be accepted, be it with warnings of code that nothing leads
//! to: `CLOSING_TIME_RANDOM_CASES` says how many in each language (3), `CLOSING_TIME_RANDOM_SEED` where to begin.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use closing_time_engine::export::{ExportOptions, Target};
use closing_time_engine::scenario::{Setup, catalogue};
use closing_time_engine::{Loaded, load};
use closing_time_tests::build::Workshop;
use closing_time_tests::check::output;
use closing_time_tests::compare::{Prediction, differences_from_outside};
use closing_time_tests::fit::fit;
use closing_time_tests::predict::{FEW_ORDERS, Pace, depends_on_luck, limit, predict, scale};
use closing_time_tests::random::{any_scenario, number};
use closing_time_tests::run::{Job, Observed, Status, run};
use closing_time_tests::runtime::{self, Real};
use closing_time_tests::tempdir::TempDir;
use libtest_mimic::{Arguments, Failed, Trial};

/// The programs mostly sleep, so more of them than there are cores may run at once.
const AT_ONCE: usize = 8;

/// How often a run is repeated when it differs, each time twice as slowly.
const ATTEMPTS: u32 = 4;

/// How long a runtime may take to begin.
const STARTUP: Duration = Duration::from_millis(500);

/// Signals by which a program dies of its own mistakes: SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGSEGV.
const MISTAKES: [i32; 5] = [4, 6, 7, 8, 11];

/// A scenario that any language can say, and that ends with 0 in all of them.
const BY_HAND: &str = "pdf-shutdown";

/// What an interpreter says of a mistake that it only finds on the way. No scenario raises these.
const MISTAKEN: [&str; 6] =
    ["NameError", "NoMethodError", "ReferenceError", "TypeError", "Can't locate", "Undefined subroutine"];

fn main() {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    let workshop = Arc::new(Workshop::new().expect("a folder for temporary files"));
    let mut trials = Vec::new();
    for entry in catalogue::all() {
        for real in newest_of_each() {
            let rules = known(entry.source, real);
            let Ok(loaded) = load(entry.source, &rules) else { continue };
            if loaded.export(real.target, &ExportOptions::default()).is_err() {
                continue; // the conformance suite tells what is left out
            }
            let workshop = Arc::clone(&workshop);
            trials.push(Trial::test(format!("{} as {}", entry.name, real.name()), move || {
                one(entry.source, &rules, real, &workshop)
            }));
        }
    }
    let (cases, first) = (number("CLOSING_TIME_RANDOM_CASES", 3), number("CLOSING_TIME_RANDOM_SEED", 1));
    eprintln!("CLOSING_TIME_RANDOM_SEED={first} CLOSING_TIME_RANDOM_CASES={cases}");
    for seed in first..first.saturating_add(cases) {
        for real in newest_of_each().filter(|real| is_written(real)) {
            let workshop = Arc::clone(&workshop);
            trials.push(Trial::test(format!("seed {seed} as {}", real.name()), move || {
                random(seed, real, &workshop)
            }));
        }
    }
    // Everybody knows how to run Python, and its header does not say it.
    for real in newest_of_each().filter(|real| real.target != Target::Python && is_written(real)) {
        trials.push(Trial::test(format!("the command in the header works as {}", real.name()), || {
            by_hand(real)
        }));
    }
    for why in runtime::missing() {
        trials.push(Trial::test(why, || Ok(())).with_ignored_flag(true));
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    drop(workshop);
    conclusion.exit();
}

/// One runtime of each language; the newest CPython comes last of its kind.
fn newest_of_each() -> impl Iterator<Item = &'static Real> {
    let all = runtime::all();
    let is_last = |(at, real): &(usize, &Real)| all[at + 1..].iter().all(|other| other.target != real.target);
    all.iter().enumerate().filter(is_last).map(|(_, real)| real)
}

/// The rules of the runtime if the engine has them and they allow the scenario; else those that its author chose.
fn known(source: &str, real: &Real) -> Setup {
    let here = Setup { runtime: real.rules.clone(), ..Setup::default() };
    if load(source, &here).is_ok() { here } else { Setup::default() }
}

fn one(source: &str, setup: &Setup, real: &Real, workshop: &Workshop) -> Result<(), Failed> {
    let (loaded, trace) = predict(source, setup)?;
    let plain = ExportOptions::default();
    workshop.lint(real, &export(&loaded, real.target, &plain)?)?;

    let certain = real.rules.is_some()
        && setup.runtime == real.rules
        && loaded.scenario.stimuli.is_empty()
        && loaded.scenario.processes.len() == 1
        && !depends_on_luck(source, setup, FEW_ORDERS)?;
    let pace = Pace::of(real.target);
    let mut scale = scale(&loaded.scenario, &trace, pace);
    let mut report = String::new();
    // A machine that was busy for a moment is excused, as in the conformance suite.
    for _ in 0..ATTEMPTS {
        let text = export(&loaded, real.target, &ExportOptions { scale, ..plain.clone() })?;
        let program = workshop.build(real, &text)?;
        let limit = limit(&trace, scale) + STARTUP;
        // Nobody sends the signals for which such a program may wait.
        let limit = if certain { limit } else { limit.min(pace.budget + STARTUP) };
        let root = &loaded.scenario.processes[0].name;
        let output = output(&loaded.scenario, scale);
        let job = Job { program: &program, traced: false, root, stimuli: Vec::new(), output, limit };
        let seen = run(&job).map_err(|error| error.to_string())?;
        let found = match certain {
            true => {
                differences_from_outside(&Prediction::timed(&loaded.scenario, &trace, scale, pace), &seen)
            }
            false => mistakes(&seen),
        };
        if found.is_empty() {
            return Ok(());
        }
        report = format!("{}\nstderr:\n{}\nprogram:\n{text}", found.join("\n"), seen.stderr);
        scale *= 2.0;
    }
    Err(report.into())
}

/// A random scenario, with the trace and without, must be a program.
fn random(seed: u64, real: &Real, workshop: &Workshop) -> Result<(), Failed> {
    let Some(source) = fit(&any_scenario(seed), real) else { return Ok(()) };
    let setup = Setup { runtime: real.rules.clone(), ..Setup::default() };
    let loaded = load(&source, &setup).map_err(|found| format!("{found:?}"))?;
    for trace in [false, true] {
        let text = export(&loaded, real.target, &ExportOptions { trace, ..ExportOptions::default() })?;
        workshop
            .accept(real, &text)
            .map_err(|said| format!("{said}\nscenario:\n{source}\nprogram:\n{text}"))?;
    }
    Ok(())
}

fn is_written(real: &Real) -> bool {
    let entry = catalogue::find(BY_HAND).and_then(|entry| load(entry.source, &Setup::default()).ok());
    entry.is_some_and(|loaded| loaded.export(real.target, &ExportOptions::default()).is_ok())
}

/// What a reader does: puts the program into a file, and types the command that its header names.
fn by_hand(real: &Real) -> Result<(), Failed> {
    let source = catalogue::find(BY_HAND).ok_or("it is built in")?.source;
    let loaded = load(source, &known(source, real)).map_err(|found| format!("{found:?}"))?;
    let text = export(&loaded, real.target, &ExportOptions { scale: 0.1, ..ExportOptions::default() })?;
    let command = text.lines().find_map(|line| line.split_once("Run it:")).ok_or("no command")?.1.trim();
    let folder = TempDir::new()?;
    std::fs::write(folder.path().join(format!("{BY_HAND}.{}", real.target.extension())), &text)?;
    let mut shell = Command::new("sh");
    let done = shell.args(["-c", command]).current_dir(folder.path()).stdin(Stdio::null()).output()?;
    let said = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    if !done.status.success() || !folder.path().join("report.pdf").exists() {
        return Err(format!("{command}\nends with {} and says:\n{said}", done.status).into());
    }
    Ok(())
}

fn export(loaded: &Loaded, target: Target, options: &ExportOptions) -> Result<String, Failed> {
    Ok(loaded.export(target, options).map_err(|refusal| refusal.message)?)
}

fn mistakes(seen: &Observed) -> Vec<String> {
    match seen.status {
        _ if MISTAKEN.iter().any(|word| seen.stderr.contains(word)) => vec!["it made a mistake".into()],
        Some(Status::Signal(number)) if MISTAKES.contains(&number) => {
            vec![format!("died of signal {number}")]
        }
        Some(Status::Code(code @ (126 | 127))) => vec![format!("could not be started: {code}")],
        _ => Vec::new(),
    }
}
