//! Who and what there is: processes, threads, and the objects that steps name.

use std::collections::HashMap;

use super::super::{
    FileId, FileInfo, GroupInfo, ObjectInfo, Pc, PoolId, PoolInfo, ProcessId, ProcessInfo, StimulusInfo,
    ThreadId, ThreadInfo,
};
use crate::rules::{DefaultAction, Flag, HandlerOrder, HandlerThread, Runtime};
use crate::scenario::{Block, Buffering, FileMode, Op, Process, Scenario, Stdout};

/// Objects of one kind; each process has its own, and a name makes it exist.
#[derive(Default)]
pub(super) struct Objects {
    pub(super) entries: Vec<ObjectInfo>,
    index: HashMap<(ProcessId, String), u32>,
}

impl Objects {
    /// The number of the object with this name, made on first mention.
    pub(super) fn intern(&mut self, process: ProcessId, name: &str) -> u32 {
        *self.index.entry((process, name.to_owned())).or_insert_with(|| {
            self.entries.push(ObjectInfo { name: name.to_owned(), process });
            self.entries.len() as u32 - 1
        })
    }
}

/// Strings, each once.
#[derive(Default)]
pub(super) struct Texts {
    pub(super) entries: Vec<String>,
    index: HashMap<String, u32>,
}

impl Texts {
    /// The number of a string.
    pub(super) fn intern(&mut self, text: &str) -> u32 {
        if let Some(known) = self.index.get(text) {
            return *known;
        }
        self.entries.push(text.to_owned());
        self.index.insert(text.to_owned(), self.entries.len() as u32 - 1);
        self.entries.len() as u32 - 1
    }
}

/// All tables that names lead into.
#[derive(Default)]
pub(super) struct Names {
    pub(super) processes: Vec<ProcessInfo>,
    pub(super) threads: Vec<ThreadInfo>,
    pub(super) groups: Vec<GroupInfo>,
    pub(super) pools: Vec<PoolInfo>,
    pub(super) files: Vec<FileInfo>,
    pub(super) locks: Objects,
    pub(super) events: Objects,
    pub(super) queues: Objects,
    pub(super) stimuli: Vec<StimulusInfo>,
    file_index: HashMap<(ProcessId, String), FileId>,
    pool_index: HashMap<(ProcessId, String), PoolId>,
    /// Thread or group name → its threads, first and one past last.
    thread_index: HashMap<(ProcessId, String), (ThreadId, ThreadId)>,
}

impl Names {
    pub(super) fn of(scenario: &Scenario, runtime: &Runtime) -> Names {
        let mut names = Names::default();
        for (number, process) in scenario.processes.iter().enumerate() {
            let id = ProcessId(number as u32);
            let main = ThreadId(names.threads.len() as u32);
            names.group(id, "main", Some(false), 1, |group| group.main = true);
            for thread in &process.threads {
                let daemon = match runtime.facts.flag {
                    Flag::Inherited => thread.daemon,
                    Flag::OwnOrNot => Some(thread.daemon.unwrap_or(false)),
                    Flag::AllDaemons => Some(true),
                };
                let varies = changes_flag(process, &thread.name);
                let in_event_loop = thread.timer && runtime.facts.has_event_loop();
                names.group(id, &thread.name, daemon, thread.count, |group| {
                    (group.flag_varies, group.in_event_loop) = (varies, in_event_loop);
                });
            }
            for pool in &process.pools {
                let pool_id = PoolId(names.pools.len() as u32);
                let first = ThreadId(names.threads.len() as u32);
                let daemon = Some(runtime.facts.pool_workers_are_daemons);
                names.group(id, &pool.name, daemon, pool.workers, |group| {
                    group.pool = Some(pool_id);
                    group.numbered = true;
                });
                names.pools.push(PoolInfo {
                    name: pool.name.clone(),
                    process: id,
                    first,
                    workers: pool.workers,
                });
                names.pool_index.insert((id, pool.name.clone()), pool_id);
            }
            for _ in 0..own_threads(process, runtime) {
                names.group(id, "", Some(true), 1, |group| group.internal = true);
            }
            let buffering = match process.stdout {
                Stdout::Terminal => Buffering::Line,
                Stdout::Pipe | Stdout::Stalled => runtime.facts.piped_stdout,
            };
            let mode = if buffering == Buffering::None { FileMode::Binary } else { FileMode::Text };
            let stdout = names.file(id, "<stdout>", mode, buffering);
            let info = &mut names.files[stdout.index()];
            (info.stdout, info.stalled) = (true, process.stdout == Stdout::Stalled);
            names.processes.push(ProcessInfo {
                name: process.name.clone(),
                main,
                threads_end: ThreadId(names.threads.len() as u32),
                parent: None,
                daemon: process.daemon,
                epilogue: Pc(0),
                exit: Pc(0),
                leave: Pc(0),
                phases: Vec::new(),
                exit_thread: None,
                watchdog: None,
                has_event_loop: runtime.facts.has_event_loop()
                    && (process.stdout == Stdout::Stalled
                        || process.threads.iter().any(|thread| thread.timer)),
                stdout,
                handlers: Vec::new(),
                spawn_handler: None,
                inherited: Vec::new(),
            });
        }
        names.find_parents(scenario);
        for process in names.processes.iter().filter(|process| process.parent.is_some()) {
            if runtime.facts.children_inherit_flag {
                names.groups[names.threads[process.main.index()].group as usize].daemon = None;
            }
        }
        for stimulus in &scenario.stimuli {
            if let Some(process) = names.process(&stimulus.to) {
                names.stimuli.push(StimulusInfo { at_us: stimulus.at_us, what: stimulus.what, process });
            }
        }
        names
    }

