//! What the tests that cross rooms have in common.
//!
//! * [`python`]: the interpreters on this machine.
//! * [`run`]: runs an exported program and notes what really happened.
//! * [`compare`]: sets that against what the model predicts.

pub mod compare;
pub mod python;
pub mod run;
pub mod tempdir;
