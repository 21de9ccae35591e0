//! What the tests of all languages have in common.

use closing_time_engine::export::{ExportOptions, Target};
use closing_time_engine::load;
use closing_time_engine::scenario::{Setup, catalogue};

/// The program, or why it is refused; a refusal names a place.
pub(super) fn written(target: Target, source: &str, trace: bool) -> Result<String, String> {
    let loaded = load(source, &Setup::default()).expect("it loads");
    let options = ExportOptions { trace, ..ExportOptions::default() };
    loaded.export(target, &options).map_err(|refusal| {
        assert!(refusal.span.is_some(), "{}", refusal.message);
        refusal.message
    })
}

/// The text of a built-in scenario.
pub(super) fn built_in(name: &str) -> &'static str {
    catalogue::find(name).expect("it is in the catalogue").source
}
