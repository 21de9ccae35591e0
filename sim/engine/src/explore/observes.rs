//! What properties look at, so that a reduction knows what it must not hide.

use std::collections::BTreeSet;

use crate::program::{FileId, HandlerId, LockId, ProcessId, Program, ThreadId};
use crate::scenario::{Claim, Held, Signal};
use crate::trace::{Ending, stands_for};
use crate::world::State;

/// Everything that decides whether some property holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Observes {
    /// In the last state of a run: how it ended, the status of every process, and who was left behind.
    pub(super) endings: bool,
    /// In the last state: what became of these threads. All threads of a group stand here or none, unless one is
    /// named alone; only then are they not alike.
    pub(super) threads: BTreeSet<ThreadId>,
    /// In the last state: whether these ran.
    pub(super) handlers: BTreeSet<HandlerId>,
    /// In the last state: how many bytes are where.
    pub(super) files: BTreeSet<FileId>,
    /// In the last state: whether these struck.
    pub(super) stimuli: BTreeSet<u32>,
    /// In every state: who holds these locks, whether the holder is stopped, whether its process lives.
    pub(super) locks: BTreeSet<LockId>,
    /// In every state: whether it is one of these who holds one of [`Observes::locks`]. Alike as `threads`.
    pub(super) holders: BTreeSet<ThreadId>,
}

impl Observes {
    /// Adds what a claim about the end of a run looks at.
    pub(super) fn add_claim(&mut self, program: &Program, claim: &Claim) {
        self.endings = true;
        match claim {
            Claim::Keeps(path) | Claim::Loses(path) => {
                let files = (0..program.files.len() as u32).map(FileId);
                self.files.extend(files.filter(|file| program.files[file.index()].path == *path));
            }
            Claim::Runs(name) | Claim::Skips(name) => {
                let handlers = (0..program.handlers.len() as u32).map(HandlerId);
                self.handlers.extend(handlers.filter(|handler| program.handler(*handler).name == *name));
            }
            Claim::Finishes(name) | Claim::CutsOff(name) => self.threads.extend(threads(program, name)),
            _ => {}
        }
    }

    /// Adds what a claim about a moment looks at.
    pub(super) fn add_held(&mut self, program: &Program, held: &Held) {
        self.locks.extend(held.locks.iter().flat_map(|name| locks(program, name)));
        self.holders.extend(held.by.iter().flat_map(|name| threads(program, name)));
    }

    /// Adds the stimuli that send a signal.
    pub(super) fn add_signal(&mut self, program: &Program, signal: Signal) {
        self.stimuli.extend(stimuli(program, signal));
    }

    /// Two ends of runs with the same key have the same claims.
    pub(super) fn key(&self, program: &Program, state: &State, ending: Ending) -> Vec<u64> {
        let mut key = vec![ending as u64];
        for process in (0..program.processes.len() as u32).map(ProcessId) {
            let status = state.process_status(program, process) as u64;
            key.extend([
                status,
                state.exit_code(program, process).into(),
                state.is_orphan(program, process).into(),
            ]);
        }
        key.extend(self.threads.iter().map(|thread| state.thread_status(program, *thread) as u64));
        for handler in &self.handlers {
            key.push(state.handler_state(program, *handler) as u64);
            key.push(state.is_registered(program, *handler).into());
        }
        for file in &self.files {
            let (durable, inside, torn) = state.file(program, *file);
            key.extend([durable, inside, torn.into(), state.was_opened(program, *file).into()]);
        }
        key.extend(self.stimuli.iter().map(|number| u64::from(state.may_strike(program, *number))));
        key
    }
}

/// The threads that a name stands for, in all processes.
pub(super) fn threads<'p>(program: &'p Program, name: &'p str) -> impl Iterator<Item = ThreadId> + 'p {
    let all = (0..program.threads.len() as u32).map(ThreadId);
    all.filter(move |thread| stands_for(name, &program.thread_name(*thread)))
}

/// The locks with this name, one for each process that has one.
pub(super) fn locks<'p>(program: &'p Program, name: &'p str) -> impl Iterator<Item = LockId> + 'p {
    let all = (0..program.locks.len() as u32).map(LockId);
    all.filter(move |lock| program.locks[lock.index()].name == name)
}

/// The stimuli that send this signal.
pub(super) fn stimuli(program: &Program, signal: Signal) -> impl Iterator<Item = u32> {
    let all = program
        .stimuli
        .iter()
        .enumerate()
        .filter(move |(_, stimulus)| stimulus.what.signal() == Some(signal));
    all.map(|(number, _)| number as u32)
}
