//! Ruby, as a script with its code at the top level.
//!
//! * A thread's body is a method; what several methods share is a `$global`, what one of them opens and uses is its own
//!   local variable. It makes no difference for the data: Ruby flushes every open file when the process ends.
//! * A handler is a block where it is registered, as one writes it.
//! * `Mutex`, `ConditionVariable` and `Monitor` are forbidden in a signal handler, so an event is a pipe.

mod body;
mod plan;
mod support;
mod text;

use super::lines::Lines;
use super::survey::returns_early;
use super::words::header;
use super::{ExportOptions, Target, refuse, stock};
use crate::diagnostic::Diagnostic;
use crate::scenario::{FileMode, Op, Scenario, Stdout};
use body::Body;
use plan::Plan;
use text::{prose, span, string};

/// See [`super::export`].
pub(super) fn export(scenario: &Scenario, options: &ExportOptions) -> Result<String, Diagnostic> {
    let process = refuse::only_process(scenario)?;
    let plan = Plan::new(process);
    plan.refuse()?;

    let mut top = Lines::new("");
    top.line("# frozen_string_literal: true");
    top.line("");
    let run = format!("ruby {}.rb", scenario.name);
    for line in header(scenario, Target::Ruby, options, &run) {
        top.line(format!("# {line}").trim_end());
    }
    if process.threads.iter().any(|thread| thread.daemon.is_some()) {
        top.line("# Ruby has no daemon flag: no thread is waited for, and each runs its ensure blocks when it is killed.");
    }
    if stock::uses(process, |op| matches!(op, Op::Open { path, .. } if path.contains('/'))) {
        top.line("");
        top.line("require \"fileutils\"");
    }

    let mut parts = vec![top];
    if options.trace {
        parts.push(support::trace(&process.name));
    }
    parts.extend(support::classes(&plan, options));
    parts.push(constants(&plan));
    parts.extend(works(&plan, options));
    for (index, thread) in process.threads.iter().enumerate() {
        let body = Body::new(&plan, options, Some(index));
        let mut lines = Lines::new("  ");
        let name = &plan.threads[thread.name.as_str()].method;
        lines.block(format!("def {name}"), "end", |lines| body.whole(&thread.body, lines));
        parts.push(lines);
    }
    parts.push(main(&plan, options));
    let texts: Vec<String> = parts.iter().filter(|part| !part.is_empty()).map(Lines::text).collect();
    Ok(texts.join("\n"))
}

fn constants(plan: &Plan) -> Lines {
    let mut lines = Lines::new("  ");
    for (class, name) in &plan.classes {
        if plan::is_new_class(class) {
            lines.line(format!("class {name} < StandardError; end"));
        }
    }
    lines.gap();
    for (record, name) in stock::records(plan.process).iter().zip(&plan.records) {
        let letter = string(&stock::letter(record.name).to_string());
        let value = match (record.mode, record.bytes) {
            (FileMode::Binary, bytes) => format!("{letter} * {bytes}"),
            (FileMode::Text, 0) => "\"\"".to_string(),
            (FileMode::Text, bytes) => format!("{letter} * {} + \"\\n\"", bytes - 1),
        };
        lines.line(format!("{name} = {value} # one {}, {} bytes", prose(record.name), record.bytes));
    }
    for name in plan.locks.values() {
        lines.line(format!("{name} = Mutex.new"));
    }
    for name in plan.events.values() {
        lines.line(format!("{name} = Event.new"));
    }
    for queue in plan.queues.values() {
        let class = if queue.counted { "CountingQueue" } else { "Thread::Queue" };
        lines.line(format!("{} = {class}.new", queue.name));
    }
    lines
}

fn works(plan: &Plan, options: &ExportOptions) -> Vec<Lines> {
    let each = stock::works(plan.process).into_iter().map(|work| {
        let mut lines = Lines::new("  ");
        let name = &plan.works[work.label];
        let (head, seconds) = match work.time {
            Some(time) => (format!("def {name}"), span(time, options.scale)),
            None => (format!("def {name}(seconds)"), "seconds".to_string()),
        };
        lines.block(head, "end", |lines| {
            lines.line(format!("sleep {seconds} # stands for the real work"));
        });
        lines
    });
    each.collect()
}

/// At the top level, or in a method of its own when it may return from within a block.
fn main(plan: &Plan, options: &ExportOptions) -> Lines {
    let process = plan.process;
    let body = Body::new(plan, options, None);
    let mut lines = Lines::new("  ");
    let own_method = returns_early(&process.main);
    if own_method {
        lines.block("def main", "end", |lines| body.whole(&process.main, lines));
        lines.line("");
    }
    if options.trace {
        if process.stdout == Stdout::Terminal {
            lines.line("$stdout.sync = true # as on a terminal");
        }
        lines.line("trace(\"main\", \"pid\", Process.pid)");
    }
    let inside = |lines: &mut Lines| match own_method {
        true => lines.line("main"),
        false => body.block(&process.main, lines),
    };
    match options.trace {
        true => lines.block("traced(\"main\", \"main\") do", "end", inside),
        false => inside(&mut lines),
    }
    lines
}
