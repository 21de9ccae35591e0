//! What the tests that cross rooms have in common.
//!
//! * [`runtime`]: the interpreters and compilers on this machine.
//! * [`build`]: makes an exported program ready to be started.
//! * [`run`]: runs it and notes what really happened.
//! * [`predict`]: what the model says, and at what speed nature can agree.
//! * [`compare`]: sets the one against the other.
//! * [`allowed`]: sets it against every end that `explore` finds.
//! * [`check`]: all of these for one scenario and one runtime.
//! * [`random`]: random small scenarios.
//! * [`fit`]: takes out of one what a runtime does not have.
//! * [`spin`]: the model checker SPIN, and what it finds in an exported model.

pub mod allowed;
pub mod build;
pub mod check;
pub mod compare;
pub mod fit;
pub mod predict;
pub mod random;
pub mod run;
pub mod runtime;
pub mod spin;
pub mod tempdir;
