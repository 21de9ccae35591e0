//! Renderers of a [`Trace`](crate::trace::Trace), one per file. All are pure: a trace goes in, a text comes out.
//!
//! * [`text`]: the replay step by step, then what it cost and what to try next.
//! * [`timeline`]: a lane per thread over virtual time, for a terminal.
//! * [`svg`]: the same lanes as a figure for a page.
//! * [`json`] and [`catalogue_json`]: the contracts that other tools read; their JSON Schemas stand in
//!   `sim/engine/schemas`.
//! * [`dot`] and [`mermaid`]: a small state graph, to be drawn by others.
//! * [`why_it_hangs`]: why a run never ends, in sentences.
//! * [`summary`]: what a run came to, on one line.
//! * [`listing`] and [`outcome_lines`]: the steps, and what a run came to, for those who lay them out themselves.
//!
//! The engine knows no terminal: colour is a [`Paint`] that the caller brings. Everything that a scenario's author
//! could have written is stripped of control characters (text) or escaped (SVG) on the way out.

mod catalogue;
mod fold;
mod graph_dot;
mod graph_mermaid;
mod graph_words;
mod hang;
mod json;
mod lanes;
mod layout;
mod listing;
mod moments;
mod outcome;
mod paint;
mod summary;
mod svg;
mod text;
mod timeline;
mod wording;

#[cfg(test)]
mod fixtures;

pub use catalogue::{CATALOGUE_SCHEMA, catalogue_json};
pub use graph_dot::dot;
pub use graph_mermaid::mermaid;
pub use hang::why_it_hangs;
pub use json::json;
pub use layout::{clean, fit, pad, pad_left, width, wrap};
pub use listing::{ListingRow, listing};
pub use moments::{ticks, who};
pub(crate) use outcome::stem;
pub use outcome::{About, OutcomeLine, ending_words, outcome_lines};
pub use paint::{Paint, Plain, Role};
pub use summary::{summary, summary_role};
pub use svg::{svg, svg_with_id};
pub use text::{DECISIVE, TextOptions, outcome_text, text};
pub use timeline::timeline;
pub use wording::{bytes, count, number, seconds, short};
pub(crate) use wording::{bytes_of, runtime as runtime_words, span};
