//! Node 20: workers are threads, and one that is unref'ed is a daemon. Timers are called by main's event loop.
//!
//! Main awaits what it waits for, so its event loop turns and handlers of signals run.
//!
//! Sources: lib/internal/process/per_thread.js (`process.exit`), src/api/hooks.cc (`EmitProcessExit`),
//! lib/internal/worker.js, src/node_worker.cc, and the documentation of `process` and `worker_threads`; measured: node-01
//! to node-11, and on 20.20.2 what has no number here.

use super::facts::PLAIN;
use super::why::rules;
use super::{
    DefaultAction, End, ExceptionCode, Exit, Facts, Feature, Flag, FullPipe, HandlerFails, HandlerOrder,
    LateHandler, Mistake, Phase, Runtime, SecondExit, Support, Uncaught, UncaughtInThread, no_version,
};
use crate::program::RuntimeOp as Op;
use crate::scenario::Signal;

/// Node; its versions do not differ here.
pub(super) fn runtime(version: Option<&str>) -> Result<Runtime, String> {
    no_version("node", version)?;
    Ok(Runtime {
        name: "node",
        version: None,
        phases: vec![N0, N1, N2],
        exit_phases: vec![N1, N2],
        leave_phases: Vec::new(),
        child_phases: Vec::new(),
        facts: FACTS,
        topics: TOPICS,
        rule,
    })
}

const FACTS: Facts = Facts {
    features: FEATURES,
    only_in_main: ONLY_IN_MAIN,
    exit_call: "process.exit",
    report: "the error and its stack are printed",
    flag: Flag::OwnOrNot,
    flag_before_start: false,
    uncaught: Uncaught { code: 1, way: End::ExitPhases },
    uncaught_in_thread: UncaughtInThread::ExitsInMain(1),
    exit: Exit::Runs,
    exit_in_thread: Exit::EndsThread,
    exit_again: SecondExit::AtOnce,
    exit_beside: SecondExit::AtOnce,
    handler_order: HandlerOrder::FirstFirst,
    late_handler: LateHandler::Dropped,
    handler_fails: HandlerFails {
        rest_runs: false,
        code: Some(1),
        keeps_other_codes: true,
        exit_code_counts: true,
        ..HandlerFails::HARMLESS
    },
    signals: &[(Signal::Usr1, DefaultAction::Ignored)],
    join_unstarted_returns: true,
    mistakes: MISTAKES,
    full_pipe: FullPipe::Queues,
    ..PLAIN
};

const FEATURES: &[(Feature, Support)] = &[
    (Feature::Timer, Support::Has),
    (Feature::IdleHandler, Support::Has),
    (Feature::EarlyHandler, Support::Lacks("Node has one kind of exit handler, that of the exit event")),
    (
        Feature::Teardown,
        Support::Lacks("Node runs no FinalizationRegistry when the process ends, so a finalizer never runs"),
    ),
    (Feature::Pool, Support::Lacks("Node's standard library has no pool of workers")),
    (Feature::Spawn, Support::Lacks("`spawn` speaks of Python's multiprocessing")),
    (Feature::ExitThread, Support::Lacks("Node has no call that ends main and leaves the process alive")),
    (
        Feature::BufferedFile,
        Support::Equivalent("fs.writeSync has no buffer, so what is written is with the kernel"),
    ),
];

/// Measured: node-02 to node-05, and on 20.20.2.
const ONLY_IN_MAIN: &[(Feature, &str)] = &[
    (Feature::ExitHandler, "in a worker, the exit event is about that worker's own end"),
    (Feature::ExitNow, "in a worker, process.reallyExit ends that worker only"),
    (Feature::SetDaemon, "only main can ref and unref its workers"),
    (Feature::Start, "what a worker starts ends with it"),
];

const MISTAKES: &[(Mistake, &str, &str)] = &[
    (Mistake::StartTwice, "unknown", "a second new Worker makes another one, which this model does not have"),
    (Mistake::FileClosed, "Error", "EBADF: bad file descriptor, write"),
];

