//! Literals and time spans of Perl.

use crate::export::words::is_plain;
pub(super) use crate::export::words::{prose, seconds};
use crate::scenario::TimeRange;

/// A string literal, in single quotes where that is enough.
pub(super) fn string(text: &str) -> String {
    if text.chars().all(|c| is_plain(c) && c.is_ascii() && !matches!(c, '\'' | '\\')) {
        return format!("'{text}'");
    }
    format!("\"{}\"", inside(text))
}

/// What stands between double quotes.
pub(super) fn inside(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' | b'$' | b'@' => out.extend(['\\', byte as char]),
            b'\n' => out.push_str("\\n"),
            b' '..=b'~' => out.push(byte as char),
            // The bytes of UTF-8 as they are: standard output takes bytes.
            _ => out.push_str(&format!("\\x{{{byte:02x}}}")),
        }
    }
    out
}

/// An expression for a time span in seconds.
pub(super) fn span(time: TimeRange, scale: f64) -> String {
    let shortest = seconds(time.min_us, scale);
    match time.min_us == time.max_us {
        true => shortest,
        false => format!("{shortest} + rand({})", seconds(time.max_us - time.min_us, scale)),
    }
}
