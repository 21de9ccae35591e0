//! What is wrong with a scenario, where, and what to do about it.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// A range of bytes in the source text of a scenario.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What was expected and what was found, one sentence without a full stop.
    pub message: String,
    /// Where; `None` when the mistake is not in the text (a knob on the command line).
    pub span: Option<Span>,
    /// The words under the marked place.
    pub label: String,
    /// What to do; may be empty.
    pub help: String,
}

impl Diagnostic {
    /// A mistake at a place in the text.
    pub fn at(span: Span, message: impl Into<String>, label: impl Into<String>) -> Self {
        Diagnostic { message: message.into(), span: Some(span), label: label.into(), help: String::new() }
    }

    /// A mistake outside the text.
    pub fn general(message: impl Into<String>) -> Self {
        Diagnostic { message: message.into(), span: None, label: String::new(), help: String::new() }
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}

/// Renders diagnostics as a terminal would show them: excerpt, caret, help. `origin` is the file name to print.
pub fn render(diagnostics: &[Diagnostic], origin: &str, source: &str, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    for diagnostic in diagnostics {
        let mut group =
            Level::ERROR.primary_title(diagnostic.message.as_str()).elements(diagnostic.span.map(|span| {
                // A renderer that is handed a place outside the text, or within a character, would panic.
                let start = floor(source, span.start);
                let end = floor(source, span.end).max(start);
                Snippet::source(source)
                    .path(origin)
                    .annotation(AnnotationKind::Primary.span(start..end).label(diagnostic.label.as_str()))
            }));
        if !diagnostic.help.is_empty() {
            group = group.element(Level::HELP.message(diagnostic.help.as_str()));
        }
        out.push_str(&renderer.render(&[group]));
        out.push_str("\n\n");
    }
    out
}

/// The nearest boundary of a character at or before `at`.
fn floor(source: &str, at: usize) -> usize {
    (0..=at.min(source.len())).rev().find(|at| source.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_place_can_be_rendered() {
        for source in ["", "a", "é", "🙂\n", "\n\n", "a\r\nb"] {
            for start in 0..8 {
                for end in [0, start, start + 1, 99] {
                    let one = Diagnostic::at(Span { start, end }, "message", "label").help("help");
                    let shown = render(&[one], "t.kdl", source, false);
                    assert!(shown.starts_with("error: message\n --> t.kdl:"), "{shown}");
                }
            }
        }
    }
}
