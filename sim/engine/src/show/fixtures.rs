//! Runs written by hand, so that the renderers are tested without the engine.

use crate::scenario::{Knob, KnobValue, Scenario, TimeRange};
use crate::trace::{
    Activity, Doing, Ending, Event, Fate, FileOutcome, HandlerKind, HandlerOutcome, Kind, Lane, Next,
    Outcome, ProcessOutcome, Reason, Status, ThreadOutcome, Trace,
};

const MS: u64 = 1_000;
const NOT_DAEMON: &str = "it is not a daemon: the process waits, without limit";
const DAEMONS: &str = "they are daemons";
pub(super) const FINALLY: &str =
    "the interpreter is closing: a thread stops the moment it wants it, and its finally blocks never run";
const BUFFER: &str = "a write goes to a buffer inside the process first";

fn because(rule: &'static str, why: &'static str) -> Reason {
    Reason { rule: Some(rule), why: Some(why), chapter: Some("cut-off#what-is-lost") }
}

/// One event of a thread of `server`, without a reason.
pub(super) fn step(at_us: u64, thread: &str, kind: Kind, text: &str) -> Event {
    let thread = Some(thread.to_owned());
    let (process, text) = ("server".to_owned(), text.to_owned());
    Event {
        seq: 0,
        at_us,
        process,
        thread,
        kind,
        text,
        reason: Reason::default(),
        routine: false,
        decisive: false,
    }
}

/// A trace in the making; the process is `server` unless said otherwise.
struct Story(Trace);

impl Story {
    fn new(scenario: &str, title: &str) -> Self {
        let outcome = Outcome {
            ending: Ending::Exit,
            ended_at_us: None,
            processes: Vec::new(),
            files: Vec::new(),
            stdout: Vec::new(),
            left_behind: Vec::new(),
            hang: None,
        };
        Story(Trace {
            schema: "closing-time/trace/1",
            scenario: scenario.to_owned(),
            title: title.to_owned(),
            runtime: "cpython-3.13".to_owned(),
            seed: 0,
            schedule: "ct1:".to_owned(),
            arguments: Vec::new(),
            lanes: Vec::new(),
            events: Vec::new(),
            spans: Vec::new(),
            notes: Vec::new(),
            outcome,
            next: Vec::new(),
            chapter: None,
        })
    }

    fn process(mut self, name: &str, status: Option<Status>) -> Self {
        let (threads, handlers) = (Vec::new(), Vec::new());
        self.0.outcome.processes.push(ProcessOutcome { name: name.to_owned(), status, threads, handlers });
        self
    }

    /// A thread of the last process, from and until in ms.
    fn thread(
        mut self,
        name: &str,
        daemon: bool,
        life: Option<(u64, Option<u64>)>,
        fate: Fate,
        during: &str,
    ) -> Self {
        let process = self.0.outcome.processes.last_mut().unwrap();
        self.0.lanes.push(Lane {
            process: process.name.clone(),
            thread: name.to_owned(),
            daemon,
            from_us: life.map(|life| life.0 * MS),
            to_us: life.and_then(|life| life.1).map(|to| to * MS),
            fate,
        });
        let during = Some(during.to_owned()).filter(|during| !during.is_empty());
        process.threads.push(ThreadOutcome {
            name: name.to_owned(),
            daemon,
            fate,
            during,
            holding: Vec::new(),
        });
        self
    }

    fn holding(mut self, lock: &str) -> Self {
        let thread = self.0.outcome.processes.last_mut().unwrap().threads.last_mut().unwrap();
        thread.holding.push(lock.to_owned());
        self
    }

    fn handler(mut self, name: &str, kind: HandlerKind, ran: bool, completed: bool) -> Self {
        let name = name.to_owned();
        let handler = HandlerOutcome { name, kind, registered: true, ran, completed };
        self.0.outcome.processes.last_mut().unwrap().handlers.push(handler);
        self
    }

    /// What the last thread did, in ms.
    fn doing(mut self, doing: Doing, label: &str, from: u64, to: u64) -> Self {
        let lane = self.0.lanes.len() - 1;
        let cut = self.0.lanes[lane].fate == Fate::CutOff && self.0.lanes[lane].to_us == Some(to * MS);
        let label = label.to_owned();
        self.0.spans.push(Activity { lane, from_us: from * MS, to_us: to * MS, doing, label, cut });
        self
    }

