//! What a run leaves behind for a trace.

use super::driver::Listener;
use crate::program::{Pc, Program, ThreadId};
use crate::trace::Ending;
use crate::world::{self, Choice, Happening, State, What};

/// A stretch of time that a thread spent at one instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Who.
    pub thread: ThreadId,
    /// At which instruction.
    pub pc: Pc,
    /// µs.
    pub from_us: u64,
    /// µs.
    pub to_us: u64,
    /// Whether the thread was cut off there.
    pub cut: bool,
}

/// A recorded run.
#[derive(Clone)]
pub struct Recording<'p> {
    /// What ran.
    pub program: &'p Program,
    /// What happened, with the time in µs.
    pub happenings: Vec<(u64, Happening)>,
    /// Which happenings each step led to: the number of happenings after it.
    pub step_ends: Vec<usize>,
    /// What each thread was busy with.
    pub stretches: Vec<Stretch>,
    /// The choices, in order.
    pub choices: Vec<Choice>,
    /// The situation at the end.
    pub state: State,
    /// How it ended.
    pub ending: Ending,
    /// The time at which the recording ends, µs.
    pub until_us: u64,
    /// When the last process ended, µs; `None` unless all have.
    pub ended_at_us: Option<u64>,
    standing: Vec<Option<(u64, Pc)>>,
}

impl<'p> Recording<'p> {
    /// An empty recording.
    pub fn new(program: &'p Program) -> Self {
        Recording {
            program,
            happenings: Vec::new(),
            step_ends: Vec::new(),
            stretches: Vec::new(),
            choices: Vec::new(),
            state: world::initial(program),
            ending: Ending::Bound,
            until_us: 0,
            ended_at_us: None,
            standing: vec![None; program.threads.len()],
        }
    }

    pub(super) fn close(
        mut self,
        state: State,
        ending: Ending,
        until_us: u64,
        ended_at_us: Option<u64>,
    ) -> Self {
        for thread in 0..self.standing.len() {
            // Who stands still at the end is shown, even if it came there at the last moment.
            if let Some((from_us, pc)) = self.standing[thread] {
                let thread = ThreadId(thread as u32);
                self.stretches.push(Stretch { thread, pc, from_us, to_us: until_us, cut: false });
            }
        }
        self.step_ends.push(self.happenings.len());
        self.stretches.sort_by_key(|stretch| (stretch.from_us, stretch.thread));
        (self.state, self.ending, self.until_us, self.ended_at_us) = (state, ending, until_us, ended_at_us);
        self
    }

    fn rise(&mut self, at_us: u64, thread: ThreadId, cut: bool) {
        if let Some((from_us, pc)) = self.standing[thread.index()].take()
            && (at_us > from_us || cut)
        {
            self.stretches.push(Stretch { thread, pc, from_us, to_us: at_us, cut });
        }
    }
}

impl Listener for Recording<'_> {
    fn happen(&mut self, at_us: u64, happening: Happening) {
        if let (What::CutOff { .. }, Some(thread)) = (happening.what, happening.thread) {
            self.rise(at_us, thread, true);
        }
        self.happenings.push((at_us, happening));
    }

    fn arrive(&mut self, at_us: u64, thread: ThreadId, pc: Pc) {
        self.standing[thread.index()] = Some((at_us, pc));
    }

    fn leave(&mut self, at_us: u64, thread: ThreadId) {
        self.rise(at_us, thread, false);
    }

    fn choose(&mut self, choice: Choice) {
        if !self.choices.is_empty() {
            self.step_ends.push(self.happenings.len());
        }
        self.choices.push(choice);
    }
}
