//! The Java compiler. It takes a second to begin and a tenth of one for a program, so one goes on for all of them.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;

use super::lock;
use crate::runtime::Real;

/// Reads the names of a source and a folder, compiles, answers with the number of lines of what there is to say, these
/// lines, and whether it works; until there is nothing more to read.
const SOURCE: &str = include_str!("Compiler.java");

/// A compiler that is started when it is first needed.
#[derive(Debug, Default)]
pub(super) struct Compiler(Mutex<Option<Running>>);

#[derive(Debug)]
struct Running {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Compiler {
    /// Compiles one file into the folder in which it lies, and returns the warnings.
    ///
    /// # Errors
    ///
    /// What the compiler says.
    pub(super) fn compile(&self, real: &Real, source: &Path, folder: &Path) -> Result<String, String> {
        let mut running = lock(&self.0);
        let said = (|| {
            if running.is_none() {
                *running = Some(start(real, folder)?);
            }
            match &mut *running {
                Some(running) => ask(running, source, folder),
                None => Err(io::ErrorKind::BrokenPipe.into()),
            }
        })();
        match said {
            Ok((said, true)) => Ok(said),
            Ok((said, false)) => Err(format!("javac says:\n{said}")),
            Err(error) => Err(format!("the Java compiler went away: {error}")),
        }
    }
}

fn start(real: &Real, folder: &Path) -> io::Result<Running> {
    let source = folder.join("Compiler.java");
    fs::write(&source, SOURCE)?;
    let mut child = Command::new("nice")
        .arg("-n10")
        .arg(&real.program)
        .args(["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"])
        .arg(source)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let (to, from) = (child.stdin.take(), child.stdout.take());
    let (Some(to), Some(from)) = (to, from) else { return Err(io::ErrorKind::BrokenPipe.into()) };
    Ok(Running { child, to, from: BufReader::new(from) })
}

fn ask(running: &mut Running, source: &Path, folder: &Path) -> io::Result<(String, bool)> {
    writeln!(running.to, "{}\n{}", source.display(), folder.display())?;
    running.to.flush()?;
    let mut lines = running.from.by_ref().lines();
    let mut line = || lines.next().unwrap_or(Err(io::ErrorKind::UnexpectedEof.into()));
    let count: usize = line()?.parse().map_err(io::Error::other)?;
    let said: Vec<String> = (0..count).map(|_| line()).collect::<io::Result<_>>()?;
    Ok((said.join("\n"), line()? == "true"))
}

impl Drop for Compiler {
    fn drop(&mut self) {
        if let Some(Running { mut child, to, .. }) = lock(&self.0).take() {
            drop(to); // it sees the end of its input
            let _ = child.wait();
        }
    }
}
