//! What the model says, and how fast a program may run for nature to be able to agree.

use std::time::Duration;

use closing_time_engine::export::Target;
use closing_time_engine::replay::{Options, sample};
use closing_time_engine::scenario::{Scenario, Setup};
use closing_time_engine::trace::{Doing, Ending, Kind, Trace};
use closing_time_engine::{Loaded, diagnostic, load};

/// How fast a runtime can be asked to show what it does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// How long two independent moments must lie apart in real time, so that their order is sure on a busy machine, µs.
    pub decisive_us: u64,
    /// About how long one run may take at first, even if they do not lie so far apart then.
    pub budget: Duration,
    /// The smallest scale: how fast a program may run however far apart its moments lie.
    pub fastest: f64,
}

impl Pace {
    /// That of the runtimes of a language.
    pub const fn of(target: Target) -> Pace {
        match target {
            // A worker loads a whole runtime of its own before its first step.
            Target::Node => Pace { decisive_us: 250_000, budget: Duration::from_millis(4000), fastest: 0.5 },
            // A thread begins as a copy of everything.
            Target::Perl => Pace { decisive_us: 150_000, budget: Duration::from_millis(2500), fastest: 0.3 },
            _ => Pace { decisive_us: 40_000, budget: Duration::from_millis(1500), fastest: 0.1 },
        }
    }
}

/// How long a program that is expected to hang is watched after the last thing it was expected to do.
const SILENCE: Duration = Duration::from_millis(700);

/// How long a program that is expected to end may take longer than expected.
const PATIENCE: Duration = Duration::from_secs(15);

/// Reads, compiles and replays a scenario.
///
/// # Errors
///
/// The diagnostics, as a terminal would show them.
pub fn predict(source: &str, setup: &Setup) -> Result<(Loaded, Trace), String> {
    let loaded =
        load(source, setup).map_err(|found| diagnostic::render(&found, "scenario.kdl", source, false))?;
    let trace = loaded.replay(&Options::default()).map_err(|mismatch| format!("{mismatch:?}"))?;
    Ok((loaded, trace))
}

/// How many orders of simultaneous steps tell most scenarios that depend on luck from the others.
pub const FEW_ORDERS: u64 = 16;

/// How many tell nearly all of them.
pub const MANY_ORDERS: u64 = 400;

/// Whether the model itself says that the outcome depends on who comes first at the same instant: two threads that
/// reach for a lock at once, or one that takes it again before a waiter has woken up. So many orders of simultaneous
/// steps are tried.
///
/// # Errors
///
/// As [`predict`].
pub fn depends_on_luck(source: &str, setup: &Setup, orders: u64) -> Result<bool, String> {
    let loaded =
        load(source, setup).map_err(|found| diagnostic::render(&found, "scenario.kdl", source, false))?;
    let outcome = |seed| {
        let options = Options { seed, ..Options::default() };
        let mut outcome = sample(&loaded.program, &options).map_err(|mismatch| format!("{mismatch:?}"))?;
        outcome.stdout.sort();
        Ok::<_, String>(outcome)
    };
    let usual = outcome(0)?;
    for seed in 1..orders {
        if outcome(seed)? != usual {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The smallest gap between two moments at which different threads, or the outside, move of their own accord: a
/// timer runs out, a signal strikes. What follows from such a moment happens at once and in order. µs of virtual
/// time; `None` if there are no two.
pub fn smallest_gap_us(scenario: &Scenario, trace: &Trace) -> Option<u64> {
    let timers =
        trace.spans.iter().filter(|span| !span.cut && matches!(span.doing, Doing::Work | Doing::Sleep));
    let mut moments: Vec<(u64, Option<usize>)> = timers.map(|span| (span.to_us, Some(span.lane))).collect();
    for event in trace.events.iter().filter(|event| event.kind == Kind::Timeout) {
        let lane = trace.lanes.iter().position(|lane| {
            lane.process == event.process && Some(lane.thread.as_str()) == event.thread.as_deref()
        });
        moments.push((event.at_us, lane));
    }
    moments.extend(scenario.stimuli.iter().filter_map(|stimulus| Some((stimulus.at_us?, None))));
    moments.sort_unstable();
    moments.dedup();
    let last = trace.outcome.ended_at_us.unwrap_or(u64::MAX);
    let gaps = moments.windows(2).filter(|pair| pair[0].1 != pair[1].1 && pair[0].0 <= last);
    gaps.map(|pair| pair[1].0 - pair[0].0).min()
}

/// When the last thing happens that was predicted, µs of virtual time.
fn last_us(trace: &Trace) -> u64 {
    trace.outcome.ended_at_us.or(trace.events.last().map(|event| event.at_us)).unwrap_or(0)
}

/// How fast to run: slow enough that decisive moments lie far enough apart, but hardly slower than life, and within
/// about the budget.
pub fn scale(scenario: &Scenario, trace: &Trace, pace: Pace) -> f64 {
    let apart =
        smallest_gap_us(scenario, trace).map_or(0.0, |gap| pace.decisive_us as f64 / gap.max(1) as f64);
    let affordable = pace.budget.as_micros() as f64 / last_us(trace).max(1) as f64;
    apart.clamp(pace.fastest, 2.0).min(affordable.max(pace.fastest / 2.0))
}

/// How long to watch a program at this scale.
pub fn limit(trace: &Trace, scale: f64) -> Duration {
    let expected = Duration::from_micros((last_us(trace) as f64 * scale) as u64);
    match trace.outcome.ending {
        Ending::Hang | Ending::Endless => expected + SILENCE,
        Ending::Exit | Ending::Bound => expected + PATIENCE,
    }
}
