//! A search as simple as it can be: breadth first, whole states in a map, nothing left out.
//!
//! It is written from the book's page on what `explore` searches, and shares with the engine only the step itself:
//! who may be next, where a run ends, what goes round for ever and what can be told apart it finds out for itself.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use closing_time_engine::explore::Limits;
use closing_time_engine::program::{FileId, HandlerId, ProcessId, Program, ThreadId};
use closing_time_engine::trace::HangKind;
use closing_time_engine::world::{Choice, Need, ProcessStatus, State, initial, step, waits};

/// What somebody outside can tell of a run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Seen {
    pub(super) end: End,
    /// Why it never ends.
    pub(super) hang: Option<HangKind>,
    /// Each process: what became of it, its exit code or signal, whether it outlived its parent.
    processes: Vec<(u8, u8, bool)>,
    /// Each group of threads: how its threads ended, sorted.
    groups: Vec<Vec<u8>>,
    /// Each handler: whether it ran, and whether it was completed.
    handlers: Vec<u8>,
    /// Each file: bytes on disk, bytes in buffers, whether it ends inside a record, whether it was opened. What was
    /// printed is nowhere told apart.
    files: Vec<(u64, u64, bool, bool)>,
}

/// How a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    /// No process lives.
    Exit,
    /// Some process lives, and nobody moves.
    Hang,
    /// It goes round for ever and cannot leave.
    Endless,
}

/// Every outcome with the number of steps of a shortest way there; `None` where there are too many states.
pub(super) fn outcomes(program: &Program, limits: &Limits) -> Option<BTreeMap<Seen, usize>> {
    let mut states = vec![initial(program)];
    let mut depths = vec![0];
    let mut known = HashMap::from([(states[0].clone(), 0)]);
    let mut next: Vec<Vec<usize>> = Vec::new();
    while next.len() < states.len() {
        let here = next.len();
        next.push(Vec::new());
        for (_, after) in steps(program, &states[here], limits) {
            let place = *known.entry(after.clone()).or_insert(states.len());
            if place == states.len() {
                states.push(after);
                depths.push(depths[here] + 1);
            }
            next[here].push(place);
        }
        if states.len() as u64 > limits.max_states {
            return None;
        }
    }
    let mut found = BTreeMap::new();
    let mut add = |seen, depth: usize| {
        let length = found.entry(seen).or_insert(depth);
        *length = depth.min(*length);
    };
    for state in (0..states.len()).filter(|state| next[*state].is_empty()) {
        add(at_the_end(program, &states[state]), depths[state]);
    }
    for members in loops(&next) {
        let round: Vec<_> = members.iter().map(|member| states[*member].clone()).collect();
        let seen = round_and_round(program, &round, limits);
        let depth = members.iter().map(|member| depths[*member]).min();
        seen.zip(depth).into_iter().for_each(|(seen, depth)| add(seen, depth));
    }
    Some(found)
}

/// Every step that is possible in a state, and where it leads.
pub(super) fn steps(program: &Program, state: &State, limits: &Limits) -> Vec<(Choice, State)> {
    let take = |choice| {
        let mut after = state.clone();
        let can = step(program, &mut after, choice, &mut ());
        after.forget_printed(program);
        can.then_some((choice, after))
    };
    let threads = || (0..program.threads.len() as u32).map(ThreadId);
    let mut steps: Vec<_> = threads().filter_map(|thread| take(Choice::Run(thread))).collect();
    // A timeout is longer than everything that can happen, unless it may fire at any time; who can move does not wait.
    let moves: Vec<_> = threads().map(|thread| take(Choice::Run(thread)).is_some()).collect();
    let waits = threads()
        .filter(|thread| !moves[thread.index()] && (limits.early_timeouts || !moves.contains(&true)));
    steps.extend(waits.filter_map(|thread| take(Choice::Timeout(thread))));
    let strikes = (0..program.stimuli.len() as u32).filter(|number| {
        let target = state.process_status(program, program.stimuli[*number as usize].process);
        let late = limits.at_quiescence && moves.contains(&true);
        !late && !matches!(target, ProcessStatus::Exited | ProcessStatus::Killed)
    });
    steps.extend(strikes.filter_map(|number| take(Choice::Stimulus(number))));
    steps
}

/// What somebody outside can tell of a run that comes to this state. Bytes and handlers may change in a loop: it is
/// known by the least of all that can be told on its way round.
pub(super) fn told(program: &Program, state: &State, limits: &Limits) -> Seen {
    if steps(program, state, limits).is_empty() {
        return at_the_end(program, state);
    }
    let (mut states, mut here) = (vec![state.clone()], 0);
    while here < states.len() {
        for (_, after) in steps(program, &states[here], limits) {
            if !states.contains(&after) {
                states.push(after);
            }
        }
        here += 1;
    }
    round_and_round(program, &states, limits).unwrap_or_else(|| at_the_end(program, state))
}

/// The least of all that can be told on the way through these states.
fn round_and_round(program: &Program, states: &[State], limits: &Limits) -> Option<Seen> {
    let taken = states.iter().flat_map(|state| steps(program, state, limits));
    let moving: BTreeSet<_> = taken
        .filter_map(|(choice, _)| match choice {
            Choice::Run(thread) | Choice::Timeout(thread) => Some(thread),
            _ => None,
        })
        .collect();
    states.iter().map(|state| seen(program, state, End::Endless, &moving)).min()
}

