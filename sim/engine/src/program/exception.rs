//! Exceptions and where they land.

use super::{ExceptionId, Pc, Register};
use crate::scenario::Signal;

/// No exception; what an empty register holds.
pub const NONE: ExceptionId = ExceptionId(0);
/// A `return` on its way out.
pub const RETURN: ExceptionId = ExceptionId(1);
/// Ctrl-C.
pub const INTERRUPT: ExceptionId = ExceptionId(2);
/// A thread or process is started too late.
pub const START_REFUSED: ExceptionId = ExceptionId(3);
/// A thread is started during module teardown.
pub const START_IN_TEARDOWN: ExceptionId = ExceptionId(4);
/// A thread is started a second time.
pub const START_TWICE: ExceptionId = ExceptionId(5);
/// A thread is joined before it is started.
pub const JOIN_UNSTARTED: ExceptionId = ExceptionId(6);
/// A daemonic process starts a process.
pub const DAEMONIC_CHILDREN: ExceptionId = ExceptionId(7);
/// An item is submitted to a pool that is shut down.
pub const POOL_SHUT: ExceptionId = ExceptionId(8);
/// A process is joined before it is started.
pub const JOIN_UNSTARTED_PROCESS: ExceptionId = ExceptionId(9);
/// An early exit handler is registered once these have begun.
pub const REGISTER_LATE: ExceptionId = ExceptionId(10);
/// A process is started a second time.
pub const SPAWN_TWICE: ExceptionId = ExceptionId(11);
/// A file is used that is not open.
pub const FILE_CLOSED: ExceptionId = ExceptionId(12);
/// The daemon flag of a thread is changed that does not live.
pub const FLAG_OF_DEAD: ExceptionId = ExceptionId(13);
/// The runtime tells a thread to end.
pub const UNWIND: ExceptionId = ExceptionId(14);
/// A thread ends itself, and only itself.
pub const LEAVE: ExceptionId = ExceptionId(15);

/// The runtime noticed that the process cannot go on.
pub const DEADLOCK: ExceptionId = ExceptionId(16);

/// A thread takes a lock that it holds already.
pub const LOCK_TWICE: ExceptionId = ExceptionId(17);

/// An exception that some step can raise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// Its class, such as `ValueError`.
    pub class: String,
    /// Its message; may be empty.
    pub message: String,
    /// What it does when nothing catches it.
    pub kind: ExceptionKind,
}

/// What an exception means to the runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExceptionKind {
    /// Not an exception: a `return` on its way out through the clean-up blocks.
    Return,
    /// The polite exit with this code.
    Exit(u8),
    /// What a signal that nobody handles raises in main, such as Ctrl-C.
    Interrupt(Signal),
    /// Not an exception: the runtime ends the thread, which only cleans up.
    Unwind,
    /// Not an exception: the thread ends itself, and cleans up.
    Leave,
    /// Any other.
    Error,
}

/// Code that is covered by a handler or a clean-up block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landing {
    /// First covered instruction.
    pub start: Pc,
    /// One past the last.
    pub end: Pc,
    /// Where an exception goes.
    pub target: Pc,
    /// The class it catches; `None`: a clean-up block, which catches all and raises it again.
    pub class: Option<String>,
    /// Where a clean-up block keeps the exception.
    pub save: Option<Register>,
}
