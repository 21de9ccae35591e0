//! What a run came to, in sentences: the block that ends a replay and stands below a figure.

use std::collections::BTreeMap;

use crate::scenario::clip::clip_line;
use crate::trace::{
    Ending, Fate, FileOutcome, HandlerKind, HandlerOutcome, Outcome, ProcessOutcome, Status, ThreadOutcome,
    Trace,
};

use super::layout::clean;
use super::paint::Role;
use super::wording::{bytes, bytes_of, count, number, span};

/// With more threads than this in a process, those of one fate share a line.
const THREADS_ONE_BY_ONE: usize = 16;
/// At most so many lines about threads per process, and about printed lines.
const MOST_LINES: usize = 24;

/// From so many equal lines in a row on, they are counted.
const MANY_TIMES: usize = 5;

/// One line of the outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeLine {
    /// What kind of thing it is about.
    pub about: About,
    /// The process it belongs to, if the scenario has several.
    pub process: Option<String>,
    /// Its name: a thread, a file, a handler. Empty for the ending.
    pub label: String,
    /// What became of it, as in "cut off during work: render a page".
    pub text: String,
    /// Whether that is good or bad.
    pub role: Role,
}

/// What a line of the outcome is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum About {
    /// How the run ended. Always the first line.
    Ending,
    /// How one of several processes ended; its threads and handlers follow.
    Process,
    /// A thread, or several of the same fate.
    Thread,
    /// A handler.
    Handler,
    /// A file.
    File,
    /// A process that outlived its parent.
    LeftBehind,
    /// A line that reached the outside.
    Printed,
}

/// The outcome of a run, line by line: the ending first, then threads and handlers (process by process if there
/// are several), files, processes left behind, what was printed.
pub fn outcome_lines(trace: &Trace) -> Vec<OutcomeLine> {
    let outcome = &trace.outcome;
    let several = outcome.processes.len() > 1;
    let role = match outcome.ending {
        Ending::Exit if outcome.processes.iter().all(|process| process.status == Some(Status::Code(0))) => {
            Role::Good
        }
        Ending::Bound => Role::Warn,
        _ => Role::Bad,
    };
    let line = |about, process: Option<&str>, label: &str, text: String, role| OutcomeLine {
        about,
        process: process.map(clean),
        label: clean(label),
        text: clean(&text),
        role,
    };

    let mut lines = vec![line(About::Ending, None, "", ending_words(trace), role)];
    let mut handlers = Vec::new();
    for process in &outcome.processes {
        let name = several.then_some(process.name.as_str());
        if several {
            let (text, role) = process_words(process);
            lines.push(line(About::Process, name, &process.name, text, role));
        }
        if several && never_started(process) {
            continue;
        }
        for (label, text, role) in thread_lines(process, outcome.ending) {
            lines.push(line(About::Thread, name, &label, text, role));
        }
        for handler in &process.handlers {
            let (text, role) = handler_words(handler, process.status.is_some());
            handlers.push(line(About::Handler, name, &handler.name, text, role));
        }
        if several {
            lines.append(&mut handlers);
        }
    }
    for file in &outcome.files {
        let (text, role) = file_words(file);
        lines.push(line(About::File, None, &file.path, text, role));
    }
    lines.append(&mut handlers);
    for name in &outcome.left_behind {
        let text = "left behind: it outlives its parent".to_owned();
        lines.push(line(About::LeftBehind, None, name, text, Role::Warn));
    }
    for (at, text) in printed(&outcome.stdout).into_iter().enumerate() {
        let label = if at == 0 { "printed" } else { "" };
        lines.push(line(About::Printed, None, label, text, Role::Dim));
    }
    lines
}

/// The lines that were printed; what is printed many times in a row stands here once, and of very many the first.
fn printed(lines: &[String]) -> Vec<String> {
    let mut shown = Vec::new();
    let mut left = lines.len();
    for same in lines.chunk_by(|one, next| one == next) {
        let many = same.len() >= MANY_TIMES;
        for text in same.iter().take(if many { 1 } else { same.len() }) {
            let times = if many { format!(", {}", count(same.len() as u64, "time")) } else { String::new() };
            if shown.len() == MOST_LINES {
                shown.push(format!("… {} more", count(left as u64, "line")));
                return shown;
            }
            shown.push(format!("“{}”{times}", clip_line(text)));
            left -= if many { same.len() } else { 1 };
        }
    }
    shown
}

