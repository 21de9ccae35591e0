//! A typed line → what to do.

/// What a reader can ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// The next step.
    Next,
    /// Back to before this step.
    Back,
    /// All that is left.
    End,
    /// A signal now: its name and whom it reaches, in any order, both optional.
    Signal(Vec<String>),
    /// Flip the flag of this thread.
    Daemon(String),
    /// Why, and who waits for what.
    Why,
    /// The list of commands.
    Help,
    /// Enough.
    Quit,
    /// None of these.
    Unknown,
}

/// The commands with what they do, for the help.
pub(super) const KEYS: [(&str, &str); 8] = [
    ("Enter", "one step (after the last one: leave)"),
    ("b", "one step back"),
    ("a", "all the rest, to the end"),
    ("s [SIGNAL] [PROCESS]", "send a signal now: TERM to the first process, or say which and to whom"),
    ("d THREAD", "flip its daemon flag and replay from the start to here"),
    ("?", "why: the rule behind the last step, and what everybody is doing"),
    ("h", "this list"),
    ("q", "leave"),
];

/// Reads a line; case does not matter, and the words may be written out.
pub(super) fn parse(line: &str) -> Command {
    let mut words = line.split_whitespace();
    let verb = words.next().unwrap_or_default().to_ascii_lowercase();
    let rest: Vec<String> = words.map(str::to_owned).collect();
    let bare = |command| if rest.is_empty() { command } else { Command::Unknown };
    match verb.as_str() {
        "" | "n" | "next" => bare(Command::Next),
        "b" | "back" => bare(Command::Back),
        "a" | "all" => bare(Command::End),
        "s" | "signal" if rest.len() <= 2 => Command::Signal(rest),
        "d" | "daemon" if rest.len() <= 1 => Command::Daemon(rest.into_iter().next().unwrap_or_default()),
        "?" | "w" | "why" => bare(Command::Why),
        "h" | "help" => bare(Command::Help),
        "q" | "quit" | "exit" => bare(Command::Quit),
        _ => Command::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_a_reader_types() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let cases = [
            ("", Command::Next),
            ("  \n", Command::Next),
            ("B", Command::Back),
            ("s", Command::Signal(vec![])),
            ("s INT child\r\n", Command::Signal(words(&["INT", "child"]))),
            ("s a b c", Command::Unknown),
            ("d pdf", Command::Daemon("pdf".into())),
            ("d", Command::Daemon(String::new())),
            ("?", Command::Why),
            ("b 3", Command::Unknown),
            ("xyz", Command::Unknown),
        ];
        for (line, command) in cases {
            assert_eq!(parse(line), command, "{line:?}");
        }
    }
}
