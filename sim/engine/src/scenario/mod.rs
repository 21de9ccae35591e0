//! From KDL text to a checked, typed [`Scenario`].
//!
//! * [`model`](self): the typed scenario, one type per idea of the language.
//! * [`kdl`]: the text becomes a tree.
//! * `signal`: the signals that a scenario speaks of; `stimulus`: what is done to it from outside.
//! * `property`: claims about all runs at once.
//! * `read`: the tree becomes the model, or a list of everything that is wrong with it.
//! * [`catalogue`]: the built-in scenarios.
//! * [`parse_time`], [`format_time`]: times as they are written.

pub mod catalogue;
pub(crate) mod clip;
pub mod kdl;
mod model;
mod near;
mod property;
mod read;
mod signal;
mod stimulus;
mod time;
mod walk;

pub use model::*;
pub use near::nearest;
pub use property::*;
pub use read::read;
pub use signal::Signal;
pub use stimulus::{Outside, Stimulus};
pub use time::{LONGEST_US, format_range, format_time, parse_moment, parse_time};
pub(crate) use walk::without;

/// What is changed from outside before a scenario is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setup {
    /// Knobs and the values to give them, as typed after `--set`; the last one for a knob counts.
    pub set: Vec<(String, String)>,
    /// Signals from outside, as typed after `--signal`: `TERM@2s`, or `TERM` for any moment.
    pub signals: Vec<String>,
    /// The process that they go to, as typed after `--to`; `None`: the first one.
    pub to: Option<String>,
    /// The runtime to use instead of the one in the text.
    pub runtime: Option<String>,
}
