//! What the harness remembers between two calls: how many hints were shown. One line per exercise in `.state`.
//!
//! The file can be deleted at any time; all that is lost is the place on the ladder.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Exercise, Problem, files};

/// How many hints of this exercise were shown. A missing or garbled file counts as none.
pub(crate) fn shown(exercise: &Exercise) -> usize {
    let text = path(exercise).and_then(|path| files::read(&path).ok()).unwrap_or_default();
    lines(&text).find(|(name, _)| *name == exercise.name).map_or(0, |(_, count)| count)
}

/// Remembers it.
///
/// # Errors
///
/// The file cannot be written.
pub(crate) fn remember(exercise: &Exercise, count: usize) -> Result<(), Problem> {
    let Some(path) = path(exercise) else { return Ok(()) };
    let old = files::read(&path).unwrap_or_default();
    let mut text: String = lines(&old)
        .filter(|(name, _)| *name != exercise.name)
        .map(|(name, count)| format!("{name} {count}\n"))
        .collect();
    if count > 0 {
        text.push_str(&format!("{} {count}\n", exercise.name));
    }
    fs::write(&path, text)
        .map_err(|error| Problem::new(format!("{}: cannot be written: {error}", path.display())))
}

fn lines(text: &str) -> impl Iterator<Item = (&str, usize)> {
    text.lines().filter_map(|line| {
        let (name, count) = line.trim().split_once(' ')?;
        Some((name, count.parse().ok()?))
    })
}

fn path(exercise: &Exercise) -> Option<PathBuf> {
    exercise.folder.parent().map(|root: &Path| root.join(".state"))
}
