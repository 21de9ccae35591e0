//! Lines from a terminal or a pipe.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _};

use crate::failure::{Failure, reason};
use crate::output::emit;
use crate::style::Screen;

/// The longest line, bytes: nobody types more, and a device without line ends must not fill the memory.
const LONGEST: u64 = 4096;

/// Asks and hears.
pub(super) struct Keyboard {
    /// Somebody sits there: what they type is on the screen already.
    is_terminal: bool,
    /// A prompt that was answered by Enter alone can be wiped away.
    wipes: bool,
}

impl Keyboard {
    pub(super) fn new(screen: &Screen) -> Keyboard {
        let is_terminal = io::stdin().is_terminal();
        Keyboard { is_terminal, wipes: is_terminal && io::stdout().is_terminal() && screen.out.is_colored() }
    }

    /// One line; `None` at the end of the input. A line from a pipe is repeated behind the prompt, so that the
    /// output alone tells what went on.
    pub(super) fn ask(&mut self, prompt: &str) -> Result<Option<String>, Failure> {
        emit(prompt)?;
        let mut bytes = Vec::new();
        let read = io::stdin().lock().take(LONGEST).read_until(b'\n', &mut bytes);
        let read =
            read.map_err(|error| Failure::usage(format!("cannot read standard input: {}", reason(&error))))?;
        if read == 0 {
            emit("\n")?;
            return Ok(None);
        }
        if bytes.len() as u64 == LONGEST && !bytes.ends_with(b"\n") {
            return Err(Failure::usage("standard input: a line is longer than 4 KiB"));
        }
        let line = closing_time_engine::show::clean(String::from_utf8_lossy(&bytes).trim());
        if !self.is_terminal {
            emit(&format!("{line}\n"))?;
        } else if self.wipes && line.is_empty() {
            emit("\x1b[1A\x1b[2K\r")?;
        }
        Ok(Some(line))
    }
}
