//! What a step tells whoever listens: compact, without words. `trace` makes sentences of it.

use crate::program::{
    EventId, ExceptionId, FileId, HandlerId, LockId, PoolId, ProcessId, QueueId, TextId, ThreadId,
};
use crate::scenario::Signal;

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Happening {
    /// In which process.
    pub process: ProcessId,
    /// To or by which thread; `None`: the runtime or the outside.
    pub thread: Option<ThreadId>,
    /// What.
    pub what: What,
}

/// How a process comes to exit with a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Through all of its phases.
    InOrder,
    /// At once, because a thread asked for that.
    Asked,
    /// At once, because a thread asked for an exit while one was going on.
    AskedAgain,
    /// At once, because of what happened just before: a signal, an exception, a deadlock.
    Struck,
}

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum What {
    Started {
        thread: ThreadId,
        daemon: bool,
        inherited: bool,
    },
    StartHangs,
    Spawned {
        child: ProcessId,
    },
    Worked {
        label: TextId,
    },
    Slept,
    Printed {
        line: TextId,
    },
    /// The pipe is full: the line waits in the process.
    PrintQueued {
        line: TextId,
    },
    /// Somebody reads: who has waited in the middle of printing goes on.
    PrintGoesOn,
    /// The process waits for room in the pipe.
    AwaitsReader,
    /// What waited for room in the pipe has gone into it.
    QueueHandedOver {
        bytes: u64,
    },
    /// Somebody begins to read standard output, and finds so many bytes.
    ReadingBegins {
        bytes: u64,
    },
    Opened {
        file: FileId,
    },
    /// `flushed`: bytes that reached the kernel by this write.
    Wrote {
        file: FileId,
        record: TextId,
        bytes: u64,
        flushed: u64,
        in_buffer: u64,
    },
    WriteBegun {
        file: FileId,
        record: TextId,
        bytes: u64,
    },
    WriteEnded {
        file: FileId,
    },
    Flushed {
        file: FileId,
        bytes: u64,
    },
    Closed {
        file: FileId,
        bytes: u64,
    },
    /// Closed because nothing refers to it: at a thread's end, or (`global`) at module teardown.
    Dropped {
        file: FileId,
        bytes: u64,
        global: bool,
    },
    /// Bytes that were still in the buffers when the process ended.
    Lost {
        file: FileId,
        bytes: u64,
    },
    /// Not closed at module teardown, because a stopped thread refers to it.
    Kept {
        file: FileId,
        bytes: u64,
    },
    Acquired {
        lock: LockId,
    },
    Released {
        lock: LockId,
    },
    EventSet {
        event: EventId,
    },
    Waited {
        event: EventId,
    },
    Joined {
        first: ThreadId,
        end: ThreadId,
    },
    /// A joined thread has died of this.
    JoinRaised {
        exception: ExceptionId,
    },
    JoinedProcess {
        child: ProcessId,
    },
    Put {
        queue: QueueId,
        stop: bool,
    },
    Got {
        queue: QueueId,
    },
    GotStop {
        queue: QueueId,
    },
    Done {
        queue: QueueId,
    },
    Drained {
        queue: QueueId,
    },
    Submitted {
        pool: PoolId,
    },
    Took {
        pool: PoolId,
    },
    Checked {
        event: EventId,
        set: bool,
    },
    TimedOut,
    Raised {
        exception: ExceptionId,
    },
    Caught {
        exception: ExceptionId,
    },
    CleanUp {
        exception: ExceptionId,
    },
    Registered {
        handler: HandlerId,
        too_late: bool,
    },
    Installed {
        signal: Signal,
        handler: Option<HandlerId>,
    },
    SignalSent {
        signal: Signal,
        to: ProcessId,
    },
    SignalArrived {
        signal: Signal,
        effect: Effect,
    },
    HandlerBegins {
        handler: HandlerId,
    },
    HandlerEnds {
        handler: HandlerId,
    },
    HandlerFails {
        handler: HandlerId,
        exception: ExceptionId,
    },
    MainReturned,
    MainRaised {
        exception: ExceptionId,
    },
    ThreadFinished,
    ThreadExited {
        exception: ExceptionId,
    },
    ThreadRaised {
        exception: ExceptionId,
    },
    /// It ended itself, and only itself.
    ThreadLeft,
    FlagChanged {
        thread: ThreadId,
        daemon: bool,
    },
    /// A thread asks for the end of the process, and goes on with the exit phases.
    ExitBegins {
        code: u8,
        /// Another thread ran them already.
        second: bool,
    },
    /// The runtime tells a thread to end; its clean-up blocks run.
    Unwound,
    FileFlushed {
        file: FileId,
        bytes: u64,
    },
    /// The runtime noticed that nothing can ever move again.
    DeadlockFound,
    /// An exception leaves an item of a pool; the worker goes on.
    ItemFailed {
        exception: ExceptionId,
    },
    Forgotten {
        thread: ThreadId,
    },
    StdioFlushed {
        bytes: u64,
    },
    PoolsDrained,
    Awaits,
    AwaitDone,
    /// The handlers that are asked when nothing is left to wait for have started something.
    LoopGoesOn,
    PhaseAbandoned {
        exception: ExceptionId,
        phase: usize,
    },
    Terminates {
        child: ProcessId,
    },
    ChildrenAwaited,
    Froze,
    CutOff {
        killed: bool,
    },
    ProcessExited {
        code: u8,
        way: Way,
    },
    ProcessKilled {
        signal: Signal,
    },
    Orphaned {
        parent: ProcessId,
    },
}

/// What a signal does to the process it reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It ends the process: nothing is installed for it, or nothing can be.
    Kills,
    /// It ends the process, because its handler is gone by now.
    KillsLate,
    /// A handler will run: in the main thread, or in one of its own.
    Handled,
    /// It is ignored.
    Ignored,
    /// An exception will be raised in the main thread.
    Interrupts,
    /// A thread of the runtime runs the exit phases.
    Exits,
    /// The runtime ends the process at once, with a code.
    Ends,
    /// The process has ended, or does not exist yet.
    Misses,
}

/// Something that a thread may be waiting for and that has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Resource {
    /// A lock was released.
    Lock(LockId),
    /// An event was set.
    Event(EventId),
    /// Items were put or marked done.
    Queue(QueueId),
    /// Items were submitted, taken, or the pool was shut down.
    Pool(PoolId),
    /// A thread ended.
    ThreadEnd(ThreadId),
    /// A non-daemon thread, or a pool's worker, of this process ended.
    ThreadCount(ProcessId),
    /// A process ended.
    ProcessEnd(ProcessId),
    /// A thread came to life, or a signal waits for it.
    Thread(ThreadId),
    /// Somebody reads standard output, or what waited for that has gone.
    Pipe(ProcessId),
    /// Main has gone on: its event loop may turn again.
    EventLoop(ProcessId),
    /// Nothing can ever change it.
    Never,
}

/// Listens to a step. `()` hears nothing.
pub trait Sink {
    /// Something happened.
    fn happen(&mut self, happening: Happening);
    /// Something that others may wait for has changed.
    fn touch(&mut self, resource: Resource);
}

impl Sink for () {
    fn happen(&mut self, _: Happening) {}
    fn touch(&mut self, _: Resource) {}
}
