//! The clock, who is ready, who waits, and one step after the other.
//!
//! `places`: where each thread is between two steps; `recorded`: a run that was listened to.

mod places;
mod recorded;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};

use rand::SeedableRng;
use rand::rand_core::Rng as _;
use rand::rngs::ChaCha8Rng;
use rustc_hash::FxHashMap;

use super::Options;
use super::endless::{Endless, Situation};
use crate::program::{Pc, ProcessId, Program, ThreadId};
use crate::trace::Ending;
use crate::world::{
    self, Choice, Happening, ProcessStatus, Ready, Resource, Sink, State, ThreadStatus, What,
};

/// Threads woken per step, on average over all steps that are allowed, before a run is given up. Each release of a lock
/// wakes all who wait for it, so thousands of threads at one lock cost far more than their steps.
const WOKEN_PER_STEP: u64 = 16;

/// Hears what a run does and when. `()` hears nothing.
pub trait Listener {
    /// Something happened.
    fn happen(&mut self, at_us: u64, happening: Happening);
    /// A thread stands at an instruction that takes time or has to wait.
    fn arrive(&mut self, at_us: u64, thread: ThreadId, pc: Pc);
    /// It goes on.
    fn leave(&mut self, at_us: u64, thread: ThreadId);
    /// This was chosen.
    fn choose(&mut self, choice: Choice);
}

impl Listener for () {
    fn happen(&mut self, _: u64, _: Happening) {}
    fn arrive(&mut self, _: u64, _: ThreadId, _: Pc) {}
    fn leave(&mut self, _: u64, _: ThreadId) {}
    fn choose(&mut self, _: Choice) {}
}

/// A scripted choice that is not possible where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Its position in the script, from 0.
    pub position: usize,
    /// The choice.
    pub choice: Choice,
}

#[derive(Clone, Copy)]
enum Candidate {
    Thread(ThreadId),
    Stimulus(u32),
}

/// What the driver knows of a thread.
#[derive(Clone, Default)]
struct Seat {
    /// In `ready` already.
    queued: bool,
    /// The instruction that it has come to, and how many handlers deep.
    place: Option<(Pc, usize)>,
    /// When its instruction is over, or gives up.
    deadline: Option<u64>,
    /// Outdates the timers of instructions that it has left.
    generation: u32,
    /// What it waits for, and its place in that line.
    waits: Option<(Resource, u64)>,
    /// Deadlines of what handlers have interrupted, with the place to come back to and the time of the interruption.
    interrupted: Vec<(Pc, Option<u64>, u64)>,
}

/// One run in progress.
pub struct Driver<'p, L> {
    program: &'p Program,
    state: State,
    listener: L,
    now: u64,
    ready: VecDeque<Candidate>,
    seats: Vec<Seat>,
    timers: BinaryHeap<Reverse<(u64, u64, ThreadId, u32)>>,
    lines: FxHashMap<Resource, BTreeMap<u64, ThreadId>>,
    tickets: u64,
    stimuli: VecDeque<(u64, u32)>,
    /// Draws who moves first.
    random: Option<ChaCha8Rng>,
    /// Draws durations: a stream of its own, so that a script, which decides who moves, leaves them as they are.
    lengths: Option<ChaCha8Rng>,
    script: VecDeque<Choice>,
    scripted: usize,
    steps: u64,
    step_limit: u64,
    /// Threads that were woken so far to see whether they can go on.
    woken: u64,
    endless: Endless,
    ended: Option<Ending>,
    last_end: u64,
    /// Room for what a step touches.
    touched: Vec<Resource>,
}

/// Collects what a step tells, and passes it on with the time.
struct Ear<'l, L> {
    now: u64,
    listener: &'l mut L,
    touched: Vec<Resource>,
    process_ended: bool,
}

impl<L: Listener> Sink for Ear<'_, L> {
    fn happen(&mut self, happening: Happening) {
        self.process_ended |=
            matches!(happening.what, What::ProcessExited { .. } | What::ProcessKilled { .. });
        self.listener.happen(self.now, happening);
    }

    fn touch(&mut self, resource: Resource) {
        self.touched.push(resource);
    }
}

