//! Random small scenarios: the model and every runtime must agree on them too.
//!
//! `CLOSING_TIME_RANDOM_CASES` says how many (96), `CLOSING_TIME_RANDOM_SEED` where to begin. A seed stands for a
//! scenario and a runtime; what the runtime does not have is taken out of the scenario. Each case takes the next seed
//! whose outcome does not hang on luck. With the name of a language as filter, only seeds of that language are taken.

use std::sync::Arc;

use closing_time_engine::export::Target;
use closing_time_engine::scenario::Setup;
use closing_time_engine::trace::Ending;
use closing_time_tests::build::Workshop;
use closing_time_tests::check::check;
use closing_time_tests::fit::fit;
use closing_time_tests::predict::{FEW_ORDERS, depends_on_luck, predict, smallest_gap_us};
use closing_time_tests::random::{SLOT_MS, any_scenario, number, scenario};
use closing_time_tests::runtime::{self, Real};
use libtest_mimic::{Arguments, Failed, Trial};

/// The programs mostly sleep, so more of them than there are cores may run at once.
const AT_ONCE: usize = 6;

/// Where to begin when nothing is said.
const FIRST_SEED: u64 = 1;

/// Longer scenarios are left out, µs.
const LONGEST_US: u64 = 8_000_000;

/// So many seeds are tried for each case.
const TRIES: u64 = 200;

fn main() {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    let cases = number("CLOSING_TIME_RANDOM_CASES", 96);
    let first = number("CLOSING_TIME_RANDOM_SEED", FIRST_SEED);
    eprintln!("CLOSING_TIME_RANDOM_SEED={first} CLOSING_TIME_RANDOM_CASES={cases}");
    let workshop = Arc::new(Workshop::new().expect("a folder for temporary files"));
    let all: Vec<&Real> = runtime::all().iter().filter(|real| real.rules.is_some()).collect();
    let wanted = |real: &Real| {
        let name = |filter: &String| Target::parse(filter.trim()).is_some_and(|target| target != real.target);
        !arguments.filter.as_ref().is_some_and(name)
    };
    // The seed decides on the runtime, so that a seed alone brings a case back.
    let of = |seed: u64| usize::try_from(seed).unwrap_or(0).checked_rem(all.len()).map(|n| all[n]);
    let seeds = (first..first.saturating_add(cases * TRIES)).filter_map(|seed| {
        let real = of(seed).filter(|real| wanted(real))?;
        let text = match real.target {
            Target::Python => scenario(seed),
            _ => fit(&any_scenario(seed), real)?,
        };
        is_decisive(&text, real).then_some((seed, real, text))
    });
    let mut trials = Vec::new();
    for (seed, real, text) in seeds.take(cases as usize) {
        let workshop = Arc::clone(&workshop);
        trials.push(Trial::test(format!("seed {seed} on {}", real.name()), move || {
            one(seed, &text, real, &workshop)
        }));
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    drop(workshop);
    conclusion.exit();
}

/// Whether independent moments lie far apart, and it ends, or comes to rest, soon.
fn is_decisive(text: &str, real: &Real) -> bool {
    let setup = Setup { runtime: real.rules.clone(), ..Setup::default() };
    let (Ok((loaded, trace)), Ok(luck)) = (predict(text, &setup), depends_on_luck(text, &setup, FEW_ORDERS))
    else {
        return true; // a scenario that cannot be predicted is a failure, to be seen
    };
    let soon = trace.events.last().is_none_or(|event| event.at_us <= LONGEST_US);
    let wide = smallest_gap_us(&loaded.scenario, &trace).is_none_or(|gap| gap >= SLOT_MS * 1000 / 2);
    soon && wide && !luck && trace.outcome.ending != Ending::Bound
}

fn one(seed: u64, text: &str, real: &Real, workshop: &Workshop) -> Result<(), Failed> {
    check(text, &Setup::default(), real, workshop).map_err(|differences| {
        let again = format!("CLOSING_TIME_RANDOM_SEED={seed} CLOSING_TIME_RANDOM_CASES=1");
        format!("{again}\n{differences}\nscenario:\n{text}").into()
    })
}
