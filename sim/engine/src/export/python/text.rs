//! Literals and time spans.

use super::Code;
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
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if is_plain(c) => out.push(c),
            c if (c as u32) < 0x1_0000 => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push_str(&format!("\\U{:08x}", c as u32)),
        }
    }
    out.push('"');
    out
}

/// An expression for a time span in seconds.
pub(super) fn span(time: TimeRange, scale: f64, code: &mut Code) -> String {
    if time.min_us == time.max_us {
        seconds(time.min_us, scale)
    } else {
        code.import("random");
        format!("random.uniform({}, {})", seconds(time.min_us, scale), seconds(time.max_us, scale))
    }
}
