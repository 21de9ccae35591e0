//! What the engine asks a runtime besides its phases.

use super::{Buffers, Feature, Support};
use crate::program::RuntimeOp;
use crate::scenario::{Buffering, Signal};

/// What the engine asks a runtime besides its phases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Which of the things that a scenario can say the runtime has; what is not listed is as usual: it has everything but
    /// an event loop.
    pub features: &'static [(Feature, Support)],
    /// What only main has: elsewhere it means something else, which is not modelled. One sentence each, without a full stop.
    pub only_in_main: &'static [(Feature, &'static str)],
    /// What the polite exit is called, as in `sys.exit`.
    pub exit_call: &'static str,
    /// What an exception that nobody catches leaves behind, as in `the traceback is printed`.
    pub report: &'static str,
    /// How a thread comes to its daemon flag.
    pub flag: Flag,
    /// Whether the daemon flag of a thread that was not started yet can be changed; where it cannot, nothing happens.
    pub flag_before_start: bool,
    /// What an exception that leaves main does.
    pub uncaught: Uncaught,
    /// What one does that leaves another thread.
    pub uncaught_in_thread: UncaughtInThread,
    /// How the process ends at once when an exception leaves a work item of a pool; `None`: it is kept for whoever asks for
    /// the item's result.
    pub uncaught_in_item: Option<Sudden>,
    /// The polite exit in main.
    pub exit: Exit,
    /// The polite exit in another thread.
    pub exit_in_thread: Exit,
    /// The polite exit of the thread that runs the exit phases, in an exit handler.
    pub exit_again: SecondExit,
    /// The polite exit, or the end of main, while another thread runs the exit phases.
    pub exit_beside: SecondExit,
    /// In which order exit handlers run.
    pub handler_order: HandlerOrder,
    /// What becomes of an exit handler that is registered once they are being run.
    pub late_handler: LateHandler,
    /// What an exception that leaves an exit handler does.
    pub handler_fails: HandlerFails,
    /// Who runs a signal handler.
    pub signal_handlers: HandlerThread,
    /// What a signal without a handler does, where it is not the kernel's default to kill.
    pub signals: &'static [(Signal, DefaultAction)],
    /// What the runtime does when it notices that the process cannot go on; `None`: it does not notice.
    pub deadlock: Option<Deadlock>,
    /// Whether a thread can still be started once main is over: in a program, and in a spawned process.
    pub start_after_main: (LateStart, LateStart),
    /// Whether a thread can be started during module teardown.
    pub start_in_teardown: LateStart,
    /// An exception that strikes inside `join` marks the live thread as ended, so that it is not waited for.
    pub interrupted_join_forgets: bool,
    /// The time that a handler takes does not count for the timeout of the `join` that it interrupts.
    pub join_timeout_skips_handlers: bool,
    /// To start a thread hands the buffers of the files that the starting thread has opened to the kernel.
    pub start_flushes: bool,
    /// Joining a thread that was not started returns at once.
    pub join_unstarted_returns: bool,
    /// Joining a thread that died of an exception raises that exception.
    pub join_raises: bool,
    /// Whether the workers of a thread pool are daemons.
    pub pool_workers_are_daemons: bool,
    /// What the first `spawn` registers as an exit handler, to look after the children.
    pub spawn_registers: &'static [RuntimeOp],
    /// Whether a spawned process takes over its parent's signal handlers (it is a fork).
    pub children_inherit_handlers: bool,
    /// Whether the main thread of a spawned process has the daemon flag of the thread that spawned it.
    pub children_inherit_flag: bool,
    /// A signal's exception leaving main ends the process by that signal: in a program, and in a spawned process.
    pub interrupt_kills: (bool, bool),
    /// Exception classes and the classes that they derive from.
    pub exception_parents: &'static [(&'static str, &'static str)],
    /// What mistakes raise: class and message.
    pub mistakes: &'static [(Mistake, &'static str, &'static str)],
    /// Whose files are closed when it is over.
    pub closes_files_of: FileOwner,
    /// How files are buffered.
    pub buffers: Buffers,
    /// How standard output is buffered when it is a pipe.
    pub piped_stdout: Buffering,
    /// What becomes of a line that a pipe has no room for.
    pub full_pipe: FullPipe,
}

