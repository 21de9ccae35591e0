//! The comparison as JSON: the contract `closing-time/compare/1`, see `sim/engine/schemas/compare-1.schema.json`.

use serde::Serialize;

use super::differences::{Because, Difference};
use super::parting::{Parting, Side};
use super::{Comparison, Row};
use crate::show::summary;
use crate::trace::{Outcome, Reason};

#[derive(Serialize)]
struct Report<'c> {
    schema: &'static str,
    scenario: &'c str,
    title: &'c str,
    arguments: &'c [String],
    columns: Vec<Head<'c>>,
    rows: Vec<Entry<'c>>,
}

#[derive(Serialize)]
struct Head<'c> {
    group: &'static str,
    name: &'c str,
}

#[derive(Serialize)]
struct Entry<'c> {
    runtime: &'c str,
    runtimes: &'c [String],
    name: &'c str,
    /// `null`: this runtime cannot express the scenario; `refused` says why.
    outcome: Option<&'c Outcome>,
    text: Option<String>,
    refused: Vec<String>,
    cells: Vec<OneCell<'c>>,
    parts: Option<Parts<'c>>,
    differences: Vec<OneDifference<'c>>,
    notes: Vec<String>,
    command: String,
}

#[derive(Serialize)]
struct OneCell<'c> {
    text: &'c str,
    differs: bool,
}

#[derive(Serialize)]
struct Parts<'c> {
    here: Option<Step<'c>>,
    there: Option<Step<'c>>,
}

#[derive(Serialize)]
struct Step<'c> {
    at_us: u64,
    who: &'c str,
    text: &'c str,
    #[serde(flatten)]
    reason: Reason,
}

#[derive(Serialize)]
struct OneDifference<'c> {
    group: &'static str,
    name: &'c str,
    here: &'c str,
    there: &'c str,
    detail: &'c str,
    rules: Vec<OneRule<'c>>,
}

#[derive(Serialize)]
struct OneRule<'c> {
    runtime: &'c str,
    id: &'static str,
    sentence: &'static str,
    chapter: &'static str,
    source: &'static str,
}

/// The comparison as one pretty-printed JSON object with a newline at the end.
pub fn json(comparison: &Comparison) -> String {
    let head = |column: &'_ super::Column| column.subject.group();
    let columns = comparison.columns.iter().map(|column| Head { group: head(column), name: &column.head });
    let report = Report {
        schema: "closing-time/compare/1",
        scenario: &comparison.scenario,
        title: &comparison.title,
        arguments: &comparison.arguments,
        columns: columns.collect(),
        rows: comparison.rows.iter().map(|row| entry(comparison, row)).collect(),
    };
    // Plain data with string keys cannot fail to serialize.
    serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
}

fn entry<'c>(comparison: &Comparison, row: &'c Row) -> Entry<'c> {
    let ran = row.result.as_ref().ok();
    let cells = ran.iter().flat_map(|ran| &ran.cells);
    let differences = ran.iter().flat_map(|ran| &ran.differences);
    Entry {
        runtime: &row.runtime,
        runtimes: &row.runtimes,
        name: &row.name,
        outcome: ran.map(|ran| &ran.outcome),
        text: ran.map(|ran| summary(&ran.outcome)),
        refused: row.result.as_ref().err().map(super::Refused::sentences).unwrap_or_default(),
        cells: cells.map(|cell| OneCell { text: &cell.text, differs: cell.differs }).collect(),
        parts: ran.and_then(|ran| ran.parting.as_ref()).map(parts),
        differences: differences.map(difference).collect(),
        notes: row.notes(),
        command: comparison.command(row),
    }
}

fn parts(parting: &Parting) -> Parts<'_> {
    Parts { here: parting.here.as_ref().map(step), there: parting.there.as_ref().map(step) }
}

fn step(side: &Side) -> Step<'_> {
    Step { at_us: side.at_us, who: &side.who, text: &side.text, reason: side.reason }
}

fn difference(difference: &Difference) -> OneDifference<'_> {
    OneDifference {
        group: difference.subject.group(),
        name: &difference.name,
        here: &difference.here,
        there: &difference.there,
        detail: &difference.detail,
        rules: difference.because.iter().map(rule).collect(),
    }
}

fn rule(because: &Because) -> OneRule<'_> {
    let Because { runtime, rule } = because;
    OneRule { runtime, id: rule.id, sentence: rule.sentence, chapter: rule.chapter, source: rule.source }
}
