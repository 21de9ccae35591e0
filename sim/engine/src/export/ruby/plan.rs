//! A name and a place for everything, before a line is written.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Diagnostic;
use crate::export::identifiers::{Case, Identifiers};
use crate::export::stock;
use crate::export::survey::{Role, each_step, file_of, functions};
use crate::scenario::{Block, FileMode, Op, Process};

/// Keywords, and methods that every object has, so that one more of that name would replace them.
const RESERVED: &str = "BEGIN END alias and begin break case class def defined do else elsif end ensure false for if in \
    module next nil not or redo rescue retry return self super then true undef unless until when while yield \
    abort at_exit autoload binding caller catch clone display dup enum_for eval exec exit extend fail fork format freeze \
    frozen gets hash include inspect itself lambda load loop main method methods name object_id open p pp prepend print \
    printf private proc protected public putc puts raise rand readline readlines refine require select send sleep spawn \
    sprintf srand syscall system taint tap test throw to_s trace traced trap trust untaint untrust using warn \
    lock_within slow_write number error stdin stdout stderr safe IO ARGV STDIN STDERR STDOUT ARGF ENV GC TRACE RUBY_VERSION \
    Event CountingQueue";

/// What Ruby itself raises, with `StandardError` among the ancestors or because of a signal.
const KNOWN: [&str; 13] = [
    "Interrupt",
    "SignalException",
    "ArgumentError",
    "EOFError",
    "IOError",
    "IndexError",
    "KeyError",
    "NameError",
    "RangeError",
    "RuntimeError",
    "ThreadError",
    "TypeError",
    "ZeroDivisionError",
];

/// Other classes of Ruby, and what a scenario means by them.
const MEANT: [(&str, &str); 3] =
    [("Exception", "StandardError"), ("BaseException", "Exception"), ("SystemExit", "SystemExit")];

/// Whether a class of the scenario has to be defined.
pub(super) fn is_new_class(class: &str) -> bool {
    !KNOWN.contains(&class) && !MEANT.iter().any(|(known, _)| *known == class)
}

/// Everything that has a name in the program.
pub(super) struct Plan<'s> {
    pub(super) process: &'s Process,
    /// Open files, `$global` or local.
    pub(super) files: BTreeMap<&'s str, String>,
    pub(super) threads: BTreeMap<&'s str, ThreadNames>,
    pub(super) locks: BTreeMap<&'s str, String>,
    pub(super) events: BTreeMap<&'s str, String>,
    pub(super) queues: BTreeMap<&'s str, QueueNames>,
    pub(super) works: BTreeMap<&'s str, String>,
    /// In the order of [`stock::records`].
    pub(super) records: Vec<String>,
    pub(super) classes: BTreeMap<&'s str, String>,
}

/// The names of a thread.
pub(super) struct ThreadNames {
    /// Its body.
    pub(super) method: String,
    /// The variable with the thread, or all its copies, if somebody joins it.
    pub(super) handle: Option<String>,
    /// How many copies there are.
    pub(super) count: u32,
}

/// The names of a queue.
pub(super) struct QueueNames {
    pub(super) name: String,
    /// One of its items.
    pub(super) item: String,
    /// Somebody waits for all items to be done, or gives up waiting for one: the standard queue cannot do that.
    pub(super) counted: bool,
    /// Somebody waits for all items to be done.
    pub(super) drained: bool,
}

impl<'s> Plan<'s> {
    /// Names and places for a process.
    pub(super) fn new(process: &'s Process) -> Self {
        let reserved: Vec<&str> = RESERVED.split_whitespace().collect();
        let mut ids = Identifiers::new(&reserved);
        let suffixed = |name: &str, suffix: &str| match name.to_ascii_lowercase().ends_with(suffix) {
            true => name.to_string(),
            false => format!("{name} {suffix}"),
        };
        let classes = stock::classes(process).into_iter().map(|class| {
            let meant =
                MEANT.iter().find(|(known, _)| *known == class).map(|(_, meant)| (*meant).to_string());
            let known = KNOWN.contains(&class).then(|| class.to_string());
            (class, meant.or(known).unwrap_or_else(|| class_name(class)))
        });
        let classes = classes.collect();
        let records = stock::records(process);
        let records = records.iter().map(|record| {
            let same = records.iter().filter(|other| other.name == record.name).count();
            let sized = format!("{} {}", record.name, record.bytes);
            let kind = if record.mode == FileMode::Text { "text" } else { "bytes" };
            ids.of(kind, if same == 1 { record.name } else { &sized }, Case::Upper)
        });
        let records = records.collect();
        let of = |names: BTreeSet<&'s str>, kind: &'static str, suffix: &str, ids: &mut Identifiers| {
            let named = names.into_iter().map(|name| {
                let full = if suffix.is_empty() { name.to_string() } else { suffixed(name, suffix) };
                (name, ids.of(kind, &full, Case::Upper))
            });
            named.collect()
        };
        let locks = of(stock::locks(process), "lock", "lock", &mut ids);
        let events = of(stock::events(process), "event", "", &mut ids);
        let queues = stock::queues(process).into_iter().map(|queue| {
            let used = stock::queue_use(process, queue);
            let names = QueueNames {
                name: ids.of("queue", queue, Case::Upper),
                item: ids.of("item", stock::item(queue), Case::Snake),
                counted: used.drained || used.timed,
                drained: used.drained,
            };
            (queue, names)
        });
        let queues = queues.collect();
        let works = stock::works(process)
            .into_iter()
            .map(|work| (work.label, ids.of("work", work.label, Case::Snake)))
            .collect();
        let threads = process.threads.iter().map(|thread| {
            let kind = if thread.count == 1 { "thread" } else { "threads" };
            let method = ids.of("body", &thread.name, Case::Snake);
            let joined = |op: &Op| matches!(op, Op::Join { target, .. } if *target == thread.name);
            let handle = stock::uses(process, joined).then(|| {
                let name = ids.of(kind, &suffixed(&thread.name, kind), Case::Snake);
                let starts = |op: &Op| matches!(op, Op::Start(names) if names.contains(&thread.name));
                placed(process, &name, &starts, &joined)
            });
            (thread.name.as_str(), ThreadNames { method, handle, count: thread.count })
        });
        let threads = threads.collect();
        let mut paths = BTreeSet::new();
        stock::each(process, &mut |op| paths.extend(file_of(op)));
        let files = paths.into_iter().map(|path| {
            let file = path.rsplit('/').next().unwrap_or(path);
            let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
            let name = ids.of("file", stem, Case::Snake);
            let opens = |op: &Op| matches!(op, Op::Open { path: opened, .. } if opened == path);
            (path, placed(process, &name, &opens, &|op| file_of(op) == Some(path)))
        });
        let files = files.collect();
        Plan { process, files, threads, locks, events, queues, works, records, classes }
    }

