//! What became of each thread.

use std::collections::BTreeMap;

use closing_time_engine::scenario::{Scenario, Thread};
use closing_time_engine::trace::{Fate, ProcessOutcome, ThreadOutcome};

use crate::run::Observed;

/// What the trace says of one thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    /// It never began.
    Nothing,
    /// It began, and no end was seen.
    Begun,
    /// It ran to its end.
    Ended,
    /// An exception left it.
    Raised,
    /// `sys.exit` left it (an exception for Python, an orderly end for people), or it called `os._exit`.
    Exited,
}

/// Compares the fate of every thread of a process.
pub(super) fn fates(scenario: &Scenario, process: &ProcessOutcome, seen: &Observed, found: &mut Vec<String>) {
    for thread in &process.threads {
        if is_pool_worker(scenario, process, thread) {
            continue;
        }
        let real = look(process, thread, seen);
        // In its shutdown, where it may hang or be killed, the main thread still exists, although its code is over.
        let stuck_main = thread.name == "main" && matches!(thread.fate, Fate::Alive | Fate::CutOff);
        let same = match real {
            Seen::Nothing => thread.fate == Fate::NeverStarted,
            Seen::Begun => matches!(thread.fate, Fate::CutOff | Fate::Alive),
            Seen::Ended => thread.fate == Fate::Finished || stuck_main,
            Seen::Raised => thread.fate == Fate::Raised || stuck_main,
            Seen::Exited => matches!(thread.fate, Fate::Finished | Fate::Raised) || stuck_main,
        };
        if !same {
            let (name, fate) = (&thread.name, thread.fate);
            found.push(format!("thread {name} of {}: predicted {fate:?}, seen {real:?}", process.name));
        }
    }
}

/// The workers of a pool belong to the executor; only their items can be traced.
fn is_pool_worker(scenario: &Scenario, process: &ProcessOutcome, thread: &ThreadOutcome) -> bool {
    let declared = scenario.processes.iter().find(|declared| declared.name == process.name);
    declared.is_some_and(|declared| {
        declared.pools.iter().any(|pool| {
            let number = thread.name.strip_prefix(pool.name.as_str()).and_then(|rest| rest.strip_prefix('-'));
            number.is_some_and(|number| number.parse::<u32>().is_ok())
        })
    })
}

/// Whether the threads may have fared as in this outcome, as far as a trace tells. A thread that is cut off at once may
/// not have come to say that it began, and one that is cut off late has said that it is over. Threads of one group may
/// have changed their numbers.
pub(super) fn may_have_fared(scenario: &Scenario, process: &ProcessOutcome, seen: &Observed) -> bool {
    let own = process.threads.iter().filter(|thread| !is_pool_worker(scenario, process, thread));
    let mut groups: BTreeMap<&str, Vec<&ThreadOutcome>> = BTreeMap::new();
    for thread in own {
        groups.entry(group(scenario, process, &thread.name)).or_default().push(thread);
    }
    groups.values().all(|threads| {
        let real: Vec<_> = threads.iter().map(|thread| look(process, thread, seen)).collect();
        can_be_dealt(&real, threads)
    })
}

/// The name that the threads of a group have in common; a thread that is alone has its own.
fn group<'a>(scenario: &Scenario, process: &ProcessOutcome, name: &'a str) -> &'a str {
    let mut declared = scenario.processes.iter().filter(|declared| declared.name == process.name);
    let prefix = name.rsplit_once('-').map_or(name, |(prefix, _)| prefix);
    let is_group = |thread: &Thread| thread.name == prefix && thread.count > 1;
    if declared.any(|declared| declared.threads.iter().any(is_group)) { prefix } else { name }
}

/// Whether each of the threads that were seen can be given a fate of its own.
fn can_be_dealt(real: &[Seen], threads: &[&ThreadOutcome]) -> bool {
    let Some((first, rest)) = real.split_first() else { return true };
    (0..threads.len()).any(|number| {
        let mut others = threads.to_vec();
        let thread = others.remove(number);
        let cut = thread.fate == Fate::CutOff || thread.name == "main" && thread.fate == Fate::Alive;
        let fits = match first {
            Seen::Nothing => cut || matches!(thread.fate, Fate::NeverStarted | Fate::Alive),
            Seen::Begun => cut || thread.fate == Fate::Alive,
            Seen::Ended => cut || thread.fate == Fate::Finished,
            Seen::Raised => cut || thread.fate == Fate::Raised,
            Seen::Exited => cut || matches!(thread.fate, Fate::Finished | Fate::Raised),
        };
        fits && can_be_dealt(rest, &others)
    })
}

fn look(process: &ProcessOutcome, thread: &ThreadOutcome, seen: &Observed) -> Seen {
    let what = if thread.name == "main" { "main" } else { "thread" };
    let mut state = Seen::Nothing;
    for line in seen.lines.iter().filter(|line| line.process == process.name && line.thread == thread.name) {
        match (line.kind.as_str(), line.detail.split_once(' ').unwrap_or((&line.detail, ""))) {
            ("begin", (word, _)) if word == what => state = Seen::Begun,
            ("end", (word, _)) if word == what => state = Seen::Ended,
            ("raise", (word, "SystemExit")) if word == what => state = Seen::Exited,
            ("raise", (word, _)) if word == what => state = Seen::Raised,
            ("exit-now", _) => state = Seen::Exited,
            _ => {}
        }
    }
    state
}
