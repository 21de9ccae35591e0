//! Small pieces of sentences: what an instruction is called, sizes, lists.

use crate::program::{FileId, Instr, Pc, Program, RuntimeOp, ThreadId};
use crate::world::{State, ThreadStatus};

/// `8 KiB`, `300 B`.
pub(super) fn bytes(count: u64) -> String {
    match count {
        0 => "0".into(),
        _ if count.is_multiple_of(1024) => format!("{} KiB", count / 1024),
        _ => format!("{count} B"),
    }
}

/// `a`, `a and b`, `a, b and 3 more`.
pub(super) fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first, second] => format!("{first} and {second}"),
        [first, second, third] => format!("{first}, {second} and {third}"),
        [first, second, rest @ ..] => format!("{first}, {second} and {} more", rest.len()),
    }
}

/// The path of a file.
pub(super) fn path(program: &Program, file: FileId) -> &str {
    &program.files[file.index()].path
}

/// The names of some threads of one process.
pub(super) fn names(program: &Program, threads: impl IntoIterator<Item = ThreadId>) -> Vec<String> {
    threads.into_iter().map(|thread| program.thread_name(thread)).collect()
}

/// What a thread does while it stands at an instruction, as in `work: render a page` or `waiting for lock L`.
pub(super) fn doing(program: &Program, state: &State, thread: ThreadId, pc: Pc) -> String {
    let process = program.process_of(thread);
    let name = |other: ThreadId| program.thread_name(other);
    match program.instr(pc) {
        Instr::Work { label, .. } => format!("work: {}", program.text(*label)),
        Instr::Sleep(_) => "sleep".into(),
        Instr::Start { first, .. } => format!("starting {}", name(*first)),
        Instr::Spawn(child) => format!("starting process {}", program.process(*child).name),
        Instr::Join { first, .. } => format!("waiting for {}", name(*first)),
        Instr::JoinProcess { process, .. } => {
            format!("waiting for process {}", program.process(*process).name)
        }
        instr if state.lacked_room(program, process, instr) => "waiting for room in the pipe".into(),
        Instr::Print { .. } => "about to print".into(),
        Instr::Open(file) => format!("about to open {}", path(program, *file)),
        Instr::Write { file, record, .. } | Instr::WriteBegin { file, record, .. } => {
            format!("about to write a {} to {}", program.text(*record), path(program, *file))
        }
        Instr::WriteRest { file, .. } => format!("in the middle of writing to {}", path(program, *file)),
        Instr::Flush(file) => format!("about to flush {}", path(program, *file)),
        Instr::Close(file) => format!("about to close {}", path(program, *file)),
        Instr::Acquire { lock, .. } => format!("waiting for lock {}", program.locks[lock.index()].name),
        Instr::Release(lock) => format!("about to release lock {}", program.locks[lock.index()].name),
        Instr::Set(event) => format!("about to set {}", program.events[event.index()].name),
        Instr::Wait { event, .. } => format!("waiting for {}", program.events[event.index()].name),
        Instr::IfSet { event, .. } => format!("about to ask for {}", program.events[event.index()].name),
        Instr::Put { queue, .. } => format!("about to put into {}", program.queues[queue.index()].name),
        Instr::Get { queue, .. } => format!("waiting for an item in {}", program.queues[queue.index()].name),
        Instr::Done(queue) => {
            format!("about to mark an item of {} as done", program.queues[queue.index()].name)
        }
        Instr::Drain(queue) => format!("waiting until {} is done", program.queues[queue.index()].name),
        Instr::Submit(pool) => format!("about to submit to {}", program.pools[pool.index()].name),
        Instr::Take { .. } => "waiting for a work item".into(),
        Instr::Raise(exception) => format!("about to raise {}", program.exception(*exception).class),
        Instr::Exit(_) if program.group(thread).in_event_loop => "ending the process".into(),
        Instr::Exit(_) | Instr::ExitNow(_) => "about to end the process".into(),
        Instr::EndThread(_) => "about to finish".into(),
        Instr::SetDaemon { first, .. } => format!("about to change the flag of {}", name(*first)),
        Instr::Register(_) | Instr::Install { .. } => "about to register a handler".into(),
        Instr::Kill { process, .. } => {
            format!("about to send a signal to {}", program.process(*process).name)
        }
        Instr::Runtime(op) => match op {
            RuntimeOp::AwaitNonDaemons | RuntimeOp::AnnounceWait => {
                let left = awaited(program, state, thread);
                match left.is_empty() {
                    true if state.has_queued_output(program, process) => {
                        "waiting for room in the pipe".into()
                    }
                    true => "shutting down".into(),
                    false => format!("waiting for {}", list(&left)),
                }
            }
            RuntimeOp::NoticeDeadlock => "without anything left to do".into(),
            RuntimeOp::AwaitThreads => "waiting for all other threads".into(),
            RuntimeOp::AwaitHandlerThreads => "waiting for the exit handlers".into(),
            RuntimeOp::DrainPools => "waiting for the thread pools".into(),
            RuntimeOp::AwaitChildren => {
                let children = children(program, state, process);
                format!("waiting for process {}", list(&children))
            }
            _ => "shutting down".into(),
        },
        Instr::End
        | Instr::DropLocals
        | Instr::Jump(_)
        | Instr::LoopStart { .. }
        | Instr::LoopNext { .. }
        | Instr::Clear(_)
        | Instr::Rethrow(_) => "about to finish".into(),
    }
}

/// The non-daemon threads that the process of `main` still has.
pub(super) fn awaited(program: &Program, state: &State, main: ThreadId) -> Vec<String> {
    let others = program.threads_of(program.process_of(main)).filter(|thread| *thread != main);
    // Those that were cut off together with it are what it waited for.
    let live = others.filter(|thread| {
        matches!(state.thread_status(program, *thread), ThreadStatus::Live | ThreadStatus::CutOff)
            && !state.is_daemon(program, *thread)
    });
    names(program, live)
}

/// The live children of a process.
fn children(program: &Program, state: &State, process: crate::program::ProcessId) -> Vec<String> {
    let all = (0..program.processes.len() as u32).map(crate::program::ProcessId);
    all.filter(|child| {
        program.process(*child).parent == Some(process)
            && state.process_status(program, *child) == crate::world::ProcessStatus::Live
    })
    .map(|child| program.process(child).name.clone())
    .collect()
}
