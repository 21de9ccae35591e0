//! How big a tree may be. The same numbers stand in the reference of the scenario language.

/// Blocks inside one another. The parser calls itself for each, so more would exhaust the stack.
pub(in crate::scenario) const NESTING: usize = 32;
/// Nodes in a file.
pub(in crate::scenario) const STATEMENTS: usize = 10_000;
/// Values and properties of one node.
pub(in crate::scenario) const ENTRIES: usize = 256;
/// Mistakes that are reported before the reader gives up.
pub(in crate::scenario) const DIAGNOSTICS: usize = 20;
