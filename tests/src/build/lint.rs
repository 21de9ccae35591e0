//! What an interpreter has to say of a program that it only reads.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use closing_time_engine::export::Target;

use crate::runtime::Real;

/// Lets an interpreter read a program with all its warnings. A language that is compiled has done so before.
///
/// # Errors
///
/// What it says.
pub(super) fn read(real: &Real, text: &str, folder: &Path) -> Result<(), String> {
    const COMPILE: &str =
        "import sys, pathlib; compile(pathlib.Path(sys.argv[1]).read_bytes(), 'program', 'exec')";
    let arguments: &[&str] = match real.target {
        Target::Python => &["-W", "error", "-c", COMPILE],
        Target::Node => &["--check"],
        Target::Ruby | Target::Perl => &["-wc"],
        _ => return Ok(()),
    };
    let source = folder.join(format!("read.{}", real.target.extension()));
    fs::write(&source, text).map_err(|error| format!("{}: {error}", source.display()))?;
    let done = Command::new(&real.program).args(arguments).arg(&source).stdin(Stdio::null()).output();
    let done = done.map_err(|error| format!("{}: {error}", real.program.display()))?;
    let said = [done.stdout, done.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let is_praise = |line: &str| line == "Syntax OK" || line.ends_with(" syntax OK");
    match done.status.success() && said.lines().all(is_praise) {
        true => Ok(()),
        false => Err(format!("{} says:\n{said}", real.name())),
    }
}
