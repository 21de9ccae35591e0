//! Colour and width, decided once.
//!
//! The crate `colored` decides for itself too often (it colours on a dumb terminal, takes an empty `NO_COLOR` for
//! set, and looks at standard output only), so the decision is made here, per stream, and `colored` obeys.

use std::ffi::OsString;
use std::io::{self, IsTerminal as _};

use anstream::AutoStream;
use anstream::ColorChoice;
use clap::ValueEnum;
use closing_time_engine::show::{Paint, Role};
use colored::Colorize as _;

/// Columns where nothing says how wide the page is: a pipe, a file.
const PAGE: usize = 100;
/// Columns of a terminal that does not say.
const TERMINAL: usize = 80;

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorWhen {
    /// On a terminal that can, unless NO_COLOR is set and not empty.
    #[default]
    Auto,
    Always,
    Never,
}

/// What there is to know about the two streams.
pub(crate) struct Screen {
    /// Colours of standard output.
    pub(crate) out: Palette,
    /// Colours of standard error.
    pub(crate) err: Palette,
    /// Columns of standard output.
    pub(crate) width: usize,
    /// Colours for a file: only if they are asked for by name.
    pub(crate) file: Palette,
}

impl Screen {
    pub(crate) fn new(when: ColorWhen) -> Screen {
        // Whether to paint is the palette's business, not that of `colored`.
        colored::control::set_override(true);
        let colored = |auto: ColorChoice| match when {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => auto != ColorChoice::Never,
        };
        Screen {
            out: Palette(colored(AutoStream::choice(&io::stdout()))),
            err: Palette(colored(AutoStream::choice(&io::stderr()))),
            file: Palette(when == ColorWhen::Always),
            width: columns(),
        }
    }
}

/// Columns of standard output: `COLUMNS`, else what the terminal says, else a default.
fn columns() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    if let Some(columns) = told.filter(|columns| (1..=1_000).contains(columns)) {
        return columns;
    }
    let stdout = io::stdout();
    match terminal_size::terminal_size_of(&stdout) {
        Some((terminal_size::Width(columns), _)) if columns > 0 => usize::from(columns),
        _ if stdout.is_terminal() => TERMINAL,
        _ => PAGE,
    }
}

/// What `--color` says, for the parser's own messages: they are written before it has parsed anything.
pub(crate) fn color_for_help(args: impl IntoIterator<Item = OsString>) -> clap::ColorChoice {
    let args: Vec<OsString> = args.into_iter().take_while(|arg| arg != "--").collect();
    let joined = args.iter().filter_map(|arg| arg.to_str()?.strip_prefix("--color="));
    let apart = args.windows(2).filter(|pair| pair[0] == "--color").filter_map(|pair| pair[1].to_str());
    match joined.chain(apart).last() {
        Some("always") => clap::ColorChoice::Always,
        Some("never") => clap::ColorChoice::Never,
        _ => clap::ColorChoice::Auto,
    }
}

/// Colours, or none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Palette(bool);

impl Palette {
    pub(crate) fn is_colored(self) -> bool {
        self.0
    }
}

impl Paint for Palette {
    fn paint(&self, role: Role, text: &str) -> String {
        if !self.0 || text.trim().is_empty() {
            return text.to_owned();
        }
        // Only the sixteen colours that every theme defines, and no black or white: they vanish on half of them.
        match role {
            Role::Heading => text.bold(),
            Role::Time => text.cyan(),
            Role::Who => text.bold(),
            Role::Good => text.green(),
            Role::Bad => text.red().bold(),
            Role::Warn => text.yellow(),
            Role::Dim => text.dimmed(),
            Role::Command => text.cyan(),
            Role::Work => text.green(),
            Role::Sleep => text.dimmed(),
            Role::Wait => text.yellow(),
            Role::Shutdown => text.magenta(),
            Role::Handler => text.blue(),
        }
        .to_string()
    }
}
