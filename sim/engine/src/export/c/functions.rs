//! The functions of the program.

use std::cell::Cell;
use std::collections::BTreeSet;

use super::Plan;
use super::body::{Around, Body};
use super::code::{Code, string};
use super::helpers::Helper;
use crate::export::stock::{events, letter, records, uses};
use crate::export::survey::Role;
use crate::scenario::{FileMode, Op, Stdout, Step};

/// Writes the function at a place of the plan.
pub(super) fn function(plan: &Plan, place: usize, code: &mut Code) {
    let body = Body { plan, function: place, cleanups: Cell::new(0) };
    let role = body.role();
    let text = code.part(|code| {
        code.line(head(plan, &role));
        code.block("{", |code| inside(&body, &role, code));
    });
    for cleanup in code.cleanups.drain(..).collect::<Vec<_>>() {
        code.lines.append(cleanup);
    }
    code.lines.append(text);
}

/// The first line of a function.
pub(super) fn head(plan: &Plan, role: &Role) -> String {
    let name = plan.names.function(role);
    match role {
        Role::Main => "int main(void)".to_string(),
        Role::Thread(_, count) if *count > 1 && plan.options.trace => {
            format!("static void *{name}(void *number)")
        }
        Role::Thread(..) | Role::PoolItem(_) => format!("static void *{name}(void *unused)"),
        Role::ExitHandler(_) | Role::Finalizer(_) => format!("static void {name}(void)"),
        Role::SignalHandler(_) => format!("static void {name}(int signum)"),
    }
}

fn inside(body: &Body, role: &Role, code: &mut Code) {
    let plan = body.plan;
    let block = plan.functions[body.function].body;
    match role {
        Role::Main => beginning(body, code),
        Role::Thread(name, count) if *count > 1 && plan.options.trace => {
            code.line("char self[80];");
            code.line(format!(
                "snprintf(self, sizeof self, {}, (long)number);",
                string(&format!("{name}-%ld"))
            ));
        }
        Role::Thread(..) | Role::PoolItem(_) => code.line("(void)unused;"),
        Role::SignalHandler(_) => code.line("(void)signum;"),
        Role::ExitHandler(_) | Role::Finalizer(_) => {}
    }
    let what = match role {
        Role::Main => "main".to_string(),
        Role::Thread(..) | Role::PoolItem(_) => "thread".to_string(),
        Role::ExitHandler(name) => format!("exit:{name}"),
        Role::SignalHandler(signal) => format!("signal:{}", signal.name()),
        Role::Finalizer(name) => format!("teardown:{name}"),
    };
    body.trace(&format!("begin {what}"), code);
    let mut locals = BTreeSet::new();
    for path in plan.files.keys() {
        let elsewhere = |file: &&_| {
            let file: &&crate::export::open_files::FileUse = file;
            file.used && !(file.at_top && file.opens == 1)
        };
        if plan.local(path, body.function).filter(elsewhere).is_some() {
            locals.insert(plan.file(path));
        }
    }
    for local in locals {
        code.line(format!("FILE *{local} = NULL;"));
    }
    body.block(block, &Around::default(), code);
    // The compiler wants a `return` at the end of a function with a value, even behind a loop without end.
    match (role, block.last().map(|step| &step.op)) {
        _ if comes_to_return(block) => {}
        (Role::Main, Some(Op::Exit(_) | Op::ExitNow(_) | Op::ExitThread | Op::Forever(_))) => {}
        (Role::Thread(..), Some(Op::Exit(_) | Op::ExitNow(_) | Op::ExitThread | Op::Forever(_))) => {
            code.line("return NULL;");
        }
        (Role::Main | Role::Thread(..) | Role::PoolItem(_), _) => body.leave(&Around::default(), code),
        _ => body.trace(&format!("end {what}"), code),
    }
}

/// Whether the last statement of a block is a `return`, be it under a lock.
fn comes_to_return(block: &[Step]) -> bool {
    block.last().is_some_and(|step| match &step.op {
        Op::Return => true,
        Op::Lock { timeout: None, body, .. } => comes_to_return(body),
        _ => false,
    })
}

/// What main does before its first statement.
fn beginning(body: &Body, code: &mut Code) {
    let plan = body.plan;
    if plan.options.trace {
        code.line("trace_file = open(getenv(\"CLOSING_TIME_TRACE\"), O_WRONLY | O_APPEND | O_CREAT, 0600);");
        if plan.process.stdout == Stdout::Terminal {
            code.line("setvbuf(stdout, NULL, _IOLBF, 0);");
        }
        code.line("char pid[32];");
        code.line("snprintf(pid, sizeof pid, \"pid %d\", (int)getpid());");
        code.line("trace(\"main\", pid);");
    }
    if uses_ranges(plan) {
        code.line("srand((unsigned)time(NULL));");
    }
    for record in records(plan.process).iter().filter(|record| record.bytes > 0) {
        let name = plan.names.record(record.name, record.mode, record.bytes);
        code.line(format!("memset({name}, '{}', sizeof {name});", letter(record.name)));
        if record.mode == FileMode::Text {
            code.line(format!("{name}[sizeof {name} - 1] = '\\n';"));
        }
    }
    for event in events(plan.process) {
        let init = code.call(Helper::EventInit);
        code.line(format!("{init}(&{});", plan.names.event(event)));
    }
}

fn uses_ranges(plan: &Plan) -> bool {
    uses(plan.process, |op| match op {
        Op::Work { time, .. } | Op::Sleep(time) | Op::Write { time, .. } => time.min_us != time.max_us,
        Op::Join { timeout: Some(time), .. }
        | Op::Lock { timeout: Some(time), .. }
        | Op::Wait { timeout: Some(time), .. }
        | Op::Get { timeout: Some(time), .. } => time.min_us != time.max_us,
        _ => false,
    })
}

/// The stand-ins for real work.
pub(super) fn work(plan: &Plan, code: &mut Code) {
    for work in crate::export::stock::works(plan.process) {
        let name = plan.names.work(work.label);
        let sleep_for = code.call(Helper::SleepFor);
        code.lines.gap();
        match work.time {
            Some(time) => {
                let seconds = code.span(time, plan.options.scale);
                code.line(format!("static void {name}(void)"));
                code.block("{", |code| {
                    code.line(format!("{sleep_for}({seconds}); /* stands for the real work */"));
                });
            }
            None => {
                code.line(format!("static void {name}(double seconds)"));
                code.block("{", |code| {
                    code.line(format!("{sleep_for}(seconds); /* stands for the real work */"));
                });
            }
        }
    }
}