const N0: Phase = Phase {
    id: "N0",
    name: "main's code is over",
    waits_for: "workers and timers that are ref'ed, and output that a full pipe has not taken, without limit",
    keeps_running: "all workers and timers; handlers of signals",
    stops: "-",
    runs: "handlers of beforeExit; if they begin new work, the wait begins again",
    flushes: "-",
    source: "process, Event: 'beforeExit'; worker.ref(); node-01, 02",
    ops: &[Op::AnnounceWait, Op::AwaitNonDaemons, Op::RunIdleHandlers, Op::BeginExit],
    on_exception: "N1",
    exception_code: ExceptionCode::AsInMain,
};

const N1: Phase = Phase {
    id: "N1",
    name: "the exit event",
    waits_for: "each handler; nothing that it has begun to wait for",
    keeps_running: "all workers",
    stops: "the event loop: no timer and no handler of a signal runs any more",
    runs: "handlers, first registered first",
    flushes: "-",
    source: "process, Event: 'exit'; src/api/hooks.cc EmitProcessExit; node-01, 02, 04",
    ops: &[Op::MuteSignalHandlers, Op::RunExitHandlers],
    on_exception: "N2",
    exception_code: ExceptionCode::Kept,
};

const N2: Phase = Phase {
    id: "N2",
    name: "the end",
    waits_for: "-",
    keeps_running: "nothing",
    stops: "all workers, where they stand",
    runs: "no finally and no exit event of a worker",
    flushes: "nothing: what a full pipe has not taken is lost",
    source: "src/node_worker.cc Worker::Exit, process I/O; node-02, 03, 09, 10",
    ops: &[Op::EndProcess],
    on_exception: "N2",
    exception_code: ExceptionCode::Kept,
};

