//! Cuts the text into the tokens of KDL.

use crate::diagnostic::{Diagnostic, Span};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A bare word, a number or a keyword such as `#true`.
    Word,
    /// Text in quotes.
    Text,
    /// `=`
    Equals,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `{`
    BlockOpen,
    /// `}`
    BlockClose,
    /// `/-`, which leaves out what follows.
    Dash,
    /// The end of a line, or `;`.
    End,
    /// The end of the text.
    Eof,
}

/// A token and its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

/// The tokens of a text, without its comments.
pub(super) struct Tokens {
    /// Ends with one [`Kind::Eof`].
    pub(super) tokens: Vec<Token>,
    /// Mistakes after which nothing that follows can be trusted.
    pub(super) errors: Vec<Diagnostic>,
}

/// Cuts up `source`; stops at the first mistake.
pub(super) fn tokens(source: &str) -> Tokens {
    let mut lexer = Lexer { source, at: 0, out: Tokens { tokens: vec![], errors: vec![] } };
    if source.starts_with('\u{feff}') {
        lexer.at = '\u{feff}'.len_utf8();
    }
    while lexer.out.errors.is_empty() && lexer.at < source.len() {
        lexer.next();
    }
    let end = Span { start: source.len(), end: source.len() };
    lexer.out.tokens.push(Token { kind: Kind::Eof, span: end });
    lexer.out
}

/// Whether KDL ends a line here.
pub(super) fn is_newline(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{b}' | '\u{c}' | '\u{2028}' | '\u{2029}')
}

