//! What a run was: its events, what every thread was doing when, and what it came to.
//!
//! A [`Trace`] is plain data. The renderers in `show` need nothing else.

//!
//! * `tell`: a recorded run → trace; `narrate`: what happened → sentences; `words`: their small pieces.
//! * `action`: one step in a few words, without a run around it.
//! * `hang`: why a run never ends; `chains`: last state → why.
//! * `judge`: last state → outcome; `expect`: outcome → whether the scenario's expectations hold.

mod action;
mod chains;
mod event;
mod expect;
mod hang;
mod judge;
mod narrate;
mod outcome;
mod reason;
mod tell;
mod words;

use serde::Serialize;

pub(crate) use action::{action, stands};
pub(crate) use chains::{hang_kind, hang_of};
pub use event::{Event, Kind};
pub use expect::{Verdict, check};
pub(crate) use expect::{judge, stands_for};
pub use hang::{Chain, Does, Hang, HangKind, Link, Thing, WaitsFor};
pub use judge::outcome_of;
pub(crate) use narrate::event_of_step;
pub use outcome::{
    Ending, Fate, FileOutcome, HandlerKind, HandlerOutcome, Outcome, ProcessOutcome, Status, ThreadOutcome,
};
pub use reason::Reason;
pub use tell::tell;

/// One run, told from beginning to end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// `closing-time/trace/1`.
    pub schema: &'static str,
    /// The scenario's name.
    pub scenario: String,
    /// The scenario's title.
    pub title: String,
    /// The runtime with its version, as in `cpython-3.13`.
    pub runtime: String,
    /// The seed of the choices; 0 is the fixed order.
    pub seed: u64,
    /// A string that replays exactly this run.
    pub schedule: String,
    /// The arguments that were given (`--set`, `--signal`), so that the command can be repeated.
    pub arguments: Vec<String>,
    /// The threads, in the order of the program: the lanes of a timeline.
    pub lanes: Vec<Lane>,
    /// The steps.
    pub events: Vec<Event>,
    /// What every thread was busy with, for timelines; ordered by start.
    pub spans: Vec<Activity>,
    /// What stands for things that the scenario says and the runtime has not, one sentence each.
    pub notes: Vec<String>,
    /// What it came to.
    pub outcome: Outcome,
    /// What to try next.
    pub next: Vec<Next>,
    /// The chapter to read, a path below `book/src`.
    pub chapter: Option<String>,
}

/// One thread of the scenario, as a lane of a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lane {
    /// Its process.
    pub process: String,
    /// Its name.
    pub thread: String,
    /// Whether it is a daemon.
    pub daemon: bool,
    /// From when it existed, µs; `None`: never started.
    pub from_us: Option<u64>,
    /// Until when, µs; `None`: it still lives at the end of the trace.
    pub to_us: Option<u64>,
    /// What became of it.
    pub fate: Fate,
}

/// A stretch of time in which one thread did one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Activity {
    /// Index into [`Trace::lanes`].
    pub lane: usize,
    /// µs.
    pub from_us: u64,
    /// µs; where the thread was cut off, the moment of the cut.
    pub to_us: u64,
    /// Which kind.
    pub doing: Doing,
    /// In words, such as "render a page" or "waits for audit".
    pub label: String,
    /// Whether it was cut off in the middle.
    pub cut: bool,
}

/// What a thread can be busy with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doing {
    /// Computing.
    Work,
    /// Sleeping.
    Sleep,
    /// Blocked: on a lock, an event, a queue, another thread.
    Wait,
    /// The main thread runs the runtime's shutdown.
    Shutdown,
    /// Running an exit handler, a signal handler or a finalizer.
    Handler,
}

/// A proposal at the end of a replay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Next {
    /// Arguments after `cargo run --`, as in `scenario pdf-shutdown --set pdf.daemon=false`.
    pub command: String,
    /// What it shows.
    pub text: String,
}
