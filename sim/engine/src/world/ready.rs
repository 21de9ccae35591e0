//! Who can move, and what the others wait for.

use super::deadlock::waits_for_deadlock;
use super::happening::Resource;
use super::state::{ProcessStatus, State, ThreadStatus};
use crate::program::{Instr, ProcessId, Program, RuntimeOp, ThreadId};
use crate::rules::{LateStart, Mistake};
use crate::trace::HandlerKind;

/// Whether a thread can take its step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ready {
    /// It can. Its instruction may still take time.
    Now,
    /// A signal waits for it, which it takes before anything else.
    Signalled,
    /// It waits until this changes; its instruction may have a timeout.
    Blocked(Resource),
    /// It does not live.
    Gone,
}

/// Whether a thread can take its step.
pub fn ready(program: &Program, state: &State, thread: ThreadId) -> Ready {
    if state.thread_status(program, thread) != ThreadStatus::Live {
        return Ready::Gone;
    }
    let process = program.process_of(thread);
    let instr = program.instr(state.pc(program, thread));
    if program.is_main(thread) && state.takes_signal(program, thread) {
        return Ready::Signalled;
    }
    if waits_for_deadlock(instr) {
        let stuck = state.is_stuck(program, process);
        return if stuck { Ready::Now } else { Ready::Blocked(Resource::Never) };
    }
    if state.exit_blocks(program, thread) {
        return Ready::Blocked(Resource::Never);
    }
    if state.loop_stands(program, thread) {
        return Ready::Blocked(Resource::EventLoop(process));
    }
    if let Instr::Acquire { lock, timeout: None, .. } = instr
        && program.runtime.facts.is_mistake(Mistake::LockTwice)
        && state.holder(program, *lock) == Some(thread)
    {
        return Ready::Now;
    }
    if state.waits_for_room(program, thread, instr) {
        return Ready::Blocked(Resource::Pipe(process));
    }
    match waits_for(program, state, process, instr) {
        None => Ready::Now,
        Some(resource) => Ready::Blocked(resource),
    }
}

/// What an instruction has to wait for right now.
fn waits_for(program: &Program, state: &State, process: ProcessId, instr: &Instr) -> Option<Resource> {
    let layout = &program.layout;
    match instr {
        Instr::Acquire { lock, .. } => state.holder(program, *lock).map(|_| Resource::Lock(*lock)),
        Instr::Wait { event, .. } => {
            (state.get(layout.events[event.index()]) == 0).then_some(Resource::Event(*event))
        }
        Instr::Get { queue, .. } => {
            let fields = layout.queues[queue.index()];
            let empty = state.get(fields.items) == 0 && state.get(fields.stops) == 0;
            empty.then_some(Resource::Queue(*queue))
        }
        Instr::Put { queue, stop } => {
            let fields = layout.queues[queue.index()];
            let field = if *stop { fields.stops } else { fields.items };
            (state.is_full(field) || state.is_full(fields.unfinished)).then_some(Resource::Queue(*queue))
        }
        Instr::Drain(queue) => {
            (state.get(layout.queues[queue.index()].unfinished) > 0).then_some(Resource::Queue(*queue))
        }
        Instr::Submit(pool) => {
            let fields = layout.pools[pool.index()];
            (state.is_full(fields.items) && state.get(fields.shut) == 0).then_some(Resource::Pool(*pool))
        }
        Instr::Take { pool, .. } => {
            let fields = layout.pools[pool.index()];
            (state.get(fields.items) == 0 && state.get(fields.shut) == 0).then_some(Resource::Pool(*pool))
        }
        Instr::Join { first, end, .. } => (first.0..end.0).map(ThreadId).find_map(|thread| {
            let waits = state.is_joinable(program, thread)
                || state.thread_status(program, thread) == ThreadStatus::CutOff;
            waits.then_some(Resource::ThreadEnd(thread))
        }),
        Instr::JoinProcess { process: child, .. } => (state.process_status(program, *child)
            == ProcessStatus::Live)
            .then_some(Resource::ProcessEnd(*child)),
        Instr::Start { .. } => (state.is_finalizing(program, process)
            && program.runtime.facts.start_in_teardown == LateStart::Hangs)
            .then_some(Resource::Never),
        Instr::Runtime(RuntimeOp::AwaitNonDaemons) => {
            let alive = state.get(layout.processes[process.index()].non_daemons) > 0;
            let queued = || state.has_queued_output(program, process).then_some(Resource::Pipe(process));
            alive.then_some(Resource::ThreadCount(process)).or_else(queued)
        }
        Instr::Runtime(RuntimeOp::AwaitThreads) => {
            let lives = |other: ThreadId| {
                !program.group(other).internal && state.thread_status(program, other) == ThreadStatus::Live
            };
            let runner = state.exiting(program, process).unwrap_or(program.process(process).main);
            let mut others = program.threads_of(process).filter(|other| *other != runner);
            others.any(lives).then_some(Resource::ThreadCount(process))
        }
        Instr::Runtime(RuntimeOp::AwaitHandlerThreads) => {
            let handlers = &program.process(process).handlers;
            let exits = handlers.iter().map(|handler| program.handler(*handler));
            let mut threads =
                exits.filter(|info| info.kind == HandlerKind::Exit).filter_map(|info| info.thread);
            let alive = threads.any(|thread| state.thread_status(program, thread) == ThreadStatus::Live);
            alive.then_some(Resource::ThreadCount(process))
        }
        Instr::Runtime(RuntimeOp::DrainPools) => {
            let mut workers =
                program.threads_of(process).filter(|thread| program.group(*thread).pool.is_some());
            let shut = state.pools_shut(program, process);
            let alive = workers.any(|worker| state.thread_status(program, worker) == ThreadStatus::Live);
            (shut && alive).then_some(Resource::ThreadCount(process))
        }
        Instr::Runtime(RuntimeOp::AwaitChildren) => {
            let children = (0..program.processes.len() as u32).map(ProcessId);
            let mut children = children.filter(|child| program.process(*child).parent == Some(process));
            children
                .find(|child| state.process_status(program, *child) == ProcessStatus::Live)
                .map(Resource::ProcessEnd)
        }
        _ => None,
    }
}

impl State {
    /// Whether a thread that stands here stays for a while: because it takes time, or has to wait now.
    pub(super) fn takes_long(&self, program: &Program, process: ProcessId, instr: &Instr) -> bool {
        instr.time().is_some() || waits_for(program, self, process, instr).is_some()
    }

    /// Whether a `join` waits for a thread that lives: an earlier one that was interrupted may have written it off.
    pub(super) fn is_joinable(&self, program: &Program, thread: ThreadId) -> bool {
        self.thread_status(program, thread) == ThreadStatus::Live && !self.is_forgotten(program, thread)
    }

    fn is_full(&self, field: crate::program::Field) -> bool {
        self.get(field) == (1u64 << field.width) - 1
    }

    /// Whether every pool of a process is shut down.
    pub(super) fn pools_shut(&self, program: &Program, process: ProcessId) -> bool {
        let mut pools =
            program.pools.iter().zip(&program.layout.pools).filter(|(pool, _)| pool.process == process);
        pools.all(|(_, fields)| self.get(fields.shut) == 1)
    }
}
