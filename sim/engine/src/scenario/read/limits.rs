//! How big a scenario may be. The same numbers stand in the reference of the language.

/// Bytes of text.
pub(super) const FILE_BYTES: usize = 256 * 1024;
/// Blocks inside one another. The parser of KDL calls itself for each, so more would exhaust the stack.
pub(super) const NESTING: usize = 32;
/// Nodes in a file.
pub(super) const STATEMENTS: usize = 10_000;
/// Values and properties of one node.
pub(super) const ENTRIES: usize = 256;
/// Characters in a text.
pub(super) const TEXT_CHARS: usize = 2_000;
/// Characters in a name.
pub(super) const NAME_CHARS: usize = 64;
/// Declared knobs.
pub(super) const KNOBS: usize = 256;
/// Threads, counting each of `count`, the workers of pools and every `main`.
pub(super) const THREADS: u64 = 200_000;
/// Processes.
pub(super) const PROCESSES: usize = 64;
/// Rounds of a `repeat`, multiplied by the rounds of those around it.
pub(super) const ROUNDS: u64 = 1_000_000;
/// Bytes of a record: 1 TiB.
pub(super) const RECORD_BYTES: u64 = 1 << 40;
/// Mistakes that are reported before the reader gives up.
pub(super) const DIAGNOSTICS: usize = 20;
