//! One stimulus at every moment of a run.
//!
//! Which step follows which depends on comparisons between times, and every time in a run is either independent of
//! the moment of the stimulus or moves along with it. So the moments that lead to one order of steps form an
//! interval: if the first and the last moment of a gap lead to the same order, every moment between them does. A gap
//! whose ends differ is halved until they do not. That covers every microsecond with a few replays per step.

use std::ops::ControlFlow;
use std::rc::Rc;

use super::driver::{Driver, Listener};
use super::{DEFAULT_STEP_LIMIT, Options};
use crate::program::{Pc, Program, ThreadId};
use crate::trace::{Ending, Outcome, outcome_of};
use crate::world::{Choice, Happening};

/// Steps of a run without end that are swept; more of the same would follow.
const ENDLESS_STEPS: u64 = 2_000;

/// How far a sweep may go.
#[derive(Clone, Copy, Debug)]
pub struct SweepLimits {
    /// Steps, over all replays, after which no gap is divided any further.
    pub max_steps: u64,
}

impl Default for SweepLimits {
    fn default() -> Self {
        SweepLimits { max_steps: 50_000_000 }
    }
}

/// What a stimulus leads to, moment by moment.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// How the run ends if it does not come at all.
    pub base: Outcome,
    /// The last moment of that run, µs: its end, or where it was cut.
    pub until_us: u64,
    /// Whether that run goes on behind `until_us` and was only cut there.
    pub cut: bool,
    /// Whether every moment up to `until_us` was covered; otherwise the limit was reached, or it was stopped.
    pub complete: bool,
    /// How many replays it took.
    pub replays: u64,
    /// Stretches of moments with the same outcome, in order, without a gap if `complete`.
    pub stretches: Vec<Moments>,
}

/// Neighbouring moments that lead to the same outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moments {
    /// The first, µs.
    pub from_us: u64,
    /// The last, µs; `None`: for ever.
    pub to_us: Option<u64>,
    /// How it ends, without moments and without what a thread was doing when it was cut off: these may differ.
    pub outcome: Outcome,
}

/// Called after each replay with how many there were; `Break` stops the sweep.
pub type SweepWatch<'w> = &'w mut dyn FnMut(u64) -> ControlFlow<()>;

/// Lets a stimulus without a moment of its own (`number`, in the order of the program) strike at every moment of the
/// run that `options` describe.
pub fn sweep(
    program: &Program,
    number: u32,
    options: &Options,
    limits: &SweepLimits,
    watch: SweepWatch,
) -> Sweep {
    let mut sweeper = Sweeper {
        program,
        number,
        options: options.clone(),
        steps_left: limits.max_steps,
        replays: 0,
        is_stopped: false,
        complete: true,
        stretches: Vec::new(),
        watch,
    };
    let mut base = sweeper.run(None);
    if base.ending == Ending::Bound {
        sweeper.options.step_limit = ENDLESS_STEPS.min(options.step_limit);
        base = sweeper.run(None);
    }
    // A run that is struck may need some steps more than one that is not.
    sweeper.options.step_limit = (base.steps * 2 + ENDLESS_STEPS).min(DEFAULT_STEP_LIMIT);
    let until_us = base.outcome.ended_at_us.unwrap_or(base.until_us);
    let mut marks: Vec<u64> = base.marks.iter().copied().filter(|mark| *mark < until_us).collect();
    marks.push(until_us);
    for (at, mark) in marks.iter().enumerate() {
        if !sweeper.may_go_on() {
            break;
        }
        let struck = sweeper.strike(*mark);
        sweeper.add(*mark, Some(*mark), &struck);
        let Some(next) = marks.get(at + 1).filter(|next| **next - mark > 1) else { continue };
        let (first, last) = (mark + 1, next - 1);
        let (from, to) = (sweeper.strike(first), sweeper.strike(last));
        sweeper.gap((first, from), (last, to));
    }
    if base.ending == Ending::Hang && sweeper.complete {
        // Nothing is due any more, so all later moments are one.
        let later = until_us.saturating_add(1);
        let struck = sweeper.strike(later);
        sweeper.add(later, None, &struck);
    }
    Sweep {
        base: base.outcome,
        until_us,
        cut: matches!(base.ending, Ending::Endless | Ending::Bound),
        complete: sweeper.complete,
        replays: sweeper.replays,
        stretches: sweeper.stretches,
    }
}

/// One replay.
struct Run {
    path: Path,
    marks: Vec<u64>,
    ending: Ending,
    until_us: u64,
    steps: u64,
    outcome: Outcome,
}

/// The steps of a run, each with whether time passed before it.
type Path = Vec<(Choice, bool)>;

