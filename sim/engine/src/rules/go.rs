//! Go 1.19: `main` alone decides when the process ends.
//!
//! Sources: The Go Programming Language Specification ("Program execution", "Handling panics"), the documentation of
//! os, os/signal, runtime and bufio, and the runtime's source; measured: go-01 to go-09.

use super::facts::PLAIN;
use super::why::rules;
use super::{
    Buffers, Deadlock, DefaultAction, End, ExceptionCode, Exit, Facts, Feature, HandlerFails, HandlerThread,
    LateHandler, Mistake, Overflow, Phase, Rescue, Runtime, SecondExit, Sudden, Support, Uncaught,
    UncaughtInThread, no_version,
};
use crate::program::RuntimeOp as Op;
use crate::scenario::{Buffering, Signal};

/// Go; it has no versions that differ here.
pub(super) fn runtime(version: Option<&str>) -> Result<Runtime, String> {
    no_version("go", version)?;
    Ok(Runtime {
        name: "go",
        version: None,
        phases: vec![G0, G1],
        exit_phases: vec![G1],
        leave_phases: vec![L0],
        child_phases: Vec::new(),
        facts: Facts {
            features: FEATURES,
            exit_call: "os.Exit",
            report: "the panic and the stack of its goroutine are printed",
            uncaught: Uncaught { code: 2, way: End::Phases },
            uncaught_in_thread: UncaughtInThread::EndsProcess(Sudden::Code(2)),
            exit: Exit::AtOnce,
            exit_in_thread: Exit::AtOnce,
            exit_again: SecondExit::AtOnce,
            exit_beside: SecondExit::AtOnce,
            late_handler: LateHandler::Dropped,
            handler_fails: HandlerFails { code: Some(2), exit_code_counts: true, ..HandlerFails::HARMLESS },
            signal_handlers: HandlerThread::Own,
            signals: SIGNALS,
            // go-06, and measured: signal.Ignore alone does not hide it.
            deadlock: Some(Deadlock {
                handlers_hide_it: true,
                only_at_a_wait: false,
                events_hide_it: false,
                then: Rescue::EndsWith(2),
            }),
            mistakes: MISTAKES,
            // go-02: bufio.NewWriter tears at a multiple of 4096.
            buffers: Buffers { full: 8192, ..Buffers::one(4096, Overflow::SplitsThenPasses) },
            piped_stdout: Buffering::None,
            ..PLAIN
        },
        topics: TOPICS,
        rule,
    })
}

const FEATURES: &[(Feature, Support)] = &[
    (
        Feature::DaemonFlag,
        Support::Equivalent("Go has no daemon flag: the end of main waits for no goroutine at all"),
    ),
    (Feature::SetDaemon, Support::Lacks("Go has no daemon flag that could be changed")),
    (
        Feature::ExitHandler,
        Support::Equivalent("`on-exit` is a function that main runs in a defer, which os.Exit skips"),
    ),
    (Feature::EarlyHandler, Support::Lacks("Go has no exit handlers, early or late")),
    (
        Feature::SignalHandler,
        Support::Equivalent("`on-signal` is a goroutine that receives from signal.Notify"),
    ),
    (Feature::Teardown, Support::Lacks("Go runs no finalizers when the process ends")),
    (Feature::Pool, Support::Lacks("Go has no thread pool in its standard library")),
    (Feature::Spawn, Support::Lacks("`spawn` speaks of Python's multiprocessing")),
    (Feature::Exception, Support::Equivalent("`raise` is panic, `except` is recover in a deferred function")),
    (Feature::Finally, Support::Equivalent("`finally` is a deferred function")),
];

/// runtime/sigtab_linux_generic.go; go-07, and measured for ALRM and USR2.
const SIGNALS: &[(Signal, DefaultAction)] = &[
    (Signal::Quit, DefaultAction::EndsWith(Sudden::Code(2))),
    (Signal::Usr1, DefaultAction::Ignored),
    (Signal::Usr2, DefaultAction::Ignored),
    (Signal::Alrm, DefaultAction::Ignored),
];

