//! What a scenario says and the runtime has not: refused, or done by something near that is named.

use crate::diagnostic::{Diagnostic, Span};
use crate::rules::{Feature, FullPipe, Runtime, Support};
use crate::scenario::{Block, Buffering, Op, Scenario, Stdout};

/// What stands for things that the runtime has not, one sentence each, in the order of [`Feature::ALL`].
///
/// # Errors
///
/// What the runtime has nothing for, at each place where the scenario says it.
pub(super) fn check(scenario: &Scenario, runtime: &Runtime) -> Result<Vec<&'static str>, Vec<Diagnostic>> {
    let mut used = Vec::new();
    for (number, process) in scenario.processes.iter().enumerate() {
        if number > 0 {
            used.push((Feature::Spawn, process.span));
        }
        if process.stdout == Stdout::Stalled {
            used.push((Feature::StalledPipe, process.span));
        }
        for thread in process.threads.iter().filter(|thread| thread.daemon.is_some()) {
            used.push((Feature::DaemonFlag, thread.span));
        }
        let timers = process.threads.iter().filter(|thread| thread.timer);
        used.extend(timers.map(|timer| (Feature::Timer, timer.span)));
        used.extend(process.pools.iter().map(|pool| (Feature::Pool, pool.span)));
        let bodies = process.threads.iter().map(|thread| &thread.body);
        let bodies = bodies.chain(process.pools.iter().map(|pool| &pool.body)).chain([&process.main]);
        bodies.for_each(|body| steps(body, false, &mut used));
    }
    let mut refused = Vec::new();
    for (feature, span) in used_in_threads(scenario, runtime) {
        let known = runtime.facts.only_in_main.iter().find(|(known, _)| *known == feature);
        if let Some((_, why)) = known {
            let label = format!("{} is for main here", feature.name());
            refused.push(Diagnostic::at(span, *why, &label).help(HELP));
        }
    }
    for (feature, span) in &used {
        if let Support::Lacks(why) = runtime.facts.support(*feature) {
            let label = format!("{} is not to be had here", feature.name());
            refused.push(Diagnostic::at(*span, why, &label).help(HELP));
        }
    }
    if runtime.facts.full_pipe == FullPipe::Queues {
        let stalled = scenario.processes.iter().filter(|process| process.stdout == Stdout::Stalled);
        let workers = stalled.flat_map(|process| &process.threads).filter(|thread| !thread.timer);
        workers.for_each(|worker| prints_past_the_queue(&worker.body, &mut refused));
    }
    let is_buffered = !matches!(runtime.facts.piped_stdout, Buffering::None | Buffering::Line);
    if is_buffered && scenario.processes.iter().any(|process| process.stdout == Stdout::Stalled) {
        buffer_is_shared(scenario, &mut refused);
    }
    if !runtime.leave_phases.is_empty() {
        for process in &scenario.processes {
            leaves_in_handler(&process.main, false, &mut refused);
            process.threads.iter().for_each(|thread| leaves_in_handler(&thread.body, false, &mut refused));
        }
    }
    if !refused.is_empty() {
        return Err(refused);
    }
    let used = |feature: &Feature| used.iter().any(|(known, _)| known == feature);
    let stands_in = |feature: Feature| match runtime.facts.support(feature) {
        Support::Equivalent(sentence) => Some(sentence),
        Support::Has | Support::Lacks(_) => None,
    };
    Ok(Feature::ALL.into_iter().filter(used).filter_map(stands_in).collect())
}

const HELP: &str = "leave it out, or choose another runtime; `rules RUNTIME` says what each has";

/// What threads other than main use; the callback of an event loop's timer is main's.
fn used_in_threads(scenario: &Scenario, runtime: &Runtime) -> Vec<(Feature, Span)> {
    let mut used = Vec::new();
    let threads = scenario.processes.iter().flat_map(|process| &process.threads);
    for thread in threads.filter(|thread| !(thread.timer && runtime.facts.has_event_loop())) {
        steps(&thread.body, false, &mut used);
    }
    used
}

