//! What the tests that cross rooms have in common.
//!
//! * [`python`]: the interpreters on this machine.
//! * [`run`]: runs an exported program and notes what really happened.
//! * [`predict`]: what the model says, and at what speed nature can agree.
//! * [`compare`]: sets the one against the other.
//! * [`check`]: all of these for one scenario and one interpreter.
//! * [`random`]: random small scenarios.
//! * [`spin`]: the model checker SPIN, and what it finds in an exported model.

pub mod check;
pub mod compare;
pub mod predict;
pub mod python;
pub mod random;
pub mod run;
pub mod spin;
pub mod tempdir;