/// What a Go program would not even notice is told as an error, so that nobody builds on it.
const MISTAKES: &[(Mistake, &str, &str)] = &[
    (Mistake::StartTwice, "mistake", "a second goroutine runs the same body"),
    (Mistake::JoinUnstarted, "mistake", "the channel is closed by nobody yet"),
    (Mistake::FileClosed, "ErrClosed", "file already closed"),
];

const G0: Phase = Phase {
    id: "G0",
    name: "main returns or panics",
    waits_for: "main's deferred functions",
    keeps_running: "all goroutines",
    stops: "-",
    runs: "main's deferred functions, last first; no finalizers",
    flushes: "-",
    source: "Go spec, Program execution, Defer statements; go-01, 03, 09",
    ops: &[Op::RunExitHandlers],
    on_exception: "G1",
    exception_code: ExceptionCode::Set(2),
};

const G1: Phase = Phase {
    id: "G1",
    name: "exit",
    waits_for: "-",
    keeps_running: "nothing",
    stops: "all goroutines and timers, where they stand",
    runs: "no deferred function of any other goroutine",
    flushes: "nothing: what a bufio.Writer holds is lost",
    source: "Go spec, Program execution; os.Exit; go-01, 02, 04, 08",
    ops: &[Op::EndProcess],
    on_exception: "G1",
    exception_code: ExceptionCode::Kept,
};

const L0: Phase = Phase {
    id: "L0",
    name: "main has called runtime.Goexit",
    waits_for: "the other goroutines, without limit",
    keeps_running: "all other goroutines",
    stops: "-",
    runs: "main's deferred functions; when nothing is left to run: fatal error, code 2, unless signal.Notify hides it",
    flushes: "-",
    source: "runtime.Goexit; go-05",
    ops: &[Op::RunExitHandlers, Op::NoticeDeadlock],
    on_exception: "L0",
    exception_code: ExceptionCode::Kept,
};

