//! A run that can also go back.
//!
//! Nothing is ever undone: the same program with the same seed and the same strikes is the same run, so going back
//! is going there again from the start, one step less.

use closing_time_engine::Loaded;
use closing_time_engine::program::{ProcessId, Program};
use closing_time_engine::replay::{Driver, Options, Recording, Schedule};
use closing_time_engine::scenario::Signal;
use closing_time_engine::show::seconds;
use closing_time_engine::trace::{Event, Trace};
use closing_time_engine::world::Choice;

use crate::scenario::replay::MOST_STATES;

/// A signal that the reader has sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Strike {
    /// After so many steps.
    after: u64,
    signal: Signal,
    process: ProcessId,
}

/// What happened so far, and from where on it is new.
pub(super) struct News {
    pub(super) trace: Trace,
    /// Position of the first new event.
    pub(super) from: usize,
}

/// Where the reader stands.
pub(super) struct Walk<'p> {
    loaded: &'p Loaded,
    options: Options,
    driver: Driver<'p, Recording<'p>>,
    /// The run is over.
    over: bool,
    /// Signals sent so far, in order; those that were sent before the end of the script are in the script.
    strikes: Vec<Strike>,
    /// The steps of the schedule that decide.
    decisive: Vec<usize>,
    /// It was said that the schedule is over.
    beyond_said: bool,
    /// The numbers of steps at which the reader has stopped.
    stops: Vec<u64>,
    /// Events that have been shown, and the last of them: it may still grow ("starts a" → "starts a to c").
    told: usize,
    last_told: Option<Event>,
}

