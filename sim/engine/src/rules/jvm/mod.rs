//! The Java virtual machine: hooks, and threads that keep it alive.
//!
//! Sources: the documentation of `java.lang.Runtime` and `java.lang.Thread`, `java.lang.ApplicationShutdownHooks`,
//! `java.lang.Shutdown`, HotSpot's `os_posix.cpp` and `java.base/unix/native/libjava/Terminator.java`; measured on
//! OpenJDK 17.0.15: java-01 to java-25, and the buffers of files again with records of chosen sizes. Virtual threads
//! are written down (JEP 444) and were not run.

mod why;

use super::facts::PLAIN;
use super::{
    Buffers, DefaultAction, ExceptionCode, Exit, Facts, Feature, Flag, HandlerOrder, HandlerThread,
    LateHandler, Mistake, Overflow, Phase, Runtime, SecondExit, Sudden, Support, Version,
};
use crate::program::RuntimeOp as Op;
use crate::scenario::{Buffering, Signal};

/// The versions and variants that can be named.
pub(super) const VERSIONS: &[&str] = &["17", "virtual"];

/// The version that was measured.
const MEASURED: u16 = 17;
/// The first with virtual threads.
const VIRTUAL: u16 = 21;

/// Java in this version, or in the one that was measured.
pub(super) fn runtime(version: Option<&str>) -> Result<Runtime, String> {
    match version {
        None => Ok(platform(Version::whole(MEASURED))),
        Some("virtual") => Ok(virtual_threads()),
        Some(text) => Version::parse_whole(text)
            .filter(|version| version.major == MEASURED)
            .map(platform)
            .ok_or_else(|| {
                format!("`{text}` is no version of Java that is known here (there is: jvm-17, jvm-virtual)")
            }),
    }
}

/// Threads of the platform.
fn platform(version: Version) -> Runtime {
    Runtime {
        name: "jvm",
        version: Some(version),
        phases: vec![J0, J1, J2, J3],
        exit_phases: vec![J2, J3],
        leave_phases: Vec::new(),
        child_phases: Vec::new(),
        facts: FACTS,
        topics: why::platform::TOPICS,
        rule: why::platform::rule,
    }
}

/// Every thread but main is a virtual one.
fn virtual_threads() -> Runtime {
    Runtime {
        name: "jvm-virtual",
        version: Some(Version::whole(VIRTUAL)),
        facts: Facts { features: FEATURES_VIRTUAL, flag: Flag::AllDaemons, ..FACTS },
        topics: why::virtual_threads::TOPICS,
        rule: why::virtual_threads::rule,
        ..platform(Version::whole(VIRTUAL))
    }
}

const FACTS: Facts = Facts {
    features: FEATURES,
    exit_call: "System.exit",
    report: "the stack trace is printed",
    // java-16.
    flag: Flag::Inherited,
    // java-07, 08: System.exit runs the hooks in a thread each and never returns, in whichever thread it is called.
    exit: Exit::Runs,
    exit_in_thread: Exit::Runs,
    // java-13: it waits for the lock of java.lang.Shutdown, which the exit that runs holds until the end.
    exit_again: SecondExit::Blocks,
    exit_beside: SecondExit::Blocks,
    handler_order: HandlerOrder::Together,
    late_handler: LateHandler::Refused,
    signal_handlers: HandlerThread::Own,
    // java-09. A second one finds the exit begun and is ignored (java-12). USR2 is the machine's own: SIGABRT (measured).
    signals: &[
        (Signal::Hup, DefaultAction::Exits(129)),
        (Signal::Int, DefaultAction::Exits(130)),
        (Signal::Quit, DefaultAction::Ignored),
        (Signal::Usr2, DefaultAction::EndsWith(Sudden::Aborts)),
        (Signal::Term, DefaultAction::Exits(143)),
    ],
    join_unstarted_returns: true,
    mistakes: MISTAKES,
    // java-03, measured again: BufferedOutputStream and BufferedWriter hold 8192 bytes or characters, and below the
    // latter the encoder of OutputStreamWriter holds 8192 bytes more.
    buffers: Buffers {
        text_chunk: 8192,
        text_splits: true,
        text_overflow: Some(Overflow::Splits),
        full: 8192,
        default: 8192,
        full_record_passes: true,
        ..Buffers::NONE
    },
    // java-01, 24: System.out flushes what it is given.
    piped_stdout: Buffering::None,
    ..PLAIN
};