rules! { "go";
    NoDaemonFlag: "no-daemons",
        "a goroutine has no daemon flag: nobody waits for it unless somebody receives from a channel",
        "daemon-threads.md", "Go spec, Go statements; go-01";
    DaemonNotAwaited: "goroutines-not-awaited",
        "the end of main waits for no goroutine",
        "daemon-threads.md", "Go spec, Program execution; go-01";
    ThreadLeft: "goexit",
        "runtime.Goexit ends this goroutine only, after its deferred functions",
        "daemon-threads.md", "runtime.Goexit; go-05";
    MainReturned: "main-returned",
        "when main returns, the program exits, whatever other goroutines do",
        "daemon-threads.md#order", "Go spec, Program execution; go-01";
    MainRaised: "main-panicked",
        "a panic that leaves main ends the process with code 2, after main's deferred functions",
        "daemon-threads.md#order", "Go spec, Handling panics; go-03";
    ThreadRaised: "goroutine-panicked",
        "a panic that leaves a goroutine is a panic of the whole program",
        "daemon-threads.md#order", "Go spec, Handling panics; go-03";
    ThreadEndsProcess: "panic-ends-all",
        "a panic that nobody recovers ends the process with code 2: only the deferred functions of its own goroutine run",
        "daemon-threads.md#order", "runtime/panic.go fatalpanic; go-03";
    ExitHandlers: "defers-lifo",
        "deferred functions of main run last first, while all goroutines go on",
        "daemon-threads.md#order", "Go spec, Defer statements; go-01, 09";
    HandlerFails: "defer-panicked",
        "a panic in a deferred function does not keep the others from running, and the exit code becomes 2",
        "daemon-threads.md#order", "Go spec, Handling panics; go-03";
    HandlerErrorIgnored: "defer-panicked",
        "a panic in a deferred function does not keep the others from running, and the exit code becomes 2",
        "daemon-threads.md#order", "Go spec, Handling panics; go-03";
    HandlerTooLate: "defer-too-late",
        "main's deferred functions are already running, so this one is not among them",
        "daemon-threads.md#order", "Go spec, Defer statements";
    PoliteExit: "os-exit",
        "os.Exit ends the process at once: deferred functions are not run",
        "daemon-threads.md#order", "os.Exit; go-04";
    PoliteExitInThread: "os-exit",
        "os.Exit ends the process at once, whichever goroutine calls it: deferred functions are not run",
        "daemon-threads.md#order", "os.Exit; go-04";
    ImmediateExit: "immediate-exit",
        "syscall.Exit ends the process at once, as os.Exit does",
        "cut-off.md", "syscall.Exit; go-04";
    KilledInPlace: "killed-in-place",
        "the whole process ends at once: no deferred function runs",
        "cut-off.md", "os.Exit; go-04, 07";
    Frozen: "cut-off-at-exit",
        "the process ends around it: its deferred functions never run",
        "cut-off.md", "Go spec, Program execution; go-01, 09";
    Buffered: "buffered-write",
        "a write goes to the bufio.Writer inside the process first",
        "cut-off.md#buffers", "bufio.Writer; go-02";
    BufferFull: "buffer-full",
        "the buffer is full: it goes to the kernel, in the middle of a record if need be",
        "cut-off.md#buffers", "bufio.Writer.Write; go-02";
    PipeFull: "pipe-full",
        "fmt.Println writes each line at once, and its goroutine waits in the kernel while a pipe is full",
        "other-runtimes.md#full-pipe", "pipe(7); measured on 1.19.8";
    BufferLost: "buffer-lost",
        "what a bufio.Writer still holds dies with the process",
        "cut-off.md#buffers", "bufio.Writer; go-01, 02";
    SignalDefault: "signal-default",
        "nobody asked for this signal, so it ends the process at once",
        "cut-off.md#signals", "os/signal; go-07";
    SignalEnds: "signal-dump",
        "the runtime prints all stacks and exits with code 2",
        "cut-off.md#signals", "os/signal, Default behavior of signals in Go programs; go-07";
    SignalKill: "signal-kill",
        "SIGKILL cannot be handled",
        "cut-off.md#signals", "signal(7)";
    SignalHandled: "signal-notified",
        "signal.Notify hands the signal to a goroutine that waits for it; main goes on",
        "the-program-that-would-not-exit.md#signals", "os/signal; go-07";
    SignalThread: "signal-goroutine",
        "the signal is handled by a goroutine of its own, beside all others",
        "the-program-that-would-not-exit.md#signals", "os/signal; go-07";
    SignalIgnored: "signal-ignored",
        "the Go runtime, or signal.Ignore, ignores this signal",
        "the-program-that-would-not-exit.md#signals", "os/signal; go-07";
    LockStaysHeld: "lock-stays-held",
        "a goroutine that was cut off never unlocks its mutexes",
        "cut-off.md#locks", "sync.Mutex; go-06";
    DeadlockFound: "deadlock-found",
        "all goroutines are asleep, which is a fatal error with code 2; a call of signal.Notify would hide it",
        "the-program-that-would-not-exit.md", "runtime/proc.go checkdead; go-05, 06";
    QueueJoin: "queue-join",
        "to see the queue empty flushes nothing",
        "cut-off.md#buffers", "sync.WaitGroup; go-02";
    StartTwice: "start-twice",
        "a go statement that runs again starts a second goroutine, which this model has no room for",
        "daemon-threads.md", "Go spec, Go statements";
    JoinUnstarted: "join-unstarted",
        "a channel that nobody closes yet is waited for, which this model does not follow",
        "daemon-threads.md", "Go spec, Receive operator";
    ExitStatus: "exit-status",
        "the exit status is what os.Exit was given, modulo 256; 0 when main returns, 2 after a panic",
        "daemon-threads.md#order", "os.Exit; go-04";
}
