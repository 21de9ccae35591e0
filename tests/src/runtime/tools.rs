//! One interpreter or compiler of each language but Python: the first on `PATH`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use closing_time_engine::export::Target;

use super::{Real, known};

/// How a language is found.
pub(super) struct Tool {
    pub target: Target,
    /// What a reader may install.
    called: &'static str,
    /// The interpreter or the compiler, and what else is needed.
    programs: &'static [&'static str],
    /// Which of them is asked for the version, and how; it must succeed.
    ask: (&'static str, &'static [&'static str]),
    /// The oldest version that the exported programs are written for.
    least: (u32, u32),
    /// The engine's names, the closest first; `MAJOR` and `MINOR` stand for the version.
    rules: &'static [&'static str],
}

pub(super) const ALL: [Tool; 8] = [
    Tool {
        target: Target::Java,
        called: "a JDK",
        programs: &["java", "javac"],
        ask: ("java", &["--version"]),
        least: (17, 0),
        rules: &["jvm-MAJOR", "jvm"],
    },
    Tool {
        target: Target::CSharp,
        called: "Mono",
        programs: &["mcs", "mono"],
        ask: ("mono", &["--version"]),
        least: (6, 0),
        rules: &["dotnet-mono", "mono"],
    },
    Tool {
        target: Target::Go,
        called: "Go",
        programs: &["go"],
        ask: ("go", &["version"]),
        least: (1, 19),
        rules: &["go-MAJOR.MINOR", "go"],
    },
    Tool {
        target: Target::Rust,
        called: "rustc",
        programs: &["rustc"],
        ask: ("rustc", &["--version"]),
        least: (1, 70),
        rules: &["rust-MAJOR.MINOR", "rust"],
    },
    Tool {
        target: Target::C,
        called: "gcc",
        programs: &["gcc"],
        ask: ("gcc", &["-dumpfullversion"]),
        least: (4, 9),
        rules: &["c-glibc", "c"],
    },
    Tool {
        target: Target::Node,
        called: "Node",
        programs: &["node"],
        ask: ("node", &["--version"]),
        least: (20, 0),
        rules: &["node-MAJOR", "node"],
    },
    Tool {
        target: Target::Ruby,
        called: "Ruby",
        programs: &["ruby"],
        ask: ("ruby", &["--version"]),
        least: (3, 0),
        rules: &["ruby-MAJOR.MINOR", "ruby"],
    },
    Tool {
        target: Target::Perl,
        called: "Perl with threads",
        programs: &["perl"],
        ask: ("perl", &["-Mthreads", "-e", "printf '%vd', $^V"]),
        least: (5, 20),
        rules: &["perl-MAJOR.MINOR", "perl"],
    },
];

impl Tool {
    /// Finds it on this machine.
    ///
    /// # Errors
    ///
    /// What is missing, as a sentence.
    pub(super) fn look(&self) -> Result<Real, String> {
        let missing = || format!("{} is not installed", self.called);
        let (asked, arguments) = self.ask;
        let mut program = None;
        for name in self.programs {
            let path = on_path(name).ok_or_else(missing)?;
            program.get_or_insert(path);
        }
        let answer = Command::new(asked).args(arguments).stdin(Stdio::null()).output();
        let answer = answer.ok().filter(|answer| answer.status.success()).ok_or_else(missing)?;
        let version = version_in(&String::from_utf8_lossy(&answer.stdout)).ok_or_else(missing)?;
        let mut numbers = version.split('.').filter_map(|part| part.parse::<u32>().ok());
        let (major, minor) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        if (major, minor) < self.least {
            let (major, minor) = self.least;
            return Err(format!("{} {version} is older than {major}.{minor}", self.called));
        }
        let fill =
            |label: &&str| label.replace("MAJOR", &major.to_string()).replace("MINOR", &minor.to_string());
        let rules = known(&self.rules.iter().map(fill).collect::<Vec<_>>());
        Ok(Real { target: self.target, version, program: program.ok_or_else(missing)?, rules })
    }
}

/// The first word that is a number, or numbers with dots between them, letters in front and any suffix behind:
/// `21`, `17.0.15`, `v20.20.2`, `go1.19.8`, `3.1.2p20`.
fn version_in(text: &str) -> Option<String> {
    text.split_whitespace().find_map(|word| {
        let word = word.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let end = word.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(word.len());
        let version = word[..end].trim_end_matches('.');
        let is_one = version.starts_with(|c: char| c.is_ascii_digit());
        (is_one && (version.contains('.') || end == word.len())).then(|| version.to_owned())
    })
}

/// The program that a shell would start.
fn on_path(name: &str) -> Option<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    let runs = |path: &Path| {
        fs::metadata(path).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
    };
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| runs(path))
}

#[cfg(test)]
mod tests {
    use super::version_in;

    #[test]
    fn every_tool_tells_its_version_in_a_way_of_its_own() {
        for (said, version) in [
            ("openjdk 17.0.15 2025-04-15\nOpenJDK Runtime", "17.0.15"),
            ("openjdk 21 2023-09-19", "21"),
            ("v20.20.2\n", "20.20.2"),
            ("ruby 3.1.2p20 (2022-04-12 revision 4491bb740a)", "3.1.2"),
            ("Mono JIT compiler version 6.8.0.105 (Debian 6.8.0.105+dfsg)", "6.8.0.105"),
            ("go version go1.19.8 linux/amd64", "1.19.8"),
            ("rustc 1.95.0 (59807616e 2026-04-14)", "1.95.0"),
            ("rustc 1.97.0-nightly", "1.97.0"),
            ("5.36.0", "5.36.0"),
        ] {
            assert_eq!(version_in(said).as_deref(), Some(version));
        }
        assert_eq!(version_in("no such thing, of 2025-04-15"), None);
    }
}
