//! SHUTDOWN(d, w, k) as a program of its own, with plain structs in a set: an oracle that shares nothing with the
//! engine. Steps that the engine has and the model has not can be added one kind at a time.

use std::collections::{BTreeSet, HashSet};

/// The model's size and variant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) daemons: usize,
    pub(crate) workers: usize,
    pub(crate) rounds: u8,
    pub(crate) freeze_first: bool,
    /// A flag may be set at any moment before the end; then nobody begins another round.
    pub(crate) flag: bool,
}

/// Steps of the engine that the model does not have.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Extra {
    /// Main opens the file, registers the handler, starts the workers, starts the daemons.
    pub(crate) prologue: bool,
    /// A worker has flushed before it has ended.
    pub(crate) worker_ends: bool,
    /// The handler begins, ends, and the runtime finds that none is left.
    pub(crate) handler: bool,
    /// After the freeze the runtime closes the files that nothing refers to.
    pub(crate) closes_files: bool,
}

impl Extra {
    /// What the engine does.
    pub(crate) const ALL: Extra =
        Extra { prologue: true, worker_ends: true, handler: true, closes_files: true };
}

/// A step of main.
#[derive(Clone, Copy, PartialEq)]
enum Main {
    /// Changes nothing but main's place.
    Goes,
    StartWorkers,
    StartDaemons,
    Join,
    Take,
    Flush,
    Release,
    Freeze,
    Exit,
}

fn program(size: Size, extra: Extra) -> Vec<Main> {
    use Main::*;
    let mut steps = Vec::new();
    if extra.prologue {
        steps.extend([Goes, Goes, StartWorkers, StartDaemons]);
    }
    steps.extend([Goes, Join]);
    if size.freeze_first {
        steps.push(Freeze);
    }
    let bracket: &[Main] = if extra.handler { &[Goes] } else { &[] };
    steps.extend(bracket);
    steps.extend([Take, Flush, Release]);
    steps.extend([bracket, bracket].concat());
    if !size.freeze_first {
        steps.push(Freeze);
    }
    steps.extend(if extra.closes_files { &[Goes][..] } else { &[] });
    steps.push(Exit);
    steps
}

/// Where everybody is. Thread 0.. are the workers, then come the daemons.
#[derive(Clone, PartialEq, Eq, Hash)]
struct State {
    main: usize,
    /// Three places for each round, then what comes behind the loop.
    places: Vec<u8>,
    /// One more than the thread; main is the last.
    holder: u8,
    buffer: u8,
    durable: u8,
    stop: bool,
}

/// What was found.
pub(crate) struct Found {
    pub(crate) states: usize,
    /// (durable, lost) of the runs that end.
    pub(crate) exits: BTreeSet<(u64, u64)>,
    /// (durable, in the buffer) of those that hang.
    pub(crate) hangs: BTreeSet<(u64, u64)>,
    /// (durable, in the buffer) wherever a kill may strike.
    pub(crate) killed: BTreeSet<(u64, u64)>,
}

/// All states and outcomes.
pub(crate) fn explore(size: Size, extra: Extra) -> Found {
    let steps = program(size, extra);
    let threads = size.workers + size.daemons;
    let first = State { main: 0, places: vec![0; threads], holder: 0, buffer: 0, durable: 0, stop: false };
    let mut found =
        Found { states: 0, exits: BTreeSet::new(), hangs: BTreeSet::new(), killed: BTreeSet::new() };
    let mut seen = HashSet::from([first.clone()]);
    let mut todo = vec![first];
    while let Some(state) = todo.pop() {
        let mut next = Vec::new();
        main_step(size, extra, &steps, &state, &mut next);
        (0..threads).for_each(|thread| thread_step(size, extra, &steps, &state, thread, &mut next));
        if size.flag && !state.stop && state.main < steps.len() {
            next.push(State { stop: true, ..state.clone() });
        }
        let bytes = (state.durable.into(), state.buffer.into());
        if state.main < steps.len() {
            found.killed.insert(bytes);
        }
        if next.is_empty() {
            let outcomes = if state.main == steps.len() { &mut found.exits } else { &mut found.hangs };
            outcomes.insert(bytes);
        }
        todo.extend(next.into_iter().filter(|next| seen.insert(next.clone())));
    }
    found.states = seen.len();
    found
}

fn main_step(size: Size, extra: Extra, steps: &[Main], state: &State, out: &mut Vec<State>) {
    let Some(step) = steps.get(state.main) else { return };
    let mut next = state.clone();
    next.main += 1;
    match step {
        Main::Join if !state.places[..size.workers].iter().all(|place| *place == last(size, extra)) => return,
        Main::Take if state.holder != 0 => return,
        Main::Take => next.holder = u8::MAX,
        Main::Flush => (next.durable, next.buffer) = (state.durable + state.buffer, 0),
        Main::Release => next.holder = 0,
        _ => {}
    }
    out.push(next);
}

/// The place of a worker that is done.
fn last(size: Size, extra: Extra) -> u8 {
    3 * size.rounds + 1 + u8::from(extra.worker_ends)
}

fn thread_step(size: Size, extra: Extra, steps: &[Main], state: &State, thread: usize, out: &mut Vec<State>) {
    let is_worker = thread < size.workers;
    let starts = if is_worker { Main::StartWorkers } else { Main::StartDaemons };
    let done = |step| steps.iter().position(|known| *known == step).is_none_or(|place| state.main > place);
    if !done(starts) || !is_worker && done(Main::Freeze) || done(Main::Exit) {
        return;
    }
    let mut next = state.clone();
    let mut place = state.places[thread];
    if state.stop && place < 3 * size.rounds && place.is_multiple_of(3) {
        place = 3 * size.rounds;
    }
    next.places[thread] = place + 1;
    if place < 3 * size.rounds {
        match place % 3 {
            0 if state.holder != 0 => return,
            0 => next.holder = thread as u8 + 1,
            1 => next.buffer += 1,
            _ => next.holder = 0,
        }
    } else if !is_worker || place == last(size, extra) {
        return;
    } else if place == 3 * size.rounds {
        (next.durable, next.buffer) = (state.durable + state.buffer, 0);
    }
    out.push(next);
}
