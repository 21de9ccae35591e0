//! A name and a place for everything, before a line is written.

use std::collections::{BTreeMap, BTreeSet};

use super::handles::{self, Handle};
use super::names::{Names, camel, is_builtin_exception, snake, with_suffix};
use crate::export::survey::{Function, Role, each_op, event_of, file_of, functions, queue_of};
use crate::scenario::{FileMode, Op, Process, Scenario, TimeRange};

/// The largest record that an exported program makes in memory.
const LARGEST_RECORD: u64 = 1 << 30;

/// Everything that has a name in the program.
pub(super) struct Plan<'s> {
    /// What is exported.
    pub(super) scenario: &'s Scenario,
    /// The processes, in the order of the scenario.
    pub(super) processes: Vec<ProcessPlan<'s>>,
    /// The one that is the program itself.
    pub(super) root: usize,
    /// One function per kind of work, in the order of first use.
    pub(super) work: Vec<Work<'s>>,
    /// One constant per kind of record.
    pub(super) records: Vec<Record<'s>>,
    /// Exception classes that Python does not know, and their Python names.
    pub(super) exceptions: Vec<(&'s str, String)>,
    /// The function that keeps objects until module teardown.
    pub(super) keep: String,
}

/// A function that stands for real work.
pub(super) struct Work<'s> {
    /// As the scenario calls it.
    pub(super) label: &'s str,
    /// The function.
    pub(super) name: String,
    /// How long it takes; `None`: it differs, so the caller says it.
    pub(super) time: Option<TimeRange>,
}

/// A constant that stands for one record.
pub(super) struct Record<'s> {
    /// As the scenario calls it.
    pub(super) record: &'s str,
    /// Text or bytes.
    pub(super) mode: FileMode,
    /// Its size.
    pub(super) bytes: u64,
    /// The constant.
    pub(super) name: String,
}

/// The names of one process.
pub(super) struct ProcessPlan<'s> {
    /// The process.
    pub(super) process: &'s Process,
    /// Who spawns it, an index into [`Plan::processes`].
    pub(super) parent: Option<usize>,
    /// The function that is the process, if it is spawned.
    pub(super) entry: String,
    /// Main first, then threads, pools, handlers.
    pub(super) functions: Vec<Function<'s>>,
    /// Their names; that of main is not used.
    pub(super) function_names: Vec<String>,
    /// Open files.
    pub(super) files: BTreeMap<&'s str, Variable>,
    /// Locks.
    pub(super) locks: BTreeMap<&'s str, String>,
    /// Events.
    pub(super) events: BTreeMap<&'s str, String>,
    /// Queues: the queue, and what one of its items is called.
    pub(super) queues: BTreeMap<&'s str, (String, String)>,
    /// Executors.
    pub(super) pools: BTreeMap<&'s str, String>,
    /// The `running()` function of each event that a `while-running` asks.
    pub(super) running: BTreeMap<&'s str, String>,
    /// Thread objects, by thread, and process objects, by process; only those that somebody needs again.
    pub(super) handles: BTreeMap<&'s str, Handle>,
}

/// A variable and where it lives.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    /// Its name.
    pub(super) name: String,
    /// The only function that uses it; `None`: a global of the program, or of the child's function.
    pub(super) only: Option<usize>,
}

impl<'s> Plan<'s> {
    /// Names and places for a scenario.
    ///
    /// # Errors
    ///
    /// Why it is not one program.
    pub(super) fn new(scenario: &'s Scenario) -> Result<Self, String> {
        let mut names = Names::new();
        let parents = parents(scenario);
        let root = only_root(scenario, &parents)?;
        let mut processes = Vec::new();
        for (process, parent) in scenario.processes.iter().zip(parents) {
            processes.push(ProcessPlan::new(scenario, process, parent, &mut names)?);
        }
        let work = work(&processes, &mut names);
        let records = records(&processes, &mut names)?;
        let exceptions = exceptions(&processes, &mut names);
        let keep = names.take(&["keep_until_teardown".to_string()]);
        Ok(Plan { scenario, processes, root, work, records, exceptions, keep })
    }

    /// The process with this name.
    pub(super) fn process(&self, name: &str) -> Option<usize> {
        self.processes.iter().position(|plan| plan.process.name == name)
    }

    /// The Python name of an exception class.
    pub(super) fn exception<'a>(&'a self, class: &'a str) -> &'a str {
        self.exceptions.iter().find(|(known, _)| *known == class).map_or(class, |(_, name)| name)
    }

