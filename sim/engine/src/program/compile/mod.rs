//! Scenario + runtime → program.
//!
//! * `names`: who and what there is: threads, processes, and the objects that steps name.
//! * `emit`: steps → instructions; `guard`: blocks that clean up behind themselves.
//! * `features`: what the scenario says and the runtime has not.
//! * `epilogue`: the runtime's phases → instructions behind main.
//! * `volume`: how many bytes and items there can be, which decides how many bits they need.
//! * `plan`: the layout of a state.

mod emit;
mod epilogue;
mod features;
mod guard;
mod names;
mod plan;
mod volume;

use std::hash::{Hash, Hasher};

use super::fingerprint::Fingerprint;
use super::{Exception, ExceptionKind, Instr, Program};
use crate::diagnostic::Diagnostic;
use crate::rules::{DefaultAction, LateStart, Mistake, Rescue, Runtime};
use crate::scenario::{Scenario, Signal};
use emit::Emitter;
use names::Names;

/// Compiles a checked scenario for a runtime.
///
/// # Errors
///
/// What the runtime cannot do at all, such as an early exit handler before CPython 3.9.
pub fn compile(scenario: &Scenario, runtime: Runtime) -> Result<Program, Vec<Diagnostic>> {
    let notes = features::check(scenario, &runtime)?;
    let names = Names::of(scenario, &runtime);
    let exceptions = standard_exceptions(&runtime);
    let mut emitter = Emitter::new(scenario, &runtime, names, exceptions);
    for process in emitter.names.spawn_order() {
        emitter.process(process);
    }
    let volume = volume::of(scenario, &emitter.signal_handlers());
    let (names, output) = emitter.finish();
    let has_ranges = output.code.iter().any(|instr| {
        let range = instr.time().or(instr.timeout());
        range.is_some_and(|range| range.min_us != range.max_us)
    });
    let mut program = Program {
        name: scenario.name.clone(),
        runtime,
        code: output.code,
        spans: output.spans,
        landings: output.landings,
        handlers: output.handlers,
        processes: names.processes,
        threads: names.threads,
        groups: names.groups,
        locks: names.locks.entries,
        events: names.events.entries,
        queues: names.queues.entries,
        pools: names.pools,
        files: names.files,
        exceptions: output.exceptions,
        texts: output.texts.entries,
        stimuli: names.stimuli,
        layout: super::Layout::default(),
        fingerprint: 0,
        has_ranges,
        notes,
    };
    volume::describe_files(&mut program, &volume);
    program.layout = plan::layout(&program, &output.registers, &volume);
    program.fingerprint = fingerprint(&program);
    Ok(program)
}

/// The exceptions that the engine itself raises, at their fixed places.
fn standard_exceptions(runtime: &Runtime) -> Vec<Exception> {
    let of =
        |class: &str, message: &str, kind| Exception { class: class.into(), message: message.into(), kind };
    let late = |late| match late {
        LateStart::Refused(class, message) => of(class, message, ExceptionKind::Error),
        LateStart::Allowed | LateStart::Hangs => of("RuntimeError", "", ExceptionKind::Error),
    };
    let mistake = |wanted| {
        let known = runtime.facts.mistakes.iter().find(|(known, ..)| *known == wanted);
        let (class, message) = known.map_or(("Error", ""), |(_, class, message)| (*class, *message));
        of(class, message, ExceptionKind::Error)
    };
    let raised = |signal| match runtime.facts.default_action(signal) {
        DefaultAction::Raises(class) => Some(of(class, "", ExceptionKind::Interrupt(signal))),
        _ => None,
    };
    let nothing = || of("", "", ExceptionKind::Interrupt(Signal::Int));
    let mut all = vec![
        of("", "", ExceptionKind::Error),
        of("return", "", ExceptionKind::Return),
        raised(Signal::Int).unwrap_or_else(nothing),
        late(runtime.facts.start_after_main(false)),
        late(runtime.facts.start_in_teardown),
        mistake(Mistake::StartTwice),
        mistake(Mistake::JoinUnstarted),
        of("AssertionError", "daemonic processes are not allowed to have children", ExceptionKind::Error),
        mistake(Mistake::PoolShut),
        of("AssertionError", "can only join a started process", ExceptionKind::Error),
        mistake(Mistake::RegisterLate),
        of("AssertionError", "cannot start a process twice", ExceptionKind::Error),
        mistake(Mistake::FileClosed),
        mistake(Mistake::FlagOfDead),
        of("the end of the process", "", ExceptionKind::Unwind),
        of("the end of the thread", "", ExceptionKind::Leave),
        match runtime.facts.deadlock.map(|deadlock| deadlock.then) {
            Some(Rescue::RaisesInMain(class, message)) => of(class, message, ExceptionKind::Error),
            _ => of("", "", ExceptionKind::Error),
        },
        mistake(Mistake::LockTwice),
    ];
    all.extend(Signal::ALL.into_iter().filter(|signal| *signal != Signal::Int).filter_map(raised));
    all
}

fn fingerprint(program: &Program) -> u64 {
    let mut hasher = Fingerprint::new();
    program.runtime.label().hash(&mut hasher);
    for instr in &program.code {
        Instr::hash(instr, &mut hasher);
    }
    program.stimuli.hash(&mut hasher);
    for group in &program.groups {
        (&group.name, group.daemon, group.count).hash(&mut hasher);
        if group.in_event_loop {
            "event loop".hash(&mut hasher);
        }
    }
    for process in &program.processes {
        (&process.name, process.daemon).hash(&mut hasher);
    }
    hasher.finish()
}
