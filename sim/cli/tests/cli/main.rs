//! The program as a whole: exit codes, streams, files, and what other programs read.

mod compare;
mod explore;
mod files;
mod rules;
mod samples;
mod schemas;
mod step;
mod streams;
mod sweep;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_closing-time");

/// A run that is over.
#[derive(Debug)]
struct Done {
    code: Option<i32>,
    out: String,
    err: String,
}

/// The program in a plain environment, whatever the terminal of the tests is like.
fn program(args: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(args).env("COLUMNS", "80").stdin(Stdio::null());
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM"] {
        command.env_remove(name);
    }
    command
}

fn done(output: Output) -> Done {
    let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
    Done { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

fn run(args: &[&str]) -> Done {
    done(program(args).output().expect("the program starts"))
}

/// A run with something typed into it.
fn typed(args: &[&str], input: &str) -> Done {
    let mut command = program(args);
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().expect("the program starts");
    // The program may leave before it has read everything.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    done(child.wait_with_output().expect("the program ends"))
}

/// A fresh directory for one test.
fn directory(test: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(test);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).expect("a directory can be made");
    path
}
