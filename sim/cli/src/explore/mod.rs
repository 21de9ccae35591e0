//! `explore NAME|FILE`: every way a program can end, with the shortest way there.
//!
//! * `from`: where the search begins;
//! * `watch`: progress, the clock, and Ctrl-C;
//! * `expect`: what is claimed of all runs; `why`: why a run never ends;
//! * `words`: a line for each outcome; `table`, `report`: what was found, for people and for programs.

mod expect;
mod from;
mod report;
mod table;
mod watch;
mod why;
mod words;

use std::num::NonZero;

use clap::{Args, ValueEnum};
use closing_time_engine::Loaded;
use closing_time_engine::explore::{
    Exploration, Limits, Reductions, TooLarge, calmest, explore, graph, verify,
};
use closing_time_engine::replay::Schedule;
use closing_time_engine::show::{Paint, dot, mermaid, number};
use closing_time_engine::world::Choice;

use crate::failure::{Answer, Failure};
use crate::output::OutputArgs;
use crate::source::{SetupArgs, Source, TargetArgs, quoted};
use crate::style::Screen;
use watch::Watcher;

/// Find every way a scenario can end, over all interleavings and all moments at which a signal may strike.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ExploreArgs {
    /// Name of a built-in scenario, or a file.
    #[arg(value_name = "NAME|FILE")]
    scenario: String,

    #[command(flatten)]
    setup: SetupArgs,

    #[command(flatten)]
    target: TargetArgs,

    /// Signals strike only when nothing else can move, instead of before any step.
    #[arg(long)]
    at_quiescence: bool,

    /// When a timeout may fire.
    #[arg(long, value_enum, default_value_t = Timeouts::Last, value_name = "WHEN")]
    timeouts: Timeouts,

    /// How many records a loop without end may write before the search goes no further there.
    #[arg(long, default_value_t = Limits::default().unroll, value_name = "N")]
    unroll: u64,

    /// Begin at a step of this run instead of at its beginning: `@12` after twelve steps, without it at its end.
    #[arg(long, value_name = "ct1:…[@STEP]")]
    from: Option<String>,

    /// Go through every interleaving, also of steps that nobody else can see.
    #[arg(long)]
    no_por: bool,

    /// Tell threads apart that run the same code.
    #[arg(long)]
    no_symmetry: bool,

    /// Tell states apart that differ only in what is never read again.
    #[arg(long)]
    no_dead: bool,

    /// Give up after this many states.
    #[arg(long, default_value_t = Limits::default().max_states, value_name = "N")]
    max_states: u64,

    /// Give up after this much memory for states, MiB.
    #[arg(long, default_value_t = Limits::default().max_bytes >> 20, value_name = "MIB")]
    max_memory: u64,

    /// Give up after so many seconds.
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u64>,

    /// How to write it [default: text, or what the name of the -o FILE says].
    #[arg(long, value_enum)]
    format: Option<Format>,

    #[command(flatten)]
    output: OutputArgs,
}

const EXAMPLES: &str = "\
Examples:
  closing-time explore pdf-shutdown
  closing-time explore pdf-shutdown --signal TERM
  closing-time explore ./mine.kdl --format json
  closing-time explore pdf-shutdown --from ct1:…@12
  closing-time explore hang-on-exit --format dot | dot -Tsvg > graph.svg

Time does not exist here: any thread that can move may be next, a signal may strike before any step.
book/src/reference/exploring.md says exactly what is searched.";

/// When a timeout may fire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Timeouts {
    /// Only when nothing else can move.
    Last,
    /// At any time.
    Early,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table, worst outcome first.
    Text,
    /// One object; the schemas stand in sim/engine/schemas.
    Json,
    /// The graph of all states, for Graphviz.
    Dot,
    /// The same, for Mermaid.
    Mermaid,
}

impl ExploreArgs {
    /// As asked for, or as the name of the file says.
    fn format(&self) -> Format {
        let name = self.output.file().and_then(|path| path.extension()).and_then(|end| end.to_str());
        let from_name = match name {
            Some("json") => Format::Json,
            Some("dot") => Format::Dot,
            Some("mmd") => Format::Mermaid,
            _ => Format::Text,
        };
        self.format.unwrap_or(from_name)
    }
}

