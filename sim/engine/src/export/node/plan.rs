//! A name and a place for everything, before a line is written.

use std::collections::{BTreeMap, BTreeSet};

use super::timers::callbacks;
use crate::diagnostic::Diagnostic;
use crate::export::identifiers::{Case, Identifiers};
use crate::export::stock::{self, Users};
use crate::export::survey::{Role, each_op, each_step, file_of, functions};
use crate::scenario::{Block, Op, Process, Thread};

/// Keywords, and the names that the program itself uses.
const RESERVED: &str = "await break case catch class const continue debugger default delete do else enum export extends \
    false finally for function if implements import in instanceof interface let new null package private protected \
    public return static super switch this throw true try typeof undefined var void while with yield async eval \
    arguments fs process console memory bodies main start join sleep sleepSync slowWrite slowWriteSync trace traced \
    thread isMainThread workerData worker error number record ms performance Buffer Math Atomics Worker Promise Error \
    URL Shared Flag Mutex Queue Latch Descriptor TRACE FOREVER END registry kept ended name gate up bringUp over global globalThis escape print timer runner setInterval setTimeout";

/// Classes of JavaScript itself.
pub(super) const KNOWN: [&str; 5] = ["Error", "EvalError", "RangeError", "ReferenceError", "TypeError"];

/// Where something lives.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Place {
    /// A variable of the function that uses it; given its value where it is first mentioned.
    Here(String),
    /// A variable of that function, declared at its beginning.
    Ahead(String),
    /// In the memory that all threads share.
    Shared(String),
}

/// Everything that has a name in the program.
pub(super) struct Plan<'s> {
    pub(super) process: &'s Process,
    pub(super) files: BTreeMap<&'s str, Place>,
    pub(super) threads: BTreeMap<&'s str, ThreadNames>,
    pub(super) locks: BTreeMap<&'s str, String>,
    pub(super) events: BTreeMap<&'s str, String>,
    pub(super) queues: BTreeMap<&'s str, String>,
    pub(super) works: BTreeMap<&'s str, WorkNames>,
    /// In the order of [`stock::records`].
    pub(super) records: Vec<String>,
    pub(super) classes: BTreeMap<&'s str, String>,
    pub(super) shared: Vec<Shared>,
}

/// Something in shared memory.
pub(super) struct Shared {
    pub(super) name: String,
    pub(super) class: &'static str,
    /// For a latch: how many have to arrive.
    pub(super) count: Option<u32>,
}

/// The names of a thread.
pub(super) struct ThreadNames {
    /// Its body.
    pub(super) function: String,
    /// Main's variable with the worker, or all of them, if main needs it again.
    pub(super) handle: Option<Place>,
    /// A latch that says it has ended, if somebody joins it who cannot await it.
    pub(super) ended: Option<String>,
    /// How many copies there are.
    pub(super) count: u32,
    /// Whether it is unref'ed.
    pub(super) daemon: bool,
}

/// The functions that stand for a kind of work.
pub(super) struct WorkNames {
    /// For main.
    pub(super) awaited: Option<String>,
    /// For workers and handlers.
    pub(super) blocking: Option<String>,
}

/// Whether a function may await: main only.
fn awaits(role: &Role) -> bool {
    *role == Role::Main
}

fn is_used(process: &Process, awaited: bool, kind: &dyn Fn(&Op) -> bool) -> bool {
    let mut found = false;
    for function in functions(process).iter().filter(|function| awaits(&function.role) == awaited) {
        each_op(function.body, &mut |op| found |= kind(op));
    }
    found
}

