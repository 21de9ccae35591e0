//! Goroutines, and how one waits for them.

use super::Plan;
use super::body::Body;
use super::code::{Code, string};
use super::helpers::Helper;
use crate::export::stock::{copy_of, uses};
use crate::export::survey::Role;
use crate::scenario::{Op, Process, Thread, TimeRange};

/// What a joiner waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waits {
    /// Nobody waits.
    Not,
    /// A channel that the goroutine closes at its end.
    Channel,
    /// One channel for each of several goroutines.
    Channels,
    /// A `sync.WaitGroup`, for all of several goroutines and without a limit.
    Group,
}

/// How a thread is waited for.
pub(super) fn waits(process: &Process, thread: &Thread) -> Waits {
    let joined = |alone: bool| {
        uses(process, |op| match op {
            Op::Join { target, timeout } => {
                let copy = copy_of(target, &thread.name).is_some();
                (*target == thread.name || copy) && (!alone || copy || timeout.is_some())
            }
            _ => false,
        })
    };
    match (joined(false), thread.count) {
        (false, _) => Waits::Not,
        (true, 1) => Waits::Channel,
        (true, _) if joined(true) => Waits::Channels,
        (true, _) => Waits::Group,
    }
}

/// The variable that a joiner waits for.
pub(super) fn variable(plan: &Plan, thread: &Thread) -> String {
    let word = if waits(plan.process, thread) == Waits::Group { "group" } else { "done" };
    plan.names.of_thread(&thread.name, word)
}

/// Starts a thread, with all its copies.
pub(super) fn start(body: &Body, name: &str, code: &mut Code) {
    let plan = body.plan;
    let Some(thread) = plan.process.threads.iter().find(|thread| thread.name == name) else { return };
    let function = plan.names.function(&Role::Thread(name, thread.count));
    let many = thread.count > 1;
    let call = match (plan.options.trace, many) {
        (false, _) => format!("{function}()"),
        (true, false) => format!("traced({}, \"thread\", {function})", string(name)),
        (true, true) => {
            format!("traced(name, \"thread\", func() {{ {function}(name) }})")
        }
    };
    if plan.options.trace {
        code.help(Helper::Trace);
    }
    let variable = variable(plan, thread);
    let one = |code: &mut Code| {
        let done = match waits(plan.process, thread) {
            Waits::Not => None,
            Waits::Channel => Some(format!("close({variable})")),
            Waits::Channels => Some("close(done)".to_string()),
            Waits::Group => Some(format!("{variable}.Done()")),
        };
        match done {
            None if plan.options.trace && many => {
                code.block_to("go func() {", "}()", |code| code.line(&call));
            }
            None => code.line(format!("go {call}")),
            Some(done) => code.block_to("go func() {", "}()", |code| {
                code.line(format!("defer {done}"));
                code.line(&call);
            }),
        }
    };
    if !many {
        return one(code);
    }
    if waits(plan.process, thread) == Waits::Group {
        code.line(format!("{variable}.Add({})", thread.count));
    }
    code.block(format!("for i := 0; i < {}; i++ {{", thread.count), |code| {
        if waits(plan.process, thread) == Waits::Channels {
            code.line(format!("done := {variable}[i]"));
        }
        if plan.options.trace {
            code.import("fmt");
            code.line(format!("name := fmt.Sprintf({}, i+1)", string(&format!("{name}-%d"))));
        }
        one(code);
    });
}

/// Waits for a thread, all its copies, or one of them.
pub(super) fn join(body: &Body, target: &str, timeout: Option<TimeRange>, code: &mut Code) {
    let plan = body.plan;
    let is_it = |thread: &&Thread| target == thread.name || copy_of(target, &thread.name).is_some();
    let Some(thread) = plan.process.threads.iter().find(is_it) else { return };
    let variable = variable(plan, thread);
    match (waits(plan.process, thread), copy_of(target, &thread.name)) {
        (Waits::Group, _) => code.line(format!("{variable}.Wait()")),
        (Waits::Channels, Some(index)) if target != thread.name => {
            body.receive(&format!("{variable}[{index}]"), timeout, code);
        }
        (Waits::Channels, _) => {
            code.block(format!("for i := range {variable} {{"), |code| {
                body.receive(&format!("{variable}[i]"), timeout, code);
            });
        }
        _ => body.receive(&variable, timeout, code),
    }
}