impl<'p, L: Listener> Driver<'p, L> {
    /// A run at its beginning.
    pub fn new(program: &'p Program, options: &Options, listener: L) -> Self {
        let timed = program.stimuli.iter().enumerate();
        let mut stimuli: Vec<_> =
            timed.filter_map(|(n, stimulus)| Some((stimulus.at_us?, n as u32))).collect();
        stimuli.sort_unstable();
        let mut driver = Driver {
            program,
            state: world::initial(program),
            listener,
            now: 0,
            ready: VecDeque::new(),
            seats: vec![Seat::default(); program.threads.len()],
            timers: BinaryHeap::new(),
            lines: FxHashMap::default(),
            tickets: 0,
            stimuli: stimuli.into(),
            random: (options.seed != 0).then(|| generator(options.seed, 0)),
            lengths: (options.seed != 0 && program.has_ranges).then(|| generator(options.seed, 1)),
            script: options.script.iter().copied().collect(),
            scripted: 0,
            steps: 0,
            step_limit: options.step_limit,
            woken: 0,
            endless: Endless::new(program.has_ranges && options.seed != 0),
            ended: None,
            last_end: 0,
            touched: Vec::new(),
        };
        for process in (0..program.processes.len() as u32).map(ProcessId) {
            if driver.state.process_status(program, process) == ProcessStatus::Live {
                driver.arrive(program.process(process).main, None, false);
            }
        }
        driver
    }

    /// Takes one step; `None` when the run is over.
    ///
    /// # Errors
    ///
    /// A scripted choice that is not possible here.
    pub fn advance(&mut self) -> Result<Option<Choice>, Mismatch> {
        if self.ended.is_some() {
            return Ok(None);
        }
        let too_many_woken = self.woken > self.step_limit.saturating_mul(WOKEN_PER_STEP);
        if self.steps >= self.step_limit || too_many_woken {
            self.ended = Some(Ending::Bound);
            return Ok(None);
        }
        let choice = match self.script.pop_front() {
            Some(choice) => {
                self.scripted += 1;
                self.wait_until_due(choice);
                if !self.is_possible(choice) {
                    return Err(Mismatch { position: self.scripted - 1, choice });
                }
                self.take_from_queue(choice);
                Some(choice)
            }
            None => self.choose(),
        };
        match choice {
            Some(choice) => self.perform(choice),
            None => self.ended = Some(self.how_it_ended()),
        }
        Ok(choice)
    }

    /// A signal from outside strikes now, between two steps.
    pub fn inject(&mut self, process: ProcessId, signal: crate::scenario::Signal) {
        self.ended = None;
        self.perform(Choice::Signal(process, signal));
    }

    /// Gives a stimulus of the scenario a moment, µs. To be called before the first step; a number that the program
    /// does not know is ignored.
    pub fn strike_at(&mut self, number: u32, at_us: u64) {
        if (number as usize) < self.program.stimuli.len() {
            self.stimuli.retain(|(_, other)| *other != number);
            let place = self.stimuli.partition_point(|other| *other < (at_us, number));
            self.stimuli.insert(place, (at_us, number));
        }
    }

    /// The next choice of the policy, after time has passed if need be.
    fn choose(&mut self) -> Option<Choice> {
        loop {
            let Some(candidate) = self.pick() else {
                if let Some(watchdog) = self.state.watchdog_ready(self.program) {
                    return Some(Choice::Run(watchdog));
                }
                if !self.pass_time() {
                    return None;
                }
                continue;
            };
            let thread = match candidate {
                Candidate::Stimulus(number) => return Some(Choice::Stimulus(number)),
                Candidate::Thread(thread) => thread,
            };
            self.seats[thread.index()].queued = false;
            let due = self.seats[thread.index()].deadline.is_none_or(|deadline| deadline <= self.now);
            match world::ready(self.program, &self.state, thread) {
                Ready::Signalled => return Some(Choice::Run(thread)),
                Ready::Now if due || self.instr(thread).time().is_none() => return Some(Choice::Run(thread)),
                Ready::Blocked(_) if due && self.instr(thread).timeout().is_some() => {
                    return Some(Choice::Timeout(thread));
                }
                Ready::Blocked(resource) => self.line_up(thread, resource),
                Ready::Now | Ready::Gone => {}
            }
        }
    }

    fn pick(&mut self) -> Option<Candidate> {
        match &mut self.random {
            Some(random) if self.ready.len() > 1 => {
                let index = random.next_u64() as usize % self.ready.len();
                self.ready.swap_remove_back(index)
            }
            _ => self.ready.pop_front(),
        }
    }

