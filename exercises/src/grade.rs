//! Grading: whether an exercise is solved, and if not, what to look at.

use crate::{Exercise, Kind, Problem, Report, files, predict, repair};

/// How far the learner is with an exercise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The file is as it was handed out.
    NotStarted,
    /// The file was edited and does not pass.
    InProgress,
    /// It passes.
    Solved,
}

/// How far the learner is. A missing file counts as in progress: something was done to it.
///
/// # Errors
///
/// The harness's own files of this exercise cannot be read.
pub fn status(exercise: &Exercise) -> Result<Status, Problem> {
    let original = files::read(&exercise.original())?;
    if files::read(&exercise.path()).is_ok_and(|text| files::same(&text, &original)) {
        return Ok(Status::NotStarted);
    }
    Ok(if grade(exercise)?.solved() { Status::Solved } else { Status::InProgress })
}

/// Grades the learner's file. A file that cannot be read or understood is a report as well.
///
/// # Errors
///
/// The harness's own files of this exercise cannot be read.
pub fn grade(exercise: &Exercise) -> Result<Report, Problem> {
    match files::read(&exercise.path()) {
        Ok(text) => grade_text(exercise, &text),
        Err(problem) => {
            let back = format!("`cargo run -- exercise reset {}` brings the original back", exercise.name);
            Ok(Report::unreadable(exercise, format!("{problem}\n{back}\n")))
        }
    }
}

/// Grades a text as if it were the learner's file.
///
/// # Errors
///
/// The harness's own files of this exercise cannot be read.
pub fn grade_text(exercise: &Exercise, text: &str) -> Result<Report, Problem> {
    match exercise.kind {
        Kind::Predict => predict::grade(exercise, text),
        Kind::Repair => repair::grade(exercise, text),
    }
}
