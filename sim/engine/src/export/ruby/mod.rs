//! Ruby 3.1 or newer.

use super::ExportOptions;
use crate::diagnostic::Diagnostic;
use crate::scenario::Scenario;

/// See [`super::export`].
pub(super) fn export(_scenario: &Scenario, _options: &ExportOptions) -> Result<String, Diagnostic> {
    Err(Diagnostic::general("the export to ruby is not written yet"))
}