/// The facts of a runtime that has threads, exit handlers and nothing peculiar: for `..PLAIN` in a rule set, so that it
/// lists what is its own.
pub(super) const PLAIN: Facts = Facts {
    features: &[],
    only_in_main: &[],
    exit_call: "exit",
    report: "a message is printed",
    flag: Flag::AllDaemons,
    flag_before_start: true,
    uncaught: Uncaught { code: 1, way: End::Phases },
    uncaught_in_thread: UncaughtInThread::EndsThread,
    uncaught_in_item: None,
    exit: Exit::Runs,
    exit_in_thread: Exit::Runs,
    exit_again: SecondExit::Overtakes,
    exit_beside: SecondExit::Overtakes,
    handler_order: HandlerOrder::LastFirst,
    late_handler: LateHandler::RunsNext,
    handler_fails: HandlerFails::HARMLESS,
    signal_handlers: HandlerThread::Main,
    signals: &[],
    deadlock: None,
    start_after_main: (LateStart::Allowed, LateStart::Allowed),
    start_in_teardown: LateStart::Allowed,
    interrupted_join_forgets: false,
    join_timeout_skips_handlers: false,
    start_flushes: false,
    join_unstarted_returns: false,
    join_raises: false,
    pool_workers_are_daemons: false,
    spawn_registers: &[],
    children_inherit_handlers: false,
    children_inherit_flag: false,
    interrupt_kills: (true, true),
    exception_parents: &[],
    mistakes: &[],
    closes_files_of: FileOwner::Nobody,
    buffers: Buffers::NONE,
    piped_stdout: Buffering::None,
    full_pipe: FullPipe::Blocks,
};

impl Facts {
    /// Whether a thread can still be started once main is over.
    pub fn start_after_main(&self, spawned: bool) -> LateStart {
        if spawned { self.start_after_main.1 } else { self.start_after_main.0 }
    }

    /// Whether a signal's exception leaving main ends the process by that signal.
    pub fn interrupt_kills(&self, spawned: bool) -> bool {
        if spawned { self.interrupt_kills.1 } else { self.interrupt_kills.0 }
    }

    /// What a signal does that nobody handles.
    pub fn default_action(&self, signal: Signal) -> DefaultAction {
        let known = self.signals.iter().find(|(known, _)| *known == signal);
        known.map_or(DefaultAction::Kills, |(_, action)| *action)
    }

    /// Whether something counts as a mistake.
    pub fn is_mistake(&self, mistake: Mistake) -> bool {
        self.mistakes.iter().any(|(known, ..)| *known == mistake)
    }

    /// Whether the runtime has something.
    pub fn support(&self, feature: Feature) -> Support {
        let known = self.features.iter().find(|(known, _)| *known == feature);
        known.map_or(feature.usual(), |(_, support)| *support)
    }

    /// Whether main calls the timers, from an event loop; else they are threads.
    pub fn has_event_loop(&self) -> bool {
        self.support(Feature::Timer) == Support::Has
    }
}

/// How a thread comes to its daemon flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// As it says, else that of the thread that starts it.
    Inherited,
    /// As it says, else not a daemon.
    OwnOrNot,
    /// There is no flag: no thread keeps the process alive.
    AllDaemons,
}

/// How the end of main, or of everything, comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Like the end of main's code: [`super::Runtime::phases`].
    Phases,
    /// Like the polite exit: [`super::Runtime::exit_phases`].
    ExitPhases,
    /// At once.
    AtOnce,
    /// At once, by SIGABRT.
    Aborts,
}

/// An end that nothing comes before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sudden {
    /// With an exit code.
    Code(u8),
    /// By SIGABRT.
    Aborts,
}

impl Sudden {
    /// The exit code, if it has one.
    pub fn code(self) -> Option<u8> {
        match self {
            Sudden::Code(code) => Some(code),
            Sudden::Aborts => None,
        }
    }
}

/// What an exception that leaves main does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uncaught {
    /// The exit code.
    pub code: u8,
    /// What follows.
    pub way: End,
}

/// What an exception does that leaves a thread other than main.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UncaughtInThread {
    /// It ends the thread only.
    EndsThread,
    /// It ends the process at once.
    EndsProcess(Sudden),
    /// The thread ends, and main, wherever it stands, runs the exit phases with this code.
    ExitsInMain(u8),
}

/// What the polite exit does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It raises an exception in the thread: clean-up blocks run. In main it leads to the phases of main's end, in
    /// another thread it ends that thread.
    Raises,
    /// As [`Exit::Raises`]; when the thread is over, the same is raised in main.
    RaisesInMain,
    /// The thread that asks runs the exit phases; its clean-up blocks do not run.
    Runs,
    /// The thread ends, and nothing else; its clean-up blocks do not run.
    EndsThread,
    /// The process ends at once.
    AtOnce,
}