/// How the run ended, as in "exit 0 after 3.500s" or "hangs: nothing can ever move again".
pub fn ending_words(trace: &Trace) -> String {
    let Outcome { ending, ended_at_us, processes, .. } = &trace.outcome;
    let after = ended_at_us.map(|us| format!(" after {}", span(us))).unwrap_or_default();
    let last = trace.events.last().map(|event| span(event.at_us));
    match (ending, processes.as_slice()) {
        (Ending::Exit, [ProcessOutcome { status: Some(Status::Code(code)), .. }]) => {
            format!("exit {code}{after}")
        }
        (Ending::Exit, [ProcessOutcome { status: Some(Status::Signal(signal)), .. }]) => {
            format!("killed by {signal}{after}")
        }
        (Ending::Exit, [] | [_]) => format!("ended{after}"),
        (Ending::Exit, _) => format!("every process has ended{after}"),
        (Ending::Hang, _) => match last {
            Some(at) => format!("hangs: nothing can ever move again (since {at})"),
            None => "hangs: nothing can ever move again".to_owned(),
        },
        (Ending::Endless, _) => "never ends: only endless loops are left".to_owned(),
        (Ending::Bound, _) => "unknown: a limit was reached".to_owned(),
    }
}

fn never_started(process: &ProcessOutcome) -> bool {
    process.status.is_none() && process.threads.iter().all(|thread| thread.fate == Fate::NeverStarted)
}

fn process_words(process: &ProcessOutcome) -> (String, Role) {
    match process.status {
        Some(Status::Code(0)) => ("exit 0".to_owned(), Role::Good),
        Some(Status::Code(code)) => (format!("exit {code}"), Role::Bad),
        Some(Status::Signal(signal)) => (format!("killed by {signal}"), Role::Bad),
        None if never_started(process) => ("never started".to_owned(), Role::Dim),
        None => ("still alive".to_owned(), Role::Bad),
    }
}

/// Label, text and role for each thread, or for each group of threads that share name and fate.
fn thread_lines(process: &ProcessOutcome, ending: Ending) -> Vec<(String, String, Role)> {
    let threads = &process.threads;
    if threads.len() <= THREADS_ONE_BY_ONE {
        let one = |thread: &ThreadOutcome| {
            let (text, role) = fate_words(thread, ending);
            (thread.name.clone(), text, role)
        };
        return threads.iter().map(one).collect();
    }
    let mut places = BTreeMap::new();
    let mut groups: Vec<(&ThreadOutcome, u64)> = Vec::new();
    for thread in threads {
        let key = (stem(&thread.name), thread.fate as u8, &thread.during, &thread.holding);
        let place = *places.entry(key).or_insert_with(|| {
            groups.push((thread, 0));
            groups.len() - 1
        });
        groups[place].1 += 1;
    }
    let mut lines = Vec::new();
    for (at, (thread, threads_of_group)) in groups.iter().enumerate() {
        if at == MOST_LINES {
            let rest: u64 = groups[at..].iter().map(|group| group.1).sum();
            lines.push((
                "…".to_owned(),
                format!("{} with other fates", count(rest, "more thread")),
                Role::Dim,
            ));
            break;
        }
        let (text, role) = fate_words(thread, ending);
        lines.push(match threads_of_group {
            1 => (thread.name.clone(), text, role),
            n => (format!("{}-*", stem(&thread.name)), format!("{} threads: {text}", number(*n)), role),
        });
    }
    lines
}

/// `worker` for `worker-17`: the threads of one `count`.
pub(crate) fn stem(name: &str) -> &str {
    match name.rsplit_once('-') {
        Some((stem, digits)) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => stem,
        _ => name,
    }
}

