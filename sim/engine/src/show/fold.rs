//! Shortens a listing: a thread that goes round and round is told once, and a very long run loses its middle.

use std::collections::{BTreeMap, HashMap};

use crate::trace::{Event, Kind};

/// One row of a listing.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Row<'a> {
    /// A step.
    Step(&'a Event),
    /// The `steps` steps above, of the thread of `like`, happen again so many times, the last ending at `until_us`.
    Again { like: &'a Event, steps: usize, times: usize, until_us: u64 },
    /// So many more threads of the same `count` do the same at the same moment.
    Likewise { like: &'a Event, threads: usize },
    /// Steps left out of the middle.
    Gap { steps: usize, from_us: u64, to_us: u64 },
}

/// The longest round, in steps, that is recognised.
const LONGEST_ROUND: usize = 8;
/// Rounds that stay in the listing: so many before the fold, and one after it that shows where it led.
const ROUNDS_BEFORE: usize = 2;
/// Fewer hidden rounds than this are not worth a fold.
const FEWEST_HIDDEN: usize = 3;

/// The rows of a listing; repetitions are told once: those of one thread, even when other threads act in between,
/// and those of many threads at one moment.
pub(super) fn rows<'a>(events: &[&'a Event]) -> Vec<Row<'a>> {
    let keys = keys(events);
    let mut of_thread: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (at, event) in events.iter().enumerate() {
        of_thread.entry((&event.process, &event.thread)).or_default().push(at);
    }
    let mut hidden = vec![false; events.len()];
    let mut folds = HashMap::new();
    for places in of_thread.values() {
        fold_thread(events, places, &keys, &mut hidden, &mut folds);
    }
    let mut rows = Vec::new();
    for (at, event) in events.iter().enumerate() {
        rows.extend(folds.remove(&at));
        if !hidden[at] {
            rows.push(Row::Step(event));
        }
    }
    fold_threads(rows)
}

