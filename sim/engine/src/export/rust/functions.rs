//! The functions of the program.

use std::collections::BTreeSet;

use super::Plan;
use super::body::{Body, Leave, sig};
use super::code::{Code, string};
use super::files;
use super::helpers::Helper;
use super::threads;
use crate::export::stock::works;
use crate::export::survey::{Role, each_op};
use crate::scenario::{Op, Signal};

/// Writes the function at a place of the plan.
pub(super) fn function(plan: &Plan, place: usize, code: &mut Code) {
    let body = Body { plan, function: place };
    let role = body.role();
    let name = plan.names.function(&role);
    let inside = |code: &mut Code| {
        files::declare(&body, code);
        let block = plan.functions[place].body;
        // A last `return` goes without saying.
        match block.split_last() {
            Some((last, rest)) if last.op == Op::Return => body.block(rest, Leave::Plain, code),
            _ => body.block(block, Leave::Plain, code),
        }
    };
    let traced = |what: &str, code: &mut Code| {
        code.help(Helper::Trace);
        code.block_to(format!("traced(\"main\", {}, || {{", string(what)), "});", inside);
    };
    match role {
        Role::Main if plan.options.trace => {
            code.block("fn main() {", |code| {
                code.bring("std::process");
                code.help(Helper::Trace);
                code.line("trace(\"main\", &format!(\"pid {}\", process::id()));");
                block_signals(plan, code);
                code.line("traced(\"main\", \"main\", run);");
            });
            code.lines.gap();
            code.block("fn run() {", inside);
        }
        Role::Main => code.block("fn main() {", |code| {
            block_signals(plan, code);
            inside(code);
        }),
        Role::Thread(_, count) if count > 1 && plan.options.trace => {
            let used = uses_name(plan, place);
            code.block(format!("fn {name}({}name: &str) {{", if used { "" } else { "_" }), inside);
        }
        Role::Thread(..) | Role::PoolItem(_) => code.block(format!("fn {name}() {{"), inside),
        Role::ExitHandler(exit) => code.block(format!("extern \"C\" fn {name}() {{"), |code| {
            if plan.options.trace { traced(&format!("exit:{exit}"), code) } else { inside(code) }
        }),
        Role::SignalHandler(signal) => code.block(format!("fn {name}() {{"), |code| {
            if plan.options.trace { traced(&format!("signal:{}", signal.name()), code) } else { inside(code) }
        }),
        Role::Finalizer(_) => {}
    }
}

/// Whether a function says who runs it.
fn uses_name(plan: &Plan, place: usize) -> bool {
    let mut found = false;
    each_op(plan.functions[place].body, &mut |op| {
        found |= matches!(op, Op::Print(_) | Op::Exit(_) | Op::ExitNow(_) | Op::Try { finally: Some(_), .. });
    });
    found
}

/// Signals that get a handler only after a thread was started must be kept from that thread as well.
fn block_signals(plan: &Plan, code: &mut Code) {
    if !threads::starts_before_handlers(plan) {
        return;
    }
    let mut signals: BTreeSet<Signal> = BTreeSet::new();
    each_op(&plan.process.main, &mut |op| {
        if let Op::OnSignal { signal, body: Some(_) } = op {
            signals.insert(*signal);
        }
    });
    for signal in signals {
        code.help(Helper::OnSignal);
        code.line(format!("block_signal({}); // {}", signal.number(), sig(signal)));
    }
}

/// The stand-ins for real work.
pub(super) fn work(plan: &Plan, code: &mut Code) {
    for work in works(plan.process) {
        let name = plan.names.work(work.label);
        code.bring("std::thread");
        code.lines.gap();
        match work.time {
            Some(time) => {
                let span = code.span(time, plan.options.scale);
                code.block(format!("fn {name}() {{"), |code| {
                    code.line(format!("thread::sleep({span}); // stands for the real work"));
                });
            }
            None => {
                code.bring("std::time::Duration");
                code.block(format!("fn {name}(span: Duration) {{"), |code| {
                    code.line("thread::sleep(span); // stands for the real work");
                });
            }
        }
    }
}