fn at_the_end(program: &Program, state: &State) -> Seen {
    let processes = (0..program.processes.len() as u32).map(ProcessId);
    let mut status = processes.map(|process| state.process_status(program, process));
    seen(
        program,
        state,
        if status.any(|status| status == ProcessStatus::Live) { End::Hang } else { End::Exit },
        &BTreeSet::new(),
    )
}

fn seen(program: &Program, state: &State, end: End, moving: &BTreeSet<ThreadId>) -> Seen {
    let files = (0..program.files.len() as u32).map(FileId);
    let processes = (0..program.processes.len() as u32).map(ProcessId).map(|process| {
        let status = state.process_status(program, process);
        let ended = matches!(status, ProcessStatus::Exited | ProcessStatus::Killed);
        let code = if ended { state.exit_code(program, process) } else { 0 };
        (status as u8, code, state.is_orphan(program, process))
    });
    let mut groups = vec![Vec::new(); program.groups.len()];
    for (thread, info) in (0..).map(ThreadId).zip(&program.threads) {
        groups[info.group as usize].push(state.thread_status(program, thread) as u8);
    }
    groups.iter_mut().for_each(|group: &mut Vec<u8>| group.sort_unstable());
    let handlers = (0..program.handlers.len() as u32).map(HandlerId);
    Seen {
        end,
        hang: if end == End::Exit { None } else { Some(kind(program, state, moving)) },
        processes: processes.collect(),
        groups,
        handlers: handlers.map(|handler| state.handler_state(program, handler) as u8).collect(),
        files: files.map(|file| told_of(program, state, file)).collect(),
    }
}

fn told_of(program: &Program, state: &State, file: FileId) -> (u64, u64, bool, bool) {
    let (durable, inside, torn) = state.file(program, file);
    let durable = if program.files[file.index()].stdout { 0 } else { durable };
    (durable, inside, torn, state.was_opened(program, file))
}

/// A deadlock: among those for whom a main thread waits, and whoever is behind them, one waits for a lock, or in the end
/// for itself. Those that move wait for nothing.
fn kind(program: &Program, state: &State, moving: &BTreeSet<ThreadId>) -> HangKind {
    let count = program.threads.len();
    let threads = || (0..count as u32).map(ThreadId);
    let wait = |thread: ThreadId| waits(program, state, thread).filter(|_| !moving.contains(&thread));
    let mut behind = vec![vec![false; count]; count];
    for thread in threads() {
        for other in wait(thread).map(|wait| wait.from).unwrap_or_default() {
            behind[thread.index()][other.index()] = true;
        }
    }
    for middle in 0..count {
        for from in 0..count {
            for to in 0..count {
                behind[from][to] |= behind[from][middle] && behind[middle][to];
            }
        }
    }
    let processes = (0..program.processes.len() as u32).map(ProcessId);
    let live = processes.filter(|process| state.process_status(program, *process) == ProcessStatus::Live);
    let mains: Vec<_> = live.map(|process| program.process(process).main).collect();
    let needed =
        |thread: ThreadId| mains.iter().any(|main| *main == thread || behind[main.index()][thread.index()]);
    let at_lock = |thread| wait(thread).is_some_and(|wait| matches!(wait.need, Need::Lock(_)));
    let in_circle = |thread: ThreadId| behind[thread.index()][thread.index()];
    if threads().any(|thread| needed(thread) && (at_lock(thread) || in_circle(thread))) {
        HangKind::Deadlock
    } else if moving.contains(&mains[0]) {
        HangKind::Endless
    } else {
        HangKind::WaitsForEver
    }
}

/// What goes round for ever, the states of each loop: whatever can be reached from them leads back, and nothing ends.
fn loops(next: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut before = vec![Vec::new(); next.len()];
    for (state, after) in next.iter().enumerate() {
        after.iter().for_each(|after| before[*after].push(state));
    }
    let last: Vec<_> = (0..next.len()).filter(|state| next[*state].is_empty()).collect();
    let mut done = reach(&last, &before);
    let mut found = Vec::new();
    for state in (0..next.len()).rev() {
        if !done[state] {
            let (leads_to, leads_from) = (reach(&[state], next), reach(&[state], &before));
            let members: Vec<_> = (0..next.len()).filter(|other| leads_to[*other]).collect();
            if members.iter().all(|member| leads_from[*member]) {
                found.push(members);
            }
            // Whatever leads here and is no member leads out of a loop.
            (0..next.len()).for_each(|other| done[other] |= leads_from[other]);
        }
    }
    found
}

/// Which states can be reached from some.
fn reach(from: &[usize], edges: &[Vec<usize>]) -> Vec<bool> {
    let mut reached = vec![false; edges.len()];
    let mut todo = from.to_vec();
    while let Some(state) = todo.pop() {
        if !std::mem::replace(&mut reached[state], true) {
            todo.extend(&edges[state]);
        }
    }
    reached
}
