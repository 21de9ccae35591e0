//! What can be said only of the whole: names, who spawns whom, and the limits.

use std::collections::{BTreeMap, BTreeSet};

use super::{Reader, limits};
use crate::diagnostic::Span;
use crate::scenario::clip::clip;
use crate::scenario::kdl::KdlNode;
use crate::scenario::{Block, Op, Process, Scenario, Step};

/// What a name stands for; the number is that of its process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Process(usize),
    Thread(usize),
    Pool(usize),
}

/// All names of a scenario.
#[derive(Default)]
pub(super) struct Names<'s> {
    pub(super) processes: Vec<&'s str>,
    pub(super) owners: BTreeMap<&'s str, Owner>,
    /// How many threads stand behind a counted thread or a pool.
    pub(super) counts: BTreeMap<&'s str, u32>,
    /// The threads that are timers.
    pub(super) timers: BTreeSet<&'s str>,
    /// The files that each process opens.
    pub(super) files: Vec<BTreeSet<&'s str>>,
    pub(super) handlers: BTreeSet<&'s str>,
    pub(super) locks: BTreeSet<&'s str>,
    /// Who spawns a process, and where.
    pub(super) spawners: BTreeMap<&'s str, (usize, Span)>,
}

/// The thread that runs a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Runner<'s> {
    /// The main thread; handlers run there as well.
    Main,
    Thread(&'s str),
    Pool,
}

impl<'s> Names<'s> {
    /// The counted thread or pool that `name`, such as `worker-2`, is one of.
    pub(super) fn one_of(&self, name: &str) -> Option<&'s str> {
        let (base, number) = name.rsplit_once('-')?;
        let (base, count) = self.counts.get_key_value(base)?;
        let number: u32 = number.parse().ok().filter(|n: &u32| n.to_string() == number)?;
        (1..=*count).contains(&number).then_some(*base)
    }
}

/// Calls `see` for every step of a process, with the thread that runs it and how often its loops repeat it.
pub(super) fn every_step<'s>(process: &'s Process, see: &mut dyn FnMut(&'s Step, Runner<'s>, u64)) {
    walk(&process.main, Runner::Main, 1, see);
    for thread in &process.threads {
        walk(&thread.body, Runner::Thread(&thread.name), 1, see);
    }
    for pool in &process.pools {
        walk(&pool.body, Runner::Pool, 1, see);
    }
}

fn walk<'s>(
    block: &'s Block,
    runner: Runner<'s>,
    rounds: u64,
    see: &mut dyn FnMut(&'s Step, Runner<'s>, u64),
) {
    for step in block {
        see(step, runner, rounds);
        match &step.op {
            Op::Lock { body, .. }
            | Op::Get { body, .. }
            | Op::ForEach { body, .. }
            | Op::Forever(body)
            | Op::WhileRunning { body, .. }
            | Op::UnlessSet { body, .. } => walk(body, runner, rounds, see),
            Op::Repeat { times, body } => walk(body, runner, rounds.saturating_mul((*times).max(1)), see),
            Op::Try { body, handlers, finally } => {
                walk(body, runner, rounds, see);
                handlers.iter().for_each(|handler| walk(&handler.body, runner, rounds, see));
                finally.iter().for_each(|body| walk(body, runner, rounds, see));
            }
            Op::OnExit { body, .. } | Op::OnTeardown { body, .. } | Op::OnIdle { body, .. } => {
                walk(body, Runner::Main, rounds, see);
            }
            Op::OnSignal { body: Some(body), .. } => walk(body, Runner::Main, rounds, see),
            _ => {}
        }
    }
}

