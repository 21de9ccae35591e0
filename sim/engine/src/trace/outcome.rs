//! What a run came to, in the words of someone who looks at it from outside.

use serde::Serialize;

use super::Hang;

/// The outcome of a run.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Outcome {
    /// How it ended.
    pub ending: Ending,
    /// When the last process ended, µs; `None` unless every process has ended.
    pub ended_at_us: Option<u64>,
    /// Every process of the scenario, in the order of the file.
    pub processes: Vec<ProcessOutcome>,
    /// Every file that was opened, in the order of the program.
    pub files: Vec<FileOutcome>,
    /// The lines that reached the outside, in order.
    pub stdout: Vec<String>,
    /// Processes that outlived their parent.
    pub left_behind: Vec<String>,
    /// Why it never ends; `None` if it ends, or that was not looked into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hang: Option<Hang>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// Every process has ended.
    Exit,
    /// Something still lives and nothing can ever move again.
    Hang,
    /// Only endless loops are left: it goes on for ever and never ends.
    Endless,
    /// The limit of steps was hit first: unknown.
    Bound,
}

/// What became of one process.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct ProcessOutcome {
    /// Its name.
    pub name: String,
    /// How it ended; `None` while it lives, or if it never started.
    pub status: Option<Status>,
    /// Its threads, main first.
    pub threads: Vec<ThreadOutcome>,
    /// Its handlers, in the order of the program.
    pub handlers: Vec<HandlerOutcome>,
}

/// How a process ended, as its parent sees it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Exit code, 0 to 255.
    Code(u8),
    /// Killed by this signal, as in `TERM`.
    Signal(&'static str),
}

/// What became of one thread.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct ThreadOutcome {
    /// Its name; the main thread is `main`.
    pub name: String,
    /// Its flag; for a thread that never started, the flag written in the scenario.
    pub daemon: bool,
    /// What became of it.
    pub fate: Fate,
    /// What it was doing when it was cut off (or is doing, if it is alive), as in "work: render a page".
    pub during: Option<String>,
    /// The locks it held at that moment.
    pub holding: Vec<String>,
}

/// What became of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It ran to its end.
    Finished,
    /// An exception left it.
    Raised,
    /// It was stopped where it stood.
    CutOff,
    /// It still exists: it runs for ever or waits for ever.
    Alive,
    /// It was never started.
    NeverStarted,
}

/// What became of one handler.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct HandlerOutcome {
    /// Its name; for a signal handler the signal's name.
    pub name: String,
    /// Which kind.
    pub kind: HandlerKind,
    /// Whether it was registered when the run ended.
    pub registered: bool,
    /// Whether it began to run.
    pub ran: bool,
    /// Whether it ran to its end.
    pub completed: bool,
}

/// Kinds of handlers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HandlerKind {
    /// Runs when the process exits, after the wait for non-daemon threads.
    Exit,
    /// Runs when the process exits, before that wait.
    EarlyExit,
    /// Runs when a signal arrives.
    Signal,
    /// A finalizer, run at module teardown.
    Teardown,
    /// Asked when nothing is left to wait for.
    Idle,
}

/// What became of one file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct FileOutcome {
    /// Its path.
    pub path: String,
    /// Bytes the program handed over (to the buffer or beyond).
    pub written: u64,
    /// Bytes that reached the kernel; they survive the process.
    pub durable: u64,
    /// `written - durable` once the process has ended; 0 while it lives.
    pub lost: u64,
    /// Whether the file ends in the middle of a record.
    pub torn: bool,
    /// Bytes the program would have written had it not been cut off; `None` if it writes for ever.
    pub planned: Option<u64>,
    /// What its records are called, as in "page".
    pub record: String,
    /// Bytes of one record; `None` if they differ.
    pub record_bytes: Option<u64>,
}
