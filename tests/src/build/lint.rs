//! What an interpreter has to say of a program that it only reads.

use std::fs;
use std::process::{Command, Stdio};

use closing_time_engine::export::Target;

use crate::runtime::Real;
use crate::tempdir::TempDir;

/// Lets an interpreter read a program and returns its warnings; none of a language that is compiled.
///
/// # Errors
///
/// What it says if it does not accept it.
pub(super) fn read(real: &Real, text: &str) -> Result<String, String> {
    const COMPILE: &str =
        "import sys, pathlib; compile(pathlib.Path(sys.argv[1]).read_bytes(), 'program', 'exec')";
    let arguments: &[&str] = match real.target {
        Target::Python => &["-W", "error", "-c", COMPILE],
        Target::Node => &["--check"],
        Target::Ruby | Target::Perl => &["-wc"],
        _ => return Ok(String::new()),
    };
    let folder = TempDir::new().map_err(|error| error.to_string())?;
    let source = folder.path().join(format!("read.{}", real.target.extension()));
    fs::write(&source, text).map_err(|error| format!("{}: {error}", source.display()))?;
    let done = Command::new(&real.program).args(arguments).arg(&source).stdin(Stdio::null()).output();
    let done = done.map_err(|error| format!("{}: {error}", real.program.display()))?;
    let said = [done.stdout, done.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let is_praise = |line: &&str| *line == "Syntax OK" || line.ends_with(" syntax OK");
    let said = said.lines().filter(|line| !is_praise(line)).collect::<Vec<_>>().join("\n");
    match done.status.success() {
        true => Ok(said),
        false => Err(format!("{} says:\n{said}", real.name())),
    }
}
