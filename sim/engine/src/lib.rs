//! How programs stop: a pure engine that replays the shutdown of threads and processes.
//!
//! No I/O, no terminal, no wall clock, no threads of its own. The same engine runs in the terminal, in the tests
//! and, compiled to wasm, in the pages of the book.
//!
//! # Layout
//!
//! Data goes one way, left to right; no room imports one to its right.
//!
//! ```text
//! scenario ─▶ program ─▶ world ─▶ replay ─▶ trace ─▶ show
//!    │          ▲                                     export
//!    │        rules
//! ```
//!
//! * [`scenario`]: KDL text → typed scenario, with spans and diagnostics; knobs; the catalogue.
//! * [`rules`]: one file per runtime; data and a short epilogue program, nothing else.
//! * [`program`]: the instruction set; a compiled, immutable program.
//! * [`world`]: the state and `step`: the only place where semantics are executed.
//! * [`replay`]: drives one run: virtual clock, choice policy → trace.
//! * [`trace`]: event, reason, outcome.
//! * [`show`]: renderers of a trace, one per file.
//! * [`export`]: a scenario as a real program, or as a model for another model checker.
//! * [`compare`]: one scenario under several runtimes: outcomes in, table out.
//! * [`load`]: text → [`Loaded`] → trace, what every front end does.
//! * [`diagnostic`]: what is wrong with a scenario, and where.

pub mod compare;
pub mod diagnostic;
pub mod explore;
pub mod export;
mod load;
pub mod program;
pub mod replay;
pub mod rules;
pub mod scenario;
pub mod show;
pub mod trace;
pub mod world;

pub use load::{Loaded, load};
