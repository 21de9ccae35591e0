//! Literals, numbers of seconds, and words that are safe inside comments.

use super::Code;
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

/// Text for a comment or a docstring: one line, and nothing that could end it.
pub(super) fn prose(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words
        .join(" ")
        .chars()
        .map(|c| match c {
            '\\' => '/',
            c if is_plain(c) => c,
            _ => '?',
        })
        .collect::<String>()
        .replace("\"\"\"", "'''")
}

/// No control characters, and none that reorder or hide the text around them.
fn is_plain(c: char) -> bool {
    !(c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'))
}

/// A number of seconds, without trailing zeros: `1`, `1.5`, `0.0001`.
pub(super) fn seconds(us: u64, scale: f64) -> String {
    let text = format!("{:.6}", us as f64 * scale / 1e6);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
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
