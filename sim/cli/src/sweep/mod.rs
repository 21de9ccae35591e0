//! `sweep NAME|FILE --signal KILL`: one signal at every moment of the timed run.
//!
//! * `moment`: round moments, and stretches in words;
//! * `table`, `report`: what was found, for people and for programs.

mod moment;
mod report;
mod table;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{Args, ValueEnum};
use closing_time_engine::Loaded;
use closing_time_engine::replay::{Moments, Options, Sweep, SweepLimits, sweep};
use closing_time_engine::show::Paint;
use closing_time_engine::trace::Ending;

use crate::failure::{Answer, Failure};
use crate::output::OutputArgs;
use crate::source::{SetupArgs, Source, TargetArgs, quoted};
use crate::style::Screen;

/// Send a signal at every moment of the timed run: what is lost if it strikes here?
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SweepArgs {
    /// Name of a built-in scenario, or a file.
    #[arg(value_name = "NAME|FILE")]
    scenario: String,

    #[command(flatten)]
    setup: SetupArgs,

    #[command(flatten)]
    target: TargetArgs,

    /// Draw ties and duration ranges with this seed; 0 is the fixed order.
    #[arg(long, default_value_t = 0, value_name = "N")]
    seed: u64,

    /// Give up after this many steps, over all replays.
    #[arg(long, default_value_t = SweepLimits::default().max_steps, value_name = "N")]
    max_steps: u64,

    /// How to write it.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    #[command(flatten)]
    output: OutputArgs,
}

const EXAMPLES: &str = "\
Examples:
  closing-time sweep pdf-shutdown --signal KILL
  closing-time sweep graceful-stop --signal TERM --format json
  closing-time sweep pdf-shutdown --signal TERM@2s --signal KILL
  closing-time sweep mixed-family --signal KILL --to courier

The signal without a moment strikes at every microsecond of the run in turn. Between two steps nothing changes, so a
few replays per step are enough; where what follows depends on the moment, the gap is divided further.
`explore --signal KILL` asks the same without a clock: before any step of any interleaving.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A bar over the timeline, and a table.
    Text,
    /// One object; the schemas stand in sim/engine/schemas.
    Json,
}

/// What was found, ready to be told.
struct Findings {
    source: Source,
    loaded: Loaded,
    seed: u64,
    /// The signal that strikes at every moment, as it was typed.
    signal: String,
    /// The process that it strikes, if that was said.
    to: Option<String>,
    sweep: Sweep,
}

pub(crate) fn run(args: &SweepArgs, screen: &Screen) -> Result<Answer, Failure> {
    args.output.check()?;
    let signal = swept_signal(&args.setup)?;
    let source = Source::find(&args.scenario)?;
    let loaded = source.load(&args.setup.setup_for(&args.target))?;
    let number = loaded.program.stimuli.iter().position(|stimulus| stimulus.at_us.is_none());
    let number = u32::try_from(number.unwrap_or_default()).unwrap_or_default();
    let stop = Arc::new(AtomicBool::new(false));
    let heard = Arc::clone(&stop);
    // Without a handler Ctrl-C still ends the program, only without a report.
    let _ = ctrlc::set_handler(move || heard.store(true, Ordering::Relaxed));
    let options = Options { seed: args.seed, ..Options::default() };
    let limits = SweepLimits { max_steps: args.max_steps };
    let sweep = sweep(&loaded.program, number, &options, &limits, &mut |_| {
        if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let findings = Findings { source, loaded, seed: args.seed, signal, to: args.target.to.clone(), sweep };
    let paint: &dyn Paint = if args.output.file().is_some() { &screen.file } else { &screen.out };
    args.output.write(&match args.format {
        Format::Text => table::text(&findings, paint, screen.width),
        Format::Json => report::json(&findings),
    })?;
    let unknown = findings.sweep.stretches.iter().any(|stretch| stretch.outcome.ending == Ending::Bound);
    Ok(match (findings.sweep.complete, unknown) {
        (false, _) if stop.load(Ordering::Relaxed) => Answer::Interrupted,
        (false, _) | (true, true) => Answer::Unknown,
        (true, false) => Answer::Yes,
    })
}

/// The one signal that says no moment.
fn swept_signal(setup: &SetupArgs) -> Result<String, Failure> {
    match setup.signals_without_moment().as_slice() {
        [one] => Ok((*one).to_owned()),
        [] => Err(Failure::with_help(
            "sweep needs a signal without a moment",
            "as in `--signal KILL`: it strikes at every moment in turn",
        )),
        [first, second, ..] => Err(Failure::with_help(
            format!(
                "`--signal {first}` and `--signal {second}` both say no moment; one signal is swept at a time"
            ),
            format!("give the others a moment, as in `{first}@2s`"),
        )),
    }
}

impl Findings {
    /// The arguments after `cargo run --` that replay one moment of a stretch.
    fn command(&self, stretch: &Moments) -> String {
        let moment = moment::round(stretch.from_us, stretch.to_us);
        let mut words = vec![self.source.typed.clone()];
        let mut is_signal = false;
        for argument in &self.loaded.arguments {
            let is_swept = is_signal && *argument == self.signal;
            words.push(if is_swept { format!("{argument}@{moment}") } else { argument.clone() });
            is_signal = argument == "--signal";
        }
        if self.seed != 0 {
            words.extend(["--seed".to_owned(), self.seed.to_string()]);
        }
        format!("scenario {}", words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" "))
    }
}