impl Reader<'_> {
    /// Checks names and limits of what was read, even if parts of it were not understood.
    pub(super) fn check(&mut self, scenario: &Scenario, node: &KdlNode) {
        let head = node.name().span();
        if scenario.processes.is_empty() && self.suspects.is_empty() {
            self.fail(
                head,
                "a scenario needs at least one process",
                "no process",
                "write `process \"NAME\" { main { … } }`",
            );
        }
        if let Some(extra) = scenario.processes.get(limits::PROCESSES) {
            let message = format!("a scenario has at most {} processes", limits::PROCESSES);
            let span = self.named(extra.span, Some(&extra.name));
            self.fail(span, message, "one too many", "remove some");
            return;
        }
        self.count_threads(scenario, head);
        let mut names = Names::default();
        self.collect_names(scenario, &mut names);
        for process in &scenario.processes {
            self.collect_uses(process, &mut names);
        }
        self.spawn_circles(&names);
        for (number, process) in scenario.processes.iter().enumerate() {
            self.check_callbacks(process);
            every_step(process, &mut |step, runner, rounds| {
                self.check_loop(step);
                self.check_rounds(step, rounds);
                self.check_step(step, number, runner, &names);
            });
        }
        self.check_outside(scenario, &names);
    }

    /// The place of a name within a node, or the first line of the node.
    pub(super) fn named(&self, span: Span, name: Option<&str>) -> Span {
        let text = &self.text[span.start..span.end];
        if let Some(at) = name.and_then(|name| text.find(&format!("\"{name}\""))) {
            let start = span.start + at;
            return Span { start, end: start + name.map_or(0, str::len) + 2 };
        }
        let head = text[..text.find(['{', '\n']).unwrap_or(text.len())].trim_end().len();
        Span { start: span.start, end: span.start + head }
    }

    fn count_threads(&mut self, scenario: &Scenario, head: Span) {
        let of = |process: &Process| {
            let threads = process.threads.iter().map(|thread| u64::from(thread.count));
            1 + threads.chain(process.pools.iter().map(|pool| u64::from(pool.workers))).sum::<u64>()
        };
        let all: u64 = scenario.processes.iter().map(of).sum();
        if all > limits::THREADS {
            let message =
                format!("a scenario has at most {} threads, but this one has {all}", limits::THREADS);
            self.fail(head, message, "too many threads", "lower a `count`");
        }
    }

    /// Processes, threads and pools; reports a name that is given twice.
    fn collect_names<'s>(&mut self, scenario: &'s Scenario, names: &mut Names<'s>) {
        let mut spans: Vec<(&'s str, Span)> = vec![];
        for (number, process) in scenario.processes.iter().enumerate() {
            names.processes.push(&process.name);
            let mut all = vec![(process.name.as_str(), process.span, Owner::Process(number))];
            for thread in &process.threads {
                all.push((&thread.name, thread.span, Owner::Thread(number)));
                if thread.timer {
                    names.timers.insert(&thread.name);
                }
                if thread.count > 1 {
                    names.counts.insert(&thread.name, thread.count);
                }
            }
            for pool in &process.pools {
                all.push((&pool.name, pool.span, Owner::Pool(number)));
                names.counts.insert(&pool.name, pool.workers);
            }
            for (name, span, owner) in all.into_iter().filter(|(name, ..)| !name.is_empty()) {
                spans.push((name, span));
                if name == "main" {
                    let span = self.named(span, Some(name));
                    self.fail(
                        span,
                        "`main` is the name of every main thread",
                        "taken",
                        "choose another name",
                    );
                } else if names.owners.contains_key(name) {
                    let span = self.named(span, Some(name));
                    let message = format!("the name `{name}` is taken");
                    let help = "processes, threads and pools share one name space; choose another name";
                    self.fail(span, message, "the second one", help);
                } else {
                    names.owners.insert(name, owner);
                }
            }
        }
        for (name, span) in spans {
            if let Some(base) = names.one_of(name) {
                let span = self.named(span, Some(name));
                let message = format!("`{name}` is also the name of one of the threads of `{base}`");
                self.fail(span, message, "taken", "choose another name");
            }
        }
    }

    /// Files, handlers, locks and spawned processes.
    fn collect_uses<'s>(&mut self, process: &'s Process, names: &mut Names<'s>) {
        let number = names.files.len();
        let mut files = BTreeSet::new();
        every_step(process, &mut |step, _, _| match &step.op {
            Op::Open { path, .. } => drop(files.insert(path.as_str())),
            Op::OnExit { name, .. } | Op::OnTeardown { name, .. } | Op::OnIdle { name, .. } => {
                names.handlers.insert(name);
            }
            Op::OnSignal { signal, .. } => drop(names.handlers.insert(signal.name())),
            Op::Lock { lock, .. } => drop(names.locks.insert(lock)),
            Op::Spawn(child) => {
                let (first, _) = *names.spawners.entry(child).or_insert((number, step.span));
                if first != number {
                    let message = format!("the process `{child}` is spawned by two processes");
                    let help =
                        format!("`{}` spawns it already; a process has one parent", names.processes[first]);
                    let span = self.named(step.span, Some(child));
                    self.fail(span, message, "the second parent", help);
                }
            }
            _ => {}
        });
        names.files.push(files);
    }

    /// Processes that spawn one another around a circle would never begin.
    fn spawn_circles(&mut self, names: &Names) {
        let parent = |child: usize| names.spawners.get(names.processes[child]).map(|(parent, _)| *parent);
        for first in 1..names.processes.len() {
            let mut at = first;
            let mut smallest = true;
            for length in 1..=names.processes.len() {
                let Some(up) = parent(at) else { break };
                if up == first && length > 1 && smallest {
                    let (_, span) = names.spawners[names.processes[first]];
                    let name = names.processes[first];
                    let message =
                        format!("`{name}` is spawned by a process that it spawns itself, around a circle");
                    let span = self.named(span, Some(name));
                    self.fail(span, message, "closes the circle", "let the first process spawn one of them");
                }
                if up == first {
                    break;
                }
                // Each circle is reported once, at its first member.
                smallest &= up > first;
                at = up;
            }
        }
    }

    fn check_rounds(&mut self, step: &Step, rounds: u64) {
        let Op::Repeat { times, .. } = &step.op else { return };
        if rounds > 1 && rounds.saturating_mul(*times) > limits::ROUNDS && rounds <= limits::ROUNDS {
            let message = format!(
                "nested repeats make {} rounds in all; at most {} do",
                rounds.saturating_mul(*times),
                limits::ROUNDS
            );
            let span = self.named(step.span, None);
            self.fail(span, message, "too many rounds", "lower one of the numbers");
        }
    }

    /// A name that stands for nothing. Silent if it may be the victim of another mistake.
    ///
    /// `what` as in "thread"; `within` as in " in the process `p`", or empty.
    pub(super) fn unresolved(
        &mut self,
        span: Span,
        (what, within): (&str, &str),
        name: &str,
        candidates: &[&str],
    ) {
        if self.suspects.contains(name) {
            return;
        }
        let span = self.named(span, Some(name));
        if self.left_out.contains(name) {
            let message = format!("the {what} `{name}` is left out");
            let help = "the `when` or `unless` around it drops it; put this into the same condition";
            return self.fail(span, message, "not part of the scenario", help);
        }
        let mut candidates = candidates.to_vec();
        candidates.sort_unstable();
        let help = crate::scenario::near::suggest(name, candidates);
        let help = if help.is_empty() {
            format!("this scenario has no {what}; remove it, or add one")
        } else {
            help
        };
        self.fail(span, format!("there is no {what} `{}`{within}", clip(name)), "unknown", help);
    }
}
