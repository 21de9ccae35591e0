//! `--runs N`: many runs, counted by how they end.
//!
//! * `draw`: runs seed after seed, on every core;
//! * `table`, `report`: what was found, for people and for programs.

mod draw;
mod report;
mod table;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use closing_time_engine::show::{Paint, number};
use closing_time_engine::trace::Ending;

use super::{Format, Request};
use crate::failure::{Answer, Failure};
use crate::output::{self, OutputArgs};
use crate::style::Screen;

/// What was sampled, ready to be told.
struct Samples<'r> {
    request: &'r Request,
    /// How many runs were asked for.
    asked: u64,
    /// How many there were.
    sampled: u64,
    /// How they ended, most frequent first.
    classes: Vec<draw::Class>,
}

impl Samples<'_> {
    fn is_complete(&self) -> bool {
        self.sampled == self.asked
    }

    /// The command that replays the run with this seed.
    fn command(&self, seed: u64) -> String {
        format!("{} --seed {seed}", self.request.command())
    }
}

pub(super) fn run(
    request: &Request,
    runs: u64,
    output: &OutputArgs,
    screen: &Screen,
) -> Result<Answer, Failure> {
    if !matches!(request.format, Format::Text | Format::Json) {
        let help = "replay one of the runs with --seed to draw it";
        return Err(Failure::with_help("--runs is written as text or json", help));
    }
    let first = request.options.seed;
    if first.checked_add(runs).is_none() {
        return Err(Failure::usage(format!("--seed {first} with --runs {runs} leads beyond the last seed")));
    }
    let stop = Arc::new(AtomicBool::new(false));
    let heard = Arc::clone(&stop);
    // Without a handler Ctrl-C still ends the program, only without a report.
    let _ = ctrlc::set_handler(move || heard.store(true, Ordering::Relaxed));
    let classes = draw::draw(&request.loaded.program, first + 1..=first + runs, &stop, screen);
    let sampled = classes.iter().map(|class| class.count).sum();
    let samples = Samples { request, asked: runs, sampled, classes };
    if !samples.is_complete() {
        output::message(&format!(
            "stopped by Ctrl-C: this is partial, {} of {} runs\n",
            number(sampled),
            number(runs)
        ));
    }
    let paint: &dyn Paint = if output.file().is_some() { &screen.file } else { &screen.out };
    output.write(&match request.format {
        Format::Json => report::json(&samples)?,
        _ => table::text(&samples, paint, screen.width),
    })?;
    let unknown = samples.classes.iter().any(|class| class.outcome.ending == Ending::Bound);
    Ok(match (samples.is_complete(), unknown) {
        (false, _) => Answer::Interrupted,
        (true, true) => Answer::Unknown,
        (true, false) => Answer::Yes,
    })
}
