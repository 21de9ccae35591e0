//! The typed scenario: what a `.kdl` file says once its knobs have been applied.
//!
//! Everything in here is already checked: names resolve, durations and sizes are within the limits. The spans
//! point into the source text, so that later rooms can still say *where* when something cannot be compiled.

use super::{Property, Signal, Stimulus};
use crate::diagnostic::Span;

/// A small program, or a family of processes, plus what is done to it from outside.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The name it is run by, `[a-z0-9-]+`.
    pub name: String,
    /// One sentence that says what goes wrong, or right.
    pub title: String,
    /// A paragraph for the catalogue and the book; empty when the file has none.
    pub about: String,
    /// The runtime as written, such as `cpython` or `cpython-3.12.1`.
    pub runtime: String,
    /// Every value that can be changed from outside, with the value it has in *this* scenario.
    pub knobs: Vec<Knob>,
    /// What the end of a replay proposes to try next.
    pub suggestions: Vec<Suggestion>,
    /// The chapter of the book that explains it: a file name below `book/src`, without `.md`.
    pub chapter: Option<String>,
    /// The processes, in the order of the file. Those that no `spawn` names run from time 0.
    pub processes: Vec<Process>,
    /// What happens to it from outside, in the order of the file.
    pub stimuli: Vec<Stimulus>,
    /// Properties that a replay is checked against.
    pub expectations: Vec<Expectation>,
    /// Properties of all runs at once, which a search checks.
    pub properties: Vec<Property>,
}

/// A value in a scenario that can be changed from outside (`--set pdf.daemon=false`).
#[derive(Clone, Debug, PartialEq)]
pub struct Knob {
    /// As written after `--set`: `graceful`, or `THREAD.daemon` for the flag of a thread or spawned process.
    pub name: String,
    /// What it is for, one line.
    pub help: String,
    /// The value it has when nothing is set.
    pub default: KnobValue,
    /// The value it has in this scenario.
    pub value: KnobValue,
    /// The allowed words for a [`KnobValue::Word`]; empty for other kinds.
    pub choices: Vec<String>,
}

/// The value of a knob; the kind is that of the default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KnobValue {
    /// `true` or `false`.
    Flag(bool),
    /// A daemon flag that the file leaves to inheritance from the creator; written `inherit`.
    Inherit,
    /// A whole number, or a number of bytes.
    Number(u64),
    /// A time span, as in `2s` or `1s..3s`.
    Time(TimeRange),
    /// One of a list of words.
    Word(String),
}

/// A duration in microseconds: fixed when both ends are equal, else drawn from the closed range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimeRange {
    /// Shortest, µs.
    pub min_us: u64,
    /// Longest, µs.
    pub max_us: u64,
}

impl TimeRange {
    /// A duration without freedom.
    pub const fn fixed(us: u64) -> Self {
        TimeRange { min_us: us, max_us: us }
    }
}

/// "What to try next": a change of knobs and what the reader will see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// Arguments after `scenario NAME`, such as `--set pdf.daemon=false`.
    pub arguments: String,
    /// What happens then, in a few words.
    pub text: String,
}

/// One operating-system process.
#[derive(Clone, Debug, PartialEq)]
pub struct Process {
    /// Its name, unique in the scenario (threads share the same name space).
    pub name: String,
    /// For a spawned process: `multiprocessing`'s daemon flag. False for the others.
    pub daemon: bool,
    /// Where its standard output goes, which decides how it is buffered.
    pub stdout: Stdout,
    /// The code of the main thread.
    pub main: Block,
    /// Its other threads, timers among them. None of them runs before a `start` names it.
    pub threads: Vec<Thread>,
    /// Its thread pools.
    pub pools: Vec<Pool>,
    /// The node in the source.
    pub span: Span,
}

/// Where standard output goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stdout {
    /// A terminal: flushed at each line.
    Terminal,
    /// A pipe or a file: buffered like any other file.
    Pipe,
    /// A pipe that nobody reads until something from outside ([`super::Outside::Read`]) begins to: it takes 64 KiB and no more.
    Stalled,
}

