//! What a run came to, read off its last state.

use super::words::doing;
use super::{
    Ending, Fate, FileOutcome, HandlerKind, HandlerOutcome, Outcome, ProcessOutcome, Status, ThreadOutcome,
    hang_of,
};
use crate::program::{FileId, FileInfo, HandlerId, LockId, ProcessId, Program, ThreadId};
use crate::rules::Overflow;
use crate::world::{HandlerState, ProcessStatus, State, ThreadStatus};

/// The outcome of a run that ended in this state. `stdout` holds the lines that reached the outside.
pub fn outcome_of(
    program: &Program,
    state: &State,
    ending: Ending,
    ended_at_us: Option<u64>,
    stdout: Vec<String>,
) -> Outcome {
    let ids = || (0..program.processes.len() as u32).map(ProcessId);
    let orphans = ids().filter(|process| state.is_orphan(program, *process));
    Outcome {
        ending,
        ended_at_us,
        processes: ids().map(|process| process_outcome(program, state, process)).collect(),
        files: (0..program.files.len() as u32)
            .filter_map(|file| file_outcome(program, state, FileId(file)))
            .collect(),
        stdout,
        left_behind: orphans.map(|process| program.process(process).name.clone()).collect(),
        hang: if ending == Ending::Hang { hang_of(program, state, &[]) } else { None },
    }
}

fn process_outcome(program: &Program, state: &State, process: ProcessId) -> ProcessOutcome {
    let info = program.process(process);
    let status = match state.process_status(program, process) {
        ProcessStatus::Unstarted | ProcessStatus::Live => None,
        ProcessStatus::Exited => Some(Status::Code(state.exit_code(program, process))),
        ProcessStatus::Killed => Some(Status::Signal(state.killer(program, process).name())),
    };
    ProcessOutcome {
        name: info.name.clone(),
        status,
        threads: program
            .threads_of(process)
            .filter_map(|thread| thread_outcome(program, state, thread))
            .collect(),
        handlers: info
            .handlers
            .iter()
            .filter_map(|handler| handler_outcome(program, state, *handler))
            .collect(),
    }
}

/// `None` for a pool's worker that was never needed.
fn thread_outcome(program: &Program, state: &State, thread: ThreadId) -> Option<ThreadOutcome> {
    let fate = fate(program, state, thread);
    let group = program.group(thread);
    if group.internal || group.pool.is_some() && fate == Fate::NeverStarted {
        return None;
    }
    let stands = matches!(fate, Fate::CutOff | Fate::Alive);
    let locks = (0..program.locks.len() as u32).map(LockId);
    let held = locks.filter(|lock| stands && state.holder(program, *lock) == Some(thread));
    Some(ThreadOutcome {
        name: program.thread_name(thread),
        daemon: state.is_daemon(program, thread),
        fate,
        during: stands.then(|| doing(program, state, thread, state.pc(program, thread))),
        holding: held.map(|lock| program.locks[lock.index()].name.clone()).collect(),
    })
}

/// What became of a thread.
pub(super) fn fate(program: &Program, state: &State, thread: ThreadId) -> Fate {
    match state.thread_status(program, thread) {
        ThreadStatus::Unstarted => Fate::NeverStarted,
        ThreadStatus::Live => Fate::Alive,
        ThreadStatus::Finished => Fate::Finished,
        ThreadStatus::Raised => Fate::Raised,
        ThreadStatus::CutOff => Fate::CutOff,
    }
}

fn handler_outcome(program: &Program, state: &State, handler: HandlerId) -> Option<HandlerOutcome> {
    let info = program.handler(handler);
    let ran = state.handler_state(program, handler);
    let registered = ran != HandlerState::Idle || state.is_registered(program, handler);
    let inherited = program.process(info.process).inherited.iter().any(|(_, mine)| *mine == info.number);
    if info.internal || inherited && !registered {
        return None;
    }
    Some(HandlerOutcome {
        name: info.name.clone(),
        kind: info.kind,
        registered,
        ran: ran != HandlerState::Idle,
        completed: ran == HandlerState::Completed,
    })
}

/// Whether what is in the kernel ends inside a record, because a buffer was filled up with a part of one.
fn ends_inside(program: &Program, info: &FileInfo, durable: u64) -> bool {
    let buffers = program.runtime.facts.buffers;
    let splits = buffers.overflow != Overflow::Whole || buffers.text_splits;
    splits && info.record_bytes.is_some_and(|bytes| bytes > 0 && !durable.is_multiple_of(bytes))
}

/// `None` for standard output that lost nothing, and for files that were never written to.
fn file_outcome(program: &Program, state: &State, file: FileId) -> Option<FileOutcome> {
    let info = &program.files[file.index()];
    let (durable, inside, torn) = state.file(program, file);
    let ended =
        matches!(state.process_status(program, info.process), ProcessStatus::Exited | ProcessStatus::Killed);
    if !state.was_opened(program, file) || info.stdout && (inside == 0 || !ended) {
        return None;
    }
    Some(FileOutcome {
        path: info.path.clone(),
        written: durable + inside,
        durable,
        lost: if ended { inside } else { 0 },
        torn: torn || ended && ends_inside(program, info, durable),
        planned: info.planned,
        record: info.record.clone(),
        record_bytes: info.record_bytes,
    })
}

impl Outcome {
    /// The thread with this name, in the first process that has one.
    pub fn thread(&self, name: &str) -> Option<&ThreadOutcome> {
        self.processes.iter().flat_map(|process| &process.threads).find(|thread| thread.name == name)
    }

    /// The handler with this name, in the first process that has one.
    pub fn handler(&self, name: &str) -> Option<&HandlerOutcome> {
        self.processes.iter().flat_map(|process| &process.handlers).find(|handler| handler.name == name)
    }

    /// The file with this path.
    pub fn file(&self, path: &str) -> Option<&FileOutcome> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Whether a handler of this kind was registered and never began.
    pub fn skipped(&self, kind: HandlerKind) -> impl Iterator<Item = &HandlerOutcome> {
        let handlers = self.processes.iter().flat_map(|process| &process.handlers);
        handlers.filter(move |handler| handler.kind == kind && handler.registered && !handler.ran)
    }
}
