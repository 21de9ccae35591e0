//! The command line: parse → dispatch → exit code.
//!
//! * one file per subcommand: [`scenario`], [`explore`], [`sweep`], [`compare`], [`exercise`], [`rules`], [`export`],
//!   [`completions`];
//! * `source`: a name or a file becomes a scenario that is ready to run;
//! * `output`: where data goes, without ever failing loudly on a closed pipe;
//! * `style`: colour and width, decided once;
//! * `failure`: what can go wrong, and the exit code that says so.

mod compare;
mod completions;
mod exercise;
mod explore;
mod export;
mod failure;
mod output;
mod rules;
mod scenario;
mod source;
mod style;
mod sweep;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use failure::Answer;
use style::{ColorWhen, Screen};

/// Replays, step by step, how programs stop: who is waited for, who is cut off, what is lost, and why.
#[derive(Parser)]
#[command(name = "closing-time", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    /// When to use colour; `auto` asks the terminal and the variables NO_COLOR and TERM.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: ColorWhen,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    Scenario(scenario::ScenarioArgs),
    Explore(explore::ExploreArgs),
    Sweep(sweep::SweepArgs),
    Compare(compare::CompareArgs),
    Exercise(exercise::ExerciseArgs),
    Rules(rules::RulesArgs),
    Export(export::ExportArgs),
    Completions(completions::CompletionsArgs),
}

const EXIT_CODES: &str = "Exit codes: 0 fine; 1 no (an expectation fails, an exercise is not solved); 2 usage, or a \
                          scenario that cannot be read; 3 unknown (a limit was reached first); 130 stopped by Ctrl-C.";

const SHORT_HELP: &str = "\
Closing Time replays how programs stop: who is waited for, who is cut off, what is lost, and why.

  cargo run -- scenario                  the list of scenarios
  cargo run -- scenario pdf-shutdown     one of them, step by step
  cargo run -- explore pdf-shutdown      every way it can end
  cargo run -- exercise                  small tasks that grade themselves

Also: sweep, compare, rules, export, completions; --help says more.
";

fn main() -> ExitCode {
    let cli = match parse() {
        Ok(cli) => cli,
        Err(error) => return failure::of_usage(&error),
    };
    let screen = Screen::new(cli.color);
    let answer = match cli.command {
        None => output::emit(SHORT_HELP).map(|()| Answer::Yes),
        Some(Command::Scenario(args)) => scenario::run(&args, &screen),
        Some(Command::Explore(args)) => explore::run(&args, &screen),
        Some(Command::Sweep(args)) => sweep::run(&args, &screen),
        Some(Command::Compare(args)) => compare::run(&args, &screen),
        Some(Command::Exercise(args)) => exercise::run(args, &screen),
        Some(Command::Rules(args)) => rules::run(&args, &screen),
        Some(Command::Export(args)) => export::run(&args, &screen),
        Some(Command::Completions(args)) => completions::run(&args),
    };
    match answer {
        Ok(answer) => answer.exit_code(),
        Err(failure) => failure.report(&screen),
    }
}

/// Parses the arguments. `--color` also holds for what the parser itself has to say.
fn parse() -> Result<Cli, clap::Error> {
    let color = style::color_for_help(std::env::args_os());
    let matches = Cli::command().color(color).try_get_matches()?;
    Cli::from_arg_matches(&matches)
}
