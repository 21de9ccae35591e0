//! .NET: foreground and background threads, and `ProcessExit`.
//!
//! Measured on Mono 6.8.0.105 (mono-01 to mono-10, and again what an exit beside or in a handler does, what is flushed,
//! and the buffers of files with records of chosen sizes). .NET 5 to 10 are written down and were not run: the pages of
//! `AppDomain.ProcessExit` and `Environment.Exit`, dotnet/runtime's `HostShutdown.md`, and the breaking change
//! "sigterm-signal-handler" of .NET 10.

mod phases;
mod why;

use super::facts::PLAIN;
use super::{
    Buffers, DefaultAction, End, Exit, Facts, Feature, Flag, HandlerFails, HandlerOrder, HandlerThread,
    LateHandler, Mistake, Overflow, Runtime, SecondExit, Sudden, Support, Uncaught, UncaughtInThread,
    Version,
};
use crate::scenario::{Buffering, Signal};

/// The versions that differ. Without one it is the Mono that was measured.
pub(super) const VERSIONS: &[&str] = &["mono-6.8", "9", "10"];

const MONO: Version = Version::new(6, 8);

/// .NET in this version.
pub(super) fn runtime(version: Option<&str>) -> Result<Runtime, String> {
    let Some(text) = version else { return Ok(mono()) };
    if matches!(text, "mono" | "mono-6.8") {
        return Ok(mono());
    }
    match Version::parse_whole(text) {
        Some(version) if (5..=10).contains(&version.major) => Ok(core(version)),
        _ => Err(format!(
            "`{text}` is no version of .NET that is known here (there is: dotnet-mono-6.8, dotnet-5 to dotnet-10)"
        )),
    }
}

fn mono() -> Runtime {
    Runtime {
        name: "dotnet-mono",
        version: Some(MONO),
        phases: phases::MONO.to_vec(),
        exit_phases: phases::MONO_EXIT.to_vec(),
        leave_phases: Vec::new(),
        child_phases: Vec::new(),
        facts: FACTS,
        topics: why::mono::TOPICS,
        rule: why::mono::rule,
    }
}

fn core(version: Version) -> Runtime {
    // Up to 9 the runtime handles SIGTERM; 10 leaves it to the system, as Mono always did.
    let handles_term = version.major < 10;
    Runtime {
        name: "dotnet",
        version: Some(version),
        phases: phases::CORE.to_vec(),
        exit_phases: phases::CORE_EXIT.to_vec(),
        facts: Facts {
            features: FEATURES_CORE,
            uncaught: Uncaught { code: 0, way: End::Aborts },
            uncaught_in_thread: UncaughtInThread::EndsProcess(Sudden::Aborts),
            uncaught_in_item: Some(Sudden::Aborts),
            handler_fails: HandlerFails { aborts: true, ..HandlerFails::HARMLESS },
            exit_beside: SecondExit::Blocks,
            signals: if handles_term { &[(Signal::Term, DefaultAction::Exits(143))] } else { &[] },
            ..FACTS
        },
        topics: why::core::TOPICS,
        rule: why::core::rule,
        ..mono()
    }
}

const FACTS: Facts = Facts {
    features: FEATURES,
    exit_call: "Environment.Exit",
    report: "the stack trace is printed",
    // mono-08.
    flag: Flag::OwnOrNot,
    // mono-05.
    uncaught: Uncaught { code: 1, way: End::AtOnce },
    uncaught_in_thread: UncaughtInThread::EndsProcess(Sudden::Code(1)),
    uncaught_in_item: Some(Sudden::Code(255)),
    // mono-06.
    exit: Exit::Runs,
    exit_in_thread: Exit::Runs,
    exit_again: SecondExit::AtOnce,
    // Measured, and mono/metadata/icall.c Environment_Exit: it stores the code, finds the shutdown begun, and ends its
    // thread. The first Environment.Exit has its own code; the end of Main reads the stored one.
    exit_beside: SecondExit::EndsThread,
    handler_order: HandlerOrder::FirstFirst,
    // Measured: the list is taken before the first one is called.
    late_handler: LateHandler::Dropped,
    // Measured: not even a message, and the code stays.
    handler_fails: HandlerFails { rest_runs: false, ..HandlerFails::HARMLESS },
    signal_handlers: HandlerThread::Own,
    // mono-07: SIGQUIT writes the stacks of all threads.
    signals: &[(Signal::Quit, DefaultAction::Ignored)],
    // mono-09.
    pool_workers_are_daemons: true,
    mistakes: MISTAKES,
    // mono-03, measured again: StreamWriter holds 1024 characters, and below it FileStream 4096 bytes.
    buffers: Buffers {
        text_chunk: 1024,
        text_splits: true,
        text_waits_when_full: true,
        text_overflow: Some(Overflow::Splits),
        full: 8192,
        default: 4096,
        overflow: Overflow::SplitsUnlessLarger,
        ..Buffers::NONE
    },
    // mono-01: Console.Out flushes what it is given.
    piped_stdout: Buffering::None,
    ..PLAIN
};

const EARLY_HANDLER: (Feature, Support) =
    (Feature::EarlyHandler, Support::Lacks(".NET has one kind of exit handler, that of ProcessExit"));
const SPAWN: (Feature, Support) =
    (Feature::Spawn, Support::Lacks("`spawn` speaks of Python's multiprocessing"));
const EXIT_THREAD: (Feature, Support) =
    (Feature::ExitThread, Support::Lacks("C# has no call that ends one thread from within"));

const FEATURES: &[(Feature, Support)] = &[
    EARLY_HANDLER,
    (
        Feature::SignalHandler,
        Support::Lacks("Mono's own library has no signal handlers: they are in the assembly Mono.Posix"),
    ),
    SPAWN,
    EXIT_THREAD,
];

const FEATURES_CORE: &[(Feature, Support)] = &[
    EARLY_HANDLER,
    (
        Feature::SignalHandler,
        Support::Equivalent(
            "PosixSignalRegistration (.NET 6 and later) runs the handler in a thread of the pool",
        ),
    ),
    (
        Feature::Teardown,
        Support::Equivalent(".NET runs no finalizer at exit, so an object that has one is kept in vain"),
    ),
    SPAWN,
    EXIT_THREAD,
];

/// What .NET raises; mono-08.
const MISTAKES: &[(Mistake, &str, &str)] = &[
    (Mistake::StartTwice, "ThreadStateException", "Thread has already been started."),
    (Mistake::JoinUnstarted, "ThreadStateException", "Thread has not been started."),
    (Mistake::FlagOfDead, "ThreadStateException", "Thread is dead; state can not be accessed."),
    (Mistake::FileClosed, "ObjectDisposedException", "Cannot access a closed file."),
];
