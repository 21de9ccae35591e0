//! JavaScript for Node, in one module that is main and each of its workers.
//!
//! * A thread is a `Worker`, a daemon an unref'ed one. Workers share no variables, so what threads share lies in
//!   `SharedArrayBuffer`s: flags, mutexes, queues, and the descriptors of files.
//! * A timer is a callback of `setInterval` or `setTimeout`.
//! * Main awaits, so that its event loop turns and signal handlers run; workers and handlers block (`Atomics.wait`),
//!   because a handler of the `exit` event must not await anything.

mod body;
mod plan;
mod support;
mod text;
mod timers;

use super::lines::Lines;
use super::words::header;
use super::{ExportOptions, Target, refuse, stock};
use crate::diagnostic::Diagnostic;
use crate::scenario::{FileMode, Op, Scenario, Thread};
use body::Body;
use plan::{Plan, Shared};
use text::{millis, prose, string};

/// See [`super::export`].
pub(super) fn export(scenario: &Scenario, options: &ExportOptions) -> Result<String, Diagnostic> {
    let process = refuse::only_process(scenario)?;
    plan::refuse(process, options.scale)?;
    let plan = Plan::new(process);

    let mut functions = vec![constants(&plan), primitives(&plan)];
    if plan.workers().next().is_some() {
        let shares = !plan.shared.is_empty();
        functions.push(if options.trace { support::traced_start(shares) } else { support::start(shares) });
    }
    functions.extend(works(&plan, options));
    for thread in plan.workers() {
        let body = Body::new(&plan, options, true);
        let mut lines = Lines::new("  ");
        let head = format!("function {}() {{", plan.threads[thread.name.as_str()].function);
        lines.block(head, "}", |lines| body.function(&thread.body, lines));
        functions.push(lines);
    }
    let body = Body::new(&plan, options, false);
    let mut main = Lines::new("  ");
    main.block("async function main() {", "}", |lines| body.function(&process.main, lines));
    functions.push(main);
    functions.push(ending(&plan, options));

    let text: String = functions.iter().map(Lines::text).collect();
    let support = support::needed(&text, &process.name, options);
    let mut top = Lines::new("  ");
    for line in header(scenario, Target::Node, options, &format!("node {}.mjs", scenario.name)) {
        top.line(format!("// {line}").trim_end());
    }
    remarks(&plan, &mut top);
    top.line("");
    let whole: String = support.iter().map(Lines::text).chain([text]).collect();
    support::imports(&whole, &mut top);

    let parts = [top].into_iter().chain(support).chain(functions);
    let texts: Vec<String> = parts.filter(|part| !part.is_empty()).map(|part| part.text()).collect();
    Ok(texts.join("\n"))
}

/// What stands for what Node does not have.
fn remarks(plan: &Plan, top: &mut Lines) {
    let uses = |kind: &dyn Fn(&Op) -> bool| stock::uses(plan.process, kind);
    if plan.workers().any(|thread| thread.daemon == Some(true)) {
        top.line("// A daemon thread is a worker that is unref'ed.");
    }
    if uses(&|op| matches!(op, Op::Open { .. })) {
        top.line("// fs.writeSync has no buffer, so there is nothing to flush: what is written is with the kernel.");
    }
    if uses(&|op| matches!(op, Op::OnTeardown { .. })) {
        top.line("// A finalizer is a FinalizationRegistry, which Node does not run when the process ends.");
    }
    let prints = |block| {
        let mut found = false;
        super::survey::each_op(block, &mut |op| found |= matches!(op, Op::Print(_)));
        found
    };
    if plan.workers().any(|thread| prints(&thread.body)) {
        top.line("// A worker prints with fs.writeSync: its console.log is lost when main ends too soon.");
    }
}

