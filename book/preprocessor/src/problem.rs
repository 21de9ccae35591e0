//! What is wrong with a directive, in which file and line.

use std::path::Path;

/// One mistake in a chapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line of the chapter's file, from 1.
    pub line: usize,
    /// What was found, one sentence without a full stop.
    pub message: String,
    /// What to do; may be empty.
    pub help: String,
}

impl Problem {
    /// A mistake on a line.
    pub fn new(line: usize, message: impl Into<String>) -> Self {
        Problem { line, message: message.into(), help: String::new() }
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// `book/src/intro.md:12: message (help)`: one line, in the form that editors can jump to.
    pub fn show(&self, file: &Path) -> String {
        let place = format!("{}:{}", file.display(), self.line);
        if self.help.is_empty() {
            format!("{place}: {}", self.message)
        } else {
            format!("{place}: {} ({})", self.message, self.help)
        }
    }
}

/// All mistakes of a book in one message.
pub fn summary(shown: &[String]) -> String {
    let count = match shown.len() {
        1 => "1 mistake".to_owned(),
        n => format!("{n} mistakes"),
    };
    format!("{count} in the directives of the book\n{}", shown.join("\n"))
}

/// The known word nearest to `word`, as help: `did you mean "scenario"?`, or the list when none is near.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let best = known.iter().map(|k| (strsim::damerau_levenshtein(word, k), k)).min();
    match best {
        // A third of the letters may be wrong; beyond that a proposal only confuses.
        Some((distance, name)) if distance <= name.len().div_ceil(3) => format!("did you mean `{name}`?"),
        _ => format!("known: {}", known.join(", ")),
    }
}
