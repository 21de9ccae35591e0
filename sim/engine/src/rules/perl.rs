//! Perl 5.36 with interpreter threads: no thread is waited for, and each owns copies of everything.
//!
//! Sources: perl.c (`perl_destruct`, `my_exit`), perlio.c (`PerlIOBuf_write`), perlmod, perlipc, threads(3perl);
//! measured: perl-01 to perl-05, and on 5.36.0 what has no number here.

use super::facts::PLAIN;
use super::features::BUFFERED_STDOUT;
use super::why::rules;
use super::{
    Buffers, End, ExceptionCode, Exit, Facts, Feature, FileOwner, HandlerFails, Mistake, Overflow, Phase,
    Runtime, Support, Uncaught, no_version,
};
use crate::program::{Flushes, RuntimeOp as Op};
use crate::scenario::Buffering;

/// Perl; its versions do not differ here.
pub(super) fn runtime(version: Option<&str>) -> Result<Runtime, String> {
    no_version("perl", version)?;
    let phases = vec![L0, L1, L2, L3];
    Ok(Runtime {
        name: "perl",
        version: None,
        exit_phases: vec![L2, L3],
        leave_phases: phases.clone(),
        phases,
        child_phases: Vec::new(),
        facts: FACTS,
        topics: TOPICS,
        rule,
    })
}

const FACTS: Facts = Facts {
    features: FEATURES,
    report: "its message is printed",
    // 255 unless some call has left an errno behind, which the exported program clears (perl-02).
    uncaught: Uncaught { code: 255, way: End::Phases },
    exit: Exit::Raises,
    exit_in_thread: Exit::Runs,
    handler_fails: HandlerFails { code: Some(255), exit_code_counts: true, ..HandlerFails::HARMLESS },
    // Measured: a thread begins with a copy of everything, and no byte shall be in two buffers.
    start_flushes: true,
    mistakes: MISTAKES,
    closes_files_of: FileOwner::Bodies,
    // perl-03: 40,960 of 47,700 bytes, and a buffer that is full leaves at once (measured).
    buffers: Buffers { leaves_when_full: true, ..Buffers::one(8192, Overflow::Splits) },
    piped_stdout: Buffering::Default,
    ..PLAIN
};

const FEATURES: &[(Feature, Support)] = &[
    BUFFERED_STDOUT,
    (
        Feature::DaemonFlag,
        Support::Equivalent(
            "Perl has no daemon flag: no thread is waited for, and all are cut off at the end",
        ),
    ),
    (Feature::SetDaemon, Support::Lacks("Perl's threads have no daemon flag that could be changed")),
    (Feature::EarlyHandler, Support::Lacks("Perl has one kind of exit handler, the END block")),
    (Feature::Teardown, Support::Lacks("Perl destroys global objects once for each thread that has a copy")),
    (Feature::Pool, Support::Lacks("Perl's core modules have no thread pool")),
    (Feature::Spawn, Support::Lacks("`spawn` speaks of Python's multiprocessing")),
];

const MISTAKES: &[(Mistake, &str, &str)] = &[
    (Mistake::StartTwice, "unknown", "a second create makes another thread, which this model does not have"),
    (Mistake::JoinUnstarted, "unknown", "Can't call method \"join\" on an undefined value"),
    (Mistake::FileClosed, "unknown", "print() on closed filehandle, which Perl only warns of"),
];

const L0: Phase = Phase {
    id: "L0",
    name: "main is over",
    waits_for: "-",
    keeps_running: "all threads",
    stops: "-",
    runs: "main's finally blocks have run, also for exit in main",
    flushes: "-",
    source: "perl.c my_exit_jump; perl-01, 02",
    ops: &[Op::BeginExit, Op::DropSignalHandlers],
    on_exception: "L1",
    exception_code: ExceptionCode::Kept,
};

const L1: Phase = Phase {
    id: "L1",
    name: "END blocks, in main only",
    waits_for: "each block, without limit",
    keeps_running: "all threads",
    stops: "signal handlers: signals have their default effect again",
    runs: "END blocks, last one first",
    flushes: "-",
    source: "perlmod, BEGIN, UNITCHECK, CHECK, INIT and END; perl-01, 02, 05",
    ops: &[Op::RunExitHandlers],
    on_exception: "L2",
    exception_code: ExceptionCode::Kept,
};

const L2: Phase = Phase {
    id: "L2",
    name: "handles of main",
    waits_for: "-",
    keeps_running: "all threads",
    stops: "-",
    runs: "a warning, if threads are left that nobody has joined",
    flushes: "what main has opened, and standard output",
    source: "perl.c perl_destruct; perl-01, 03",
    ops: &[Op::FlushFiles(Flushes::OfMain), Op::FlushStdio],
    on_exception: "L3",
    exception_code: ExceptionCode::Kept,
};

const L3: Phase = Phase {
    id: "L3",
    name: "exit",
    waits_for: "-",
    keeps_running: "nothing",
    stops: "all threads, where they stand",
    runs: "no finally and no DESTROY of threads",
    flushes: "-",
    source: "exit(3); perl-01, 03",
    ops: &[Op::EndProcess],
    on_exception: "L3",
    exception_code: ExceptionCode::Kept,
};

