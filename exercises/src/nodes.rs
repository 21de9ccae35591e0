//! Small accessors over KDL for the harness's own files (`info.kdl`, `checks.kdl`).
//!
//! These files are written by the authors of exercises, so a mistake in them is a [`Problem`] with the file's name,
//! not a diagnostic with a span.

use std::path::Path;

use closing_time_engine::scenario::kdl::{self, KdlDocument, KdlNode, KdlValue};

use crate::{Problem, files};

/// A KDL file: its one top node, which must have this name, and its text.
pub(crate) fn top(path: &Path, name: &str) -> Result<(KdlNode, String), Problem> {
    let text = files::read(path)?;
    let document = kdl::parse(&text).map_err(|found| {
        let first = found.first();
        let what = first.map_or("is no KDL", |one| one.message.as_str());
        let before = first.and_then(|one| text.get(..one.span?.start)).unwrap_or("");
        let line = before.matches('\n').count() + 1;
        Problem::new(format!("{}:{line}: {what}", path.display()))
    })?;
    match document.nodes() {
        [node] if node.name().value() == name => Ok((node.clone(), text)),
        _ => Err(Problem::new(format!("{}: expected one node `{name} {{ … }}`", path.display()))),
    }
}

/// The children of a node.
pub(crate) fn children(node: &KdlNode) -> &[KdlNode] {
    node.children().map_or(&[], KdlDocument::nodes)
}

/// The children with this name.
pub(crate) fn named<'n>(node: &'n KdlNode, name: &'static str) -> impl Iterator<Item = &'n KdlNode> {
    children(node).iter().filter(move |child| child.name().value() == name)
}

/// Argument `at` of a node as text.
pub(crate) fn text(node: &KdlNode, at: usize) -> Result<String, Problem> {
    let found = node.argument(at).and_then(KdlValue::as_string);
    found.map(str::to_owned).ok_or_else(|| missing(node, &format!("text {}", at + 1)))
}

/// The first argument of the first child with this name; `None` without such a child.
pub(crate) fn child_text(node: &KdlNode, name: &'static str) -> Result<Option<String>, Problem> {
    named(node, name).next().map(|child| text(child, 0)).transpose()
}

/// Property `name` as a whole number.
pub(crate) fn number(node: &KdlNode, name: &str) -> Result<u64, Problem> {
    let found = node.property(name).and_then(KdlValue::as_integer);
    found
        .and_then(|value| u64::try_from(value).ok())
        .ok_or_else(|| missing(node, &format!("number `{name}`")))
}

/// Fails for the first child whose name is not in `known`: a misspelt check must not pass unseen.
pub(crate) fn only(node: &KdlNode, known: &[&str]) -> Result<(), Problem> {
    let stranger = children(node).iter().find(|child| !known.contains(&child.name().value()));
    stranger.map_or(Ok(()), |child| {
        let (name, parent) = (child.name().value(), node.name().value());
        Err(Problem::new(format!("`{parent}` knows no `{name}`; it knows {}", known.join(", "))))
    })
}

fn missing(node: &KdlNode, what: &str) -> Problem {
    Problem::new(format!("`{node}`: the {what} is missing"))
}
