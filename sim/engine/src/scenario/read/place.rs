//! Places in the text.

use kdl::{KdlEntry, KdlNode};

use crate::diagnostic::Span;

/// The bytes from `start` to `end`, moved outwards to whole characters, without white space at either end.
pub(super) fn safe(text: &str, start: usize, end: usize) -> Span {
    let mut start = start.min(text.len());
    let mut end = end.clamp(start, text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    let marked = &text[start..end];
    let ends_at = start + marked.trim_end_matches([' ', '\t', '\n', '\r', ';']).len();
    if ends_at > start {
        end = ends_at;
    }
    start += text[start..end].len() - text[start..end].trim_start().len();
    Span { start, end: end.max(start) }
}

/// A node with its block.
pub(super) fn node(text: &str, node: &KdlNode) -> Span {
    let span = node.span();
    safe(text, span.offset(), span.offset() + span.len())
}

/// The name of a node.
pub(super) fn name(text: &str, node: &KdlNode) -> Span {
    let span = node.name().span();
    safe(text, span.offset(), span.offset() + span.len())
}

/// A value, or a property with its name.
pub(super) fn entry(text: &str, entry: &KdlEntry) -> Span {
    let span = entry.span();
    safe(text, span.offset(), span.offset() + span.len())
}
