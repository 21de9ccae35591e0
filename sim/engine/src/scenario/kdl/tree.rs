//! What a KDL text says: nodes with values, properties and blocks, each with its place.

use std::fmt;

use crate::diagnostic::Span;

/// A file or a block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KdlDocument {
    pub(super) nodes: Vec<KdlNode>,
}

impl KdlDocument {
    /// Its nodes, without those that `/-` leaves out.
    pub fn nodes(&self) -> &[KdlNode] {
        &self.nodes
    }
}

/// `(type)name value key=value { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct KdlNode {
    pub(super) ty: Option<KdlIdentifier>,
    pub(super) name: KdlIdentifier,
    pub(super) entries: Vec<KdlEntry>,
    pub(super) children: Option<KdlDocument>,
    pub(super) span: Span,
}

impl KdlNode {
    /// The name in front.
    pub fn name(&self) -> &KdlIdentifier {
        &self.name
    }

    /// What stands in parentheses before the name.
    pub fn ty(&self) -> Option<&KdlIdentifier> {
        self.ty.as_ref()
    }

    /// Values and properties in the order of the text, even those of the same name.
    pub fn entries(&self) -> &[KdlEntry] {
        &self.entries
    }

    /// The block; `None` without braces.
    pub fn children(&self) -> Option<&KdlDocument> {
        self.children.as_ref()
    }

    /// The bytes of the whole node, from its type or name to its last value or the end of its block.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The value number `index` among those that are no properties.
    pub fn argument(&self, index: usize) -> Option<&KdlValue> {
        self.entries.iter().filter(|entry| entry.name.is_none()).nth(index).map(KdlEntry::value)
    }

    /// The value of the property `name`; of the last one, if there are several.
    pub fn property(&self, name: &str) -> Option<&KdlValue> {
        let is = |entry: &&KdlEntry| entry.name.as_ref().is_some_and(|key| key.value == name);
        self.entries.iter().rev().find(is).map(KdlEntry::value)
    }
}

/// In one line, the block as `{ … }`.
impl fmt::Display for KdlNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(ty) = &self.ty {
            write!(f, "({ty})")?;
        }
        write!(f, "{}", self.name)?;
        for entry in &self.entries {
            write!(f, " {entry}")?;
        }
        f.write_str(if self.children.is_some() { " { … }" } else { "" })
    }
}

/// A value, or a property with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct KdlEntry {
    pub(super) name: Option<KdlIdentifier>,
    pub(super) ty: Option<KdlIdentifier>,
    pub(super) value: KdlValue,
    pub(super) span: Span,
}

impl KdlEntry {
    /// The name of a property; `None` for a value.
    pub fn name(&self) -> Option<&KdlIdentifier> {
        self.name.as_ref()
    }

    /// What stands in parentheses before the value.
    pub fn ty(&self) -> Option<&KdlIdentifier> {
        self.ty.as_ref()
    }

    /// What it is.
    pub fn value(&self) -> &KdlValue {
        &self.value
    }

    /// The bytes of the value with its type, and of the name of a property.
    pub fn span(&self) -> Span {
        self.span
    }
}

impl fmt::Display for KdlEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.name {
            write!(f, "{name}=")?;
        }
        if let Some(ty) = &self.ty {
            write!(f, "({ty})")?;
        }
        write!(f, "{}", self.value)
    }
}

/// The name of a node or a property, or a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KdlIdentifier {
    pub(super) value: String,
    pub(super) span: Span,
}

impl KdlIdentifier {
    /// The name without quotes.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Its bytes, with quotes.
    pub fn span(&self) -> Span {
        self.span
    }
}

impl fmt::Display for KdlIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bare = self.value.starts_with(|c: char| c.is_alphabetic())
            && self.value.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
        if bare { f.write_str(&self.value) } else { quoted(&self.value, f) }
    }
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum KdlValue {
    /// Text in quotes, or a bare word.
    Text(String),
    /// A whole number.
    Integer(i128),
    /// A number with a point or an exponent, `#inf`, `#-inf` or `#nan`.
    Float(f64),
    /// `#true` or `#false`.
    Flag(bool),
    /// `#null`.
    Null,
    /// A word that is no value and has been reported. Never in what [`parse`](super::parse) returns.
    Broken,
}

impl KdlValue {
    /// The text, if it is one.
    pub fn as_string(&self) -> Option<&str> {
        if let KdlValue::Text(text) = self { Some(text) } else { None }
    }

    /// The whole number, if it is one.
    pub fn as_integer(&self) -> Option<i128> {
        if let KdlValue::Integer(number) = self { Some(*number) } else { None }
    }
}

/// As it may be written.
impl fmt::Display for KdlValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KdlValue::Text(text) => quoted(text, f),
            KdlValue::Integer(number) => write!(f, "{number}"),
            KdlValue::Float(number) if number.is_nan() => f.write_str("#nan"),
            KdlValue::Float(f64::INFINITY) => f.write_str("#inf"),
            KdlValue::Float(f64::NEG_INFINITY) => f.write_str("#-inf"),
            KdlValue::Float(number) => write!(f, "{number:?}"),
            KdlValue::Flag(flag) => write!(f, "#{flag}"),
            KdlValue::Null => f.write_str("#null"),
            KdlValue::Broken => f.write_str("?"),
        }
    }
}

fn quoted(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("\"")?;
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(f, "\\{c}")?,
            _ if c.is_control() => write!(f, "{}", c.escape_default())?,
            _ => write!(f, "{c}")?,
        }
    }
    f.write_str("\"")
}
