//! From KDL text to a checked, typed [`Scenario`].

mod model;

pub use model::*;
