//! Indented lines, and the imports they need.

use std::collections::BTreeSet;

/// CPython refuses a function with more than 20 blocks inside each other; a `try` with `finally` counts twice.
const DEEPEST: usize = 18;

/// Python text in the making.
#[derive(Default)]
pub(super) struct Code {
    lines: Vec<String>,
    indent: usize,
    imports: BTreeSet<&'static str>,
    refusal: Option<String>,
}

impl Code {
    /// Adds one line at the present depth.
    pub(super) fn line(&mut self, text: impl AsRef<str>) {
        let text = text.as_ref();
        if text.is_empty() {
            self.lines.push(String::new());
        } else {
            self.lines.push(format!("{}{text}", "    ".repeat(self.indent)));
        }
    }

    /// Adds a line that opens a block, and what stands in it; `pass` if that is nothing.
    pub(super) fn block(&mut self, head: impl AsRef<str>, inside: impl FnOnce(&mut Code)) {
        self.line(head);
        self.indent += 1;
        if self.indent > DEEPEST {
            self.refuse(format!("it nests more than {DEEPEST} blocks, which is more than Python accepts"));
        }
        let before = self.lines.len();
        inside(self);
        let comments_only = self.lines[before..].iter().all(|line| {
            let line = line.trim_start();
            line.is_empty() || line.starts_with('#')
        });
        if comments_only {
            self.line("pass");
        }
        self.indent -= 1;
    }

    /// Two empty lines at module level, one inside, as between functions; nothing right after a heading.
    pub(super) fn gap(&mut self) {
        if self.lines.last().is_none_or(|line| line.trim_end().ends_with(':')) {
            return;
        }
        let wanted = if self.indent == 0 { 2 } else { 1 };
        let have = self.lines.iter().rev().take_while(|line| line.is_empty()).count();
        for _ in have..wanted {
            self.lines.push(String::new());
        }
    }

    /// Notes that `import MODULE` is needed.
    pub(super) fn import(&mut self, module: &'static str) {
        self.imports.insert(module);
    }

    /// The modules that were used, in alphabetical order.
    pub(super) fn imports(&self) -> impl Iterator<Item = &'static str> {
        self.imports.iter().copied()
    }

    /// Notes why this cannot be exported; the first reason counts.
    pub(super) fn refuse(&mut self, sentence: String) {
        self.refusal.get_or_insert(sentence);
    }

    /// Why this cannot be exported.
    pub(super) fn refusal(&self) -> Option<&str> {
        self.refusal.as_deref()
    }

    /// The text, ending in a newline.
    pub(super) fn text(&self) -> String {
        let mut text = self.lines.join("\n");
        text.push('\n');
        text
    }
}
