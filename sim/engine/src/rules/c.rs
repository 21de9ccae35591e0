//! C with POSIX threads (glibc 2.36): `exit` runs in whichever thread calls it.
//!
//! Sources: C11 7.22.4.4, `exit(3)`, `atexit(3)`, `pthread_exit(3)`, glibc stdlib/exit.c; measured: c-01 to c-11.

use super::facts::PLAIN;
use super::features::BUFFERED_STDOUT;
use super::why::rules;
use super::{Buffers, ExceptionCode, Facts, Feature, Mistake, Overflow, Phase, Runtime, Support, no_version};
use crate::program::{Flushes, RuntimeOp as Op};
use crate::scenario::Buffering;

/// C; it has no versions.
pub(super) fn runtime(version: Option<&str>) -> Result<Runtime, String> {
    no_version("c", version)?;
    Ok(Runtime {
        name: "c",
        version: None,
        phases: vec![C0, C1, C2, C3],
        exit_phases: vec![C1, C2, C3],
        leave_phases: vec![L0, C0, C1, C2, C3],
        child_phases: Vec::new(),
        facts: Facts {
            features: FEATURES,
            // c-03: a FILE tears at a multiple of 4096 when the process ends by _exit. Measured: before its first write a
            // FILE has no room at all, so that whole blocks go past it.
            buffers: Buffers {
                full: 8192,
                first_full_record_passes: true,
                ..Buffers::one(4096, Overflow::SplitsInBlocks)
            },
            piped_stdout: Buffering::Default,
            mistakes: MISTAKES,
            ..PLAIN
        },
        topics: TOPICS,
        rule,
    })
}

const FEATURES: &[(Feature, Support)] = &[
    BUFFERED_STDOUT,
    (
        Feature::DaemonFlag,
        Support::Equivalent("C has no daemon threads: the end of main waits for no thread at all"),
    ),
    (Feature::SetDaemon, Support::Lacks("C has no daemon threads, so no flag can be changed")),
    (Feature::EarlyHandler, Support::Lacks("C has one kind of exit handler, that of atexit")),
    (Feature::Teardown, Support::Lacks("C has no finalizers of objects")),
    (Feature::Pool, Support::Lacks("C's standard library has no thread pool")),
    (Feature::Spawn, Support::Lacks("`spawn` speaks of Python's multiprocessing")),
    (Feature::Exception, Support::Lacks("C has no exceptions")),
    (
        Feature::Finally,
        Support::Equivalent("`finally` is pthread_cleanup_push, which runs at pthread_exit and not at exit"),
    ),
];

/// What C leaves undefined is told as an error, so that nobody builds on it.
const MISTAKES: &[(Mistake, &str, &str)] = &[
    (Mistake::StartTwice, "undefined behaviour", "the pthread_t of a thread that runs is overwritten"),
    (Mistake::JoinUnstarted, "undefined behaviour", "no pthread_create has filled this pthread_t"),
    (Mistake::FileClosed, "undefined behaviour", "the FILE is closed"),
];

const C0: Phase = Phase {
    id: "C0",
    name: "main returns",
    waits_for: "-",
    keeps_running: "all threads",
    stops: "-",
    runs: "main's return value is given to exit",
    flushes: "-",
    source: "C11 5.1.2.2.3; c-01",
    ops: &[Op::BeginExit],
    on_exception: "C3",
    exception_code: ExceptionCode::Kept,
};

const C1: Phase = Phase {
    id: "C1",
    name: "atexit handlers, in the thread that called exit",
    waits_for: "each handler, without limit",
    keeps_running: "all threads, also new ones",
    stops: "-",
    runs: "handlers, last registered first; no cleanup handlers of other threads",
    flushes: "-",
    source: "exit(3), glibc stdlib/exit.c __run_exit_handlers; c-01, 02, 06, 09",
    ops: &[Op::RunExitHandlers],
    on_exception: "C2",
    exception_code: ExceptionCode::Kept,
};

const C2: Phase = Phase {
    id: "C2",
    name: "stdio",
    waits_for: "-",
    keeps_running: "all threads",
    stops: "-",
    runs: "-",
    flushes: "all streams, also those of threads that run, and those that another thread has locked",
    source: "exit(3), glibc libio/genops.c _IO_cleanup; c-01, 03, 04",
    ops: &[Op::FlushStdio, Op::FlushFiles(Flushes::All)],
    on_exception: "C3",
    exception_code: ExceptionCode::Kept,
};

const C3: Phase = Phase {
    id: "C3",
    name: "_exit",
    waits_for: "-",
    keeps_running: "nothing",
    stops: "all threads, where they stand",
    runs: "-",
    flushes: "-",
    source: "_exit(2), exit_group(2); c-02, 03",
    ops: &[Op::EndProcess],
    on_exception: "C3",
    exception_code: ExceptionCode::Kept,
};

