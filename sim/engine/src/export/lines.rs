//! Indented lines of a program in the making, for languages whose blocks have an end of their own.

/// The text of a program, or of a part of it.
pub(super) struct Lines {
    lines: Vec<String>,
    depth: usize,
    indent: &'static str,
}

impl Lines {
    /// Nothing yet; `indent` is written once for each depth.
    pub(super) fn new(indent: &'static str) -> Self {
        Lines { lines: Vec::new(), depth: 0, indent }
    }

    /// Adds one line at the present depth.
    pub(super) fn line(&mut self, text: impl AsRef<str>) {
        let text = text.as_ref();
        if text.is_empty() {
            self.lines.push(String::new());
        } else {
            self.lines.push(format!("{}{text}", self.indent.repeat(self.depth)));
        }
    }

    /// Adds a head, what stands in its block, and the block's end: `while (true) {` … `}`.
    pub(super) fn block(&mut self, head: impl AsRef<str>, end: &str, inside: impl FnOnce(&mut Lines)) {
        self.line(head);
        self.indented(inside);
        self.line(end);
    }

    /// Adds what stands in a block whose head and end are written by the caller.
    pub(super) fn indented(&mut self, inside: impl FnOnce(&mut Lines)) {
        self.depth += 1;
        inside(self);
        self.depth -= 1;
    }

    /// Adds what belongs to the block around it but stands on that block's own depth: `rescue` … in Ruby.
    pub(super) fn part(&mut self, head: impl AsRef<str>, inside: impl FnOnce(&mut Lines)) {
        self.depth = self.depth.saturating_sub(1);
        self.line(head);
        self.depth += 1;
        inside(self);
    }

    /// As [`Lines::part`], after a line that ends the part before it: `}` and `finally {`.
    pub(super) fn chain(&mut self, end: &str, head: &str, inside: impl FnOnce(&mut Lines)) {
        self.depth = self.depth.saturating_sub(1);
        self.line(end);
        self.depth += 1;
        self.part(head, inside);
    }

    /// Adds lines that were made elsewhere, indented to the present depth.
    pub(super) fn append(&mut self, other: Lines) {
        other.lines.iter().for_each(|line| self.line(line));
    }

    /// One empty line, unless there is one or nothing stands above it.
    pub(super) fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| !line.is_empty() && !line.ends_with('{')) {
            self.lines.push(String::new());
        }
    }

    /// Whether nothing was written.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The text, ending in a newline.
    pub(super) fn text(&self) -> String {
        let mut text = self.lines.join("\n");
        text.push('\n');
        text
    }
}
