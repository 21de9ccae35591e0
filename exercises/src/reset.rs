//! Back to the start, with nothing lost.

use std::fs;
use std::path::PathBuf;

use crate::{Exercise, Problem, files, state};

/// Puts the original file back and forgets which hints were shown. An edited file is kept beside it as `FILE.bak`
/// (`FILE.bak2`, … when that exists); its path is returned, or `None` when there was nothing to keep.
///
/// # Errors
///
/// A file cannot be read or written; the learner's file is untouched then.
pub fn reset(exercise: &Exercise) -> Result<Option<PathBuf>, Problem> {
    let original = files::read(&exercise.original())?;
    let path = exercise.path();
    let fail = |error: std::io::Error| Problem::new(format!("{}: {error}", path.display()));
    let untouched = files::read(&path).is_ok_and(|text| files::same(&text, &original));
    let mut kept = None;
    if !untouched && path.exists() {
        let backup = backup(exercise);
        fs::rename(&path, &backup).map_err(fail)?;
        kept = Some(backup);
    }
    if !untouched {
        fs::write(&path, original).map_err(fail)?;
    }
    state::remember(exercise, 0)?;
    Ok(kept)
}

/// The first name that is free.
fn backup(exercise: &Exercise) -> PathBuf {
    let name = |number: u32| match number {
        1 => format!("{}.bak", exercise.file),
        _ => format!("{}.bak{number}", exercise.file),
    };
    let path = |number| exercise.folder.join(name(number));
    (1..u32::MAX).map(path).find(|path| !path.exists()).unwrap_or_else(|| path(u32::MAX))
}
