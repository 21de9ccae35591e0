//! A name and a place for every part of a program, before a line is written: for languages with classes, where what
//! several functions use is a static field.

use std::collections::{BTreeMap, BTreeSet};

use super::identifiers::{Case, Identifiers};
use super::refuse::only_process;
use super::stock::{
    QueueUse, Record, Work, classes, events, item, locks, queue_use, queues, records, uses, works,
};
use super::survey::{Function, Role, each_op, each_repeated, each_step, file_of, functions};
use crate::diagnostic::Diagnostic;
use crate::scenario::{Block, Buffering, FileMode, Op, Process, Scenario, Thread};

/// How a language writes its names.
pub(super) struct Style {
    /// Keywords, and whatever the program calls by its plain name.
    pub(super) reserved: &'static [&'static str],
    /// Functions.
    pub(super) function: Case,
    /// Constants.
    pub(super) constant: Case,
    /// What is kept alive until the end: an object, or the class of one.
    pub(super) kept: Case,
}

/// Everything that has a name in the program.
pub(super) struct Places<'s> {
    /// The only process.
    pub(super) process: &'s Process,
    /// Main first, then threads, pools, handlers.
    pub(super) functions: Vec<Function<'s>>,
    /// Their names.
    pub(super) function_names: Vec<String>,
    /// Open files, by path.
    pub(super) files: BTreeMap<&'s str, File>,
    /// Locks.
    pub(super) locks: BTreeMap<&'s str, String>,
    /// Events.
    pub(super) events: BTreeMap<&'s str, String>,
    /// Queues.
    pub(super) queues: BTreeMap<&'s str, Queue>,
    /// Thread pools.
    pub(super) pools: BTreeMap<&'s str, String>,
    /// Thread objects; those that nobody needs again are variables of the block that starts them.
    pub(super) threads: BTreeMap<&'s str, Handle>,
    /// Functions that stand for real work.
    pub(super) work: Vec<(Work<'s>, String)>,
    /// Constants that stand for a record.
    pub(super) records: Vec<(Record<'s>, String)>,
    /// Exception classes: as the scenario calls them, and as the program does.
    pub(super) exceptions: BTreeMap<&'s str, String>,
    /// Objects with a finalizer, by the name of the handler: the object, or its class.
    pub(super) kept: BTreeMap<&'s str, String>,
}

/// A file that is written to.
pub(super) struct File {
    /// The variable.
    pub(super) variable: String,
    /// The only function that uses it: then it is a local variable of that; else a field.
    pub(super) only: Option<usize>,
    /// As it is opened; a scenario that opens it in two ways is refused.
    pub(super) mode: FileMode,
    /// Likewise.
    pub(super) buffering: Buffering,
}

/// A queue.
pub(super) struct Queue {
    /// The field.
    pub(super) variable: String,
    /// Variables for its items: as many as one function takes from it at different places. The first is also what an
    /// item is called.
    pub(super) items: Vec<String>,
    /// Whether somebody puts an end mark into it, or waits for one.
    pub(super) ends: bool,
    /// Whether somebody waits until all items are done.
    pub(super) drained: bool,
    /// How many threads may wait for an item at the same time.
    pub(super) takers: u64,
}

/// Where a thread object lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Handle {
    /// In a variable of the block that starts it.
    Local(String),
    /// In a field that is made with the class.
    Ahead(String),
    /// In a field that is filled by whoever starts it, whose daemon flag it inherits.
    AtStart(String),
}

impl Handle {
    /// The variable.
    pub(super) fn name(&self) -> &str {
        match self {
            Handle::Local(name) | Handle::Ahead(name) | Handle::AtStart(name) => name,
        }
    }
}

impl<'s> Places<'s> {
    /// Names and places for a scenario.
    ///
    /// # Errors
    ///
    /// See [`only_process`]; or a file is opened in two ways.
    pub(super) fn new(scenario: &'s Scenario, style: &Style) -> Result<Self, Diagnostic> {
        let process = only_process(scenario)?;
        let mut names = Identifiers::new(style.reserved);
        let functions = functions(process);
        let function_names =
            functions.iter().map(|function| function_name(&function.role, style, &mut names)).collect();
        let mut places = Places {
            process,
            functions,
            function_names,
            files: BTreeMap::new(),
            locks: BTreeMap::new(),
            events: BTreeMap::new(),
            queues: BTreeMap::new(),
            pools: BTreeMap::new(),
            threads: BTreeMap::new(),
            work: Vec::new(),
            records: Vec::new(),
            exceptions: BTreeMap::new(),
            kept: BTreeMap::new(),
        };
        places.name_files(&mut names)?;
        places.name_shared(style, &mut names);
        places.name_threads(&mut names);
        places.name_constants(style, &mut names);
        Ok(places)
    }

