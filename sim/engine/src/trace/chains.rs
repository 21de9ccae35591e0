//! Finds out why a run never ends: follows who waits for whom, from each main thread on.

use super::{Chain, Does, HandlerKind, Hang, HangKind, Link, Thing, WaitsFor};
use crate::program::{Instr, LockId, ProcessId, Program, ThreadId};
use crate::world::{Need, ProcessStatus, State, ThreadStatus, Wait, waits};

/// Why nobody ends a run in this state. `moving`: the threads that go round in a loop, if there are any.
pub(crate) fn hang_of(program: &Program, state: &State, moving: &[ThreadId]) -> Option<Hang> {
    let found = Search { program, state, moving };
    let chains: Vec<_> = found.chains().iter().map(|path| found.tell(path)).collect();
    let kind = worst(chains.iter().map(|chain| chain.kind))?;
    Some(Hang { kind, chains })
}

/// Only its kind. It does not depend on which of several threads with the same code does what.
pub(crate) fn hang_kind(program: &Program, state: &State, moving: &[ThreadId]) -> Option<HangKind> {
    worst(Search { program, state, moving }.chains().iter().map(|path| path.kind))
}

fn worst(mut kinds: impl Iterator<Item = HangKind>) -> Option<HangKind> {
    let first = kinds.next()?;
    Some(if kinds.any(|kind| kind == HangKind::Deadlock) { HangKind::Deadlock } else { first })
}

struct Search<'a> {
    program: &'a Program,
    state: &'a State,
    moving: &'a [ThreadId],
}

/// A chain in numbers.
struct Path {
    kind: HangKind,
    threads: Vec<ThreadId>,
    back_to: Option<usize>,
}