    /// Moves the clock to the next moment at which something is due. False: nothing ever will be.
    fn pass_time(&mut self) -> bool {
        while let Some(Reverse((_, _, thread, generation))) = self.timers.peek()
            // Left behind, or of a thread that has been cut off.
            && (self.seats[thread.index()].generation != *generation
                || self.state.thread_status(self.program, *thread) != ThreadStatus::Live)
        {
            self.timers.pop();
        }
        let timer = self.timers.peek().map(|Reverse((at, ..))| *at);
        let stimulus = self.stimuli.front().map(|(at, _)| *at);
        let Some(next) = timer.into_iter().chain(stimulus).min() else { return false };
        if stimulus.is_none() && self.comes_again() {
            self.ended = Some(Ending::Endless);
            return false;
        }
        self.now = self.now.max(next);
        while let Some(Reverse((at, _, thread, generation))) = self.timers.peek().copied()
            && at <= self.now
        {
            self.timers.pop();
            if self.seats[thread.index()].generation == generation {
                self.enqueue(thread, false);
            }
        }
        while let Some((at, number)) = self.stimuli.front().copied()
            && at <= self.now
        {
            self.stimuli.pop_front();
            self.ready.push_back(Candidate::Stimulus(number));
        }
        true
    }

    fn comes_again(&mut self) -> bool {
        let (seats, timers, lines, now) = (&self.seats, &self.timers, &self.lines, self.now);
        let (program, state) = (self.program, &self.state);
        let situation = || Situation {
            timers: {
                let valid = timers.iter().filter(|Reverse((_, _, thread, generation))| {
                    seats[thread.index()].generation == *generation
                        && state.thread_status(program, *thread) == ThreadStatus::Live
                });
                // A script may have moved the clock past a timer.
                let left = |at: u64| at.saturating_sub(now);
                let mut timers: Vec<_> =
                    valid.map(|Reverse((at, ticket, thread, _))| (left(*at), *thread, *ticket)).collect();
                timers.sort_unstable();
                timers
            },
            lines: {
                #[expect(clippy::disallowed_methods, reason = "from one map into another: no order is seen")]
                let waiting = lines.iter().filter(|(_, line)| !line.is_empty());
                waiting.map(|(resource, line)| (*resource, line.values().copied().collect())).collect()
            },
        };
        self.endless.comes_again(self.program, &self.state, situation)
    }

    /// Passes the time that the policy would have let pass before it made this choice, so that a run that is
    /// repeated choice by choice is the same run to the microsecond.
    fn wait_until_due(&mut self, choice: Choice) {
        let seat = |thread: ThreadId| self.seats.get(thread.index());
        let due = match choice {
            Choice::Run(thread) => seat(thread)
                .and_then(|seat| seat.deadline)
                .filter(|_| world::ready(self.program, &self.state, thread) == Ready::Now)
                .filter(|_| self.instr(thread).time().is_some()),
            Choice::Timeout(thread) => seat(thread).and_then(|seat| seat.deadline),
            Choice::Stimulus(number) => {
                self.stimuli.iter().find(|(_, other)| *other == number).map(|(at, _)| *at)
            }
            Choice::Signal(..) => None,
        };
        let Some(due) = due.filter(|due| *due > self.now) else { return };
        self.settle();
        while self.now < due && self.pass_time() {}
        // The script knows better whether it goes on.
        self.ended = None;
        self.now = self.now.max(due);
    }

    /// Sends everybody in the queue who cannot move to the place where they wait, as the policy does before it lets
    /// time pass.
    fn settle(&mut self) {
        for _ in 0..self.ready.len() {
            let Some(candidate) = self.ready.pop_front() else { return };
            let Candidate::Thread(thread) = candidate else {
                self.ready.push_back(candidate);
                continue;
            };
            let due = self.seats[thread.index()].deadline.is_none_or(|deadline| deadline <= self.now);
            let stays = match world::ready(self.program, &self.state, thread) {
                Ready::Signalled => true,
                Ready::Now => due || self.instr(thread).time().is_none(),
                Ready::Blocked(_) if due && self.instr(thread).timeout().is_some() => true,
                Ready::Blocked(resource) => {
                    self.line_up(thread, resource);
                    false
                }
                Ready::Gone => false,
            };
            if stays {
                self.ready.push_back(candidate);
            } else {
                self.seats[thread.index()].queued = false;
            }
        }
    }

