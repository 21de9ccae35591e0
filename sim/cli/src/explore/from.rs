//! `--from ct1:…[@STEP]`: where the search begins.

use closing_time_engine::Loaded;
use closing_time_engine::replay::{Options, Schedule, record};
use closing_time_engine::world::Choice;

use crate::failure::Failure;

/// A step of a run.
pub(super) struct From {
    /// The run, as it was given.
    pub(super) schedule: String,
    /// How many steps it has.
    pub(super) steps: usize,
    /// Those that were taken before the search begins.
    pub(super) prefix: Vec<Choice>,
}

impl From {
    /// Replays the schedule up to the step.
    pub(super) fn find(typed: &str, loaded: &Loaded) -> Result<From, Failure> {
        let (text, step) = match typed.split_once('@') {
            Some((text, step)) => (text, Some(step)),
            None => (typed, None),
        };
        let schedule = Schedule::decode(text, &loaded.program)
            .map_err(|error| Failure::usage(format!("--from: {error}")))?;
        let written = schedule.choices.len();
        let options = Options { seed: schedule.seed, script: schedule.choices, ..Options::default() };
        let mut steps = record(&loaded.program, &options)
            .map_err(|mismatch| {
                Failure::usage(format!(
                    "--from: step {} is not possible where it stands, so this is not a run of this program",
                    mismatch.position + 1
                ))
            })?
            .choices;
        if written > 0 {
            // What follows was not said, only made up by the replay.
            steps.truncate(written);
        }
        let most = steps.len();
        let step = step.map_or(Ok(most), |step| {
            step.parse().ok().filter(|step| *step <= most).ok_or_else(|| {
                Failure::usage(format!("--from: `@{step}` is no step of this run: it has {most}"))
            })
        })?;
        steps.truncate(step);
        Ok(From { schedule: text.trim().to_owned(), steps: most, prefix: steps })
    }
}