impl Search<'_> {
    fn chains(&self) -> Vec<Path> {
        let mut chains: Vec<Path> = Vec::new();
        for process in (0..self.program.processes.len() as u32).map(ProcessId) {
            let main = self.program.process(process).main;
            let main = self.state.exiting(self.program, process).unwrap_or(main);
            let lives = self.state.process_status(self.program, process) == ProcessStatus::Live;
            if lives && !chains.iter().any(|chain| chain.threads.contains(&main)) {
                chains.push(self.chain(main));
            }
        }
        chains
    }

    /// What a thread waits for, unless it moves.
    fn waits(&self, thread: ThreadId) -> Option<Wait> {
        (!self.moving.contains(&thread)).then(|| waits(self.program, self.state, thread)).flatten()
    }

    /// Of all ways along which waiting can be followed: one that ends in a circle, else one that comes to a lock, else
    /// the first.
    fn chain(&self, main: ThreadId) -> Path {
        if self.moving.contains(&main) {
            return Path { kind: HangKind::Endless, threads: vec![main], back_to: None };
        }
        let mut seen = vec![false; self.program.threads.len()];
        // The way to each thread that is being looked at, with those for which it waits and that are still to be seen.
        let mut way: Vec<(ThreadId, std::vec::IntoIter<ThreadId>)> = Vec::new();
        let mut to_lock: Option<Vec<ThreadId>> = None;
        let mut next = Some(main);
        loop {
            if let Some(thread) = next.take() {
                seen[thread.index()] = true;
                let wait = self.waits(thread);
                let at_lock = wait.as_ref().is_some_and(|wait| matches!(wait.need, Need::Lock(_)));
                way.push((thread, wait.map(|wait| wait.from).unwrap_or_default().into_iter()));
                if at_lock && to_lock.is_none() {
                    to_lock = Some(way.iter().map(|(thread, _)| *thread).collect());
                }
            }
            let Some((_, behind)) = way.last_mut() else { break };
            match behind.next() {
                None => _ = way.pop(),
                Some(thread) if !seen[thread.index()] => next = Some(thread),
                Some(thread) => {
                    if let Some(at) = way.iter().position(|(known, _)| *known == thread) {
                        let threads = way.into_iter().map(|(thread, _)| thread).collect();
                        return Path { kind: HangKind::Deadlock, threads, back_to: Some(at) };
                    }
                }
            }
        }
        let kind = if to_lock.is_some() { HangKind::Deadlock } else { HangKind::WaitsForEver };
        let mut threads = to_lock.unwrap_or_else(|| vec![main]);
        // There is no circle, so this comes to an end.
        while let Some(next) = threads.last().and_then(|last| self.waits(*last)?.from.first().copied()) {
            threads.push(next);
        }
        Path { kind, threads, back_to: None }
    }

    fn tell(&self, path: &Path) -> Chain {
        let next = |at: usize| match path.threads.get(at + 1) {
            Some(next) => Some(*next),
            None => path.back_to.map(|at| path.threads[at]),
        };
        let links = path.threads.iter().enumerate().map(|(at, thread)| self.link(*thread, next(at)));
        Chain { kind: path.kind, links: links.collect(), back_to: path.back_to }
    }

    fn link(&self, thread: ThreadId, next: Option<ThreadId>) -> Link {
        let (program, state) = (self.program, self.state);
        let waits_for = self.waits(thread).map(|wait| self.waits_for(thread, wait.need, next));
        let does = match &waits_for {
            Some(_) => Does::Waits,
            None if state.thread_status(program, thread) == ThreadStatus::Live => Does::Moves,
            None => Does::Stopped,
        };
        let locks = (0..program.locks.len() as u32).map(LockId);
        let held = locks.filter(|lock| state.holder(program, *lock) == Some(thread));
        Link {
            process: program.process(program.process_of(thread)).name.clone(),
            thread: program.thread_name(thread),
            daemon: state.is_daemon(program, thread),
            over: program.is_main(thread) && state.main_over(program, program.process_of(thread)),
            inside: self.inside(thread),
            holding: held.map(|lock| program.locks[lock.index()].name.clone()).collect(),
            does,
            gives_up: waits_for.is_some() && program.instr(state.pc(program, thread)).timeout().is_some(),
            waits_for,
        }
    }

    /// The handler that a thread runs.
    fn inside(&self, thread: ThreadId) -> Option<String> {
        let runs = self.state.depth(self.program, thread) > 0;
        let handler = self.program.handler_at(self.state.pc(self.program, thread)).filter(|_| runs)?;
        let info = self.program.handler(handler);
        let kind = match info.kind {
            HandlerKind::Exit | HandlerKind::EarlyExit => "exit handler",
            HandlerKind::Signal => "signal handler",
            HandlerKind::Teardown => "finalizer",
            HandlerKind::Idle => "idle handler",
        };
        (!info.internal).then(|| format!("{kind} {}", info.name))
    }

    fn waits_for(&self, thread: ThreadId, need: Need, next: Option<ThreadId>) -> WaitsFor {
        let program = self.program;
        let starts = matches!(program.instr(self.state.pc(program, thread)), Instr::Start { .. });
        let (kind, name) = match need {
            Need::Lock(lock) => (Thing::Lock, program.locks[lock.index()].name.clone()),
            Need::Event(event) => (Thing::Event, program.events[event.index()].name.clone()),
            Need::Item(queue) => (Thing::Item, program.queues[queue.index()].name.clone()),
            Need::Room(queue) => (Thing::Room, program.queues[queue.index()].name.clone()),
            Need::AllDone(queue) => (Thing::AllDone, program.queues[queue.index()].name.clone()),
            Need::Work(pool) => (Thing::Work, program.pools[pool.index()].name.clone()),
            Need::PoolRoom(pool) => (Thing::PoolRoom, program.pools[pool.index()].name.clone()),
            Need::Threads => (Thing::Thread, next.map(|next| program.thread_name(next)).unwrap_or_default()),
            Need::Process(process) => (Thing::Process, program.process(process).name.clone()),
            Need::EventLoop => (Thing::EventLoop, String::new()),
            Need::Reader => (Thing::Reader, String::new()),
            Need::Nothing if starts => (Thing::Start, String::new()),
            Need::Nothing => (Thing::Exit, String::new()),
        };
        WaitsFor { kind, name }
    }
}
