//! Runtimes as data: what happens when `main` is over, and the few facts that the rest of the engine asks for.
//!
//! A runtime is a list of [`Phase`]s (each with a short program in the instruction set that threads use), a
//! [`Facts`] table and a sentence with a source for every [`Topic`]. Nothing else in the engine knows a runtime by
//! name; a new runtime is a new file here and an entry in `KNOWN`.

mod buffers;
mod c;
mod cpython;
mod diff;
mod dotnet;
mod facts;
mod features;
mod go;
mod jvm;
mod node;
mod perl;
mod ruby;
#[macro_use]
mod why;
mod rust;
mod told;
mod version;
mod words;

use std::fmt;

pub use buffers::{Buffers, Overflow};
pub use diff::{Line, PhaseDiff, RulesDiff, diff, lines_of};
pub use facts::{
    Deadlock, DefaultAction, End, Exit, Facts, FileOwner, Flag, FullPipe, HandlerFails, HandlerOrder,
    HandlerThread, LateHandler, LateStart, Mistake, Rescue, SecondExit, Sudden, Uncaught, UncaughtInThread,
};
pub use features::{Feature, Support};
pub use told::{Fact, facts_of, relevant_facts, steps};
pub use version::Version;

use crate::program::RuntimeOp;

/// One rule: why something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// `runtime/what`, such as `cpython/daemons-not-awaited`.
    pub id: &'static str,
    /// One sentence, without a full stop.
    pub sentence: &'static str,
    /// The chapter that explains it: a path below `book/src`.
    pub chapter: &'static str,
    /// Where it is written down or was measured.
    pub source: &'static str,
}

/// Everything that a trace may have to give a reason for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Topic {
    DaemonFlag,
    NoDaemonFlag,
    FlagInherited,
    FlagOwn,
    FlagChanged,
    NonDaemonAwaited,
    DaemonNotAwaited,
    WaitAbandoned,
    WaitForgotten,
    Frozen,
    KilledInPlace,
    Buffered,
    BufferFull,
    BufferLost,
    LocalFileClosed,
    GlobalFileClosed,
    GlobalFileKept,
    ExitHandlers,
    EarlyHandlers,
    HandlerErrorIgnored,
    HandlerTooLate,
    RegisterRefused,
    MainReturned,
    MainRaised,
    MainInterrupted,
    PoliteExit,
    PoliteExitInThread,
    ImmediateExit,
    ThreadRaised,
    ItemFailed,
    SignalDefault,
    SignalKill,
    SignalHandled,
    SignalIgnored,
    KeyboardInterrupt,
    HandlersGone,
    StartRefused,
    StartHangs,
    StartTwice,
    JoinUnstarted,
    JoinRaises,
    PoolDrained,
    ChildrenTerminated,
    ChildrenAwaited,
    ChildrenOrphaned,
    DaemonicNoChildren,
    LockStaysHeld,
    QueueJoin,
    ExitStatus,
    Teardown,
    StdioFlushed,
    FilesFlushed,
    ExitBegins,
    SecondExit,
    ThreadLeft,
    Unwound,
    ThreadEndsProcess,
    SignalExits,
    SignalThread,
    HooksTogether,
    HandlerRefused,
    HandlerFails,
    DeadlockFound,
    LoopStands,
    IdleHandlers,
    PipeFull,
    SignalEnds,
}

/// One phase of a runtime's shutdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phase {
    /// Short id, such as `P2`.
    pub id: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// What it waits for, in words; `-` for nothing.
    pub waits_for: &'static str,
    /// What goes on meanwhile.
    pub keeps_running: &'static str,
    /// What is stopped here.
    pub stops: &'static str,
    /// Code that runs, and code that does not.
    pub runs: &'static str,
    /// What is flushed.
    pub flushes: &'static str,
    /// Where it is written down or was measured.
    pub source: &'static str,
    /// Its program.
    pub ops: &'static [RuntimeOp],
    /// The id of the phase that an exception in this one leads to.
    pub on_exception: &'static str,
    /// What an exception in this phase does to the exit code.
    pub exception_code: ExceptionCode,
}

/// What an exception that ends a phase does to the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExceptionCode {
    /// Nothing.
    Kept,
    /// It becomes this.
    Set(u8),
    /// The same as an exception that leaves main.
    AsInMain,
}