/// What becomes of somebody who wants to exit while the exit phases run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondExit {
    /// It runs them as well: the handlers that are left, then the end, with its code.
    Overtakes,
    /// It blocks for ever.
    Blocks,
    /// Its thread is gone (main blocks), and its code counts if what runs is the end of main.
    EndsThread,
    /// The process ends at once with its code.
    AtOnce,
    /// The process ends at once, by SIGABRT.
    Aborts,
}

/// In which order exit handlers run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandlerOrder {
    /// The last registered first.
    LastFirst,
    /// The first registered first.
    FirstFirst,
    /// Each in a thread of its own, all at the same time.
    Together,
}

/// What becomes of an exit handler that is registered too late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LateHandler {
    /// It is dropped without a word once the first one has been called.
    Dropped,
    /// It is called next.
    RunsNext,
    /// To register it is a [`Mistake::RegisterLate`].
    Refused,
}

/// What an exception that leaves an exit handler does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandlerFails {
    /// Whether the other handlers run.
    pub rest_runs: bool,
    /// What the exit code becomes; `None`: it stays.
    pub code: Option<u8>,
    /// It becomes that only where it would have been 0.
    pub keeps_other_codes: bool,
    /// Whether the code of a polite exit in a handler, or the exception of a signal, decides how the process ends.
    pub exit_code_counts: bool,
    /// The process ends at once, by SIGABRT; nothing of the above counts.
    pub aborts: bool,
}

impl HandlerFails {
    /// The others run, and nothing becomes of it.
    pub(super) const HARMLESS: HandlerFails = HandlerFails {
        rest_runs: true,
        code: None,
        keeps_other_codes: false,
        exit_code_counts: false,
        aborts: false,
    };
}

/// Who runs a signal handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandlerThread {
    /// The main thread, on top of what it does.
    Main,
    /// A thread of its own, beside all others. A signal that comes again while it runs is handled after it.
    Own,
}

/// What a signal does that nobody handles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultAction {
    /// The kernel ends the process.
    Kills,
    /// An exception of this class is raised in the main thread.
    Raises(&'static str),
    /// A thread of the runtime runs the exit phases, with this code.
    Exits(u8),
    /// The process ends at once.
    EndsWith(Sudden),
    /// Nothing.
    Ignored,
}

/// A process that cannot go on, as the runtime sees it: every thread is blocked. One that sleeps, works or waits with a
/// timeout is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlock {
    /// A signal handler that is installed hides it.
    pub handlers_hide_it: bool,
    /// It is noticed only when a thread begins to wait, not when one ends and leaves the others to their waits.
    pub only_at_a_wait: bool,
    /// A thread that waits for an event does not count as blocked, because to the runtime an event is a file.
    pub events_hide_it: bool,
    /// What follows.
    pub then: Rescue,
}

/// What becomes of a process that is stuck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rescue {
    /// It ends at once with this code.
    EndsWith(u8),
    /// An error of this class is raised in main.
    RaisesInMain(&'static str, &'static str),
}

/// What becomes of a line that a pipe has no room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FullPipe {
    /// The thread that prints it waits until somebody reads.
    Blocks,
    /// It waits in the process, and so does everything printed after it, until main's event loop finds room.
    Queues,
}

/// Whether a thread may start late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LateStart {
    /// It starts.
    Allowed,
    /// This exception is raised in the thread that tries: class and message.
    Refused(&'static str, &'static str),
    /// The thread that tries hangs for ever.
    Hangs,
}

/// What a program can do wrong, and the runtime then raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// A thread is started a second time.
    StartTwice,
    /// A thread is joined before it is started.
    JoinUnstarted,
    /// An item is submitted to a pool that is shut down.
    PoolShut,
    /// An exit handler is registered too late.
    RegisterLate,
    /// A file is used that is closed.
    FileClosed,
    /// The daemon flag of a thread is changed that has ended; where it is no mistake, nothing happens.
    FlagOfDead,
    /// A thread takes a lock that it holds already; where it is no mistake, it waits for itself.
    LockTwice,
}

/// Whose files are closed, and so flushed, when its code is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileOwner {
    /// Nobody's.
    Nobody,
    /// What only one thread refers to, when that thread ends; main's are globals of the program.
    Threads,
    /// What only one body uses, when that is over, also in main. What several use belongs to nobody.
    Bodies,
}
