//! One state for all that nobody can tell apart.
//!
//! * **Symmetry**: threads of one group run the same code and differ only in their number. Their records are sorted,
//!   and what refers to a thread by its number (locks, files) is renamed with them. A group of which a single thread
//!   is named somewhere is left alone.
//! * **Dead values**: where a thread stood when it ended, its counters, and what a process that has ended still
//!   holds, can never be seen again. They are set to 0. Where a pool's worker was cut off still decides whether the
//!   files of main are closed.

use super::observes::Observes;
use crate::program::{Field, Instr, ProcessId, Program, ThreadId};
use crate::world::{ProcessStatus, State, ThreadStatus};

/// What to do to a state before it is stored.
pub(super) struct Canonical {
    symmetric: Vec<Group>,
    dead: bool,
}

/// A group of threads that can be exchanged.
struct Group {
    first: ThreadId,
    count: usize,
    /// The record of one thread, relative to its base.
    record: Field,
    /// Owners of locks and openers of files in its process, which name threads by number + 1.
    references: Vec<Field>,
    /// The number of its first thread within the process.
    number: u64,
}

impl Canonical {
    /// What can be done for a program.
    pub(super) fn of(program: &Program, symmetry: bool, dead: bool, observes: &Observes) -> Self {
        let symmetric = if symmetry { groups(program, observes) } else { Vec::new() };
        Canonical { symmetric, dead }
    }

    /// Makes a state the one that stands for all like it.
    pub(super) fn normalise(&self, program: &Program, state: &mut State) {
        if self.dead {
            bury(program, state);
        }
        for group in &self.symmetric {
            group.sort(program, state);
        }
    }
}

impl Group {
    fn sort(&self, program: &Program, state: &mut State) {
        const MOST: usize = 16;
        let field = |position: usize| {
            let base = program.layout.thread_base[self.first.index() + position];
            Field { bit: self.record.bit + base, ..self.record }
        };
        // Threads that were not started yet stay behind the others: a pool starts them in order.
        let key = |position: usize| {
            let value = state.get(field(position));
            let references = self.references.iter().enumerate().fold(0_u64, |held, (bit, reference)| {
                let holds = state.get(*reference) == self.number + position as u64 + 1;
                held | u64::from(holds) << bit.min(63)
            });
            (value == 0, references, value)
        };
        let mut order = [((false, 0, 0), 0_usize); MOST];
        let order = &mut order[..self.count];
        for (position, entry) in order.iter_mut().enumerate() {
            *entry = (key(position), position);
        }
        if order.is_sorted() {
            return;
        }
        order.sort_unstable();
        for reference in &self.references {
            let owner = state.get(*reference);
            let position = owner.wrapping_sub(self.number + 1) as usize;
            if position < self.count {
                let moved = order.iter().position(|(_, from)| *from == position).unwrap_or(position);
                state.set(*reference, self.number + moved as u64 + 1);
            }
        }
        for (position, ((_, _, value), _)) in order.iter().enumerate() {
            state.set(field(position), *value);
        }
    }
}

/// The groups whose threads can be exchanged.
fn groups(program: &Program, observes: &Observes) -> Vec<Group> {
    let mut groups = Vec::new();
    let mut first = 0;
    for (index, info) in program.groups.iter().enumerate() {
        let start = ThreadId(first);
        first += info.count;
        let end = ThreadId(first);
        let size = program.layout.group_bits[index];
        let named = program.code.iter().any(|instr| match instr {
            Instr::Join { first, end: last, .. } => {
                let inside = start <= *first && *first < end;
                inside && (*first, *last) != (start, end)
            }
            _ => false,
        });
        // A property that names one thread of the group tells it from the others.
        let alone = [&observes.threads, &observes.holders].into_iter().any(|threads| {
            let count = threads.range(start..end).count();
            count > 0 && count < info.count as usize
        });
        if alone || info.count < 2 || info.count > 16 || size == 0 || size > 63 || named {
            continue;
        }
        let process = program.process_of(start);
        let locks =
            program.locks.iter().zip(&program.layout.locks).filter(|(lock, _)| lock.process == process);
        let files =
            program.files.iter().zip(&program.layout.files).filter(|(file, _)| file.process == process);
        let references = locks.map(|(_, field)| *field).chain(files.map(|(_, fields)| fields.opener));
        let references: Vec<_> = references.filter(|field| field.width > 0).collect();
        if references.len() > 63 {
            continue;
        }
        groups.push(Group {
            first: start,
            count: info.count as usize,
            record: Field { bit: 0, width: size as u8 },
            references,
            number: program.number_of(start),
        });
    }
    groups
}

/// Forgets what can never be seen again.
fn bury(program: &Program, state: &mut State) {
    let has_ended = |state: &State, process| {
        matches!(state.process_status(program, process), ProcessStatus::Exited | ProcessStatus::Killed)
    };
    for thread in (0..program.threads.len() as u32).map(ThreadId) {
        let is_dead = match state.thread_status(program, thread) {
            ThreadStatus::Live | ThreadStatus::Unstarted => false,
            ThreadStatus::Finished | ThreadStatus::Raised => true,
            ThreadStatus::CutOff => {
                program.group(thread).pool.is_none() || has_ended(state, program.process_of(thread))
            }
        };
        if is_dead {
            state.forget_place(program, thread);
        }
    }
    for process in (0..program.processes.len() as u32).map(ProcessId) {
        if has_ended(state, process) {
            state.forget_belongings(program, process);
        }
    }
}
