//! A trace as JSON: the contract `closing-time/trace/1`, see `sim/engine/schemas/trace-1.schema.json`.

use crate::trace::Trace;

/// The trace as one pretty-printed JSON object with a newline at the end.
pub fn json(trace: &Trace) -> String {
    pretty(trace)
}

/// Serializes plain data; the types in here have string keys only, so it cannot fail.
pub(super) fn pretty(value: &impl serde::Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
