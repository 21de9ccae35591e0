//! `compare NAME|FILE`: one scenario under several runtimes, side by side.

use std::path::Path;

use clap::{Args, ValueEnum};
use closing_time_engine::compare::{CompareError, Comparison, compare, json, markdown, text};
use closing_time_engine::show::Paint;

use crate::failure::{Answer, Failure};
use crate::output::OutputArgs;
use crate::source::{ChangeArgs, Source, TargetArgs, quoted};
use crate::style::Screen;

/// Replay a scenario under several runtimes, side by side: where do they part, and why?
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CompareArgs {
    /// Name of a built-in scenario, or a file.
    #[arg(value_name = "NAME|FILE")]
    scenario: String,

    /// The runtimes, the one to compare with first, as in `cpython,cpython-3.8`; without it all that there are,
    /// versions that end alike in one row.
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    runtimes: Vec<String>,

    #[command(flatten)]
    change: ChangeArgs,

    #[command(flatten)]
    target: TargetArgs,

    /// How to write it [default: text, or what the name of the -o FILE says].
    #[arg(long, value_enum)]
    format: Option<Format>,

    #[command(flatten)]
    output: OutputArgs,
}

const EXAMPLES: &str = "\
Examples:
  closing-time compare thread-pool-drain
  closing-time compare pdf-shutdown --runtimes cpython-3.13,cpython-3.8 --signal INT@2500ms
  closing-time compare thread-pool-drain -o table.md

Each runtime replays it once, with a clock and in the fixed order, as `scenario` does. A cell with the mark ≠ differs
from the first row. `rules --diff A B` shows everything in which two runtimes differ.";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table, then each difference with its rule.
    #[default]
    Text,
    /// One object; the schemas stand in sim/engine/schemas.
    Json,
    /// The same table for a page.
    Markdown,
}

impl Format {
    /// What the name of a file says.
    fn of_file(path: &Path) -> Option<Format> {
        match path.extension()?.to_str()? {
            "md" => Some(Format::Markdown),
            "json" => Some(Format::Json),
            _ => None,
        }
    }
}

pub(crate) fn run(args: &CompareArgs, screen: &Screen) -> Result<Answer, Failure> {
    args.output.check()?;
    args.change.check_moments()?;
    let source = Source::find(&args.scenario)?;
    let setup = args.change.setup_for(&args.target);
    let runtimes: Vec<_> = args.runtimes.iter().map(|label| label.trim().to_owned()).collect();
    let mut comparison = compare(&source.text, &setup, &runtimes).map_err(|error| match error {
        CompareError::UnknownRuntime(message) => {
            Failure::with_help(message, "`closing-time rules` lists them with their versions")
        }
        CompareError::Scenario(diagnostics) => source.mistakes(diagnostics),
    })?;
    comparison.again = again(&source, &comparison);
    let paint: &dyn Paint = if args.output.file().is_some() { &screen.file } else { &screen.out };
    let from_name = args.output.file().and_then(Format::of_file);
    args.output.write(&match args.format.or(from_name).unwrap_or_default() {
        Format::Text => text(&comparison, paint, screen.width),
        Format::Json => json(&comparison),
        Format::Markdown => markdown(&comparison),
    })?;
    Ok(if comparison.is_bounded() { Answer::Unknown } else { Answer::Yes })
}

/// The scenario as it was named, and the arguments, ready for a shell.
fn again(source: &Source, comparison: &Comparison) -> String {
    let words = std::iter::once(&source.typed).chain(&comparison.arguments);
    words.map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}
