//! Where everything that can change lies in a state.
//!
//! A state is a few 64-bit words. Each value gets just the bits it needs, computed when the scenario is compiled;
//! what cannot vary gets none. Values that control what can happen come first; the byte counts of files, which
//! never do, come last, so that a driver can ask "is this the same situation but for the bytes written?".

use super::tables::Pc;

/// A value in a state: some bits of one word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// Position of the lowest bit, counted over all words.
    pub bit: u32,
    /// Number of bits, 0 to 63. A field of no bits is always 0.
    pub width: u8,
}

/// A small stack: how many entries there are, and the entries, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Stack {
    /// How many.
    pub depth: Field,
    /// The entries.
    pub entries: Vec<Field>,
}

/// Fields of one thread.
#[derive(Clone, Debug, Default)]
pub struct ThreadFields {
    /// [`crate::world::ThreadStatus`].
    pub status: Field,
    /// The daemon flag it was started with.
    pub daemon: Field,
    /// Position in its code, relative to the start of its region.
    pub pc: Field,
    /// An interrupted `join` has marked it as ended although it lives.
    pub forgotten: Field,
    /// The exception that it died of, where a `join` asks for it.
    pub raised: Field,
    /// The code that it called exit with, for when another thread has called exit since.
    pub exit_code: Field,
    /// Loop counters and saved exceptions.
    pub registers: Vec<Field>,
    /// Where the handlers that run on top of the body return to, relative like `pc` (main, and
    /// those that may come to run the exit phases).
    pub returns: Stack,
}

/// Where to find a thread's status and place at once: they are read at every step of every run.
#[derive(Clone, Copy, Debug)]
pub struct ThreadPlace {
    /// [`crate::world::ThreadStatus`].
    pub status: Field,
    /// Position in its code, relative to `start`.
    pub pc: Field,
    /// Where its code begins.
    pub start: Pc,
}

/// Fields of one process.
#[derive(Clone, Debug, Default)]
pub struct ProcessFields {
    /// [`crate::world::ProcessStatus`].
    pub status: Field,
    /// Exit code, or the position of the killing signal in [`crate::scenario::Signal::ALL`].
    pub code: Field,
    /// Main ends by the exception of a signal: 1 + its position; the process will die of it.
    pub interrupted: Field,
    /// 1 + the number of the thread that runs the exit phases.
    pub exiting: Field,
    /// An exception left main.
    pub raised: Field,
    /// Main's body is over: the epilogue runs.
    pub main_over: Field,
    /// No other thread runs any more.
    pub finalizing: Field,
    /// The last step was the end of a thread, so that a deadlock goes unnoticed.
    pub unnoticed: Field,
    /// Live non-daemon threads besides main that are waited for.
    pub non_daemons: Field,
    /// Signals that wait for the main thread, one bit each.
    pub pending: Field,
    /// Which of those bits belongs to each signal in [`crate::scenario::Signal::ALL`]; `None`: it can never wait.
    pub pending_bits: [Option<u8>; 8],
    /// For each of those signals: 0 default, 1 ignored, 2 + n the n-th handler of the process.
    pub dispositions: [Field; 8],
    /// Its parent ended first.
    pub orphaned: Field,
    /// Registered exit handlers, by their number in the process.
    pub exit_handlers: Stack,
    /// Registered early exit handlers.
    pub early_handlers: Stack,
    /// Finalizers.
    pub finalizers: Stack,
    /// Handlers to be asked when nothing is left to wait for.
    pub idle_handlers: Stack,
    /// Those of them that have been asked in this round.
    pub idle_asked: Stack,
    /// Whether they have started a worker in this round.
    pub idle_started: Field,
}

/// Fields of a queue.
#[derive(Clone, Copy, Debug, Default)]
pub struct QueueFields {
    /// Items waiting.
    pub items: Field,
    /// End marks waiting behind them.
    pub stops: Field,
    /// Items that were put behind an end mark.
    pub behind: Field,
    /// Items put and not yet marked done.
    pub unfinished: Field,
}

