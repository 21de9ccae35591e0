//! Claims about every run at once, which a search proves or refutes.

use super::{Claim, Signal};
use crate::diagnostic::Span;

/// A property of all runs, written in a quantifier within `expect`.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// In which of the runs.
    pub quantifier: Quantifier,
    /// What is so there.
    pub subject: Subject,
    /// In one line, such as `never hangs`.
    pub text: String,
    /// The node of the claim in the source.
    pub span: Span,
}

/// In which of the runs a claim is to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// In every run.
    Always,
    /// In no run.
    Never,
    /// In one run at least.
    Sometimes,
    /// In the end of every run in which this signal of the scenario strikes.
    Eventually {
        /// The signal, sent by some `at` or `--signal`.
        after: Signal,
    },
}

impl Quantifier {
    /// As it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Quantifier::Always => "always",
            Quantifier::Never => "never",
            Quantifier::Sometimes => "sometimes",
            Quantifier::Eventually { .. } => "eventually",
        }
    }
}

/// What a property speaks of.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// What a run comes to. Never [`Claim::EndsWithin`] or [`Claim::Prints`], which only one run can be asked.
    Outcome(Claim),
    /// A moment of a run; with [`Quantifier::Never`] and [`Quantifier::Sometimes`] only.
    Moment(Held),
}

/// Locks that are held, all of them at the same moment, while their process lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The locks, one at least.
    pub locks: Vec<String>,
    /// Who holds them: nobody named (anyone may), one for all of them, or one for each. A name with `count` stands
    /// for any one of its threads.
    pub by: Vec<String>,
    /// Whether the holder has to be stopped for good, so that nobody will give the lock back.
    pub frozen: bool,
}
