//! SHUTDOWN(d, w, k) for stateright, each state packed into one word.
//!
//! usage: peer-stateright dfs|bfs|symmetry D W K, or: peer-stateright sample D W K SECONDS

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use stateright::{Checker, Model, Property, UniformChooser};

/// The outcomes: bit `lost` of word `durable`.
static OUTCOMES: [AtomicU64; 64] = [const { AtomicU64::new(0) }; 64];
/// Runs that a simulation has brought to their end.
static ENDED: AtomicU64 = AtomicU64::new(0);

/// Main's places.
const RETURN: u64 = 0;
const JOIN: u64 = 1;
const TAKE: u64 = 2;
const FLUSH: u64 = 3;
const RELEASE: u64 = 4;
const FREEZE: u64 = 5;
const EXIT: u64 = 6;
const OVER: u64 = 7;

/// Bits: main 3, locked 1, buffer 6, durable 6, then 4 for each thread, workers first.
type State = u64;

const LOCKED: u64 = 1 << 3;
const BUFFER: u32 = 4;
const DURABLE: u32 = 10;
const THREADS: u32 = 16;
const SIX: u64 = 63;

#[derive(Clone, Copy)]
struct Shutdown {
    daemons: u64,
    workers: u64,
    rounds: u64,
}

fn place(state: State, thread: u64) -> u64 {
    state >> (THREADS + 4 * thread as u32) & 15
}

fn flushed(state: State) -> State {
    let buffer = state >> BUFFER & SIX;
    (state & !(SIX << BUFFER)) + (buffer << DURABLE)
}

impl Shutdown {
    /// What a thread's next step makes of a state. The place behind the rounds is that of a flush.
    fn thread_step(&self, state: State, thread: u64) -> Option<State> {
        let (here, next) = (place(state, thread), state + (1 << (THREADS + 4 * thread as u32)));
        let is_worker = thread < self.workers;
        if !is_worker && state & 7 > FREEZE {
            return None;
        }
        if here == 3 * self.rounds {
            return is_worker.then(|| flushed(next));
        }
        if here > 3 * self.rounds {
            return None;
        }
        match here % 3 {
            0 if state & LOCKED != 0 => None,
            0 => Some(next | LOCKED),
            1 => Some(next + (1 << BUFFER)),
            _ => Some(next & !LOCKED),
        }
    }

    fn main_step(&self, state: State) -> Option<State> {
        let next = state + 1;
        match state & 7 {
            RETURN | FREEZE | EXIT => Some(next),
            JOIN => (0..self.workers).all(|worker| place(state, worker) > 3 * self.rounds).then_some(next),
            TAKE => (state & LOCKED == 0).then_some(next | LOCKED),
            FLUSH => Some(flushed(next)),
            RELEASE => Some(next & !LOCKED),
            _ => None,
        }
    }
}

impl Model for Shutdown {
    type State = State;
    /// The thread that moves; main is the last.
    type Action = u8;

    fn init_states(&self) -> Vec<State> {
        vec![0]
    }

    fn actions(&self, state: &State, actions: &mut Vec<u8>) {
        let threads = self.workers + self.daemons;
        actions.extend(
            (0..threads).filter(|thread| self.thread_step(*state, *thread).is_some()).map(|t| t as u8),
        );
        if self.main_step(*state).is_some() {
            actions.push(threads as u8);
        }
    }

    fn next_state(&self, state: &State, thread: u8) -> Option<State> {
        let thread = u64::from(thread);
        if thread == self.workers + self.daemons {
            self.main_step(*state)
        } else {
            self.thread_step(*state, thread)
        }
    }

    fn properties(&self) -> Vec<Property<Self>> {
        // Always true: it is there to see every state.
        vec![Property::always("seen", |_, state| {
            if state & 7 == OVER {
                ENDED.fetch_add(1, Ordering::Relaxed);
                let (durable, lost) = (state >> DURABLE & SIX, state >> BUFFER & SIX);
                OUTCOMES[durable as usize].fetch_or(1_u64 << lost, Ordering::Relaxed);
            }
            true
        })]
    }
}

/// The size, for a function that takes nothing but a state.
static WORKERS: AtomicU64 = AtomicU64::new(0);
static DAEMONS: AtomicU64 = AtomicU64::new(0);

/// The same state with the places of like threads in order.
fn sorted(state: &State) -> State {
    let (workers, daemons) = (WORKERS.load(Ordering::Relaxed), DAEMONS.load(Ordering::Relaxed));
    let mut places = [0; 12];
    let count = (workers + daemons) as usize;
    for (thread, place) in places.iter_mut().enumerate().take(count) {
        *place = self::place(*state, thread as u64);
    }
    places[..workers as usize].sort_unstable();
    places[workers as usize..count].sort_unstable();
    let threads = places[..count].iter().rev().fold(0, |packed, place| packed << 4 | place);
    state & ((1 << THREADS) - 1) | threads << THREADS
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| arguments.get(at).and_then(|text| text.parse::<u64>().ok());
    let (Some(daemons), Some(workers), Some(rounds)) = (number(1), number(2), number(3)) else {
        eprintln!("usage: peer-stateright dfs|bfs|symmetry D W K, or: peer-stateright sample D W K SECONDS");
        std::process::exit(2);
    };
    // 4 bits hold a place, 6 bits the bytes, 48 bits the threads.
    assert!(
        rounds <= 4 && (workers + daemons) * rounds < 64 && workers + daemons <= 12,
        "too large for the packing"
    );
    WORKERS.store(workers, Ordering::Relaxed);
    DAEMONS.store(daemons, Ordering::Relaxed);
    let model = Shutdown { daemons, workers, rounds };
    let start = Instant::now();
    let states = match arguments[0].as_str() {
        "bfs" => model.checker().spawn_bfs().join().unique_state_count(),
        "symmetry" => model.checker().symmetry_fn(sorted).spawn_dfs().join().unique_state_count(),
        "sample" => {
            let limit = Duration::from_secs(number(4).unwrap_or(1));
            model.checker().timeout(limit).spawn_simulation(0, UniformChooser).join().state_count()
        }
        _ => model.checker().spawn_dfs().join().unique_state_count(),
    };
    let outcomes: u32 = OUTCOMES.iter().map(|word| word.load(Ordering::Relaxed).count_ones()).sum();
    let runs = ENDED.load(Ordering::Relaxed);
    println!("states {states} outcomes {outcomes} runs {runs} seconds {:.6}", start.elapsed().as_secs_f64());
}