impl Run {
    /// Whether both take the same steps in the same order. Runs that go round for ever may be cut at different
    /// rounds.
    fn is_like(&self, other: &Run) -> bool {
        let goes_round = self.ending == Ending::Endless && other.ending == Ending::Endless;
        let same = match goes_round {
            true => self.path.iter().zip(&other.path).all(|(one, another)| one == another),
            false => self.path == other.path,
        };
        same && timeless(&self.outcome) == timeless(&other.outcome)
    }
}

struct Sweeper<'a> {
    program: &'a Program,
    number: u32,
    options: Options,
    steps_left: u64,
    replays: u64,
    is_stopped: bool,
    complete: bool,
    stretches: Vec<Moments>,
    watch: SweepWatch<'a>,
}

impl Sweeper<'_> {
    fn strike(&mut self, at_us: u64) -> Rc<Run> {
        Rc::new(self.run(Some(at_us)))
    }

    fn run(&mut self, strike_us: Option<u64>) -> Run {
        let mut driver = Driver::new(self.program, &self.options, Follower::default());
        if let Some(at_us) = strike_us {
            driver.strike_at(self.number, at_us);
        }
        // Without a script no choice can be impossible.
        while let Ok(Some(_)) = driver.advance() {}
        self.steps_left = self.steps_left.saturating_sub(driver.steps() + 1);
        self.replays += 1;
        self.is_stopped |= (self.watch)(self.replays).is_break();
        let ending = driver.ending();
        let ended_at = (ending == Ending::Exit).then(|| driver.last_end_us());
        let follower = driver.listener();
        let mut marks = follower.marks.clone();
        marks.insert(0, 0);
        marks.dedup();
        Run {
            path: follower.path.clone(),
            marks,
            ending,
            until_us: driver.now_us(),
            steps: driver.steps(),
            outcome: outcome_of(self.program, driver.state(), ending, ended_at, Vec::new()),
        }
    }

    /// Whether the budget allows more. If not, what follows is not covered.
    fn may_go_on(&mut self) -> bool {
        let may = self.steps_left > 0 && !self.is_stopped;
        self.complete &= may;
        may
    }

    /// Covers the moments from one to another, both of which have been replayed.
    fn gap(&mut self, first: (u64, Rc<Run>), last: (u64, Rc<Run>)) {
        if first.1.is_like(&last.1) {
            self.add(first.0, Some(last.0), &first.1);
        } else if last.0 - first.0 == 1 || !self.may_go_on() {
            self.add(first.0, Some(first.0), &first.1);
            self.add(last.0, Some(last.0), &last.1);
        } else {
            let middle = first.0 + (last.0 - first.0) / 2;
            let run = self.strike(middle);
            self.gap(first, (middle, Rc::clone(&run)));
            self.gap((middle, run), last);
        }
    }

    fn add(&mut self, from_us: u64, to_us: Option<u64>, run: &Run) {
        let outcome = timeless(&run.outcome);
        let mut from_us = from_us;
        if let Some(last) = self.stretches.last_mut()
            && let Some(end) = last.to_us
        {
            // The middle of a gap that was divided belongs to both halves.
            if to_us.is_some_and(|to| to <= end) {
                return;
            }
            if last.outcome == outcome && from_us <= end.saturating_add(1) {
                last.to_us = to_us;
                return;
            }
            from_us = from_us.max(end.saturating_add(1));
        }
        self.stretches.push(Moments { from_us, to_us, outcome });
    }
}

/// Writes down which steps are taken, and at which moments.
#[derive(Default)]
struct Follower {
    path: Path,
    marks: Vec<u64>,
    now: u64,
}

impl Follower {
    fn look(&mut self, at_us: u64) {
        if at_us > self.now {
            self.now = at_us;
            self.marks.push(at_us);
            if let Some((_, passed)) = self.path.last_mut() {
                *passed = true;
            }
        }
    }
}

impl Listener for Follower {
    fn happen(&mut self, at_us: u64, _: Happening) {
        self.look(at_us);
    }

    fn arrive(&mut self, at_us: u64, _: ThreadId, _: Pc) {
        self.look(at_us);
    }

    fn leave(&mut self, at_us: u64, _: ThreadId) {
        self.look(at_us);
    }

    fn choose(&mut self, choice: Choice) {
        self.path.push((choice, false));
    }
}

/// Without what differs from one moment to the next although nothing else does.
fn timeless(outcome: &Outcome) -> Outcome {
    let mut outcome = outcome.clone();
    outcome.ended_at_us = None;
    for thread in outcome.processes.iter_mut().flat_map(|process| &mut process.threads) {
        thread.during = None;
    }
    outcome
}
