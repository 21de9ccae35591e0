//! Literals and time spans of JavaScript.

use crate::export::words::is_plain;
pub(super) use crate::export::words::prose;
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
            c => out.push_str(&format!("\\u{{{:x}}}", c as u32)),
        }
    }
    out.push('"');
    out
}

/// An expression for a time span in milliseconds.
pub(super) fn millis(time: TimeRange, scale: f64) -> String {
    let ms = |us: u64| {
        let text = format!("{:.3}", us as f64 * scale / 1e3);
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    };
    match time.min_us == time.max_us {
        true => ms(time.min_us),
        false => {
            let width = ms(time.max_us - time.min_us);
            format!("{} + Math.random() * {width}", ms(time.min_us))
        }
    }
}