/// A thread of a process.
#[derive(Clone, Debug, PartialEq)]
pub struct Thread {
    /// Its name. With `count` above 1 the threads are called `name-1`, `name-2`, ….
    pub name: String,
    /// The flag; `None` inherits the flag of the thread that starts it.
    pub daemon: Option<bool>,
    /// How many threads run this body; `start` starts all of them.
    pub count: u32,
    /// Its code.
    pub body: Block,
    /// It is a timer, written `timer`: it sleeps, then does what its callback does, once or again and again. Where a
    /// runtime has an event loop, main makes the calls.
    pub timer: bool,
    /// The node in the source.
    pub span: Span,
}

/// When a timer calls, and what.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timer<'t> {
    /// Whether it calls again and again, with this much time before each call; else once, after it.
    pub repeats: bool,
    /// How long it takes until the call.
    pub time: TimeRange,
    /// What the call does.
    pub callback: &'t [Step],
}

impl Thread {
    /// What it is as a timer, if it is one.
    pub fn as_timer(&self) -> Option<Timer<'_>> {
        let [first, rest @ ..] = self.body.as_slice() else { return None };
        let (repeats, first, callback) = match &first.op {
            Op::Forever(round) => (true, round.first()?, round.get(1..)?),
            _ => (false, first, rest),
        };
        match first.op {
            Op::Sleep(time) if self.timer => Some(Timer { repeats, time, callback }),
            _ => None,
        }
    }
}

/// A thread pool whose work items all run the same body (`concurrent.futures.ThreadPoolExecutor`).
#[derive(Clone, Debug, PartialEq)]
pub struct Pool {
    /// Its name; the workers are called `name-1`, `name-2`, ….
    pub name: String,
    /// The most workers it starts.
    pub workers: u32,
    /// The code of one work item.
    pub body: Block,
    /// The node in the source.
    pub span: Span,
}

/// A sequence of steps.
pub type Block = Vec<Step>;

/// One statement of a body.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What it does.
    pub op: Op,
    /// The node in the source.
    pub span: Span,
}

/// A statement. Names have been checked by the reader; durations are in microseconds.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// Starts threads of this process.
    Start(Vec<String>),
    /// Starts another process (`multiprocessing.Process(...).start()`).
    Spawn(String),
    /// Changes the daemon flag of a thread that lives (`Thread.IsBackground` in C#, `ref` and `unref` in Node).
    SetDaemon {
        /// The thread; all of them if several share its name.
        thread: String,
        /// The new flag.
        daemon: bool,
    },
    /// Waits for a thread of this process, or for a spawned process.
    Join {
        /// The thread or process.
        target: String,
        /// Gives up after this; `None` waits for ever.
        timeout: Option<TimeRange>,
    },
    /// Computes for a while.
    Work {
        /// What it does, as in "render a page".
        label: String,
        /// For how long.
        time: TimeRange,
    },
    /// Sleeps.
    Sleep(TimeRange),
    /// Prints a line to standard output.
    Print(String),
    /// Opens a file for writing.
    Open {
        /// Its path.
        path: String,
        /// Text or binary, which have different buffers.
        mode: FileMode,
        /// How writes are buffered.
        buffering: Buffering,
    },
    /// Writes one record.
    Write {
        /// The file, opened before.
        path: String,
        /// What a record is called, as in "page".
        record: String,
        /// Its size in bytes.
        bytes: u64,
        /// Time that the one call spends in the kernel (for large writes); 0 for none.
        time: TimeRange,
    },
    /// Hands the buffer of a file to the kernel.
    Flush(String),
    /// Flushes and closes a file.
    Close(String),
    /// Holds a lock while the body runs.
    Lock {
        /// The lock.
        lock: String,
        /// Skips the body when it cannot be had within this time.
        timeout: Option<TimeRange>,
        /// What runs while it is held.
        body: Block,
    },
    /// Sets an event.
    Set(String),
    /// Waits until an event is set.
    Wait {
        /// The event.
        event: String,
        /// Goes on after this even if it is not set.
        timeout: Option<TimeRange>,
    },
    /// Puts one item into a queue, or the end mark that stops one `for-each`.
    Put {
        /// The queue.
        queue: String,
        /// Whether it is the end mark (`None` in Python).
        stop: bool,
    },
    /// Takes one item, runs the body with it and marks it done; a timeout skips the body.
    Get {
        /// The queue.
        queue: String,
        /// Skips the body when there is no item within this time.
        timeout: Option<TimeRange>,
        /// What is done with the item.
        body: Block,
    },
    /// Takes items and runs the body for each, until it takes an end mark.
    ForEach {
        /// The queue.
        queue: String,
        /// What is done with each item.
        body: Block,
    },
    /// Waits until every item put into a queue has been marked done (`queue.join()`).
    Drain(String),
    /// Hands one work item to a pool.
    Submit(String),
    /// Runs the body so many times.
    Repeat {
        /// How often.
        times: u64,
        /// What.
        body: Block,
    },
    /// Runs the body for ever.
    Forever(Block),
    /// Runs the body as long as an event is not set, asked before each round.
    WhileRunning {
        /// The event that ends the loop.
        stop: String,
        /// What.
        body: Block,
    },
    /// Runs the body once if an event is not set, else skips it.
    UnlessSet {
        /// The event.
        event: String,
        /// What.
        body: Block,
    },
    /// A body with clean-up and handlers.
    Try {
        /// What may raise.
        body: Block,
        /// Handlers, first match wins.
        handlers: Vec<Except>,
        /// What runs on every way out, except when the thread is cut off.
        finally: Option<Block>,
    },
    /// Raises an exception.
    Raise {
        /// Its class, such as `ValueError`.
        exception: String,
        /// Its message; may be empty.
        message: String,
    },
    /// The polite exit (`sys.exit`): raises `SystemExit` in this thread.
    Exit(i64),
    /// The immediate exit (`os._exit`): nothing else runs.
    ExitNow(i64),
    /// Ends this thread only (`pthread_exit`, `runtime.Goexit`, `Thread.exit`), also when it is main.
    ExitThread,
    /// Ends this body.
    Return,
    /// Registers an exit handler.
    OnExit {
        /// Its name.
        name: String,
        /// Runs before the wait for non-daemon threads (`threading._register_atexit`) instead of after it.
        early: bool,
        /// What it does.
        body: Block,
    },
    /// Installs a signal handler; `None` ignores the signal.
    OnSignal {
        /// The signal.
        signal: Signal,
        /// What the handler does.
        body: Option<Block>,
    },
    /// Keeps an object alive whose finalizer (`__del__`) runs at module teardown.
    OnTeardown {
        /// Its name.
        name: String,
        /// What the finalizer does.
        body: Block,
    },
    /// Registers what an event loop asks when nothing is left that holds the process (`beforeExit` in Node). What it
    /// starts is waited for, and then it is asked again.
    OnIdle {
        /// Its name.
        name: String,
        /// What it does.
        body: Block,
    },
    /// Sends a signal to a process.
    Signal {
        /// Which.
        signal: Signal,
        /// To whom.
        to: String,
    },
}

