//! Literals and time spans of Ruby.

use crate::export::words::is_plain;
pub(super) use crate::export::words::{prose, seconds};
use crate::scenario::TimeRange;

/// A string literal in double quotes.
pub(super) fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '#' => out.push_str("\\#"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if is_plain(c) => out.push(c),
            c => out.push_str(&format!("\\u{{{:x}}}", c as u32)),
        }
    }
    out.push('"');
    out
}

/// An expression for a time span in seconds.
pub(super) fn span(time: TimeRange, scale: f64) -> String {
    let float = |us| {
        let text = seconds(us, scale);
        if text.contains('.') { text } else { format!("{text}.0") }
    };
    match time.min_us == time.max_us {
        true => seconds(time.min_us, scale),
        false => format!("rand({}..{})", float(time.min_us), float(time.max_us)),
    }
}