    /// The constant for a record.
    pub(super) fn record(&self, record: &str, mode: FileMode, bytes: u64) -> &str {
        let same = |known: &&Record| known.record == record && known.mode == mode && known.bytes == bytes;
        self.records.iter().find(same).map_or("b\"\"", |known| &known.name)
    }
}

impl<'s> ProcessPlan<'s> {
    fn new(
        scenario: &'s Scenario,
        process: &'s Process,
        parent: Option<usize>,
        names: &mut Names,
    ) -> Result<Self, String> {
        let functions = functions(process);
        let mut plan = ProcessPlan {
            process,
            parent,
            entry: if parent.is_some() { take(names, &process.name, "process") } else { String::new() },
            function_names: functions.iter().map(|function| function_name(&function.role, names)).collect(),
            files: BTreeMap::new(),
            locks: BTreeMap::new(),
            events: BTreeMap::new(),
            queues: BTreeMap::new(),
            pools: BTreeMap::new(),
            running: BTreeMap::new(),
            handles: BTreeMap::new(),
            functions,
        };
        plan.name_files(names)?;
        plan.name_primitives(names);
        plan.handles = handles::handles(scenario, &plan, names);
        Ok(plan)
    }

    /// Every statement with the index of the function it stands in.
    pub(super) fn each(&self, visit: &mut dyn FnMut(usize, &'s Op)) {
        for (index, function) in self.functions.iter().enumerate() {
            each_op(function.body, &mut |op| visit(index, op));
        }
    }

    /// Whether somebody puts an end mark into a queue.
    pub(super) fn has_end_mark(&self, queue: &str) -> bool {
        let mut found = false;
        self.each(&mut |_, op| found |= matches!(op, Op::Put { queue: known, stop: true } if known == queue));
        found
    }

    /// The mode in which a file is opened first.
    pub(super) fn mode(&self, path: &str) -> FileMode {
        let mut found = None;
        self.each(&mut |_, op| match op {
            Op::Open { path: opened, mode, .. } if opened == path && found.is_none() => found = Some(*mode),
            _ => {}
        });
        found.unwrap_or(FileMode::Binary)
    }

    fn name_files(&mut self, names: &mut Names) -> Result<(), String> {
        let mut users: Vec<(&'s str, BTreeSet<usize>)> = Vec::new();
        self.each(&mut |function, op| {
            if let Some(path) = file_of(op) {
                match users.iter_mut().find(|(known, _)| *known == path) {
                    Some((_, functions)) => drop(functions.insert(function)),
                    None => users.push((path, BTreeSet::from([function]))),
                }
            }
        });
        for (path, functions) in users {
            let outside = path.starts_with('/') || path.split('/').any(|part| part == "..");
            if outside || path.is_empty() || path.contains('\0') {
                return Err(format!(
                    "\"{path}\" lies outside of the working directory, and an exported program must not write there"
                ));
            }
            let file = path.rsplit('/').next().unwrap_or(path);
            let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
            let name = names.take(&[snake(stem, "file"), snake(file, "file"), with_suffix(stem, "file")]);
            // Handlers run in the main thread, and what that opens is global.
            let is_thread =
                |index: &usize| matches!(self.functions[*index].role, Role::Thread(..) | Role::PoolItem(_));
            let only = functions.first().copied().filter(|first| functions.len() == 1 && is_thread(first));
            self.files.insert(path, Variable { name, only });
        }
        Ok(())
    }

    fn name_primitives(&mut self, names: &mut Names) {
        let (mut locks, mut events, mut queues) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut asked = BTreeSet::new();
        self.each(&mut |_, op| {
            if let Op::Lock { lock, .. } = op {
                locks.insert(lock.as_str());
            }
            if let Op::WhileRunning { stop, .. } = op {
                asked.insert(stop.as_str());
            }
            events.extend(event_of(op));
            queues.extend(queue_of(op));
        });
        self.locks = locks.into_iter().map(|lock| (lock, names.take(&[with_suffix(lock, "lock")]))).collect();
        self.events = events.into_iter().map(|event| (event, take(names, event, "event"))).collect();
        for queue in queues {
            let name = take(names, queue, "queue");
            let singular = snake(queue, "item").strip_suffix('s').unwrap_or_default().to_string();
            let wishes =
                [if singular.is_empty() { "item".to_string() } else { singular }, format!("{name}_item")];
            self.queues.insert(queue, (name, names.take(&wishes)));
        }
        for pool in &self.process.pools {
            self.pools.insert(&pool.name, names.take(&[with_suffix(&pool.name, "pool")]));
        }
        for stop in asked {
            let wishes = ["running".to_string(), format!("running_until_{}", snake(stop, "stop"))];
            self.running.insert(stop, names.take(&wishes));
        }
    }
}

fn take(names: &mut Names, text: &str, kind: &str) -> String {
    names.take(&[snake(text, kind), with_suffix(text, kind)])
}

fn function_name(role: &Role, names: &mut Names) -> String {
    match role {
        Role::Main => String::new(),
        Role::Thread(name, _) => take(names, name, "worker"),
        Role::PoolItem(name) => names.take(&[with_suffix(name, "job")]),
        Role::ExitHandler(name) => take(names, name, "handler"),
        Role::SignalHandler(signal) => names.take(&[format!("on_{}", signal.name().to_ascii_lowercase())]),
        Role::Finalizer(name) => names.take(&[camel(name, "Kept"), format!("{}Object", camel(name, "Kept"))]),
    }
}

/// For each process the one that spawns it.
fn parents(scenario: &Scenario) -> Vec<Option<usize>> {
    let mut parents = vec![None; scenario.processes.len()];
    for (parent, process) in scenario.processes.iter().enumerate() {
        for function in functions(process) {
            each_op(function.body, &mut |op| {
                if let Op::Spawn(child) = op
                    && let Some(child) = scenario.processes.iter().position(|process| process.name == *child)
                {
                    parents[child].get_or_insert(parent);
                }
            });
        }
    }
    parents
}

fn only_root(scenario: &Scenario, parents: &[Option<usize>]) -> Result<usize, String> {
    let roots: Vec<usize> = (0..parents.len()).filter(|index| parents[*index].is_none()).collect();
    match roots[..] {
        [root] => Ok(root),
        [] => Err(format!("{} has no process that runs from the start", scenario.name)),
        [first, second, ..] => Err(format!(
            "one program is one process with those it starts, but \"{}\" and \"{}\" both run from the start and \
             neither spawns the other",
            scenario.processes[first].name, scenario.processes[second].name
        )),
    }
}

fn work<'s>(processes: &[ProcessPlan<'s>], names: &mut Names) -> Vec<Work<'s>> {
    let mut found: Vec<(&'s str, TimeRange, bool)> = Vec::new();
    for process in processes {
        process.each(&mut |_, op| {
            if let Op::Work { label, time } = op {
                match found.iter_mut().find(|(known, ..)| known == label) {
                    Some((_, first, same)) => *same &= first == time,
                    None => found.push((label, *time, true)),
                }
            }
        });
    }
    let name = |label: &str, names: &mut Names| {
        let plain = snake(label, "work");
        names.take(&[plain.clone(), format!("do_{plain}")])
    };
    found
        .into_iter()
        .map(|(label, time, same)| Work { label, name: name(label, names), time: same.then_some(time) })
        .collect()
}