/// Folds what many threads of one `count` do at one moment, one after the other.
fn fold_threads(rows: Vec<Row<'_>>) -> Vec<Row<'_>> {
    let mut out: Vec<Row<'_>> = Vec::with_capacity(rows.len());
    let mut run = 0;
    for row in rows {
        let joins =
            matches!((out.last(), &row), (Some(Row::Step(last)), Row::Step(next)) if alike(last, next));
        if !joins {
            close(&mut out, run);
            run = 0;
        }
        run += 1;
        out.push(row);
    }
    close(&mut out, run);
    out
}

/// Ends a run of rows that are alike: the first two and the last stay.
fn close(out: &mut Vec<Row<'_>>, run: usize) {
    let hidden = run.saturating_sub(ROUNDS_BEFORE + 1);
    if hidden < FEWEST_HIDDEN {
        return;
    }
    let first = out.len() - 1 - hidden;
    if let Row::Step(like) = out[first] {
        out.splice(first..first + hidden, [Row::Likewise { like, threads: hidden }]);
    }
}

/// Whether two steps differ only in the number of their thread.
fn alike(one: &Event, other: &Event) -> bool {
    !one.decisive
        && !other.decisive
        && one.at_us == other.at_us
        && one.kind == other.kind
        && one.reason == other.reason
        && one.process == other.process
        && match (&one.thread, &other.thread) {
            (Some(a), Some(b)) => a != b && without_numbers(a) == without_numbers(b),
            _ => false,
        }
        && without_numbers(&one.text) == without_numbers(&other.text)
}

/// Takes rows out of the middle so that at most `limit` remain.
pub(super) fn cut(mut rows: Vec<Row<'_>>, limit: usize) -> Vec<Row<'_>> {
    if rows.len() <= limit {
        return rows;
    }
    // The end tells what it came to; the beginning needs a little more room.
    let head = limit.saturating_sub(1) * 3 / 5;
    let tail = limit.saturating_sub(1) - head;
    let end = rows.len() - tail;
    let middle = &rows[head..end];
    let steps = middle.iter().map(weight).sum();
    let from_us = middle.first().map_or(0, start);
    let to_us = middle.last().map_or(0, start);
    rows.splice(head..end, [Row::Gap { steps, from_us, to_us }]);
    rows
}

fn weight(row: &Row<'_>) -> usize {
    match row {
        Row::Step(_) => 1,
        Row::Again { steps, times, .. } => steps * times,
        Row::Likewise { threads, .. } => *threads,
        Row::Gap { steps, .. } => *steps,
    }
}

fn start(row: &Row<'_>) -> u64 {
    match row {
        Row::Step(event) | Row::Likewise { like: event, .. } => event.at_us,
        Row::Again { until_us, .. } => *until_us,
        Row::Gap { from_us, .. } => *from_us,
    }
}

fn fold_thread<'a>(
    events: &[&'a Event],
    places: &[usize],
    keys: &[Option<usize>],
    hidden: &mut [bool],
    folds: &mut HashMap<usize, Row<'a>>,
) {
    let key = |at: usize| keys[places[at]];
    let mut at = 0;
    while at < places.len() {
        let best = (1..=LONGEST_ROUND)
            .map(|steps| (steps, rounds(at, steps, places.len(), &key)))
            .find(|(_, rounds)| *rounds > ROUNDS_BEFORE + FEWEST_HIDDEN);
        let Some((steps, rounds)) = best else {
            at += 1;
            continue;
        };
        let first = at + ROUNDS_BEFORE * steps;
        let after = at + (rounds - 1) * steps;
        for &place in &places[first..after] {
            hidden[place] = true;
        }
        let (like, until_us) = (events[places[at]], events[places[after - 1]].at_us);
        let times = rounds - 1 - ROUNDS_BEFORE;
        folds.insert(places[first], Row::Again { like, steps, times, until_us });
        at = after + steps;
    }
}

/// How many times the `steps` steps from `at` on come one after the other.
fn rounds(at: usize, steps: usize, len: usize, key: &impl Fn(usize) -> Option<usize>) -> usize {
    let mut end = at;
    while end < len && key(end).is_some() && (end < at + steps || key(end) == key(end - steps)) {
        end += 1;
    }
    (end - at) / steps
}

/// Equal numbers for steps that say the same but for their numbers; `None` for steps that are never folded.
fn keys(events: &[&Event]) -> Vec<Option<usize>> {
    let mut known = HashMap::new();
    let mut key = |event: &&Event| {
        if event.decisive || !can_repeat(event.kind) {
            return None;
        }
        let next = known.len();
        Some(*known.entry((event.kind, without_numbers(&event.text), event.reason.why)).or_insert(next))
    };
    events.iter().map(&mut key).collect()
}

/// Whether it belongs to the daily round of a thread. Ends, signals and the runtime's steps are always told.
fn can_repeat(kind: Kind) -> bool {
    use Kind::*;
    matches!(
        kind,
        Work | Sleep
            | Print
            | Open
            | Write
            | Flush
            | Close
            | Acquire
            | Release
            | Set
            | Wait
            | Put
            | Get
            | Timeout
            | Submit
            | Check
            | Raise
            | Catch
    )
}

fn without_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_number = false;
    for letter in text.chars() {
        let digit = letter.is_ascii_digit() || (in_number && matches!(letter, '.' | ','));
        if !digit {
            out.push(letter);
        } else if !in_number {
            out.push('#');
        }
        in_number = digit;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::fixtures::step;

    fn words(rows: &[Row<'_>]) -> Vec<String> {
        let word = |row: &Row<'_>| match row {
            Row::Step(event) => event.text.clone(),
            Row::Again { steps, times, until_us, .. } => format!("{steps}x{times} until {until_us}"),
            Row::Likewise { threads, .. } => format!("{threads} likewise"),
            Row::Gap { steps, from_us, to_us } => format!("gap of {steps}, {from_us} to {to_us}"),
        };
        rows.iter().map(word).collect()
    }

    #[test]
    fn rounds_of_two_steps_fold_even_when_another_thread_acts_in_between() {
        let mut events = Vec::new();
        for round in 0..10 {
            events.push(step(round * 10, "a", Kind::Work, &format!("works on item {round}")));
            events.push(step(round * 10 + 1, "b", Kind::Signal, &format!("signal {round}")));
            events.push(step(round * 10 + 2, "a", Kind::Sleep, "sleeps"));
        }
        let events: Vec<_> = events.iter().filter(|event| event.text != "signal 4").collect();
        let got = words(&rows(&events));
        let of_a: Vec<_> =
            got.iter().filter(|text| !text.starts_with("signal")).map(String::as_str).collect();
        assert_eq!(
            of_a,
            [
                "works on item 0",
                "sleeps",
                "works on item 1",
                "sleeps",
                "2x7 until 82",
                "works on item 9",
                "sleeps"
            ]
        );
        assert_eq!(
            got.iter().filter(|text| text.starts_with("signal")).count(),
            9,
            "signals are never folded"
        );
    }

    #[test]
    fn a_few_rounds_stay() {
        let events: Vec<_> = (0..5).map(|at| step(at, "a", Kind::Sleep, "sleeps")).collect();
        let events: Vec<_> = events.iter().collect();
        assert_eq!(rows(&events).len(), 5);
    }

    #[test]
    fn different_words_are_not_a_round() {
        let events: Vec<_> =
            (0..26u8).map(|at| step(0, "a", Kind::Print, &char::from(b'a' + at).to_string())).collect();
        let events: Vec<_> = events.iter().collect();
        assert_eq!(rows(&events).len(), 26);
    }

    #[test]
    fn a_crowd_at_one_moment_is_told_once() {
        let crowd = |moment: fn(u64) -> u64| -> Vec<Event> {
            let one = |at| step(moment(at), &format!("worker-{at}"), Kind::CutOff, "is cut off");
            (0..10).map(one).collect()
        };
        let (together, apart) = (crowd(|_| 7), crowd(|at| at));
        let together: Vec<_> = together.iter().collect();
        assert_eq!(words(&rows(&together)), ["is cut off", "is cut off", "7 likewise", "is cut off"]);
        assert_eq!(rows(&apart.iter().collect::<Vec<_>>()).len(), 10);
        assert_eq!(rows(&together[..5]).len(), 5, "two hidden rows are not worth a fold");
    }

    #[test]
    fn the_middle_goes_and_is_counted() {
        let events: Vec<_> = (0..100).map(|at| step(at, "a", Kind::Signal, &at.to_string())).collect();
        let events: Vec<_> = events.iter().collect();
        let got = words(&cut(rows(&events), 11));
        assert_eq!(got.len(), 11);
        assert_eq!(got[5..8], ["5", "gap of 90, 6 to 95", "96"]);
        assert_eq!(words(&cut(rows(&events), 0)), ["gap of 100, 0 to 99"]);
    }
}
