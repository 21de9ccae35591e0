//! The tables of a program: what each small number stands for.

use super::{Exception, Instr, Landing, Layout};
use crate::diagnostic::Span;
use crate::rules::{Phase, Runtime};
use crate::scenario::{Buffering, FileMode, Outside, Signal};
use crate::trace::HandlerKind;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);

        impl $name {
            /// As an index into its table.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

id! {
    /// A position in [`Program::code`].
    Pc;
    /// A thread, over all processes.
    ThreadId;
    /// A process.
    ProcessId;
    /// A lock of one process.
    LockId;
    /// An event of one process.
    EventId;
    /// A queue of one process.
    QueueId;
    /// A pool of one process.
    PoolId;
    /// A file as opened by one process; each process has its standard output as well.
    FileId;
    /// A handler of one process.
    HandlerId;
    /// A string in [`Program::texts`].
    TextId;
    /// An exception in [`Program::exceptions`].
    ExceptionId;
    /// A register of the thread that runs the code.
    Register;
}

/// A scenario compiled for one runtime.
#[derive(Debug)]
pub struct Program {
    /// The scenario's name.
    pub name: String,
    /// The rules it runs under.
    pub runtime: Runtime,
    /// All code.
    pub code: Vec<Instr>,
    /// The place in the source that each instruction comes from; empty for the epilogue.
    pub spans: Vec<Span>,
    /// Where exceptions land, innermost first.
    pub landings: Vec<Landing>,
    /// Bodies of handlers, ordered by position.
    pub handlers: Vec<HandlerInfo>,
    /// The processes, in the order of the file.
    pub processes: Vec<ProcessInfo>,
    /// The threads; those of a process lie side by side, main first.
    pub threads: Vec<ThreadInfo>,
    /// Threads that share a body.
    pub groups: Vec<GroupInfo>,
    /// Locks.
    pub locks: Vec<ObjectInfo>,
    /// Events.
    pub events: Vec<ObjectInfo>,
    /// Queues.
    pub queues: Vec<ObjectInfo>,
    /// Pools.
    pub pools: Vec<PoolInfo>,
    /// Files.
    pub files: Vec<FileInfo>,
    /// Exceptions.
    pub exceptions: Vec<Exception>,
    /// Strings.
    pub texts: Vec<String>,
    /// What happens from outside.
    pub stimuli: Vec<StimulusInfo>,
    /// Where everything lies in a state.
    pub layout: Layout,
    /// Of everything that decides what a run does; part of share strings.
    pub fingerprint: u64,
    /// Whether some duration is a range.
    pub has_ranges: bool,
    /// What stands for things that the scenario says and the runtime has not, one sentence each.
    pub notes: Vec<&'static str>,
}

/// A process.
#[derive(Clone, Debug)]
pub struct ProcessInfo {
    /// Its name.
    pub name: String,
    /// Its main thread; the others follow.
    pub main: ThreadId,
    /// One past its last thread.
    pub threads_end: ThreadId,
    /// The process that spawns it, if any.
    pub parent: Option<ProcessId>,
    /// `multiprocessing`'s daemon flag.
    pub daemon: bool,
    /// Where the epilogue begins.
    pub epilogue: Pc,
    /// Where the polite exit leads.
    pub exit: Pc,
    /// Where `exit-thread` in main leads.
    pub leave: Pc,
    /// The phases of the epilogue, then those of the polite exit and of `exit-thread` in main: where an exception that
    /// leaves one of them leads.
    pub phases: Vec<PhaseCode>,
    /// The thread of the runtime that runs the exit phases when a signal asks for them.
    pub exit_thread: Option<ThreadId>,
    /// The thread of the runtime that notices when the process cannot go on.
    pub watchdog: Option<ThreadId>,
    /// Whether main has an event loop that has something to do besides: timers, or output that a pipe did not take.
    pub has_event_loop: bool,
    /// Its standard output.
    pub stdout: FileId,
    /// Its handlers: number within the process → handler.
    pub handlers: Vec<HandlerId>,
    /// The runtime's own exit handler, registered by the first `spawn`.
    pub spawn_handler: Option<HandlerId>,
    /// Signal handlers that it takes over from its parent: (number there, number here).
    pub inherited: Vec<(u32, u32)>,
}

/// The code of one phase of the epilogue.
#[derive(Clone, Copy, Debug)]
pub struct PhaseCode {
    /// First instruction.
    pub start: Pc,
    /// One past the last.
    pub end: Pc,
    /// Where an exception leads.
    pub on_exception: Pc,
    /// What it says.
    pub phase: Phase,
}

/// A thread.
#[derive(Clone, Copy, Debug)]
pub struct ThreadInfo {
    /// Its group.
    pub group: u32,
    /// Its position in the group.
    pub index: u32,
    /// Its process.
    pub process: ProcessId,
}

/// Threads that share a body.
#[derive(Clone, Debug)]
pub struct GroupInfo {
    /// The name; with more than one thread each is called `name-1`, ….
    pub name: String,
    /// The flag; `None` inherits.
    pub daemon: Option<bool>,
    /// How many.
    pub count: u32,
    /// Whether the threads are numbered even if there is only one (pools).
    pub numbered: bool,
    /// The first instruction; program counters are stored relative to it.
    pub start: Pc,
    /// Where the body ends normally.
    pub end: Pc,
    /// Where a `return`, or in a pool's worker also an exception, leads that leaves the body: for a pool that is the
    /// end of one item, for all others [`GroupInfo::end`].
    pub left: Pc,
    /// The pool whose worker it is.
    pub pool: Option<PoolId>,
    /// Whether it is a main thread.
    pub main: bool,
    /// Whether its threads are the runtime's own, made to run handlers.
    pub internal: bool,
    /// Whether main makes the calls of this timer, from its event loop.
    pub in_event_loop: bool,
    /// Whether the flag may change while a thread lives.
    pub flag_varies: bool,
    /// Whether its threads may come to run the exit phases, as main does.
    pub may_exit: bool,
}

/// A lock, event or queue.
#[derive(Clone, Debug)]
pub struct ObjectInfo {
    /// Its name.
    pub name: String,
    /// Its process.
    pub process: ProcessId,
}

/// A pool.
#[derive(Clone, Debug)]
pub struct PoolInfo {
    /// Its name.
    pub name: String,
    /// Its process.
    pub process: ProcessId,
    /// Its first worker.
    pub first: ThreadId,
    /// How many it may start.
    pub workers: u32,
}

/// A file.
#[derive(Clone, Debug)]
pub struct FileInfo {
    /// Its path; `<stdout>` for standard output.
    pub path: String,
    /// Its process.
    pub process: ProcessId,
    /// Text or binary.
    pub mode: FileMode,
    /// How it is buffered.
    pub buffering: Buffering,
    /// Whether it is standard output.
    pub stdout: bool,
    /// Whether it is standard output into a pipe that nobody reads at first.
    pub stalled: bool,
    /// Whether several bodies of the process use it: then it is a global, not a local of the one that opens it.
    pub shared: bool,
    /// Bytes that the program writes if nothing stops it; `None`: without bound.
    pub planned: Option<u64>,
    /// What its records are called.
    pub record: String,
    /// Bytes of one record; `None` if they differ.
    pub record_bytes: Option<u64>,
    /// Bytes of its largest record.
    pub largest_bytes: u64,
}

/// A handler.
#[derive(Clone, Debug)]
pub struct HandlerInfo {
    /// Its name; the signal's for a signal handler.
    pub name: String,
    /// Which kind.
    pub kind: HandlerKind,
    /// The signal, for a signal handler.
    pub signal: Option<Signal>,
    /// Its process.
    pub process: ProcessId,
    /// Its number among the handlers of its process.
    pub number: u32,
    /// First instruction.
    pub start: Pc,
    /// Whether it is the runtime's own and stands in no scenario.
    pub internal: bool,
    /// Whether it has counters of its own, which a second run inside the first would spoil.
    pub counts: bool,
    /// Its last instruction, where it ends normally.
    pub end: Pc,
    /// The thread of its own that runs it; else it runs on top of another one.
    pub thread: Option<ThreadId>,
}

/// Something from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StimulusInfo {
    /// When, µs; `None`: never in a timed replay.
    pub at_us: Option<u64>,
    /// What.
    pub what: Outside,
    /// To whom.
    pub process: ProcessId,
}