impl<'p> Walk<'p> {
    /// At the beginning. Strikes that lie ahead will happen when their step comes. The script must have been replayed
    /// before: each of its steps is possible.
    pub(super) fn new(loaded: &'p Loaded, options: Options, strikes: Vec<Strike>) -> Walk<'p> {
        let driver = begin(&loaded.program, &options);
        let decisive = match options.script.as_slice() {
            [] => Vec::new(),
            script => loaded.decisive(script, MOST_STATES),
        };
        Walk {
            loaded,
            options,
            driver,
            over: false,
            strikes,
            decisive,
            beyond_said: false,
            stops: Vec::new(),
            told: 0,
            last_told: None,
        }
    }

    /// Goes forward to this number of steps, or as far as there are steps; what lies beyond is forgotten.
    pub(super) fn go_to(&mut self, steps: u64) {
        let mut seen = self.happenings();
        while self.driver.steps() < steps && !self.over {
            self.take_one();
            if self.happenings() > seen {
                seen = self.happenings();
                self.stops.push(self.driver.steps());
            }
        }
        let here = self.driver.steps();
        self.strikes.retain(|strike| strike.after < here);
    }

    /// The next step that shows: some only change what nobody sees.
    pub(super) fn next(&mut self) {
        let before = self.happenings();
        while !self.over && self.happenings() == before {
            self.take_one();
        }
        self.stops.push(self.driver.steps());
    }

    /// To the end of the schedule, if that lies ahead, else to the end of the run.
    pub(super) fn finish(&mut self) {
        let written = self.options.script.len() as u64;
        let end = if self.driver.steps() < written { written } else { u64::MAX };
        while !self.over && self.driver.steps() < end {
            self.next();
        }
    }

    /// Whether the last steps went beyond the schedule, and that is new.
    pub(super) fn leaves_schedule(&mut self) -> bool {
        let written = self.options.script.len() as u64;
        let beyond = written > 0 && self.driver.steps() > written;
        !std::mem::replace(&mut self.beyond_said, beyond) && beyond
    }

    /// To where the reader stopped before.
    pub(super) fn back(&mut self) {
        let here = self.driver.steps();
        let target = self.stops.iter().rev().find(|stop| **stop < here).copied().unwrap_or(0);
        (self.driver, self.over) = (begin(&self.loaded.program, &self.options), false);
        self.stops.clear();
        self.go_to(target);
        let events = self.trace().events;
        (self.told, self.last_told) = (events.len(), events.last().cloned());
    }

    /// Sends a signal now. `words` are a signal and a process, in any order, both optional.
    ///
    /// # Errors
    ///
    /// Why it cannot be sent, in words.
    pub(super) fn strike(&mut self, words: &[String]) -> Result<(), String> {
        let processes = &self.loaded.program.processes;
        let (mut signal, mut process) = (None, None);
        for word in words {
            let named = processes.iter().position(|process| process.name == *word);
            match (Signal::parse(word), named) {
                (Some(known), _) if signal.is_none() => signal = Some(known),
                (_, Some(number)) if process.is_none() => process = Some(ProcessId(number as u32)),
                _ => {
                    let signals = Signal::ALL.map(|signal| signal.name()).join(" ");
                    let names: Vec<_> = processes.iter().map(|process| process.name.as_str()).collect();
                    return Err(format!(
                        "`{word}` is no signal ({signals}) and no process ({})",
                        names.join(" ")
                    ));
                }
            }
        }
        let here = self.driver.steps();
        let (signal, process) = (signal.unwrap_or(Signal::Term), process.unwrap_or(ProcessId(0)));
        if here < self.options.script.len() as u64 {
            // What the schedule has behind this may not be possible any more.
            self.options.script = self.driver.listener().choices.clone();
            self.options.script.push(Choice::Signal(process, signal));
            self.decisive = self.loaded.decisive(&self.options.script, MOST_STATES);
            self.driver = begin(&self.loaded.program, &self.options);
            self.go_to(here);
        } else {
            self.strikes.push(Strike { after: here, signal, process });
        }
        self.over = false;
        self.take_one();
        self.stops.push(self.driver.steps());
        Ok(())
    }

    fn take_one(&mut self) {
        let here = self.driver.steps();
        if let Some(strike) = self.strikes.iter().find(|strike| strike.after == here) {
            self.driver.inject(strike.process, strike.signal);
            return;
        }
        // What is scripted was replayed before, so nothing can be impossible.
        self.over = !matches!(self.driver.advance(), Ok(Some(_)));
    }

    /// What has not been shown yet; now it has.
    pub(super) fn take_news(&mut self) -> News {
        let trace = self.trace();
        let events = &trace.events;
        let same = self.told == 0 || events.get(self.told - 1) == self.last_told.as_ref();
        let from = if same { self.told } else { self.told - 1 };
        (self.told, self.last_told) = (events.len(), events.last().cloned());
        News { trace, from }
    }

    /// What happened so far, told.
    pub(super) fn trace(&self) -> Trace {
        self.loaded.tell_marked(&self.driver.so_far(), &self.options, &self.decisive)
    }

    /// A string that repeats exactly this run: every choice, once the reader has meddled.
    pub(super) fn schedule(&self) -> String {
        let meddled = !self.strikes.is_empty();
        let choices = if meddled { &self.driver.listener().choices } else { &self.options.script };
        let choices = choices.clone();
        Schedule { seed: self.options.seed, choices }.encode(&self.loaded.program)
    }

    pub(super) fn strikes(&self) -> Vec<Strike> {
        self.strikes.clone()
    }

    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    pub(super) fn steps(&self) -> u64 {
        self.driver.steps()
    }

    /// The step and the virtual time.
    pub(super) fn prompt(&self) -> String {
        match self.over {
            true => format!("[{} end] ", self.driver.steps()),
            false => format!("[{} {}] ", self.driver.steps(), seconds(self.driver.now_us(), 3)),
        }
    }

    fn happenings(&self) -> usize {
        self.driver.listener().happenings.len()
    }
}

fn begin<'p>(program: &'p Program, options: &Options) -> Driver<'p, Recording<'p>> {
    Driver::new(program, options, Recording::new(program))
}
