//! The instruction set: what threads, handlers and a runtime's epilogue are made of.
//!
//! One instruction is one atomic step of the model, except for the *local* ones ([`Instr::is_local`]): jumps and
//! loop counters, which touch nothing that another thread could see and run as part of the step before them.

use super::{
    EventId, ExceptionId, FileId, HandlerId, LockId, Pc, PoolId, ProcessId, QueueId, Register, TextId,
    ThreadId,
};
use crate::scenario::{Signal, TimeRange};

/// One instruction. Blocking and timed ones stay at their place until they are done.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Instr {
    /// Is busy.
    Work {
        /// With what.
        label: TextId,
        /// For how long.
        time: TimeRange,
    },
    /// Sleeps.
    Sleep(TimeRange),
    /// Starts all threads from `first` to before `end`.
    Start {
        /// The first thread.
        first: ThreadId,
        /// One past the last.
        end: ThreadId,
    },
    /// Starts a process.
    Spawn(ProcessId),
    /// Waits until all threads from `first` to before `end` have ended.
    Join {
        /// The first thread.
        first: ThreadId,
        /// One past the last.
        end: ThreadId,
        /// Goes on after this.
        timeout: Option<TimeRange>,
    },
    /// Waits until a process has ended.
    JoinProcess {
        /// Which.
        process: ProcessId,
        /// Goes on after this.
        timeout: Option<TimeRange>,
    },
    /// Prints a line, through the buffer of standard output.
    Print {
        /// The line.
        line: TextId,
        /// The process's standard output.
        file: FileId,
        /// Length with its newline, bytes.
        bytes: u64,
    },
    /// Opens a file.
    Open(FileId),
    /// Hands one record to a file's buffer.
    Write {
        /// The file.
        file: FileId,
        /// What the record is called.
        record: TextId,
        /// Its size in bytes.
        bytes: u64,
    },
    /// The first half of a write that spends time in the kernel.
    WriteBegin {
        /// The file.
        file: FileId,
        /// What the record is called.
        record: TextId,
        /// Its size in bytes.
        bytes: u64,
    },
    /// The second half. No signal handler runs and no exception strikes in the middle of the call.
    WriteRest {
        /// The file.
        file: FileId,
        /// Size of the record in bytes.
        bytes: u64,
        /// How long the call takes.
        time: TimeRange,
    },
    /// Hands the buffer to the kernel.
    Flush(FileId),
    /// Flushes and closes.
    Close(FileId),
    /// Takes a lock.
    Acquire {
        /// Which.
        lock: LockId,
        /// Gives up after this and goes to `skip`.
        timeout: Option<TimeRange>,
        /// Where the code behind the block is.
        skip: Pc,
    },
    /// Releases a lock.
    Release(LockId),
    /// Sets an event.
    Set(EventId),
    /// Waits for an event.
    Wait {
        /// Which.
        event: EventId,
        /// Goes on after this.
        timeout: Option<TimeRange>,
    },
    /// Puts an item, or an end mark, into a queue.
    Put {
        /// Which.
        queue: QueueId,
        /// Whether it is the end mark.
        stop: bool,
    },
    /// Takes an item from a queue.
    Get {
        /// Which.
        queue: QueueId,
        /// Gives up after this and goes to `skip`.
        timeout: Option<TimeRange>,
        /// Where a timeout, or an end mark, leads.
        skip: Pc,
    },
    /// Marks an item as done.
    Done(QueueId),
    /// Waits until every item is marked done.
    Drain(QueueId),
    /// Hands a work item to a pool.
    Submit(PoolId),
    /// A pool's worker takes a work item; goes to `end` when the pool is shut down and empty.
    Take {
        /// Which pool.
        pool: PoolId,
        /// The end of the worker.
        end: Pc,
    },
    /// Asks whether an event is set and goes to `target` if so.
    IfSet {
        /// Which event.
        event: EventId,
        /// Where to go.
        target: Pc,
    },
    /// Raises an exception.
    Raise(ExceptionId),
    /// Ends the process at once.
    ExitNow(u8),
    /// Registers an exit handler or a finalizer.
    Register(HandlerId),
    /// Installs a signal handler, or ignores the signal.
    Install {
        /// The signal.
        signal: Signal,
        /// The handler; `None` ignores.
        handler: Option<HandlerId>,
    },
    /// Sends a signal.
    Kill {
        /// Which.
        signal: Signal,
        /// To whom.
        process: ProcessId,
    },
    /// A work item is over: the files that it opened are closed.
    DropLocals,
    /// The body's normal end: a thread finishes, main returns, a handler goes back.
    End,
    /// Local: continues elsewhere.
    Jump(Pc),
    /// Local: sets a counter, or goes to `end` when `times` is 0.
    LoopStart {
        /// The counter.
        counter: Register,
        /// Rounds.
        times: u64,
        /// Behind the loop.
        end: Pc,
    },
    /// Local: counts down and goes back to `body` until the counter is 0.
    LoopNext {
        /// The counter.
        counter: Register,
        /// The loop's first instruction.
        body: Pc,
    },
    /// Local: enters a clean-up block on the normal path: no exception is on its way.
    Clear(Register),
    /// Local: leaves a clean-up block: raises again what was saved, or goes on.
    Rethrow(Register),
    /// An instruction of the runtime's epilogue, run by main, by whoever calls exit, or by a thread of the runtime's own.
    Runtime(RuntimeOp),
    /// Changes the daemon flag of all threads from `first` to before `end`.
    SetDaemon {
        /// The first thread.
        first: ThreadId,
        /// One past the last.
        end: ThreadId,
        /// The new flag.
        daemon: bool,
    },
    /// Asks for the end of the process: this thread goes on with the exit phases of the runtime.
    Exit(u8),
    /// Ends this thread without clean-up: the polite exit where it means no more than that.
    EndThread(ExceptionId),
}

