//! Words of a text in a message about it.

/// At most a line's worth of a word.
pub(crate) fn clip(word: &str) -> String {
    const MOST: usize = 40;
    let mut out: String = word.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST).collect();
    if word.chars().nth(MOST).is_some() {
        out.push('…');
    }
    out
}
