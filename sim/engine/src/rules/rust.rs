//! Rust's standard library, 1.95 on Linux: nobody waits for a thread, and only what is dropped is flushed.
//!
//! Sources: the documentation of std::process, std::thread, std::io and std::panic, and library/std's source; measured:
//! rust-01 to rust-10.

use super::facts::PLAIN;
use super::{
    Buffers, End, ExceptionCode, Facts, Feature, FileOwner, HandlerFails, HandlerThread, Mistake, Overflow,
    Phase, Runtime, SecondExit, Support, Uncaught, no_version,
};
use crate::program::RuntimeOp as Op;
use crate::scenario::Buffering;

/// Rust; it has no versions that differ here.
pub(super) fn runtime(version: Option<&str>) -> Result<Runtime, String> {
    no_version("rust", version)?;
    Ok(Runtime {
        name: "rust",
        version: None,
        phases: vec![R0, R1, R2, R3],
        exit_phases: vec![R1, R2, R3],
        leave_phases: Vec::new(),
        child_phases: Vec::new(),
        facts: Facts {
            features: FEATURES,
            exit_call: "std::process::exit",
            report: "the panic is printed at once",
            uncaught: Uncaught { code: 101, way: End::Phases },
            // Measured: a second process::exit, or the end of main beside one, waits for the first, for ever.
            exit_beside: SecondExit::Blocks,
            exit_again: SecondExit::Aborts,
            // Measured: a panic cannot unwind into C, which has called the handler.
            handler_fails: HandlerFails { aborts: true, ..HandlerFails::HARMLESS },
            signal_handlers: HandlerThread::Own,
            mistakes: MISTAKES,
            closes_files_of: FileOwner::Bodies,
            buffers: Buffers { full_record_passes: true, ..Buffers::one(8192, Overflow::Whole) },
            piped_stdout: Buffering::Line,
            ..PLAIN
        },
        topics: TOPICS,
        rule,
    })
}

const FEATURES: &[(Feature, Support)] = &[
    (
        Feature::DaemonFlag,
        Support::Equivalent("Rust has no daemon flag: the end of main waits for no thread at all"),
    ),
    (Feature::SetDaemon, Support::Lacks("Rust has no daemon flag that could be changed")),
    (
        Feature::ExitHandler,
        Support::Equivalent("Rust has no exit handlers of its own: `on-exit` is C's atexit"),
    ),
    (Feature::EarlyHandler, Support::Lacks("Rust has one kind of exit handler, C's atexit")),
    (
        Feature::SignalHandler,
        Support::Equivalent("`on-signal` is a thread in sigwait, with the signal blocked in all threads"),
    ),
    (Feature::Teardown, Support::Lacks("Rust never drops a static")),
    (Feature::Pool, Support::Lacks("Rust has no thread pool in its standard library")),
    (Feature::Spawn, Support::Lacks("`spawn` speaks of Python's multiprocessing")),
    (Feature::Exception, Support::Equivalent("`raise` is a panic, `except` is catch_unwind")),
    (Feature::Finally, Support::Equivalent("`finally` is what runs after catch_unwind, as Drop would")),
    (Feature::ExitThread, Support::Lacks("Rust has no call that ends a thread from the inside")),
];

const MISTAKES: &[(Mistake, &str, &str)] = &[
    (Mistake::StartTwice, "mistake", "a second thread runs the same body"),
    (Mistake::JoinUnstarted, "mistake", "there is no JoinHandle yet"),
    (Mistake::FileClosed, "panic", "called `Option::unwrap()` on a `None` value"),
];

const R0: Phase = Phase {
    id: "R0",
    name: "main returns or panics",
    waits_for: "-",
    keeps_running: "all threads",
    stops: "-",
    runs: "main's locals are dropped, also when it panics",
    flushes: "a BufWriter that is one of main's locals",
    source: "std::thread, std::panic; rust-01, 02, 03",
    ops: &[Op::BeginExit],
    on_exception: "R3",
    exception_code: ExceptionCode::Kept,
};

const R1: Phase = Phase {
    id: "R1",
    name: "clean-up of the standard library",
    waits_for: "-",
    keeps_running: "all threads",
    stops: "-",
    runs: "no Drop of anything that is still in use",
    flushes: "standard output, unless a thread holds its lock",
    source: "library/std/src/rt.rs cleanup, std::process::exit; rust-05, 07",
    ops: &[Op::FlushStdio],
    on_exception: "R3",
    exception_code: ExceptionCode::Kept,
};

const R2: Phase = Phase {
    id: "R2",
    name: "C's atexit handlers, in the thread that exits",
    waits_for: "each handler, without limit",
    keeps_running: "all threads, also new ones",
    stops: "-",
    runs: "handlers, last registered first",
    flushes: "-",
    source: "exit(3); rust-01, 09",
    ops: &[Op::RunExitHandlers],
    on_exception: "R3",
    exception_code: ExceptionCode::Kept,
};

const R3: Phase = Phase {
    id: "R3",
    name: "_exit",
    waits_for: "-",
    keeps_running: "nothing",
    stops: "all threads, where they stand",
    runs: "no Drop of other threads or of statics",
    flushes: "nothing: what a BufWriter holds is lost",
    source: "_exit(2); rust-01, 06",
    ops: &[Op::EndProcess],
    on_exception: "R3",
    exception_code: ExceptionCode::Kept,
};