fn records<'s>(processes: &[ProcessPlan<'s>], names: &mut Names) -> Result<Vec<Record<'s>>, String> {
    let mut found: Vec<Record<'s>> = Vec::new();
    let mut too_large = None;
    for process in processes {
        process.each(&mut |_, op| {
            if let Op::Write { path, record, bytes, .. } = op {
                let mode = process.mode(path);
                let same =
                    |known: &Record| known.record == record && known.mode == mode && known.bytes == *bytes;
                if *bytes > LARGEST_RECORD {
                    too_large.get_or_insert(*bytes);
                } else if !found.iter().any(same) {
                    let base = snake(record, "record").to_ascii_uppercase();
                    let name = names.take(&[
                        base.clone(),
                        format!("{base}_{bytes}"),
                        format!("{base}_{bytes}_TEXT"),
                    ]);
                    found.push(Record { record, mode, bytes: *bytes, name });
                }
            }
        });
    }
    match too_large {
        Some(bytes) => {
            Err(format!("a record of {bytes} bytes is too large to be made in memory (at most 1 GiB)"))
        }
        None => Ok(found),
    }
}

fn exceptions<'s>(processes: &[ProcessPlan<'s>], names: &mut Names) -> Vec<(&'s str, String)> {
    let mut classes: BTreeSet<&'s str> = BTreeSet::new();
    for process in processes {
        process.each(&mut |_, op| match op {
            Op::Raise { exception, .. } => drop(classes.insert(exception)),
            Op::Try { handlers, .. } => {
                classes.extend(handlers.iter().map(|handler| handler.exception.as_str()));
            }
            _ => {}
        });
    }
    classes
        .into_iter()
        .filter(|class| !is_builtin_exception(class))
        .map(|class| (class, names.take(&[camel(class, "ScenarioError")])))
        .collect()
}
