//! Colour without a terminal: the engine names roles, the command line knows what they look like.

/// What a piece of text *is*. Colour only ever repeats what the words or the characters already say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// A headline: the scenario's name, `Outcome`, `Try`, `Read`.
    Heading,
    /// A moment of virtual time.
    Time,
    /// A thread, a process, a file, a handler: the name a line is about.
    Who,
    /// It went well: finished, kept, ran.
    Good,
    /// It went wrong: cut off, lost, hangs.
    Bad,
    /// Neither: raised, still alive, skipped.
    Warn,
    /// Explanations and rules, second to the facts.
    Dim,
    /// A command to copy.
    Command,
    /// A bar of a timeline: computing.
    Work,
    /// A bar of a timeline: sleeping.
    Sleep,
    /// A bar of a timeline: blocked.
    Wait,
    /// A bar of a timeline: the runtime's shutdown.
    Shutdown,
    /// A bar of a timeline: a handler.
    Handler,
}

/// Dresses a piece of text. It is called after padding and wrapping, so it must not change the display width.
pub trait Paint {
    /// The text in the colour of its role.
    fn paint(&self, role: Role, text: &str) -> String;
}

/// No colour at all: for files, pipes, tests and the book.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plain;

impl Paint for Plain {
    fn paint(&self, _role: Role, text: &str) -> String {
        text.to_owned()
    }
}