rules! { "rust";
    NoDaemonFlag: "no-daemons",
        "a thread has no daemon flag: nobody waits for it unless somebody joins it",
        "daemon-threads.md", "std::thread::spawn; rust-01";
    DaemonNotAwaited: "threads-not-awaited",
        "the end of main waits for no thread",
        "daemon-threads.md", "std::thread; rust-01";
    ExitBegins: "exit-anywhere",
        "std::process::exit runs in the thread that calls it, while all others go on",
        "daemon-threads.md#order", "std::process::exit; rust-05";
    SecondExit: "second-exit-blocks",
        "another thread is exiting already: this one waits here until the process is gone",
        "daemon-threads.md#order", "library/std/src/sys/exit_guard.rs; measured with 1.95";
    MainReturned: "main-returned",
        "the locals of main are dropped, and the process exits, whatever other threads do",
        "daemon-threads.md#order", "std::thread; rust-01";
    MainRaised: "main-panicked",
        "a panic that leaves main drops its locals and ends the process with code 101",
        "daemon-threads.md#order", "std::panic; rust-03";
    ThreadRaised: "thread-panicked",
        "a panic unwinds its own thread, whose locals are dropped, and ends nothing else",
        "daemon-threads.md#order", "std::thread; rust-03";
    HandlerErrorIgnored: "handler-panicked",
        "a panic cannot leave a function that C calls, as atexit does: the process aborts",
        "daemon-threads.md#order", "panic in a function that cannot unwind; measured with 1.95";
    ExitHandlers: "atexit-lifo",
        "atexit handlers run last registered first, while all threads go on",
        "daemon-threads.md#order", "atexit(3); rust-01, 09";
    PoliteExit: "process-exit",
        "std::process::exit runs C's exit handlers and ends the process: nothing is dropped",
        "daemon-threads.md#order", "std::process::exit; rust-05";
    PoliteExitInThread: "process-exit",
        "std::process::exit ends the process from any thread: nothing is dropped",
        "daemon-threads.md#order", "std::process::exit; rust-05";
    ImmediateExit: "immediate-exit",
        "_exit ends the process at once: no handler, no Drop, no flush",
        "cut-off.md", "_exit(2); rust-05";
    KilledInPlace: "killed-in-place",
        "the whole process ends at once: no Drop, no exit handler, no flush",
        "cut-off.md", "signal(7); rust-08";
    Frozen: "cut-off-at-exit",
        "the process ends around it: its locals are never dropped",
        "cut-off.md", "std::thread; rust-01, 10";
    Buffered: "buffered-write",
        "a write goes to the BufWriter inside the process first",
        "cut-off.md#buffers", "std::io::BufWriter; rust-06";
    BufferFull: "buffer-full",
        "the record does not fit, so what the buffer holds goes to the kernel first",
        "cut-off.md#buffers", "library/std/src/io/buffered/bufwriter.rs; rust-06";
    PipeFull: "pipe-full",
        "println! writes each line at once, and its thread waits in the kernel while a pipe is full",
        "other-runtimes.md#full-pipe", "pipe(7), std::io::LineWriter; measured on 1.95.0";
    BufferLost: "buffer-lost",
        "a BufWriter that is not dropped loses what it holds",
        "cut-off.md#buffers", "std::io::BufWriter; rust-05, 06";
    LocalFileClosed: "local-dropped",
        "the thread's own BufWriter is dropped, and so flushed",
        "cut-off.md#buffers", "std::io::BufWriter; rust-01, 06";
    GlobalFileClosed: "local-dropped",
        "main's own BufWriter is dropped, and so flushed",
        "cut-off.md#buffers", "std::io::BufWriter; rust-01";
    GlobalFileKept: "static-not-dropped",
        "a static is never dropped, so its BufWriter is not flushed",
        "cut-off.md#buffers", "The Rust Reference, Static items; rust-06";
    StdioFlushed: "stdout-flushed",
        "standard output is written out, which needs no flush as it goes line by line",
        "cut-off.md#buffers", "library/std/src/io/stdio.rs; rust-05, 07";
    SignalDefault: "signal-default",
        "no handler is installed, so the kernel ends the process at once",
        "cut-off.md#signals", "signal(7); rust-08";
    SignalKill: "signal-kill",
        "SIGKILL cannot be handled",
        "cut-off.md#signals", "signal(7)";
    SignalHandled: "signal-waited-for",
        "all threads have blocked the signal, and one waits for it in sigwait; main goes on",
        "the-program-that-would-not-exit.md#signals", "sigwait(3); rust-08";
    SignalThread: "signal-thread",
        "the signal is handled by a thread of its own, beside all others",
        "the-program-that-would-not-exit.md#signals", "sigwait(3)";
    SignalIgnored: "signal-ignored",
        "the process ignores this signal",
        "the-program-that-would-not-exit.md#signals", "signal(7)";
    LockStaysHeld: "lock-stays-held",
        "a thread that was cut off never drops its MutexGuard",
        "cut-off.md#locks", "std::sync::Mutex; rust-09";
    QueueJoin: "queue-join",
        "to see the queue empty flushes nothing",
        "cut-off.md#buffers", "rust-06";
    StartTwice: "start-twice",
        "to spawn again starts a second thread, which this model has no room for",
        "daemon-threads.md", "std::thread::spawn";
    JoinUnstarted: "join-unstarted",
        "there is no JoinHandle before the thread is spawned",
        "daemon-threads.md", "std::thread::JoinHandle";
    ExitStatus: "exit-status",
        "the exit status is what exit was given, modulo 256; 0 when main returns, 101 when it panics",
        "daemon-threads.md#order", "std::process::exit; rust-03, 05";
}
