//! Why a run never ends: who waits for whom, beginning with the thread whose end the process needs.

use serde::Serialize;

/// Why a run never ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Hang {
    /// That of the first chain that is a deadlock, else of the first one.
    pub kind: HangKind,
    /// One for each process that lives and stands in no chain before it.
    pub chains: Vec<Chain>,
}

/// Ways never to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HangKind {
    /// Somebody waits for a lock that is never given back, because its holder waits as well or has been stopped; or
    /// the waiting goes round in a circle.
    Deadlock,
    /// Somebody waits for a thread or process that never ends, or for something that nobody is left to provide.
    WaitsForEver,
    /// The main thread itself goes round in a loop that it never leaves.
    Endless,
}

/// Who waits for whom.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Chain {
    /// What kind of waiting this is.
    pub kind: HangKind,
    /// The main thread of the process first; each waits for the one behind it.
    pub links: Vec<Link>,
    /// The position of the link for which the last one waits; `None`: it waits for nobody.
    pub back_to: Option<usize>,
}

/// A thread in a chain.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Link {
    /// Its process.
    pub process: String,
    /// Its name.
    pub thread: String,
    /// Its flag.
    pub daemon: bool,
    /// Whether it is a main thread whose body is over: it shuts the process down.
    pub over: bool,
    /// The handler that it is running, as in `exit handler save-index`.
    pub inside: Option<String>,
    /// The locks that it holds.
    pub holding: Vec<String>,
    /// What it does.
    pub does: Does,
    /// What it waits for; `None` unless it waits.
    pub waits_for: Option<WaitsFor>,
    /// Whether it would give up after some time. A search without time lets it do so only when nobody can move, so
    /// beside a loop it waits for ever.
    pub gives_up: bool,
}

/// What a thread in a chain does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Does {
    /// It waits.
    Waits,
    /// Nothing any more: it was stopped where it stood, while its process goes on.
    Stopped,
    /// It moves, in a loop that it never leaves.
    Moves,
}

/// What a thread waits for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct WaitsFor {
    /// What kind of thing.
    pub kind: Thing,
    /// Its name: of the lock, event, queue, pool, thread or process; empty for a start that never returns.
    pub name: String,
}

/// What can be waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Thing {
    /// A lock.
    Lock,
    /// An event.
    Event,
    /// An item in a queue.
    Item,
    /// Room in a queue.
    Room,
    /// Until every item of a queue is marked done.
    AllDone,
    /// A work item of a pool.
    Work,
    /// Room in the list of a pool's work items.
    PoolRoom,
    /// The end of a thread.
    Thread,
    /// The end of a process.
    Process,
    /// The end of the process, which another exit brings or nothing does.
    Exit,
    /// That a new thread comes up, when none can any more.
    Start,
    /// That somebody reads standard output, a pipe that is full.
    Reader,
    /// That main is at its event loop again.
    EventLoop,
}
