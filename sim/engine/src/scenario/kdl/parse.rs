//! From tokens to the tree: blocks that close, names before values, spaces between them.

use super::limits;
use super::token::{Kind, Token, tokens};
use super::tree::{KdlDocument, KdlEntry, KdlIdentifier, KdlNode, KdlValue};
use super::{text, word};
use crate::diagnostic::{Diagnostic, Span};
use crate::scenario::clip::clip;

/// A tree as far as there is one, and what is wrong with the text.
pub(in crate::scenario) struct Parsed {
    /// The tree; `None` when the shape of the text is too broken to go on. Where a value alone is broken, the tree
    /// has [`KdlValue::Broken`], and the rest of it is still worth a look.
    pub(in crate::scenario) document: Option<KdlDocument>,
    /// What is wrong, in the order of the text; not empty without a tree.
    pub(in crate::scenario) errors: Vec<Diagnostic>,
}

/// Parses `source` and goes on after mistakes.
pub(in crate::scenario) fn parse_all(source: &str) -> Parsed {
    let cut = tokens(source);
    let mut shape = Shape {
        source,
        broken: !cut.errors.is_empty(),
        tokens: cut.tokens,
        at: 0,
        statements: 0,
        errors: cut.errors,
    };
    if shape.broken {
        return Parsed { document: None, errors: shape.errors };
    }
    let nodes = shape.nodes(None, 0);
    // With so many mistakes the rest was not looked at, so nobody may rely on the tree.
    let broken = shape.broken || shape.errors.len() >= limits::DIAGNOSTICS;
    let document = (!broken).then_some(KdlDocument { nodes });
    shape.errors.sort_by_key(|one| one.span.map(|span| span.start));
    Parsed { document, errors: shape.errors }
}

