//! One step of a trace, told in words.

use serde::Serialize;

use super::Reason;

/// One step: when, who, what, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// Position in the trace, from 0.
    pub seq: u64,
    /// Virtual time, µs.
    pub at_us: u64,
    /// The process it happens in.
    pub process: String,
    /// The thread that does it, or that it happens to; `None` when the runtime or the outside acts.
    pub thread: Option<String>,
    /// What kind of step.
    pub kind: Kind,
    /// One sentence without its subject, such as "starts pdf (daemon)".
    pub text: String,
    /// Why it happens.
    #[serde(flatten)]
    pub reason: Reason,
    /// True for routine steps (work done, sleep over) that a short listing leaves out.
    pub routine: bool,
    /// Whether from here on the run can no longer end as the default one does. False if that is not known.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub decisive: bool,
}

/// Kinds of events, as in the `kind` field of the JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Kind {
    StartThread,
    StartProcess,
    Work,
    Sleep,
    Print,
    Open,
    Write,
    Flush,
    Close,
    Acquire,
    Release,
    Set,
    Wait,
    Join,
    Put,
    Get,
    Timeout,
    Submit,
    Check,
    Raise,
    Catch,
    Exit,
    Register,
    Handler,
    HandlerEnd,
    Signal,
    Return,
    Finish,
    Await,
    Abandon,
    Freeze,
    CutOff,
    Teardown,
    EndProcess,
    Killed,
    Blocked,
    Lost,
    Read,
}