/// A runtime with its version, resolved.
#[derive(Clone)]
pub struct Runtime {
    /// `cpython`, or with a variant, `jvm-virtual`.
    pub name: &'static str,
    /// Its version; `None` for one that has none.
    pub version: Option<Version>,
    /// The phases of the end of a process that was started as a program, in order.
    pub phases: Vec<Phase>,
    /// The phases that the polite exit leads to, in the thread that asks for it; often the last of `phases`.
    pub exit_phases: Vec<Phase>,
    /// The phases that follow when main ends by `exit-thread`.
    pub leave_phases: Vec<Phase>,
    /// The phases of a process that another one spawned.
    pub child_phases: Vec<Phase>,
    /// The facts.
    pub facts: Facts,
    /// The topics that it has a rule for, in the order in which they are listed.
    pub topics: &'static [Topic],
    rule: fn(Topic) -> &'static Rule,
}

impl Runtime {
    /// The rule for a topic.
    pub fn rule(&self, topic: Topic) -> &'static Rule {
        (self.rule)(topic)
    }

    /// Name and version, as in `cpython-3.13`.
    pub fn label(&self) -> String {
        match self.version {
            Some(version) => format!("{}-{version}", self.name),
            None => self.name.to_owned(),
        }
    }

    /// Name and version in a heading, as in `cpython 3.13`.
    pub fn spoken(&self) -> String {
        match self.version {
            Some(version) => format!("{} {version}", self.name),
            None => self.name.to_owned(),
        }
    }

    /// The ways to the end other than main's, each with how one comes to it: the polite exit, and main's own end as a
    /// thread.
    pub fn other_ends(&self) -> Vec<OtherEnd<'_>> {
        let exit = format!("by {}", self.facts.exit_call);
        let ends = [(exit, &self.exit_phases), ("when main ends only itself".to_owned(), &self.leave_phases)];
        let ends = ends.into_iter().filter(|(_, phases)| !phases.is_empty());
        ends.map(|(how, phases)| {
            // The last phases are often those of the end of main; they need not be said twice.
            let known = (0..self.phases.len()).find(|at| phases.ends_with(&self.phases[*at..]));
            let own = known.map_or(phases.len(), |at| phases.len() - (self.phases.len() - at));
            OtherEnd { how, phases: &phases[..own], then: known.map(|at| self.phases[at].id) }
        })
        .collect()
    }

    /// The phases of a process: those of a spawned one differ.
    pub fn phases_of(&self, spawned: bool) -> &[Phase] {
        if spawned { &self.child_phases } else { &self.phases }
    }
}

/// A way to the end of a process that is not the end of main.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherEnd<'r> {
    /// How one comes to it, as in `by System.exit`.
    pub how: String,
    /// Its own phases.
    pub phases: &'r [Phase],
    /// The phase of main's end at which it goes on; `None` if it has all phases of its own.
    pub then: Option<&'static str>,
}

impl OtherEnd<'_> {
    /// Where it goes on, in a sentence; empty if it does not.
    pub fn goes_on(&self) -> String {
        match (self.then, self.phases.is_empty()) {
            (None, _) => String::new(),
            (Some(id), true) => format!("It begins with phase {id}."),
            (Some(id), false) => format!("Then it goes on with phase {id}."),
        }
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.label())
    }
}

/// The runtime of a scenario that names none.
pub const DEFAULT: &str = "cpython";

/// A runtime in the list of all: its name, the versions that differ, and how it is resolved.
struct Known {
    name: &'static str,
    /// The language of its programs, as after `export --to`.
    language: &'static str,
    /// What to know of it before all else: one or two sentences.
    about: &'static str,
    versions: &'static [&'static str],
    resolve: fn(Option<&str>) -> Result<Runtime, String>,
}

