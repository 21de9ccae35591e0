//! What is done to a scenario from outside, and when.

use super::Signal;

/// Something from outside at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Stimulus {
    /// When, µs of virtual time; `None`: the explorer chooses, a replay never fires it.
    pub at_us: Option<u64>,
    /// What.
    pub what: Outside,
    /// Which process it is done to.
    pub to: String,
}

/// What is done to a process from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outside {
    /// It gets a signal.
    Signal(Signal),
    /// Somebody begins to read the pipe that its standard output goes to, and keeps up with it from then on.
    Read,
}

impl Outside {
    /// The signal, if it is one.
    pub const fn signal(self) -> Option<Signal> {
        match self {
            Outside::Signal(signal) => Some(signal),
            Outside::Read => None,
        }
    }
}

impl std::hash::Hash for Outside {
    // A signal has the hash that it has alone, so that schedules of programs without pipes stay what they were.
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        match self {
            Outside::Signal(signal) => signal.hash(state),
            Outside::Read => u8::MAX.hash(state),
        }
    }
}
