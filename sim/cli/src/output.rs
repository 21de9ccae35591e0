//! Where output goes: data to standard output or a file, messages to standard error. A closed pipe is quiet.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::failure::Failure;

/// Where data is written.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct OutputArgs {
    /// Write to this file instead of standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Overwrite the file if it exists.
    #[arg(long, requires = "output")]
    force: bool,
}

/// Writes data to standard output.
pub(crate) fn emit(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Failure::Closed),
        Err(error) => Err(Failure::usage(format!(
            "cannot write to standard output: {}",
            crate::failure::reason(&error)
        ))),
    }
}

/// Writes a message to standard error. If nobody can hear it, there is nobody to tell.
pub(crate) fn message(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

impl OutputArgs {
    /// The file, unless the data goes to standard output.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| *path != Path::new("-"))
    }

    /// Refuses early, before any work is done, what [`write`](Self::write) would refuse in the end.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        match self.file() {
            Some(path) if path.is_dir() => {
                Err(Failure::usage(format!("cannot write {}: it is a directory", path.display())))
            }
            Some(path) if !self.force && fs::symlink_metadata(path).is_ok() => Err(exists(path)),
            _ => Ok(()),
        }
    }

    /// Writes data where it was asked for, and says so if that is a file.
    pub(crate) fn write(&self, text: &str) -> Result<(), Failure> {
        let Some(path) = self.file() else { return emit(text) };
        self.check()?;
        let result = if self.force { replace(path, text) } else { create(path, text) };
        result.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => exists(path),
            _ => Failure::writing(path, &error),
        })?;
        message(&format!("wrote {} ({} bytes)\n", path.display(), text.len()));
        Ok(())
    }
}

fn exists(path: &Path) -> Failure {
    Failure::with_help(format!("{} exists already", path.display()), "--force overwrites it")
}

/// Writes a file that must not exist yet: it appears with all of its content, or not at all.
fn create(path: &Path, text: &str) -> io::Result<()> {
    let part = written_part(path, text)?;
    // A hard link, unlike a rename, fails if somebody else has created the file meanwhile.
    let linked = match fs::hard_link(&part, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            // A file system without hard links.
            File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes()))
        }
        other => other,
    };
    let _ = fs::remove_file(&part);
    linked
}

/// Replaces a file: whoever reads it sees the old content or the new one.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    // A link keeps its place, a device is written to.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
        return fs::OpenOptions::new().write(true).open(&path)?.write_all(text.as_bytes());
    }
    let part = written_part(&path, text)?;
    fs::rename(&part, &path).inspect_err(|_| _ = fs::remove_file(&part))
}

/// The text in a file of its own in the same directory.
fn written_part(path: &Path, text: &str) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or_else(|| io::Error::other("it has no file name"))?;
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(hidden);
    let write = |path: &Path| {
        let mut file = File::create_new(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    match write(&part) {
        Ok(()) => Ok(part),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(io::Error::other(format!("{} is in the way", part.display())))
        }
        Err(error) => {
            let _ = fs::remove_file(&part);
            Err(error)
        }
    }
}
