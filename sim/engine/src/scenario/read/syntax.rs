//! Runs KDL's parser over text of good shape, and puts its complaints into our words.

use kdl::{KdlDiagnostic, KdlDocument};

use super::place;
use crate::diagnostic::Diagnostic;

/// More than this are follow-ups of the first.
const MOST: usize = 5;

/// The nodes of `text`, or what KDL has against them.
pub(super) fn parse(text: &str) -> Result<KdlDocument, Vec<Diagnostic>> {
    KdlDocument::parse(text).map_err(|error| {
        let mut found: Vec<Diagnostic> = error.diagnostics.iter().map(|one| reword(one, text)).collect();
        found.sort_by_key(|one| one.span.map(|span| span.start));
        // One mistake makes several complaints in the same line or in the same words; the first one names it.
        let line = |one: &Diagnostic| one.span.map(|span| text[..span.start].matches('\n').count());
        found.dedup_by(|next, one| line(next) == line(one) || next.message == one.message);
        found.truncate(MOST);
        if found.is_empty() {
            found.push(
                Diagnostic::general("the text is not KDL").help("see the reference of the scenario language"),
            );
        }
        found
    })
}

fn reword(one: &KdlDiagnostic, text: &str) -> Diagnostic {
    let span = place::safe(text, one.span.offset(), one.span.offset() + one.span.len());
    let marked = &text[span.start..span.end];
    let (message, help) = if marked.contains('\\') && marked.starts_with('"') {
        ("the text has an escape that does not exist", r#"after `\` stands one of n r t b f s " \ or u{…}"#)
    } else if marked.starts_with("\"\"\"") {
        (
            "the text over several lines is not laid out right",
            "begin each line with the spaces before the closing `\"\"\"`",
        )
    } else {
        return Diagnostic::at(
            span,
            lower(one.message.as_deref().unwrap_or("this is not KDL")),
            "not understood",
        )
        .help(one.help.clone().unwrap_or_default());
    };
    Diagnostic::at(span, message, "not understood").help(help)
}

/// Messages here begin with a small letter and end without a full stop.
fn lower(message: &str) -> String {
    let mut chars = message.trim_end_matches('.').chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
