//! Hints, one at a time, and the solution.

use crate::{Exercise, Problem, files, state};

/// One rung of the ladder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Its number, from 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
    /// Its heading.
    pub heading: String,
    /// Its text, Markdown.
    pub text: String,
}

/// All hints of an exercise, the vaguest first: the sections of `hints.md` with a heading of the second level.
///
/// # Errors
///
/// The file cannot be read, or has no hints.
pub fn hints(exercise: &Exercise) -> Result<Vec<Hint>, Problem> {
    let path = exercise.folder.join("hints.md");
    let text = files::read(&path)?.replace("\r\n", "\n");
    let sections: Vec<&str> = sections_of(&text);
    if sections.is_empty() {
        return Err(Problem::new(format!("{}: no heading that begins with `## `", path.display())));
    }
    let of = sections.len();
    let hint = |(at, section): (usize, &&str)| {
        let (heading, text) = section.split_once('\n').unwrap_or((section, ""));
        Hint { number: at + 1, of, heading: heading.trim().to_owned(), text: text.trim().to_owned() }
    };
    Ok(sections.iter().enumerate().map(hint).collect())
}

/// What stands behind each `## `.
fn sections_of(text: &str) -> Vec<&str> {
    let mut parts = text.split("\n## ");
    let first = parts.next().and_then(|head| head.strip_prefix("## "));
    first.into_iter().chain(parts).collect()
}

/// The next hint, and remembers that it was shown; after the last one, the last one again.
///
/// # Errors
///
/// The hints cannot be read, or the state not be written.
pub fn hint(exercise: &Exercise) -> Result<Hint, Problem> {
    let mut hints = hints(exercise)?;
    let next = state::shown(exercise).min(hints.len() - 1);
    state::remember(exercise, next + 1)?;
    Ok(hints.swap_remove(next))
}

/// The reference solution. Whether the learner may see it yet is for the caller to say.
///
/// # Errors
///
/// It cannot be read.
pub fn solution(exercise: &Exercise) -> Result<String, Problem> {
    files::read(&exercise.solution())
}
