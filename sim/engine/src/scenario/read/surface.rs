//! The shape of a text: blocks that close, names before values, spaces between them.
//!
//! Everything that passes here is text that KDL's parser handles in linear time and with a bounded stack.
//! Comments and what `/-` leaves out are blanked, byte for byte, so that every place stays where it was.

use super::limits;
use super::token::{Kind, Token, tokens};
use crate::diagnostic::{Diagnostic, Span};
use crate::scenario::{near, parse_time};

/// Stands for a word that has been reported already: as many of these as the word had bytes.
pub(super) const POISON: char = '?';

/// What is left of a text after the first look.
pub(super) struct Surface {
    /// The text for KDL's parser; `None` when its shape is too broken to go on.
    pub(super) text: Option<String>,
    /// What is wrong so far.
    pub(super) errors: Vec<Diagnostic>,
}

/// Looks at the shape of `source`, which must be within the limit of bytes.
pub(super) fn surface(source: &str) -> Surface {
    let cut = tokens(source);
    let mut shape = Shape {
        source,
        broken: !cut.errors.is_empty(),
        tokens: cut.tokens,
        at: 0,
        statements: 0,
        blank: cut.comments,
        poison: vec![],
        errors: cut.errors,
    };
    if !shape.broken {
        shape.nodes(None, 0);
        // With so many mistakes the rest was not looked at, so nobody may rely on its shape.
        shape.broken |= shape.errors.len() >= limits::DIAGNOSTICS;
    }
    let text = (!shape.broken).then(|| shape.text());
    Surface { text, errors: shape.errors }
}

struct Shape<'s> {
    source: &'s str,
    tokens: Vec<Token>,
    at: usize,
    statements: usize,
    /// Parts that mean nothing.
    blank: Vec<Span>,
    /// Words that have been reported; the rest of the text is still worth a look.
    poison: Vec<Span>,
    errors: Vec<Diagnostic>,
    /// The shape cannot be repaired, so the text goes no further.
    broken: bool,
}

