//! What a program needs beside its control flow: kinds of work, records, exception classes, locks, events, queues.

use std::collections::BTreeSet;

use super::survey::{each_op, event_of, functions};
use crate::scenario::{Block, FileMode, Op, Process, TimeRange};

/// A kind of work.
pub(super) struct Work<'s> {
    /// As the scenario calls it.
    pub(super) label: &'s str,
    /// How long it takes; `None`: it differs, so the caller says it.
    pub(super) time: Option<TimeRange>,
}

/// A kind of record.
#[derive(PartialEq)]
pub(super) struct Record<'s> {
    /// As the scenario calls it.
    pub(super) name: &'s str,
    /// A text record ends in a newline.
    pub(super) mode: FileMode,
    /// Its size.
    pub(super) bytes: u64,
}

/// How a queue is used.
#[derive(Default)]
pub(super) struct QueueUse {
    /// Somebody waits until all items are done.
    pub(super) drained: bool,
    /// Somebody gives up when no item comes.
    pub(super) timed: bool,
    /// Somebody puts an end mark.
    pub(super) ends: bool,
}

/// Visits every statement of a process, main first, then threads, pools and handlers.
pub(super) fn each<'s>(process: &'s Process, visit: &mut dyn FnMut(&'s Op)) {
    for function in functions(process) {
        each_op(function.body, visit);
    }
}

/// Whether some statement is of a kind.
pub(super) fn uses(process: &Process, kind: impl Fn(&Op) -> bool) -> bool {
    let mut found = false;
    each(process, &mut |op| found |= kind(op));
    found
}

/// The kinds of work, in the order of first use.
pub(super) fn works(process: &Process) -> Vec<Work<'_>> {
    let mut found: Vec<Work> = Vec::new();
    each(process, &mut |op| {
        if let Op::Work { label, time } = op {
            match found.iter_mut().find(|known| known.label == label) {
                Some(known) => known.time = known.time.filter(|first| first == time),
                None => found.push(Work { label, time: Some(*time) }),
            }
        }
    });
    found
}

/// The mode in which a file is opened first.
pub(super) fn mode(process: &Process, path: &str) -> FileMode {
    let mut found = None;
    each(process, &mut |op| match op {
        Op::Open { path: opened, mode, .. } if opened == path && found.is_none() => found = Some(*mode),
        _ => {}
    });
    found.unwrap_or(FileMode::Binary)
}

/// The kinds of record, in the order of first use.
pub(super) fn records(process: &Process) -> Vec<Record<'_>> {
    let mut found: Vec<Record> = Vec::new();
    each(process, &mut |op| {
        if let Op::Write { path, record, bytes, .. } = op {
            let record = Record { name: record, mode: mode(process, path), bytes: *bytes };
            if !found.contains(&record) {
                found.push(record);
            }
        }
    });
    found
}

/// The letter that fills a record.
pub(super) fn letter(record: &str) -> char {
    record.chars().find(char::is_ascii_alphanumeric).unwrap_or('x')
}

/// The exception classes that are raised or caught.
pub(super) fn classes(process: &Process) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    each(process, &mut |op| match op {
        Op::Raise { exception, .. } => drop(found.insert(exception.as_str())),
        Op::Try { handlers, .. } => {
            found.extend(handlers.iter().map(|handler| handler.exception.as_str()));
        }
        _ => {}
    });
    found
}

/// The locks.
pub(super) fn locks(process: &Process) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    each(process, &mut |op| {
        if let Op::Lock { lock, .. } = op {
            found.insert(lock.as_str());
        }
    });
    found
}

/// The events.
pub(super) fn events(process: &Process) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    each(process, &mut |op| found.extend(event_of(op)));
    found
}

/// The queues.
pub(super) fn queues(process: &Process) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    each(process, &mut |op| found.extend(super::survey::queue_of(op)));
    found
}

/// How a queue is used.
pub(super) fn queue_use(process: &Process, name: &str) -> QueueUse {
    let mut found = QueueUse::default();
    each(process, &mut |op| match op {
        Op::Drain(queue) if queue == name => found.drained = true,
        Op::Get { queue, timeout: Some(_), .. } if queue == name => found.timed = true,
        Op::Put { queue, stop: true } if queue == name => found.ends = true,
        _ => {}
    });
    found
}

/// What one item of a queue is called: `jobs` are made of `job`s.
pub(super) fn item(queue: &str) -> &str {
    queue.strip_suffix('s').filter(|one| one.len() > 1).unwrap_or("item")
}

/// The index of a copy: `worker-2` is the second of `worker`; `None` for the thread itself, or another one.
pub(super) fn copy_of(target: &str, thread: &str) -> Option<usize> {
    let number: usize = target.strip_prefix(thread)?.strip_prefix('-')?.parse().ok()?;
    number.checked_sub(1)
}

/// Who uses a variable, each thread counted with the handlers it registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Users {
    /// One thread, which first of all gives it a value, outside of any block, and never another.
    One,
    /// One thread, which has to declare it before.
    OneAhead,
    /// Several threads.
    Several,
}

/// Who uses a variable: `opens` gives it a value, `uses` does something with it.
pub(super) fn users(bodies: &[&Block], opens: &dyn Fn(&Op) -> bool, uses: &dyn Fn(&Op) -> bool) -> Users {
    let (mut users, mut ahead) = (0, false);
    for body in bodies {
        let mut mentions = Vec::new();
        each_mention(body, false, &mut |op, inside| {
            if opens(op) || uses(op) {
                mentions.push((opens(op), inside));
            }
        });
        users += usize::from(!mentions.is_empty());
        let opened = mentions.iter().filter(|(opens, _)| *opens).count();
        ahead |= !mentions.is_empty() && (mentions[0] != (true, false) || opened > 1);
    }
    match (users, ahead) {
        (2.., _) => Users::Several,
        (_, true) => Users::OneAhead,
        (_, false) => Users::One,
    }
}

/// Visits the statements of a thread in the order of the text, those of its handlers too, and says which stand in a
/// block.
fn each_mention<'s>(block: &'s Block, inside: bool, visit: &mut dyn FnMut(&'s Op, bool)) {
    for step in block {
        visit(&step.op, inside);
        step.op.each_block(&mut |block| each_mention(block, true, visit));
    }
}

/// Main's body, then those of the threads; handlers stand within.
pub(super) fn bodies(process: &Process) -> Vec<&Block> {
    [&process.main].into_iter().chain(process.threads.iter().map(|thread| &thread.body)).collect()
}
