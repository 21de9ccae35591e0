//! Runs seed after seed, on every core, and counts outcomes.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use closing_time_engine::program::Program;
use closing_time_engine::replay::{Options, Over, run};
use closing_time_engine::trace::{Ending, Outcome, outcome_of};
use closing_time_engine::world::State;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::style::Screen;

/// Fewer runs than this per core are done before a second thread has started.
const WORTH_A_THREAD: u64 = 64;

/// Runs that a core takes at once.
const BATCH: u64 = 64;

/// Runs that ended in the same way.
#[derive(Clone, Debug)]
pub(super) struct Class {
    /// How they ended: of the run with the smallest seed, with what only time decides left out.
    pub(super) outcome: Outcome,
    /// How many.
    pub(super) count: u64,
    /// The smallest seed that leads here.
    pub(super) seed: u64,
    /// When the last process ended in the shortest and in the longest of them, µs; `None` if they never end.
    pub(super) ended_us: Option<(u64, u64)>,
}

/// The same seeds lead to the same classes in the same order, on any number of cores.
pub(super) fn draw(
    program: &Program,
    seeds: RangeInclusive<u64>,
    stop: &AtomicBool,
    screen: &Screen,
) -> Vec<Class> {
    let (first, last) = (*seeds.start(), *seeds.end());
    let runs = last - first + 1;
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    let workers = cores.min(runs / WORTH_A_THREAD).max(1);
    let bar = progress(runs, screen);
    let done = AtomicU64::new(0);
    let work = || {
        let mut found = Found::default();
        // Runs that come to the same state come to the same outcome, which takes longer to tell.
        let mut ends = HashMap::new();
        while !stop.load(Ordering::Relaxed) {
            let begin = done.fetch_add(BATCH, Ordering::Relaxed);
            if begin >= runs {
                break;
            }
            let end = (begin + BATCH).min(runs);
            for seed in (begin..end).map(|number| first + number) {
                // Nothing is scripted that might be impossible.
                let Ok(over) = run(program, &Options { seed, ..Options::default() }) else { continue };
                found.add(program, &mut ends, over, seed);
            }
            bar.inc(end - begin);
        }
        found
    };
    let mut found = Found::default();
    thread::scope(|scope| {
        let others: Vec<_> = (1..workers).map(|_| scope.spawn(work)).collect();
        found = work();
        for other in others {
            // A worker that panicked would have said so; its counts are missing from the total, which shows.
            found.extend(other.join().unwrap_or_default().classes);
        }
    });
    bar.finish_and_clear();
    let mut classes = found.classes;
    classes.sort_by(|a, b| b.count.cmp(&a.count).then(a.seed.cmp(&b.seed)));
    classes
}

/// The classes so far, in the order in which they were met.
#[derive(Default)]
struct Found {
    places: HashMap<Outcome, usize>,
    classes: Vec<Class>,
}

impl Found {
    /// Counts a run. `ends`: the classes of the states in which runs have ended.
    fn add(&mut self, program: &Program, ends: &mut HashMap<(State, Ending), usize>, over: Over, seed: u64) {
        let ended_us = over.ended_at_us.map(|at| (at, at));
        let place = match ends.entry((over.state, over.ending)) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                let (state, ending) = new.key();
                let outcome = timeless(outcome_of(program, state, *ending, over.ended_at_us, Vec::new()));
                *new.insert(self.place(outcome, ended_us))
            }
        };
        self.classes[place].count_in(1, seed, ended_us);
    }

    /// The class with this outcome; a new one counts nothing yet.
    fn place(&mut self, outcome: Outcome, ended_us: Option<(u64, u64)>) -> usize {
        let fresh = self.classes.len();
        let place = *self.places.entry(outcome.clone()).or_insert(fresh);
        if place == fresh {
            self.classes.push(Class { outcome, count: 0, seed: u64::MAX, ended_us });
        }
        place
    }
}

impl Class {
    fn count_in(&mut self, count: u64, seed: u64, ended_us: Option<(u64, u64)>) {
        self.count += count;
        self.seed = self.seed.min(seed);
        self.ended_us = self.ended_us.zip(ended_us).map(|(a, b)| (a.0.min(b.0), a.1.max(b.1)));
    }
}

impl Extend<Class> for Found {
    fn extend<T: IntoIterator<Item = Class>>(&mut self, more: T) {
        for class in more {
            let place = self.place(class.outcome, class.ended_us);
            self.classes[place].count_in(class.count, class.seed, class.ended_us);
        }
    }
}

/// Two runs end in the same way if only moments differ, or what a thread was about to do when it was cut off.
fn timeless(mut outcome: Outcome) -> Outcome {
    outcome.ended_at_us = None;
    for thread in outcome.processes.iter_mut().flat_map(|process| &mut process.threads) {
        thread.during = None;
    }
    outcome
}

/// A bar on standard error; hidden where that is no terminal.
fn progress(runs: u64, screen: &Screen) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(runs), ProgressDrawTarget::stderr());
    let template = match screen.err.is_colored() {
        true => "{bar:30.green} {human_pos} of {human_len} runs, {eta} left",
        false => "{bar:30} {human_pos} of {human_len} runs, {eta} left",
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("█▌░"));
    }
    bar
}
