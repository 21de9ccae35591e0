//! Runs seed after seed, on every core, and counts outcomes.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use closing_time_engine::program::Program;
use closing_time_engine::replay::{Options, sample};
use closing_time_engine::trace::Outcome;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::style::Screen;

/// Fewer runs than this per core are done before a second thread has started.
const WORTH_A_THREAD: u64 = 64;

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
        while !stop.load(Ordering::Relaxed) {
            let number = done.fetch_add(1, Ordering::Relaxed);
            if number >= runs {
                break;
            }
            found.extend(one(program, first + number));
            bar.inc(1);
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

impl Extend<Class> for Found {
    fn extend<T: IntoIterator<Item = Class>>(&mut self, more: T) {
        for class in more {
            let Some(place) = self.places.get(&class.outcome) else {
                self.places.insert(class.outcome.clone(), self.classes.len());
                self.classes.push(class);
                continue;
            };
            let known = &mut self.classes[*place];
            known.count += class.count;
            known.seed = known.seed.min(class.seed);
            known.ended_us = known.ended_us.zip(class.ended_us).map(|(a, b)| (a.0.min(b.0), a.1.max(b.1)));
        }
    }
}

/// One run; `None` cannot be, as nothing is scripted that might be impossible.
fn one(program: &Program, seed: u64) -> Option<Class> {
    let outcome = sample(program, &Options { seed, ..Options::default() }).ok()?;
    let ended_us = outcome.ended_at_us.map(|at| (at, at));
    Some(Class { outcome: timeless(outcome), count: 1, seed, ended_us })
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