    /// Every statement with the index of the function it stands in.
    pub(super) fn each(&self, visit: &mut dyn FnMut(usize, &'s Op)) {
        for (index, function) in self.functions.iter().enumerate() {
            each_op(function.body, &mut |op| visit(index, op));
        }
    }

    /// Whether some statement is of a kind.
    pub(super) fn uses(&self, kind: impl Fn(&Op) -> bool) -> bool {
        uses(self.process, kind)
    }

    /// The thread with this name.
    pub(super) fn thread(&self, name: &str) -> Option<&'s Thread> {
        self.process.threads.iter().find(|thread| thread.name == name)
    }

    /// The statement that opens a file, if it is the first that speaks of it and stands in the outermost block of
    /// its only function: there a variable can be declared.
    pub(super) fn opened_first(&self, path: &str) -> Option<&'s Op> {
        let body = self.functions[self.files.get(path)?.only?].body;
        let first = body.iter().find(|step| {
            let mut found = false;
            each_op(std::slice::from_ref(*step), &mut |op| found |= file_of(op) == Some(path));
            found
        });
        first.map(|step| &step.op).filter(|op| matches!(op, Op::Open { .. }))
    }

    /// The function that a body became.
    pub(super) fn function_of(&self, body: &Block) -> Option<usize> {
        self.functions.iter().position(|function| std::ptr::eq(function.body, body))
    }

    /// The function that a thread or a pool's item runs.
    pub(super) fn function_with(&self, matches: impl Fn(&Role) -> bool) -> Option<usize> {
        self.functions.iter().position(|function| matches(&function.role))
    }

    /// The function that stands for some work, and whether the caller says how long it takes.
    pub(super) fn work(&self, label: &str) -> (&str, bool) {
        let known = self.work.iter().find(|(work, _)| work.label == label);
        known.map_or(("", false), |(work, name)| (name, work.time.is_none()))
    }

    /// The constant for a record.
    pub(super) fn record(&self, name: &str, mode: FileMode, bytes: u64) -> &str {
        let known = self.records.iter().find(|(known, _)| *known == Record { name, mode, bytes });
        known.map_or("", |(_, constant)| constant)
    }

    fn name_files(&mut self, names: &mut Identifiers) -> Result<(), Diagnostic> {
        let mut users: BTreeMap<&'s str, BTreeSet<usize>> = BTreeMap::new();
        self.each(&mut |function, op| {
            if let Some(path) = file_of(op) {
                users.entry(path).or_default().insert(function);
            }
        });
        for (path, functions) in users {
            let mut first = None;
            let mut refusal = None;
            for function in &self.functions {
                each_step(function.body, &mut |step| {
                    let Op::Open { path: opened, mode, buffering } = &step.op else { return };
                    let way = (*mode, *buffering);
                    if opened == path && *first.get_or_insert(way) != way {
                        let message =
                            format!("\"{path}\" is opened in two ways, and a variable has one type");
                        refusal = Some(Diagnostic::at(step.span, message, "the second way"));
                    }
                });
            }
            if let Some(refusal) = refusal {
                return Err(refusal);
            }
            let (mode, buffering) = first.unwrap_or((FileMode::Binary, Buffering::Full));
            let file = path.rsplit('/').next().unwrap_or(path);
            let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
            // `path` in the key keeps two files of the same name in different folders apart.
            let variable = names.distinct("file", stem, path, Case::Camel);
            let only = functions.first().copied().filter(|_| functions.len() == 1);
            self.files.insert(path, File { variable, only, mode, buffering });
        }
        Ok(())
    }

    fn name_shared(&mut self, style: &Style, names: &mut Identifiers) {
        for lock in locks(self.process) {
            self.locks.insert(lock, names.of("lock", &format!("{lock} lock"), Case::Camel));
        }
        for event in events(self.process) {
            self.events.insert(event, names.of("event", event, Case::Camel));
        }
        for queue in queues(self.process) {
            let variable = names.of("queue", queue, Case::Camel);
            let items = self.name_items(queue, names);
            let QueueUse { drained, ends, .. } = queue_use(self.process, queue);
            let ends = ends
                || uses(self.process, |op| matches!(op, Op::ForEach { queue: known, .. } if known == queue));
            let takers = self.takers(queue);
            self.queues.insert(queue, Queue { variable, items, ends, drained, takers });
        }
        for pool in &self.process.pools {
            self.pools.insert(&pool.name, names.of("pool", &format!("{} pool", pool.name), Case::Camel));
        }
        for function in &self.functions {
            if let Role::Finalizer(name) = function.role {
                self.kept.insert(name, names.of("kept", &format!("{name} keeper"), style.kept));
            }
        }
        for class in classes(self.process) {
            // A class keeps its spelling when that is a name in the language as well.
            let plain = class.chars().all(|c| c.is_ascii_alphanumeric())
                && class.starts_with(|c: char| c.is_ascii_uppercase());
            let name = match plain && names.claim(class) {
                true => class.to_owned(),
                false => names.of("exception", class, Case::Pascal),
            };
            self.exceptions.insert(class, name);
        }
    }

    fn takers(&self, queue: &str) -> u64 {
        let takes = |function: &&Function| {
            let mut found = false;
            each_op(function.body, &mut |op| match op {
                Op::Get { queue: known, .. } | Op::ForEach { queue: known, .. } => found |= known == queue,
                _ => {}
            });
            found
        };
        let copies = |function: &Function| match function.role {
            Role::Thread(_, count) => u64::from(count),
            Role::PoolItem(name) => {
                let pool = self.process.pools.iter().find(|pool| pool.name == name);
                pool.map_or(1, |pool| u64::from(pool.workers))
            }
            _ => 1,
        };
        self.functions.iter().filter(takes).map(copies).sum()
    }

    fn name_items(&self, queue: &str, names: &mut Identifiers) -> Vec<String> {
        let takes = |function: &Function| {
            let mut found = 0_usize;
            each_op(function.body, &mut |op| match op {
                Op::Get { queue: known, .. } | Op::ForEach { queue: known, .. } if known == queue => {
                    found += 1;
                }
                _ => {}
            });
            found
        };
        let most = self.functions.iter().map(takes).max().unwrap_or(0).max(1);
        let name = |number: usize| match number {
            1 => item(queue).to_owned(),
            _ => format!("{} {number}", item(queue)),
        };
        let key = |number: usize| format!("{queue} {number}");
        (1..=most).map(|number| names.distinct("item", &name(number), &key(number), Case::Camel)).collect()
    }

    fn name_threads(&mut self, names: &mut Identifiers) {
        for thread in &self.process.threads {
            let uses = self.uses_of(thread);
            let kind = if thread.count == 1 { "thread" } else { "threads" };
            let variable = names.of(kind, &thread.name, Case::Camel);
            let by_main = uses.starters.iter().all(|function| *function == 0);
            let handle = if !uses.again && uses.others.is_empty() {
                Handle::Local(variable)
            } else if thread.daemon.is_some() || by_main {
                Handle::Ahead(variable)
            } else {
                Handle::AtStart(variable)
            };
            self.threads.insert(&thread.name, handle);
        }
    }

    fn uses_of(&self, thread: &Thread) -> Uses {
        let mut uses = Uses::default();
        let starts_it = |op: &Op| matches!(op, Op::Start(names) if names.contains(&thread.name));
        let mut starts = 0;
        for (index, function) in self.functions.iter().enumerate() {
            // A variable declared in the outermost block of a function is seen in all that follows.
            let mut declared = false;
            for step in function.body {
                declared |= starts_it(&step.op);
                each_op(std::slice::from_ref(step), &mut |op| match op {
                    op if starts_it(op) => {
                        starts += 1;
                        uses.starters.insert(index);
                    }
                    Op::Join { target, .. } | Op::SetDaemon { thread: target, .. }
                        if *target == thread.name && !declared =>
                    {
                        uses.others.insert(index);
                    }
                    _ => {}
                });
            }
            each_repeated(function.body, &mut |op| uses.again |= starts_it(op));
        }
        uses.again |= starts > 1;
        for function in &uses.starters {
            let once = matches!(
                self.functions[*function].role,
                Role::Main | Role::Thread(_, 1) | Role::Finalizer(_)
            );
            uses.again |= !once;
        }
        uses
    }

    fn name_constants(&mut self, style: &Style, names: &mut Identifiers) {
        let work = works(self.process).into_iter();
        self.work = work.map(|work| (names.of("work", work.label, style.function), work)).map(swap).collect();
        let mut known = BTreeSet::new();
        let mut name = |record: &Record, names: &mut Identifiers| {
            let with_size = format!("{} {}", record.name, record.bytes);
            let key = format!("{with_size} {:?}", record.mode);
            let name = if known.insert(record.name.to_owned()) { record.name } else { &with_size };
            names.distinct("record", name, &key, style.constant)
        };
        let records = records(self.process).into_iter();
        self.records = records.map(|record| (name(&record, names), record)).map(swap).collect();
    }
}

fn swap<A, B>((a, b): (A, B)) -> (B, A) {
    (b, a)
}

/// What the functions of a process do with one thread object.
#[derive(Default)]
struct Uses {
    /// Functions that start it.
    starters: BTreeSet<usize>,
    /// Functions that refer to it where a variable of its starter's outermost block is not seen.
    others: BTreeSet<usize>,
    /// Whether it may be started a second time, which must be the same object.
    again: bool,
}

fn function_name(role: &Role, style: &Style, names: &mut Identifiers) -> String {
    match role {
        Role::Main => String::new(),
        Role::Thread(name, _) => names.of("worker", name, style.function),
        Role::PoolItem(name) => names.of("item", &format!("{name} item"), style.function),
        Role::ExitHandler(name) => names.of("handler", name, style.function),
        Role::SignalHandler(signal) => names.of("signal", &format!("on {}", signal.name()), style.function),
        Role::Finalizer(name) => names.of("finalizer", name, style.function),
    }
}
