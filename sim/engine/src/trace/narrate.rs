//! Makes sentences of what happened.

use std::collections::{BTreeMap, HashMap};

use super::words::{bytes, doing, list, names, path};
use super::{Event, Kind, Reason};
use crate::program::{ExceptionId, ExceptionKind, FileId, HandlerId, ProcessId, Program, TextId, ThreadId};
use crate::replay::Recording;
use crate::rules::Topic;
use crate::scenario::Signal;
use crate::trace::HandlerKind;
use crate::world::{Effect, Happening, What};

/// More threads than this that start together are told in one sentence.
const CROWD: u32 = 8;

/// Tells the events of a recording.
pub(super) fn narrate(recording: &Recording) -> Vec<Event> {
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
    for (at, happening) in &recording.happenings {
        narrator.now = *at;
        narrator.tell(happening);
    }
    narrator.end_crowd();
    narrator.tell_end();
    narrator.events
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
            (true, true) => (" (daemon, inherited)", Some(Topic::FlagInherited)),
            (true, false) => (" (daemon)", Some(Topic::DaemonFlag)),
            (false, _) => ("", None),
        };
        let told = Told { topic, ..told(Kind::StartThread, format!("starts {who}{flag}")) };
        let now = std::mem::replace(&mut self.now, crowd.at_us);
        self.push(crowd.process, Some(crowd.starter), told);
        self.now = now;
    }

    /// `None` for what is not worth telling.
    fn sentence(&mut self, process: ProcessId, thread: Option<ThreadId>, what: What) -> Option<Told> {
        let program = self.program;
        let lock = |lock: crate::program::LockId| &program.locks[lock.index()].name;
        let event = |event: crate::program::EventId| &program.events[event.index()].name;
        let queue = |queue: crate::program::QueueId| &program.queues[queue.index()].name;
        let class = |exception: ExceptionId| self.exception(exception);
        Some(match what {
            What::Started { .. } => return None,
            What::StartHangs => {
                told(Kind::Blocked, "starts a thread that never begins").why(Topic::StartHangs)
            }
            What::Spawned { child } => {
                let flag = if program.process(child).daemon { " (daemon)" } else { "" };
                told(Kind::StartProcess, format!("starts process {}{flag}", program.process(child).name))
            }
            What::Worked { label } => told(Kind::Work, format!("done: {}", program.text(label))).routine(),
            What::Slept => told(Kind::Sleep, "wakes up").routine(),
            What::Printed { line } => told(Kind::Print, format!("prints \"{}\"", program.text(line))),
            What::Opened { file } => told(Kind::Open, format!("opens {}", path(program, file))).routine(),
            What::Wrote { file, record, bytes: size, flushed, in_buffer } => {
                return Some(self.wrote(file, record, size, flushed, in_buffer));
            }
            What::WriteBegun { file, record, bytes: size } => {
                let text = format!(
                    "begins to write a {} of {} to {}",
                    program.text(record),
                    bytes(size),
                    path(program, file)
                );
                told(Kind::Write, text)
            }
            What::WriteEnded { file } => told(Kind::Write, format!("has written to {}", path(program, file))),
            What::Flushed { file, bytes: size } => {
                told(Kind::Flush, format!("flushes {}: {} go to disk", path(program, file), bytes(size)))
            }
            What::Closed { file, bytes: size } => {
                let more = if size > 0 { format!(": {} go to disk", bytes(size)) } else { String::new() };
                told(Kind::Close, format!("closes {}{more}", path(program, file)))
            }
            What::Dropped { file, bytes: size, global } => {
                let topic = if global { Topic::GlobalFileClosed } else { Topic::LocalFileClosed };
                let verb = if global { "is closed" } else { "is flushed and closed" };
                let more = if size > 0 { format!(": {} go to disk", bytes(size)) } else { String::new() };
                let told = told(Kind::Close, format!("{} {verb}{more}", path(program, file))).why(topic);
                if size == 0 { told.routine() } else { told }
            }
            What::Kept { bytes: 0, .. } => return None,
            What::Kept { file, bytes: size } => {
                let text = format!("{} stays open: nobody flushes its {}", path(program, file), bytes(size));
                told(Kind::Teardown, text).why(Topic::GlobalFileKept)
            }
            What::Lost { file, bytes: size } => {
                let text =
                    format!("{} loses {} that were still in its buffer", path(program, file), bytes(size));
                told(Kind::Lost, text).why(Topic::BufferLost)
            }
            What::Acquired { lock: id } => told(Kind::Acquire, format!("takes lock {}", lock(id))),
            What::Released { lock: id } => told(Kind::Release, format!("releases lock {}", lock(id))),
            What::EventSet { event: id } => told(Kind::Set, format!("sets {}", event(id))),
            What::Waited { event: id } => told(Kind::Wait, format!("sees that {} is set", event(id))),
            What::Joined { first, end } => {
                let names = names(program, (first.0..end.0).map(ThreadId));
                told(Kind::Join, format!("has joined {}", list(&names)))
            }
            What::JoinedProcess { child } => {
                told(Kind::Join, format!("has joined process {}", program.process(child).name))
            }
            What::Put { queue: id, stop } => told(
                Kind::Put,
                format!("puts {} into {}", if stop { "the end mark" } else { "an item" }, queue(id)),
            ),
            What::Got { queue: id } => told(Kind::Get, format!("takes an item from {}", queue(id))),
            What::GotStop { queue: id } => told(Kind::Get, format!("takes the end mark from {}", queue(id))),
            What::Done { queue: id } => {
                told(Kind::Get, format!("marks an item of {} as done", queue(id))).routine()
            }
            What::Drained { queue: id } => {
                told(Kind::Join, format!("sees that every item of {} is marked done", queue(id)))
                    .why(Topic::QueueJoin)
            }
            What::Submitted { pool } => {
                told(Kind::Submit, format!("submits an item to {}", program.pools[pool.index()].name))
            }
            What::Took { pool } => {
                told(Kind::Get, format!("takes an item of {}", program.pools[pool.index()].name)).routine()
            }
            What::Checked { event: id, set: false } => {
                told(Kind::Check, format!("{} is not set: goes on", event(id))).routine()
            }
            What::Checked { event: id, set: true } => {
                told(Kind::Check, format!("sees that {} is set", event(id)))
            }
            What::TimedOut => told(Kind::Timeout, "gives up waiting"),
            What::Raised { exception } => self.raised(exception),
            What::Caught { exception } => told(Kind::Catch, format!("catches {}", class(exception))),
            What::CleanUp { exception } => {
                told(Kind::Catch, format!("{} is on its way: cleans up", class(exception))).routine()
            }
            What::Registered { handler, too_late } => {
                let verb = if program.handler(handler).kind == HandlerKind::Teardown {
                    "keeps"
                } else {
                    "registers"
                };
                let text = format!("{verb} {}", self.handler(handler));
                if too_late {
                    told(Kind::Register, format!("{text}, too late")).why(Topic::HandlerTooLate)
                } else {
                    told(Kind::Register, text)
                }
            }
            What::Installed { signal, handler } => told(
                Kind::Register,
                match handler {
                    Some(_) => format!("installs a handler for SIG{}", signal.name()),
                    None => format!("ignores SIG{} from now on", signal.name()),
                },
            ),
            What::SignalSent { signal, to } => {
                told(Kind::Signal, format!("sends SIG{} to {}", signal.name(), program.process(to).name))
            }
            What::SignalArrived { signal, effect } => arrived(signal, effect),
            What::HandlerBegins { handler } => self.begins(handler)?,
            What::HandlerEnds { handler } if program.handler(handler).internal => return None,
            What::HandlerEnds { handler } => {
                told(Kind::HandlerEnd, format!("{} is done", self.handler(handler))).routine()
            }
            What::HandlerFails { handler, exception } => {
                let told =
                    told(Kind::Raise, format!("{} leaves {}", class(exception), self.handler(handler)));
                match program.handler(handler).kind {
                    HandlerKind::Exit | HandlerKind::Teardown => told.why(Topic::HandlerErrorIgnored),
                    HandlerKind::EarlyExit | HandlerKind::Signal => told,
                }
            }
            What::MainReturned => told(Kind::Return, "returns").why(Topic::MainReturned),
            What::MainRaised { exception } => self.main_raised(exception),
            What::ThreadFinished => told(Kind::Finish, "finishes"),
            What::ThreadExited { .. } => told(Kind::Finish, "ends silently").why(Topic::PoliteExitInThread),
            What::ThreadRaised { exception } => {
                told(Kind::Raise, format!("ends by {}: the traceback is printed", class(exception)))
                    .why(Topic::ThreadRaised)
            }
            What::Forgotten { thread } => {
                let name = program.thread_name(thread);
                told(Kind::Abandon, format!("takes {name} for ended, although it lives"))
                    .why(Topic::WaitForgotten)
            }
            What::StdioFlushed { bytes: 0 } => return None,
            What::StdioFlushed { bytes: size } => {
                told(Kind::Flush, format!("flushes standard output: {}", bytes(size)))
                    .why(Topic::StdioFlushed)
            }
            What::PoolsDrained => {
                told(Kind::Await, "the thread pools have done all that was submitted").why(Topic::PoolDrained)
            }
            What::Awaits => {
                let names = self.live_threads(process, false);
                if names.is_empty() {
                    return None;
                }
                told(Kind::Await, format!("waits for {}", list(&names))).why(Topic::NonDaemonAwaited)
            }
            What::AwaitDone => {
                let names = self.live_threads(process, true);
                if names.is_empty() {
                    return None;
                }
                told(Kind::Await, format!("does not wait for {}", list(&names))).why(Topic::DaemonNotAwaited)
            }
            What::PhaseAbandoned { exception, .. } => {
                let left = list(&self.live_threads(process, false));
                let more =
                    if left.is_empty() { String::new() } else { format!(": gives up waiting for {left}") };
                told(Kind::Abandon, format!("{} ends this part of the shutdown{more}", class(exception)))
                    .why(Topic::WaitAbandoned)
            }
            What::Terminates { child } => {
                let name = &program.process(child).name;
                told(Kind::Signal, format!("sends SIGTERM to its daemonic child {name}"))
                    .why(Topic::ChildrenTerminated)
            }
            What::ChildrenAwaited => {
                told(Kind::Await, "all its child processes have ended").why(Topic::ChildrenAwaited)
            }
            What::Froze => {
                told(Kind::Freeze, "closes the interpreter: no other thread runs any more").routine()
            }
            What::CutOff { killed } => {
                let thread = thread?;
                let state = &self.recording.state;
                let at = cut_off_at(&doing(program, state, thread, state.pc(program, thread)));
                let topic = if killed { Topic::KilledInPlace } else { Topic::Frozen };
                told(Kind::CutOff, format!("is cut off {at}")).why(topic)
            }
            What::ProcessExited { code, immediate: true } => {
                told(Kind::EndProcess, format!("exits with code {code}, at once")).why(Topic::ImmediateExit)
            }
            What::ProcessExited { code, immediate: false } => {
                told(Kind::EndProcess, format!("exits with code {code}")).why(Topic::ExitStatus)
            }
            What::ProcessKilled { signal } => {
                told(Kind::Killed, format!("is killed by SIG{}", signal.name()))
            }
            What::Orphaned { parent } => {
                let name = &program.process(parent).name;
                told(Kind::Abandon, format!("runs on without its parent {name}")).why(Topic::ChildrenOrphaned)
            }
        })
    }

    fn wrote(&mut self, file: FileId, record: TextId, size: u64, flushed: u64, in_buffer: u64) -> Told {
        let number = self.records.entry((file, record)).or_default();
        *number += 1;
        let durable = self.durable.entry(file).or_default();
        *durable += flushed;
        let (what, path) = (format!("{} {number}", self.program.text(record)), path(self.program, file));
        if flushed == 0 {
            let on_disk = if *durable == 0 { "0".into() } else { bytes(*durable) };
            let text = format!(
                "writes {what} of {path} into its buffer ({} there, {on_disk} on disk)",
                bytes(in_buffer)
            );
            return told(Kind::Write, text).why(Topic::Buffered);
        }
        if in_buffer == 0 && flushed == size {
            return told(Kind::Write, format!("writes {what} of {path}: {} on disk", bytes(size)));
        }
        let text = format!("writes {what} of {path}: the buffer is full, {} go to disk", bytes(flushed));
        told(Kind::Write, text).why(Topic::BufferFull)
    }

    fn raised(&self, exception: ExceptionId) -> Told {
        let program = self.program;
        let told = |text: String| told(Kind::Raise, text);
        match program.exception(exception).kind {
            ExceptionKind::Exit(code) => told(format!("calls sys.exit({code})")).why(Topic::PoliteExit),
            ExceptionKind::Interrupt => told("gets KeyboardInterrupt".into()).why(Topic::KeyboardInterrupt),
            _ => {
                use crate::program::exception as standard;
                let topic = match exception {
                    standard::START_REFUSED | standard::START_IN_TEARDOWN => Some(Topic::StartRefused),
                    standard::START_TWICE => Some(Topic::StartTwice),
                    standard::JOIN_UNSTARTED | standard::JOIN_UNSTARTED_PROCESS => Some(Topic::JoinUnstarted),
                    standard::DAEMONIC_CHILDREN => Some(Topic::DaemonicNoChildren),
                    _ => None,
                };
                let found = program.exception(exception);
                let message =
                    if found.message.is_empty() { String::new() } else { format!(": {}", found.message) };
                Told { topic, ..told(format!("raises {}{message}", found.class)) }
            }
        }
    }

    fn main_raised(&self, exception: ExceptionId) -> Told {
        match self.program.exception(exception).kind {
            ExceptionKind::Exit(code) => {
                told(Kind::Return, format!("ends by sys.exit({code})")).why(Topic::PoliteExit)
            }
            ExceptionKind::Interrupt => {
                told(Kind::Raise, "ends by KeyboardInterrupt: the traceback is printed")
                    .why(Topic::MainInterrupted)
            }
            _ => {
                let text = format!("ends by {}: the traceback is printed", self.exception(exception));
                told(Kind::Raise, text).why(Topic::MainRaised)
            }
        }
    }

    fn begins(&self, handler: HandlerId) -> Option<Told> {
        let info = self.program.handler(handler);
        let topic = match info.kind {
            _ if info.internal => return None,
            HandlerKind::Exit => Topic::ExitHandlersLifo,
            HandlerKind::EarlyExit => Topic::EarlyHandlers,
            HandlerKind::Signal => Topic::SignalHandled,
            HandlerKind::Teardown => Topic::Teardown,
        };
        Some(told(Kind::Handler, format!("runs {}", self.handler(handler))).why(topic))
    }

    fn handler(&self, handler: HandlerId) -> String {
        let info = self.program.handler(handler);
        match info.kind {
            HandlerKind::Signal => format!("the handler for SIG{}", info.name),
            HandlerKind::Exit | HandlerKind::EarlyExit if info.internal => "the end of its children".into(),
            HandlerKind::Exit => format!("exit handler {}", info.name),
            HandlerKind::EarlyExit => format!("early exit handler {}", info.name),
            HandlerKind::Teardown => format!("finalizer {}", info.name),
        }
    }

    fn exception(&self, exception: ExceptionId) -> String {
        let found = self.program.exception(exception);
        match found.kind {
            ExceptionKind::Exit(code) => format!("SystemExit({code})"),
            _ => found.class.clone(),
        }
    }

    /// The live threads of a process with this flag, besides main, in the order of the program.
    fn live_threads(&self, process: ProcessId, daemon: bool) -> Vec<String> {
        let mine = self
            .live
            .iter()
            .filter(|(thread, flag)| **flag == daemon && self.program.process_of(**thread) == process)
            .map(|(thread, _)| *thread);
        names(self.program, mine)
    }

    /// Who is still there when a run never ends, and what for.
    fn tell_end(&mut self) {
        use crate::trace::Ending;
        use crate::world::{Ready, Resource, ThreadStatus, ready};
        if !matches!(self.recording.ending, Ending::Hang | Ending::Endless) {
            return;
        }
        self.now = self.recording.until_us;
        let (program, state) = (self.program, &self.recording.state);
        let threads = (0..program.threads.len() as u32).map(ThreadId);
        for thread in threads.filter(|thread| state.thread_status(program, *thread) == ThreadStatus::Live) {
            let at = doing(program, state, thread, state.pc(program, thread));
            let told = match ready(program, state, thread) {
                Ready::Blocked(resource) if program.instr(state.pc(program, thread)).timeout().is_none() => {
                    let (more, topic) = match resource {
                        Resource::Lock(lock) => match state.holder(program, lock) {
                            Some(holder) if state.thread_status(program, holder) == ThreadStatus::CutOff => {
                                let name = program.thread_name(holder);
                                (format!(", held by {name}, which was cut off"), Some(Topic::LockStaysHeld))
                            }
                            Some(holder) => (format!(", held by {}", program.thread_name(holder)), None),
                            None => (String::new(), None),
                        },
                        Resource::ThreadCount(_) => (String::new(), Some(Topic::NonDaemonAwaited)),
                        Resource::Never => (String::new(), Some(Topic::StartHangs)),
                        _ => (String::new(), None),
                    };
                    Told { topic, ..told(Kind::Blocked, format!("stays for ever: {at}{more}")) }
                }
                _ => told(Kind::Blocked, "goes round for ever".to_owned()),
            };
            self.push(program.process_of(thread), Some(thread), told);
        }
    }
}

/// Where a thread was cut off, as the end of a sentence.
fn cut_off_at(doing: &str) -> String {
    match doing.split_once(' ') {
        _ if doing == "sleep" => "in its sleep".into(),
        Some(("work:", label)) => format!("in the middle of \"{label}\""),
        Some(("about", rest)) => format!("when it was about {rest}"),
        Some(("in", _)) => doing.into(),
        _ => format!("while {doing}"),
    }
}

fn arrived(signal: Signal, effect: Effect) -> Told {
    let name = signal.name();
    let told = |text: &str| told(Kind::Signal, format!("SIG{name} {text}"));
    match effect {
        Effect::Kills if signal == Signal::Kill => told("arrives").why(Topic::SignalKill),
        Effect::Kills => told("arrives: nothing handles it").why(Topic::SignalDefault),
        Effect::KillsLate => told("arrives: its handler is gone").why(Topic::HandlersGone),
        Effect::Handled => told("arrives: its handler will run in main"),
        Effect::Ignored => told("arrives and is ignored").why(Topic::SignalIgnored),
        Effect::Interrupts => told("arrives").why(Topic::KeyboardInterrupt),
        Effect::Misses => told("finds no process"),
    }
}
