//! Runs that nobody outside can tell apart: the same ending, statuses, fates, bytes, handlers, processes left behind.

use std::collections::BTreeMap;

use super::Class;
use super::lasso::loop_at;
use super::region::Region;
use super::space::Space;
use super::store::Store;
use crate::program::Program;
use crate::trace::{Ending, Fate, HandlerKind, HangKind, Outcome, Status, hang_kind, hang_of, outcome_of};
use crate::world::State;

/// A loop with more states than this is known by the state at which the search came upon it.
const MOST_AROUND: usize = 2_000;

/// What can be observed of a run, in a fixed order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Observed {
    ending: u8,
    /// Why it never ends.
    hang: Option<HangKind>,
    values: Vec<u64>,
}

/// The distinct outcomes found so far, each with the first state that shows it.
#[derive(Default)]
pub(super) struct Classes {
    found: BTreeMap<Observed, (usize, u64)>,
}

impl Classes {
    /// Counts a state in which runs end.
    pub(super) fn add(&mut self, program: &Program, state: &State, position: usize, ending: Ending) {
        self.insert(observe(program, state, ending), position);
    }

    /// Counts a state from which runs go round for ever. What can be observed may change on the way round: it is known
    /// by the least of it, wherever the search came upon the loop.
    pub(super) fn add_endless(&mut self, space: &Space, state: &State, position: usize) {
        let moving = loop_at(space.program, space.limits, state).moving;
        let hang = hang_kind(space.program, state, &moving);
        let around = Region::with_bytes(space.program, space.limits, state, MOST_AROUND);
        let around = around.map_or_else(|| vec![state.clone()], |region| region.states);
        let each = around.iter().map(|state| observe(space.program, state, Ending::Endless));
        if let Some(seen) = each.min() {
            self.insert(Observed { hang, ..seen }, position);
        }
    }

    fn insert(&mut self, seen: Observed, position: usize) {
        self.found.entry(seen).or_insert((position, 0)).1 += 1;
    }

    /// The classes, worst first.
    pub(super) fn finish(self, space: &Space, store: &Store) -> Vec<Class> {
        let mut classes: Vec<_> = self
            .found
            .into_iter()
            .map(|(seen, (position, ends))| {
                let (witness, state) = space.way_to(store, position);
                let ended = ending(seen.ending);
                let mut outcome = outcome_of(space.program, &state, ended, None, Vec::new());
                let mut round = Vec::new();
                if ended == Ending::Endless {
                    let found = loop_at(space.program, space.limits, &state);
                    outcome.hang = hang_of(space.program, &state, &found.moving);
                    round = found.round;
                }
                Class { id: id(&seen), outcome, witness, round, ends }
            })
            .collect();
        classes.sort_by_key(|class| {
            (std::cmp::Reverse(badness(&class.outcome)), class.witness.len(), class.id.clone())
        });
        classes
    }
}

fn ending(number: u8) -> Ending {
    match number {
        0 => Ending::Exit,
        1 => Ending::Hang,
        2 => Ending::Endless,
        _ => Ending::Bound,
    }
}

/// What can be observed in a state in which a run ends.
pub(super) fn observe(program: &Program, state: &State, ended: Ending) -> Observed {
    let mut values = Vec::new();
    for process in (0..program.processes.len() as u32).map(crate::program::ProcessId) {
        values.push(state.process_status(program, process) as u64);
        values.push(match state.process_status(program, process) {
            crate::world::ProcessStatus::Exited | crate::world::ProcessStatus::Killed => {
                u64::from(state.exit_code(program, process))
            }
            _ => 0,
        });
        values.push(u64::from(state.is_orphan(program, process)));
    }
    // Threads of one group do the same under other numbers: how many end how is all that can be told.
    let mut first = 0;
    for group in &program.groups {
        let threads = (first..first + group.count).map(crate::program::ThreadId);
        let at = values.len();
        values.extend(threads.map(|thread| state.thread_status(program, thread) as u64));
        values[at..].sort_unstable();
        first += group.count;
    }
    let handlers = (0..program.handlers.len() as u32).map(crate::program::HandlerId);
    values.extend(handlers.map(|handler| state.handler_state(program, handler) as u64));
    for file in (0..program.files.len() as u32).map(crate::program::FileId) {
        let (durable, inside, torn) = state.file(program, file);
        // What was printed is not told apart, what was not printed any more is.
        let is_printed = program.files[file.index()].stdout;
        let durable = if is_printed { 0 } else { durable };
        values.extend([durable, inside, u64::from(torn), u64::from(state.was_opened(program, file))]);
    }
    let ending = match ended {
        Ending::Exit => 0,
        Ending::Hang => 1,
        Ending::Endless => 2,
        Ending::Bound => 3,
    };
    let hang = if ended == Ending::Hang { hang_kind(program, state, &[]) } else { None };
    Observed { ending, hang, values }
}

/// Eight hexadecimal digits: FNV-1a over what can be observed.
fn id(seen: &Observed) -> String {
    // The usual kind of each ending is left out, so that names given before kinds were told apart still hold.
    let unusual = seen.hang.filter(|kind| match ending(seen.ending) {
        Ending::Hang => *kind != HangKind::Deadlock,
        _ => *kind != HangKind::WaitsForEver,
    });
    let bytes = seen.values.iter().flat_map(|value| value.to_le_bytes()).chain([seen.ending]);
    let bytes = bytes.chain(unusual.map(|kind| kind as u8));
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{:08x}", (hash ^ hash >> 32) as u32)
}

/// How bad an outcome is: what hangs, then what dies of a signal, loses bytes, leaves somebody behind, fails.
fn badness(outcome: &Outcome) -> (u8, u8, u64, usize, u8, usize) {
    let never_ends = match outcome.ending {
        Ending::Hang => 3,
        Ending::Endless => 2,
        Ending::Bound => 1,
        Ending::Exit => 0,
    };
    let torn = outcome.files.iter().filter(|file| file.torn).count() as u8;
    let lost = outcome.files.iter().map(|file| file.lost).sum();
    let failed = outcome.processes.iter().any(|process| match process.status {
        Some(Status::Signal(_)) => true,
        Some(Status::Code(code)) => code != 0,
        None => false,
    });
    let cut = outcome.processes.iter().flat_map(|process| &process.threads);
    let cut = cut.filter(|thread| thread.fate == Fate::CutOff).count();
    let skipped = outcome.skipped(HandlerKind::Exit).count();
    (never_ends, torn, lost, outcome.left_behind.len() + skipped, u8::from(failed), cut)
}
