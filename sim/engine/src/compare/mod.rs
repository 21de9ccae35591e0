//! One scenario under several runtimes, side by side.
//!
//! * `runtimes`: which runtimes, and how versions that end alike share a row.
//! * `run`: one timed replay, and what is compared of it.
//! * `cells`: outcomes → columns of short words.
//! * `parting`: where two runs part, and for which reason.
//! * `differences`: one entry for each thing that differs from the first row.
//! * `grid`: columns on a page; [`text`], [`markdown`], [`json`]: the whole answer.
//!
//! Nothing here knows a runtime by name: a new one in `rules` is a new row.

mod cells;
mod differences;
mod grid;
mod json;
mod markdown;
mod parting;
mod run;
mod runtimes;
mod text;

use crate::diagnostic::Diagnostic;
use crate::rules;
use crate::scenario::{self, Setup};
use crate::trace::{Ending, Outcome};

pub use cells::{Cell, Column, Subject};
pub use differences::{Because, Difference};
pub use json::json;
pub use markdown::markdown;
pub use parting::{Parting, Side};
pub use text::text;

use run::Run;
use runtimes::Candidate;

/// One scenario under several runtimes.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The scenario's name.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// The arguments that were given, without runtimes.
    pub arguments: Vec<String>,
    /// The name and the arguments as one types them, so that each run can be repeated.
    pub again: String,
    /// What is compared: one for each cell of a row.
    pub columns: Vec<Column>,
    /// One for each runtime, or group of versions that end alike. The others are compared with the first that runs.
    pub rows: Vec<Row>,
}

/// A runtime, or several versions of one that end alike.
#[derive(Clone, Debug)]
pub struct Row {
    /// The runtime that the row was made with, as in `cpython-3.13`.
    pub runtime: String,
    /// All that end like this, that one among them.
    pub runtimes: Vec<String>,
    /// All of them in words, as in `cpython 3.9 to 3.14`.
    pub name: String,
    /// What happened there.
    pub result: Result<Ran, Refused>,
}

/// A run that took place.
#[derive(Clone, Debug)]
pub struct Ran {
    /// What it came to.
    pub outcome: Outcome,
    /// What stands for things that the runtime has not, one sentence each.
    pub stands_in: Vec<&'static str>,
    /// One for each of [`Comparison::columns`].
    pub cells: Vec<Cell>,
    /// Where it parts from the first row; `None` if it does not, or is the first.
    pub parting: Option<Parting>,
    /// What differs from the first row.
    pub differences: Vec<Difference>,
}

/// A scenario that a runtime cannot express.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Every reason.
    pub diagnostics: Vec<Diagnostic>,
}

/// Why nothing can be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompareError {
    /// A runtime that is not known: a sentence that says what there is.
    UnknownRuntime(String),
    /// The scenario cannot be read, or none of the runtimes can express it.
    Scenario(Vec<Diagnostic>),
}

/// Replays a scenario under each of these runtimes, in this order, in the fixed order of steps.
///
/// Without any: under all that there are, the scenario's own first; versions that end alike share a row. So do those of
/// a runtime that is named with `-all`, as in `cpython-all`.
///
/// # Errors
///
/// An unknown runtime; a scenario with mistakes; a scenario that none of the runtimes can express.
pub fn compare(source: &str, setup: &Setup, runtimes: &[String]) -> Result<Comparison, CompareError> {
    for label in runtimes {
        let label = runtimes::family_of(label).unwrap_or(label);
        rules::find(label).map_err(CompareError::UnknownRuntime)?;
    }
    let scenario = scenario::read(source, setup).map_err(CompareError::Scenario)?;
    let run = |label: &str| Run::of(source, &Setup { runtime: Some(label.to_owned()), ..setup.clone() });
    let candidates = match runtimes {
        [] => {
            let own = rules::find(&scenario.runtime)
                .map_err(|message| CompareError::Scenario(vec![Diagnostic::general(message)]))?;
            runtimes::folded(&own.label(), run)
        }
        named => named.iter().flat_map(|label| runtimes::named(label, run)).collect(),
    };
    if let [Candidate { run: Err(refused), .. }, ..] = candidates.as_slice()
        && candidates.iter().all(|candidate| candidate.run.is_err())
    {
        return Err(CompareError::Scenario(refused.diagnostics.clone()));
    }
    let arguments = arguments(setup);
    Ok(Comparison {
        again: std::iter::once(&scenario.name).chain(&arguments).cloned().collect::<Vec<_>>().join(" "),
        scenario: scenario.name,
        title: scenario.title,
        arguments,
        columns: cells::columns(&runs(&candidates)),
        rows: rows(&candidates),
    })
}

