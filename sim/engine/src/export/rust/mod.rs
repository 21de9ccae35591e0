//! Rust, edition 2021, with nothing but its standard library.

use super::ExportOptions;
use crate::diagnostic::Diagnostic;
use crate::scenario::Scenario;

/// See [`super::export`].
pub(super) fn export(_scenario: &Scenario, _options: &ExportOptions) -> Result<String, Diagnostic> {
    Err(Diagnostic::general("the export to rust is not written yet"))
}
