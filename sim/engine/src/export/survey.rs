//! Which functions a process is made of, and which of them use what.

use crate::scenario::{Block, Op, Process, Signal, Step};

/// What a function is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role<'s> {
    /// The main body of a process.
    Main,
    /// A thread, with how many run it.
    Thread(&'s str, u32),
    /// A work item of a pool.
    PoolItem(&'s str),
    /// An exit handler, or one that is asked when nothing is left to wait for.
    ExitHandler(&'s str),
    /// A signal handler.
    SignalHandler(Signal),
    /// A finalizer that runs at module teardown.
    Finalizer(&'s str),
}

/// A body that becomes a function of its own.
pub(super) struct Function<'s> {
    /// What it is for.
    pub(super) role: Role<'s>,
    /// Its steps; the handlers in it are functions of their own.
    pub(super) body: &'s Block,
}

/// The functions of a process: main first, then threads, pools and handlers in the order of the file.
pub(super) fn functions(process: &Process) -> Vec<Function<'_>> {
    let mut found = vec![Function { role: Role::Main, body: &process.main }];
    for thread in &process.threads {
        found.push(Function { role: Role::Thread(&thread.name, thread.count), body: &thread.body });
    }
    for pool in &process.pools {
        found.push(Function { role: Role::PoolItem(&pool.name), body: &pool.body });
    }
    let mut next = 0;
    while next < found.len() {
        let body = found[next].body;
        each_op(body, &mut |op| match op {
            Op::OnExit { name, body, .. } | Op::OnIdle { name, body } => {
                found.push(Function { role: Role::ExitHandler(name), body });
            }
            Op::OnSignal { signal, body: Some(body) } => {
                found.push(Function { role: Role::SignalHandler(*signal), body });
            }
            Op::OnTeardown { name, body } => found.push(Function { role: Role::Finalizer(name), body }),
            _ => {}
        });
        next += 1;
    }
    found
}

/// Visits every statement of one function, outer ones first; bodies of handlers belong to other functions.
pub(super) fn each_op<'s>(block: &'s [Step], visit: &mut dyn FnMut(&'s Op)) {
    each_step(block, &mut |step| visit(&step.op));
}

/// As [`each_op`], with the place of each statement.
pub(super) fn each_step<'s>(block: &'s [Step], visit: &mut dyn FnMut(&'s Step)) {
    for step in block {
        visit(step);
        if !step.op.is_handler() {
            step.op.each_block(&mut |inner| each_step(inner, visit));
        }
    }
}

/// Visits every statement of one function that may run more than once, because a loop stands around it.
pub(super) fn each_repeated<'s>(block: &'s Block, visit: &mut dyn FnMut(&'s Op)) {
    each_op(block, &mut |op| match op {
        Op::ForEach { body, .. }
        | Op::Repeat { body, .. }
        | Op::Forever(body)
        | Op::WhileRunning { body, .. } => {
            each_op(body, visit);
        }
        _ => {}
    });
}

/// The file that a statement uses.
pub(super) fn file_of(op: &Op) -> Option<&str> {
    match op {
        Op::Open { path, .. } | Op::Write { path, .. } | Op::Flush(path) | Op::Close(path) => Some(path),
        _ => None,
    }
}

/// The queue that a statement uses.
pub(super) fn queue_of(op: &Op) -> Option<&str> {
    match op {
        Op::Put { queue, .. } | Op::Get { queue, .. } | Op::ForEach { queue, .. } | Op::Drain(queue) => {
            Some(queue)
        }
        _ => None,
    }
}

/// The event that a statement uses.
pub(super) fn event_of(op: &Op) -> Option<&str> {
    match op {
        Op::Set(event)
        | Op::Wait { event, .. }
        | Op::WhileRunning { stop: event, .. }
        | Op::UnlessSet { event, .. } => Some(event),
        _ => None,
    }
}

/// Whether a body is left by `return` before its last statement.
pub(super) fn returns_early(block: &Block) -> bool {
    let mut returns = 0;
    each_op(block, &mut |op| returns += usize::from(*op == Op::Return));
    let at_the_end = block.last().is_some_and(|step| step.op == Op::Return);
    returns > usize::from(at_the_end)
}