/// The spaces of KDL.
pub(super) fn is_space(c: char) -> bool {
    matches!(
        c,
        '\t' | ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// Characters that KDL forbids everywhere: control characters and those that change the direction of writing.
fn is_forbidden(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}' | '\u{200e}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn is_word(c: char) -> bool {
    !(is_newline(c) || is_space(c) || is_forbidden(c) || "\\/(){}[];\"#=".contains(c))
}

struct Lexer<'s> {
    source: &'s str,
    at: usize,
    out: Tokens,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.source[self.at..]
    }

    fn push(&mut self, kind: Kind, bytes: usize) {
        let span = Span { start: self.at, end: self.at + bytes };
        self.at = span.end;
        self.out.tokens.push(Token { kind, span });
    }

    /// Skips a comment.
    fn comment(&mut self, end: usize) {
        self.only_allowed(self.at, end);
        self.at = end;
    }

    /// Text in quotes.
    fn text(&mut self, end: usize) {
        self.only_allowed(self.at, end);
        self.push(Kind::Text, end - self.at);
    }

    /// Comments and text may hold anything but what KDL forbids everywhere: it could show the file as what it is not.
    fn only_allowed(&mut self, from: usize, to: usize) {
        if let Some((at, c)) = self.source[from..to].char_indices().find(|(_, c)| is_forbidden(*c)) {
            let message = format!("the character U+{:04X} may not stand in a file", c as u32);
            let help = format!("remove it; in text in quotes write `\\u{{{:x}}}`", c as u32);
            self.fail(from + at, from + at + c.len_utf8(), message, "not visible", &help);
        }
    }

    fn fail(&mut self, start: usize, end: usize, message: impl Into<String>, label: &str, help: &str) {
        self.out.errors.push(Diagnostic::at(Span { start, end }, message, label).help(help));
    }

    /// Bytes up to the first character that is not `wanted`.
    fn run(&self, from: usize, wanted: impl Fn(char) -> bool) -> usize {
        self.source[from..].find(|c| !wanted(c)).map_or(self.source.len(), |n| from + n)
    }

    fn next(&mut self) {
        let Some(first) = self.rest().chars().next() else { return };
        let simple = match first {
            '=' => Some(Kind::Equals),
            '(' => Some(Kind::Open),
            ')' => Some(Kind::Close),
            '{' => Some(Kind::BlockOpen),
            '}' => Some(Kind::BlockClose),
            ';' => Some(Kind::End),
            _ if is_newline(first) => Some(Kind::End),
            _ => None,
        };
        if let Some(kind) = simple {
            return self.push(kind, first.len_utf8());
        }
        match first {
            _ if is_space(first) => self.at = self.run(self.at, is_space),
            '"' => self.quoted(),
            '/' => self.slash(),
            '\\' => self.line_goes_on(),
            '#' => self.hash(),
            _ if is_word(first) => self.push(Kind::Word, self.run(self.at, is_word) - self.at),
            _ if is_forbidden(first) => self.only_allowed(self.at, self.at + first.len_utf8()),
            _ => {
                let (end, help) = (self.at + first.len_utf8(), "remove it, or put it in quotes");
                self.fail(self.at, end, format!("`{first}` has no meaning here"), "unexpected", help);
            }
        }
    }

    /// `//`, `/* */` (which may stand in one another) or `/-`.
    fn slash(&mut self) {
        let start = self.at;
        if self.rest().starts_with("//") {
            let end = self.run(start, |c| !is_newline(c));
            self.comment(end);
        } else if self.rest().starts_with("/-") {
            self.push(Kind::Dash, 2);
        } else if self.rest().starts_with("/*") {
            let bytes = self.source.as_bytes();
            let (mut depth, mut at) = (1usize, start + 2);
            while depth > 0 {
                match bytes.get(at..at + 2) {
                    Some(b"/*") => (depth, at) = (depth + 1, at + 2),
                    Some(b"*/") => (depth, at) = (depth - 1, at + 2),
                    Some(_) => at += 1,
                    None => {
                        let message = "the comment is never closed";
                        return self.fail(start, start + 2, message, "it begins here", "end it with `*/`");
                    }
                }
            }
            self.comment(at);
        } else {
            let help = "a comment begins with `//`; a path stands in quotes";
            self.fail(start, start + 1, "`/` has no meaning here", "unexpected", help);
        }
    }

    /// `\` at the end of a line: the statement goes on in the next.
    fn line_goes_on(&mut self) {
        let start = self.at;
        let mut at = self.run(start + 1, is_space);
        if self.source[at..].starts_with("//") {
            let end = self.run(at, |c| !is_newline(c));
            self.only_allowed(at, end);
            at = end;
        }
        let rest = &self.source[at..];
        match rest.chars().next() {
            None => self.at = at,
            Some('\r') if rest.starts_with("\r\n") => self.at = at + 2,
            Some(c) if is_newline(c) => self.at = at + c.len_utf8(),
            Some(_) => {
                let message = "`\\` stands at the end of a line, and only there";
                self.fail(
                    start,
                    start + 1,
                    message,
                    "unexpected",
                    "it joins this line with the next one; remove it",
                );
            }
        }
    }

    /// `#true`, or raw text such as `#"C:\temp"#`.
    fn hash(&mut self) {
        let start = self.at;
        let quote = self.run(start, |c| c == '#');
        if !self.source[quote..].starts_with('"') {
            let end = self.run(quote, is_word);
            return self.push(Kind::Word, end - start);
        }
        let hashes = &self.source[start..quote];
        let triple = self.source[quote..].starts_with("\"\"\"");
        let open = quote + if triple { 3 } else { 1 };
        let close = format!("{}{hashes}", if triple { "\"\"\"" } else { "\"" });
        let body = &self.source[open..];
        // Looks for the end first: looking for the end of the line at each text would take quadratic time.
        let end = body.find(&close).filter(|n| triple || !body[..*n].contains(is_newline));
        match end {
            Some(n) => self.text(open + n + close.len()),
            None => {
                let help = format!("end it with `{close}`");
                self.fail(start, open, "the text is never closed", "it begins here", &help);
            }
        }
    }

    /// Text in quotes, with `\` before a character that is meant as it is.
    fn quoted(&mut self) {
        let start = self.at;
        let triple = self.rest().starts_with("\"\"\"");
        let open = start + if triple { 3 } else { 1 };
        let mut rest = self.source[open..].char_indices().peekable();
        let is_white = |c: char| is_space(c) || is_newline(c);
        while let Some((n, c)) = rest.next() {
            match c {
                // Takes the spaces and line ends away that follow it; anything else it stands before is one character.
                '\\' => {
                    let white = rest.next().is_some_and(|(_, c)| is_white(c));
                    while white && rest.next_if(|(_, c)| is_white(*c)).is_some() {}
                }
                '"' if !triple => return self.text(open + n + 1),
                '"' if self.source[open + n..].starts_with("\"\"\"") => {
                    return self.text(open + n + 3);
                }
                _ if is_newline(c) && !triple => break,
                _ => {}
            }
        }
        let help = if triple {
            "end it with `\"\"\"` on a line of its own"
        } else {
            "end it with `\"` on the same line"
        };
        let end = if triple { open } else { self.run(open, |c| !is_newline(c)) };
        self.fail(start, end, "the text is never closed", "it begins here", help);
    }
}