/// A graph with more states than this cannot be read any more.
const MOST_DRAWN: u64 = 500;

/// Ways to an outcome are made easy to read in searches of so many states; in larger ones it would take longer than
/// the search.
const MOST_CALMED: u64 = 500;

/// What was found, ready to be told.
struct Findings {
    source: Source,
    loaded: Loaded,
    from: Option<from::From>,
    limits: Limits,
    exploration: Exploration,
}

pub(crate) fn run(args: &ExploreArgs, screen: &Screen) -> Result<Answer, Failure> {
    args.output.check()?;
    let source = Source::find(&args.scenario)?;
    let loaded = source.load(&args.setup.setup_for(&args.target))?;
    let from = args.from.as_deref().map(|typed| from::From::find(typed, &loaded)).transpose()?;
    let limits = Limits {
        max_states: args.max_states,
        max_bytes: args.max_memory.saturating_mul(1 << 20),
        at_quiescence: args.at_quiescence,
        early_timeouts: args.timeouts == Timeouts::Early,
        reductions: Reductions { por: !args.no_por, symmetry: !args.no_symmetry, dead: !args.no_dead },
        unroll: args.unroll,
        after: from.as_ref().map(|from| from.prefix.clone()).unwrap_or_default(),
        cores: std::thread::available_parallelism().map_or(1, NonZero::get),
    };
    if matches!(args.format(), Format::Dot | Format::Mermaid) {
        return draw(args, &loaded, &limits);
    }
    let mut watcher = Watcher::new(args.timeout, screen);
    let mut watch = |progress: &_| watcher.look(progress);
    let mut exploration = match &from {
        None => verify(&loaded.program, &loaded.scenario, &limits, &mut watch),
        // What is claimed of all runs says nothing about those that begin here.
        Some(_) => explore(&loaded.program, &limits, &mut watch),
    };
    if exploration.progress.states <= MOST_CALMED {
        let limits = Limits { max_states: 4 * MOST_CALMED, ..limits.clone() };
        for class in &mut exploration.classes {
            class.witness = calmest(&loaded.program, &limits, &class.witness);
        }
    }
    let interrupted = watcher.finish();
    let findings = Findings { source, loaded, from, limits, exploration };
    let paint: &dyn Paint = if args.output.file().is_some() { &screen.file } else { &screen.out };
    args.output.write(&match args.format() {
        Format::Text => table::text(&findings, paint, screen.width),
        _ => report::json(&findings),
    })?;
    Ok(match findings.exploration.incomplete {
        Some(_) if interrupted => Answer::Interrupted,
        Some(_) if expect::answer(&findings) != Answer::No => Answer::Unknown,
        _ => expect::answer(&findings),
    })
}

/// The state graph, without reductions, unless it is too large to be looked at.
fn draw(args: &ExploreArgs, loaded: &Loaded, limits: &Limits) -> Result<Answer, Failure> {
    let is_asked = limits.max_states != Limits::default().max_states;
    let most = if is_asked { limits.max_states } else { MOST_DRAWN };
    let graph = graph(&loaded.program, limits, usize::try_from(most).unwrap_or(usize::MAX));
    let graph = graph.map_err(|TooLarge| {
        Failure::with_help(
            format!("the state graph has more than {} states", number(most)),
            "--max-states N draws one with up to N; a smaller scenario (--set) or a later beginning (--from) may help",
        )
    })?;
    args.output.write(&match args.format() {
        Format::Dot => dot(&graph, &loaded.scenario.name),
        _ => mermaid(&graph),
    })?;
    Ok(Answer::Yes)
}

impl Findings {
    /// A string that replays a way to an outcome or a moment.
    fn witness(&self, way: &[Choice]) -> String {
        Schedule { seed: 0, choices: way.to_vec() }.encode(&self.loaded.program)
    }

    /// The command that replays it.
    fn command(&self, way: &[Choice]) -> String {
        let words = std::iter::once(&self.source.typed).chain(&self.loaded.arguments);
        let words: Vec<_> = words.map(|word| quoted(word)).collect();
        format!("scenario {} --schedule {}", words.join(" "), self.witness(way))
    }
}
