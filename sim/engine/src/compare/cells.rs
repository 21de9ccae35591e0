//! Outcomes become columns of short words.

use super::run::Run;
use crate::show::{Role, bytes, bytes_of, clean, count, number, span, stem, summary_role};
use crate::trace::{
    Ending, Fate, FileOutcome, HandlerKind, HandlerOutcome, Outcome, ProcessOutcome, Status, ThreadOutcome,
};

/// From so many threads on, those of one group share a column.
const CROWD: usize = 4;
/// Stands where there is nothing to tell.
pub(super) const NOTHING: &str = "–";

/// Standard output among the files of an outcome.
const STDOUT: &str = "<stdout>";

/// What a column is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// How the run ended.
    Ending,
    /// When its last process ended.
    When,
    /// How one of several processes ended.
    Process(String),
    /// What became of a thread.
    Thread {
        /// Its process.
        process: String,
        /// Its name.
        name: String,
    },
    /// What became of the threads of a group: how many of them ended how.
    Threads {
        /// Their process.
        process: String,
        /// What their names begin with.
        stem: String,
    },
    /// What is left of a file: its path.
    File(String),
    /// Whether a handler ran.
    Handler {
        /// Its process.
        process: String,
        /// Its name; for a signal handler the signal's name.
        name: String,
        /// Which kind.
        kind: HandlerKind,
    },
    /// Processes that outlived their parent.
    LeftBehind,
    /// The lines that reached the outside, and their order.
    Printed,
}

impl Subject {
    /// The heading that columns of one kind share; empty for those that need none.
    pub fn group(&self) -> &'static str {
        match self {
            Subject::Ending | Subject::When | Subject::LeftBehind | Subject::Printed => "",
            Subject::Process(_) => "processes",
            Subject::Thread { .. } | Subject::Threads { .. } => "threads",
            Subject::File(_) => "files",
            Subject::Handler { .. } => "handlers",
        }
    }
}

/// One thing that is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What it is about.
    pub subject: Subject,
    /// What stands above it.
    pub head: String,
}

/// What became of it under one runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// In a few words; two cells are the same if their words are.
    pub text: String,
    /// Whether that is good or bad.
    pub role: Role,
    /// Whether it is not that of the first row.
    pub differs: bool,
}

/// Everything that any of the runs tells of, in the order of the scenario.
pub(super) fn columns(runs: &[&Run]) -> Vec<Column> {
    let several = runs.iter().any(|run| outcome(run).processes.len() > 1);
    let mut subjects = vec![Subject::Ending, Subject::When];
    let mut add = |subject: Subject| {
        if !subjects.contains(&subject) {
            subjects.push(subject);
        }
    };
    let processes = || runs.iter().flat_map(|run| &outcome(run).processes);
    if several {
        processes().for_each(|process| add(Subject::Process(process.name.clone())));
    }
    for process in processes() {
        for thread in &process.threads {
            let (name, stem) = (thread.name.clone(), stem(&thread.name).to_owned());
            let process = process.name.clone();
            add(match stem != name && crowd(runs, &process, &stem) >= CROWD {
                true => Subject::Threads { process, stem },
                false => Subject::Thread { process, name },
            });
        }
    }
    let files = runs.iter().flat_map(|run| &outcome(run).files);
    files.for_each(|file| add(Subject::File(file.path.clone())));
    for process in processes() {
        for handler in &process.handlers {
            let (process, name) = (process.name.clone(), handler.name.clone());
            add(Subject::Handler { process, name, kind: handler.kind });
        }
    }
    if runs.iter().any(|run| !outcome(run).left_behind.is_empty()) {
        add(Subject::LeftBehind);
    }
    if runs.iter().any(|run| !outcome(run).stdout.is_empty()) {
        add(Subject::Printed);
    }
    subjects.into_iter().map(|subject| Column { head: clean(&head(&subject, several)), subject }).collect()
}

fn outcome(run: &Run) -> &Outcome {
    &run.trace.outcome
}

/// The most threads with this stem that a process has in any of the runs.
fn crowd(runs: &[&Run], process: &str, of: &str) -> usize {
    let threads = |run: &&&Run| of_stem(outcome(run), process, of).count();
    runs.iter().map(|run| threads(&run)).max().unwrap_or(0)
}

