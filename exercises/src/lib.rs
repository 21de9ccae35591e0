//! The exercises of Closing Time and the harness that grades them.
//!
//! An exercise is a folder: the task (`README.md`), one file that the learner edits, an untouched copy of it in
//! `original/`, a ladder of hints, a reference solution, and `checks.kdl`, which says what passes. Nothing here knows
//! a terminal; the command line and the tests print what this library returns.
//!
//! ```text
//! info.kdl ─▶ list ─▶ Exercise ─┬▶ status           untouched, edited, solved
//!                               ├▶ grade ─▶ Report  predict.rs or repair.rs, by kind
//!                               ├▶ hint             one rung further each time
//!                               ├▶ solution
//!                               └▶ reset            the original again; the learner's file is kept
//! ```

mod answers;
mod checks;
mod command;
mod files;
mod grade;
mod help;
mod list;
mod nodes;
mod predict;
mod problem;
mod repair;
mod report;
mod reset;
mod shape;
mod state;

pub use grade::{Status, grade, grade_text, status};
pub use help::{Hint, hint, hints, solution};
pub use list::{Exercise, Kind, Unknown, all, find, root};
pub use problem::Problem;
pub use report::{Finding, Group, Mark, Report};
pub use reset::reset;
