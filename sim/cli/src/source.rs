//! A name or a file becomes a scenario that is ready to run.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use clap::Args;
use closing_time_engine::diagnostic::Diagnostic;
use closing_time_engine::scenario::{Setup, Signal, catalogue, parse_moment};
use closing_time_engine::{Loaded, load};

use crate::failure::{Failure, reason};

/// The most that is read of a file, bytes: the reader of the language refuses more.
const MOST_BYTES: u64 = 256 * 1024;

/// Which scenario.
#[derive(Args, Clone, Debug)]
pub(crate) struct SetupArgs {
    /// Use the rules of this runtime, as in `cpython-3.12` (`closing-time rules` lists them).
    #[arg(long, value_name = "RUNTIME")]
    runtime: Option<String>,

    #[command(flatten)]
    change: ChangeArgs,
}

/// What is changed in it, whatever the runtime.
#[derive(Args, Clone, Debug)]
pub(crate) struct ChangeArgs {
    /// Change a knob, as in `pdf.daemon=false`; may be repeated.
    #[arg(long, value_name = "KNOB=VALUE", value_parser = knob)]
    set: Vec<(String, String)>,

    /// Send a signal to the first process, as in `TERM@2s`; may be repeated. For `explore` the moment does not count
    /// and may be left out; `sweep` wants one signal without.
    #[arg(long, value_name = "NAME@TIME", value_parser = signal)]
    signal: Vec<String>,
}

/// Whom the signals strike: not for `export`, which has another `--to`.
#[derive(Args, Clone, Debug)]
pub(crate) struct TargetArgs {
    /// Send the signals of --signal to this process instead of the first one.
    #[arg(long, value_name = "PROCESS", requires = "signal")]
    pub(crate) to: Option<String>,
}

impl SetupArgs {
    /// As the engine wants it.
    pub(crate) fn setup(&self) -> Setup {
        Setup { runtime: self.runtime.clone(), ..self.change.setup() }
    }

    /// The same, with the signals for this process.
    pub(crate) fn setup_for(&self, target: &TargetArgs) -> Setup {
        Setup { to: target.to.clone(), ..self.setup() }
    }

    /// See [`ChangeArgs::check_moments`].
    pub(crate) fn check_moments(&self) -> Result<(), Failure> {
        self.change.check_moments()
    }

    /// The signals that say no moment, as they were typed.
    pub(crate) fn signals_without_moment(&self) -> Vec<&str> {
        self.change.signal.iter().filter(|signal| !signal.contains('@')).map(String::as_str).collect()
    }

    /// Whether nothing is changed.
    pub(crate) fn is_empty(&self) -> bool {
        self.setup() == Setup::default()
    }
}

impl ChangeArgs {
    fn setup(&self) -> Setup {
        Setup { set: self.set.clone(), signals: self.signal.clone(), ..Setup::default() }
    }

    /// As the engine wants it, with the signals for this process.
    pub(crate) fn setup_for(&self, target: &TargetArgs) -> Setup {
        Setup { to: target.to.clone(), ..self.setup() }
    }

    /// A replay has a clock: every signal must say when it comes.
    pub(crate) fn check_moments(&self) -> Result<(), Failure> {
        match self.signal.iter().find(|signal| !signal.contains('@')) {
            None => Ok(()),
            Some(signal) => Err(Failure::with_help(
                format!("`--signal {signal}` says no moment; expected NAME@TIME, as in `{signal}@2s`"),
                format!("`explore --signal {signal}` lets it strike at every moment"),
            )),
        }
    }
}

fn knob(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().into(), value.trim().into())),
        _ => Err("expected KNOB=VALUE, as in `pdf.daemon=false`".into()),
    }
}

