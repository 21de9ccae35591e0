//! Signals, by name and number.

/// The signals that scenarios speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Signal {
    Hup,
    Int,
    Quit,
    Kill,
    Usr1,
    Usr2,
    Alrm,
    Term,
    /// No scenario sends it: it is how a process that aborts dies.
    Abrt,
}

impl Signal {
    /// All that can be sent, in the order of their numbers on Linux, [`Signal::Term`] last.
    pub const ALL: [Signal; 8] = [
        Signal::Hup,
        Signal::Int,
        Signal::Quit,
        Signal::Kill,
        Signal::Usr1,
        Signal::Usr2,
        Signal::Alrm,
        Signal::Term,
    ];

    /// Its number on Linux (`signal(7)`).
    pub const fn number(self) -> u8 {
        match self {
            Signal::Hup => 1,
            Signal::Int => 2,
            Signal::Quit => 3,
            Signal::Kill => 9,
            Signal::Usr1 => 10,
            Signal::Usr2 => 12,
            Signal::Alrm => 14,
            Signal::Term => 15,
            Signal::Abrt => 6,
        }
    }

    /// The name without `SIG`, as in `TERM`.
    pub const fn name(self) -> &'static str {
        match self {
            Signal::Hup => "HUP",
            Signal::Int => "INT",
            Signal::Quit => "QUIT",
            Signal::Kill => "KILL",
            Signal::Usr1 => "USR1",
            Signal::Usr2 => "USR2",
            Signal::Alrm => "ALRM",
            Signal::Term => "TERM",
            Signal::Abrt => "ABRT",
        }
    }

    /// Reads `TERM`, `SIGTERM` or `term`: one that can be sent.
    pub fn parse(text: &str) -> Option<Signal> {
        Signal::parse_deadly(text).filter(|signal| *signal != Signal::Abrt)
    }

    /// The same for one that a process can die of.
    pub fn parse_deadly(text: &str) -> Option<Signal> {
        let upper = text.to_ascii_uppercase();
        let bare = upper.strip_prefix("SIG").unwrap_or(&upper);
        Signal::ALL.into_iter().chain([Signal::Abrt]).find(|signal| signal.name() == bare)
    }
}
