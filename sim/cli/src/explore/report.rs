//! The outcomes as JSON: the contract `closing-time/explore/1`, see `sim/engine/schemas/explore-1.schema.json`.

use closing_time_engine::explore::{FairLoop, in_words};
use closing_time_engine::scenario::Quantifier;
use closing_time_engine::show::why_it_hangs;
use closing_time_engine::trace::Outcome;
use closing_time_engine::world::Choice;
use serde::Serialize;

use super::words::words;
use super::{Findings, why};

#[derive(Serialize)]
struct Report<'f> {
    schema: &'static str,
    scenario: &'f str,
    runtime: String,
    arguments: &'f [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Start<'f>>,
    complete: bool,
    unrolled: bool,
    states: u64,
    transitions: u64,
    depth: u32,
    reductions: Vec<&'static str>,
    outcomes: Vec<Entry<'f>>,
    may_never_end: Option<Vec<MayLoop<'f>>>,
    expectations: Vec<Claimed<'f>>,
}

/// A thread that is overtaken again and again.
#[derive(Serialize)]
struct Late<'f> {
    thread: &'f str,
    during: &'f str,
}

/// A loop that could be left and need not be.
#[derive(Serialize)]
struct MayLoop<'f> {
    text: String,
    moving: &'f [String],
    overtaken: Vec<Late<'f>>,
    steps: usize,
    witness: String,
    #[serde(rename = "loop")]
    round: Vec<Step>,
    command: String,
}

/// Where the search began.
#[derive(Serialize)]
struct Start<'f> {
    schedule: &'f str,
    step: usize,
    steps: usize,
}

#[derive(Serialize)]
struct Entry<'f> {
    id: &'f str,
    text: String,
    outcome: &'f Outcome,
    steps: usize,
    witness: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(rename = "loop", skip_serializing_if = "Vec::is_empty")]
    round: Vec<Step>,
    command: String,
    ends: u64,
}

/// One step of a loop.
#[derive(Serialize)]
struct Step {
    who: String,
    what: String,
}

#[derive(Serialize)]
struct Claimed<'f> {
    text: &'f str,
    quantifier: Option<&'static str>,
    holds: Option<bool>,
    found: &'f str,
    steps: Option<usize>,
    witness: Option<String>,
    command: Option<String>,
}

fn may_loop<'f>(findings: &Findings, found: &'f FairLoop) -> MayLoop<'f> {
    MayLoop {
        text: why::may_never_end(findings, found),
        moving: &found.moving,
        overtaken: found
            .overtaken
            .iter()
            .map(|one| Late { thread: &one.thread, during: &one.during })
            .collect(),
        steps: found.witness.len(),
        witness: findings.witness(&found.witness),
        round: steps(findings, &found.witness, &found.round),
        command: findings.command(&why::once(found)),
    }
}

fn steps(findings: &Findings, before: &[Choice], round: &[Choice]) -> Vec<Step> {
    let told = in_words(&findings.loaded.program, before, round);
    told.into_iter().map(|(who, what)| Step { who, what }).collect()
}

/// One object with a newline at the end.
pub(super) fn json(findings: &Findings) -> String {
    let found = &findings.exploration;
    let outcomes = found.classes.iter().zip(words(&found.classes)).map(|(class, text)| Entry {
        id: &class.id,
        text,
        outcome: &class.outcome,
        steps: class.witness.len(),
        witness: findings.witness(&class.witness),
        why: why_it_hangs(&class.outcome),
        round: steps(findings, &class.witness, &class.round),
        command: findings.command(&class.witness),
        ends: class.ends,
    });
    let loops = found.loops.as_ref();
    let expectations = found.properties.iter().map(|verdict| Claimed {
        text: &verdict.text,
        quantifier: verdict.quantifier.map(Quantifier::name),
        holds: verdict.holds,
        found: &verdict.found,
        steps: verdict.witness.as_ref().map(Vec::len),
        witness: verdict.witness.as_ref().map(|way| findings.witness(way)),
        command: verdict.witness.as_ref().map(|way| findings.command(way)),
    });
    let report = Report {
        schema: "closing-time/explore/1",
        scenario: &findings.loaded.scenario.name,
        runtime: findings.loaded.program.runtime.label(),
        arguments: &findings.loaded.arguments,
        from: findings.from.as_ref().map(|from| Start {
            schedule: &from.schedule,
            step: from.prefix.len(),
            steps: from.steps,
        }),
        complete: found.incomplete.is_none(),
        unrolled: found.unrolled,
        states: found.progress.states,
        transitions: found.progress.transitions,
        depth: found.progress.depth,
        reductions: findings.limits.reductions.names(&findings.loaded.program),
        outcomes: outcomes.collect(),
        may_never_end: loops.map(|loops| loops.iter().map(|found| may_loop(findings, found)).collect()),
        expectations: expectations.collect(),
    };
    // Plain data with string keys cannot fail to serialize.
    serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
}
