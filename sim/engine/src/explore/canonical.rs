//! One state for all that nobody can tell apart.
//!
//! * **Symmetry**: threads of one group run the same code and differ only in their number. Their records are sorted,
//!   and what refers to a thread by its number (locks, files) is renamed with them. A group of which a single thread
//!   is named somewhere is left alone.
//! * **Dead values**: where a thread stood when it ended, its counters, and what a process that has ended still
//!   holds, can never be seen again. They are set to 0. Where a pool's worker was cut off still decides whether the
//!   files of main are closed.

use super::observes::Observes;
use super::{Limits, Reductions};
use crate::program::{Field, Instr, ProcessId, Program, ThreadId};
use crate::world::{Choice, ProcessStatus, State, ThreadStatus};

/// Words with statuses that are compared before anything is buried.
const MOST_STATUS_WORDS: usize = 4;
/// Threads of a group at most that are taken to be alike.
const MOST_ALIKE: usize = 16;

/// What to do to a state before it is stored.
pub(super) struct Canonical {
    symmetric: Vec<Group>,
    graves: Vec<Grave>,
    /// Who could have ended since the last time: the words that hold statuses, and their bits.
    statuses: Vec<(usize, u64)>,
}

/// A group of threads that can be exchanged.
struct Group {
    first: ThreadId,
    /// The record of each thread.
    records: Vec<Field>,
    /// Owners of locks and openers of files in its process, which name threads by number + 1.
    references: Vec<Field>,
    /// The number of its first thread within the process.
    number: u64,
}

impl Canonical {
    /// What can be done for a program.
    pub(super) fn of(program: &Program, limits: &Limits, observes: &Observes) -> Self {
        let Reductions { symmetry, dead, .. } = limits.reductions;
        let symmetric = if symmetry { groups(program, limits, observes) } else { Vec::new() };
        let graves = if dead { graves(program) } else { Vec::new() };
        Canonical { symmetric, graves, statuses: statuses(program) }
    }

    /// Makes a state the one that stands for all like it.
    pub(super) fn normalise(&self, program: &Program, state: &mut State) {
        for grave in &self.graves {
            grave.bury(program, state);
        }
        self.sort(state);
    }

    /// What has ended in a state; see [`Canonical::normalise_after`].
    pub(super) fn ended(&self, state: &State) -> [u64; MOST_STATUS_WORDS] {
        let mut ended = [0; MOST_STATUS_WORDS];
        for ((word, mask), ended) in self.statuses.iter().zip(&mut ended) {
            *ended = state.words()[*word] & mask;
        }
        ended
    }

    /// The same as [`Canonical::normalise`], for a state behind one that was normalised, in which this had ended.
    pub(super) fn normalise_after(
        &self,
        program: &Program,
        ended: [u64; MOST_STATUS_WORDS],
        state: &mut State,
    ) {
        if self.statuses.len() > MOST_STATUS_WORDS || self.ended(state) != ended {
            return self.normalise(program, state);
        }
        debug_assert!(
            {
                let mut again = state.clone();
                self.graves.iter().for_each(|grave| grave.bury(program, &mut again));
                again == *state
            },
            "something has come back to what had ended"
        );
        self.sort(state);
    }

    fn sort(&self, state: &mut State) {
        for group in &self.symmetric {
            group.sort(state);
        }
    }

    /// Leaves one of several threads that can be exchanged and are in the same situation.
    pub(super) fn thin_out(&self, state: &State, choices: &mut Vec<Choice>) {
        for group in &self.symmetric {
            let held = group.held(state);
            let mut seen = [(0, 0); MOST_ALIKE];
            let mut count = 0;
            choices.retain(|choice| {
                let Choice::Run(thread) = choice else { return true };
                let position = thread.0.wrapping_sub(group.first.0) as usize;
                let Some(record) = group.records.get(position) else { return true };
                let situation = (state.get(*record), held[position]);
                if seen[..count].contains(&situation) {
                    return false;
                }
                seen[count] = situation;
                count += 1;
                true
            });
        }
    }
}

impl Group {
    /// For each thread which of the references name it, one bit each.
    fn held(&self, state: &State) -> [u64; MOST_ALIKE] {
        let mut held = [0; MOST_ALIKE];
        for (bit, reference) in self.references.iter().enumerate() {
            let position = state.get(*reference).wrapping_sub(self.number + 1) as usize;
            if position < self.records.len() {
                held[position] |= 1 << bit;
            }
        }
        held
    }

