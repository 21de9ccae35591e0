//! Threads, and how one waits for them.

use super::Plan;
use super::body::Body;
use super::code::{Code, string};
use super::helpers::Helper;
use crate::export::identifiers::Case;
use crate::export::stock::{copy_of, uses};
use crate::export::survey::{Role, each_op};
use crate::scenario::{Op, Step, Thread, TimeRange};

/// What a joiner waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waits {
    /// Nobody waits.
    Not,
    /// The `JoinHandle`, a local variable of the function that starts and joins.
    Handle,
    /// An event that the thread sets when it is over, because the wait has a limit or is somewhere else.
    Event,
}

/// How a thread is waited for.
pub(super) fn waits(plan: &Plan, thread: &Thread) -> Waits {
    let joins = |op: &Op| matches!(op, Op::Join { target, .. } if *target == thread.name || copy_of(target, &thread.name).is_some());
    if !uses(plan.process, joins) {
        return Waits::Not;
    }
    let starts = |op: &Op| matches!(op, Op::Start(names) if names.contains(&thread.name));
    let plain = |op: &Op| matches!(op, Op::Join { target, timeout: None } if *target == thread.name);
    let mut total = 0;
    for function in &plan.functions {
        each_op(function.body, &mut |op| total += usize::from(joins(op)));
    }
    for function in &plan.functions {
        let start = function.body.iter().position(|step: &Step| starts(&step.op));
        let join = function.body.iter().position(|step| plain(&step.op));
        if total == 1 && start.zip(join).is_some_and(|(start, join)| start < join) {
            return Waits::Handle;
        }
    }
    Waits::Event
}

fn handle(plan: &Plan, thread: &Thread) -> String {
    let word = if thread.count == 1 { "thread" } else { "threads" };
    plan.names.of("handle", &format!("{} {word}", thread.name), Case::Snake)
}

/// The events that say which threads are over.
pub(super) fn globals(plan: &Plan, code: &mut Code) {
    for function in &plan.functions {
        let Role::Thread(name, _) = function.role else { continue };
        let Some(thread) = plan.process.threads.iter().find(|thread| thread.name == name) else { continue };
        if waits(plan, thread) == Waits::Event {
            code.help(Helper::SetOnDrop);
            let done = plan.names.of_thread(name, "done");
            code.line(match thread.count {
                1 => format!("static {done}: Event = Event::new();"),
                many => format!("static {done}: [Event; {many}] = [const {{ Event::new() }}; {many}];"),
            });
        }
    }
}

/// Starts a thread, with all its copies.
pub(super) fn start(body: &Body, name: &str, code: &mut Code) {
    let plan = body.plan;
    let Some(thread) = plan.process.threads.iter().find(|thread| thread.name == name) else { return };
    let function = plan.names.function(&Role::Thread(name, thread.count));
    let many = thread.count > 1;
    let waits = waits(plan, thread);
    let trace = plan.options.trace;
    code.bring("std::thread");
    let mut inside = Vec::new();
    if waits == Waits::Event {
        let done = plan.names.of_thread(name, "done");
        let which = if many { "[number - 1]" } else { "" };
        inside.push(format!("let _done = SetOnDrop(&{done}{which});"));
    }
    if trace && many {
        inside.push(format!("let name = &format!({});", string(&format!("{name}-{{number}}"))));
    }
    inside.push(match (trace, many) {
        (false, _) => format!("{function}();"),
        (true, false) => format!("traced({}, \"thread\", {function});", string(name)),
        (true, true) => format!("traced(name, \"thread\", || {function}(name));"),
    });
    if trace {
        code.help(Helper::Trace);
    }
    let uses_number = inside.iter().any(|line| line.contains("number"));
    let spawn = |before: &str, after: &str, code: &mut Code| match (&inside[..], trace) {
        ([_], false) => code.line(format!("{before}thread::spawn({function}){after}")),
        ([one], true) => {
            code.line(format!("{before}thread::spawn(|| {}){after}", one.trim_end_matches(';')));
        }
        _ => {
            let closure = if many && uses_number { "move ||" } else { "||" };
            code.block_to(format!("{before}thread::spawn({closure} {{"), &format!("}}){after}"), |code| {
                inside.iter().for_each(|line| code.line(line));
            });
        }
    };
    let number = if uses_number { "number" } else { "_" };
    match (waits, many) {
        (Waits::Handle, false) => spawn(&format!("let {} = ", handle(plan, thread)), ";", code),
        (Waits::Handle, true) => {
            code.line(format!("let mut {} = Vec::new();", handle(plan, thread)));
            code.block(format!("for {number} in 1..={} {{", thread.count), |code| {
                spawn(&format!("{}.push(", handle(plan, thread)), ");", code);
            });
        }
        (_, false) => spawn("", ";", code),
        (_, true) => {
            code.block(format!("for {number} in 1..={} {{", thread.count), |code| spawn("", ";", code));
        }
    }
}

/// Waits for a thread, all its copies, or one of them. A panic of the thread is its own affair.
pub(super) fn join(body: &Body, target: &str, timeout: Option<TimeRange>, code: &mut Code) {
    let plan = body.plan;
    let is_it = |thread: &&Thread| target == thread.name || copy_of(target, &thread.name).is_some();
    let Some(thread) = plan.process.threads.iter().find(is_it) else { return };
    let done = plan.names.of_thread(&thread.name, "done");
    match (waits(plan, thread), thread.count, copy_of(target, &thread.name)) {
        (Waits::Handle, 1, _) => code.line(format!("let _ = {}.join();", handle(plan, thread))),
        (Waits::Handle, ..) => {
            code.block(format!("for thread in {} {{", handle(plan, thread)), |code| {
                code.line("let _ = thread.join();");
            });
        }
        (_, 1, _) => body.wait(&done, timeout, code),
        (_, _, Some(index)) if target != thread.name => body.wait(&format!("{done}[{index}]"), timeout, code),
        _ => code.block(format!("for done in &{done} {{"), |code| body.wait("done", timeout, code)),
    }
}

/// Whether main may start a thread before it handles a signal, which that thread must have blocked.
pub(super) fn starts_before_handlers(plan: &Plan) -> bool {
    let mut started = false;
    let mut found = false;
    each_op(&plan.process.main, &mut |op| match op {
        Op::Start(_) => started = true,
        Op::OnSignal { body: Some(_), .. } => found |= started,
        _ => {}
    });
    found
}