impl<'s> Shape<'s> {
    fn peek(&self) -> Token {
        self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn take(&mut self) -> Token {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn word(&self, token: Token) -> &'s str {
        &self.source[token.span.start..token.span.end]
    }

    fn fail(&mut self, span: Span, message: impl Into<String>, label: &str, help: &str) {
        self.broken = true;
        self.errors.push(Diagnostic::at(span, message, label).help(help));
    }

    fn given_up(&self) -> bool {
        self.errors.len() >= limits::DIAGNOSTICS || self.at >= self.tokens.len()
    }

    /// The nodes of a block, up to and with its `}`; `open` is its `{`.
    fn nodes(&mut self, open: Option<Token>, depth: usize) {
        if depth > limits::NESTING {
            let message = format!("blocks stand in one another {depth} deep; at most {} do", limits::NESTING);
            self.fail(open.unwrap_or(self.peek()).span, message, "one too many", "use fewer levels");
            self.at = self.tokens.len();
        }
        let mut ended = true;
        while !self.given_up() {
            let token = self.peek();
            match token.kind {
                Kind::End => {
                    self.at += 1;
                    // KDL knows no empty statement, but a second `;` hurts nobody.
                    if ended && self.word(token) == ";" {
                        self.blank.push(token.span);
                    }
                    ended = true;
                }
                Kind::Eof => {
                    if let Some(open) = open {
                        self.fail(
                            open.span,
                            "this block is never closed",
                            "it begins here",
                            "end it with `}`",
                        );
                    }
                    return;
                }
                Kind::BlockClose => {
                    self.at += 1;
                    if open.is_some() {
                        return;
                    }
                    self.fail(
                        token.span,
                        "this `}` closes nothing",
                        "no block is open",
                        "remove it, or look for a missing `{` above",
                    );
                }
                _ => ended = !self.node(depth),
            }
        }
    }

    /// One node without its end; false if it is left out by `/-`.
    fn node(&mut self, depth: usize) -> bool {
        self.statements += 1;
        if self.statements > limits::STATEMENTS {
            let message = format!("a scenario has at most {} statements", limits::STATEMENTS);
            self.fail(self.peek().span, message, "one too many", "use `repeat` or `count`");
            self.at = self.tokens.len();
            return true;
        }
        let dash = (self.peek().kind == Kind::Dash).then(|| self.take());
        if dash.is_some() {
            self.skip_line_ends();
        }
        self.annotation();
        let name = self.peek();
        match name.kind {
            Kind::Word if self.is_plain_word(name) => self.at += 1,
            Kind::Text => self.at += 1,
            _ => {
                let message = format!("a statement begins with its name, not with {}", self.describe(name));
                let help = if name.kind == Kind::BlockOpen {
                    "a block stands on the same line as the statement it belongs to"
                } else {
                    "text in quotes comes after a name, as in `print \"hello\"`"
                };
                self.fail(name.span, message, "a name is expected here", help);
                if !matches!(name.kind, Kind::BlockOpen | Kind::BlockClose | Kind::Eof) {
                    self.at += 1;
                }
            }
        }
        self.entries(depth);
        if let Some(dash) = dash {
            let end = self.tokens[self.at.saturating_sub(1).min(self.tokens.len() - 1)].span.end;
            self.blank.push(Span { start: dash.span.start, end: end.max(dash.span.end) });
        }
        dash.is_none()
    }

    /// Values, properties and the block of one node; stops before what ends it.
    fn entries(&mut self, depth: usize) {
        let mut count = 0;
        while !self.given_up() {
            let token = self.peek();
            match token.kind {
                Kind::End | Kind::Eof | Kind::BlockClose => return,
                Kind::BlockOpen => {
                    self.block(depth);
                    return;
                }
                Kind::Dash => {
                    self.at += 1;
                    self.skip_line_ends();
                    if self.peek().kind == Kind::BlockOpen {
                        self.block(depth);
                    } else {
                        self.entry();
                    }
                    let end = self.tokens[(self.at - 1).min(self.tokens.len() - 1)].span.end;
                    self.blank.push(Span { start: token.span.start, end });
                }
                _ => self.entry(),
            }
            count += 1;
            if count > limits::ENTRIES {
                let message = format!("a statement has at most {} values", limits::ENTRIES);
                self.fail(token.span, message, "one too many", "write several statements");
                self.at = self.tokens.len();
            }
        }
    }

    /// `{ … }`, and nothing after it.
    fn block(&mut self, depth: usize) {
        let open = self.take();
        self.nodes(Some(open), depth + 1);
        let next = self.peek();
        if !self.given_up() && !matches!(next.kind, Kind::End | Kind::Eof | Kind::BlockClose) {
            let message = format!("after a block the line ends, but {} was found", self.describe(next));
            self.fail(next.span, message, "begin a new line here", "each statement stands on its own line");
        }
    }

    /// One value or one property. Always consumes at least one token.
    fn entry(&mut self) {
        let before = self.tokens[self.at.saturating_sub(1)];
        let first = self.peek();
        if before.span.end == first.span.start && before.kind != Kind::Dash {
            let message = format!("a space is missing before {}", self.describe(first));
            self.fail(first.span, message, "a space is missing here", "put a space between any two values");
        }
        self.annotation();
        let value = self.take();
        match value.kind {
            Kind::Word | Kind::Text => {}
            Kind::End | Kind::Eof | Kind::BlockOpen | Kind::BlockClose => {
                self.at -= 1;
                let help = "write the value after it";
                return self.fail(first.span, "a value is missing", "nothing follows this", help);
            }
            _ => {
                let message = format!("a value is expected, but {} was found", self.describe(value));
                let help = "a value is text in quotes, a number, `#true` or `#false`";
                return self.fail(value.span, message, "not a value", help);
            }
        }
        if self.peek().kind != Kind::Equals {
            return self.check_word(value);
        }
        let equals = self.take();
        if value.kind == Kind::Word && !self.is_plain_word(value) {
            let message = format!("a property has a name, not {}", self.describe(value));
            self.fail(value.span, message, "a name is expected before `=`", "write it as in `bytes=4096`");
        }
        self.annotation();
        let value = self.peek();
        match value.kind {
            Kind::Word | Kind::Text => {
                self.at += 1;
                self.check_word(value);
            }
            _ => {
                let message = format!("a value is missing after `=`; found {}", self.describe(value));
                self.fail(equals.span, message, "nothing follows this", "write it as in `bytes=4096`");
            }
        }
    }

    /// `(knob)` before a value.
    fn annotation(&mut self) {
        if self.peek().kind != Kind::Open {
            return;
        }
        let open = self.take();
        let name = self.take();
        let close = self.peek();
        let named = name.kind == Kind::Text || name.kind == Kind::Word && self.is_plain_word(name);
        if named && close.kind == Kind::Close {
            self.at += 1;
            // KDL would allow a space after it; we need not.
            return;
        }
        self.at -= 1;
        self.fail(
            open.span,
            "`(` begins `(knob)`, and nothing else",
            "not complete",
            "write it as in `for=(knob)\"render\"`",
        );
    }

    fn skip_line_ends(&mut self) {
        while self.peek().kind == Kind::End && self.word(self.peek()) != ";" {
            self.at += 1;
        }
    }

    /// A word that may be a name: not a number, not a keyword, not `true`.
    fn is_plain_word(&self, token: Token) -> bool {
        let word = self.word(token);
        !word.starts_with('#') && !begins_number(word) && !RESERVED.contains(&word)
    }

    /// Reports a word that KDL would stumble over, and goes on without it.
    fn check_word(&mut self, token: Token) {
        let word = self.word(token);
        if token.kind != Kind::Word {
            return;
        }
        let (message, help) = if RESERVED.contains(&word) {
            (format!("`{word}` is written with a `#`"), format!("write `#{word}`"))
        } else if word.starts_with('#') && !KEYWORDS.contains(&word) {
            (format!("`{}` is not a value", clip(word)), near::suggest(word, ["#true", "#false"]))
        } else if begins_number(word) && !is_number(word) {
            let what = if parse_time(word).is_ok() { "a time" } else { "text" };
            let help = format!("{what} stands in quotes: \"{}\"", clip(word));
            (format!("`{}` is not a number", clip(word)), help)
        } else {
            return;
        };
        self.errors.push(Diagnostic::at(token.span, message, "not a value").help(help));
        self.poison.push(token.span);
    }

    fn describe(&self, token: Token) -> String {
        match token.kind {
            Kind::Word => format!("`{}`", clip(self.word(token))),
            Kind::Text => "text in quotes".into(),
            Kind::End if self.word(token) == ";" => "`;`".into(),
            Kind::End => "the end of the line".into(),
            Kind::Eof => "the end of the file".into(),
            _ => format!("`{}`", self.word(token)),
        }
    }

    /// The source with its meaningless parts blanked and its bad words replaced.
    fn text(&self) -> String {
        let mut bytes = self.source.as_bytes().to_vec();
        for (spans, byte) in [(&self.poison, POISON as u8), (&self.blank, b' ')] {
            for span in spans {
                bytes[span.start..span.end].fill(byte);
            }
        }
        // Spans lie between characters, so this is text again.
        String::from_utf8(bytes).unwrap_or_default()
    }
}

/// Words that KDL 2 wants a `#` before.
const RESERVED: [&str; 6] = ["true", "false", "null", "inf", "-inf", "nan"];
const KEYWORDS: [&str; 6] = ["#true", "#false", "#null", "#inf", "#-inf", "#nan"];

/// Whether KDL takes a word for a number because of how it begins.
fn begins_number(word: &str) -> bool {
    let bare = word.strip_prefix(['+', '-']).unwrap_or(word);
    let bare = bare.strip_prefix('.').unwrap_or(bare);
    bare.starts_with(|c: char| c.is_ascii_digit())
}

/// A number as KDL writes it. Hexadecimal and such are left out: no scenario needs them.
fn is_number(word: &str) -> bool {
    let bare = word.strip_prefix(['+', '-']).unwrap_or(word);
    let (mantissa, exponent) = bare.split_once(['e', 'E']).unwrap_or((bare, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    // 38 digits fit the widest integer that KDL's parser knows.
    word.len() <= 38 && [whole, fraction, exponent].into_iter().all(is_digits)
}

fn is_digits(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(|c| c.is_ascii_digit() || c == '_')
}

/// At most a line's worth of a word.
pub(super) fn clip(word: &str) -> String {
    const MOST: usize = 40;
    let mut out: String = word.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST).collect();
    if word.chars().nth(MOST).is_some() {
        out.push('…');
    }
    out
}
