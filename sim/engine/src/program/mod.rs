//! A scenario compiled for one runtime: immutable, shared by every run.
//!
//! * `instr`: the instruction set.
//! * `layout`: where everything that can change lies in a state.
//! * `compile`: scenario + runtime → program.
//!
//! Everything is named by small numbers ([`ThreadId`], [`LockId`], …); the tables here give the names back.

mod compile;
pub mod exception;
mod fingerprint;
mod instr;
mod layout;
mod tables;

pub use compile::compile;
pub use exception::{Exception, ExceptionKind, Landing};
pub use instr::{Flushes, Instr, RuntimeOp};
pub use layout::{
    Field, FileFields, Layout, PipeFields, PoolFields, ProcessFields, QueueFields, Stack, ThreadFields,
    ThreadPlace,
};
pub use tables::*;
