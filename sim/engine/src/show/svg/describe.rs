//! The words of a figure for those who do not see it, and the id that tells figures apart.

use crate::show::lanes;
use crate::show::layout::clean;
use crate::show::moments::moments;
use crate::show::outcome::{ending_words, outcome_lines};
use crate::show::wording::{count, runtime, short};
use crate::trace::Trace;

/// Stretches told per thread, threads told, and moments told; the rest is counted.
const MOST_STRETCHES: usize = 12;
const MOST_LANES: usize = 24;
const MOST_MOMENTS: usize = 24;

/// The figure as sentences: each thread's story, the turning points, the outcome.
pub(super) fn description(trace: &Trace, end_us: u64) -> String {
    let mut out = format!("{}, {}: {}.", clean(&trace.title), runtime(&trace.runtime), ending_words(trace));
    let several = trace.outcome.processes.len() > 1;
    for (index, lane) in trace.lanes.iter().enumerate().take(MOST_LANES) {
        let process = if several { format!("{}/", clean(&lane.process)) } else { String::new() };
        let mut parts = Vec::new();
        let mut hidden = 0;
        for (from, to, span) in lanes::spans(trace, index, end_us) {
            if parts.len() < MOST_STRETCHES {
                parts.push(format!("{} from {} to {}", clean(&span.label), short(from), short(to)));
            } else {
                hidden += 1;
            }
        }
        if hidden > 0 {
            parts.push(count(hidden, "more stretch"));
        }
        parts.push(lanes::fate(trace, lane).0.to_owned());
        out.push_str(&format!(" {process}{}: {}.", lanes::label(lane), parts.join(", ")));
    }
    if trace.lanes.len() > MOST_LANES {
        out.push_str(&format!(" {}.", lanes::more_words(trace.lanes.len() - MOST_LANES)));
    }
    for moment in moments(trace, MOST_MOMENTS) {
        out.push_str(&format!(" At {} {}.", short(moment.at_us), moment.text));
    }
    for line in outcome_lines(trace).iter().filter(|line| !line.label.is_empty()) {
        out.push_str(&format!(" {}: {}.", line.label, line.text));
    }
    out
}

/// An id that differs between figures of different runs and is the same for the same run, on every machine.
pub(super) fn id(trace: &Trace) -> String {
    let seed = trace.seed.to_string();
    let mut parts: Vec<&str> = vec![&trace.scenario, &trace.runtime, &seed, &trace.schedule];
    parts.extend(trace.arguments.iter().map(String::as_str));
    // FNV-1a: short, and stable between versions of the standard library.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in parts.join("\0").bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    let slug: String =
        trace.scenario.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect();
    format!("ct-{slug}-{:08x}", (hash >> 32) ^ (hash & 0xffff_ffff))
}

/// Text for XML: escaped, and without the characters that no XML document may contain.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            letter if letter.is_control() => out.push('\u{fffd}'),
            letter => out.push(letter),
        }
    }
    out
}
