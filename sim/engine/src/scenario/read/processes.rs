//! Processes, their threads and pools.

use std::collections::HashSet;

use super::schema::Place;
use super::{Reader, limits};
use crate::scenario::kdl::{KdlDocument, KdlNode};
use crate::scenario::{KnobValue, Op, Pool, Process, Stdout, Step, Thread, TimeRange};

/// Stands for a time that is missing or wrong, so that the rest can still be checked.
const SOME_TIME: TimeRange = TimeRange::fixed(limits::SHORTEST_ROUND_US);

const STDOUTS: [(&str, Stdout); 3] =
    [("terminal", Stdout::Terminal), ("pipe", Stdout::Pipe), ("stalled-pipe", Stdout::Stalled)];

/// The names of all processes that a `spawn` names anywhere, kept or not.
pub(super) fn spawned(document: &KdlDocument) -> HashSet<String> {
    let mut names = HashSet::new();
    let mut left: Vec<&KdlNode> = document.nodes().iter().collect();
    while let Some(node) = left.pop() {
        if node.name().value() == "spawn" {
            names.extend(
                node.entries().iter().filter_map(|entry| entry.value().as_string()).map(str::to_owned),
            );
        }
        left.extend(node.children().into_iter().flat_map(KdlDocument::nodes));
    }
    names
}

impl Reader<'_> {
    /// One `process`.
    pub(super) fn process(&mut self, node: &KdlNode, live: bool) -> Option<Process> {
        let found = self.node(node, Place::Scenario)?;
        let name = found.value(0).and_then(|entry| self.name(entry, "the name of a process"));
        let mut written = found.property("daemon").and_then(|entry| self.flag(entry));
        let stdout = found.property("stdout").and_then(|entry| self.word(entry, "an output", &STDOUTS));
        let spawned = name.as_ref().is_some_and(|name| self.spawned.contains(name));
        if let (Some(entry), Some(name), false) = (found.property("daemon"), &name, spawned) {
            let message = format!("`daemon=` is for spawned processes, and no `spawn` names `{name}`");
            let help = format!("remove it, or write `spawn \"{name}\"` in another process");
            self.fail(entry.span(), message, "not here", help);
            written = None;
        }
        let mut process = Process {
            name: name.clone().unwrap_or_default(),
            daemon: false,
            stdout: stdout.unwrap_or(Stdout::Terminal),
            main: vec![],
            threads: vec![],
            pools: vec![],
            span: found.span,
        };
        let mut has_main = false;
        for (child, live) in self.kept(found.block(), live) {
            self.member(child, live, &mut process, &mut has_main);
        }
        if !has_main && live && found.block().is_some() && !self.suspects.contains("main") {
            let span = node.name().span();
            self.fail(
                span,
                "a process needs a `main`",
                "`main { … }` is missing",
                "write `main { … }` into its block",
            );
        }
        let name = name?;
        if spawned {
            let daemon = self.daemon_knob(&name, false, written, live);
            process.daemon = daemon == KnobValue::Flag(true);
        }
        if !live {
            self.left_out.insert(name);
        }
        Some(process)
    }

    /// A node in a process.
    fn member(&mut self, node: &KdlNode, live: bool, process: &mut Process, has_main: &mut bool) {
        match node.name().value() {
            "main" => {
                let Some(found) = self.node(node, Place::Process) else { return };
                let body = self.body(found.block(), live);
                if *has_main && live {
                    let span = node.name().span();
                    self.fail(span, "a process has one `main`", "the second one", "put both into one block");
                }
                if live {
                    *has_main = true;
                    process.main = body;
                }
            }
            "thread" => {
                let thread = self.thread(node, live);
                process.threads.extend(thread.filter(|_| live));
            }
            "timer" => {
                let timer = self.timer(node, live);
                process.threads.extend(timer.filter(|_| live));
            }
            "pool" => {
                let pool = self.pool(node, live);
                process.pools.extend(pool.filter(|_| live));
            }
            _ => {
                self.node(node, Place::Process);
            }
        }
    }

    fn thread(&mut self, node: &KdlNode, live: bool) -> Option<Thread> {
        let found = self.node(node, Place::Process)?;
        let name = found.value(0).and_then(|entry| self.name(entry, "the name of a thread"));
        let written = found.property("daemon").and_then(|entry| self.flag(entry));
        let count = found.property("count");
        let count = count.and_then(|entry| self.number(entry, 1..=limits::THREADS.into(), " threads"));
        let body = self.body(found.block(), live);
        let name = name?;
        let daemon = self.thread_flag(&name, written, live);
        let count = count.unwrap_or(1) as u32;
        Some(Thread { name, daemon, count, body, timer: false, span: found.span })
    }

    /// A timer is a thread that sleeps and calls back.
    fn timer(&mut self, node: &KdlNode, live: bool) -> Option<Thread> {
        let found = self.node(node, Place::Process)?;
        let name = found.value(0).and_then(|entry| self.name(entry, "the name of a timer"));
        let written = found.property("daemon").and_then(|entry| self.flag(entry));
        let (every, after) = (found.property("every"), found.property("after"));
        if let (Some(_), Some(_)) | (None, None) = (every, after) {
            let help =
                "write `every=\"400ms\"` for one that repeats, or `after=\"1s\"` for one that calls once";
            self.fail(
                node.name().span(),
                "a timer has either `every=` or `after=`",
                "when does it call?",
                help,
            );
        }
        let mut time = every.or(after).and_then(|entry| self.time(entry)).unwrap_or(SOME_TIME);
        let even = time.min_us == time.max_us && time.min_us >= limits::SHORTEST_ROUND_US;
        if let Some(entry) = every.filter(|_| !even) {
            let help = "write one time span of at least 1ms, as in every=\"400ms\"";
            self.fail(entry.span(), "a timer that repeats does so evenly", "not one time span", help);
            time = SOME_TIME;
        }
        if let Some(entry) = after.filter(|_| time.min_us < limits::SHORTEST_ROUND_US) {
            let help = "write after=\"1ms\": what comes next comes at once without a timer";
            self.fail(entry.span(), "a timer takes at least 1ms", "too short", help);
        }
        let mut body = vec![Step { op: Op::Sleep(time), span: found.span }];
        body.extend(self.body(found.block(), live));
        if every.is_some() {
            body = vec![Step { op: Op::Forever(body), span: found.span }];
        }
        let name = name?;
        let daemon = self.thread_flag(&name, written, live);
        Some(Thread { name, daemon, count: 1, body, timer: true, span: found.span })
    }

    /// The daemon flag of a thread, which its knob may have turned.
    fn thread_flag(&mut self, name: &str, written: Option<bool>, live: bool) -> Option<bool> {
        let flag = self.daemon_knob(name, true, written, live);
        if !live {
            self.left_out.insert(name.to_owned());
        }
        match flag {
            KnobValue::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    fn pool(&mut self, node: &KdlNode, live: bool) -> Option<Pool> {
        let found = self.node(node, Place::Process)?;
        let name = found.value(0).and_then(|entry| self.name(entry, "the name of a pool"));
        let workers = found.property("workers");
        let workers = workers.and_then(|entry| self.number(entry, 1..=limits::THREADS.into(), " workers"));
        let body = self.body(found.block(), live);
        let name = name?;
        if !live {
            self.left_out.insert(name.clone());
        }
        Some(Pool { name, workers: workers.unwrap_or(1) as u32, body, span: found.span })
    }
}