rules! { "node";
    DaemonFlag: "unref",
        "an unref'ed worker or timer does not keep the process alive",
        "daemon-threads.md", "worker.unref(), timeout.unref(); node-01, 02";
    FlagOwn: "ref-by-default",
        "a worker or timer is ref'ed unless unref() is called",
        "daemon-threads.md", "worker.ref(), timeout.ref(); node-02";
    FlagInherited: "ref-by-default",
        "a worker or timer is ref'ed unless unref() is called",
        "daemon-threads.md", "worker.ref(), timeout.ref(); node-02";
    FlagChanged: "ref-unref",
        "ref() and unref() may be called at any time while the worker or timer lives",
        "daemon-threads.md", "worker.ref(), timeout.ref(); node-02, and measured on 20.20.2";
    NonDaemonAwaited: "ref-awaited",
        "the event loop goes on as long as there is a ref'ed worker or timer, or output that no pipe has taken",
        "daemon-threads.md", "worker.ref(), timeout.ref(); node-01, 02";
    DaemonNotAwaited: "unref-not-awaited",
        "unref'ed workers and timers do not keep the event loop going",
        "daemon-threads.md", "worker.unref(), timeout.unref(); node-01, 02";
    Frozen: "stopped-at-exit",
        "the end of the process stops it where it stands: no finally, no exit event of its own",
        "cut-off.md", "src/node_worker.cc; node-02, 03";
    MainReturned: "main-over",
        "main's code is over; the event loop goes on while anything ref'ed is left",
        "daemon-threads.md#order", "process, Event: 'beforeExit'; node-01";
    MainRaised: "main-raised",
        "an error that leaves main, or what main calls, ends the process: exit event, code 1, nothing is waited for",
        "daemon-threads.md#order", "process, Exit codes; node-05";
    PoliteExit: "process-exit",
        "process.exit runs the exit handlers and ends the process: no finally runs, and nothing is waited for",
        "daemon-threads.md#order", "process.exit(); node-04, and measured on 20.20.2";
    PoliteExitInThread: "exit-ends-the-worker",
        "in a worker, process.exit ends that worker, not the process",
        "daemon-threads.md", "process.exit(); node-04";
    ImmediateExit: "immediate-exit",
        "process.reallyExit ends the process at once: no exit event",
        "cut-off.md", "lib/internal/process/per_thread.js; node-04";
    ThreadEndsProcess: "error-in-worker",
        "an error that leaves a worker is thrown in main as its error event, which nobody listens to",
        "daemon-threads.md", "worker, Event: 'error'; node-05";
    ExitHandlers: "exit-event",
        "handlers of the exit event run in the order in which they were added, while workers go on",
        "daemon-threads.md#order", "process, Event: 'exit'; node-01, 02";
    HandlerTooLate: "handler-too-late",
        "a handler that is added while the event is being handled is not called",
        "daemon-threads.md#order", "EventEmitter.emit works on a copy of the list; measured on 20.20.2";
    HandlerErrorIgnored: "handler-fails",
        "an error in a handler of the exit event ends the process: no other handler runs; code 1 if it was 0",
        "daemon-threads.md#order", "node-04, and measured on 20.20.2";
    HandlerFails: "signal-handler-fails",
        "an error that leaves a handler of a signal is nobody's: the process ends as if main had thrown it",
        "the-program-that-would-not-exit.md#signals", "process, Event: 'uncaughtException'; measured on 20.20.2";
    SecondExit: "exit-in-handler",
        "process.exit in a handler of the exit event ends the process at once, with its code",
        "daemon-threads.md#order", "lib/internal/process/per_thread.js; node-04";
    ExitBegins: "exit-begins",
        "the exit event is emitted while all workers go on",
        "daemon-threads.md#order", "process, Event: 'exit'; node-02";
    WaitAbandoned: "wait-abandoned",
        "an error in a handler ends the wait for ref'ed workers, and the process with code 1",
        "daemon-threads.md#order", "process, Event: 'uncaughtException'; measured on 20.20.2";
    KilledInPlace: "killed-in-place",
        "the whole process ends at once: no exit event",
        "cut-off.md", "signal(7); node-06";
    SignalDefault: "signal-default",
        "no handler is installed, so the kernel ends the process at once: no exit event",
        "cut-off.md#signals", "signal(7); node-06";
    SignalKill: "signal-kill",
        "SIGKILL cannot be handled",
        "cut-off.md#signals", "signal(7); node-06";
    SignalHandled: "signal-event",
        "the handler runs in main as soon as its event loop turns",
        "the-program-that-would-not-exit.md#signals", "process, Signal events; node-07";
    SignalIgnored: "signal-ignored",
        "this signal does nothing: it is ignored, opens the debugger (USR1), or its handler is not called any more",
        "the-program-that-would-not-exit.md#signals", "process, Signal events; measured on 20.20.2";
    BufferLost: "buffer-lost",
        "what has not been written is lost",
        "cut-off.md#buffers", "node-09";
    Buffered: "no-buffer",
        "fs.writeSync has no buffer",
        "cut-off.md#buffers", "fs.writeSync(); node-03, 09";
    BufferFull: "straight-to-the-kernel",
        "fs.writeSync hands each record to the kernel",
        "cut-off.md#buffers", "fs.writeSync(); node-03, 09";
    LockStaysHeld: "lock-stays-held",
        "nobody gives back what a stopped worker held in shared memory",
        "cut-off.md#locks", "measured on 20.20.2";
    IdleHandlers: "before-exit",
        "when nothing holds the process any more, beforeExit is emitted; if a handler begins something, all of it comes again",
        "other-runtimes.md#event-loop", "process, Event: 'beforeExit'; node-01, and measured on 20.20.2";
    PipeFull: "pipe-full",
        "once a pipe has not taken a line, all that follows waits in the process until the event loop finds room",
        "other-runtimes.md#full-pipe", "process I/O; libuv uv_try_write; node-09, and measured on 20.20.2";
    LoopStands: "loop-stands",
        "main calls the timers from its event loop, which does not turn while main runs a handler or exits",
        "other-runtimes.md#event-loop", "process, Event: 'exit'; node-01, and measured on 20.20.2";
    QueueJoin: "queue-join",
        "the queue says that its items are done, not that files are closed",
        "cut-off.md#buffers", "node-09";
    StartTwice: "start-twice",
        "each new Worker is another one; this model has one of each name",
        "daemon-threads.md", "documentation of worker_threads";
    JoinUnstarted: "join-unstarted",
        "there is no worker yet whose end could be awaited",
        "daemon-threads.md", "measured on 20.20.2";
    ExitStatus: "exit-status",
        "the exit status is that of process.exit, modulo 256, or 1 after an error",
        "daemon-threads.md#order", "process, Exit codes; node-04, 05";
    JoinRaises: "join",
        "to await the end of a worker raises nothing",
        "daemon-threads.md", "worker, Event: 'exit'; node-05";
}
