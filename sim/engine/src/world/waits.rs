//! What a blocked thread waits for, and who could end the wait.

use super::future::Future;
use super::happening::Resource;
use super::ready::{Ready, ready};
use super::state::{State, ThreadStatus};
use crate::program::{EventId, Instr, LockId, PoolId, ProcessId, Program, QueueId, RuntimeOp, ThreadId};

/// What is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A lock that somebody holds.
    Lock(LockId),
    /// An event that is not set.
    Event(EventId),
    /// An item in a queue that is empty.
    Item(QueueId),
    /// Room in a queue that is full.
    Room(QueueId),
    /// The last item of a queue that is not marked done.
    AllDone(QueueId),
    /// A work item, or the end of the pool.
    Work(PoolId),
    /// Room in the list of a pool's work items.
    PoolRoom(PoolId),
    /// The end of a thread.
    Threads,
    /// The end of a process.
    Process(ProcessId),
    /// That main is at its event loop again.
    EventLoop,
    /// Somebody who reads a pipe that is full.
    Reader,
    /// Nothing that could ever come: a thread is started after the runtime has stopped all of them, or a second exit
    /// that is held up for ever.
    Nothing,
}

/// Why a thread cannot move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// What it waits for.
    pub need: Need,
    /// Whose steps could bring it, in the order of the program: the holder of a lock, the threads whose end is
    /// awaited, and for the rest whoever may come to such a step from where it stands. A thread that does not live
    /// any more can bring nothing; it stands here if it holds the lock or is joined.
    pub from: Vec<ThreadId>,
}

/// What a thread waits for; `None` if it can move, or does not live.
pub fn waits(program: &Program, state: &State, thread: ThreadId) -> Option<Wait> {
    let need = need(program, state, thread)?;
    let process = program.process_of(thread);
    let others = || program.threads_of(process).filter(|other| *other != thread);
    let live = |other: &ThreadId| state.thread_status(program, *other) == ThreadStatus::Live;
    // Who waits for the same can bring it only when somebody else has brought it before.
    let free = |other: &ThreadId| live(other) && self::need(program, state, *other) != Some(need);
    let by = |brings: &dyn Fn(&Instr) -> bool| -> Vec<ThreadId> {
        let can = |other: &ThreadId| free(other) && Future::of(program, state, *other).has(program, brings);
        others().filter(can).collect()
    };
    let from = match need {
        Need::Lock(lock) => state.holder(program, lock).into_iter().collect(),
        Need::Event(event) => by(&|instr| *instr == Instr::Set(event)),
        Need::Item(from) => by(&|instr| matches!(instr, Instr::Put { queue, .. } if *queue == from)),
        Need::Room(into) => by(&|instr| matches!(instr, Instr::Get { queue, .. } if *queue == into)),
        Need::AllDone(queue) => by(&|instr| *instr == Instr::Done(queue)),
        Need::Work(pool) => {
            by(&|instr| [Instr::Submit(pool), Instr::Runtime(RuntimeOp::DrainPools)].contains(instr))
        }
        Need::PoolRoom(into) => by(&|instr| matches!(instr, Instr::Take { pool, .. } if *pool == into)),
        Need::Threads => match program.instr(state.pc(program, thread)) {
            Instr::Join { first, end, .. } => {
                let cut = |other| state.thread_status(program, other) == ThreadStatus::CutOff;
                let joined = (first.0..end.0).map(ThreadId);
                joined.filter(|other| state.is_joinable(program, *other) || cut(*other)).collect()
            }
            Instr::Runtime(RuntimeOp::DrainPools) => {
                others().filter(|other| live(other) && program.group(*other).pool.is_some()).collect()
            }
            Instr::Runtime(RuntimeOp::AwaitThreads) => {
                others().filter(|other| live(other) && !program.group(*other).internal).collect()
            }
            Instr::Runtime(RuntimeOp::AwaitHandlerThreads) => {
                let runs_handler = |other: &ThreadId| {
                    program.handlers.iter().any(|info| {
                        info.thread == Some(*other) && info.kind == crate::trace::HandlerKind::Exit
                    })
                };
                others().filter(|other| live(other) && runs_handler(other)).collect()
            }
            _ => {
                let counts = |other: &ThreadId| {
                    state.is_joinable(program, *other) && !state.is_daemon(program, *other)
                };
                others().filter(counts).collect()
            }
        },
        Need::Process(child) => vec![program.process(child).main],
        Need::EventLoop => vec![program.process(process).main],
        Need::Reader | Need::Nothing => Vec::new(),
    };
    Some(Wait { need, from })
}

fn need(program: &Program, state: &State, thread: ThreadId) -> Option<Need> {
    let Ready::Blocked(resource) = ready(program, state, thread) else { return None };
    Some(match (program.instr(state.pc(program, thread)), resource) {
        (Instr::Acquire { lock, .. }, _) => Need::Lock(*lock),
        (Instr::Wait { event, .. }, _) => Need::Event(*event),
        (Instr::Get { queue, .. }, _) => Need::Item(*queue),
        (Instr::Put { queue, .. }, _) => Need::Room(*queue),
        (Instr::Drain(queue), _) => Need::AllDone(*queue),
        (Instr::Submit(pool), _) => Need::PoolRoom(*pool),
        (Instr::Take { pool, .. }, _) => Need::Work(*pool),
        (_, Resource::ThreadEnd(_) | Resource::ThreadCount(_)) => Need::Threads,
        (_, Resource::ProcessEnd(child)) => Need::Process(child),
        (_, Resource::Pipe(_)) => Need::Reader,
        (_, Resource::EventLoop(_)) => Need::EventLoop,
        _ => Need::Nothing,
    })
}