    /// What Ruby has no words for.
    ///
    /// # Errors
    ///
    /// The first of it.
    pub(super) fn refuse(&self) -> Result<(), Diagnostic> {
        if let Some(pool) = self.process.pools.first() {
            let message = "Ruby has no thread pool in its standard library";
            return Err(
                Diagnostic::at(pool.span, message, "this pool").help("a queue and some threads say the same")
            );
        }
        let mut refusal = None;
        for function in functions(self.process) {
            let in_trap = matches!(function.role, Role::SignalHandler(_));
            each_step(function.body, &mut |step| {
                let message = match &step.op {
                    Op::SetDaemon { .. } => "Ruby's threads have no daemon flag that could be changed",
                    Op::Lock { .. } if in_trap => {
                        "Ruby refuses a Mutex in a signal handler: \"can't be called from trap context\""
                    }
                    Op::Put { queue, .. }
                    | Op::Get { queue, .. }
                    | Op::ForEach { queue, .. }
                    | Op::Drain(queue)
                        if in_trap && self.queues[queue.as_str()].counted =>
                    {
                        "a queue that counts its items needs a Mutex, which Ruby refuses in a signal handler"
                    }
                    _ => return,
                };
                refusal.get_or_insert(Diagnostic::at(step.span, message, "this statement"));
            });
        }
        refusal.map_or(Ok(()), Err)
    }

    /// The constant for a record.
    pub(super) fn record(&self, path: &str, record: &str, bytes: u64) -> &str {
        let wanted = stock::Record { name: record, mode: stock::mode(self.process, path), bytes };
        let index = stock::records(self.process).iter().position(|known| *known == wanted);
        index.and_then(|index| self.records.get(index)).map_or("\"\"", String::as_str)
    }
}

fn class_name(class: &str) -> String {
    let name: String = class.chars().filter(char::is_ascii_alphanumeric).collect();
    let clashes = ["StopIteration", "NotImplementedError", "NoMemoryError", "SystemStackError", "Event"];
    match name.chars().next() {
        Some(first) if first.is_ascii_uppercase() && !clashes.contains(&name.as_str()) => name,
        _ => format!("Scenario{name}"),
    }
}

/// A local variable if only one method uses it, and first of all gives it a value outside of any block; else a global.
fn placed(process: &Process, name: &str, opens: &dyn Fn(&Op) -> bool, uses: &dyn Fn(&Op) -> bool) -> String {
    let mut methods = 0;
    let mut safe = true;
    let bodies = [&process.main].into_iter().chain(process.threads.iter().map(|thread| &thread.body));
    for body in bodies {
        let mut first = None;
        first_use(body, false, &|op| opens(op) || uses(op), &mut |op, inside| {
            first.get_or_insert(opens(op) && !inside);
        });
        methods += usize::from(first.is_some());
        safe &= first.unwrap_or(true);
    }
    if methods == 1 && safe { name.to_string() } else { format!("${name}") }
}

/// Visits the statements of a method in the order of the text, handlers among them.
fn first_use<'s>(
    block: &'s Block,
    inside: bool,
    wanted: &dyn Fn(&Op) -> bool,
    visit: &mut dyn FnMut(&'s Op, bool),
) {
    for step in block {
        if wanted(&step.op) {
            visit(&step.op, inside);
        }
        let scope = matches!(
            step.op,
            Op::Repeat { .. }
                | Op::Forever(_)
                | Op::Lock { .. }
                | Op::OnExit { .. }
                | Op::OnSignal { .. }
                | Op::OnTeardown { .. }
        );
        step.op.each_block(&mut |block| first_use(block, inside || scope, wanted, visit));
    }
}