fn fate_words(thread: &ThreadOutcome, ending: Ending) -> (String, Role) {
    let (fate, joint, role) = match thread.fate {
        Fate::Finished => return ("finished".to_owned(), Role::Good),
        Fate::Raised => return ("ended by an exception".to_owned(), Role::Warn),
        Fate::NeverStarted => return ("never started".to_owned(), Role::Dim),
        Fate::CutOff => ("cut off", " during ", Role::Bad),
        Fate::Alive if ending == Ending::Hang => ("stuck for ever", ": ", Role::Bad),
        Fate::Alive if ending == Ending::Endless => ("never ends", ": ", Role::Bad),
        Fate::Alive => ("still alive", ": ", Role::Warn),
    };
    let during = thread.during.as_ref().map(|during| format!("{joint}{during}")).unwrap_or_default();
    let holding = match thread.holding.as_slice() {
        [] => String::new(),
        [lock] => format!(", holding the lock {lock}"),
        locks => format!(", holding the locks {}", locks.join(", ")),
    };
    (format!("{fate}{during}{holding}"), role)
}

fn handler_words(handler: &HandlerOutcome, process_ended: bool) -> (String, Role) {
    let kind = match handler.kind {
        HandlerKind::Exit => "exit handler",
        HandlerKind::EarlyExit => "early exit handler",
        HandlerKind::Signal => "signal handler",
        HandlerKind::Teardown => "finalizer",
        HandlerKind::Idle => "idle handler",
    };
    let (what, role) = match handler {
        HandlerOutcome { completed: true, .. } => ("ran to its end", Role::Good),
        HandlerOutcome { ran: true, .. } if process_ended => {
            ("cut short: it began and did not end", Role::Bad)
        }
        HandlerOutcome { ran: true, .. } => ("began and does not end", Role::Bad),
        HandlerOutcome { registered: false, .. } => ("was never registered", Role::Dim),
        HandlerOutcome { kind: HandlerKind::Signal, .. } => ("was not called", Role::Dim),
        _ if process_ended => ("skipped: it never ran", Role::Bad),
        _ => ("has not run", Role::Warn),
    };
    (format!("{kind}, {what}"), role)
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

/// As in "8 of 20 KiB: 2 pages kept, 1 lost in the buffer, 2 never made".
fn file_words(file: &FileOutcome) -> (String, Role) {
    let planned = file.planned.map(|planned| planned.max(file.written));
    let unwritten = planned.map_or(0, |planned| planned - file.written);
    let buffered = file.written.saturating_sub(file.durable);
    let role = match (file.lost > 0 || file.torn, unwritten + buffered > 0) {
        (true, _) => Role::Bad,
        (false, true) => Role::Warn,
        (false, false) => Role::Good,
    };
    // Records can be counted only if every size is a whole number of them.
    let size = file.record_bytes.filter(|&size| {
        size > 0
            && file.written.is_multiple_of(size)
            && planned.is_none_or(|planned| planned.is_multiple_of(size))
    });
    let noun = if file.record.is_empty() { "record" } else { &file.record };
    if planned == Some(0) {
        return ("empty: nothing was to be written".to_owned(), Role::Good);
    }
    if role == Role::Good {
        let records = size.map(|size| format!(", {}", count(file.durable / size, noun))).unwrap_or_default();
        let whole = if planned.is_some() { "complete: " } else { "nothing lost so far: " };
        return (format!("{whole}{}{records}", bytes(file.durable)), role);
    }
    let head = match planned {
        Some(planned) => bytes_of(file.durable, planned),
        None => format!("{} on disk", bytes(file.durable)),
    };
    let in_buffer = if file.lost > 0 { "lost in the buffer" } else { "still in the buffer" };
    let mut parts = Vec::new();
    if let Some(size) = size {
        let kept = file.durable / size;
        let half = u64::from(!file.durable.is_multiple_of(size));
        let gone = (file.written / size).saturating_sub(kept + half);
        parts.push(if kept == 0 { format!("no {noun} kept") } else { format!("{} kept", count(kept, noun)) });
        parts.extend((half > 0).then(|| "1 torn".to_owned()));
        parts.extend((gone > 0).then(|| format!("{} {in_buffer}", number(gone))));
        parts.extend((unwritten > 0).then(|| format!("{} never made", number(unwritten / size))));
    } else {
        parts.extend((buffered > 0).then(|| format!("{} {in_buffer}", bytes(buffered))));
        parts.extend((unwritten > 0).then(|| format!("{} never made", bytes(unwritten))));
        if planned.is_some() && !parts.is_empty() {
            parts.insert(0, format!("{} kept", bytes(file.durable)));
        }
    }
    let torn = if file.torn {
        format!("; it ends in the middle of {} {noun}", article(noun))
    } else {
        String::new()
    };
    if parts.is_empty() {
        (format!("{head}{torn}"), role)
    } else {
        (format!("{head}: {}{torn}", parts.join(", ")), role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::fixtures;

    fn file(durable: u64, written: u64, planned: Option<u64>, record_bytes: Option<u64>) -> FileOutcome {
        let torn = record_bytes.is_some_and(|size| !durable.is_multiple_of(size));
        let lost = written - durable;
        let (path, record) = ("report.pdf".to_owned(), "page".to_owned());
        FileOutcome { path, written, durable, lost, torn, planned, record, record_bytes }
    }

    #[test]
    fn files() {
        let words =
            |durable, written, planned, record| file_words(&file(durable, written, planned, record)).0;
        let page = Some(4_096);
        assert_eq!(
            words(8_192, 12_288, Some(20_480), page),
            "8 of 20 KiB: 2 pages kept, 1 lost in the buffer, 2 never made"
        );
        assert_eq!(words(20_480, 20_480, Some(20_480), page), "complete: 20 KiB, 5 pages");
        assert_eq!(
            words(0, 4_096, Some(8_192), page),
            "0 of 8 KiB: no page kept, 1 lost in the buffer, 1 never made"
        );
        assert_eq!(
            words(8_192, 9_000, Some(9_000), Some(3_000)),
            "8,192 of 9,000 B: 2 pages kept, 1 torn; it ends in the middle of a page"
        );
        assert_eq!(words(8_192, 12_288, None, page), "8 KiB on disk: 2 pages kept, 1 lost in the buffer");
        assert_eq!(
            words(100, 150, Some(200), None),
            "100 of 200 B: 100 B kept, 50 B lost in the buffer, 50 B never made"
        );
        assert_eq!(words(0, 0, Some(0), None), "empty: nothing was to be written");
        assert_eq!(words(4_096, 4_096, None, page), "nothing lost so far: 4 KiB, 1 page");
        let alive = FileOutcome { lost: 0, ..file(0, 4_096, Some(4_096), page) };
        assert_eq!(
            file_words(&alive),
            ("0 of 4 KiB: no page kept, 1 still in the buffer".to_owned(), Role::Warn)
        );
    }

    #[test]
    fn handlers() {
        let handler = |kind, registered, ran, completed| {
            let handler = HandlerOutcome { name: "flush-log".to_owned(), kind, registered, ran, completed };
            handler_words(&handler, true).0
        };
        assert_eq!(handler(HandlerKind::Exit, true, true, true), "exit handler, ran to its end");
        assert_eq!(handler(HandlerKind::Exit, true, false, false), "exit handler, skipped: it never ran");
        assert_eq!(
            handler(HandlerKind::EarlyExit, true, true, false),
            "early exit handler, cut short: it began and did not end"
        );
        assert_eq!(handler(HandlerKind::Signal, true, false, false), "signal handler, was not called");
        assert_eq!(handler(HandlerKind::Teardown, false, false, false), "finalizer, was never registered");
    }

    #[test]
    fn endings() {
        assert_eq!(ending_words(&fixtures::pdf_shutdown()), "exit 0 after 3.500s");
        assert_eq!(ending_words(&fixtures::killed()), "killed by TERM after 1.250s");
        assert_eq!(ending_words(&fixtures::hang()), "hangs: nothing can ever move again (since 2.000s)");
        assert_eq!(ending_words(&fixtures::family()), "every process has ended after 2.000s");
        let mut trace = fixtures::empty();
        assert_eq!(ending_words(&trace), "ended after 0.000s");
        trace.outcome.ending = Ending::Endless;
        assert_eq!(ending_words(&trace), "never ends: only endless loops are left");
        trace.outcome.ending = Ending::Bound;
        assert_eq!(ending_words(&trace), "unknown: a limit was reached");
    }

    #[test]
    fn many_threads_of_one_fate_share_a_line() {
        let trace = fixtures::crowd(1_000);
        let lines: Vec<_> = outcome_lines(&trace).into_iter().map(|line| (line.label, line.text)).collect();
        assert_eq!(lines.len(), 3, "{lines:?}");
        assert_eq!(lines[2], ("worker-*".to_owned(), "1,000 threads: cut off during sleep".to_owned()));
    }
}
