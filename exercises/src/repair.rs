//! Grades a repaired scenario: it must still be the same program, and come out well in every run.

use closing_time_engine::diagnostic::{Diagnostic, render};
use closing_time_engine::replay::Options;
use closing_time_engine::scenario::Setup;
use closing_time_engine::trace::{Doing, Trace, Verdict, check};
use closing_time_engine::{Loaded, load};

use crate::checks::{self, Does, Run};
use crate::{Exercise, Finding, Group, Mark, Problem, Report, command, shape};

/// Steps after which a run is given up. The solutions need a few hundred; a file that needs more is not solved, and
/// the learner should not have to wait for that.
const STEPS: u64 = 100_000;

/// Grades `text`, the content of a scenario file.
pub(crate) fn grade(exercise: &Exercise, text: &str) -> Result<Report, Problem> {
    let original = checks::original(exercise)?;
    let runs = checks::read(exercise, &original)?;
    let mine = match load(text, &Setup::default()) {
        Ok(mine) => mine,
        Err(found) => return Ok(Report::unreadable(exercise, explain(exercise, text, &found))),
    };
    let theirs = load(&original, &Setup::default())
        .map_err(|_| Problem::new(format!("the original of {} cannot be read", exercise.name)))?;
    let missing = shape::missing(&theirs.scenario, &mine.scenario);
    if !missing.is_empty() {
        // The runs would only repeat it: a knob or a thread that is gone fails everywhere.
        return Ok(Report::new(exercise, vec![same_program(missing)]));
    }
    let mut groups = vec![same_program(vec![])];
    for run in &runs {
        match load(text, &run.setup) {
            Err(found) => return Ok(Report::unreadable(exercise, explain(exercise, text, &found))),
            Ok(loaded) => groups.push(group(exercise, run, &original, &loaded)?),
        }
    }
    Ok(Report::new(exercise, groups))
}

fn explain(exercise: &Exercise, text: &str, found: &[Diagnostic]) -> String {
    render(found, &exercise.shown(&exercise.file), text, false)
}

fn same_program(missing: Vec<String>) -> Group {
    let wrong = |found| Finding { mark: Mark::Wrong, text: found, found: String::new() };
    let mut findings: Vec<Finding> = missing.into_iter().map(wrong).collect();
    if findings.is_empty() {
        let text = "its threads, their work and what they write are all there".into();
        findings.push(Finding { mark: Mark::Right, text, found: String::new() });
    }
    let look = "A program that does less is no repair: what it does stays, how it stops is yours.".into();
    Group { title: "It is still the same program".into(), findings, look, command: None }
}

/// One run with all of its seeds. Of a check that fails, the first seed that shows it is told.
fn group(exercise: &Exercise, run: &Run, original: &str, loaded: &Loaded) -> Result<Group, Problem> {
    let theirs = load(original, &run.setup)
        .map_err(|_| Problem::new(format!("the original of {} cannot be set up", exercise.name)))?;
    let mut findings: Vec<Finding> = shape::missing(&theirs.scenario, &loaded.scenario)
        .into_iter()
        .map(|text| Finding { mark: Mark::Wrong, text, found: "with these knobs".into() })
        .collect();
    let fixed = findings.len();
    let mut witness = None;
    for seed in 0..run.seeds.max(1) {
        let options = Options { seed, step_limit: STEPS, ..Options::default() };
        let trace = loaded.replay(&options).map_err(|_| Problem::new("the run cannot be driven"))?;
        for (at, verdict) in verdicts(run, &trace).into_iter().enumerate() {
            let holds = verdict.holds == Some(true);
            if findings.len() <= fixed + at {
                let text = verdict.text.clone();
                findings.push(Finding { mark: Mark::Right, text, found: String::new() });
            }
            let finding = &mut findings[fixed + at];
            if !holds && finding.mark == Mark::Right {
                finding.mark = Mark::Wrong;
                finding.found = verdict.found;
                witness.get_or_insert(seed);
            }
        }
    }
    let command = witness.map(|seed| command::replay(&exercise.shown(&exercise.file), &run.setup, seed));
    Ok(Group { title: run.name.clone(), findings, look: run.look.clone(), command })
}

/// The claims first, then the work, then the files: always as many, in the same order.
fn verdicts(run: &Run, trace: &Trace) -> Vec<Verdict> {
    let mut out = check(&run.expect, &trace.outcome);
    out.extend(run.does.iter().map(|does| work(does, trace)));
    out.extend(run.holds.iter().map(|(path, bytes)| {
        let file = trace.outcome.file(path);
        let durable = file.map_or(0, |file| file.durable);
        let holds = durable == *bytes && file.is_some_and(|file| !file.torn);
        let found = format!("{durable} bytes are on disk at the end");
        Verdict { text: format!("{path} has {bytes} bytes"), holds: Some(holds), found }
    }));
    out
}

fn work(does: &Does, trace: &Trace) -> Verdict {
    let done = trace.spans.iter().filter(|span| {
        let thread = trace.lanes.get(span.lane).map(|lane| lane.thread.as_str());
        thread == Some(&does.thread) && span.doing == Doing::Work && span.label == does.label && !span.cut
    });
    // A stretch that is still going on when the run ends was not done.
    let done =
        done.filter(|span| trace.outcome.ended_at_us.is_none_or(|end| span.to_us <= end)).count() as u64;
    let times = if does.times == 1 { "once".to_owned() } else { format!("{} times", does.times) };
    Verdict {
        text: format!("{} gets to \"{}\" at least {times}", does.thread, does.label),
        holds: Some(done >= does.times),
        found: format!("{done} times"),
    }
}
