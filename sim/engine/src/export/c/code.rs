//! Lines of C, and what they need above them.

use std::collections::BTreeSet;

use super::helpers::Helper;
use crate::export::lines::Lines;
use crate::export::words::{is_plain, seconds};
use crate::scenario::TimeRange;

/// A part of the program.
pub(super) struct Code {
    pub(super) lines: Lines,
    /// Functions of the program's own that are called.
    pub(super) helpers: BTreeSet<Helper>,
    /// Functions that are named before they are written, by their place in the plan.
    pub(super) ahead: BTreeSet<usize>,
    /// Clean-up functions, which stand above the function that they belong to.
    pub(super) cleanups: Vec<Lines>,
}

impl Code {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        Code {
            lines: Lines::new("    "),
            helpers: BTreeSet::new(),
            ahead: BTreeSet::new(),
            cleanups: Vec::new(),
        }
    }

    /// One line.
    pub(super) fn line(&mut self, text: impl AsRef<str>) {
        self.lines.line(text);
    }

    /// A block that ends with a brace.
    pub(super) fn block(&mut self, head: impl AsRef<str>, inside: impl FnOnce(&mut Code)) {
        let inner = self.part(inside);
        self.lines.block(head, "}", |lines| lines.append(inner));
    }

    /// Lines that stand somewhere else; what they need is noted here.
    pub(super) fn part(&mut self, inside: impl FnOnce(&mut Code)) -> Lines {
        let mut inner = Code::new();
        inside(&mut inner);
        self.helpers.append(&mut inner.helpers);
        self.ahead.append(&mut inner.ahead);
        self.cleanups.append(&mut inner.cleanups);
        inner.lines
    }

    /// The name of a helper, which is thereby defined.
    pub(super) fn call(&mut self, helper: Helper) -> &'static str {
        self.helpers.insert(helper);
        helper.name()
    }

    /// A time span in seconds.
    pub(super) fn span(&mut self, time: TimeRange, scale: f64) -> String {
        if time.min_us == time.max_us {
            double(time.min_us, scale)
        } else {
            let between = self.call(Helper::Between);
            format!("{between}({}, {})", double(time.min_us, scale), double(time.max_us, scale))
        }
    }
}

fn double(us: u64, scale: f64) -> String {
    let text = seconds(us, scale);
    if text.contains('.') { text } else { text + ".0" }
}

/// A string literal. Bytes that are not ASCII are written as they are: source and output are UTF-8.
pub(super) fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            // Two of them would begin a trigraph.
            '?' => out.push_str("\\?"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if is_plain(c) => out.push(c),
            c => c.to_string().bytes().for_each(|byte| out.push_str(&format!("\\{byte:03o}"))),
        }
    }
    out.push('"');
    out
}