    /// An event at a moment in ms; `who` is `process/thread`, or `process/` for the process or runtime.
    fn event(mut self, at: u64, who: &str, kind: Kind, text: &str, reason: Option<Reason>) -> Self {
        let (process, thread) = who.split_once('/').unwrap_or(("server", who));
        let thread = Some(thread.to_owned()).filter(|thread| !thread.is_empty());
        self.0.events.push(Event {
            seq: self.0.events.len() as u64,
            at_us: at * MS,
            process: process.to_owned(),
            thread,
            kind,
            text: text.to_owned(),
            reason: reason.unwrap_or_default(),
            routine: matches!(kind, Kind::Work | Kind::Sleep),
            decisive: false,
        });
        self
    }

    fn end(mut self, ending: Ending, at: Option<u64>) -> Trace {
        self.0.outcome.ending = ending;
        self.0.outcome.ended_at_us = at.map(|at| at * MS);
        self.0.spans.sort_by_key(|span| span.from_us);
        self.0
    }
}

/// The run of DESIGN: two daemons cut off, one of them with bytes in its buffer.
pub(super) fn pdf_shutdown() -> Trace {
    let mut story = Story::new("pdf-shutdown", "A web server stops while a PDF is half written")
        .process("server", Some(Status::Code(0)))
        .thread("main", false, Some((0, Some(3_500))), Fate::Finished, "")
        .doing(Doing::Work, "serve requests", 0, 2_000)
        .doing(Doing::Shutdown, "waits for audit", 2_000, 3_500)
        .thread("pdf", true, Some((0, Some(3_500))), Fate::CutOff, "work: render a page");
    for page in 0..4 {
        story = story.doing(Doing::Work, "render a page", page * 1_000, (page * 1_000 + 1_000).min(3_500));
    }
    story = story
        .thread("audit", false, Some((0, Some(3_500))), Fate::Finished, "")
        .doing(Doing::Work, "ship the audit log", 0, 3_500)
        .thread("cleanup", true, Some((0, Some(3_500))), Fate::CutOff, "sleep")
        .doing(Doing::Sleep, "sleeps", 0, 1_000)
        .doing(Doing::Work, "look for stuck jobs", 1_000, 1_100)
        .doing(Doing::Sleep, "sleeps", 1_100, 2_100)
        .doing(Doing::Work, "look for stuck jobs", 2_100, 2_200)
        .doing(Doing::Sleep, "sleeps", 2_200, 3_200)
        .doing(Doing::Work, "look for stuck jobs", 3_200, 3_300)
        .doing(Doing::Sleep, "sleeps", 3_300, 3_500);
    let mut trace = story
        .event(0, "main", Kind::StartThread, "starts pdf (daemon), audit, cleanup (daemon)", None)
        .event(0, "pdf", Kind::Open, "opens report.pdf", None)
        .event(1_000, "pdf", Kind::Work, "has rendered a page", None)
        .event(
            1_000,
            "pdf",
            Kind::Write,
            "writes page 1 into its buffer (4 KiB, 0 on disk)",
            Some(because("cpython/buffered-write", BUFFER)),
        )
        .event(1_000, "cleanup", Kind::Sleep, "wakes up", None)
        .event(2_000, "pdf", Kind::Write, "writes page 2: the buffer is full, 8 KiB go to disk", None)
        .event(2_000, "main", Kind::Return, "returns", None)
        .event(
            2_000,
            "server/",
            Kind::Await,
            "waits for audit",
            Some(because("cpython/awaits-non-daemons", NOT_DAEMON)),
        )
        .event(
            3_000,
            "pdf",
            Kind::Write,
            "writes page 3 into its buffer (4 KiB, 8 KiB on disk)",
            Some(because("cpython/buffered-write", BUFFER)),
        )
        .event(3_500, "audit", Kind::Finish, "finishes", None)
        .event(
            3_500,
            "server/",
            Kind::Abandon,
            "does not wait for pdf and cleanup",
            Some(because("cpython/daemons-not-awaited", DAEMONS)),
        )
        .event(
            3_500,
            "pdf",
            Kind::CutOff,
            "is cut off while rendering a page",
            Some(because("cpython/cut-off", FINALLY)),
        )
        .event(
            3_500,
            "cleanup",
            Kind::CutOff,
            "is cut off in its sleep",
            Some(because("cpython/cut-off", FINALLY)),
        )
        .event(3_500, "server/", Kind::EndProcess, "exits with code 0", None)
        .end(Ending::Exit, Some(3_500));
    trace.outcome.files.push(FileOutcome {
        path: "report.pdf".to_owned(),
        written: 12_288,
        durable: 8_192,
        lost: 4_096,
        torn: false,
        planned: Some(20_480),
        record: "page".to_owned(),
        record_bytes: Some(4_096),
    });
    let next = |arguments: &str, text: &str| Next {
        command: format!("scenario pdf-shutdown{arguments}"),
        text: text.to_owned(),
    };
    trace.next = vec![
        next(" --set pdf.daemon=false", "the server waits for the PDF"),
        next(" --step", "walk through it"),
    ];
    trace.chapter = Some("daemon-threads".to_owned());
    trace
}

