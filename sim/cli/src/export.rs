//! `export NAME --to LANGUAGE`: a scenario as a real program, or as a model for another model checker.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use closing_time_engine::export::{ExportOptions, Target};

use crate::failure::{Answer, Failure};
use crate::output::OutputArgs;
use crate::source::{SetupArgs, Source};
use crate::style::Screen;

/// Write a scenario in another language: as a real program, or as a model for SPIN.
#[derive(Args)]
pub(crate) struct ExportArgs {
    /// Name of a built-in scenario, or a file.
    #[arg(value_name = "NAME|FILE")]
    scenario: String,

    /// The language of a program to read and to run, or promela, all its runs as a model for SPIN.
    #[arg(long, value_name = "LANGUAGE", value_parser = targets())]
    to: Target,

    /// Add calls that write what really happens to the file named by CLOSING_TIME_TRACE (programs only).
    #[arg(long)]
    trace: bool,

    #[command(flatten)]
    setup: SetupArgs,

    #[command(flatten)]
    output: OutputArgs,
}

pub(crate) fn run(args: &ExportArgs, _screen: &Screen) -> Result<Answer, Failure> {
    args.output.check()?;
    if args.trace && !args.to.runs() {
        let message = format!("--trace is for programs that run; a model in {} does not", args.to.name());
        return Err(Failure::usage(message));
    }
    let source = Source::find(&args.scenario)?;
    let loaded = source.load(&args.setup.setup())?;
    let typed = Some(crate::source::quoted(&source.typed));
    let options = ExportOptions { trace: args.trace, source: typed, ..ExportOptions::default() };
    let text = loaded.export(args.to, &options).map_err(|diagnostic| match diagnostic.span {
        Some(_) => Failure::Scenario {
            diagnostics: vec![diagnostic],
            origin: source.origin.clone(),
            source: source.text.clone(),
        },
        None => Failure::with_help(diagnostic.message, diagnostic.help),
    })?;
    args.output.write(&text)?;
    Ok(Answer::Yes)
}

/// The names of all targets, which shells can then complete.
fn targets() -> impl TypedValueParser<Value = Target> {
    PossibleValuesParser::new(Target::ALL.map(Target::name))
        .map(|name| Target::parse(&name).unwrap_or(Target::Python))
}
