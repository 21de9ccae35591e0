//! The phase table of CPython's end, and its epilogue program.

use super::super::{ExceptionCode, Phase, Version};
use crate::program::RuntimeOp as Op;

const P0: Phase = Phase {
    id: "P0",
    name: "main is over",
    waits_for: "-",
    keeps_running: "all threads",
    stops: "-",
    runs: "main's own finally blocks have run; a traceback is printed now, before any waiting",
    flushes: "sys.stdout, no other file",
    source: "Modules/main.c pymain_run_python, Python/pythonrun.c flush_io; cpython-01, 06, 08",
    ops: &[Op::FlushStdio],
    on_exception: "P1",
    exception_code: ExceptionCode::Kept,
};

const P1: Phase = Phase {
    id: "P1",
    name: "callbacks of threading._register_atexit",
    waits_for: "each callback; the thread pools until their queues are empty",
    keeps_running: "all threads",
    stops: "-",
    runs: "callbacks, newest first; one that raises cancels the others and the wait that follows",
    flushes: "-",
    source: "Lib/threading.py _shutdown, Lib/concurrent/futures/thread.py _python_exit; cpython-01, 27, 29, 61",
    ops: &[Op::RunEarlyHandlers, Op::DrainPools],
    on_exception: "P3",
    exception_code: ExceptionCode::Kept,
};

const P2: Phase = Phase {
    id: "P2",
    name: "wait for the non-daemon threads",
    waits_for: "every non-daemon thread, without limit, also those started meanwhile",
    keeps_running: "daemon threads",
    stops: "-",
    runs: "Python signal handlers; an exception in one (Ctrl-C) ends the wait at once",
    flushes: "-",
    source: "Lib/threading.py _shutdown; cpython-05, 17, 21, 23",
    ops: &[Op::AnnounceWait, Op::AwaitNonDaemons],
    on_exception: "P3",
    exception_code: ExceptionCode::Kept,
};

const P3: Phase = Phase {
    id: "P3",
    name: "atexit handlers",
    waits_for: "each handler, without limit; child processes of multiprocessing",
    keeps_running: "daemon threads, and those given up in P2",
    stops: "daemonic child processes (SIGTERM)",
    runs: "handlers, last registered first; an exception in one is printed, the rest run, the exit status stays; the \
           first Process.start() registers the one that ends the children",
    flushes: "what the handlers flush",
    source: "Modules/atexitmodule.c atexit_callfuncs, Lib/multiprocessing/util.py _exit_function; cpython-10, 34, 42",
    ops: &[Op::RunExitHandlers],
    on_exception: "P4",
    exception_code: ExceptionCode::Kept,
};

// Up to 3.8 the pools are drained by an atexit handler, registered when concurrent.futures is imported: it runs last.
const P3_38: Phase = Phase {
    source: "Modules/atexitmodule.c atexit_callfuncs, Lib/concurrent/futures/thread.py _python_exit (3.8); cpython-10, 29",
    ops: &[Op::RunExitHandlers, Op::DrainPools],
    ..P3
};

const P1_38: Phase = Phase {
    waits_for: "-",
    runs: "nothing: these callbacks exist since 3.9",
    source: "Lib/threading.py _shutdown (3.8)",
    ops: &[],
    ..P1
};

const P4: Phase = Phase {
    id: "P4",
    name: "the finalizing flag is set",
    waits_for: "-",
    keeps_running: "C code that does not need the interpreter",
    stops: "every other thread, the moment it wants the interpreter",
    runs: "no finally, with or except of those threads; Python's signal handlers are gone",
    flushes: "sys.stdout and sys.stderr",
    source: "Python/pylifecycle.c Py_FinalizeEx, Python/ceval_gil.c take_gil; cpython-02, 05, 18, 39, 53",
    ops: &[Op::Freeze, Op::FlushStdio],
    on_exception: "P5",
    exception_code: ExceptionCode::Kept,
};

const P5: Phase = Phase {
    id: "P5",
    name: "module teardown",
    waits_for: "finalizers: a lock held by a stopped thread is waited for without end",
    keeps_running: "nothing",
    stops: "-",
    runs: "__del__ of objects that nothing refers to any more",
    flushes: "files that nothing refers to; the frame of a stopped thread keeps its module's globals alive",
    source: "Python/pylifecycle.c finalize_modules; cpython-03, 25, 28, 38",
    ops: &[Op::RunFinalizers, Op::CloseFiles],
    on_exception: "P6",
    exception_code: ExceptionCode::Kept,
};

