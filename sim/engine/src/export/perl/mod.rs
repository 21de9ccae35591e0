//! Perl with interpreter threads (`use threads`).
//!
//! * A new thread gets a copy of everything, so what threads share is marked `:shared`, and a file that several of them
//!   use is refused: each would have a handle with a buffer of its own.
//! * Perl runs signal handlers between two operations, and a wait for a lock or a condition is one operation. So who
//!   waits for an event asks again and again, as one does in Perl.

mod body;
mod plan;
mod support;
mod text;

use super::lines::Lines;
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
    plan::refuse(process)?;
    let plan = Plan::new(process);

    let mut functions = Vec::new();
    for work in stock::works(process) {
        let mut lines = Lines::new("    ");
        let (head, seconds) = match work.time {
            Some(time) => ("() {", span(time, options.scale)),
            None => ("($seconds) {", "$seconds".to_string()),
        };
        lines.block(format!("sub {}{head}", plan.works[work.label]), "}", |lines| {
            lines.line(format!("sleep_fully({seconds});    # stands for the real work"));
        });
        functions.push(lines);
    }
    for thread in &process.threads {
        let mut lines = Lines::new("    ");
        let body = Body::new(&plan, options, true);
        let head = format!("sub {}() {{", plan.threads[thread.name.as_str()].sub);
        lines.block(head, "}", |lines| body.whole(&thread.body, lines));
        functions.push(lines);
    }
    let mut main = Lines::new("    ");
    main.block("sub main() {", "}", |lines| Body::new(&plan, options, false).whole(&process.main, lines));
    functions.push(main);
    let mut end = Lines::new("    ");
    if options.trace {
        if process.stdout == Stdout::Terminal {
            end.line("$| = 1;    # as on a terminal");
        }
        end.line("trace('pid', $$);");
        end.line("traced('main', 'main', \\&main);");
    } else {
        end.line("main();");
    }
    functions.push(end);

    // Perl 5.36 takes `:shared` for a mistake when it stands below a signature.
    let shared = shared(&plan);
    let text: String = [&shared].into_iter().chain(&functions).map(Lines::text).collect();
    let mut top = Lines::new("    ");
    top.line("#!/usr/bin/perl");
    for line in header(scenario, Target::Perl, options, &format!("perl {}.pl", scenario.name)) {
        top.line(format!("# {line}").trim_end());
    }
    if process.threads.iter().any(|thread| thread.daemon.is_some()) {
        top.line("# Perl has no daemon flag: no thread is waited for, and all are cut off when main ends.");
    }
    top.line("");
    support::imports(&text, process, &mut top);
    let support = support::needed(&text, process, options);
    let parts = [top, shared].into_iter().chain(support).chain(functions);
    let texts: Vec<String> = parts.filter(|part| !part.is_empty()).map(|part| part.text()).collect();
    Ok(texts.join("\n"))
}

/// Classes, records, and what threads share.
fn shared(plan: &Plan) -> Lines {
    let mut lines = Lines::new("    ");
    for name in plan.classes.values().filter(|name| *name != "ScenarioError") {
        lines.line(format!("package {name} {{ our @ISA = ('ScenarioError'); }}"));
    }
    for (record, name) in stock::records(plan.process).iter().zip(&plan.records) {
        let letter = string(&stock::letter(record.name).to_string());
        let value = match (record.mode, record.bytes) {
            (FileMode::Binary, bytes) => format!("{letter} x {bytes}"),
            (FileMode::Text, 0) => "''".to_string(),
            (FileMode::Text, bytes) => format!("{letter} x {} . \"\\n\"", bytes - 1),
        };
        lines.line(format!("my ${name} = {value};    # one {}, {} bytes", prose(record.name), record.bytes));
    }
    for (lock, name) in &plan.locks {
        lines.line(match plan.is_semaphore(lock) {
            true => format!("my ${name} = Thread::Semaphore->new;    # a lock with a time limit"),
            false => format!("my ${name} :shared;"),
        });
    }
    for name in plan.events.values() {
        lines.line(format!("my ${name} :shared = 0;"));
    }
    for queue in plan.queues.values() {
        lines.line(format!("my ${} = Thread::Queue->new;", queue.name));
        if queue.drained {
            lines.line(format!("my ${} :shared = 0;    # items that are not done yet", queue.open));
        }
    }
    if stock::uses(plan.process, |op| matches!(op, Op::OnExit { .. })) {
        lines.line("my @at_exit;");
        lines.block("END {", "}", |lines| {
            lines.block("for my $handler (reverse @at_exit) {", "}", |lines| {
                lines.line(
                    "eval { $handler->(); 1 } or do { warn $@; $? = 255 };    # as if each were an END block",
                );
            });
        });
    }
    lines
}