rules! { "perl";
    NoDaemonFlag: "no-daemons",
        "Perl has no daemon flag: nobody waits for this thread unless somebody joins it",
        "daemon-threads.md", "threads(3perl); perl-01";
    Frozen: "cut-off-at-exit",
        "the process ends around it: no finally, no DESTROY",
        "cut-off.md", "threads(3perl), WARNINGS; perl-01";
    ThreadLeft: "threads-exit",
        "threads->exit ends this thread; in main it is exit(0)",
        "daemon-threads.md", "threads(3perl), EXITING A THREAD; perl-02";
    ThreadRaised: "thread-dies-alone",
        "a thread that dies is warned of and ends alone",
        "daemon-threads.md", "threads(3perl); perl-02";
    MainReturned: "main-returned",
        "the end of the script is the end of the program: no thread is waited for",
        "daemon-threads.md#order", "perl.c perl_destruct; perl-01";
    MainRaised: "main-died",
        "die in main ends the program like its last line, with a code that is not 0",
        "daemon-threads.md#order", "perlfunc, die; perl-02";
    PoliteExit: "exit",
        "exit in main runs its finally blocks and the END blocks; in a thread it ends the process without them",
        "daemon-threads.md#order", "perlfunc, exit; perl-02, and measured on 5.36.0";
    PoliteExitInThread: "exit-in-thread",
        "exit in a thread ends the process from there: no END block runs",
        "daemon-threads.md#order", "threads(3perl), EXITING A THREAD; perl-02";
    ImmediateExit: "immediate-exit",
        "POSIX::_exit ends the process at once: no END block, no flush",
        "cut-off.md", "POSIX(3perl); perl-02";
    ExitBegins: "exit-anywhere",
        "the exit runs in the thread that asked for it, while all others go on",
        "daemon-threads.md#order", "threads(3perl); perl-02";
    SecondExit: "exit-beside",
        "exit in a thread ends the process at once, with its own code, whatever main is doing",
        "daemon-threads.md#order", "measured on 5.36.0";
    ExitHandlers: "end-blocks",
        "END blocks run last one first, in main only, while all threads go on",
        "daemon-threads.md#order", "perlmod; perl-01";
    HandlerErrorIgnored: "end-dies",
        "die in an END block ends that block, and the code becomes 255; exit in one changes the code",
        "daemon-threads.md#order", "measured on 5.36.0";
    HandlerFails: "handler-dies",
        "die in a signal handler goes on in what main was doing",
        "the-program-that-would-not-exit.md#signals", "perlipc; measured on 5.36.0";
    WaitAbandoned: "end-abandoned",
        "an exception ends this part of the end, and the next one follows",
        "daemon-threads.md#order", "perl.c perl_destruct; perl-02";
    KilledInPlace: "killed-in-place",
        "the whole process ends at once: no END block, no flush",
        "cut-off.md", "signal(7), _exit(2); perl-04";
    SignalDefault: "signal-default",
        "no handler is installed any more or yet, so the kernel ends the process at once",
        "cut-off.md#signals", "signal(7); perl-04";
    SignalKill: "signal-kill",
        "SIGKILL cannot be handled",
        "cut-off.md#signals", "signal(7)";
    SignalHandled: "signal-handled",
        "the handler runs in main, between two operations; a sleep is cut short for it",
        "the-program-that-would-not-exit.md#signals", "perlipc, Deferred Signals; perl-04";
    SignalIgnored: "signal-ignored",
        "the process ignores this signal",
        "the-program-that-would-not-exit.md#signals", "signal(7)";
    LocalFileClosed: "lexical-handle",
        "a handle that nothing refers to any more is closed, and so flushed",
        "cut-off.md#buffers", "perlfunc, open; perl-03";
    Buffered: "buffered-write",
        "a print goes to the buffer of the handle first",
        "cut-off.md#buffers", "PerlIO(3perl); perl-03";
    BufferFull: "buffer-full",
        "a full buffer goes to the kernel at once, in the middle of a record if need be",
        "cut-off.md#buffers", "perlio.c PerlIOBuf_write; perl-03";
    BufferLost: "buffer-lost",
        "what is still in a buffer of a thread dies with it",
        "cut-off.md#buffers", "perl-03";
    StdioFlushed: "stdio-flushed",
        "standard output is flushed at the end",
        "cut-off.md#buffers", "perl-01";
    FilesFlushed: "files-of-main-flushed",
        "the handles of main are flushed at the end, those of threads are not",
        "cut-off.md#buffers", "perl-01, 03";
    LockStaysHeld: "lock-stays-held",
        "the thread that holds the lock never gives it back",
        "cut-off.md#locks", "threads::shared(3perl)";
    QueueJoin: "queue-join",
        "to see the queue empty flushes nothing",
        "cut-off.md#buffers", "perl-03";
    StartTwice: "start-twice",
        "each create makes another thread; this model has one thread of each name",
        "daemon-threads.md", "threads(3perl)";
    JoinUnstarted: "join-unstarted",
        "there is no thread yet that could be joined, so the call dies",
        "daemon-threads.md", "threads(3perl)";
    ExitStatus: "exit-status",
        "the exit status is that of exit, modulo 256, or 255 after die",
        "daemon-threads.md#order", "perlfunc, die, exit; perl-02";
}
