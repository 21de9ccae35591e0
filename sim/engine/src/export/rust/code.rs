//! Lines of Rust, and what they need above them.

use std::collections::BTreeSet;

use super::helpers::Helper;
use crate::export::lines::Lines;
use crate::export::words::is_plain;
use crate::scenario::TimeRange;

/// A part of the program.
pub(super) struct Code {
    pub(super) lines: Lines,
    /// What is brought into scope by `use`.
    pub(super) uses: BTreeSet<&'static str>,
    /// Functions and types of the program's own, and functions of libc.
    pub(super) helpers: BTreeSet<Helper>,
    /// Whether statements were left out because nothing comes to them.
    pub(super) cut: bool,
}

impl Code {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        Code { lines: Lines::new("    "), uses: BTreeSet::new(), helpers: BTreeSet::new(), cut: false }
    }

    /// One line.
    pub(super) fn line(&mut self, text: impl AsRef<str>) {
        self.lines.line(text);
    }

    /// A block that ends with a brace.
    pub(super) fn block(&mut self, head: impl AsRef<str>, inside: impl FnOnce(&mut Code)) {
        self.block_to(head, "}", inside);
    }

    /// A block with another end, as of a closure that is an argument.
    pub(super) fn block_to(&mut self, head: impl AsRef<str>, end: &str, inside: impl FnOnce(&mut Code)) {
        self.line(head);
        self.indented(inside);
        self.line(end);
    }

    /// Lines one step further in.
    pub(super) fn indented(&mut self, inside: impl FnOnce(&mut Code)) {
        let mut inner = Code::new();
        inside(&mut inner);
        self.uses.append(&mut inner.uses);
        self.helpers.append(&mut inner.helpers);
        self.cut |= inner.cut;
        self.lines.indented(|lines| lines.append(inner.lines));
    }

    /// Brings something into scope.
    pub(super) fn bring(&mut self, path: &'static str) {
        self.uses.insert(path);
    }

    /// Says that a helper is used.
    pub(super) fn help(&mut self, helper: Helper) {
        self.helpers.insert(helper);
    }

    /// A time span as a `Duration`.
    pub(super) fn span(&mut self, time: TimeRange, scale: f64) -> String {
        self.bring("std::time::Duration");
        if time.min_us == time.max_us {
            duration(time.min_us, scale)
        } else {
            self.help(Helper::Between);
            format!("between({}, {})", duration(time.min_us, scale), duration(time.max_us, scale))
        }
    }
}

fn duration(us: u64, scale: f64) -> String {
    let us = (us as f64 * scale).round() as u64;
    match us {
        0 => "Duration::ZERO".to_string(),
        us if us % 1_000_000 == 0 => format!("Duration::from_secs({})", us / 1_000_000),
        us if us % 1_000 == 0 => format!("Duration::from_millis({})", us / 1_000),
        us => format!("Duration::from_micros({us})"),
    }
}

/// A string literal.
pub(super) fn string(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// The inside of a string literal.
fn escaped(text: &str) -> String {
    let mut out = String::new();
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
    out
}

/// The literal that `println!` takes, in which braces are doubled.
pub(super) fn format_string(text: &str) -> String {
    string(&text.replace('{', "{{").replace('}', "}}")).replace("\\u{{", "\\u{")
}
