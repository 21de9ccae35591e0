//! KDL 2.0, the form of scenario files: text in, a tree with places or diagnostics out.
//!
//! ```text
//! text ─▶ token ─▶ parse ─▶ tree
//!                  word, text (what one token means)
//! ```
//!
//! A parser of our own, for three reasons: it takes time in proportion to the text and a bounded stack, whatever the
//! text is; it says what is wrong in the words of the scenario language, all mistakes at once; and reading a scenario
//! is most of what a start of the program does, so it must take microseconds.
//!
//! Some things that KDL or other parsers allow are refused, each with a reason: text without a space before it, a value
//! after a block that `/-` leaves out, `/-` after a block, `/-` after `/-`, a comment between `\` and the end of its line
//! in other form than `//`, numbers of more than 38 characters or beyond 127 bits, and more than the limits of a scenario
//! allow. Two `;` in a row are allowed.

mod limits;
mod parse;
#[cfg(test)]
mod tests;
mod text;
mod token;
mod tree;
mod word;

pub(super) use self::limits::DIAGNOSTICS;
pub(super) use self::parse::{Parsed, parse_all};
pub use self::tree::{KdlDocument, KdlEntry, KdlIdentifier, KdlNode, KdlValue};
use crate::diagnostic::Diagnostic;

/// The tree of `source`. Takes time in proportion to its length.
///
/// # Errors
/// Everything that is wrong with its form, in the order of the text; at least one.
pub fn parse(source: &str) -> Result<KdlDocument, Vec<Diagnostic>> {
    match parse_all(source) {
        Parsed { document: Some(document), errors } if errors.is_empty() => Ok(document),
        Parsed { errors, .. } => Err(errors),
    }
}