impl<'s> Plan<'s> {
    /// The threads that are workers: all but the timers.
    pub(super) fn workers(&self) -> impl Iterator<Item = &'s Thread> {
        self.process.threads.iter().filter(|thread| !thread.timer)
    }

    /// Names and places for a process.
    pub(super) fn new(process: &'s Process) -> Self {
        let reserved: Vec<&str> = RESERVED.split_whitespace().collect();
        let mut ids = Identifiers::new(&reserved);
        let mut shared = Vec::new();
        let mut share = |name: String, class: &'static str| {
            shared.push(Shared { name: name.clone(), class, count: None });
            name
        };
        let records = stock::records(process);
        let records = records.iter().map(|record| {
            let same = records.iter().filter(|other| other.name == record.name).count();
            let sized = format!("{} {}", record.name, record.bytes);
            let kind = if record.mode == crate::scenario::FileMode::Text { "text" } else { "bytes" };
            ids.of(kind, if same == 1 { record.name } else { &sized }, Case::Upper)
        });
        let records = records.collect();
        let works = stock::works(process).into_iter().map(|work| {
            let is = |op: &Op| matches!(op, Op::Work { label, .. } if label == work.label);
            let awaited = is_used(process, true, &is).then(|| ids.of("work", work.label, Case::Camel));
            let blocking = is_used(process, false, &is).then(|| match awaited {
                Some(_) => ids.of("sync", &format!("{} sync", work.label), Case::Camel),
                None => ids.of("work", work.label, Case::Camel),
            });
            (work.label, WorkNames { awaited, blocking })
        });
        let works = works.collect();
        let bodies: Vec<String> =
            process.threads.iter().map(|thread| ids.of("body", &thread.name, Case::Camel)).collect();
        let locks = stock::locks(process).into_iter().map(|lock| {
            let name = if lock.to_ascii_lowercase().ends_with("lock") {
                lock.into()
            } else {
                format!("{lock} lock")
            };
            (lock, share(ids.of("lock", &name, Case::Camel), "Mutex"))
        });
        let locks = locks.collect();
        let events = stock::events(process)
            .into_iter()
            .map(|event| (event, share(ids.of("flag", event, Case::Camel), "Flag")));
        let events = events.collect();
        let queues = stock::queues(process)
            .into_iter()
            .map(|queue| (queue, share(ids.of("queue", queue, Case::Camel), "Queue")));
        let queues = queues.collect();
        let classes = stock::classes(process).into_iter().map(|class| (class, class_name(class))).collect();

        let main: Block = callbacks(&process.threads).chain(process.main.iter().cloned()).collect();
        let mut latches = Vec::new();
        let mut threads = BTreeMap::new();
        for (thread, function) in process.threads.iter().zip(bodies) {
            let joins = |op: &Op| matches!(op, Op::Join { target, .. } if *target == thread.name);
            let turns =
                |op: &Op| matches!(op, Op::SetDaemon { thread: turned, .. } if *turned == thread.name);
            let starts = |op: &Op| matches!(op, Op::Start(names) if names.contains(&thread.name));
            let kind = match (thread.timer, thread.count) {
                (true, _) => "timer",
                (false, 1) => "worker",
                (false, _) => "workers",
            };
            let needed = is_used(process, true, &joins) || stock::uses(process, turns);
            let handle = needed.then(|| {
                let name = ids.of(kind, &format!("{} {kind}", thread.name), Case::Camel);
                placed(&[&main], name, &starts, &|op| joins(op) || turns(op))
            });
            let ended = is_used(process, false, &joins).then(|| {
                let name = ids.of("ended", &format!("{} ended", thread.name), Case::Camel);
                latches.push(Shared { name: name.clone(), class: "Latch", count: Some(thread.count) });
                name
            });
            let daemon = thread.daemon == Some(true);
            threads.insert(
                thread.name.as_str(),
                ThreadNames { function, handle, ended, count: thread.count, daemon },
            );
        }
        let workers = process.threads.iter().filter(|thread| !thread.timer);
        let bodies: Vec<&Block> = [&main].into_iter().chain(workers.map(|thread| &thread.body)).collect();
        let mut paths = BTreeSet::new();
        stock::each(process, &mut |op| paths.extend(file_of(op)));
        let files = paths.into_iter().map(|path| {
            let file = path.rsplit('/').next().unwrap_or(path);
            let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
            let name = ids.of("file", stem, Case::Camel);
            let opens = |op: &Op| matches!(op, Op::Open { path: opened, .. } if opened == path);
            let place = placed(&bodies, name, &opens, &|op| file_of(op) == Some(path));
            if let Place::Shared(name) = &place {
                share(name.clone(), "Descriptor");
            }
            (path, place)
        });
        let files = files.collect();
        shared.extend(latches);
        Plan { process, files, threads, locks, events, queues, works, records, classes, shared }
    }

    /// The constant for a record.
    pub(super) fn record(&self, path: &str, record: &str, bytes: u64) -> &str {
        let wanted = stock::Record { name: record, mode: stock::mode(self.process, path), bytes };
        let index = stock::records(self.process).iter().position(|known| *known == wanted);
        index.and_then(|index| self.records.get(index)).map_or("\"\"", String::as_str)
    }
}

