//! Drives one run: a virtual clock, and a policy for the choices that time leaves open.
//!
//! * `driver`: the clock, who is ready, who waits, and one step after the other.
//! * `endless`: notices when only endless loops are left.
//! * `schedule`: a run as a short string.
//! * `record`: what a run leaves behind for a trace.
//! * `sweep`: one stimulus at every moment of a run.

mod driver;
mod endless;
mod record;
mod schedule;
mod sweep;

pub use driver::{Driver, Listener, Mismatch};
pub use record::{Recording, Stretch};
pub use schedule::{Schedule, ScheduleError};
pub use sweep::{Moments, Sweep, SweepLimits, SweepWatch, sweep};

use crate::program::Program;
use crate::trace::{Ending, Outcome, outcome_of};
use crate::world::{Choice, State};

/// Steps after which a run is given up as unknown.
pub const DEFAULT_STEP_LIMIT: u64 = 1_000_000;

/// How one run is driven.
#[derive(Clone, Debug)]
pub struct Options {
    /// Who moves first where time does not tell, and how long ranges last. 0: the fixed order (a thread runs until
    /// it waits, the others in the order in which they became ready) and the lower end of each range. Any other
    /// number seeds a generator that is the same on every machine.
    pub seed: u64,
    /// Steps to take before the policy takes over, exactly as written.
    pub script: Vec<Choice>,
    /// Steps after which the run is given up.
    pub step_limit: u64,
}

impl Default for Options {
    fn default() -> Self {
        Options { seed: 0, script: Vec::new(), step_limit: DEFAULT_STEP_LIMIT }
    }
}

/// Replays a program from beginning to end and records it.
///
/// # Errors
///
/// The first scripted choice that is not possible where it stands.
pub fn record<'p>(program: &'p Program, options: &Options) -> Result<Recording<'p>, Mismatch> {
    let mut driver = Driver::new(program, options, Recording::new(program));
    while driver.advance()?.is_some() {}
    Ok(driver.into_recording())
}

/// Where a run is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Over {
    /// The last situation.
    pub state: State,
    /// How it ended.
    pub ending: Ending,
    /// When the last process ended, µs; `None`: some process never does.
    pub ended_at_us: Option<u64>,
}

/// Replays a program and says only where that leads; [`outcome_of`] says what it means.
///
/// # Errors
///
/// As [`record`].
pub fn run(program: &Program, options: &Options) -> Result<Over, Mismatch> {
    let mut driver = Driver::new(program, options, ());
    while driver.advance()?.is_some() {}
    let ending = driver.ending();
    let ended_at_us = (ending == Ending::Exit).then(|| driver.last_end_us());
    Ok(Over { ending, ended_at_us, state: driver.into_state() })
}

/// Replays a program and says only what it came to, with when the last process ended.
///
/// # Errors
///
/// As [`record`].
pub fn sample(program: &Program, options: &Options) -> Result<Outcome, Mismatch> {
    let over = run(program, options)?;
    Ok(outcome_of(program, &over.state, over.ending, over.ended_at_us, Vec::new()))
}