/// An `except` clause.
#[derive(Clone, Debug, PartialEq)]
pub struct Except {
    /// The class it catches; `Exception` catches all but `SystemExit` and `KeyboardInterrupt`, `BaseException` all.
    pub exception: String,
    /// What it does.
    pub body: Block,
}

/// How a file was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileMode {
    /// `open(path, "wb")`.
    Binary,
    /// `open(path, "w")`.
    Text,
}

/// How writes to a file are buffered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Buffering {
    /// A buffer of 8 KiB, asked for (`buffering=8192`): the same on every machine.
    Full,
    /// Whatever the runtime takes when nothing is asked for, which depends on its version and the file system.
    Default,
    /// Flushed after each line (text only); each record is one line.
    Line,
    /// No buffer (binary only).
    None,
}

/// A property of a run, written in `expect { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// What must be so.
    pub claim: Claim,
    /// As written, for messages.
    pub text: String,
    /// The node in the source.
    pub span: Span,
}

/// What an expectation claims of the outcome.
#[derive(Clone, Debug, PartialEq)]
pub enum Claim {
    /// Every process ends by itself, with this exit code if one is given (that of the first process).
    Exits(Option<i64>),
    /// The first process is killed by this signal.
    DiesOf(Signal),
    /// The run never ends.
    Hangs,
    /// Every process has ended at most this many µs after the start.
    EndsWithin(u64),
    /// Everything the file was to get is on disk, and nothing is torn.
    Keeps(String),
    /// Bytes accepted for the file are lost.
    Loses(String),
    /// The handler with this name ran.
    Runs(String),
    /// The handler with this name did not run.
    Skips(String),
    /// The thread ended by itself, without an exception.
    Finishes(String),
    /// The thread was cut off.
    CutsOff(String),
    /// This line reached standard output.
    Prints(String),
    /// No process outlives its parent.
    LeavesNobody,
}
