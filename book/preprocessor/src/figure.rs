//! The only file that calls the engine.

use closing_time_engine::compare::{self, CompareError};
use closing_time_engine::load;
use closing_time_engine::replay::Options;
use closing_time_engine::rules::{self, Runtime};
use closing_time_engine::scenario::{Setup, catalogue};
use closing_time_engine::show::{self, ListingRow, TextOptions};
use closing_time_engine::trace::Trace;

use crate::problem::nearest;

/// Columns of an outcome on a page.
const OUTCOME_WIDTH: usize = 80;

/// Which run a directive shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// A built-in scenario.
    pub name: String,
    /// `KNOB=VALUE`, each as after `--set`.
    pub set: Vec<String>,
    /// `NAME@TIME`, each as after `--signal`.
    pub signals: Vec<String>,
    /// As after `--runtime`.
    pub runtime: Option<String>,
}

impl Request {
    /// Whether it is the run that the scenario's file describes.
    pub fn is_unchanged(&self) -> bool {
        self.set.is_empty() && self.signals.is_empty() && self.runtime.is_none()
    }

    /// What a reader types to see this run in the terminal.
    pub fn command(&self) -> String {
        let mut words = vec!["cargo run -- scenario".to_owned(), self.name.clone()];
        words.extend(self.runtime.iter().map(|runtime| format!("--runtime {runtime}")));
        words.extend(self.set.iter().map(|set| format!("--set {set}")));
        words.extend(self.signals.iter().map(|signal| format!("--signal {signal}")));
        words.join(" ")
    }
}

/// Why a run cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// One sentence without a full stop.
    pub message: String,
    /// What to do; may be empty.
    pub help: String,
}

/// Replays a built-in scenario.
///
/// # Errors
///
/// An unknown scenario, knob, value, signal or runtime.
pub fn play(request: &Request) -> Result<Trace, Vec<Wrong>> {
    let (entry, setup, mut wrong) = asked(request)?;
    let loaded = match load(entry.source, &setup) {
        Ok(loaded) if wrong.is_empty() => loaded,
        Ok(_) => return Err(wrong),
        Err(diagnostics) => {
            wrong.extend(diagnostics.into_iter().map(|d| Wrong { message: d.message, help: d.help }));
            return Err(wrong);
        }
    };
    // Nothing is scripted, so nothing can mismatch; said in words all the same.
    loaded.replay(&Options::default()).map_err(|mismatch| {
        vec![Wrong { message: format!("the run cannot be replayed: {mismatch:?}"), help: String::new() }]
    })
}

/// A run under several runtimes, side by side, as Markdown: the table, and what differs.
///
/// # Errors
///
/// As [`play`].
pub fn compare(request: &Request, runtimes: &[String]) -> Result<(String, String), Vec<Wrong>> {
    let (entry, setup, wrong) = asked(request)?;
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let comparison = compare::compare(entry.source, &setup, runtimes).map_err(|error| match error {
        CompareError::UnknownRuntime(message) => vec![Wrong { message, help: String::new() }],
        CompareError::Scenario(found) => {
            found.into_iter().map(|d| Wrong { message: d.message, help: d.help }).collect()
        }
    })?;
    let text = compare::markdown(&comparison);
    let (table, rest) = text.split_once("\n\n").unwrap_or((&text, ""));
    Ok((table.to_owned(), rest.to_owned()))
}

/// What a request asks for.
fn asked(request: &Request) -> Result<(&'static catalogue::Entry, Setup, Vec<Wrong>), Vec<Wrong>> {
    let Some(entry) = catalogue::find(&request.name) else {
        let message = format!("there is no scenario `{}`", request.name);
        let help = nearest(&request.name, catalogue::all().iter().map(|entry| entry.name));
        return Err(vec![Wrong { message, help }]);
    };
    let mut setup =
        Setup { signals: request.signals.clone(), runtime: request.runtime.clone(), ..Setup::default() };
    let mut wrong = Vec::new();
    for set in &request.set {
        match set.split_once('=') {
            Some((knob, value)) => setup.set.push((knob.to_owned(), value.to_owned())),
            None => wrong.push(Wrong {
                message: format!("`{set}` sets nothing"),
                help: "write `knob=value`".to_owned(),
            }),
        }
    }
    Ok((entry, setup, wrong))
}

/// The timeline; ids inside it begin with `id`.
pub fn svg(trace: &Trace, id: &str) -> String {
    show::svg_with_id(trace, id)
}

/// The steps, without routine, repetitions told once.
pub fn steps(trace: &Trace, limit: usize) -> Vec<ListingRow> {
    show::listing(trace, limit)
}

/// The end of the run, as the terminal shows it, without the proposals.
pub fn outcome_text(trace: &Trace) -> String {
    let text = show::text(trace, &show::Plain, &TextOptions::new(OUTCOME_WIDTH));
    let from = text.find("\nOutcome").map_or(0, |at| at + 1);
    let to = ["\nTry ", "\nRead "].iter().filter_map(|mark| text[from..].find(mark)).min();
    text[from..to.map_or(text.len(), |to| from + to)].to_owned()
}

/// A runtime, with or without a version.
///
/// # Errors
///
/// An unknown one.
pub fn runtime(label: &str) -> Result<Runtime, Vec<Wrong>> {
    rules::find(label).map_err(|message| vec![Wrong { message, help: String::new() }])
}
