//! A recorded run as a [`Trace`].

use std::collections::HashMap;

use super::judge::{fate, outcome_of};
use super::narrate::narrate;
use super::words::doing;
use super::{Activity, Doing, Lane, Next, Trace};
use crate::program::{FileId, Instr, ProcessId, RuntimeOp, ThreadId};
use crate::replay::{Options, Recording, Schedule, Stretch};
use crate::scenario::Scenario;
use crate::trace::HandlerKind;
use crate::world::What;

/// Tells a recorded run. `arguments` are those that were given (`--set`, `--signal`, …).
pub fn tell(recording: &Recording, scenario: &Scenario, options: &Options, arguments: &[String]) -> Trace {
    let program = recording.program;
    let (lanes, numbers) = lanes(recording);
    let lasting = |stretch: &&Stretch| numbers.contains_key(&stretch.thread);
    let stdout = stdout(recording);
    Trace {
        schema: "closing-time/trace/1",
        scenario: scenario.name.clone(),
        title: scenario.title.clone(),
        runtime: program.runtime.label(),
        seed: options.seed,
        schedule: Schedule::of(options).encode(program),
        arguments: arguments.to_vec(),
        lanes,
        events: narrate(recording),
        spans: recording
            .stretches
            .iter()
            .filter(lasting)
            .map(|stretch| activity(recording, stretch, &numbers))
            .collect(),
        notes: program.notes.iter().map(|note| (*note).to_owned()).collect(),
        outcome: outcome_of(program, &recording.state, recording.ending, recording.ended_at_us, stdout),
        next: next(scenario, arguments, crate::rules::language_of(&program.runtime)),
        chapter: scenario.chapter.as_ref().map(|chapter| format!("{chapter}.md")),
    }
}

/// What to try next; not what has just been tried.
fn next(scenario: &Scenario, arguments: &[String], language: &str) -> Vec<Next> {
    let name = &scenario.name;
    let given = arguments.join(" ");
    let new = scenario.suggestions.iter().filter(|suggestion| suggestion.arguments != given);
    let suggested = new.map(|suggestion| Next {
        command: format!("scenario {name} {}", suggestion.arguments),
        text: suggestion.text.clone(),
    });
    // What is tried next is the same run, seen in another way.
    let same = if given.is_empty() { name.clone() } else { format!("{name} {given}") };
    let always = [
        Next { command: format!("scenario {same} --step"), text: "walk through it".into() },
        Next { command: format!("explore {same}"), text: "every way it can end".into() },
        Next { command: format!("export {same} --to {language}"), text: "the same as a real program".into() },
    ];
    suggested.chain(always).collect()
}

/// One lane per thread; a pool's workers that were never needed have none.
fn lanes(recording: &Recording) -> (Vec<Lane>, HashMap<ThreadId, usize>) {
    let (program, state) = (recording.program, &recording.state);
    let mut from = HashMap::new();
    let mut to = HashMap::new();
    for process in (0..program.processes.len() as u32).map(ProcessId) {
        if program.process(process).parent.is_none() {
            from.insert(program.process(process).main, 0);
        }
    }
    for (at, happening) in &recording.happenings {
        match (happening.what, happening.thread) {
            (What::Started { thread, .. }, _) => _ = from.insert(thread, *at),
            (What::Spawned { child }, _) => _ = from.insert(program.process(child).main, *at),
            (
                What::ThreadFinished
                | What::ThreadExited { .. }
                | What::ThreadRaised { .. }
                | What::CutOff { .. },
                Some(thread),
            ) => _ = to.insert(thread, *at),
            (What::ProcessExited { .. } | What::ProcessKilled { .. }, _) => {
                to.entry(program.process(happening.process).main).or_insert(*at);
            }
            _ => {}
        }
    }
    let mut lanes = Vec::new();
    let mut numbers = HashMap::new();
    for thread in (0..program.threads.len() as u32).map(ThreadId) {
        let started = from.get(&thread).copied();
        let group = program.group(thread);
        if (group.internal || group.pool.is_some()) && started.is_none() {
            continue;
        }
        numbers.insert(thread, lanes.len());
        lanes.push(Lane {
            process: program.process(program.process_of(thread)).name.clone(),
            thread: program.thread_name(thread),
            daemon: state.is_daemon(program, thread),
            from_us: started,
            to_us: to.get(&thread).copied(),
            fate: fate(program, state, thread),
        });
    }
    (lanes, numbers)
}

fn activity(recording: &Recording, stretch: &Stretch, numbers: &HashMap<ThreadId, usize>) -> Activity {
    let program = recording.program;
    let instr = program.instr(stretch.pc);
    let handler = program.handler_at(stretch.pc).filter(|handler| !program.handler(*handler).internal);
    let doing_kind = match instr {
        _ if handler.is_some() => Doing::Handler,
        Instr::Work { .. } | Instr::WriteRest { .. } => Doing::Work,
        Instr::Sleep(_) => Doing::Sleep,
        Instr::Runtime(_) => Doing::Shutdown,
        _ => Doing::Wait,
    };
    let label = match instr {
        Instr::Work { label, .. } => program.text(*label).to_owned(),
        Instr::Runtime(RuntimeOp::AwaitChildren) => "waits for its child processes".into(),
        Instr::Runtime(RuntimeOp::DrainPools) => "waits for the thread pools".into(),
        Instr::Runtime(RuntimeOp::AwaitThreads) => "waits for all other threads".into(),
        Instr::Runtime(RuntimeOp::AwaitHandlerThreads) => "waits for the exit handlers".into(),
        Instr::Runtime(_) => "waits for the non-daemon threads".into(),
        _ => doing(program, &recording.state, stretch.thread, stretch.pc),
    };
    let label = match handler.map(|handler| program.handler(handler)) {
        Some(info) if info.kind == HandlerKind::Signal => {
            format!("SIG{}: {label}", info.name)
        }
        Some(info) => format!("{}: {label}", info.name),
        None => label,
    };
    Activity {
        lane: numbers[&stretch.thread],
        from_us: stretch.from_us,
        to_us: stretch.to_us,
        doing: doing_kind,
        label,
        cut: stretch.cut,
    }
}

/// The printed lines that reached the kernel before their process ended, in the order in which they were printed.
fn stdout(recording: &Recording) -> Vec<String> {
    let program = recording.program;
    let mut printed: HashMap<FileId, u64> = HashMap::new();
    let mut lines = Vec::new();
    for (_, happening) in &recording.happenings {
        if let What::Printed { line } | What::PrintQueued { line } = happening.what {
            let file = program.process(happening.process).stdout;
            let end = printed.entry(file).or_default();
            *end += program.text(line).len() as u64 + 1;
            let (durable, ..) = recording.state.file(program, file);
            // The newline alone may still be in the buffer.
            if durable + 1 >= *end {
                lines.push(program.text(line).to_owned());
            }
        }
    }
    lines
}
