//! Drives all runs: every interleaving, and every moment at which a signal may strike.
//!
//! Time does not exist here. Any thread that can take its step may be the next; a timeout fires only when nothing
//! else can move; a stimulus may strike before any step. What the search finds is exact: full states are compared,
//! never hashes alone, and a limit that is hit is said.
//!
//! * `moves`: who may be next; `space`: the steps from a state to the next ones, with the reductions:
//!   `atomic`, what needs no interleaving, `canonical`, one state for all that nobody can tell apart, and `buffers`,
//!   bytes that only count together.
//! * `from`: where a search begins.
//! * `store`: every state once, packed, with the step that led to it first.
//! * `search`: nearest first, so that the first way to an outcome is a shortest one; `frontier`: on all cores.
//! * `classes`: runs that nobody outside can tell apart.
//! * `decisive`: the step after which a run can no longer end as the default one.
//! * `ends`: where a run ends; `graph`: all states and steps of a small program, to be drawn.
//! * `properties`: what `expect` claims of all runs, proved or refuted on the way.
//! * `stuck`: the states from which no end can be reached; `lasso`: the loops there, told from a `region` in which
//!   every thread keeps its number; `overtaken`: loops that could be left, and need not be; `components`: states
//!   that lead to each other.
//! * `ways`: the steps to a stored state; `witness`: of several shortest ways, the one with the fewest changes of thread.

mod atomic;
mod buffers;
mod canonical;
mod classes;
mod components;
mod decisive;
mod ends;
mod from;
mod frontier;
mod graph;
mod lasso;
mod moves;
mod observes;
mod overtaken;
mod properties;
mod region;
mod search;
mod space;
mod store;
mod stuck;
mod ways;
mod witness;

use std::ops::ControlFlow;

pub use decisive::decisive;
pub use from::explore_from;
pub use graph::{Edge, Graph, Node, TooLarge, graph};
pub use lasso::in_words;
pub use overtaken::{FairLoop, Overtaken};
pub use properties::Verdict;
pub use search::{explore, verify};
pub use witness::{calmest, switches};

use crate::trace::Outcome;
use crate::world::Choice;

/// What may happen, and how far to look.
#[derive(Clone, Debug)]
pub struct Limits {
    /// States after which the search is given up.
    pub max_states: u64,
    /// Bytes of states after which it is given up.
    pub max_bytes: u64,
    /// A stimulus strikes only when nothing else can move, instead of before any step.
    pub at_quiescence: bool,
    /// A timeout may fire at any time, instead of only when nothing else can move.
    pub early_timeouts: bool,
    /// What is left out because it changes no outcome.
    pub reductions: Reductions,
    /// How many records a loop without end may write, or items it may put, before the search goes no further there.
    pub unroll: u64,
    /// Steps that have been taken when the search begins, each possible where it stands; see [`explore_from`].
    pub after: Vec<Choice>,
    /// How many cores may be used. What is found does not depend on it.
    pub cores: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_states: 50_000_000,
            max_bytes: 8 << 30,
            at_quiescence: false,
            early_timeouts: false,
            reductions: Reductions::ALL,
            unroll: 4,
            after: Vec::new(),
            cores: 1,
        }
    }
}

/// What a search may leave out because it changes no outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reductions {
    /// Interleavings of steps that nobody else can see, and within critical sections (partial order).
    pub por: bool,
    /// Which of several threads with the same code does what.
    pub symmetry: bool,
    /// Values that are never read again.
    pub dead: bool,
}

impl Reductions {
    /// All of them.
    pub const ALL: Reductions = Reductions { por: true, symmetry: true, dead: true };
    /// None: every state and every step of the model.
    pub const NONE: Reductions = Reductions { por: false, symmetry: false, dead: false };

    /// The names of those that are switched on and have something to work on in this program.
    pub fn names(self, program: &crate::program::Program) -> Vec<&'static str> {
        let all = [
            (self.por && !atomic::ends_anywhere(program), "por"),
            (self.symmetry, "symmetry"),
            (self.dead, "dead"),
        ];
        all.into_iter().filter(|(on, _)| *on).map(|(_, name)| name).collect()
    }
}

/// How far a search has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Different states found.
    pub states: u64,
    /// Steps taken from them.
    pub transitions: u64,
    /// States whose steps are still to be taken.
    pub frontier: u64,
    /// Memory of the states, bytes.
    pub bytes: u64,
    /// Steps of the longest of the shortest ways so far.
    pub depth: u32,
}

/// Why a search did not see everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incomplete {
    /// [`Limits::max_states`].
    States,
    /// [`Limits::max_bytes`].
    Bytes,
    /// The caller asked it to stop.
    Stopped,
}

/// Everything that a search found.
#[derive(Clone, Debug)]
pub struct Exploration {
    /// `None`: every state was seen.
    pub incomplete: Option<Incomplete>,
    /// Whether a loop without end was cut at [`Limits::unroll`].
    pub unrolled: bool,
    /// Size of the search.
    pub progress: Progress,
    /// The distinct outcomes, worst first, then those with the shortest way.
    pub classes: Vec<Class>,
    /// Loops that could be left and need not be, those with the shortest way first. `None`: they were not looked for,
    /// because there are too many states.
    pub loops: Option<Vec<FairLoop>>,
    /// What was claimed of all runs; empty unless [`verify`] was asked.
    pub properties: Vec<Verdict>,
}

/// One distinct outcome.
#[derive(Clone, Debug)]
pub struct Class {
    /// A short name made from what can be observed: the same in every search that finds it.
    pub id: String,
    /// What it is. Of runs that differ in nothing that can be observed, one is shown.
    pub outcome: Outcome,
    /// A shortest way there; of more than 400 steps one of which a thread that is cut off may take a few too many.
    pub witness: Vec<Choice>,
    /// Where it goes round for ever, the steps that lead from the end of the witness back to it; else empty. Nobody is
    /// held up who could move all the time.
    pub round: Vec<Choice>,
    /// In how many states runs end this way.
    pub ends: u64,
}

/// Called now and then during a search; `Break` stops it.
pub type Watch<'w> = &'w mut dyn FnMut(&Progress) -> ControlFlow<()>;
