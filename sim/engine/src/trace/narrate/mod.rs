//! Makes sentences of what happened.
//!
//! * `sentence`: one for each thing that can happen; `parts`: the longer ones.
//! * `stuck`: the end of a run that never ends.

mod parts;
mod sentence;
mod stuck;

use std::collections::{BTreeMap, HashMap};

use super::{Event, Kind, Reason};
use crate::program::{FileId, ProcessId, Program, TextId, ThreadId};
use crate::replay::Recording;
use crate::rules::{Flag, Topic};
use crate::world::{Happening, What};

/// More threads than this that start together are told in one sentence.
const CROWD: u32 = 8;

/// Tells the events of a recording.
pub(super) fn narrate(recording: &Recording) -> Vec<Event> {
    told_with_ends(recording).0
}

/// The event that tells a step of a recording, as an index into what [`narrate`] tells; of several the first that is
/// no routine. A step that nothing is told of is told with the next one.
pub(crate) fn event_of_step(recording: &Recording, step: usize) -> Option<usize> {
    let (events, ends) = told_with_ends(recording);
    let told_by = |happenings: usize| happenings.checked_sub(1).map_or(0, |last| ends[last]);
    let before = step.checked_sub(1).map_or(Some(0), |before| recording.step_ends.get(before).copied())?;
    let (first, end) = (told_by(before), told_by(*recording.step_ends.get(step)?));
    let spoken = (first..end).find(|event| !events[*event].routine);
    spoken.or((first < events.len()).then_some(first))
}

/// The events, and for each happening how many events had been told after it.
fn told_with_ends(recording: &Recording) -> (Vec<Event>, Vec<usize>) {
    let mut narrator = Narrator {
        program: recording.program,
        recording,
        events: Vec::new(),
        now: 0,
        live: BTreeMap::new(),
        records: HashMap::new(),
        durable: HashMap::new(),
        crowd: None,
    };
    let mut ends = Vec::with_capacity(recording.happenings.len());
    for (at, happening) in &recording.happenings {
        narrator.now = *at;
        narrator.tell(happening);
        // A crowd has an event of its own, which only waits for its last thread.
        ends.push(narrator.events.len() + usize::from(narrator.crowd.is_some()));
    }
    narrator.end_crowd();
    narrator.tell_end();
    (narrator.events, ends)
}

/// Threads of one group that were started one after the other, by one thread.
struct Crowd {
    starter: ThreadId,
    process: ProcessId,
    first: ThreadId,
    last: ThreadId,
    daemon: bool,
    inherited: bool,
    /// When the last of them started, µs: it is told only when the next thing happens.
    at_us: u64,
}

struct Narrator<'r> {
    program: &'r Program,
    recording: &'r Recording<'r>,
    events: Vec<Event>,
    now: u64,
    /// Live threads besides the main threads, with their daemon flag.
    live: BTreeMap<ThreadId, bool>,
    records: HashMap<(FileId, TextId), u64>,
    durable: HashMap<FileId, u64>,
    crowd: Option<Crowd>,
}

/// One event without its place in the trace.
struct Told {
    kind: Kind,
    text: String,
    topic: Option<Topic>,
    routine: bool,
}

fn told(kind: Kind, text: impl Into<String>) -> Told {
    Told { kind, text: text.into(), topic: None, routine: false }
}

impl Told {
    fn why(self, topic: Topic) -> Self {
        Told { topic: Some(topic), ..self }
    }

    fn routine(self) -> Self {
        Told { routine: true, ..self }
    }
}

impl Narrator<'_> {
    fn push(&mut self, process: ProcessId, thread: Option<ThreadId>, told: Told) {
        let rule = told.topic.map(|topic| self.program.runtime.rule(topic));
        self.events.push(Event {
            seq: self.events.len() as u64,
            at_us: self.now,
            process: self.program.process(process).name.clone(),
            thread: thread.map(|thread| self.program.thread_name(thread)),
            kind: told.kind,
            text: told.text,
            reason: Reason {
                rule: rule.map(|rule| rule.id),
                why: rule.map(|rule| rule.sentence),
                chapter: rule.map(|rule| rule.chapter),
            },
            routine: told.routine,
            decisive: false,
        });
    }

    fn tell(&mut self, happening: &Happening) {
        let Happening { process, thread, what } = *happening;
        if let (What::Started { thread: new, daemon, inherited }, Some(starter)) = (what, thread) {
            self.live.insert(new, daemon);
            return self.start(process, starter, new, daemon, inherited);
        }
        self.end_crowd();
        if let Some(told) = self.sentence(process, thread, what) {
            self.push(process, thread, told);
        }
        match (what, thread) {
            (
                What::ThreadFinished
                | What::ThreadExited { .. }
                | What::ThreadRaised { .. }
                | What::CutOff { .. },
                Some(thread),
            ) => {
                self.live.remove(&thread);
            }
            (What::FlagChanged { thread, daemon }, _) => {
                self.live.entry(thread).and_modify(|flag| *flag = daemon);
            }
            (What::Forgotten { thread }, _) => {
                self.live.insert(thread, true);
            }
            _ => {}
        }
    }

    fn start(&mut self, process: ProcessId, starter: ThreadId, new: ThreadId, daemon: bool, inherited: bool) {
        let same_group = |other: ThreadId| {
            self.program.threads[other.index()].group == self.program.threads[new.index()].group
        };
        if let Some(crowd) = &mut self.crowd {
            let goes_on = crowd.starter == starter && crowd.last.0 + 1 == new.0 && same_group(crowd.last);
            if goes_on && self.program.group(new).count > CROWD {
                (crowd.last, crowd.at_us) = (new, self.now);
                return;
            }
        }
        self.end_crowd();
        self.crowd =
            Some(Crowd { starter, process, first: new, last: new, daemon, inherited, at_us: self.now });
    }

    fn end_crowd(&mut self) {
        let Some(crowd) = self.crowd.take() else { return };
        let first = self.program.thread_name(crowd.first);
        let who = if crowd.first == crowd.last {
            first
        } else {
            format!("{first} to {}", self.program.thread_name(crowd.last))
        };
        let (flag, topic) = match (crowd.daemon, crowd.inherited) {
            _ if self.program.runtime.facts.flag == Flag::AllDaemons => ("", Some(Topic::NoDaemonFlag)),
            (true, true) => (" (daemon, inherited)", Some(Topic::FlagInherited)),
            (true, false) => (" (daemon)", Some(Topic::DaemonFlag)),
            (false, _) => ("", None),
        };
        let told = Told { topic, ..told(Kind::StartThread, format!("starts {who}{flag}")) };
        let now = std::mem::replace(&mut self.now, crowd.at_us);
        self.push(crowd.process, Some(crowd.starter), told);
        self.now = now;
    }
}