/// Every runtime, in the order in which they are compared. A new one is a line in here.
const KNOWN: &[Known] = &[
    Known {
        name: "cpython",
        language: "python",
        about: "The process waits for its non-daemon threads, then runs the exit handlers while daemons go on, and stops \
            the daemons where they stand.",
        versions: cpython::VERSIONS,
        resolve: cpython::runtime,
    },
    Known {
        name: "jvm",
        language: "java",
        about: "The process waits for its non-daemon threads, then runs all shutdown hooks at once while every other thread \
            goes on, and halts.",
        versions: jvm::VERSIONS,
        resolve: jvm::runtime,
    },
    Known {
        name: "dotnet",
        language: "csharp",
        about: "The process waits for its foreground threads, then runs the ProcessExit handlers. Mono then aborts the \
            background threads, whose finally blocks run; .NET stops them where they stand.",
        versions: dotnet::VERSIONS,
        resolve: dotnet::runtime,
    },
    Known {
        name: "go",
        language: "go",
        about: "Nobody is waited for: when main returns, its deferred functions run and all goroutines stop where they \
            stand. A panic that no goroutine recovers ends the whole process.",
        versions: &[],
        resolve: go::runtime,
    },
    Known {
        name: "rust",
        language: "rust",
        about: "Nobody is waited for: when main returns, its locals are dropped, C's exit handlers run while all threads \
            go on, and the threads vanish. What is not dropped is not flushed.",
        versions: &[],
        resolve: rust::runtime,
    },
    Known {
        name: "c",
        language: "c",
        about: "Nobody is waited for. Any thread may call exit, which runs the handlers while all others go on, flushes \
            every stream and ends the process.",
        versions: &[],
        resolve: c::runtime,
    },
    Known {
        name: "node",
        language: "node",
        about: "The process waits for the workers that are ref'ed, then handles the exit event while all workers go on, and \
            stops them where they stand.",
        versions: &[],
        resolve: node::runtime,
    },
    Known {
        name: "ruby",
        language: "ruby",
        about: "Nobody is waited for. The at_exit handlers run while all threads go on; then every thread is killed, its \
            ensure blocks run, and all files are flushed.",
        versions: &[],
        resolve: ruby::runtime,
    },
    Known {
        name: "perl",
        language: "perl",
        about: "Nobody is waited for. The END blocks run in main while all threads go on; then main's files are flushed, and \
            all threads stop where they stand.",
        versions: &[],
        resolve: perl::runtime,
    },
];

/// The names of all runtimes, with the versions that differ.
pub fn all() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    KNOWN.iter().map(|known| (known.name, known.versions))
}

/// The name before the version or variant: `jvm` of `jvm-virtual`.
pub fn family(label: &str) -> &str {
    label.split_once('-').map_or(label, |(family, _)| family)
}

fn known(runtime: &Runtime) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.name == family(runtime.name))
}

/// The language of a runtime's programs, as after `export --to`.
pub fn language_of(runtime: &Runtime) -> &'static str {
    known(runtime).map_or("python", |known| known.language)
}

/// What to know of a runtime before all else: one or two sentences.
pub fn about(runtime: &Runtime) -> &'static str {
    known(runtime).map_or("", |known| known.about)
}

/// Every rule of a runtime, in the order of its topics.
pub fn rules_of(runtime: &Runtime) -> Vec<&'static Rule> {
    let mut rules: Vec<_> = runtime.topics.iter().map(|topic| runtime.rule(*topic)).collect();
    rules.dedup_by_key(|rule| rule.id);
    rules
}

/// The rules of two runtimes for each topic that both have one for, side by side.
pub(crate) fn paired_rules(left: &Runtime, right: &Runtime) -> Vec<(&'static Rule, &'static Rule)> {
    let both = left.topics.iter().filter(|topic| right.topics.contains(topic));
    both.map(|topic| (left.rule(*topic), right.rule(*topic))).collect()
}

/// Finds a runtime by name, with or without a version: `cpython`, `cpython-3.12`, `jvm-virtual`.
///
/// # Errors
///
/// A sentence that says what there is.
pub fn find(label: &str) -> Result<Runtime, String> {
    let named = |name: &str| KNOWN.iter().find(|known| known.name == name);
    if let Some(known) = named(label) {
        return (known.resolve)(None);
    }
    let (name, version) =
        label.split_once('-').map_or((label, None), |(name, version)| (name, Some(version)));
    match named(name) {
        Some(known) => (known.resolve)(version),
        None => {
            let near = KNOWN.iter().map(|known| known.name);
            let mut near = near.filter(|known| strsim::damerau_levenshtein(known, name) <= known.len() / 2);
            // People know the language.
            let spoken = KNOWN.iter().find(|known| known.language == name).map(|known| known.name);
            let near = spoken.or_else(|| near.next());
            let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            let all: Vec<_> = all().map(|(name, _)| name).collect();
            Err(format!("unknown runtime `{label}`{near} (there is: {})", all.join(", ")))
        }
    }
}

/// Says that a runtime without versions was asked for one.
fn no_version(name: &'static str, version: Option<&str>) -> Result<(), String> {
    match version {
        None => Ok(()),
        Some(version) => Err(format!("`{version}` is no version of {name}: there is one `{name}` only")),
    }
}
