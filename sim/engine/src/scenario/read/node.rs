//! One node held against its shape.

use super::Reader;
use super::schema::{Braces, CONDITIONS, Place, Shape};
use crate::diagnostic::Span;
use crate::scenario::clip::clip;
use crate::scenario::kdl::{KdlDocument, KdlEntry, KdlNode};
use crate::scenario::near;

/// A node of the language with its values and properties. Some may be missing; then that has been reported.
pub(super) struct Node<'n> {
    pub(super) shape: &'static Shape,
    /// The whole node.
    pub(super) span: Span,
    values: Vec<&'n KdlEntry>,
    properties: Vec<(&'n str, &'n KdlEntry)>,
    block: Option<&'n KdlDocument>,
}

impl<'n> Node<'n> {
    pub(super) fn value(&self, index: usize) -> Option<&'n KdlEntry> {
        self.values.get(index).copied()
    }

    pub(super) fn values(&self) -> &[&'n KdlEntry] {
        &self.values
    }

    pub(super) fn property(&self, name: &str) -> Option<&'n KdlEntry> {
        self.properties.iter().find(|(known, _)| *known == name).map(|(_, entry)| *entry)
    }

    pub(super) fn block(&self) -> Option<&'n KdlDocument> {
        self.block
    }
}

impl Reader<'_> {
    /// Holds a node against what may stand at `at`; `None` if there is no such node.
    pub(super) fn node<'n>(&mut self, node: &'n KdlNode, at: Place) -> Option<Node<'n>> {
        let Some(shape) = shape_of(node.name().value(), at) else {
            self.unknown_node(node, at);
            self.suspect(node);
            return None;
        };
        let name = node.name().span();
        if node.ty().is_some() {
            let message = format!("`(…)` stands before a value, not before `{}`", shape.name);
            self.fail(name, message, "not here", "remove the part in parentheses");
        }
        let span = node.span();
        let mut found = Node { shape, span, values: vec![], properties: vec![], block: node.children() };
        for entry in node.entries() {
            match entry.name() {
                None => found.values.push(entry),
                Some(key) => self.property(&mut found, key.value(), entry),
            }
        }
        self.count_values(&mut found, name);
        for missing in shape.must.iter().filter(|key| found.property(key).is_none()) {
            let message = format!("`{}` needs `{missing}=`", shape.name);
            self.fail(name, message, format!("`{missing}=` is missing"), written(shape));
        }
        self.braces(&mut found, node, name);
        Some(found)
    }

    fn property<'n>(&mut self, found: &mut Node<'n>, key: &'n str, entry: &'n KdlEntry) {
        let shape = found.shape;
        let span = entry.span();
        let known = || shape.must.iter().chain(shape.may).copied();
        if !known().any(|name| name == key) {
            let message = format!("`{}` has no property `{}`", shape.name, clip(key));
            let help = if known().next().is_none() { written(shape) } else { near::suggest(key, known()) };
            return self.fail(span, message, "unknown property", help);
        }
        if found.property(key).is_some() {
            let message = format!("`{key}=` stands here twice");
            return self.fail(span, message, "the second one", "remove one of them");
        }
        found.properties.push((key, entry));
    }

    fn count_values(&mut self, found: &mut Node, name: Span) {
        let shape = found.shape;
        let (fewest, most) = shape.values;
        if found.values.len() < fewest {
            let message = match (fewest, found.values.len()) {
                (1, _) => format!("`{}` needs a value", shape.name),
                (_, 0) => format!("`{}` needs {fewest} values, but has none", shape.name),
                (_, n) => format!("`{}` needs {fewest} values, but has {n}", shape.name),
            };
            self.fail(name, message, "a value is missing", written(shape));
        }
        if let Some(extra) = found.values.get(most) {
            let message = match most {
                0 => format!("`{}` takes no value", shape.name),
                1 => format!("`{}` takes one value, but has {}", shape.name, found.values.len()),
                _ => format!("`{}` takes {most} values, but has {}", shape.name, found.values.len()),
            };
            self.fail(extra.span(), message, "one too many", written(shape));
            found.values.truncate(most);
        }
    }

    fn braces(&mut self, found: &mut Node, node: &KdlNode, name: Span) {
        let shape = found.shape;
        match shape.braces {
            Braces::Must if found.block.is_none() => {
                let message = format!("`{}` needs a block", shape.name);
                self.fail(name, message, "`{ … }` is missing", written(shape));
            }
            Braces::No if found.block.is_some() => {
                let message = format!("`{}` has no block", shape.name);
                self.fail(name, message, "not with a block", written(shape));
                self.suspect(node);
                found.block = None;
            }
            _ => {}
        }
    }

    fn unknown_node(&mut self, node: &KdlNode, at: Place) {
        let name = node.name().value();
        let span = node.name().span();
        let here = || at.shapes().chain(if at == Place::File { &[] } else { CONDITIONS });
        let near = near::nearest(name, here().map(|shape| shape.name));
        let elsewhere = Place::ALL.into_iter().find(|other| shape_of(name, *other).is_some());
        let (message, help) = match (near, elsewhere) {
            (None, Some(other)) => {
                let message = format!("`{name}` stands in {}, not in {}", other.name(), at.name());
                (message, format!("move it into {}", other.name()))
            }
            _ => {
                let message = format!("there is no `{}` in {}", clip(name), at.name());
                (message, near::suggest(name, here().map(|shape| shape.name)))
            }
        };
        // Probably it was to be this one, so this one must not be reported as missing.
        self.suspects.extend(near.map(str::to_owned));
        self.fail(span, message, "unknown", help);
    }

    /// Remembers every text in a node that was not understood: names it would have introduced must not be
    /// reported as unknown elsewhere.
    pub(super) fn suspect(&mut self, node: &KdlNode) {
        let mut left = vec![node];
        while let Some(node) = left.pop() {
            let texts = node.entries().iter().filter_map(|entry| entry.value().as_string());
            self.suspects.extend(texts.map(str::to_owned));
            left.extend(node.children().into_iter().flat_map(KdlDocument::nodes));
        }
    }
}

fn shape_of(name: &str, at: Place) -> Option<&'static Shape> {
    let conditions = if at == Place::File { &[] } else { CONDITIONS };
    at.shapes().chain(conditions).find(|shape| shape.name == name)
}

fn written(shape: &Shape) -> String {
    format!("write it as in `{}`", shape.example)
}
