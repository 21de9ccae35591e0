//! Runtimes as data: what happens when `main` is over, and the few facts that the rest of the engine asks for.
//!
//! A runtime is a list of [`Phase`]s (each with a short program in the instruction set that threads use), a
//! [`Facts`] table and a sentence with a source for every [`Topic`]. Nothing else in the engine knows a runtime by
//! name; a new runtime is a new file here and a line in [`find`].

mod cpython;
mod diff;
mod told;
mod version;

use std::fmt;

pub use diff::{Line, PhaseDiff, RulesDiff, diff, lines_of};
pub use told::{Fact, facts_of, steps};
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
    FlagInherited,
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
    ExitHandlersLifo,
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

/// What the engine asks a runtime besides its phases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Exit code when an exception leaves main.
    pub uncaught_code: u8,
    /// Whether a thread can still be started once main is over: in a program, and in a spawned process.
    pub start_after_main: (LateStart, LateStart),
    /// Whether a thread can be started during module teardown.
    pub start_in_teardown: LateStart,
    /// An exception that strikes inside `join` marks the live thread as ended, so that it is not waited for.
    pub interrupted_join_forgets: bool,
    /// The time that a handler takes does not count for the timeout of the `join` that it interrupts.
    pub join_timeout_skips_handlers: bool,
    /// Whether the workers of a thread pool are daemons.
    pub pool_workers_are_daemons: bool,
    /// Whether early exit handlers exist.
    pub has_early_handlers: bool,
    /// What the first `spawn` registers as an exit handler, to look after the children.
    pub spawn_registers: &'static [RuntimeOp],
    /// Whether a spawned process takes over its parent's signal handlers (it is a fork).
    pub children_inherit_handlers: bool,
    /// Whether the main thread of a spawned process has the daemon flag of the thread that spawned it.
    pub children_inherit_flag: bool,
    /// `KeyboardInterrupt` leaving main ends the process by SIGINT: in a program, and in a spawned process.
    pub interrupt_kills: (bool, bool),
    /// Exception classes and the classes that they derive from.
    pub exception_parents: &'static [(&'static str, &'static str)],
    /// How files are buffered.
    pub buffers: Buffers,
}

impl Facts {
    /// Whether a thread can still be started once main is over.
    pub fn start_after_main(&self, spawned: bool) -> LateStart {
        if spawned { self.start_after_main.1 } else { self.start_after_main.0 }
    }

    /// Whether `KeyboardInterrupt` leaving main ends the process by SIGINT.
    pub fn interrupt_kills(&self, spawned: bool) -> bool {
        if spawned { self.interrupt_kills.1 } else { self.interrupt_kills.0 }
    }
}

/// Whether a thread may start late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LateStart {
    /// It starts.
    Allowed,
    /// This exception is raised in the thread that tries: class and message.
    Refused(&'static str, &'static str),
    /// The thread that tries hangs for ever.
    Hangs,
}

/// Sizes and habits of file buffers, bytes.
///
/// Two layers: text collects in `text_chunk`, then goes down to the binary buffer, then to the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Buffers {
    /// The text layer hands down what it has once it holds this much.
    pub text_chunk: u64,
    /// It hands down what it has *before* it takes a record that would not fit.
    pub text_hands_down_before: bool,
    /// It hands down what it has before it takes a record of a whole chunk.
    pub text_hands_down_before_large: bool,
    /// The binary buffer of a file opened with an 8 KiB buffer.
    pub full: u64,
    /// The binary buffer when the program asks for none: the file system's block size, or the runtime's own default.
    pub default: u64,
    /// A record that would exactly fill an empty binary buffer goes straight to the kernel.
    pub full_record_passes: bool,
}

/// A runtime with its version, resolved.
#[derive(Clone)]
pub struct Runtime {
    /// `cpython`.
    pub name: &'static str,
    /// Its version.
    pub version: Version,
    /// The phases of the end of a process that was started as a program, in order.
    pub phases: Vec<Phase>,
    /// The phases of a process that another one spawned.
    pub child_phases: Vec<Phase>,
    /// The facts.
    pub facts: Facts,
    rule: fn(Topic, Version) -> &'static Rule,
}

impl Runtime {
    /// The rule for a topic.
    pub fn rule(&self, topic: Topic) -> &'static Rule {
        (self.rule)(topic, self.version)
    }

    /// Name and version, as in `cpython-3.13`.
    pub fn label(&self) -> String {
        format!("{}-{}", self.name, self.version)
    }

    /// The phases of a process: those of a spawned one differ.
    pub fn phases_of(&self, spawned: bool) -> &[Phase] {
        if spawned { &self.child_phases } else { &self.phases }
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.label())
    }
}

/// The runtime of a scenario that names none.
pub const DEFAULT: &str = "cpython";

/// The names of all runtimes, with the versions that differ.
pub fn all() -> &'static [(&'static str, &'static [&'static str])] {
    &[("cpython", cpython::VERSIONS)]
}

/// Every rule of a runtime, in the order of [`Topic`].
pub fn rules_of(runtime: &Runtime) -> Vec<&'static Rule> {
    let mut rules: Vec<_> = cpython::TOPICS.iter().map(|topic| runtime.rule(*topic)).collect();
    rules.dedup_by_key(|rule| rule.id);
    rules
}

/// The rules of two runtimes for each topic, side by side.
pub(crate) fn paired_rules(left: &Runtime, right: &Runtime) -> Vec<(&'static Rule, &'static Rule)> {
    cpython::TOPICS.iter().map(|topic| (left.rule(*topic), right.rule(*topic))).collect()
}

/// Finds a runtime by name, with or without a version: `cpython`, `cpython-3.12`, `cpython-3.12.1`.
///
/// # Errors
///
/// A sentence that says what there is.
pub fn find(label: &str) -> Result<Runtime, String> {
    let (name, version) = match label.split_once('-') {
        Some((name, version)) => (name, Some(version)),
        None => (label, None),
    };
    match name {
        "cpython" => cpython::runtime(version),
        _ => {
            let known: Vec<_> = all().iter().map(|(name, _)| *name).collect();
            let near = known
                .iter()
                .find(|known| strsim::damerau_levenshtein(known, name) <= 3)
                .map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            Err(format!("unknown runtime `{label}`{near} (there is: {})", known.join(", ")))
        }
    }
}
