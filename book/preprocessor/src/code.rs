//! Which parts of a chapter are code or comment, where a directive is only text.
//!
//! Line by line, as CommonMark reads fences: opened by at least three backticks or tildes, closed by at least as many
//! of the same kind. Containers are looked through: `> ```` and `- ```` open a fence too.

use std::ops::Range;

/// The byte ranges of `text` that are fenced code, inline code or an HTML comment, in order.
pub fn ranges(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut fence: Option<(usize, Fence)> = None;
    let mut prose = 0..0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let next = at + line.len();
        let inner = line.trim_matches(['\n', '\r', ' ', '\t']);
        match fence {
            Some((start, open)) => {
                if open.is_closed_by(inner.trim_start_matches(['>', ' '])) {
                    found.push(start..next);
                    fence = None;
                }
                prose = next..next;
            }
            None => match Fence::opened_by(inner.trim_start_matches(['>', ' ', '-', '*', '+'])) {
                Some(open) => {
                    found.extend(spans(text, prose.clone()));
                    fence = Some((at, open));
                }
                // A code span may run over a line's end, never over a paragraph's.
                None if inner.is_empty() => {
                    found.extend(spans(text, prose.clone()));
                    prose = next..next;
                }
                None => prose.end = next,
            },
        }
        at = next;
    }
    match fence {
        Some((start, _)) => found.push(start..text.len()),
        None => found.extend(spans(text, prose)),
    }
    found
}

/// The marks that opened a fenced block.
#[derive(Clone, Copy)]
struct Fence {
    mark: char,
    length: usize,
}

impl Fence {
    fn opened_by(line: &str) -> Option<Fence> {
        let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let info = line.trim_start_matches(mark);
        let length = line.len() - info.len();
        // "```x```" on one line is inline code.
        let inline = mark == '`' && info.contains('`');
        (length >= 3 && !inline).then_some(Fence { mark, length })
    }

    fn is_closed_by(self, line: &str) -> bool {
        line.len() >= self.length && line.chars().all(|c| c == self.mark)
    }
}

/// Inline code and comments within one paragraph.
fn spans(text: &str, paragraph: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = paragraph.start;
    while at < paragraph.end {
        let rest = &text[at..paragraph.end];
        if rest.starts_with("<!--") {
            let length = rest.find("-->").map_or(rest.len(), |end| end + 3);
            found.push(at..at + length);
            at += length;
        } else if rest.starts_with('`') {
            let run = rest.len() - rest.trim_start_matches('`').len();
            match closing_run(&rest[run..], run) {
                Some(end) => {
                    found.push(at..at + run + end);
                    at += run + end;
                }
                None => at += run,
            }
        } else if rest.starts_with("\\`") {
            at += 2;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    found
}

/// The end of the first run of exactly `run` backticks.
fn closing_run(text: &str, run: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(start) = text[at..].find('`').map(|i| at + i) {
        let length = text[start..].len() - text[start..].trim_start_matches('`').len();
        at = start + length;
        if length == run {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::ranges;

    #[track_caller]
    fn code(text: &str, expected: &[&str]) {
        let found: Vec<&str> = ranges(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn fences_need_a_closing_mark_of_their_own_kind_and_length() {
        code("a\n```text\nx\n```\nb\n", &["```text\nx\n```\n"]);
        code("````\n```\n````\nb\n", &["````\n```\n````\n"]);
        code("~~~\n```\n~~~\nb", &["~~~\n```\n~~~\n"]);
        code("```\nnever closed", &["```\nnever closed"]);
        code("```\r\nx\r\n```\r\nb", &["```\r\nx\r\n```\r\n"]);
    }

    #[test]
    fn fences_open_inside_quotes_and_lists() {
        code("> ```\n> x\n> ```\n> b\n", &["> ```\n> x\n> ```\n"]);
        code("- ```\n  x\n  ```\nb\n", &["- ```\n  x\n  ```\n"]);
    }

    #[test]
    fn inline_code_ends_with_as_many_backticks_and_its_paragraph() {
        code("a `b` c ``d ` e`` f", &["`b`", "``d ` e``"]);
        code("a `b\nc` d", &["`b\nc`"]);
        code("a ` b\n\nc ` d", &[]);
        code("a \\` b ` c", &[]);
        code("```x``` y", &["```x```"]);
        code("é `ü`", &["`ü`"]);
    }

    #[test]
    fn comments_are_no_prose() {
        code("a <!-- {{#x}} --> b", &["<!-- {{#x}} -->"]);
    }
}