fn runs(candidates: &[Candidate]) -> Vec<&Run> {
    candidates.iter().filter_map(|candidate| candidate.run.as_ref().ok()).collect()
}

fn rows(candidates: &[Candidate]) -> Vec<Row> {
    let runs = runs(candidates);
    let columns = cells::columns(&runs);
    let first = candidates.iter().find_map(|candidate| Some((candidate, candidate.run.as_ref().ok()?)));
    let row = |candidate: &Candidate| {
        let ran = |run: &Run| {
            let (other, base) = first.map_or((candidate, run), |first| first);
            let parting = parting::part(&run.trace, &base.trace);
            let sides = differences::Sides {
                here: (&candidate.runtime, run),
                there: (&other.runtime, base),
                parting: parting.as_ref(),
            };
            let (mut cells, mut differences) = (Vec::new(), Vec::new());
            for column in &columns {
                let mut here = cells::cell(column, run, base);
                let there = cells::cell(column, base, base);
                here.differs = here.text != there.text;
                // A run that does not end has no moment to differ in; that it does not end is said elsewhere.
                let ends = |cell: &Cell| column.subject != Subject::When || cell.text != cells::NOTHING;
                if here.differs && ends(&here) && ends(&there) {
                    differences.push(differences::difference(column, &here, &there, &sides));
                }
                cells.push(here);
            }
            let stands_in = run.stands_in.clone();
            Ran { stands_in, outcome: run.trace.outcome.clone(), cells, parting, differences }
        };
        Row {
            runtime: candidate.runtime.clone(),
            runtimes: candidate.runtimes.clone(),
            name: candidate.name.clone(),
            result: candidate.run.as_ref().map(ran).map_err(Clone::clone),
        }
    };
    candidates.iter().map(row).collect()
}

fn arguments(setup: &Setup) -> Vec<String> {
    let set = setup.set.iter().flat_map(|(name, value)| ["--set".to_owned(), format!("{name}={value}")]);
    let signals = setup.signals.iter().flat_map(|signal| ["--signal".to_owned(), signal.clone()]);
    let to = setup.to.iter().flat_map(|process| ["--to".to_owned(), process.clone()]);
    set.chain(signals).chain(to).collect()
}

impl Comparison {
    /// The arguments after `cargo run --` that replay one row.
    pub fn command(&self, row: &Row) -> String {
        format!("scenario {} --runtime {}", self.again, row.runtime)
    }

    /// Whether a run was given up before it ended.
    pub fn is_bounded(&self) -> bool {
        let mut ran = self.rows.iter().filter_map(|row| row.result.as_ref().ok());
        ran.any(|ran| ran.outcome.ending == Ending::Bound)
    }

    /// The row that the others are compared with: the first that runs.
    pub fn first(&self) -> Option<&Row> {
        self.rows.iter().find(|row| row.result.is_ok())
    }
}

impl Row {
    /// In sentences, what one should know about the row beside its cells: what differs and why, or why it cannot run.
    pub fn notes(&self) -> Vec<String> {
        match &self.result {
            Ok(ran) => {
                let stands_in = ran.stands_in.iter().map(|sentence| format!("near enough: {sentence}"));
                let differences = differences::joined(&ran.differences);
                stands_in.chain(differences.iter().map(Difference::sentence)).collect()
            }
            Err(refused) => refused.sentences(),
        }
    }
}

impl Refused {
    /// Every reason as a sentence, each once.
    pub fn sentences(&self) -> Vec<String> {
        let mut sentences: Vec<String> = Vec::new();
        for diagnostic in &self.diagnostics {
            if !sentences.contains(&diagnostic.message) {
                sentences.push(diagnostic.message.clone());
            }
        }
        sentences
    }
}

#[cfg(test)]
mod tests;