const L0: Phase = Phase {
    id: "L0",
    name: "main has called pthread_exit",
    waits_for: "every thread, joinable or detached, without limit",
    keeps_running: "all threads",
    stops: "-",
    runs: "main's cleanup handlers have run; the last thread that ends calls exit(0)",
    flushes: "-",
    source: "pthread_exit(3); c-01, 05",
    ops: &[Op::AnnounceWait, Op::AwaitThreads],
    on_exception: "C0",
    exception_code: ExceptionCode::Kept,
};

rules! { "c";
    NoDaemonFlag: "no-daemons",
        "C has no daemon threads: nobody waits for this one unless somebody joins it",
        "daemon-threads.md", "pthread_create(3); c-01";
    DaemonNotAwaited: "threads-not-awaited",
        "the end of main waits for no thread",
        "daemon-threads.md", "exit(3); c-01";
    NonDaemonAwaited: "pthread-exit-waits",
        "main has called pthread_exit: the process lives until the last thread ends",
        "daemon-threads.md", "pthread_exit(3); c-01, 05";
    ThreadLeft: "pthread-exit",
        "pthread_exit ends this thread only, after its cleanup handlers",
        "daemon-threads.md", "pthread_exit(3); c-01, 02";
    ExitBegins: "exit-anywhere",
        "exit runs in the thread that calls it, while all others go on",
        "daemon-threads.md#order", "exit(3); c-02";
    SecondExit: "second-exit-overtakes",
        "a second exit runs the handlers that are left and ends the process with its own status",
        "daemon-threads.md#order", "glibc 2.36 stdlib/exit.c; c-06";
    ExitHandlers: "atexit-lifo",
        "atexit handlers run last registered first, while all threads go on",
        "daemon-threads.md#order", "atexit(3); c-01, 09";
    MainReturned: "main-returned",
        "return from main is a call of exit",
        "daemon-threads.md#order", "C11 5.1.2.2.3; c-01";
    PoliteExit: "exit",
        "exit runs the atexit handlers, flushes all streams and ends the process; it waits for no thread",
        "daemon-threads.md#order", "exit(3); c-02";
    ImmediateExit: "immediate-exit",
        "_exit ends the process at once: no handler, no flush",
        "cut-off.md", "_exit(2); c-02, 03";
    KilledInPlace: "killed-in-place",
        "the whole process ends at once: no cleanup handler, no exit handler, no flush",
        "cut-off.md", "signal(7), _exit(2); c-02";
    Frozen: "cut-off-at-exit",
        "the process ends around it: its cleanup handlers never run",
        "cut-off.md", "exit(3); c-01, 08";
    Buffered: "buffered-write",
        "a write goes to the stream's buffer inside the process first",
        "cut-off.md#buffers", "setvbuf(3); c-03";
    BufferFull: "buffer-full",
        "the buffer is full: it goes to the kernel, in the middle of a record if need be",
        "cut-off.md#buffers", "glibc libio/fileops.c _IO_new_file_xsputn; c-03";
    BufferLost: "buffer-lost",
        "what is still in a buffer inside the process dies with it",
        "cut-off.md#buffers", "c-02, 03";
    StdioFlushed: "stdio-flushed",
        "exit flushes standard output",
        "cut-off.md#buffers", "exit(3); c-01";
    FilesFlushed: "streams-flushed",
        "exit flushes every open stream, whichever thread it belongs to",
        "cut-off.md#buffers", "exit(3); c-03";
    SignalDefault: "signal-default",
        "no handler is installed, so the kernel ends the process at once",
        "cut-off.md#signals", "signal(7); c-07";
    SignalKill: "signal-kill",
        "SIGKILL cannot be handled",
        "cut-off.md#signals", "signal(7)";
    SignalHandled: "signal-handled",
        "the handler interrupts the main thread at once",
        "the-program-that-would-not-exit.md#signals", "signal(7); c-07";
    SignalIgnored: "signal-ignored",
        "the process ignores this signal",
        "the-program-that-would-not-exit.md#signals", "signal(7)";
    LockStaysHeld: "lock-stays-held",
        "a thread that was stopped never unlocks its mutexes",
        "cut-off.md#locks", "c-09";
    QueueJoin: "queue-join",
        "to see the queue empty flushes nothing",
        "cut-off.md#buffers", "c-03";
    StartTwice: "start-twice",
        "C leaves it undefined to start a thread into a pthread_t that is in use",
        "daemon-threads.md", "pthread_create(3)";
    JoinUnstarted: "join-unstarted",
        "C leaves it undefined to join what no pthread_create has filled",
        "daemon-threads.md", "pthread_join(3)";
    ThreadRaised: "undefined",
        "what C leaves undefined ends this thread here, and is nothing to build on",
        "daemon-threads.md", "C11 3.4.3";
    MainRaised: "undefined-in-main",
        "what C leaves undefined ends main here, and is nothing to build on",
        "daemon-threads.md", "C11 3.4.3";
    HandlerErrorIgnored: "undefined-in-handler",
        "what C leaves undefined ends this handler here, and is nothing to build on",
        "daemon-threads.md", "C11 3.4.3";
    ExitStatus: "exit-status",
        "the exit status is the value that exit was given, modulo 256",
        "daemon-threads.md#order", "exit(3); c-06";
}
