//! Names for everything in a program, in languages that write functions, globals and locals each in one way.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::identifiers::{Case, Identifiers};
use super::stock::{item, records, works};
use super::survey::{Role, each_op, event_of, file_of, functions, queue_of};
use crate::scenario::{FileMode, Process};

/// How a language writes names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cases {
    /// Functions.
    pub(super) function: Case,
    /// What all functions see.
    pub(super) global: Case,
    /// What one function sees.
    pub(super) local: Case,
}

/// All names of a program. Those that a reader looks for first are given out first, so that they are the plain ones.
pub(super) struct Naming {
    identifiers: RefCell<Identifiers>,
    cases: Cases,
    /// Files by path, in words that tell them apart.
    files: BTreeMap<String, String>,
    /// Records by name, whether they are text, and size.
    records: BTreeMap<(String, bool, u64), String>,
}

impl Naming {
    /// The names of a process; none of them is in `reserved`.
    pub(super) fn new(process: &Process, reserved: &[&str], cases: Cases) -> Self {
        let identifiers = RefCell::new(Identifiers::new(reserved));
        let mut naming = Naming { identifiers, cases, files: BTreeMap::new(), records: BTreeMap::new() };
        for function in functions(process) {
            naming.function(&function.role);
        }
        for function in functions(process) {
            each_op(function.body, &mut |op| {
                if let Some(event) = event_of(op) {
                    naming.event(event);
                }
                if let Some(queue) = queue_of(op) {
                    naming.queue(queue);
                }
                if let Some(path) = file_of(op) {
                    naming.add_file(path);
                }
            });
        }
        for work in works(process) {
            naming.work(work.label);
        }
        for record in records(process) {
            naming.add_record(record.name, record.mode == FileMode::Text, record.bytes);
        }
        naming
    }

    /// The identifier of a thing of a kind.
    pub(super) fn of(&self, kind: &'static str, name: &str, case: Case) -> String {
        self.identifiers.borrow_mut().of(kind, name, case)
    }

    fn add_file(&mut self, path: &str) {
        let file = path.rsplit('/').next().unwrap_or(path);
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let wishes = [stem.to_string(), file.to_string(), path.to_string()];
        let is_free = |wish: &&String| !self.files.values().any(|known| known == *wish);
        let name = wishes.iter().find(is_free).unwrap_or(&wishes[2]).clone();
        self.files.entry(path.to_string()).or_insert(name);
    }

    fn add_record(&mut self, name: &str, text: bool, bytes: u64) {
        let wishes = [name.to_string(), format!("{name} {bytes}"), format!("{name} {bytes} text")];
        let is_free = |wish: &&String| !self.records.values().any(|known| known == *wish);
        let chosen = wishes.iter().find(is_free).unwrap_or(&wishes[2]).clone();
        self.records.entry((name.to_string(), text, bytes)).or_insert(chosen);
    }

    /// The function that is a thread or a handler.
    pub(super) fn function(&self, role: &Role) -> String {
        let case = self.cases.function;
        match role {
            Role::Main => "main".to_string(),
            Role::Thread(name, _) | Role::PoolItem(name) => self.of("thread", name, case),
            Role::ExitHandler(name) => self.of("handler", name, case),
            Role::SignalHandler(signal) => self.of("signal", &format!("on {}", signal.name()), case),
            Role::Finalizer(name) => self.of("finalizer", name, case),
        }
    }

    /// The function that stands for a kind of work.
    pub(super) fn work(&self, label: &str) -> String {
        self.of("work", label, self.cases.function)
    }

    /// A lock.
    pub(super) fn lock(&self, lock: &str) -> String {
        self.of("mutex", &with_last(lock, "lock"), self.cases.global)
    }

    /// An event.
    pub(super) fn event(&self, event: &str) -> String {
        self.of("event", event, self.cases.global)
    }

    /// A queue.
    pub(super) fn queue(&self, queue: &str) -> String {
        self.of("queue", queue, self.cases.global)
    }

    /// What is taken out of a queue.
    pub(super) fn item(&self, queue: &str) -> String {
        self.of("item", item(queue), self.cases.local)
    }

    /// An open file.
    pub(super) fn file(&self, path: &str, global: bool) -> String {
        self.of("file", self.file_words(path), if global { self.cases.global } else { self.cases.local })
    }

    /// A file in words, for what belongs to it.
    pub(super) fn file_words<'a>(&'a self, path: &'a str) -> &'a str {
        self.files.get(path).map_or(path, String::as_str)
    }

    /// The bytes of a record.
    pub(super) fn record(&self, name: &str, mode: FileMode, bytes: u64) -> String {
        let known = self.records.get(&(name.to_string(), mode == FileMode::Text, bytes));
        self.of("record", known.map_or(name, String::as_str), self.cases.global)
    }

    /// Something global that belongs to a thread, called after it and ending in `word`.
    pub(super) fn of_thread(&self, thread: &str, word: &str) -> String {
        self.of("variable", &with_last(thread, word), self.cases.global)
    }
}

/// The name, ending in a word unless it does already.
fn with_last(name: &str, word: &str) -> String {
    if name.ends_with(word) { name.to_string() } else { format!("{name} {word}") }
}