    fn group(
        &mut self,
        process: ProcessId,
        name: &str,
        daemon: Option<bool>,
        count: u32,
        adjust: impl FnOnce(&mut GroupInfo),
    ) {
        let group = self.groups.len() as u32;
        let first = ThreadId(self.threads.len() as u32);
        self.threads.extend((0..count).map(|index| ThreadInfo { group, index, process }));
        let end = ThreadId(self.threads.len() as u32);
        self.thread_index.insert((process, name.to_owned()), (first, end));
        let mut info = GroupInfo {
            name: name.to_owned(),
            daemon,
            count,
            numbered: count > 1,
            start: Pc(0),
            end: Pc(0),
            left: Pc(0),
            pool: None,
            main: false,
            internal: false,
            in_event_loop: false,
            flag_varies: false,
            may_exit: false,
        };
        adjust(&mut info);
        self.groups.push(info);
    }

    fn find_parents(&mut self, scenario: &Scenario) {
        for (number, process) in scenario.processes.iter().enumerate() {
            let bodies = process.threads.iter().map(|thread| &thread.body);
            let bodies = bodies.chain(process.pools.iter().map(|pool| &pool.body));
            for body in bodies.chain([&process.main]) {
                each_op(body, &mut |op| {
                    if let Op::Spawn(child) = op
                        && let Some(child) = self.process(child)
                    {
                        self.processes[child.index()].parent = Some(ProcessId(number as u32));
                    }
                });
            }
        }
    }

    /// Parents before the processes that they spawn, so that a child can take over what its parent has.
    pub(super) fn spawn_order(&self) -> Vec<ProcessId> {
        let depth = |mut process: ProcessId| {
            let mut depth = 0;
            while let Some(parent) = self.processes[process.index()].parent
                && depth <= self.processes.len()
            {
                (process, depth) = (parent, depth + 1);
            }
            depth
        };
        let mut order: Vec<_> = (0..self.processes.len() as u32).map(ProcessId).collect();
        order.sort_by_key(|process| (depth(*process), *process));
        order
    }

    /// The process with this name.
    pub(super) fn process(&self, name: &str) -> Option<ProcessId> {
        let position = self.processes.iter().position(|process| process.name == name)?;
        Some(ProcessId(position as u32))
    }

    /// The threads with this name: first and one past last.
    pub(super) fn threads_named(&self, process: ProcessId, name: &str) -> Option<(ThreadId, ThreadId)> {
        self.thread_index.get(&(process, name.to_owned())).copied()
    }

    /// The pool with this name.
    pub(super) fn pool(&self, process: ProcessId, name: &str) -> Option<PoolId> {
        self.pool_index.get(&(process, name.to_owned())).copied()
    }

    /// A file of a process, known from its first `open`.
    pub(super) fn file(
        &mut self,
        process: ProcessId,
        path: &str,
        mode: FileMode,
        buffering: Buffering,
    ) -> FileId {
        *self.file_index.entry((process, path.to_owned())).or_insert_with(|| {
            self.files.push(FileInfo {
                path: path.to_owned(),
                process,
                mode,
                buffering,
                stdout: false,
                stalled: false,
                shared: false,
                planned: None,
                record: String::new(),
                record_bytes: None,
                largest_bytes: 0,
            });
            FileId(self.files.len() as u32 - 1)
        })
    }
}

/// Calls `visit` for every operation of a process, handlers included.
pub(super) fn each_op_of(process: &Process, visit: &mut impl FnMut(&Op)) {
    let bodies = process.threads.iter().map(|thread| &thread.body);
    let bodies = bodies.chain(process.pools.iter().map(|pool| &pool.body)).chain([&process.main]);
    bodies.for_each(|body| each_op(body, visit));
}

fn changes_flag(process: &Process, wanted: &str) -> bool {
    let mut found = false;
    each_op_of(process, &mut |op| found |= matches!(op, Op::SetDaemon { thread, .. } if thread == wanted));
    found
}

/// How many threads of its own the runtime may need: one for each handler that does not run on top of another thread,
/// and one that runs the exit phases when a signal asks for them.
fn own_threads(process: &Process, runtime: &Runtime) -> usize {
    let facts = &runtime.facts;
    let mut count =
        usize::from(facts.signals.iter().any(|(_, action)| matches!(action, DefaultAction::Exits(_))));
    count += usize::from(facts.deadlock.is_some());
    each_op_of(process, &mut |op| {
        let own = match op {
            Op::OnExit { .. } => facts.handler_order == HandlerOrder::Together,
            Op::OnSignal { body: Some(_), .. } => facts.signal_handlers == HandlerThread::Own,
            _ => false,
        };
        count += usize::from(own);
    });
    count
}

/// Calls `visit` for every operation of a block, blocks inside it included.
pub(super) fn each_op(block: &Block, visit: &mut impl FnMut(&Op)) {
    for step in block {
        visit(&step.op);
        step.op.each_block(&mut |inner| each_op(inner, visit));
    }
}
