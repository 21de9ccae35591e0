//! The program from top to bottom: comment, imports, helpers, globals, functions.

use super::Plan;
use super::blocks::timed;
use super::code::{Code, string};
use super::files;
use super::functions;
use super::helpers::Helper;
use super::names::class;
use super::threads::{self, Waits};
use crate::export::Target;
use crate::export::lines::Lines;
use crate::export::stock::{classes, events, letter, locks, queue_use, queues, records, uses};
use crate::export::survey::Role;
use crate::export::words::header;
use crate::scenario::{FileMode, Op, Scenario};

/// The whole program.
pub(super) fn program(plan: &Plan, scenario: &Scenario) -> String {
    let mut below = Code::new();
    globals(plan, &mut below);
    if uses(plan.process, |op| matches!(op, Op::Work { .. })) {
        functions::work(plan, &mut below);
    }
    for place in (1..plan.functions.len()).chain([0]) {
        below.lines.gap();
        functions::function(plan, place, &mut below);
    }
    let mut helpers = Lines::new("\t");
    let mut imports = below.imports.clone();
    for helper in &below.helpers {
        imports.extend(helper.imports());
        helpers.gap();
        let text = helper.text().replace("PROCESS", &plan.process.name);
        text.lines().for_each(|line| helpers.line(line));
    }
    let mut top = Lines::new("\t");
    comment(scenario, plan).iter().for_each(|line| top.line(format!("// {line}").trim_end()));
    top.line("");
    top.line("package main");
    top.line("");
    match imports.len() {
        0 => {}
        1 => imports.iter().for_each(|package| top.line(format!("import {}", string(package)))),
        _ => top.block("import (", ")", |lines| {
            imports.iter().for_each(|package| lines.line(string(package)));
        }),
    }
    top.gap();
    if !helpers.is_empty() {
        top.append(helpers);
        top.gap();
    }
    top.append(below.lines);
    top.text()
}

fn comment(scenario: &Scenario, plan: &Plan) -> Vec<String> {
    let mut comment =
        header(scenario, Target::Go, plan.options, &format!("go build {0}.go && ./{0}", scenario.name));
    if plan.process.threads.iter().any(|thread| thread.daemon.is_some()) {
        comment.push("Go has no daemon flag: the end of main waits for no goroutine.".into());
    }
    if locks(plan.process).iter().any(|lock| timed(plan.process, lock)) {
        comment.push(
            "A sync.Mutex cannot be waited for with a limit: a channel with room for one stands for it."
                .into(),
        );
    }
    comment
}

/// What all functions see.
fn globals(plan: &Plan, code: &mut Code) {
    let names = &plan.names;
    for class_name in classes(plan.process) {
        if !matches!(class_name, "Exception" | "BaseException") || raised(plan, class_name) {
            code.lines.gap();
            code.line(format!("type {} string", class(class_name)));
        }
    }
    code.lines.gap();
    for record in records(plan.process) {
        let name = names.record(record.name, record.mode, record.bytes);
        let filler = letter(record.name);
        match record.mode {
            FileMode::Binary => {
                code.import("bytes");
                code.line(format!("var {name} = bytes.Repeat([]byte(\"{filler}\"), {})", record.bytes));
            }
            FileMode::Text => {
                code.import("strings");
                let letters = record.bytes.saturating_sub(1);
                code.line(format!("var {name} = []byte(strings.Repeat(\"{filler}\", {letters}) + \"\\n\")"));
            }
        }
    }
    for lock in locks(plan.process) {
        if timed(plan.process, lock) {
            code.line(format!("var {} = make(chan struct{{}}, 1)", names.lock(lock)));
        } else {
            code.import("sync");
            code.line(format!("var {} sync.Mutex", names.lock(lock)));
        }
    }
    for event in events(plan.process) {
        code.help(Helper::Event);
        code.line(format!("var {} = newEvent()", names.event(event)));
    }
    for queue in queues(plan.process) {
        code.help(Helper::Unbounded);
        code.line(format!("var {} = make(chan string, unbounded)", names.queue(queue)));
        if queue_use(plan.process, queue).drained {
            code.import("sync");
            code.line(format!("var {} sync.WaitGroup", names.of_thread(queue, "left")));
        }
    }
    for (path, file) in &plan.files {
        if file.only.is_none() {
            for (name, kind) in files::variables(plan, path) {
                code.import(if kind == "*os.File" { "os" } else { "bufio" });
                code.line(format!("var {name} {kind}"));
            }
        }
    }
    for function in &plan.functions {
        let Role::Thread(name, _) = function.role else { continue };
        let Some(thread) = plan.process.threads.iter().find(|thread| thread.name == name) else { continue };
        let variable = threads::variable(plan, thread);
        match threads::waits(plan.process, thread) {
            Waits::Not => {}
            Waits::Channel => code.line(format!("var {variable} = make(chan struct{{}})")),
            Waits::Channels => code.line(format!("var {variable} [{}]chan struct{{}}", thread.count)),
            Waits::Group => {
                code.import("sync");
                code.line(format!("var {variable} sync.WaitGroup"));
            }
        }
    }
    code.lines.gap();
}

fn raised(plan: &Plan, name: &str) -> bool {
    uses(plan.process, |op| matches!(op, Op::Raise { exception, .. } if exception == name))
}