fn steps(block: &Block, in_handler: bool, used: &mut Vec<(Feature, Span)>) {
    for step in block {
        let feature = match &step.op {
            Op::Start(_) => Some(Feature::Start),
            Op::SetDaemon { .. } => Some(Feature::SetDaemon),
            Op::OnExit { early: true, .. } => Some(Feature::EarlyHandler),
            Op::OnExit { early: false, .. } => Some(Feature::ExitHandler),
            Op::OnSignal { .. } => Some(Feature::SignalHandler),
            Op::OnTeardown { .. } => Some(Feature::Teardown),
            Op::OnIdle { .. } => Some(Feature::IdleHandler),
            Op::Raise { .. } => {
                used.extend(in_handler.then_some((Feature::RaiseInHandler, step.span)));
                Some(Feature::Exception)
            }
            Op::Exit(_) if in_handler => Some(Feature::ExitInHandler),
            Op::Try { handlers, .. } if !handlers.is_empty() => Some(Feature::Exception),
            Op::Try { finally: Some(_), .. } => Some(Feature::Finally),
            Op::ExitNow(_) => Some(Feature::ExitNow),
            Op::ExitThread => Some(Feature::ExitThread),
            Op::Spawn(_) => Some(Feature::Spawn),
            Op::Open { buffering, .. } if *buffering != Buffering::None => Some(Feature::BufferedFile),
            _ => None,
        };
        used.extend(feature.map(|feature| (feature, step.span)));
        step.op.each_block(&mut |inner| {
            let mut here = Vec::new();
            steps(inner, in_handler || matches!(step.op, Op::OnExit { .. }), &mut here);
            used.append(&mut here);
        });
    }
}

/// A worker does not know the queue of main: what it prints into a full pipe is an error (EAGAIN) or goes through main.
fn prints_past_the_queue(block: &Block, refused: &mut Vec<Diagnostic>) {
    let message = "what a worker prints into a pipe that main has filled is not modelled";
    let help = "let main print: `put` the line into a queue";
    prints(block, &mut |span| refused.push(Diagnostic::at(span, message, "in a worker").help(help)));
}

/// A thread that waits in the middle of a flush keeps the lock of the buffer: what becomes of the others, and of the end of
/// the process, was measured to differ from run to run.
fn buffer_is_shared(scenario: &Scenario, refused: &mut Vec<Diagnostic>) {
    let message = "what a full pipe does to a buffer that several threads share is not modelled";
    let help = "let main alone print: `put` the line into a queue";
    let mut refuse = |span| refused.push(Diagnostic::at(span, message, "not main").help(help));
    for process in &scenario.processes {
        let bodies = process.threads.iter().map(|thread| &thread.body);
        for body in bodies.chain(process.pools.iter().map(|pool| &pool.body)) {
            prints(body, &mut refuse);
        }
    }
    scenario.processes.iter().skip(1).for_each(|process| refuse(process.span));
}

fn prints(block: &Block, found: &mut impl FnMut(Span)) {
    for step in block {
        if let Op::Print(_) = step.op {
            found(step.span);
        }
        let mut inner = Vec::new();
        step.op.each_block(&mut |block| inner.push(block));
        inner.into_iter().for_each(|block| prints(block, found));
    }
}

/// `exit-thread` in a handler: what becomes of the handlers behind it nobody has measured.
fn leaves_in_handler(block: &Block, in_handler: bool, refused: &mut Vec<Diagnostic>) {
    for step in block {
        if in_handler && step.op == Op::ExitThread {
            let message = "no rule says what `exit-thread` does in a handler";
            refused.push(
                Diagnostic::at(step.span, message, "in a handler").help("end the handler with `return`"),
            );
        }
        let handler = step.op.is_handler();
        step.op.each_block(&mut |inner| leaves_in_handler(inner, in_handler || handler, refused));
    }
}
