//! What was seen of one run.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use closing_time_engine::scenario::Signal;

/// Everything that was seen.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// How the program ended; `None` if it had to be killed at the limit.
    pub status: Option<Status>,
    /// Whether it and every process of the scenario that it started had ended by themselves.
    pub ended: bool,
    /// When that was seen, or when patience ran out; µs after main began, and a few ms late.
    pub ended_at_us: i64,
    /// Processes of the scenario that were alive when the program itself had just ended.
    pub left_behind: Vec<String>,
    /// Signals from outside that found nobody.
    pub unsent: Vec<(u64, Signal, String)>,
    /// The trace, with times in µs after main began.
    pub lines: Vec<Line>,
    /// The files it made, with their sizes in bytes.
    pub files: BTreeMap<String, u64>,
    /// What it printed, by lines.
    pub stdout: Vec<String>,
    /// What it printed into a pipe behind the last whole line.
    pub begun_line: Option<String>,
    /// What the runtime complained about.
    pub stderr: String,
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Exit code.
    Code(i32),
    /// The number of the signal that killed it.
    Signal(i32),
}

impl From<ExitStatus> for Status {
    fn from(status: ExitStatus) -> Self {
        match status.signal() {
            Some(signal) => Status::Signal(signal),
            None => Status::Code(status.code().unwrap_or_default()),
        }
    }
}

/// One line of the trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When, µs.
    pub at_us: i64,
    /// The process, by its name in the scenario.
    pub process: String,
    /// The thread, by its name in the scenario.
    pub thread: String,
    /// What kind of step.
    pub kind: String,
    /// More about it.
    pub detail: String,
}

impl Line {
    /// Reads `TIME PROCESS THREAD KIND DETAIL`.
    pub fn parse(text: &str) -> Option<Line> {
        let mut words = text.trim_end_matches('\n').splitn(5, ' ');
        let mut word = || words.next().map(str::to_string);
        let (at_us, process, thread, kind) = (word()?.parse().ok()?, word()?, word()?, word()?);
        Some(Line { at_us, process, thread: pool_name(thread), kind, detail: word().unwrap_or_default() })
    }

    /// Whether it is of this kind and speaks of this thread.
    pub fn is(&self, process: &str, thread: &str, kind: &str) -> bool {
        self.process == process && self.thread == thread && self.kind == kind
    }
}

/// An executor calls its workers `render_0`, `render_1`, …; a scenario says `render-1`, `render-2`, ….
fn pool_name(thread: String) -> String {
    match thread.rsplit_once('_').map(|(pool, number)| (pool, number.parse::<u32>())) {
        Some((pool, Ok(number))) => format!("{pool}-{}", number + 1),
        _ => thread,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_five_fields_and_the_last_may_hold_spaces() {
        let line = Line::parse("17 server render_0 work render a page\n").expect("a line");
        assert_eq!(
            (line.at_us, line.thread.as_str(), line.detail.as_str()),
            (17, "render-1", "render a page")
        );
        assert_eq!(Line::parse("17 server main finally \n").expect("no detail").detail, "");
        assert_eq!(Line::parse("17 server main\n"), None);
    }
}
