//! Literals and time spans.

use crate::export::words::is_plain;
use crate::scenario::TimeRange;

/// A string literal.
pub(super) fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_plain(c) => out.push(c),
            c => {
                let mut units = [0; 2];
                c.encode_utf16(&mut units).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
            }
        }
    }
    out.push('"');
    out
}

/// Milliseconds, at least `least`.
pub(super) fn millis(us: u64, scale: f64, least: u64) -> u64 {
    ((us as f64 * scale / 1e3).round() as u64).max(least)
}

/// An expression for a time span in milliseconds, and whether it is drawn at random.
pub(super) fn span(time: TimeRange, scale: f64) -> (String, bool) {
    let least = u64::from(time.max_us > 0);
    let (min, max) = (millis(time.min_us, scale, least), millis(time.max_us, scale, least));
    match min == max {
        true => (min.to_string(), false),
        false => (format!("Between({min}, {max})"), true),
    }
}
