//! CPython 3.8 to 3.14: how a Python process ends.
//!
//! Sources: `Modules/main.c` (`pymain_run_python`, `Py_RunMain`), `Python/pylifecycle.c` (`Py_FinalizeEx`),
//! `Lib/threading.py` (`_shutdown`, `_register_atexit`), `Modules/atexitmodule.c`,
//! `Lib/multiprocessing/util.py` and `process.py`; each held against 3.8.18, 3.9.18, 3.10.13, 3.11.7, 3.12.1,
//! 3.13.0 and 3.14.

mod phases;
mod why;

use super::facts::PLAIN;
use super::{
    Buffers, DefaultAction, Exit, Facts, Feature, FileOwner, Flag, LateHandler, LateStart, Mistake, Runtime,
    Support, Version,
};
use crate::program::RuntimeOp;
use crate::scenario::{Buffering, Signal};

/// The versions that can be named; each stands for its newest patch level.
pub(super) const VERSIONS: &[&str] = &["3.8", "3.9", "3.10", "3.11", "3.12.1", "3.12", "3.13", "3.14"];

const DEFAULT: Version = Version::new(3, 13);
const NEW_THREAD: &str = "can't create new thread at interpreter shutdown";

/// CPython in this version, or in the default one.
pub(super) fn runtime(version: Option<&str>) -> Result<Runtime, String> {
    let wanted = || format!("`{}` is no version of CPython that is known here", version.unwrap_or_default());
    let version = match version {
        None => DEFAULT,
        Some(text) => Version::parse(text)
            .filter(|version| version.major == 3 && (8..=14).contains(&version.minor))
            .ok_or_else(|| format!("{} (there is: 3.8 to 3.14, such as `cpython-3.12`)", wanted()))?,
    };
    Ok(Runtime {
        name: "cpython",
        version: Some(version),
        phases: phases::program(version),
        exit_phases: Vec::new(),
        leave_phases: Vec::new(),
        child_phases: phases::child(version),
        facts: facts(version),
        topics: why::TOPICS,
        rule: why::rule,
    })
}

fn facts(version: Version) -> Facts {
    let refused = LateStart::Refused("RuntimeError", NEW_THREAD);
    Facts {
        features: if version.at_least(3, 9) { FEATURES } else { FEATURES_38 },
        exit_call: "sys.exit",
        report: "the traceback is printed",
        flag: Flag::Inherited,
        // cpython-08: sys.exit raises SystemExit.
        exit: Exit::Raises,
        exit_in_thread: Exit::Raises,
        late_handler: LateHandler::Dropped,
        signals: &[(Signal::Int, DefaultAction::Raises("KeyboardInterrupt"))],
        // 3.12.0 to 3.12.2 only: python/cpython #113964; measured on 3.12.1 (cpython-22, cpython-23).
        // A child of multiprocessing ends by os._exit and never begins to finalize (measured).
        start_after_main: (
            if version.is_early_patch(3, 12, 2) { refused } else { LateStart::Allowed },
            LateStart::Allowed,
        ),
        // cpython-25.
        start_in_teardown: match version.minor {
            ..=11 => LateStart::Hangs,
            12 => refused,
            _ => LateStart::Refused("PythonFinalizationError", NEW_THREAD),
        },
        // python/cpython #90882; cpython-58: 3.9.18 to 3.12.1.
        interrupted_join_forgets: (9..=12).contains(&version.minor),
        // Measured: join(1), interrupted at 0.6 s for 1 s, ends at 2.0 s; all other waits keep their deadline.
        join_timeout_skips_handlers: version.at_least(3, 13),
        // Lib/concurrent/futures/thread.py; cpython-29.
        pool_workers_are_daemons: !version.at_least(3, 9),
        // Lib/multiprocessing/util.py is imported, and registers `_exit_function`, at the first start(): measured.
        spawn_registers: &[RuntimeOp::TerminateDaemonicChildren, RuntimeOp::AwaitChildren],
        // The default start method on Linux is fork up to 3.13, forkserver from 3.14.
        children_inherit_handlers: !version.at_least(3, 14),
        // Lib/threading.py _after_fork keeps the thread object that forked as the main thread (measured).
        children_inherit_flag: !version.at_least(3, 14),
        // cpython-16; a child of multiprocessing catches everything and exits with 1 (process.py _bootstrap).
        interrupt_kills: (true, false),
        exception_parents: EXCEPTION_PARENTS,
        buffers: Buffers {
            text_chunk: 8192,
            text_hands_down_before: !version.at_least(3, 13),
            text_hands_down_before_large: version.at_least(3, 13),
            full: 8192,
            default: if version.at_least(3, 14) { 131_072 } else { 4096 },
            full_record_passes: version.at_least(3, 13),
            ..Buffers::NONE
        },
        mistakes: MISTAKES,
        // Reference counting: Objects/object.c.
        closes_files_of: FileOwner::Threads,
        piped_stdout: Buffering::Default,
        ..PLAIN
    }
}

const SET_DAEMON: (Feature, Support) = (
    Feature::SetDaemon,
    Support::Lacks(
        "CPython fixes the daemon flag when a thread starts (RuntimeError: cannot set daemon status of active thread)",
    ),
);
const EXIT_THREAD: (Feature, Support) = (
    Feature::ExitThread,
    Support::Equivalent(
        "`exit-thread` is sys.exit(), which ends a thread, and in main leads to the end of the process",
    ),
);

/// What CPython has not.
const FEATURES: &[(Feature, Support)] = &[SET_DAEMON, EXIT_THREAD];

const FEATURES_38: &[(Feature, Support)] = &[
    SET_DAEMON,
    EXIT_THREAD,
    (Feature::EarlyHandler, Support::Lacks("CPython has threading._register_atexit from 3.9 on")),
];

/// What Python raises; cpython-26, 27, 30, 61.
const MISTAKES: &[(Mistake, &str, &str)] = &[
    (Mistake::StartTwice, "RuntimeError", "threads can only be started once"),
    (Mistake::JoinUnstarted, "RuntimeError", "cannot join thread before it is started"),
    (Mistake::PoolShut, "RuntimeError", "cannot schedule new futures after shutdown"),
    (Mistake::RegisterLate, "RuntimeError", "can't register atexit after shutdown"),
    (Mistake::FileClosed, "ValueError", "I/O operation on closed file"),
];

/// The part of Python's exception hierarchy below `Exception` that has levels.
const EXCEPTION_PARENTS: &[(&str, &str)] = &[
    ("TimeoutError", "OSError"),
    ("ConnectionError", "OSError"),
    ("ConnectionResetError", "ConnectionError"),
    ("ConnectionRefusedError", "ConnectionError"),
    ("BrokenPipeError", "ConnectionError"),
    ("FileNotFoundError", "OSError"),
    ("FileExistsError", "OSError"),
    ("PermissionError", "OSError"),
    ("KeyError", "LookupError"),
    ("IndexError", "LookupError"),
    ("ZeroDivisionError", "ArithmeticError"),
    ("OverflowError", "ArithmeticError"),
    ("UnicodeError", "ValueError"),
    ("RecursionError", "RuntimeError"),
    ("NotImplementedError", "RuntimeError"),
    ("PythonFinalizationError", "RuntimeError"),
];