/// An exit handler waits for ever for a lock that a dead daemon holds.
pub(super) fn hang() -> Trace {
    Story::new("daemon-holds-lock", "A daemon takes a lock to its grave")
        .process("server", None)
        .thread("main", false, Some((0, None)), Fate::Alive, "wait: lock log")
        .doing(Doing::Sleep, "sleeps", 0, 2_000)
        .doing(Doing::Handler, "flush-log", 2_000, 2_000)
        .doing(Doing::Wait, "waits for the lock log", 2_000, 2_000)
        .handler("flush-log", HandlerKind::Exit, true, false)
        .handler("say-goodbye", HandlerKind::Exit, false, false)
        .thread("logger", true, Some((0, Some(2_000))), Fate::CutOff, "work: write a long line")
        .holding("log")
        .doing(Doing::Work, "write a long line", 0, 2_000)
        .thread("spare", true, None, Fate::NeverStarted, "")
        .event(0, "main", Kind::StartThread, "starts logger (daemon)", None)
        .event(0, "logger", Kind::Acquire, "takes the lock log", None)
        .event(2_000, "main", Kind::Return, "returns", None)
        .event(
            2_000,
            "logger",
            Kind::CutOff,
            "is cut off, and keeps the lock log for ever",
            Some(because("cpython/frozen-daemons-keep-locks", "a thread that is cut off releases nothing")),
        )
        .event(2_000, "main", Kind::Handler, "runs the exit handler flush-log", None)
        .event(
            2_000,
            "main",
            Kind::Blocked,
            "waits for the lock log, and nobody can release it",
            Some(because("cpython/hang-at-exit", "logger holds it, and logger will never run again")),
        )
        .end(Ending::Hang, None)
}

/// SIGTERM without a handler, with a seed and arguments.
pub(super) fn killed() -> Trace {
    let default =
        because("unix/default-action", "no handler is installed, so the kernel ends the process at once");
    let mut trace = Story::new("no-handler", "A signal without a handler leaves no time for anything")
        .process("server", Some(Status::Signal("TERM")))
        .thread("main", false, Some((0, Some(1_250))), Fate::CutOff, "work: serve requests")
        .doing(Doing::Work, "serve requests", 0, 1_250)
        .handler("flush-log", HandlerKind::Exit, false, false)
        .thread("audit", false, Some((0, Some(1_250))), Fate::Raised, "")
        .doing(Doing::Work, "ship the audit log", 0, 700)
        .event(700, "audit", Kind::Raise, "raises OSError: no space left", None)
        .event(1_250, "server/", Kind::Signal, "receives TERM", None)
        .event(1_250, "server/", Kind::Killed, "is killed by TERM", Some(default))
        .event(1_250, "main", Kind::CutOff, "is cut off while it serves requests", Some(default))
        .end(Ending::Exit, Some(1_250));
    trace.seed = 42;
    trace.arguments = vec!["--signal".to_owned(), "TERM@1250ms".to_owned()];
    trace.lanes[1].to_us = Some(700_000);
    trace.outcome.stdout = vec!["listening on 8080".to_owned(), "日本語 & <tags>".to_owned()];
    trace.outcome.files.push(FileOutcome {
        path: "var/log/a-rather-long-path/that-goes-on/audit.log".to_owned(),
        written: 9_000,
        durable: 8_192,
        lost: 808,
        torn: true,
        planned: None,
        record: "entry".to_owned(),
        record_bytes: None,
    });
    trace
}

