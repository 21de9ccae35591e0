//! `export NAME --to LANGUAGE`: a scenario as a real program.

use clap::Args;
use closing_time_engine::export::{ExportOptions, Target, export};

use crate::failure::{Answer, Failure};
use crate::output::OutputArgs;
use crate::source::{SetupArgs, Source};
use crate::style::Screen;

/// Write a scenario as a real program, to read and to run.
#[derive(Args)]
pub(crate) struct ExportArgs {
    /// Name of a built-in scenario, or a file.
    #[arg(value_name = "NAME|FILE")]
    scenario: String,

    /// The language.
    #[arg(long, value_name = "LANGUAGE", value_parser = target)]
    to: Target,

    /// Add calls that write what really happens to the file named by CLOSING_TIME_TRACE.
    #[arg(long)]
    trace: bool,

    #[command(flatten)]
    setup: SetupArgs,

    #[command(flatten)]
    output: OutputArgs,
}

pub(crate) fn run(args: &ExportArgs, _screen: &Screen) -> Result<Answer, Failure> {
    args.output.check()?;
    let source = Source::find(&args.scenario)?;
    let loaded = source.load(&args.setup.setup())?;
    let options = ExportOptions { trace: args.trace, ..ExportOptions::default() };
    let program = export(&loaded.scenario, args.to, &options).map_err(Failure::usage)?;
    args.output.write(&program)?;
    Ok(Answer::Yes)
}

fn target(text: &str) -> Result<Target, String> {
    let known = || Target::ALL.map(Target::name).join(", ");
    Target::parse(text).ok_or_else(|| format!("no such language here (there is: {})", known()))
}
