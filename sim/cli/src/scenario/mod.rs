//! `scenario [NAME|FILE]`: the list, one replay, many replays, or one step at a time.
//!
//! * `list`: the built-in scenarios;
//! * `replay`: one run, in the format that was asked for;
//! * `check`: whether what the scenario expects is so;
//! * `samples`: many runs, counted by how they end;
//! * `step`: one step at a time.

mod check;
mod list;
mod replay;
mod samples;
mod step;

use std::path::Path;

use clap::{Args, ValueEnum};
use closing_time_engine::Loaded;
use closing_time_engine::replay::{Options, Schedule};
use closing_time_engine::trace::Trace;

use crate::failure::{Answer, Failure};
use crate::output::OutputArgs;
use crate::source::{SetupArgs, Source, TargetArgs, quoted};
use crate::style::Screen;

/// Replay a scenario step by step; without a name, list all scenarios.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ScenarioArgs {
    /// Name of a built-in scenario, or a file: what contains a `/`, ends in `.kdl`, or exists and is no built-in name.
    #[arg(value_name = "NAME|FILE")]
    scenario: Option<String>,

    #[command(flatten)]
    setup: SetupArgs,

    #[command(flatten)]
    target: TargetArgs,

    /// Draw ties and duration ranges with this seed; 0 is the fixed order.
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = seed)]
    seed: u64,

    /// Replay exactly this run.
    #[arg(long, value_name = "ct1:…", conflicts_with_all = ["seed", "runs"])]
    schedule: Option<String>,

    /// How to write it [default: text, or what the name of the -o FILE says].
    #[arg(long, value_enum)]
    format: Option<Format>,

    /// Tell routine steps too (work done, sleep over), and every repetition.
    #[arg(long, conflicts_with_all = ["runs", "step"])]
    all: bool,

    /// Check what the scenario expects; exit with 1 if something is not so.
    #[arg(long, conflicts_with_all = ["runs", "step"])]
    check: bool,

    /// Run it N times, with the seeds after --seed, and count how it ends.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    runs: Option<u64>,

    /// Walk through it, or through a --schedule: one step per Enter (h lists the other keys).
    #[arg(long, conflicts_with_all = ["runs", "format", "output"])]
    step: bool,

    #[command(flatten)]
    output: OutputArgs,
}

const EXAMPLES: &str = "\
Examples:
  closing-time scenario pdf-shutdown --set pdf.daemon=false
  closing-time scenario pdf-shutdown --signal TERM@2500ms --format timeline
  closing-time scenario pdf-shutdown -o figure.svg
  closing-time scenario ./mine.kdl --runs 1000";

/// How a replay is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Every step with its reason, then what it came to.
    #[default]
    Text,
    /// A lane per thread over time.
    Timeline,
    /// One object; the schemas stand in sim/engine/schemas.
    Json,
    /// A figure.
    Svg,
}

impl Format {
    /// What the name of a file says.
    fn of_file(path: &Path) -> Option<Format> {
        match path.extension()?.to_str()? {
            "svg" => Some(Format::Svg),
            "json" => Some(Format::Json),
            _ => None,
        }
    }
}

/// A scenario with everything that was said about it.
struct Request {
    source: Source,
    loaded: Loaded,
    format: Format,
    options: Options,
}

pub(crate) fn run(args: &ScenarioArgs, screen: &Screen) -> Result<Answer, Failure> {
    args.output.check()?;
    let from_name = args.output.file().and_then(Format::of_file);
    let format = args.format.or(from_name).unwrap_or_default();
    let Some(name) = &args.scenario else {
        return list::run(args, format, screen);
    };
    if args.schedule.is_none() {
        args.setup.check_moments()?;
    }
    let source = Source::find(name)?;
    let loaded = source.load(&args.setup.setup_for(&args.target))?;
    let mut options = Options { seed: args.seed, ..Options::default() };
    if let Some(schedule) = &args.schedule {
        let schedule = Schedule::decode(schedule, &loaded.program)
            .map_err(|error| Failure::usage(format!("--schedule: {error}")))?;
        (options.seed, options.script) = (schedule.seed, schedule.choices);
    }
    if args.step {
        return step::run(&source, args.setup.setup_for(&args.target), loaded, options, screen);
    }
    let request = Request { source, loaded, format, options };
    match args.runs {
        Some(runs) => samples::run(&request, runs, &args.output, screen),
        None => replay::run(&request, args, screen),
    }
}

impl Request {
    /// The arguments that were given, ready for a shell: `scenario NAME --set a=b`.
    fn command(&self) -> String {
        let words = std::iter::once(&self.source.typed).chain(&self.loaded.arguments);
        format!("scenario {}", words.map(|word| quoted(word)).collect::<Vec<_>>().join(" "))
    }
}

fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("a seed is a whole number from 0 to {}", u64::MAX))
}

/// A replay proposes commands with the scenario's name; a file has to be named as it was.
fn name_the_file(trace: &mut Trace, source: &Source) {
    if !source.is_file {
        return;
    }
    for next in &mut trace.next {
        for verb in ["scenario", "explore", "export"] {
            let named = format!("{verb} {}", trace.scenario);
            if let Some(rest) = next.command.strip_prefix(&named) {
                next.command = format!("{verb} {}{rest}", quoted(&source.typed));
                break;
            }
        }
    }
}
