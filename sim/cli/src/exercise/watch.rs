//! Grades again whenever a file is saved, until q and Enter, or Ctrl-C.

use std::fs;
use std::io::{self, BufRead as _, IsTerminal as _};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use closing_time_engine::show::{Paint as _, Role};
use exercises::Exercise;

use super::{unsolved, verdict};
use crate::failure::{Answer, Failure};
use crate::output;
use crate::style::Screen;

/// How often the files are looked at. Shorter than a glance from the editor to the terminal.
const PERIOD: Duration = Duration::from_millis(300);

pub(super) fn run(all: &[Exercise], first: &Exercise, screen: &Screen) -> Result<Answer, Failure> {
    let read = |at: usize| fs::read(all[at].path()).ok();
    let mut watched = Watched::new(all.len(), read);
    show(first, all, screen)?;
    let quit = quit();
    loop {
        match quit.recv_timeout(PERIOD) {
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return Ok(Answer::Yes),
            Err(RecvTimeoutError::Timeout) => {}
        }
        for at in watched.saved(read) {
            show(&all[at], all, screen)?;
        }
    }
}

fn show(exercise: &Exercise, all: &[Exercise], screen: &Screen) -> Result<(), Failure> {
    let (text, _) = verdict(exercise, all, screen)?;
    let what = match unsolved(all)? {
        None => "All exercises are solved.",
        Some(_) => "Waiting for a file to be saved; q and Enter ends.",
    };
    output::emit(&format!("\n{text}\n{}\n", screen.out.paint(Role::Dim, what)))
}

/// Says when somebody typed q. The end of piped input says nothing: then there is nobody to type, and the watch goes on.
fn quit() -> mpsc::Receiver<()> {
    let (sender, receiver) = mpsc::channel();
    #[expect(
        clippy::disallowed_methods,
        reason = "a read cannot be interrupted; it holds nothing and may be cut off"
    )]
    thread::spawn(move || {
        let stdin = io::stdin();
        for line in stdin.lock().lines() {
            match line {
                Ok(line) if matches!(line.trim(), "q" | "Q" | "quit" | "exit") => return say(&sender),
                Ok(_) => {}
                Err(_) => break,
            }
        }
        if stdin.is_terminal() {
            return say(&sender);
        }
        // Dropping the sender would look like q.
        loop {
            thread::park();
        }
    });
    receiver
}

/// If nobody listens any more, the watch is over anyway.
fn say(sender: &mpsc::Sender<()>) {
    let _ = sender.send(());
}

/// Notices which files were saved.
///
/// Contents are compared, not times: saving twice within one tick of a coarse clock would go unseen. A new content
/// counts when it was seen twice in a row, so that a file that an editor is just writing is not graded half.
struct Watched {
    files: Vec<Seen>,
}

struct Seen {
    graded: Option<Vec<u8>>,
    pending: Option<Option<Vec<u8>>>,
}

impl Watched {
    fn new(files: usize, read: impl Fn(usize) -> Option<Vec<u8>>) -> Watched {
        Watched { files: (0..files).map(|at| Seen { graded: read(at), pending: None }).collect() }
    }

    /// The files that were saved since they were last graded, by number.
    fn saved(&mut self, read: impl Fn(usize) -> Option<Vec<u8>>) -> Vec<usize> {
        let mut saved = Vec::new();
        for (at, seen) in self.files.iter_mut().enumerate() {
            let now = read(at);
            if now == seen.graded {
                seen.pending = None;
            } else if seen.pending.as_ref() == Some(&now) {
                seen.pending = None;
                seen.graded = now;
                saved.push(at);
            } else {
                seen.pending = Some(now);
            }
        }
        saved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_save_is_noticed_once_and_only_when_it_is_complete() {
        let mut watched = Watched::new(2, |_| Some(b"start".to_vec()));
        let states: [(&[u8], &[usize]); 7] = [
            (b"start", &[]),
            (b"st", &[]),
            (b"stop", &[]),
            (b"stop", &[1]),
            (b"stop", &[]),
            (b"", &[]),
            (b"stop", &[]),
        ];
        for (at, (content, expected)) in states.into_iter().enumerate() {
            let read = |file| Some(if file == 1 { content.to_vec() } else { b"start".to_vec() });
            assert_eq!(watched.saved(read), expected, "look {at}");
        }
    }

    #[test]
    fn a_file_that_stays_away_is_noticed_too() {
        let mut watched = Watched::new(1, |_| Some(vec![]));
        assert!(watched.saved(|_| None).is_empty());
        assert_eq!(watched.saved(|_| None), [0]);
        assert!(watched.saved(|_| None).is_empty());
    }
}
