//! From text to a trace in two calls: what every front end does.

use crate::diagnostic::Diagnostic;
use crate::explore::{Limits, decisive};
use crate::export::{self, ExportOptions, Target};
use crate::program::{Program, compile};
use crate::replay::{self, Mismatch, Options, Recording};
use crate::rules;
use crate::scenario::{self, Scenario, Setup};
use crate::trace::{Trace, event_of_step, tell};
use crate::world::Choice;

/// A scenario that is ready to run, with the arguments it was loaded with.
#[derive(Debug)]
pub struct Loaded {
    /// As read.
    pub scenario: Scenario,
    /// As compiled.
    pub program: Program,
    /// The arguments that were given, so that a command can be repeated: `--set`, `a=b`, ….
    pub arguments: Vec<String>,
}

/// Reads and compiles a scenario.
///
/// # Errors
///
/// Every mistake that was found.
pub fn load(source: &str, setup: &Setup) -> Result<Loaded, Vec<Diagnostic>> {
    let scenario = scenario::read(source, setup)?;
    let runtime = rules::find(&scenario.runtime).map_err(|message| vec![Diagnostic::general(message)])?;
    let program = compile(&scenario, runtime)?;
    let mut arguments = Vec::new();
    if let Some(runtime) = &setup.runtime {
        arguments.extend(["--runtime".to_owned(), runtime.clone()]);
    }
    for (at, (name, value)) in setup.set.iter().enumerate() {
        // The last one counts.
        if setup.set[at + 1..].iter().any(|(later, _)| later == name) {
            continue;
        }
        arguments.extend(["--set".to_owned(), format!("{name}={value}")]);
    }
    for signal in &setup.signals {
        arguments.extend(["--signal".to_owned(), signal.clone()]);
    }
    if let Some(process) = &setup.to {
        arguments.extend(["--to".to_owned(), process.clone()]);
    }
    Ok(Loaded { scenario, program, arguments })
}

impl Loaded {
    /// Writes it in another language; the arguments of `options` are those it was loaded with.
    ///
    /// # Errors
    ///
    /// As [`export::export`].
    pub fn export(&self, target: Target, options: &ExportOptions) -> Result<String, Diagnostic> {
        let options = ExportOptions { arguments: self.arguments.clone(), ..options.clone() };
        export::export(&self.scenario, &self.program, target, &options)
    }

    /// Replays it from beginning to end.
    ///
    /// # Errors
    ///
    /// A scripted choice that is not possible where it stands.
    pub fn replay(&self, options: &Options) -> Result<Trace, Mismatch> {
        let recording = replay::record(&self.program, options)?;
        Ok(tell(&recording, &self.scenario, options, &self.arguments))
    }

    /// The same, and marks the step that decides: after it the run can no longer end as the default one does. Where
    /// there are more than `most` states to look at, nothing is marked.
    ///
    /// # Errors
    ///
    /// As [`replay`](Self::replay).
    pub fn replay_marked(&self, options: &Options, most: u64) -> Result<Trace, Mismatch> {
        let recording = replay::record(&self.program, options)?;
        let steps = self.decisive(&recording.choices, most);
        Ok(self.tell_marked(&recording, options, &steps))
    }

    /// The positions of the choices that decide; none where there are more than `most` states to look at.
    pub fn decisive(&self, choices: &[Choice], most: u64) -> Vec<usize> {
        let limits = Limits { max_states: most, ..Limits::default() };
        decisive(&self.program, &limits, choices)
    }

    /// Tells a recorded run, or the beginning of one, and marks these of its steps as decisive.
    pub fn tell_marked(&self, recording: &Recording, options: &Options, steps: &[usize]) -> Trace {
        let mut trace = tell(recording, &self.scenario, options, &self.arguments);
        for step in steps.iter().filter(|step| **step < recording.choices.len()) {
            if let Some(event) = event_of_step(recording, *step).and_then(|event| trace.events.get_mut(event))
            {
                // What decides is worth telling, however often it happens.
                (event.decisive, event.routine) = (true, false);
            }
        }
        trace
    }
}
