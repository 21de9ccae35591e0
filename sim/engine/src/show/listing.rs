//! The steps of a replay, row by row, for those who lay them out themselves (the book's tables).

use crate::trace::{Event, Reason, Trace};

use super::fold::{self, Row};
use super::layout::clean;
use super::moments::who;
use super::wording::{count, decimals, number, seconds};

/// One row: a step, or a note that stands for several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingRow {
    /// When, as in `3.500s`; empty for a note.
    pub time: String,
    /// Who; empty if the note is about several.
    pub who: String,
    /// What, as in "is cut off while rendering a page".
    pub what: String,
    /// Why.
    pub reason: Reason,
}

/// The steps without routine, repetitions told once, at most `limit` rows (the middle is left out).
pub fn listing(trace: &Trace, limit: usize) -> Vec<ListingRow> {
    let events: Vec<&Event> = trace.events.iter().filter(|event| !event.routine).collect();
    let decimals = decimals(events.iter().map(|event| event.at_us));
    let note =
        |who: String, what: String| ListingRow { time: String::new(), who, what, reason: Reason::default() };
    let row = |row| match row {
        Row::Step(event) => ListingRow {
            time: seconds(event.at_us, decimals),
            who: who(trace, event),
            what: clean(&event.text),
            reason: event.reason,
        },
        Row::Again { like, steps, times, until_us } => {
            let what = if steps == 1 { String::new() } else { format!("these {steps} steps ") };
            let (times, until) = (number(times as u64), seconds(until_us, decimals));
            note(who(trace, like), format!("… {what}{times} more times, until {until}"))
        }
        Row::Likewise { threads, .. } => {
            note(String::new(), format!("… and {} likewise", count(threads as u64, "more thread")))
        }
        Row::Gap { steps, from_us, to_us } => {
            let (from, to) = (seconds(from_us, decimals), seconds(to_us, decimals));
            note(
                String::new(),
                format!("… {} between {from} and {to} left out here", count(steps as u64, "step")),
            )
        }
    };
    fold::cut(fold::rows(&events), limit).into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fixtures;
    use super::*;

    #[test]
    fn a_row_says_when_who_what_and_why() {
        let rows = listing(&fixtures::pdf_shutdown(), usize::MAX);
        let cut = rows.iter().find(|row| row.what.starts_with("is cut off")).unwrap();
        assert_eq!((cut.time.as_str(), cut.who.as_str()), ("3.500s", "pdf"));
        assert_eq!(cut.reason.why, Some(fixtures::FINALLY));
    }

    #[test]
    fn the_middle_of_a_long_listing_is_a_note() {
        let rows = listing(&fixtures::pdf_shutdown(), 5);
        assert_eq!(rows.len(), 5);
        let notes: Vec<_> =
            rows.iter().filter(|row| row.time.is_empty()).map(|row| row.what.as_str()).collect();
        assert_eq!(notes, ["… 8 steps between 1.000s and 3.500s left out here"]);
    }
}