    fn sort(&self, state: &mut State) {
        let held = self.held(state);
        let count = self.records.len();
        let mut order = [(0_u128, 0_usize); MOST_ALIKE];
        let order = &mut order[..count];
        for (position, entry) in order.iter_mut().enumerate() {
            let value = state.get(self.records[position]);
            // Threads that were not started yet stay behind the others: a pool starts them in order.
            let place = if value == 0 { u64::MAX } else { held[position] };
            *entry = (u128::from(place) << 64 | u128::from(value), position);
        }
        if order.is_sorted() {
            return;
        }
        order.sort_unstable();
        for reference in &self.references {
            let owner = state.get(*reference);
            let position = owner.wrapping_sub(self.number + 1) as usize;
            if position < count {
                let moved = order.iter().position(|(_, from)| *from == position).unwrap_or(position);
                state.set(*reference, self.number + moved as u64 + 1);
            }
        }
        for (record, (key, _)) in self.records.iter().zip(order) {
            state.set(*record, *key as u64);
        }
    }
}

/// The groups whose threads can be exchanged.
fn groups(program: &Program, limits: &Limits, observes: &Observes) -> Vec<Group> {
    let may_interrupt = !program.stimuli.is_empty()
        || !limits.after.is_empty()
        || program.code.iter().any(|instr| matches!(instr, Instr::Kill { .. }));
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
                // An interrupted join may write off the first of the threads that it waits for.
                let writes_off = program.layout.groups[index].forgotten.width > 0 && may_interrupt;
                inside && ((*first, *last) != (start, end) || writes_off)
            }
            _ => false,
        });
        // A property that names one thread of the group tells it from the others.
        let alone = [&observes.threads, &observes.holders].into_iter().any(|threads| {
            let count = threads.range(start..end).count();
            count > 0 && count < info.count as usize
        });
        // Which of them runs the exit phases is kept by number; flags are changed one by one, up to one that has ended.
        let alone = alone || info.may_exit || info.flag_varies;
        if alone || info.count < 2 || info.count > MOST_ALIKE as u32 || size == 0 || size > 63 || named {
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
        let record =
            |thread: u32| Field { bit: program.layout.thread_base[thread as usize], width: size as u8 };
        groups.push(Group {
            first: start,
            records: (start.0..end.0).map(record).collect(),
            references,
            number: program.number_of(start),
        });
    }
    groups
}

/// The words that hold the status of a thread or a process, and which of their bits do.
fn statuses(program: &Program) -> Vec<(usize, u64)> {
    let layout = &program.layout;
    let threads = layout.threads.iter().map(|place| place.status);
    let processes = layout.processes.iter().map(|fields| fields.status);
    let mut masks = vec![0; layout.words];
    for field in threads.chain(processes) {
        masks[(field.bit / 64) as usize] |= ((1 << field.width) - 1) << (field.bit % 64);
    }
    masks.into_iter().enumerate().filter(|(_, mask)| *mask != 0).collect()
}

/// What can never be seen again once something has ended.
struct Grave {
    of: Ended,
    /// The words that hold some of it, and the bits that stay.
    keep: Vec<(usize, u64)>,
}

enum Ended {
    Thread(ThreadId),
    Process(ProcessId),
}

/// One for each thread and each process.
fn graves(program: &Program) -> Vec<Grave> {
    let grave = |of, forget: &dyn Fn(&mut State)| {
        // What is forgotten of a state in which all bits are set.
        let mut state = State::full(program);
        forget(&mut state);
        let keep = state.words().iter().copied().enumerate().filter(|(_, keep)| *keep != u64::MAX).collect();
        Grave { of, keep }
    };
    let threads = (0..program.threads.len() as u32).map(ThreadId);
    let processes = (0..program.processes.len() as u32).map(ProcessId);
    let threads =
        threads.map(|thread| grave(Ended::Thread(thread), &|state| state.forget_place(program, thread)));
    let processes = processes
        .map(|process| grave(Ended::Process(process), &|state| state.forget_belongings(program, process)));
    threads.chain(processes).collect()
}

impl Grave {
    fn bury(&self, program: &Program, state: &mut State) {
        let has_ended = |process| {
            matches!(state.process_status(program, process), ProcessStatus::Exited | ProcessStatus::Killed)
        };
        let is_dead = match self.of {
            Ended::Process(process) => has_ended(process),
            Ended::Thread(thread) => match state.thread_status(program, thread) {
                ThreadStatus::Live | ThreadStatus::Unstarted => false,
                ThreadStatus::Finished | ThreadStatus::Raised => true,
                ThreadStatus::CutOff => {
                    program.group(thread).pool.is_none() || has_ended(program.process_of(thread))
                }
            },
        };
        if is_dead {
            state.keep_bits(&self.keep);
        }
    }
}