struct Shape<'s> {
    source: &'s str,
    tokens: Vec<Token>,
    at: usize,
    statements: usize,
    errors: Vec<Diagnostic>,
    /// The shape cannot be repaired, so there is no tree.
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

    /// Where the last token that was taken ends.
    fn end(&self) -> usize {
        let last = self.at.saturating_sub(1).min(self.tokens.len() - 1);
        self.tokens[last].span.end
    }

    /// The nodes of a block, up to and with its `}`; `open` is its `{`.
    fn nodes(&mut self, open: Option<Token>, depth: usize) -> Vec<KdlNode> {
        let mut nodes = vec![];
        if depth > limits::NESTING {
            let message = format!("blocks stand in one another {depth} deep; at most {} do", limits::NESTING);
            self.fail(open.unwrap_or(self.peek()).span, message, "one too many", "use fewer levels");
            self.at = self.tokens.len();
        }
        while !self.given_up() {
            let token = self.peek();
            match token.kind {
                // KDL knows no empty statement, but a second `;` hurts nobody.
                Kind::End => self.at += 1,
                Kind::Eof => {
                    if let Some(open) = open {
                        self.fail(
                            open.span,
                            "this block is never closed",
                            "it begins here",
                            "end it with `}`",
                        );
                    }
                    break;
                }
                Kind::BlockClose => {
                    self.at += 1;
                    if open.is_some() {
                        break;
                    }
                    self.fail(
                        token.span,
                        "this `}` closes nothing",
                        "no block is open",
                        "remove it, or look for a missing `{` above",
                    );
                }
                _ => nodes.extend(self.node(depth)),
            }
        }
        nodes
    }

    /// One node without its end; `None` if it is left out by `/-`, or broken.
    fn node(&mut self, depth: usize) -> Option<KdlNode> {
        self.statements += 1;
        if self.statements > limits::STATEMENTS {
            let message = format!("a scenario has at most {} statements", limits::STATEMENTS);
            self.fail(self.peek().span, message, "one too many", "use `repeat` or `count`");
            self.at = self.tokens.len();
            return None;
        }
        let dash = self.peek().kind == Kind::Dash;
        if dash {
            self.at += 1;
            self.skip_line_ends();
        }
        let start = self.peek().span.start;
        let ty = self.annotation();
        let first = self.peek();
        let name = self.name(first);
        if name.is_some() {
            self.at += 1;
        } else {
            let message = format!("a statement begins with its name, not with {}", self.describe(first));
            let help = if first.kind == Kind::BlockOpen {
                "a block stands on the same line as the statement it belongs to"
            } else {
                "text in quotes comes after a name, as in `print \"hello\"`"
            };
            self.fail(first.span, message, "a name is expected here", help);
            if !matches!(first.kind, Kind::BlockOpen | Kind::BlockClose | Kind::Eof) {
                self.at += 1;
            }
        }
        let span = Span { start, end: self.end() };
        // Without a name the rest is looked at all the same, and goes into a node that nobody gets.
        let nameless = || KdlIdentifier { value: String::new(), span: first.span };
        let name_or = name.clone().unwrap_or_else(nameless);
        let mut node = KdlNode { ty, name: name_or, entries: vec![], children: None, span };
        self.entries(depth, &mut node);
        (name.is_some() && !dash).then_some(node)
    }

    /// Values, properties and the block of one node; stops before what ends it.
    fn entries(&mut self, depth: usize, node: &mut KdlNode) {
        let mut count = 0;
        while !self.given_up() {
            let token = self.peek();
            match token.kind {
                Kind::End | Kind::Eof | Kind::BlockClose => return,
                Kind::BlockOpen => {
                    node.children = Some(self.block(depth));
                    node.span.end = self.end();
                    return self.line_ends_after_block();
                }
                Kind::Dash => {
                    self.at += 1;
                    self.skip_line_ends();
                    if self.peek().kind == Kind::BlockOpen {
                        self.block(depth);
                        if !matches!(self.peek().kind, Kind::BlockOpen | Kind::Dash) {
                            return self.line_ends_after_block();
                        }
                    } else {
                        self.entry();
                    }
                }
                _ => {
                    node.entries.extend(self.entry());
                    node.span.end = self.end();
                }
            }
            count += 1;
            if count > limits::ENTRIES {
                let message = format!("a statement has at most {} values", limits::ENTRIES);
                self.fail(token.span, message, "one too many", "write several statements");
                self.at = self.tokens.len();
            }
        }
    }

    /// `{ … }`
    fn block(&mut self, depth: usize) -> KdlDocument {
        let open = self.take();
        KdlDocument { nodes: self.nodes(Some(open), depth + 1) }
    }

    fn line_ends_after_block(&mut self) {
        let next = self.peek();
        if !self.given_up() && !matches!(next.kind, Kind::End | Kind::Eof | Kind::BlockClose) {
            let message = format!("after a block the line ends, but {} was found", self.describe(next));
            self.fail(next.span, message, "begin a new line here", "each statement stands on its own line");
        }
    }

    /// One value or one property; `None` if its shape is broken. Always consumes at least one token.
    fn entry(&mut self) -> Option<KdlEntry> {
        let before = self.tokens[self.at.saturating_sub(1)];
        let first = self.peek();
        if before.span.end == first.span.start && before.kind != Kind::Dash {
            let message = format!("a space is missing before {}", self.describe(first));
            self.fail(first.span, message, "a space is missing here", "put a space between any two values");
        }
        let ty = self.annotation();
        let value = self.take();
        match value.kind {
            Kind::Word | Kind::Text => {}
            Kind::End | Kind::Eof | Kind::BlockOpen | Kind::BlockClose => {
                self.at -= 1;
                self.fail(
                    first.span,
                    "a value is missing",
                    "nothing follows this",
                    "write the value after it",
                );
                return None;
            }
            _ => {
                let message = format!("a value is expected, but {} was found", self.describe(value));
                let help = "a value is text in quotes, a number, `#true` or `#false`";
                self.fail(value.span, message, "not a value", help);
                return None;
            }
        }
        if self.peek().kind != Kind::Equals {
            let value = self.value(value);
            let span = Span { start: first.span.start, end: self.end() };
            return Some(KdlEntry { name: None, ty, value, span });
        }
        let equals = self.take();
        if ty.is_some() {
            let help = "write it as in `for=(knob)\"render\"`";
            self.fail(first.span, "`(…)` stands before a value, not before a property", "not here", help);
        }
        let name = self.name(value);
        if name.is_none() {
            let message = format!("a property has a name, not {}", self.describe(value));
            self.fail(value.span, message, "a name is expected before `=`", "write it as in `bytes=4096`");
        }
        let ty = self.annotation();
        let value = self.peek();
        if !matches!(value.kind, Kind::Word | Kind::Text) {
            let message = format!("a value is missing after `=`; found {}", self.describe(value));
            self.fail(equals.span, message, "nothing follows this", "write it as in `bytes=4096`");
            return None;
        }
        self.at += 1;
        let value = self.value(value);
        let span = Span { start: first.span.start, end: self.end() };
        Some(KdlEntry { name: Some(name?), ty, value, span })
    }

    /// `(knob)` before a value.
    fn annotation(&mut self) -> Option<KdlIdentifier> {
        if self.peek().kind != Kind::Open {
            return None;
        }
        let open = self.take();
        let inner = self.take();
        let name = self.name(inner);
        if name.is_some() && self.peek().kind == Kind::Close {
            self.at += 1;
            return name;
        }
        self.at -= 1;
        self.fail(
            open.span,
            "`(` begins `(knob)`, and nothing else",
            "not complete",
            "write it as in `for=(knob)\"render\"`",
        );
        None
    }

    fn skip_line_ends(&mut self) {
        while self.peek().kind == Kind::End && self.word(self.peek()) != ";" {
            self.at += 1;
        }
    }

    /// The name that a token is; `None` for a number, a keyword, `true`, and what is no word at all.
    fn name(&mut self, token: Token) -> Option<KdlIdentifier> {
        let value = match token.kind {
            Kind::Word if word::is_plain(self.word(token)) => self.word(token).to_owned(),
            Kind::Text => self.text(token),
            _ => return None,
        };
        Some(KdlIdentifier { value, span: token.span })
    }

    /// The value that a word or a text is. Reports a word that is none, and goes on without it.
    fn value(&mut self, token: Token) -> KdlValue {
        if token.kind == Kind::Text {
            return KdlValue::Text(self.text(token));
        }
        word::value(self.word(token)).unwrap_or_else(|(message, help)| {
            self.errors.push(Diagnostic::at(token.span, message, "not a value").help(help));
            KdlValue::Broken
        })
    }

    fn text(&mut self, token: Token) -> String {
        text::text(self.source, token.span).unwrap_or_else(|error| {
            self.broken = true;
            self.errors.push(error);
            String::new()
        })
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
}
