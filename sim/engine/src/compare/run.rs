//! One timed replay under one runtime, and what is compared of it.

use std::collections::BTreeSet;

use super::Refused;
use crate::diagnostic::Diagnostic;
use crate::load::load;
use crate::program::{Instr, Landing, Program, ThreadId};
use crate::replay::{self, Options, Recording};
use crate::rules::Flag;
use crate::scenario::Setup;
use crate::trace::{Outcome, Trace, tell};
use crate::world::{ThreadStatus, What};

/// A replay under one runtime.
#[derive(Clone, Debug)]
pub(super) struct Run {
    /// From beginning to end.
    pub(super) trace: Trace,
    /// What stands for things that the runtime has not.
    pub(super) stands_in: Vec<&'static str>,
    /// Whether the runtime has daemon flags.
    pub(super) has_flags: bool,
    /// Threads, by process and name, that were stopped inside a `try` whose `finally` never ran.
    pub(super) skipped: BTreeSet<(String, String)>,
    /// Threads that did not come to their end, but whose `finally` ran.
    pub(super) cleaned: BTreeSet<(String, String)>,
}

impl Run {
    pub(super) fn of(source: &str, setup: &Setup) -> Result<Run, Refused> {
        let loaded = load(source, setup).map_err(|diagnostics| Refused { diagnostics })?;
        let options = Options::default();
        let recording = replay::record(&loaded.program, &options).map_err(|_| Refused {
            diagnostics: vec![Diagnostic::general("the fixed order cannot be replayed")],
        })?;
        Ok(Run {
            trace: tell(&recording, &loaded.scenario, &options, &loaded.arguments),
            stands_in: loaded.program.notes.clone(),
            has_flags: loaded.program.runtime.facts.flag != Flag::AllDaemons,
            skipped: skipped(&recording),
            cleaned: cleaned(&recording),
        })
    }

    /// Whether the two end alike, as far as a row tells.
    pub(super) fn ends_like(&self, other: &Run) -> bool {
        told(&self.trace.outcome) == told(&other.trace.outcome)
            && self.skipped == other.skipped
            && self.cleaned == other.cleaned
    }
}

/// The outcome without what no row tells: where a thread stood when it was cut off.
fn told(outcome: &Outcome) -> Outcome {
    let mut outcome = outcome.clone();
    outcome.hang = None;
    for thread in outcome.processes.iter_mut().flat_map(|process| &mut process.threads) {
        thread.during = None;
    }
    outcome
}

fn skipped(recording: &Recording<'_>) -> BTreeSet<(String, String)> {
    let (program, state) = (recording.program, &recording.state);
    let stopped = (0..program.threads.len() as u32)
        .map(ThreadId)
        .filter(|thread| state.thread_status(program, *thread) == ThreadStatus::CutOff);
    let inside = stopped.filter(|thread| {
        let pc = state.pc(program, *thread);
        let covers = |landing: &&Landing| landing.start <= pc && pc < landing.end;
        program.landings.iter().filter(covers).any(|landing| is_finally(program, landing))
    });
    inside.map(|thread| name(program, thread)).collect()
}

fn cleaned(recording: &Recording<'_>) -> BTreeSet<(String, String)> {
    let program = recording.program;
    let cleans_up = |landing: &&Landing| landing.save.is_some();
    // A lock that an exception passes is given back in the same way: then it is not known which of them it was.
    if program.landings.iter().filter(cleans_up).any(|landing| !is_finally(program, landing)) {
        return BTreeSet::new();
    }
    let happenings = recording.happenings.iter().map(|(_, happening)| happening);
    let cleaned = happenings
        .filter(|happening| matches!(happening.what, What::CleanUp { .. }))
        .filter_map(|happening| happening.thread)
        .filter(|thread| {
            let status = recording.state.thread_status(program, *thread);
            matches!(status, ThreadStatus::CutOff | ThreadStatus::Raised)
        });
    cleaned.map(|thread| name(program, thread)).collect()
}

/// A clean-up block of the scenario, not the release of a lock that every `lock` block ends with.
fn is_finally(program: &Program, landing: &Landing) -> bool {
    let at = |pc: usize| program.code.get(pc);
    let target = landing.target.index();
    let releases = matches!((at(target), at(target + 1)), (Some(Instr::Release(_)), Some(Instr::Rethrow(_))));
    landing.save.is_some() && !releases
}

fn name(program: &Program, thread: ThreadId) -> (String, String) {
    (program.process(program.process_of(thread)).name.clone(), program.thread_name(thread))
}
