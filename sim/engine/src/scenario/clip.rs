//! Words of a text in a message about it.

/// At most a line's worth of a word.
pub(crate) fn clip(word: &str) -> String {
    clip_to(word, 40)
}

/// At most so many characters of a printed line: enough to know it by.
pub(crate) fn clip_line(line: &str) -> String {
    clip_to(line, 60)
}

fn clip_to(word: &str, most: usize) -> String {
    let mut out: String = word.chars().map(|c| if c.is_control() { ' ' } else { c }).take(most).collect();
    if word.chars().nth(most).is_some() {
        out.push('…');
    }
    out
}
