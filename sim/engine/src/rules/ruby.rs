//! Ruby 3.1: no thread is waited for, and each is killed with its `ensure` blocks, which are waited for.
//!
//! Sources: eval.c (`rb_ec_teardown`, `rb_ec_cleanup`), eval_jump.c (`rb_ec_exec_end_proc`), thread.c
//! (`rb_thread_terminate_all`, `rb_check_deadlock`, `thread_join`), signal.c, io.c (`io_binwrite`); measured: ruby-01 to
//! ruby-09, and on 3.1.2 what has no number here.

use super::facts::PLAIN;
use super::features::BUFFERED_STDOUT;
use super::why::rules;
use super::{
    Buffers, Deadlock, DefaultAction, ExceptionCode, Exit, Facts, Feature, HandlerFails, Mistake, Overflow,
    Phase, Rescue, Runtime, Support, no_version,
};
use crate::program::{Flushes, RuntimeOp as Op};
use crate::scenario::{Buffering, Signal};

/// Ruby; its versions do not differ here.
pub(super) fn runtime(version: Option<&str>) -> Result<Runtime, String> {
    no_version("ruby", version)?;
    let phases = vec![B0, B1, B2, B3, B4];
    Ok(Runtime {
        name: "ruby",
        version: None,
        exit_phases: Vec::new(),
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
    report: "the message and the backtrace are printed",
    exit: Exit::Raises,
    exit_in_thread: Exit::RaisesInMain,
    // After exit(3) in main it stays 3, after a normal end it is 1 (measured; ruby-05).
    handler_fails: HandlerFails {
        code: Some(1),
        keeps_other_codes: true,
        exit_code_counts: true,
        ..HandlerFails::HARMLESS
    },
    signals: &[
        (Signal::Hup, RAISES),
        (Signal::Int, DefaultAction::Raises("Interrupt")),
        (Signal::Quit, RAISES),
        (Signal::Usr1, RAISES),
        (Signal::Usr2, RAISES),
        (Signal::Alrm, RAISES),
        (Signal::Term, RAISES),
    ],
    deadlock: Some(Deadlock {
        handlers_hide_it: false,
        // Measured: a thread that ends still counts as living when it looks for a deadlock.
        only_at_a_wait: true,
        // A signal handler may set an event but not touch a Mutex, so an event is a pipe.
        events_hide_it: true,
        then: Rescue::RaisesInMain("fatal", "No live threads left. Deadlock?"),
    }),
    join_unstarted_returns: true,
    join_raises: true,
    exception_parents: &[
        ("KeyError", "IndexError"),
        ("EOFError", "IOError"),
        ("Interrupt", "SignalException"),
    ],
    mistakes: MISTAKES,
    // ruby-03: exit! leaves 41,000 of 46,300 bytes, which is a multiple of 82 lines of 100 bytes.
    buffers: Buffers::one(8192, Overflow::GoesAlong),
    piped_stdout: Buffering::Default,
    ..PLAIN
};

const RAISES: DefaultAction = DefaultAction::Raises("SignalException");

const FEATURES: &[(Feature, Support)] = &[
    BUFFERED_STDOUT,
    (
        Feature::DaemonFlag,
        Support::Equivalent(
            "Ruby has no daemon flag: no thread is waited for, and each cleans up when killed",
        ),
    ),
    (Feature::SetDaemon, Support::Lacks("Ruby's threads have no daemon flag that could be changed")),
    (Feature::EarlyHandler, Support::Lacks("Ruby has one kind of exit handler, that of at_exit")),
    (Feature::Pool, Support::Lacks("Ruby's standard library has no thread pool")),
    (Feature::Spawn, Support::Lacks("`spawn` speaks of Python's multiprocessing")),
];

const MISTAKES: &[(Mistake, &str, &str)] = &[
    (
        Mistake::StartTwice,
        "unknown",
        "a second Thread.new makes another thread, which this model does not have",
    ),
    (Mistake::FileClosed, "IOError", "closed stream"),
    (Mistake::LockTwice, "ThreadError", "deadlock; recursive locking"),
];

const B0: Phase = Phase {
    id: "B0",
    name: "main is over",
    waits_for: "-",
    keeps_running: "all threads",
    stops: "-",
    runs: "main's ensure blocks have run, also for exit in another thread and for a signal",
    flushes: "-",
    source: "eval.c rb_ec_teardown; ruby-01, 04, 05, 06",
    ops: &[Op::BeginExit],
    on_exception: "B1",
    exception_code: ExceptionCode::Kept,
};

const B1: Phase = Phase {
    id: "B1",
    name: "at_exit",
    waits_for: "each handler, without limit",
    keeps_running: "all threads",
    stops: "-",
    runs: "handlers, last registered first; one that is registered now runs next",
    flushes: "-",
    source: "eval_jump.c rb_ec_exec_end_proc; ruby-01, 05, 08",
    ops: &[Op::RunExitHandlers],
    on_exception: "B2",
    exception_code: ExceptionCode::Kept,
};

const B2: Phase = Phase {
    id: "B2",
    name: "all other threads are killed",
    waits_for: "their ensure blocks, without limit; SIGTERM ends the wait",
    keeps_running: "ensure blocks",
    stops: "all other threads",
    runs: "ensure blocks; rescue does not see it",
    flushes: "-",
    source: "thread.c rb_thread_terminate_all; ruby-01, 02",
    ops: &[Op::UnwindThreads, Op::AwaitThreads],
    on_exception: "B3",
    exception_code: ExceptionCode::Kept,
};

const B3: Phase = Phase {
    id: "B3",
    name: "finalizers, and the end of all files",
    waits_for: "-",
    keeps_running: "nothing",
    stops: "-",
    runs: "finalizers of objects",
    flushes: "all open files and standard output",
    source: "gc.c rb_objspace_call_finalizer; ruby-01, 03",
    ops: &[Op::RunFinalizers, Op::FlushFiles(Flushes::All), Op::FlushStdio],
    on_exception: "B4",
    exception_code: ExceptionCode::Kept,
};

const B4: Phase = Phase {
    id: "B4",
    name: "exit status",
    waits_for: "-",
    keeps_running: "nothing",
    stops: "the process",
    runs: "-",
    flushes: "-",
    source: "eval.c rb_ec_cleanup, signal.c ruby_default_signal; ruby-05, 06",
    ops: &[Op::EndProcess],
    on_exception: "B4",
    exception_code: ExceptionCode::Kept,
};

rules! { "ruby";
    NoDaemonFlag: "no-daemons",
        "Ruby has no daemon flag: nobody waits for this thread unless somebody joins it",
        "daemon-threads.md", "Thread (Ruby core documentation); ruby-01";
    Unwound: "killed-with-ensure",
        "the end of main kills every other thread, and their ensure blocks run",
        "cut-off.md", "thread.c rb_thread_terminate_all; ruby-01, 02";
    Frozen: "cut-off-at-exit",
        "the process ends around it",
        "cut-off.md", "thread.c rb_thread_terminate_all; ruby-02";
    ThreadLeft: "thread-exit",
        "Thread.exit ends this thread, after its ensure blocks; in main it ends the process",
        "daemon-threads.md", "Thread.exit (Ruby core documentation); ruby-05";
    ThreadRaised: "thread-dies-alone",
        "an exception in a thread is reported and ends that thread only",
        "daemon-threads.md", "Thread.report_on_exception; ruby-04";
    JoinRaises: "join-raises",
        "join raises the exception that the thread died of, each time",
        "daemon-threads.md", "thread.c thread_join; ruby-04";
    JoinUnstarted: "join-unstarted",
        "a thread that nobody has made is nil, and `&.join` does nothing with it",
        "daemon-threads.md", "measured on 3.1.2";
    StartTwice: "start-twice",
        "each Thread.new makes another thread; this model has one thread of each name",
        "daemon-threads.md", "Thread.new (Ruby core documentation)";
    MainReturned: "main-returned",
        "the end of the main script is the end of the program: no thread is waited for",
        "daemon-threads.md#order", "eval.c rb_ec_teardown; ruby-01";
    MainRaised: "main-raised",
        "an exception that leaves main ends the program like its last line, with code 1",
        "daemon-threads.md#order", "eval.c rb_ec_cleanup; ruby-04";
    MainInterrupted: "dies-of-the-signal",
        "at the very end, the process kills itself with the signal that was raised in main",
        "cut-off.md#signals", "signal.c ruby_default_signal; ruby-06";
    PoliteExit: "exit-raises",
        "exit raises SystemExit: ensure blocks run on the way out",
        "daemon-threads.md#order", "process.c rb_f_exit; ruby-05";
    PoliteExitInThread: "exit-reaches-main",
        "exit in a thread ends that thread, and SystemExit is raised again in main",
        "daemon-threads.md#order", "thread.c thread_start_func_2; ruby-05";
    ImmediateExit: "immediate-exit",
        "exit! ends the process at once: no at_exit, no ensure, no flush",
        "cut-off.md", "Process.exit! (Ruby core documentation); ruby-03, 05";
    ExitHandlers: "at-exit-lifo",
        "at_exit handlers run last registered first, while all threads go on",
        "daemon-threads.md#order", "Kernel#at_exit; ruby-01";
    HandlerErrorIgnored: "handler-fails",
        "an exception ends this handler only; the code becomes 1 if it was 0, and exit in a handler changes it",
        "daemon-threads.md#order", "eval_jump.c rb_ec_exec_end_proc; ruby-05, and measured on 3.1.2";
    HandlerFails: "handler-raises",
        "an exception that leaves a trap block goes on in main",
        "the-program-that-would-not-exit.md#signals", "measured on 3.1.2";
    SecondExit: "exit-again",
        "a thread that calls exit meanwhile raises SystemExit in main, in the middle of its handler",
        "daemon-threads.md#order", "measured on 3.1.2";
    DeadlockFound: "deadlock-found",
        "the last thread that could run begins to wait as well: Ruby raises fatal in main",
        "the-program-that-would-not-exit.md", "thread.c rb_check_deadlock; ruby-08";
    KilledInPlace: "killed-in-place",
        "the whole process ends at once: no ensure, no at_exit, no flush",
        "cut-off.md", "signal(7), _exit(2); ruby-06";
    KeyboardInterrupt: "signal-raises",
        "a signal without a trap raises SignalException (for SIGINT: Interrupt) in main",
        "cut-off.md#signals", "signal.c rb_threadptr_signal_raise; ruby-06";
    SignalDefault: "signal-default",
        "Ruby has no handler for this signal, so the kernel ends the process at once",
        "cut-off.md#signals", "signal(7); ruby-06";
    SignalKill: "signal-kill",
        "SIGKILL cannot be trapped",
        "cut-off.md#signals", "signal(7); ruby-06";
    SignalHandled: "trap-in-main",
        "the trap block runs in the main thread, at once, also when main waits",
        "the-program-that-would-not-exit.md#signals", "signal.c; ruby-07";
    SignalIgnored: "signal-ignored",
        "the process ignores this signal",
        "the-program-that-would-not-exit.md#signals", "signal(7)";
    WaitAbandoned: "wait-abandoned",
        "a signal ends the wait for the ensure blocks of other threads, and changes nothing else",
        "the-program-that-would-not-exit.md#signals", "thread.c rb_thread_terminate_all; ruby-02";
    HandlersGone: "traps-gone",
        "the trap is gone, so the signal has its default effect",
        "cut-off.md#signals", "eval.c rb_ec_cleanup";
    Teardown: "finalizers",
        "finalizers run after all threads have been killed",
        "cut-off.md", "gc.c rb_objspace_call_finalizer; ruby-01";
    Buffered: "buffered-write",
        "a write goes to the buffer of the IO object first",
        "cut-off.md#buffers", "io.c io_binwrite; ruby-03";
    BufferFull: "buffer-full",
        "what does not fit goes to the kernel together with the buffer: no record is torn",
        "cut-off.md#buffers", "io.c io_binwrite; ruby-03";
    BufferLost: "buffer-lost",
        "what is still in a buffer inside the process dies with it",
        "cut-off.md#buffers", "ruby-03, 06";
    StdioFlushed: "stdio-flushed",
        "standard output is flushed at the very end",
        "cut-off.md#buffers", "ruby-01, 03";
    FilesFlushed: "files-flushed",
        "every open file is flushed at the very end, whichever thread opened it",
        "cut-off.md#buffers", "gc.c rb_objspace_call_finalizer; ruby-03";
    LockStaysHeld: "lock-stays-held",
        "the thread that holds the lock never gives it back",
        "cut-off.md#locks", "ruby-08";
    QueueJoin: "queue-join",
        "to see the queue empty flushes nothing",
        "cut-off.md#buffers", "ruby-03";
    ExitStatus: "exit-status",
        "the exit status is that of exit, modulo 256, or 1 after an exception",
        "daemon-threads.md#order", "eval.c rb_ec_cleanup; ruby-04, 05";
}
