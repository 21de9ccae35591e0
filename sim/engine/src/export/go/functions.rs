//! The functions of the program.

use super::Plan;
use super::body::Body;
use super::code::Code;
use super::files;
use super::helpers::Helper;
use super::threads::{self, Waits};
use crate::export::stock::{uses, works};
use crate::export::survey::Role;
use crate::scenario::{Op, TimeRange};

/// Writes the function at a place of the plan.
pub(super) fn function(plan: &Plan, place: usize, code: &mut Code) {
    let body = Body { plan, function: place };
    let role = body.role();
    let name = plan.names.function(&role);
    let inside = |code: &mut Code| {
        files::declare(&body, code);
        let block = plan.functions[place].body;
        body.whole(block, code);
    };
    match role {
        Role::Main if plan.options.trace => {
            code.block("func main() {", |code| {
                code.import("fmt");
                code.import("os");
                code.line("trace(\"main\", fmt.Sprint(\"pid \", os.Getpid()))");
                beginning(plan, code);
                code.help(Helper::Trace);
                code.line("traced(\"main\", \"main\", run)");
            });
            code.lines.gap();
            code.block("func run() {", inside);
        }
        Role::Main => code.block("func main() {", |code| {
            beginning(plan, code);
            inside(code);
        }),
        Role::Thread(_, count) if count > 1 && plan.options.trace => {
            code.block(format!("func {name}(name string) {{"), |code| {
                inside(code);
            });
        }
        _ => code.block(format!("func {name}() {{"), inside),
    }
}

/// What main does before its first statement.
fn beginning(plan: &Plan, code: &mut Code) {
    if uses(plan.process, is_drawn) {
        code.import("math/rand");
        code.import("time");
        code.line("rand.Seed(time.Now().UnixNano())");
    }
    for thread in &plan.process.threads {
        if threads::waits(plan.process, thread) == Waits::Channels {
            let variable = threads::variable(plan, thread);
            code.block(format!("for i := range {variable} {{"), |code| {
                code.line(format!("{variable}[i] = make(chan struct{{}})"));
            });
        }
    }
    if uses(plan.process, |op| matches!(op, Op::OnExit { .. })) {
        code.line("defer runAtExit()");
    }
}

/// Whether a time is drawn from a range.
fn is_drawn(op: &Op) -> bool {
    let free = |time: &TimeRange| time.min_us != time.max_us;
    match op {
        Op::Work { time, .. } | Op::Sleep(time) | Op::Write { time, .. } => free(time),
        Op::Join { timeout, .. }
        | Op::Lock { timeout, .. }
        | Op::Wait { timeout, .. }
        | Op::Get { timeout, .. } => timeout.as_ref().is_some_and(free),
        _ => false,
    }
}

/// The stand-ins for real work.
pub(super) fn work(plan: &Plan, code: &mut Code) {
    code.import("time");
    for work in works(plan.process) {
        let name = plan.names.work(work.label);
        code.lines.gap();
        match work.time {
            Some(time) => {
                let span = code.span(time, plan.options.scale);
                code.block(format!("func {name}() {{"), |code| {
                    code.line(format!("time.Sleep({span}) // stands for the real work"));
                });
            }
            None => code.block(format!("func {name}(span time.Duration) {{"), |code| {
                code.line("time.Sleep(span) // stands for the real work");
            }),
        }
    }
}