/// What a runtime does when `main` is over. A runtime's shutdown is a list of these (see `rules`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RuntimeOp {
    /// Hands the buffer of standard output to the kernel.
    FlushStdio,
    /// Runs the registered early exit handlers, last registered first. An exception ends the phase.
    RunEarlyHandlers,
    /// Shuts the thread pools down and waits until their workers have done all that was submitted.
    DrainPools,
    /// Local: says who is waited for.
    AnnounceWait,
    /// Waits for every non-daemon thread, without limit.
    AwaitNonDaemons,
    /// Runs the registered exit handlers; [`crate::rules::Facts`] says in which order, and what an exception in one does.
    RunExitHandlers,
    /// Sends TERM to the daemonic children.
    TerminateDaemonicChildren,
    /// Waits for all children, without limit.
    AwaitChildren,
    /// No other thread runs any more; signal handlers are gone.
    Freeze,
    /// Runs the finalizers of objects that live until module teardown.
    RunFinalizers,
    /// Closes the files that nothing refers to any more.
    CloseFiles,
    /// Ends the process.
    EndProcess,
    /// Says that main's thread runs the exit phases from now on; where another one does, see
    /// [`crate::rules::Facts::exit_beside`].
    BeginExit,
    /// Waits until the process cannot go on, and then does what the runtime does
    /// ([`crate::rules::Facts::deadlock`]).
    NoticeDeadlock,
    /// Starts a thread for each registered exit handler.
    StartHandlerThreads,
    /// Waits for the threads that run exit handlers, without limit.
    AwaitHandlerThreads,
    /// Waits for every other thread of the program, without limit.
    AwaitThreads,
    /// Tells every other thread to end: its clean-up blocks run, and nothing else.
    UnwindThreads,
    /// From now on a signal that has a handler has its default effect.
    DropSignalHandlers,
    /// From now on a signal that has a handler has no effect: the handler is never called.
    MuteSignalHandlers,
    /// Hands buffers to the kernel.
    FlushFiles(Flushes),
    /// Runs the handlers that are asked when nothing is left to wait for, first registered first. If they have started
    /// something, the wait for non-daemon threads before it begins again.
    RunIdleHandlers,
}

/// Which buffers are handed to the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flushes {
    /// Those of all open files.
    All,
    /// Those of the files that main has opened.
    OfMain,
    /// The lower layer of all open files: what is still in the text layer stays there.
    LowerLayer,
}

impl Instr {
    /// Whether this instruction runs as part of the step before it: nothing that it does can be seen by another
    /// thread.
    pub const fn is_local(&self) -> bool {
        matches!(
            self,
            Instr::Jump(_)
                | Instr::LoopStart { .. }
                | Instr::LoopNext { .. }
                | Instr::Clear(_)
                | Instr::Rethrow(_)
                | Instr::Runtime(RuntimeOp::AnnounceWait)
        )
    }

    /// How long the instruction takes once it can run; `None` when it takes no time.
    pub const fn time(&self) -> Option<TimeRange> {
        match self {
            Instr::Work { time, .. } | Instr::Sleep(time) | Instr::WriteRest { time, .. } => Some(*time),
            _ => None,
        }
    }

    /// After how long the instruction gives up waiting.
    pub const fn timeout(&self) -> Option<TimeRange> {
        match self {
            Instr::Join { timeout, .. }
            | Instr::JoinProcess { timeout, .. }
            | Instr::Acquire { timeout, .. }
            | Instr::Wait { timeout, .. }
            | Instr::Get { timeout, .. } => *timeout,
            _ => None,
        }
    }

    /// Whether a signal handler may run, or `KeyboardInterrupt` strike, while the thread stands here. Not inside one
    /// call into the kernel, not between the last step of a lock's block and the release, and not where the runtime
    /// does something of its own that takes no time: there the signal waits for the next step that is interruptible.
    pub const fn is_interruptible(&self) -> bool {
        match self {
            Instr::WriteRest { .. } | Instr::Release(_) => false,
            Instr::Runtime(op) => op.is_interruptible(),
            _ => true,
        }
    }
}

impl RuntimeOp {
    /// Whether the code behind this instruction looks at signals.
    const fn is_interruptible(self) -> bool {
        match self {
            RuntimeOp::RunEarlyHandlers
            | RuntimeOp::DrainPools
            | RuntimeOp::AnnounceWait
            | RuntimeOp::AwaitNonDaemons
            | RuntimeOp::AwaitHandlerThreads
            | RuntimeOp::AwaitThreads
            | RuntimeOp::TerminateDaemonicChildren
            | RuntimeOp::AwaitChildren => true,
            RuntimeOp::FlushStdio
            | RuntimeOp::RunExitHandlers
            | RuntimeOp::RunIdleHandlers
            | RuntimeOp::BeginExit
            | RuntimeOp::NoticeDeadlock
            | RuntimeOp::StartHandlerThreads
            | RuntimeOp::UnwindThreads
            | RuntimeOp::DropSignalHandlers
            | RuntimeOp::MuteSignalHandlers
            | RuntimeOp::FlushFiles(_)
            | RuntimeOp::Freeze
            | RuntimeOp::RunFinalizers
            | RuntimeOp::CloseFiles
            | RuntimeOp::EndProcess => false,
        }
    }
}
