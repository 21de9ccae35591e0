//! Lines of Go, and what they need above them.

use std::collections::BTreeSet;

use super::helpers::Helper;
use crate::export::lines::Lines;
use crate::export::words::is_plain;
use crate::scenario::TimeRange;

/// A part of the program.
pub(super) struct Code {
    pub(super) lines: Lines,
    /// Packages.
    pub(super) imports: BTreeSet<&'static str>,
    /// Functions and types of the program's own.
    pub(super) helpers: BTreeSet<Helper>,
}

impl Code {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        Code { lines: Lines::new("\t"), imports: BTreeSet::new(), helpers: BTreeSet::new() }
    }

    /// One line.
    pub(super) fn line(&mut self, text: impl AsRef<str>) {
        self.lines.line(text);
    }

    /// A block that ends with a brace.
    pub(super) fn block(&mut self, head: impl AsRef<str>, inside: impl FnOnce(&mut Code)) {
        self.block_to(head, "}", inside);
    }

    /// A block with another end, as of a function that is called where it stands.
    pub(super) fn block_to(&mut self, head: impl AsRef<str>, end: &str, inside: impl FnOnce(&mut Code)) {
        self.part(head, inside);
        self.line(end);
    }

    /// A case of a `switch` or `select`, which has no end of its own.
    pub(super) fn part(&mut self, head: impl AsRef<str>, inside: impl FnOnce(&mut Code)) {
        self.line(head);
        self.indented(inside);
    }

    /// Lines one step further in.
    pub(super) fn indented(&mut self, inside: impl FnOnce(&mut Code)) {
        let mut inner = Code::new();
        inside(&mut inner);
        self.imports.append(&mut inner.imports);
        self.helpers.append(&mut inner.helpers);
        self.lines.indented(|lines| lines.append(inner.lines));
    }

    /// Says that a package is used.
    pub(super) fn import(&mut self, package: &'static str) {
        self.imports.insert(package);
    }

    /// Says that a helper is used.
    pub(super) fn help(&mut self, helper: Helper) {
        self.helpers.insert(helper);
    }

    /// A time span as a `time.Duration`.
    pub(super) fn span(&mut self, time: TimeRange, scale: f64) -> String {
        self.import("time");
        if time.min_us == time.max_us {
            duration(time.min_us, scale)
        } else {
            self.help(Helper::Between);
            let of = |us| duration(us, scale).replace(' ', "");
            format!("between({}, {})", of(time.min_us), of(time.max_us))
        }
    }
}

fn duration(us: u64, scale: f64) -> String {
    let us = (us as f64 * scale).round() as u64;
    let of = |number: u64, unit: &str| {
        if number == 1 { format!("time.{unit}") } else { format!("{number} * time.{unit}") }
    };
    match us {
        0 => "0".to_string(),
        us if us % 1_000_000 == 0 => of(us / 1_000_000, "Second"),
        us if us % 1_000 == 0 => of(us / 1_000, "Millisecond"),
        us => of(us, "Microsecond"),
    }
}

/// A string literal.
pub(super) fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if is_plain(c) => out.push(c),
            c => out.push_str(&format!("\\U{:08x}", c as u32)),
        }
    }
    out.push('"');
    out
}