/// The longest time of `setTimeout`, ms; what is longer calls at once.
const LONGEST_MS: f64 = i32::MAX as f64;

/// What Node has no words for.
///
/// # Errors
///
/// The first of it.
pub(super) fn refuse(process: &Process, scale: f64) -> Result<(), Diagnostic> {
    if let Some(pool) = process.pools.first() {
        let message = "Node has no pool of workers in its standard library";
        return Err(
            Diagnostic::at(pool.span, message, "this pool").help("a queue and some threads say the same")
        );
    }
    let mut refusal = None;
    for function in functions(process) {
        let is_timer = |name: &str| process.threads.iter().any(|thread| thread.timer && thread.name == name);
        let in_worker = matches!(function.role, Role::Thread(name, _) if !is_timer(name));
        each_step(function.body, &mut |step| {
            let message = match &step.op {
                Op::ExitThread => "Node has no call that ends main and leaves the process alive",
                Op::ExitNow(_) if in_worker => "in a worker, process.reallyExit ends that worker only",
                Op::Start(_) if in_worker => "what a worker starts ends with it",
                Op::SetDaemon { .. } if in_worker => "only main can ref and unref its workers",
                Op::OnExit { .. } | Op::OnIdle { .. } if in_worker => {
                    "in a worker, the exit event is about that worker's own end"
                }
                Op::Work { time, .. } | Op::Sleep(time) | Op::Write { time, .. }
                    if time.max_us as f64 * scale > LONGEST_MS * 1e3 =>
                {
                    "a timer of Node waits for 24 days at most"
                }
                _ => return,
            };
            refusal.get_or_insert(Diagnostic::at(step.span, message, "this statement"));
        });
    }
    refusal.map_or(Ok(()), Err)
}

/// The name of a thread, or of one of its copies, counted from 1.
pub(super) fn copy_name(thread: &Thread, number: u32) -> String {
    if thread.count == 1 { thread.name.clone() } else { format!("{}-{number}", thread.name) }
}

fn class_name(class: &str) -> String {
    let name: String = class.chars().filter(char::is_ascii_alphanumeric).collect();
    match name.as_str() {
        "Exception" | "BaseException" => "Error".to_string(),
        "Flag" | "Mutex" | "Queue" | "Shared" | "Descriptor" | "Latch" | "Worker" | "Buffer" => {
            format!("{name}Error")
        }
        _ if !name.starts_with(|c: char| c.is_ascii_uppercase()) => format!("Scenario{name}"),
        _ => name,
    }
}

/// In shared memory if several threads use it; else a variable of main or of the worker.
fn placed(bodies: &[&Block], name: String, opens: &dyn Fn(&Op) -> bool, uses: &dyn Fn(&Op) -> bool) -> Place {
    match stock::users(bodies, opens, uses) {
        Users::Several => Place::Shared(name),
        Users::OneAhead => Place::Ahead(name),
        Users::One => Place::Here(name),
    }
}
