//! How big a scenario may be. The same numbers stand in the reference of the language.

pub(super) use crate::scenario::kdl::DIAGNOSTICS;

/// Bytes of text.
pub(super) const FILE_BYTES: usize = 256 * 1024;
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
/// The shortest time between two calls of a timer, µs.
pub(super) const SHORTEST_ROUND_US: u64 = 1_000;
/// Bytes of a record: 1 TiB.
pub(super) const RECORD_BYTES: u64 = 1 << 40;