/// Three processes; one is left behind, one never starts.
pub(super) fn family() -> Trace {
    let mut trace = Story::new("family", "A parent dies and its children live on")
        .process("server", Some(Status::Signal("KILL")))
        .thread("main", false, Some((0, Some(1_000))), Fate::CutOff, "wait: join of child")
        .doing(Doing::Wait, "waits for child", 0, 1_000)
        .thread("pulse", true, Some((0, Some(1_000))), Fate::CutOff, "sleep")
        .doing(Doing::Sleep, "sleeps", 0, 1_000)
        .process("child", Some(Status::Code(3)))
        .thread("main", false, Some((250, Some(2_000))), Fate::Finished, "")
        .doing(Doing::Work, "copy the files of the customer", 250, 1_500)
        .doing(Doing::Handler, "remove-lock-file", 1_500, 1_900)
        .doing(Doing::Shutdown, "shuts down", 1_900, 2_000)
        .handler("remove-lock-file", HandlerKind::Exit, true, true)
        .process("spare", None)
        .thread("main", false, None, Fate::NeverStarted, "")
        .event(250, "server/main", Kind::StartProcess, "starts the process child", None)
        .event(1_000, "server/", Kind::Signal, "receives KILL", None)
        .event(
            1_000,
            "server/",
            Kind::Killed,
            "is killed by KILL; child lives on as an orphan",
            Some(because("unix/kill", "KILL can be neither caught nor ignored")),
        )
        .event(1_500, "child/main", Kind::Return, "returns", None)
        .event(1_500, "child/main", Kind::Handler, "runs the exit handler remove-lock-file", None)
        .event(2_000, "child/", Kind::EndProcess, "exits with code 3", None)
        .end(Ending::Exit, Some(2_000));
    trace.outcome.left_behind = vec!["child".to_owned()];
    trace
}

/// A process in which nothing happens at all.
pub(super) fn empty() -> Trace {
    let mut trace = Story::new("empty", "Nothing").end(Ending::Exit, Some(0));
    trace.outcome.ended_at_us = Some(0);
    trace
}

/// One thread that works and writes `rounds` times while another is sent a signal.
pub(super) fn busy(rounds: u64) -> Trace {
    let mut story = Story::new("busy", "A worker that never tires")
        .process("server", Some(Status::Code(0)))
        .thread("main", false, Some((0, Some(rounds * 100))), Fate::Finished, "");
    for round in 0..rounds {
        story = story.doing(Doing::Work, "count", round * 100, round * 100 + 40);
        story = story.doing(Doing::Sleep, "sleeps", round * 100 + 40, round * 100 + 100);
        story = story.event(round * 100 + 40, "main", Kind::Print, &format!("prints “{round}”"), None);
        if round.is_multiple_of(100) {
            story = story.event(round * 100 + 50, "server/", Kind::Signal, "receives HUP", None);
        }
    }
    story
        .event(rounds * 100, "main", Kind::Return, "returns", None)
        .event(rounds * 100, "server/", Kind::EndProcess, "exits with code 0", None)
        .end(Ending::Exit, Some(rounds * 100))
}

/// So many daemons that are cut off together.
pub(super) fn crowd(threads: u64) -> Trace {
    let mut story = Story::new("crowd", "Everybody out")
        .process("server", Some(Status::Code(0)))
        .thread("main", false, Some((0, Some(1_000))), Fate::Finished, "")
        .doing(Doing::Work, "serve requests", 0, 1_000);
    for number in 1..=threads {
        let name = format!("worker-{number}");
        story = story.thread(&name, true, Some((0, Some(1_000))), Fate::CutOff, "sleep");
        story = story.doing(Doing::Sleep, "sleeps", 0, 1_000);
        let reason = because("cpython/cut-off", FINALLY);
        story = story.event(1_000, &name, Kind::CutOff, "is cut off in its sleep", Some(reason));
    }
    story.end(Ending::Exit, Some(1_000))
}

/// A scenario with one knob of each kind, for the catalogue.
pub(super) fn scenario() -> Scenario {
    let knob = |name: &str, default: KnobValue, choices: &[&str]| Knob {
        name: name.to_owned(),
        help: format!("what {name} is for"),
        value: default.clone(),
        default,
        choices: choices.iter().map(|&choice| choice.to_owned()).collect(),
    };
    Scenario {
        name: "pdf-shutdown".to_owned(),
        title: "A web server stops while a PDF is half written".to_owned(),
        about: String::new(),
        runtime: "cpython".to_owned(),
        knobs: vec![
            knob("graceful", KnobValue::Flag(false), &[]),
            knob("pdf.daemon", KnobValue::Inherit, &[]),
            knob("pages", KnobValue::Number(5), &[]),
            knob("render", KnobValue::Time(TimeRange { min_us: 1_000_000, max_us: 1_500_000 }), &[]),
            knob("stop", KnobValue::Word("TERM".to_owned()), &["TERM", "INT"]),
        ],
        suggestions: Vec::new(),
        chapter: None,
        processes: Vec::new(),
        stimuli: Vec::new(),
        expectations: Vec::new(),
        properties: Vec::new(),
    }
}