fn of_stem<'o>(outcome: &'o Outcome, process: &str, of: &str) -> impl Iterator<Item = &'o ThreadOutcome> {
    let threads = outcome.processes.iter().find(|one| one.name == process).map(|one| one.threads.iter());
    threads.into_iter().flatten().filter(move |thread| thread.name != of && stem(&thread.name) == of)
}

fn head(subject: &Subject, several: bool) -> String {
    let of = |process: &str, name: String| if several { format!("{process} {name}") } else { name };
    match subject {
        Subject::Ending => "ends".to_owned(),
        Subject::When => "after".to_owned(),
        Subject::Process(name) => name.clone(),
        Subject::Thread { process, name } => of(process, name.clone()),
        Subject::Threads { process, stem } => of(process, format!("{stem}-*")),
        Subject::File(path) => path.clone(),
        Subject::Handler { process, name, kind: HandlerKind::Signal } => of(process, format!("SIG{name}")),
        Subject::Handler { process, name, .. } => of(process, name.clone()),
        Subject::LeftBehind => "left behind".to_owned(),
        Subject::Printed => "printed".to_owned(),
    }
}

/// The cell of a column for one run; daemon flags and what was printed are told as they differ from the run in the
/// first row.
pub(super) fn cell(column: &Column, run: &Run, base: &Run) -> Cell {
    let outcome = outcome(run);
    let process = |name: &str| outcome.processes.iter().find(|process| process.name == name);
    let found = match &column.subject {
        Subject::Ending => Some((ending(outcome), summary_role(outcome))),
        Subject::When => outcome.ended_at_us.map(|us| (span(us), Role::Time)),
        Subject::Process(name) => process(name).map(status),
        Subject::Thread { process: of, name } => thread(outcome, of, name).map(|found| {
            fate(
                run,
                of,
                found,
                thread(self::outcome(base), of, name).filter(|_| run.has_flags && base.has_flags),
            )
        }),
        Subject::Threads { process: of, stem } => fates(outcome, of, stem),
        Subject::File(path) => {
            // Of standard output there is an entry only where it has lost something.
            let ends = outcome.ending == Ending::Exit;
            let whole = || (path == STDOUT && ends).then(|| ("nothing lost".to_owned(), Role::Good));
            outcome.files.iter().find(|file| &file.path == path).map(file).or_else(whole)
        }
        Subject::Handler { process: of, name, kind } => process(of).and_then(|process| {
            let mut handlers = process.handlers.iter();
            handlers
                .find(|handler| &handler.name == name && handler.kind == *kind)
                .and_then(|found| handler(found, process.status.is_some()))
        }),
        Subject::LeftBehind => {
            (!outcome.left_behind.is_empty()).then(|| (outcome.left_behind.join(", "), Role::Warn))
        }
        Subject::Printed => Some((printed(&outcome.stdout, &self::outcome(base).stdout), Role::Dim)),
    };
    let (text, role) = found.unwrap_or_else(|| (NOTHING.to_owned(), Role::Dim));
    Cell { text: clean(&text), role, differs: false }
}

fn ending(outcome: &Outcome) -> String {
    match (outcome.ending, outcome.processes.as_slice()) {
        (Ending::Exit, [only]) => status(only).0,
        (Ending::Exit, _) => "all end".to_owned(),
        (Ending::Hang, _) => "hangs".to_owned(),
        (Ending::Endless, _) => "never ends".to_owned(),
        (Ending::Bound, _) => "unknown".to_owned(),
    }
}

fn status(process: &ProcessOutcome) -> (String, Role) {
    let never = process.threads.iter().all(|thread| thread.fate == Fate::NeverStarted);
    match &process.status {
        Some(Status::Code(0)) => ("exit 0".to_owned(), Role::Good),
        Some(Status::Code(code)) => (format!("exit {code}"), Role::Bad),
        Some(Status::Signal(signal)) => (format!("killed by {signal}"), Role::Bad),
        None if never => ("never started".to_owned(), Role::Dim),
        None => ("still alive".to_owned(), Role::Bad),
    }
}

fn thread<'o>(outcome: &'o Outcome, process: &str, name: &str) -> Option<&'o ThreadOutcome> {
    let process = outcome.processes.iter().find(|one| one.name == process)?;
    process.threads.iter().find(|thread| thread.name == name)
}

