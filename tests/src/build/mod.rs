//! Makes an exported program ready to be started: nothing but a file for an interpreter, else compiled, once.
//!
//! A program is known by its text, so that the same program, made from two settings that do not matter to it, is
//! compiled once. As many compilers run at once as there are cores, behind the programs that are being watched.

mod java;
mod lint;

use std::collections::HashMap;
use std::ffi::OsString;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::{fs, io, thread};

use closing_time_engine::export::Target;

use crate::runtime::Real;
use crate::tempdir::TempDir;

/// A program that is ready: what to start, and with which arguments.
pub type CommandLine = Vec<OsString>;

/// How it is started, and the warnings of the compiler; or why it cannot be built.
type Built = Result<(CommandLine, String), String>;

/// Where programs are built. They go away with it.
#[derive(Debug)]
pub struct Workshop {
    folder: TempDir,
    built: Mutex<HashMap<u64, Arc<OnceLock<Built>>>>,
    benches: Benches,
    javac: java::Compiler,
}

impl Workshop {
    /// An empty one.
    ///
    /// # Errors
    ///
    /// When the folder for temporary files cannot be written.
    pub fn new() -> io::Result<Workshop> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Ok(Workshop {
            folder: TempDir::new()?,
            built: Mutex::default(),
            benches: Benches { free: Mutex::new(cores), freed: Condvar::new() },
            javac: java::Compiler::default(),
        })
    }

    /// Makes a program ready for a runtime; the same one only once. Warnings do not matter.
    ///
    /// # Errors
    ///
    /// What the compiler said.
    pub fn build(&self, real: &Real, text: &str) -> Result<CommandLine, String> {
        Ok(self.built(real, text)?.0)
    }

    /// Lets whoever reads the program have its say: the compiler, or the interpreter, with warnings.
    ///
    /// # Errors
    ///
    /// What it says, be it only a warning.
    pub fn lint(&self, real: &Real, text: &str) -> Result<(), String> {
        let (_, warnings) = self.built(real, text)?;
        if !warnings.is_empty() {
            return Err(warnings);
        }
        match lint::read(real, text)? {
            warnings if warnings.is_empty() => Ok(()),
            warnings => Err(warnings),
        }
    }

    /// Asks whether it is a program at all, be it with warnings.
    ///
    /// # Errors
    ///
    /// What the compiler, or the interpreter, says.
    pub fn accept(&self, real: &Real, text: &str) -> Result<(), String> {
        self.built(real, text)?;
        lint::read(real, text).map(drop)
    }

    fn built(&self, real: &Real, text: &str) -> Built {
        let mut hasher = DefaultHasher::new();
        (real.target.name(), &real.program, text).hash(&mut hasher);
        let key = hasher.finish();
        let slot = Arc::clone(lock(&self.built).entry(key).or_default());
        slot.get_or_init(|| {
            let folder = self.folder.path().join(format!("{key:016x}"));
            fs::create_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
            self.make(real, text, &folder)
        })
        .clone()
    }

    fn make(&self, real: &Real, text: &str, folder: &Path) -> Built {
        // Java wants its file to be called like its class; every other language is content with the same name.
        let source = folder.join(format!("Main.{}", real.target.extension()));
        fs::write(&source, text).map_err(|error| format!("{}: {error}", source.display()))?;
        let program = folder.join("program");
        let compile = |arguments: &[&str]| {
            let _bench = self.benches.take();
            let mut command = Command::new("nice");
            command.arg("-n10").arg(&real.program).args(arguments);
            said(command.current_dir(folder))
        };
        let with = |arguments: &[&str]| {
            let mut line = vec![real.program.clone().into_os_string()];
            line.extend(arguments.iter().map(OsString::from));
            line
        };
        Ok(match real.target {
            Target::Python => ([with(&["-X", "utf8"]), vec![source.into()]].concat(), String::new()),
            Target::Node | Target::Ruby | Target::Perl => {
                ([with(&[]), vec![source.into()]].concat(), String::new())
            }
            Target::Java => {
                let warnings = self.javac.compile(real, &source, folder)?;
                // A smaller collector and compiler begin sooner; how the program ends is not up to them.
                let start = with(&["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"]);
                ([start, vec![folder.into(), "Main".into()]].concat(), warnings)
            }
            Target::CSharp => {
                let warnings = compile(&["-nologo", "-out:program.exe", "Main.cs"])?;
                (vec!["mono".into(), folder.join("program.exe").into()], warnings)
            }
            Target::Go => {
                let warnings = compile(&["build", "-ldflags=-s -w", "-o", "program", "Main.go"])?;
                (vec![program.into()], warnings)
            }
            Target::Rust => {
                let warnings = compile(&["--edition", "2021", "-o", "program", "Main.rs"])?;
                (vec![program.into()], warnings)
            }
            Target::C => {
                let warnings = compile(&["-Wall", "-Wextra", "-pthread", "-o", "program", "Main.c"])?;
                (vec![program.into()], warnings)
            }
            Target::Promela => return Err("a model does not run".into()),
        })
    }
}

/// Runs a compiler.
///
/// # Errors
///
/// What it says if it fails; else that is what it returns.
fn said(command: &mut Command) -> Result<String, String> {
    let done = command.stdin(Stdio::null()).output().map_err(|error| format!("{command:?}: {error}"))?;
    let said = String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).trim().to_owned();
    match done.status.success() {
        true => Ok(said),
        false => Err(format!("{command:?} ends with {} and says:\n{said}", done.status)),
    }
}

/// Room for so many compilers.
#[derive(Debug)]
struct Benches {
    free: Mutex<usize>,
    freed: Condvar,
}

/// A place at a bench, free again when it is dropped.
struct Bench<'a>(&'a Benches);

impl Benches {
    fn take(&self) -> Bench<'_> {
        let free = lock(&self.free);
        let mut free = self.freed.wait_while(free, |free| *free == 0).unwrap_or_else(PoisonError::into_inner);
        *free -= 1;
        Bench(self)
    }
}

impl Drop for Bench<'_> {
    fn drop(&mut self) {
        *lock(&self.0.free) += 1;
        self.0.freed.notify_one();
    }
}

/// A test that failed while it held one leaves nothing half done behind.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
