//! The words in which the tests of this folder are written.
//!
//! `program("main { … } thread \"a\" { … }").run().exits(0).cuts_off("a")`. Each assertion shows the whole trace when
//! it fails.

use closing_time_engine::load;
use closing_time_engine::replay::Options;
use closing_time_engine::scenario::{Setup, format_time};
use closing_time_engine::trace::{Ending, Fate, FileOutcome, HandlerOutcome, Status, ThreadOutcome, Trace};

/// One version for each way to behave that the facts tell apart.
pub(super) const VERSIONS: [&str; 8] = ["3.8", "3.9", "3.10", "3.11", "3.12.1", "3.12.3", "3.13", "3.14"];

/// A scenario that is about to run.
#[derive(Clone)]
pub(super) struct Case {
    text: String,
    setup: Setup,
}

/// One process named `p` with this in it.
pub(super) fn program(body: &str) -> Case {
    scenario(&format!("process \"p\" {{\n{body}\n}}"))
}

/// Whatever stands in a scenario: several processes, `at`.
pub(super) fn scenario(inside: &str) -> Case {
    let text = format!("scenario \"case\" format=1 {{\ntitle \"A case\"\n{inside}\n}}\n");
    Case { text, setup: Setup::default() }
}

impl Case {
    /// A signal for the first process, as in `INT@1s`.
    pub(super) fn signal(mut self, signal: &str) -> Case {
        self.setup.signals.push(signal.into());
        self
    }

    /// Under this version of CPython.
    pub(super) fn on(mut self, version: &str) -> Case {
        self.setup.runtime = Some(format!("cpython-{version}"));
        self
    }

    /// Under this runtime.
    pub(super) fn under(mut self, runtime: &str) -> Case {
        self.setup.runtime = Some(runtime.into());
        self
    }

    /// Replays it in the fixed order.
    #[track_caller]
    pub(super) fn run(&self) -> Run {
        self.run_seeded(0)
    }

    /// Why it cannot be run.
    #[track_caller]
    pub(super) fn refused(&self) -> String {
        match load(&self.text, &self.setup) {
            Ok(_) => panic!("it can be run\n{}", self.text),
            Err(found) => found[0].message.clone(),
        }
    }

    /// Replays it in the order that a seed draws.
    #[track_caller]
    pub(super) fn run_seeded(&self, seed: u64) -> Run {
        let loaded = match load(&self.text, &self.setup) {
            Ok(loaded) => loaded,
            Err(found) => panic!("{found:#?}\n{}", self.text),
        };
        let trace = loaded.replay(&Options { seed, ..Options::default() }).expect("nothing is scripted");
        Run { trace, text: self.text.clone() }
    }

    /// Says the same of every version.
    #[track_caller]
    pub(super) fn always(&self, holds: impl Fn(&Run)) {
        for version in VERSIONS {
            holds(&self.clone().on(version).run());
        }
    }
}

/// A run, and what can be said of it.
pub(super) struct Run {
    trace: Trace,
    text: String,
}

impl Run {
    /// What became of standard output; there is something to say only if it lost anything.
    #[track_caller]
    pub(super) fn stdout(&self) -> &FileOutcome {
        self.found("<stdout>")
    }

    /// What was printed, in order.
    pub(super) fn printed(&self) -> Vec<String> {
        self.trace.outcome.stdout.clone()
    }

    /// The first process exits with this code, and no process is left.
    #[track_caller]
    pub(super) fn exits(&self, code: u8) -> &Run {
        self.is("how it ended", self.trace.outcome.ending, Ending::Exit);
        self.is("the status", self.status("p"), Some(Status::Code(code)))
    }

    /// The first process is killed by this signal, and no process is left.
    #[track_caller]
    pub(super) fn dies_of(&self, signal: &'static str) -> &Run {
        self.is("how it ended", self.trace.outcome.ending, Ending::Exit);
        self.is("the status", self.status("p"), Some(Status::Signal(signal)))
    }

    /// Nothing can ever move again.
    #[track_caller]
    pub(super) fn hangs(&self) -> &Run {
        self.is("how it ended", self.trace.outcome.ending, Ending::Hang)
    }

    /// Endless loops are left, and nothing else.
    #[track_caller]
    pub(super) fn never_ends(&self) -> &Run {
        self.is("how it ended", self.trace.outcome.ending, Ending::Endless)
    }

    /// The last process ends at this time.
    #[track_caller]
    pub(super) fn at(&self, time: &str) -> &Run {
        self.is("the end", self.trace.outcome.ended_at_us.map(format_time), Some(time.into()))
    }

    /// How another process ended.
    #[track_caller]
    pub(super) fn process(&self, name: &str, status: Status) -> &Run {
        self.is(name, self.status(name), Some(status))
    }

    /// Those processes, and no others, outlived their parent.
    #[track_caller]
    pub(super) fn leaves(&self, names: &[&str]) -> &Run {
        self.is(
            "left behind",
            self.trace.outcome.left_behind.iter().map(String::as_str).collect::<Vec<_>>(),
            names.to_vec(),
        )
    }

    /// The thread ran to its end.
    #[track_caller]
    pub(super) fn finishes(&self, thread: &str) -> &Run {
        self.is(thread, self.thread(thread).fate, Fate::Finished)
    }

    /// An exception left the thread.
    #[track_caller]
    pub(super) fn raises(&self, thread: &str) -> &Run {
        self.is(thread, self.thread(thread).fate, Fate::Raised)
    }