    /// Whoever moves leaves the queue.
    fn take_from_queue(&mut self, choice: Choice) {
        let is_it = |candidate: &Candidate| match (*candidate, choice) {
            (Candidate::Thread(one), Choice::Run(other) | Choice::Timeout(other)) => one == other,
            (Candidate::Stimulus(one), Choice::Stimulus(other)) => one == other,
            _ => false,
        };
        if let Some(place) = self.ready.iter().position(is_it) {
            self.ready.remove(place);
        }
        if let Choice::Run(thread) | Choice::Timeout(thread) = choice {
            self.seats[thread.index()].queued = false;
        }
    }

    fn how_it_ended(&self) -> Ending {
        let processes = (0..self.program.processes.len() as u32).map(ProcessId);
        let alive = |process| self.state.process_status(self.program, process) == ProcessStatus::Live;
        match self.ended {
            Some(ending) => ending,
            None if processes.into_iter().any(alive) => Ending::Hang,
            None => Ending::Exit,
        }
    }

    fn is_possible(&mut self, choice: Choice) -> bool {
        let program = self.program;
        match choice {
            Choice::Run(thread) => {
                thread.index() < program.threads.len()
                    && matches!(world::ready(program, &self.state, thread), Ready::Now | Ready::Signalled)
            }
            Choice::Timeout(thread) => {
                thread.index() < program.threads.len()
                    && matches!(world::ready(program, &self.state, thread), Ready::Blocked(_))
                    && self.instr(thread).timeout().is_some()
            }
            Choice::Stimulus(number) => {
                self.stimuli.retain(|(_, other)| *other != number);
                (number as usize) < program.stimuli.len()
            }
            Choice::Signal(process, _) => process.index() < program.processes.len(),
        }
    }

    /// Takes the step, and finds everybody it concerns a place to wait.
    fn perform(&mut self, choice: Choice) {
        self.steps += 1;
        self.listener.choose(choice);
        let thread = match choice {
            Choice::Run(thread) | Choice::Timeout(thread) => Some(thread),
            Choice::Stimulus(_) | Choice::Signal(..) => None,
        };
        let before = thread.map(|thread| self.leave(thread));
        let mut ear = Ear {
            now: self.now,
            listener: &mut self.listener,
            touched: std::mem::take(&mut self.touched),
            process_ended: false,
        };
        world::step(self.program, &mut self.state, choice, &mut ear);
        let (mut touched, process_ended) = (ear.touched, ear.process_ended);
        if process_ended {
            self.last_end = self.now;
        }
        if let (Some(thread), Some(before)) = (thread, before) {
            let resumed = self.follow_handlers(thread, before);
            self.arrive(thread, resumed, true);
        }
        for resource in touched.drain(..) {
            match resource {
                Resource::Thread(other) if self.is_new(other) => self.arrive(other, None, false),
                Resource::Thread(other) if Some(other) != thread && self.was_moved(other) => {
                    self.move_on(other);
                }
                Resource::Thread(other) => self.enqueue(other, false),
                _ => {
                    if let Some(line) = self.lines.get_mut(&resource) {
                        self.woken += line.len() as u64;
                        for waiting in std::mem::take(line).into_values() {
                            self.seats[waiting.index()].waits = None;
                            self.enqueue(waiting, false);
                        }
                    }
                }
            }
        }
        self.touched = touched;
    }

    /// The situation now.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The last situation, when nothing else is asked.
    pub fn into_state(self) -> State {
        self.state
    }

    /// The virtual time, µs.
    pub fn now_us(&self) -> u64 {
        self.now
    }

    /// When a process ended last, µs.
    pub fn last_end_us(&self) -> u64 {
        self.last_end
    }

    /// Steps taken so far.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// How the run ended; while it goes on, the bound is all that is known.
    pub fn ending(&self) -> Ending {
        self.ended.unwrap_or(Ending::Bound)
    }

    /// The listener.
    pub fn listener(&self) -> &L {
        &self.listener
    }
}

/// One stream of the numbers that a seed stands for.
fn generator(seed: u64, stream: u64) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(stream);
    random
}