fn constants(plan: &Plan) -> Lines {
    let mut lines = Lines::new("  ");
    for name in plan.classes.iter().filter(|(class, name)| class == name).map(|(_, name)| name) {
        if !plan::KNOWN.contains(&name.as_str()) {
            lines.line(format!("class {name} extends Error {{}}"));
        }
    }
    lines.gap();
    for (record, name) in stock::records(plan.process).iter().zip(&plan.records) {
        let letter = string(&stock::letter(record.name).to_string());
        let value = match (record.mode, record.bytes) {
            (FileMode::Binary, bytes) => format!("Buffer.alloc({bytes}, {letter})"),
            (FileMode::Text, 0) => "\"\"".to_string(),
            (FileMode::Text, bytes) => format!("{letter}.repeat({}) + \"\\n\"", bytes - 1),
        };
        lines.line(format!("const {name} = {value}; // one {}, {} bytes", prose(record.name), record.bytes));
    }
    if stock::uses(plan.process, |op| matches!(op, Op::OnTeardown { .. })) {
        lines.line("const kept = new Map(); // what nobody may collect before the end");
    }
    lines
}

/// The memory that all threads share, and what each of them sees in it.
fn primitives(plan: &Plan) -> Lines {
    let mut lines = Lines::new("  ");
    if plan.shared.is_empty() {
        return lines;
    }
    let room = |class: &str| if class == "Queue" { "Queue.BYTES" } else { "4" };
    lines.line("// Main makes the memory, and workers are handed it.");
    lines.block("const memory = workerData?.memory ?? {", "};", |lines| {
        for shared in &plan.shared {
            lines.line(format!("{}: new SharedArrayBuffer({}),", shared.name, room(shared.class)));
        }
    });
    for Shared { name, class, count } in &plan.shared {
        let count = count.map_or(String::new(), |count| format!(", {count}"));
        lines.line(format!("const {name} = new {class}(memory.{name}{count});"));
    }
    lines
}

/// One function for each kind of work and each kind of caller: main awaits it, others block.
fn works(plan: &Plan, options: &ExportOptions) -> Vec<Lines> {
    let mut functions = Vec::new();
    for work in stock::works(plan.process) {
        let names = &plan.works[work.label];
        let (parameter, ms) = match work.time {
            Some(time) => ("", millis(time, options.scale)),
            None => ("ms", "ms".to_string()),
        };
        let variants =
            [("async function", &names.awaited, "await sleep"), ("function", &names.blocking, "sleepSync")];
        for (keyword, name, sleep) in variants {
            let Some(name) = name else { continue };
            let mut lines = Lines::new("  ");
            lines.block(format!("{keyword} {name}({parameter}) {{"), "}", |lines| {
                lines.line(format!("{sleep}({ms}); // stands for the real work"));
            });
            functions.push(lines);
        }
    }
    functions
}

/// The last lines, where main and workers part.
fn ending(plan: &Plan, options: &ExportOptions) -> Lines {
    let mut lines = Lines::new("  ");
    let workers: Vec<&Thread> = plan.workers().collect();
    if workers.is_empty() {
        match options.trace {
            true => support::traced_main(&mut lines),
            false => lines.line("await main();"),
        }
        return lines;
    }
    let list: Vec<&str> =
        workers.iter().map(|thread| plan.threads[thread.name.as_str()].function.as_str()).collect();
    lines.line(format!("const bodies = {{ {} }};", list.join(", ")));
    lines.line("");
    lines.block("if (isMainThread) {", "}", |lines| {
        match options.trace {
            true => {
                for thread in &workers {
                    let body = string(&plan.threads[thread.name.as_str()].function);
                    for number in 1..=thread.count {
                        let name = plan::copy_name(thread, number);
                        lines.line(format!("await bringUp({body}, {});", string(&name)));
                    }
                }
                support::traced_main(lines);
            }
            false => lines.line("await main();"),
        }
        lines.part("} else {", |lines| {
            for thread in &workers {
                let names = &plan.threads[thread.name.as_str()];
                if let Some(latch) = &names.ended {
                    let is = format!("if (workerData.body === \"{}\")", names.function);
                    lines.line(format!("{is} process.on(\"exit\", () => {latch}.arrive());"));
                }
            }
            match options.trace {
                true => support::traced_worker(lines),
                false => lines.line("bodies[workerData.body]();"),
            }
        });
    });
    lines
}
