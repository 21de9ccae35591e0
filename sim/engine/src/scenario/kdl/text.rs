//! What text in quotes means: escapes, raw text, and text over several lines.

use super::token::{is_newline, is_space};
use crate::diagnostic::{Diagnostic, Span};

/// What stands after `\`.
const ESCAPES: &str = r#"after `\` stands one of n r t b f s " \ or u{…}"#;

/// The text of a token, which the lexer has found complete.
///
/// # Errors
/// The first mistake in it.
pub(super) fn text(source: &str, token: Span) -> Result<String, Diagnostic> {
    let written = &source[token.start..token.end];
    let hashes = written.bytes().take_while(|byte| *byte == b'#').count();
    let triple = written[hashes..].starts_with("\"\"\"");
    let frame = hashes + if triple { 3 } else { 1 };
    let body = Span { start: token.start + frame, end: token.end - frame };
    if !triple && (hashes > 0 || !source[body.start..body.end].contains('\\')) {
        return Ok(source[body.start..body.end].to_owned());
    }
    let mut decoder = Decoder { source, at: body.start, end: body.end, lines: vec![Line::new(body.start)] };
    decoder.decode(hashes == 0, triple)?;
    if triple { dedent(source, decoder.lines, token, body) } else { Ok(decoder.lines.swap_remove(0).text) }
}

/// A line of the text.
struct Line {
    start: usize,
    end: usize,
    text: String,
    /// Bytes of the spaces in front that are written as such: `\s` does not count.
    indent: usize,
    /// Nothing but such spaces.
    blank: bool,
}

impl Line {
    fn new(start: usize) -> Self {
        Line { start, end: start, text: String::new(), indent: 0, blank: true }
    }
}

struct Decoder<'s> {
    source: &'s str,
    at: usize,
    end: usize,
    lines: Vec<Line>,
}

impl Decoder<'_> {
    fn decode(&mut self, escapes: bool, lines: bool) -> Result<(), Diagnostic> {
        while let Some(c) = self.source[self.at..self.end].chars().next() {
            let start = self.at;
            self.at += c.len_utf8();
            let last = self.lines.len() - 1;
            let line = &mut self.lines[last];
            if c == '\\' && escapes {
                if let Some(meant) = self.escape(start)? {
                    let line = &mut self.lines[last];
                    line.text.push(meant);
                    line.blank = false;
                }
            } else if is_newline(c) && lines {
                if c == '\r' && self.source[self.at..self.end].starts_with('\n') {
                    self.at += 1;
                }
                self.lines.push(Line::new(self.at));
            } else {
                line.text.push(c);
                line.blank &= is_space(c);
                line.indent += if line.blank { c.len_utf8() } else { 0 };
            }
            if let Some(line) = self.lines.get_mut(last) {
                line.end = line.end.max(if is_newline(c) { start } else { self.at });
            }
        }
        Ok(())
    }

    /// What follows `\`, which is behind us; `None` for spaces and line ends that it takes away.
    fn escape(&mut self, start: usize) -> Result<Option<char>, Diagnostic> {
        let rest = &self.source[self.at..self.end];
        let first = rest.chars().next();
        let length = first.map_or(0, char::len_utf8);
        self.at += length;
        let meant = match first {
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('s') => ' ',
            Some(c @ ('"' | '\\')) => c,
            Some('u') => {
                let digits = rest.strip_prefix("u{").and_then(|rest| rest.split_once('}'));
                let digits = digits.map_or("", |(digits, _)| digits);
                let hex = digits.len() <= 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
                let number = if hex { u32::from_str_radix(digits, 16).ok() } else { None };
                let Some(c) = number.and_then(char::from_u32) else {
                    let message = "the text has an escape that names no character";
                    let help = r"write it as in `\u{e9}`, with one to six hexadecimal digits";
                    return Err(self.wrong(start, message, help));
                };
                self.at += digits.len() + 2;
                c
            }
            Some(c) if is_space(c) || is_newline(c) => {
                let taken = rest.find(|c| !is_space(c) && !is_newline(c)).unwrap_or(rest.len());
                self.at += taken - length;
                return Ok(None);
            }
            _ => return Err(self.wrong(start, "the text has an escape that does not exist", ESCAPES)),
        };
        Ok(Some(meant))
    }

    fn wrong(&self, start: usize, message: &str, help: &str) -> Diagnostic {
        Diagnostic::at(Span { start, end: self.at }, message, "not understood").help(help)
    }
}

/// Takes the spaces before the closing quotes from the front of each line.
fn dedent(source: &str, mut lines: Vec<Line>, token: Span, body: Span) -> Result<String, Diagnostic> {
    let fail = |start, end, message: &str, label: &str, help: &str| {
        Err(Diagnostic::at(Span { start, end }, message, label).help(help))
    };
    if lines.len() < 2 || lines[0].end > lines[0].start {
        let help = "begin the text in the next line, or put it between single `\"`";
        return fail(token.start, body.start, "after `\"\"\"` the line ends", "more follows this", help);
    }
    let last = lines.pop().unwrap_or_else(|| Line::new(body.end));
    if !last.blank {
        let message = "the closing `\"\"\"` stands on a line of its own";
        return fail(body.end, token.end, message, "not on its own", "put it on the next line");
    }
    let mut out = String::new();
    for (number, line) in lines.iter().skip(1).enumerate() {
        if number > 0 {
            out.push('\n');
        }
        if line.blank {
            continue;
        }
        if line.indent < last.text.len() || !line.text.starts_with(&last.text) {
            let message = "the text over several lines is not laid out right";
            let help = "begin each line with the spaces before the closing `\"\"\"`";
            let start = line.end - source[line.start..line.end].trim_start_matches(is_space).len();
            return fail(start, line.end, message, "begins with other spaces", help);
        }
        out.push_str(&line.text[last.text.len()..]);
    }
    Ok(out)
}