/// The flag is told where it is another one than in the first row.
fn fate(run: &Run, process: &str, thread: &ThreadOutcome, base: Option<&ThreadOutcome>) -> (String, Role) {
    let (mut text, role) = fate_words(thread.fate, outcome(run).ending);
    let who = (process.to_owned(), thread.name.clone());
    if run.skipped.contains(&who) {
        text.push_str(", finally skipped");
    } else if run.cleaned.contains(&who) {
        text.push_str(", finally ran");
    }
    if !thread.holding.is_empty() {
        text.push_str(&format!(", holds {}", thread.holding.join(", ")));
    }
    if base.is_some_and(|base| base.daemon != thread.daemon) {
        text.push_str(if thread.daemon { ", daemon" } else { ", no daemon" });
    }
    (text, role)
}

fn fate_words(fate: Fate, ending: Ending) -> (String, Role) {
    let (text, role) = match fate {
        Fate::Finished => ("finished", Role::Good),
        Fate::Raised => ("raised", Role::Warn),
        Fate::CutOff => ("cut off", Role::Bad),
        Fate::Alive if ending == Ending::Hang => ("stuck", Role::Bad),
        Fate::Alive => ("alive", Role::Bad),
        Fate::NeverStarted => ("not started", Role::Dim),
    };
    (text.to_owned(), role)
}

/// As in "5 finished, 3 cut off".
fn fates(outcome: &Outcome, process: &str, stem: &str) -> Option<(String, Role)> {
    const ORDER: [Fate; 5] = [Fate::Finished, Fate::Raised, Fate::CutOff, Fate::Alive, Fate::NeverStarted];
    let ended = |fate| of_stem(outcome, process, stem).filter(|thread| thread.fate == fate).count() as u64;
    let found: Vec<_> = ORDER.into_iter().map(|fate| (fate, ended(fate))).filter(|(_, n)| *n > 0).collect();
    let words = |fate| fate_words(fate, outcome.ending);
    // That of the worst.
    let role = found.iter().map(|(fate, _)| words(*fate).1).max_by_key(|role| match role {
        Role::Bad => 2,
        Role::Warn => 1,
        _ => 0,
    })?;
    let texts = found.iter().map(|(fate, n)| format!("{} {}", number(*n), words(*fate).0));
    Some((texts.collect::<Vec<_>>().join(", "), role))
}

/// As in "8 of 20 KiB, 4 KiB lost".
fn file(file: &FileOutcome) -> (String, Role) {
    let planned = file.planned.map(|planned| planned.max(file.written));
    let whole = planned.unwrap_or(file.written);
    let role = match (file.lost > 0 || file.torn, file.durable < whole) {
        (true, _) => Role::Bad,
        (false, true) => Role::Warn,
        (false, false) => Role::Good,
    };
    let mut text = match planned {
        Some(planned) if planned != file.durable => bytes_of(file.durable, planned),
        Some(0) => "empty".to_owned(),
        Some(planned) => format!("all {}", bytes(planned)),
        None => bytes(file.durable),
    };
    if file.lost > 0 {
        text.push_str(&format!(", {} lost", bytes(file.lost)));
    }
    if file.torn {
        text.push_str(", torn");
    }
    (text, role)
}

/// `None`: it was never registered.
fn handler(handler: &HandlerOutcome, process_ended: bool) -> Option<(String, Role)> {
    let (text, role) = match handler {
        HandlerOutcome { completed: true, .. } => ("ran", Role::Good),
        HandlerOutcome { ran: true, .. } if process_ended => ("cut short", Role::Bad),
        HandlerOutcome { ran: true, .. } => ("does not end", Role::Bad),
        HandlerOutcome { registered: false, .. } => return None,
        HandlerOutcome { kind: HandlerKind::Signal, .. } => ("not called", Role::Dim),
        _ if process_ended => ("skipped", Role::Bad),
        _ => ("has not run", Role::Warn),
    };
    Some((text.to_owned(), role))
}

fn printed(lines: &[String], base: &[String]) -> String {
    let number = count(lines.len() as u64, "line");
    let sorted = |lines: &[String]| {
        let mut lines = lines.to_vec();
        lines.sort();
        lines
    };
    match lines == base {
        true => number,
        false if lines.len() != base.len() => number,
        false if sorted(lines) == sorted(base) => format!("{number}, other order"),
        false => format!("{number}, other words"),
    }
}