/// `NAME@TIME`; without a time the signal may strike at any moment, which only a search can do.
fn signal(text: &str) -> Result<String, String> {
    let (name, moment) = text.split_once('@').map_or((text, None), |(name, moment)| (name, Some(moment)));
    if Signal::parse(name).is_none() {
        let known = Signal::ALL.map(|signal| signal.name()).join(", ");
        return Err(format!("`{name}` is no signal that is known here (there is: {known})"));
    }
    match moment.map(parse_moment) {
        None | Some(Ok(_)) => Ok(text.to_owned()),
        Some(Err(why)) => {
            let moment = moment.unwrap_or_default();
            Err(format!("`{moment}` is no moment: {why}; write it as in `{name}@2s`"))
        }
    }
}

/// The text of a scenario.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// What was typed: with this the command can be repeated.
    pub(crate) typed: String,
    /// Where the text stands, for messages.
    pub(crate) origin: String,
    /// The text.
    pub(crate) text: String,
    /// Whether it is a file.
    pub(crate) is_file: bool,
}

impl Source {
    /// Finds a built-in scenario, or reads a file.
    ///
    /// A file is what contains a slash or ends in `.kdl`, and anything else that exists and is no built-in name.
    pub(crate) fn find(typed: &str) -> Result<Source, Failure> {
        let path = Path::new(typed);
        if typed.contains('/') || typed.ends_with(".kdl") {
            return Source::file(typed, path);
        }
        if let Some(entry) = catalogue::find(typed) {
            let (origin, text) = (format!("{}.kdl", entry.name), entry.source.to_owned());
            return Ok(Source { typed: typed.to_owned(), origin, text, is_file: false });
        }
        if !typed.is_empty() && path.exists() {
            return Source::file(typed, path);
        }
        let near = catalogue::nearest(typed).map(|name| format!("did you mean `{name}`? "));
        let help = format!(
            "{}`closing-time scenario` lists all of them; a file is named with a `/` or `.kdl`",
            near.unwrap_or_default()
        );
        Err(Failure::with_help(format!("there is no scenario `{}`", printable(typed)), help))
    }

    fn file(typed: &str, path: &Path) -> Result<Source, Failure> {
        let fail = |why: &str| Failure::usage(format!("cannot read {}: {why}", printable(typed)));
        let text = read(path).map_err(|error| match error {
            Unreadable::Io(error) => fail(&reason(&error)),
            Unreadable::Because(why) => fail(&why),
        })?;
        Ok(Source { typed: typed.to_owned(), origin: printable(typed), text, is_file: true })
    }

    /// Reads and compiles it.
    pub(crate) fn load(&self, setup: &Setup) -> Result<Loaded, Failure> {
        load(&self.text, setup).map_err(|diagnostics| self.mistakes(diagnostics))
    }

    /// What is wrong with it, to be shown in its text.
    pub(crate) fn mistakes(&self, diagnostics: Vec<Diagnostic>) -> Failure {
        Failure::Scenario { diagnostics, origin: self.origin.clone(), source: self.text.clone() }
    }
}

/// Without what could move the cursor or change colours.
fn printable(typed: &str) -> String {
    closing_time_engine::show::fit(&closing_time_engine::show::clean(typed), 200)
}

enum Unreadable {
    Io(io::Error),
    Because(String),
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        Unreadable::Io(error)
    }
}

/// Reads a file as text, never more of it than a scenario may have.
fn read(path: &Path) -> Result<String, Unreadable> {
    let metadata = std::fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(Unreadable::Because("it is a directory".into()));
    }
    let too_big =
        |size: String| Unreadable::Because(format!("a scenario has at most 256 KiB, and this {size}"));
    if metadata.len() > MOST_BYTES {
        return Err(too_big(format!("file has {} KiB", metadata.len().div_ceil(1024))));
    }
    // A device or a pipe has no size; one byte more than allowed is enough to know.
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(too_big("goes on".into()));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = &error.as_bytes()[..valid];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let wrong = error.as_bytes().get(valid).copied().unwrap_or_default();
        Unreadable::Because(format!(
            "it is no text: byte {valid} (line {line}) is 0x{wrong:02x}, which is not valid UTF-8"
        ))
    })
}

/// A word as a shell has to be given it.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "-_./=@:,+%".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