impl Program {
    /// A thread's name within its process.
    pub fn thread_name(&self, thread: ThreadId) -> String {
        let info = self.threads[thread.index()];
        let group = &self.groups[info.group as usize];
        if group.numbered { format!("{}-{}", group.name, info.index + 1) } else { group.name.clone() }
    }

    /// The process of a thread.
    pub fn process_of(&self, thread: ThreadId) -> ProcessId {
        self.threads[thread.index()].process
    }

    /// The process table's entry.
    pub fn process(&self, process: ProcessId) -> &ProcessInfo {
        &self.processes[process.index()]
    }

    /// Whether it is a main thread.
    pub fn is_main(&self, thread: ThreadId) -> bool {
        self.group(thread).main
    }

    /// The group of a thread.
    pub fn group(&self, thread: ThreadId) -> &GroupInfo {
        &self.groups[self.threads[thread.index()].group as usize]
    }

    /// Where the code begins that a thread's place is counted from.
    pub fn base_of(&self, thread: ThreadId) -> Pc {
        self.layout.threads[thread.index()].start
    }

    /// The threads of a process, main first; those that are the runtime's own come last.
    pub fn threads_of(&self, process: ProcessId) -> impl Iterator<Item = ThreadId> + use<> {
        let info = self.process(process);
        (info.main.0..info.threads_end.0).map(ThreadId)
    }

    /// A thread's number within its process.
    pub fn number_of(&self, thread: ThreadId) -> u64 {
        u64::from(thread.0 - self.process(self.process_of(thread)).main.0)
    }

    /// The handler whose body holds this instruction.
    pub fn handler_at(&self, pc: Pc) -> Option<HandlerId> {
        let after = self.handlers.partition_point(|handler| handler.start <= pc);
        let candidate = after.checked_sub(1)?;
        (pc <= self.handlers[candidate].end).then_some(HandlerId(candidate as u32))
    }

    /// A handler.
    pub fn handler(&self, handler: HandlerId) -> &HandlerInfo {
        &self.handlers[handler.index()]
    }

    /// The instruction at a position.
    pub fn instr(&self, pc: Pc) -> &Instr {
        &self.code[pc.index()]
    }

    /// The exception that a signal raises in main when nobody handles it.
    pub fn interrupt_of(&self, signal: Signal) -> ExceptionId {
        let wanted = super::ExceptionKind::Interrupt(signal);
        let found = self.exceptions.iter().position(|exception| exception.kind == wanted);
        found.map_or(super::exception::INTERRUPT, |position| ExceptionId(position as u32))
    }

    /// A string.
    pub fn text(&self, id: TextId) -> &str {
        &self.texts[id.index()]
    }

    /// An exception.
    pub fn exception(&self, id: ExceptionId) -> &Exception {
        &self.exceptions[id.index()]
    }
}
