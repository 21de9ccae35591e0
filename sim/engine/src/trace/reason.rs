//! Why a step happens.

use serde::Serialize;

/// The rule behind an event. All fields are `None` for a step that is simply the next line of the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The rule's id, such as `cpython/daemons-not-awaited`.
    pub rule: Option<&'static str>,
    /// One sentence.
    pub why: Option<&'static str>,
    /// The chapter that explains it: a path below `book/src`, possibly with `#heading`.
    pub chapter: Option<&'static str>,
}
