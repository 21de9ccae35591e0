//! The reader: text in, scenario or diagnostics out.

use super::{Scenario, Setup};
use crate::diagnostic::Diagnostic;

/// Reads a scenario and applies `setup` to it.
///
/// # Errors
/// Everything that is wrong with the text or the setup, in the order of the text.
pub fn read(source: &str, setup: &Setup) -> Result<Scenario, Vec<Diagnostic>> {
    let _ = (source, setup);
    Err(vec![Diagnostic::general("the reader is not built yet")])
}