const SET_DAEMON: (Feature, Support) = (
    Feature::SetDaemon,
    Support::Lacks("Java fixes the daemon flag when a thread starts (IllegalThreadStateException)"),
);
const EARLY_HANDLER: (Feature, Support) =
    (Feature::EarlyHandler, Support::Lacks("Java has one kind of shutdown hook"));
const TEARDOWN: (Feature, Support) = (
    Feature::Teardown,
    Support::Equivalent(
        "Java runs no finalizer at exit: a Cleaner's action stands for it, and is never called",
    ),
);
const SPAWN: (Feature, Support) =
    (Feature::Spawn, Support::Lacks("`spawn` speaks of Python's multiprocessing"));
const EXIT_THREAD: (Feature, Support) =
    (Feature::ExitThread, Support::Lacks("Java has no call that ends one thread from within"));

const FEATURES: &[(Feature, Support)] = &[SET_DAEMON, EARLY_HANDLER, TEARDOWN, SPAWN, EXIT_THREAD];

const FEATURES_VIRTUAL: &[(Feature, Support)] = &[
    SET_DAEMON,
    EARLY_HANDLER,
    TEARDOWN,
    SPAWN,
    EXIT_THREAD,
    (
        Feature::DaemonFlag,
        Support::Equivalent(
            "a virtual thread is a daemon, whatever a scenario says (IllegalArgumentException)",
        ),
    ),
    (Feature::Pool, Support::Lacks("virtual threads are not pooled: there is a new one for each task")),
];

/// What Java raises; java-15, 16.
const MISTAKES: &[(Mistake, &str, &str)] = &[
    (Mistake::StartTwice, "IllegalThreadStateException", ""),
    (Mistake::RegisterLate, "IllegalStateException", "Shutdown in progress"),
    (Mistake::FileClosed, "IOException", "Stream closed"),
];

const J0: Phase = Phase {
    id: "J0",
    name: "main returns or throws",
    waits_for: "-",
    keeps_running: "all threads",
    stops: "-",
    runs: "main's finally; the stack trace is printed now",
    flushes: "System.out was never buffered",
    source: "java.base LauncherHelper, JLS 12.8; java-01, 05",
    ops: &[],
    on_exception: "J1",
    exception_code: ExceptionCode::AsInMain,
};

const J1: Phase = Phase {
    id: "J1",
    name: "the last non-daemon thread",
    waits_for: "every non-daemon thread, without limit, also ones that are started meanwhile",
    keeps_running: "daemon threads",
    stops: "-",
    runs: "an idle worker of an executor counts as a thread",
    flushes: "-",
    source: "JNI DestroyJavaVM, Runtime \"Virtual Machine Shutdown\"; java-01, 04, 15, 17, 20",
    ops: &[Op::AnnounceWait, Op::AwaitNonDaemons, Op::BeginExit],
    on_exception: "J2",
    exception_code: ExceptionCode::Kept,
};

const J2: Phase = Phase {
    id: "J2",
    name: "shutdown hooks, all at once",
    waits_for: "every hook, without limit",
    keeps_running: "all threads: daemons, after System.exit or a signal non-daemons too, and new ones",
    stops: "-",
    runs: "hooks, each in a thread of its own; no finally of other threads",
    flushes: "what the hooks flush",
    source: "Runtime.addShutdownHook, ApplicationShutdownHooks.runHooks; java-07, 09, 11 to 15",
    ops: &[Op::StartHandlerThreads, Op::AwaitHandlerThreads],
    on_exception: "J3",
    exception_code: ExceptionCode::Kept,
};

const J3: Phase = Phase {
    id: "J3",
    name: "halt",
    waits_for: "-",
    keeps_running: "nothing",
    stops: "all threads, where they stand",
    runs: "no finally, no try-with-resources, no Cleaner; files marked with deleteOnExit are deleted",
    flushes: "nothing: buffered streams and writers lose what they hold",
    source: "Runtime.halt, Shutdown.halt0; java-01, 02, 03, 07",
    ops: &[Op::EndProcess],
    on_exception: "J3",
    exception_code: ExceptionCode::Kept,
};
