//! One run, in the format that was asked for.

use closing_time_engine::replay::Mismatch;
use closing_time_engine::show::{Paint, TextOptions, json, svg, text, timeline};
use closing_time_engine::trace::Ending;

use super::{Format, Request, ScenarioArgs, check, name_the_file};
use crate::failure::{Answer, Failure};
use crate::output;
use crate::style::Screen;

/// Which step decides is found out if there are no more states than this: a replay should not take long.
pub(super) const MOST_STATES: u64 = 50_000;

pub(super) fn run(request: &Request, args: &ScenarioArgs, screen: &Screen) -> Result<Answer, Failure> {
    let replayed = match args.schedule {
        Some(_) => request.loaded.replay_marked(&request.options, MOST_STATES),
        None => request.loaded.replay(&request.options),
    };
    let mut trace = replayed.map_err(|mismatch| impossible(&mismatch))?;
    name_the_file(&mut trace, &request.source);
    let paint: &dyn Paint = if args.output.file().is_some() { &screen.file } else { &screen.out };
    let options = match args.all {
        true => TextOptions::full(screen.width),
        false => TextOptions::new(screen.width),
    };
    args.output.write(&match request.format {
        Format::Text => text(&trace, paint, &options),
        Format::Timeline => timeline(&trace, paint, screen.width),
        Format::Json => json(&trace),
        Format::Svg => svg(&trace),
    })?;
    if args.check {
        // Beside data for another program, or a file, the verdicts are messages.
        let is_message = request.format != Format::Text || args.output.file().is_some();
        let palette = if is_message { screen.err } else { screen.out };
        let (verdicts, answer) =
            check::verdicts(&request.loaded.scenario, &trace.outcome, &palette, screen.width);
        match is_message {
            true => output::message(&verdicts),
            false => output::emit(&format!("\n{verdicts}"))?,
        }
        return Ok(answer);
    }
    Ok(if trace.outcome.ending == Ending::Bound { Answer::Unknown } else { Answer::Yes })
}

/// A schedule that is no run of this program.
pub(super) fn impossible(mismatch: &Mismatch) -> Failure {
    Failure::usage(format!(
        "--schedule: step {} is not possible where it stands, so this is not a run of this program",
        mismatch.position + 1
    ))
}
