//! Indented lines.

/// Promela text in the making.
#[derive(Default)]
pub(super) struct Code {
    text: String,
    indent: usize,
}

impl Code {
    /// Adds one line at the present depth.
    pub(super) fn line(&mut self, text: impl AsRef<str>) {
        let text = text.as_ref();
        if !text.is_empty() {
            self.text.push_str(&"    ".repeat(self.indent));
            self.text.push_str(text);
        }
        self.text.push('\n');
    }

    /// Adds a line, and what stands below it, one level deeper.
    pub(super) fn under(&mut self, head: impl AsRef<str>, inside: impl FnOnce(&mut Code)) {
        self.line(head);
        self.indent += 1;
        inside(self);
        self.indent -= 1;
    }

    /// `HEAD {`, what stands in it, `}`.
    pub(super) fn block(&mut self, head: impl AsRef<str>, inside: impl FnOnce(&mut Code)) {
        self.under(format!("{} {{", head.as_ref()), inside);
        self.line("}");
    }

    /// One choice after the other: the first whose condition holds is taken, and the last one, without a condition, if
    /// none does. Nothing is left open, since a `d_step` must never block.
    pub(super) fn choose(&mut self, cases: Vec<(String, Code)>, otherwise: Code) {
        if cases.is_empty() {
            return self.append(otherwise);
        }
        let count = cases.len();
        for (number, (condition, body)) in cases.into_iter().enumerate() {
            self.line(if number == 0 { "if" } else { ":: else -> if" });
            self.under(format!(":: {condition} ->"), |code| code.append(body));
        }
        self.under(":: else ->", |code| code.append(otherwise));
        self.line(format!("{};", vec!["fi"; count].join(" ")));
    }

    /// Adds lines at the present depth; `skip` if there are none.
    pub(super) fn append(&mut self, other: Code) {
        if other.text.is_empty() {
            return self.line("skip;");
        }
        for line in other.text.lines() {
            self.line(line);
        }
    }

    /// An empty line, but no second one.
    pub(super) fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// The text.
    pub(super) fn text(self) -> String {
        self.text
    }
}

/// Lines made by `write`.
pub(super) fn code(write: impl FnOnce(&mut Code)) -> Code {
    let mut code = Code::default();
    write(&mut code);
    code
}
