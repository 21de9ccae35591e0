//! The Python interpreters on this machine.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use super::required;

/// The minor versions that the model speaks of.
pub const MINORS: std::ops::RangeInclusive<u32> = 8..=14;

/// One interpreter that really runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Python {
    /// The program.
    pub path: PathBuf,
    /// The minor version: 12 for 3.12.1.
    pub minor: u32,
    /// The version as the engine writes it, as in `3.12.1`.
    pub version: String,
}

impl Python {
    /// The `runtime` of a scenario that stands for this interpreter.
    pub fn runtime(&self) -> String {
        format!("cpython-{}", self.version)
    }
}

/// Every interpreter to test with, oldest first: those named in `CLOSING_TIME_PYTHONS` (paths with colons between
/// them), and for each other minor version the first one found on `PATH` or below `~/.pyenv`. Missing versions are
/// reported on stderr.
///
/// # Panics
///
/// With `CLOSING_TIME_REQUIRE=python`, when there is none at all, or when a named one does not run.
pub fn interpreters() -> &'static [Python] {
    static FOUND: OnceLock<Vec<Python>> = OnceLock::new();
    FOUND.get_or_init(look)
}

fn look() -> Vec<Python> {
    let required = required("python");
    let mut found: BTreeMap<(u32, PathBuf), Python> = BTreeMap::new();
    for path in named() {
        match examine(&path) {
            Some(python) => drop(found.insert((python.minor, path), python)),
            None if required => panic!("{} does not run as CPython, 3.8 or newer", path.display()),
            None => eprintln!("skipped: {} does not run as CPython, 3.8 or newer", path.display()),
        }
    }
    for path in candidates() {
        if found.keys().any(|(_, known)| *known == path) {
            continue;
        }
        if let Some(python) = examine(&path)
            && !found.values().any(|known| known.minor == python.minor)
        {
            found.insert((python.minor, path), python);
        }
    }
    for minor in MINORS.filter(|minor| !found.values().any(|known| known.minor == *minor)) {
        eprintln!("skipped: CPython 3.{minor} is not installed");
    }
    assert!(!(required && found.is_empty()), "CLOSING_TIME_REQUIRE=python, but no interpreter was found");
    found.into_values().collect()
}

fn named() -> Vec<PathBuf> {
    let all = env::var_os("CLOSING_TIME_PYTHONS").unwrap_or_default();
    env::split_paths(&all).filter(|path| !path.as_os_str().is_empty()).collect()
}

/// Everything that may be an interpreter, on `PATH` first.
fn candidates() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let mut found = Vec::new();
    for minor in MINORS {
        found.extend(folders.iter().map(|folder| folder.join(format!("python3.{minor}"))));
    }
    found.extend(folders.iter().map(|folder| folder.join("python3")));
    let pyenv =
        env::var_os("PYENV_ROOT").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".pyenv")));
    let versions = pyenv.and_then(|root| std::fs::read_dir(root.join("versions")).ok());
    let mut installed: Vec<PathBuf> =
        versions.into_iter().flatten().flatten().map(|version| version.path().join("bin/python3")).collect();
    installed.sort();
    found.extend(installed);
    found.retain(|candidate| candidate.is_file());
    found
}

/// Asks a program what it is; pyenv's shims exist also for versions that are not switched on, and then fail.
fn examine(path: &Path) -> Option<Python> {
    const QUESTION: &str = "import sys; gil = getattr(sys, '_is_gil_enabled', lambda: True)(); \
        print(sys.implementation.name, gil, '.'.join(map(str, sys.version_info[:3])), sys.executable)";
    let output = Command::new(path).args(["-I", "-S", "-c", QUESTION]).stdin(Stdio::null()).output().ok()?;
    let answer = String::from_utf8(output.stdout).ok()?;
    let mut words = answer.trim_end_matches('\n').splitn(4, ' ');
    let (name, gil, version, executable) = (words.next()?, words.next()?, words.next()?, words.next()?);
    if !output.status.success() || name != "cpython" || gil != "True" {
        return None;
    }
    let minor = version.strip_prefix("3.")?.split('.').next()?.parse().ok()?;
    // The program behind a shim, so that no shell script stands between the tests and its process. One that does not
    // know where it lies was started in a way of its own, and only that way works.
    let path = if executable.is_empty() { path.to_owned() } else { executable.into() };
    MINORS.contains(&minor).then(|| Python { path, minor, version: version.into() })
}
