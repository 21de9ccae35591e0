//! What keeps the harness from doing its work.

use std::fmt;

/// Something about the files that stops the harness: a sentence for the person in front of the screen.
///
/// A wrong answer is no problem; it is a [`Report`](crate::Report).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem(pub String);

impl Problem {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Problem(message.into())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Problem {}