    /// The thread was stopped where it stood.
    #[track_caller]
    pub(super) fn cuts_off(&self, thread: &str) -> &Run {
        self.is(thread, self.thread(thread).fate, Fate::CutOff)
    }

    /// The thread still exists.
    #[track_caller]
    pub(super) fn leaves_alive(&self, thread: &str) -> &Run {
        self.is(thread, self.thread(thread).fate, Fate::Alive)
    }

    /// The thread was never started.
    #[track_caller]
    pub(super) fn never_starts(&self, thread: &str) -> &Run {
        self.is(thread, self.thread(thread).fate, Fate::NeverStarted)
    }

    /// The thread's flag.
    #[track_caller]
    pub(super) fn daemon(&self, thread: &str, daemon: bool) -> &Run {
        self.is(thread, self.thread(thread).daemon, daemon)
    }

    /// The locks the thread held when it was cut off, or holds.
    #[track_caller]
    pub(super) fn holding(&self, thread: &str, locks: &[&str]) -> &Run {
        self.is(
            thread,
            self.thread(thread).holding.iter().map(String::as_str).collect::<Vec<_>>(),
            locks.to_vec(),
        )
    }

    /// The handler ran to its end.
    #[track_caller]
    pub(super) fn handles(&self, handler: &str) -> &Run {
        let found = self.handler(handler);
        self.is(handler, (found.ran, found.completed), (true, true))
    }

    /// The handler began and was cut short.
    #[track_caller]
    pub(super) fn cuts_short(&self, handler: &str) -> &Run {
        let found = self.handler(handler);
        self.is(handler, (found.ran, found.completed), (true, false))
    }

    /// The handler never began.
    #[track_caller]
    pub(super) fn skips(&self, handler: &str) -> &Run {
        self.is(handler, self.handler(handler).ran, false)
    }

    /// Exactly these lines reached the outside, in this order.
    #[track_caller]
    pub(super) fn prints(&self, lines: &[&str]) -> &Run {
        self.is(
            "stdout",
            self.trace.outcome.stdout.iter().map(String::as_str).collect::<Vec<_>>(),
            lines.to_vec(),
        )
    }

    /// The bytes of a file that are on disk, and those that died in a buffer.
    #[track_caller]
    pub(super) fn file(&self, path: &str, durable: u64, lost: u64) -> &Run {
        let found = self.found(path);
        self.is(path, (found.durable, found.lost), (durable, lost))
    }

    /// Whether the file ends inside a record.
    #[track_caller]
    pub(super) fn torn(&self, path: &str, torn: bool) -> &Run {
        self.is(path, self.found(path).torn, torn)
    }

    /// Some event says so.
    #[track_caller]
    pub(super) fn tells(&self, words: &str) -> &Run {
        let told = self.trace.events.iter().any(|event| event.text.contains(words));
        self.is(&format!("told \"{words}\""), told, true)
    }

    /// No event says so.
    #[track_caller]
    pub(super) fn silent(&self, words: &str) -> &Run {
        let told = self.trace.events.iter().any(|event| event.text.contains(words));
        self.is(&format!("told \"{words}\""), told, false)
    }

    /// The last event of this thread is at this time.
    #[track_caller]
    pub(super) fn last(&self, thread: &str, time: &str) -> &Run {
        let mut own = self.trace.events.iter().filter(|event| event.thread.as_deref() == Some(thread));
        self.is(thread, own.next_back().map(|event| format_time(event.at_us)), Some(time.into()))
    }

    /// The pool has one worker.
    #[track_caller]
    pub(super) fn is_alone(&self, pool: &str) -> &Run {
        let all = self.trace.outcome.processes.iter().flat_map(|process| &process.threads);
        self.is(pool, all.filter(|thread| thread.name.starts_with(pool)).count(), 1)
    }

    fn status(&self, process: &str) -> Option<Status> {
        let mut all = self.trace.outcome.processes.iter();
        all.find(|one| one.name == process).and_then(|one| one.status.clone())
    }

    #[track_caller]
    fn thread(&self, name: &str) -> &ThreadOutcome {
        self.trace.outcome.thread(name).unwrap_or_else(|| self.fail(&format!("there is no thread {name}")))
    }

    #[track_caller]
    fn handler(&self, name: &str) -> &HandlerOutcome {
        self.trace.outcome.handler(name).unwrap_or_else(|| self.fail(&format!("there is no handler {name}")))
    }

    #[track_caller]
    fn found(&self, path: &str) -> &FileOutcome {
        self.trace.outcome.file(path).unwrap_or_else(|| self.fail(&format!("there is no file {path}")))
    }

    #[track_caller]
    fn is<T: PartialEq + std::fmt::Debug>(&self, what: &str, found: T, wanted: T) -> &Run {
        if found != wanted {
            self.fail(&format!("{what}: {found:?}, but should be {wanted:?}"));
        }
        self
    }

    #[track_caller]
    fn fail(&self, message: &str) -> ! {
        let mut told = String::new();
        for event in &self.trace.events {
            let who = event.thread.as_deref().unwrap_or("-");
            told += &format!("{:>9} {}/{who}: {}\n", format_time(event.at_us), event.process, event.text);
        }
        panic!("{message}\n{}{told}{} {:#?}", self.text, self.trace.runtime, self.trace.outcome)
    }
}