/// Fields of a thread pool.
#[derive(Clone, Copy, Debug, Default)]
pub struct PoolFields {
    /// Items waiting.
    pub items: Field,
    /// Workers started so far.
    pub started: Field,
    /// No more items are accepted; workers end when it is empty.
    pub shut: Field,
}

/// Fields of a file.
#[derive(Clone, Copy, Debug, Default)]
pub struct FileFields {
    /// 0 never opened, 1 open, 2 closed.
    pub open: Field,
    /// The thread that opened it, counted within its process.
    pub opener: Field,
    /// The file ends in the middle of a record.
    pub torn: Field,
    /// For standard output into a pipe that nobody reads at first: how full that is.
    pub pipe: PipeFields,
    /// Bytes in the text layer.
    pub pending: Field,
    /// Bytes in the binary buffer.
    pub buffered: Field,
    /// Bytes in the kernel.
    pub durable: Field,
}

/// Fields of a pipe that nobody reads at first.
#[derive(Clone, Copy, Debug, Default)]
pub struct PipeFields {
    /// Slots that are taken.
    pub slots: Field,
    /// Bytes that still fit into the last of them.
    pub room: Field,
    /// Somebody reads.
    pub read: Field,
    /// Something waits in the process for room in the pipe.
    pub queued: Field,
}

/// The layout of all states of a program.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// One per thread group (threads of a group share their code); bits are relative to `thread_base`.
    pub groups: Vec<ThreadFields>,
    /// Bits of the record of one thread of each group.
    pub group_bits: Vec<u32>,
    /// Where the fields of each thread begin.
    pub thread_base: Vec<u32>,
    /// One per thread: two of its fields, found without its group.
    pub threads: Vec<ThreadPlace>,
    /// One per process.
    pub processes: Vec<ProcessFields>,
    /// Owner of each lock: 0 free, else 1 + the thread's number within its process.
    pub locks: Vec<Field>,
    /// Whether each event is set.
    pub events: Vec<Field>,
    /// One per queue.
    pub queues: Vec<QueueFields>,
    /// One per pool.
    pub pools: Vec<PoolFields>,
    /// For each handler: 0 not run, 1 begun, 2 completed.
    pub handlers: Vec<Field>,
    /// Whether each stimulus has struck.
    pub stimuli: Vec<Field>,
    /// One per file.
    pub files: Vec<FileFields>,
    /// Bits that decide what can happen; the bits behind them only count bytes.
    pub control_bits: u32,
    /// Words of a state.
    pub words: usize,
}

/// Hands out fields, never across the border of a word.
#[derive(Default)]
pub(super) struct Allocator {
    next: u32,
}

impl Allocator {
    /// A field of `width` bits.
    pub(super) fn field(&mut self, width: u8) -> Field {
        let left = 64 - self.next % 64;
        if u32::from(width) > left {
            self.next += left;
        }
        let field = Field { bit: self.next, width };
        self.next += u32::from(width);
        field
    }

    /// A field that can hold 0 to `max`.
    pub(super) fn up_to(&mut self, max: u64) -> Field {
        self.field(bits(max))
    }

    /// A stack of at most `capacity` entries, each 0 to `max`.
    pub(super) fn stack(&mut self, capacity: usize, max: u64) -> Stack {
        Stack {
            depth: self.up_to(capacity as u64),
            entries: (0..capacity).map(|_| self.up_to(max)).collect(),
        }
    }

    /// Makes room for a record of `size` bits that was laid out from bit 0.
    pub(super) fn record(&mut self, size: u32) -> u32 {
        if size > 64 - self.next % 64 {
            self.next = self.next.next_multiple_of(64);
        }
        let base = self.next;
        self.next += size;
        base
    }

    /// Bits handed out so far.
    pub(super) fn used(&self) -> u32 {
        self.next
    }
}

/// Bits needed for 0 to `max`, at most 63.
fn bits(max: u64) -> u8 {
    (64 - max.leading_zeros()).min(63) as u8
}