const P6: Phase = Phase {
    id: "P6",
    name: "exit status",
    waits_for: "-",
    keeps_running: "nothing",
    stops: "the process",
    runs: "-",
    flushes: "what finalizers printed",
    source: "Modules/main.c Py_RunMain, exit_sigint; cpython-09, 16",
    ops: &[Op::FlushStdio, Op::EndProcess],
    on_exception: "P6",
    exception_code: ExceptionCode::Kept,
};

/// The end of a Python program.
pub(super) fn program(version: Version) -> Vec<Phase> {
    if version.at_least(3, 9) {
        vec![P0, P1, P2, P3, P4, P5, P6]
    } else {
        vec![P0, P1_38, P2, P3_38, P4, P5, P6]
    }
}

const C1: Phase = Phase {
    id: "C1",
    name: "the children of a child",
    waits_for: "child processes",
    keeps_running: "all threads",
    stops: "daemonic child processes (SIGTERM)",
    runs: "-",
    flushes: "-",
    source: "Lib/multiprocessing/process.py _bootstrap, util.py _exit_function; cpython-34, 35",
    ops: &[Op::TerminateDaemonicChildren, Op::AwaitChildren],
    on_exception: "C4",
    exception_code: ExceptionCode::Kept,
};

// Up to 3.12 this comes first, inside the `try` of `_bootstrap` that turns any exception into a code (measured).
const C1_312: Phase = Phase { on_exception: "C2", exception_code: ExceptionCode::AsInMain, ..C1 };

const C2: Phase = Phase {
    id: "C2",
    name: "wait for the non-daemon threads of a child",
    waits_for: "every non-daemon thread, without limit",
    keeps_running: "daemon threads",
    stops: "-",
    runs: "Python signal handlers",
    flushes: "sys.stdout",
    source: "Lib/multiprocessing/process.py _bootstrap; cpython-60",
    ops: &[Op::RunEarlyHandlers, Op::DrainPools, Op::AnnounceWait, Op::AwaitNonDaemons, Op::FlushStdio],
    on_exception: "C4",
    exception_code: ExceptionCode::Kept,
};

// Up to 3.12 an exception in the wait leaves `_bootstrap` before it can flush and return its code (measured).
const C2_312: Phase = Phase { exception_code: ExceptionCode::Set(1), ..C2 };

// From 3.13 that holds for the callbacks, but atexit handlers still run; an exception in the wait itself, which is
// written in C there, is printed and no more (measured).
const C2_CALLBACKS: Phase = Phase {
    id: "C2a",
    name: "callbacks of threading._register_atexit in a child",
    waits_for: P1.waits_for,
    keeps_running: "all threads",
    runs: "callbacks, newest first; one that raises cancels the others, the wait that follows, and its flush",
    flushes: "-",
    ops: &[Op::RunEarlyHandlers, Op::DrainPools],
    on_exception: "C3",
    exception_code: ExceptionCode::Set(1),
    ..C2
};

const C2_WAIT: Phase = Phase {
    id: "C2b",
    flushes: "-",
    ops: &[Op::AnnounceWait, Op::AwaitNonDaemons],
    on_exception: "C2c",
    exception_code: ExceptionCode::Kept,
    ..C2
};

const C2_FLUSH: Phase = Phase {
    id: "C2c",
    name: "flush of a child",
    waits_for: "-",
    runs: "-",
    ops: &[Op::FlushStdio],
    on_exception: "C3",
    exception_code: ExceptionCode::Kept,
    ..C2
};

const C3: Phase = Phase {
    id: "C3",
    name: "atexit handlers of a child",
    waits_for: "each handler",
    keeps_running: "daemon threads",
    stops: "-",
    runs: "handlers, last registered first (3.13 and later; a forked child of an older version skips them)",
    flushes: "what the handlers flush",
    source: "Lib/multiprocessing/popen_fork.py _launch, python/cpython #83856; cpython-60",
    ops: &[Op::RunExitHandlers],
    on_exception: "C1",
    exception_code: ExceptionCode::Kept,
};

const C4: Phase = Phase {
    id: "C4",
    name: "os._exit",
    waits_for: "-",
    keeps_running: "nothing",
    stops: "all other threads, where they stand",
    runs: "no module teardown: what is still in a buffer is lost",
    flushes: "-",
    source: "Lib/multiprocessing/popen_fork.py _launch; cpython-34, 60",
    ops: &[Op::EndProcess],
    on_exception: "C4",
    exception_code: ExceptionCode::Kept,
};

/// The end of a process that `multiprocessing` started.
pub(super) fn child(version: Version) -> Vec<Phase> {
    if version.at_least(3, 13) {
        vec![C2_CALLBACKS, C2_WAIT, C2_FLUSH, C3, C1, C4]
    } else {
        vec![C1_312, C2_312, C4]
    }
}
