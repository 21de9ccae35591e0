//! What a scenario can say and a runtime may lack.

/// What a scenario can say and a runtime may lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Feature {
    /// A thread says `daemon=`.
    DaemonFlag,
    /// `set-daemon`.
    SetDaemon,
    /// `on-exit`.
    ExitHandler,
    /// `raise` in an `on-exit`.
    RaiseInHandler,
    /// `exit` in an `on-exit`.
    ExitInHandler,
    /// `on-exit early=#true`.
    EarlyHandler,
    /// `on-signal`.
    SignalHandler,
    /// `on-teardown`.
    Teardown,
    /// A thread pool.
    Pool,
    /// `spawn`, or several processes.
    Spawn,
    /// `raise`, `except`.
    Exception,
    /// `finally`.
    Finally,
    /// `exit-now`.
    ExitNow,
    /// `exit-thread`.
    ExitThread,
    /// A file with a buffer inside the process.
    BufferedFile,
    /// `timer`: main calls it from an event loop.
    Timer,
    /// `on-idle`.
    IdleHandler,
    /// `stdout="stalled-pipe"`.
    StalledPipe,
    /// `start`.
    Start,
}

impl Feature {
    /// All of them.
    pub const ALL: [Feature; 19] = [
        Feature::DaemonFlag,
        Feature::SetDaemon,
        Feature::ExitHandler,
        Feature::RaiseInHandler,
        Feature::ExitInHandler,
        Feature::EarlyHandler,
        Feature::SignalHandler,
        Feature::Teardown,
        Feature::Pool,
        Feature::Spawn,
        Feature::Exception,
        Feature::Finally,
        Feature::ExitNow,
        Feature::ExitThread,
        Feature::BufferedFile,
        Feature::Timer,
        Feature::IdleHandler,
        Feature::StalledPipe,
        Feature::Start,
    ];

    /// As a scenario writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Feature::DaemonFlag => "`daemon=`",
            Feature::SetDaemon => "`set-daemon`",
            Feature::ExitHandler => "`on-exit`",
            Feature::RaiseInHandler => "`raise` in an exit handler",
            Feature::ExitInHandler => "`exit` in an exit handler",
            Feature::EarlyHandler => "`on-exit early=#true`",
            Feature::SignalHandler => "`on-signal`",
            Feature::Teardown => "`on-teardown`",
            Feature::Pool => "`pool`",
            Feature::Spawn => "`spawn`",
            Feature::Exception => "`raise` and `except`",
            Feature::Finally => "`finally`",
            Feature::ExitNow => "`exit-now`",
            Feature::ExitThread => "`exit-thread`",
            Feature::BufferedFile => "a buffered file",
            Feature::Timer => "`timer`",
            Feature::IdleHandler => "`on-idle`",
            Feature::StalledPipe => "`stdout=\"stalled-pipe\"`",
            Feature::Start => "`start`",
        }
    }

    /// What is so of a runtime that says nothing about it: nearly all have everything but an event loop.
    pub(super) const fn usual(self) -> Support {
        match self {
            Feature::Timer => {
                Support::Equivalent("there is no event loop: a timer is a thread that sleeps and calls back")
            }
            Feature::IdleHandler => Support::Equivalent(
                "nobody asks when nothing is left to wait for: `on-idle` registers what is never called",
            ),
            _ => Support::Has,
        }
    }
}

/// Whether a runtime has something that a scenario says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// It has.
    Has,
    /// It has not; this stands for it. One sentence that names it, without a full stop.
    Equivalent(&'static str),
    /// It has nothing of the kind. One sentence that says so, without a full stop.
    Lacks(&'static str),
}

/// What a full pipe does where standard output has a buffer that threads share: measured, and different from run to run.
pub(super) const BUFFERED_STDOUT: (Feature, Support) = (
    Feature::StalledPipe,
    Support::Lacks("what a full pipe does to a standard output with a buffer and a lock is not modelled"),
);
