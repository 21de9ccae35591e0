//! The list of scenarios as JSON: the contract `closing-time/catalogue/1`, see
//! `sim/engine/schemas/catalogue-1.schema.json`.

use serde::Serialize;

use crate::scenario::{Knob, KnobValue, Scenario, TimeRange};

use super::{json::pretty, wording::short};

/// The `schema` field of the catalogue.
pub const CATALOGUE_SCHEMA: &str = "closing-time/catalogue/1";

#[derive(Serialize)]
struct Catalogue<'a> {
    schema: &'static str,
    scenarios: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    name: &'a str,
    title: &'a str,
    about: &'a str,
    runtime: &'a str,
    chapter: Option<&'a str>,
    knobs: Vec<KnobEntry<'a>>,
}

#[derive(Serialize)]
struct KnobEntry<'a> {
    name: &'a str,
    kind: &'static str,
    default: Value<'a>,
    choices: &'a [String],
    help: &'a str,
}

/// A knob's default: a JSON boolean or number where it is one, else the word that `--set` accepts.
#[derive(Serialize)]
#[serde(untagged)]
enum Value<'a> {
    Flag(bool),
    Number(u64),
    Word(&'a str),
    Text(String),
}

/// The catalogue as one pretty-printed JSON object with a newline at the end.
pub fn catalogue_json(scenarios: &[Scenario]) -> String {
    let scenarios = scenarios.iter().map(entry).collect();
    pretty(&Catalogue { schema: CATALOGUE_SCHEMA, scenarios })
}

fn entry(scenario: &Scenario) -> Entry<'_> {
    Entry {
        name: &scenario.name,
        title: &scenario.title,
        about: &scenario.about,
        runtime: &scenario.runtime,
        chapter: scenario.chapter.as_deref(),
        knobs: scenario.knobs.iter().map(knob).collect(),
    }
}

fn knob(knob: &Knob) -> KnobEntry<'_> {
    let (kind, default) = match &knob.default {
        KnobValue::Flag(flag) => ("flag", Value::Flag(*flag)),
        KnobValue::Inherit => ("flag", Value::Word("inherit")),
        KnobValue::Number(number) => ("number", Value::Number(*number)),
        KnobValue::Time(range) => ("time", Value::Text(time(*range))),
        KnobValue::Word(word) => ("word", Value::Word(word)),
    };
    KnobEntry { name: &knob.name, kind, default, choices: &knob.choices, help: &knob.help }
}

/// As a scenario file would write it: one unit, so that it can be given back to `--set`.
fn time(range: TimeRange) -> String {
    let one = |us: u64| if us < 60_000_000 { short(us).replace('µ', "u") } else { seconds(us) };
    if range.min_us == range.max_us {
        one(range.min_us)
    } else {
        format!("{}..{}", one(range.min_us), one(range.max_us))
    }
}

fn seconds(us: u64) -> String {
    if us.is_multiple_of(1_000_000) { format!("{}s", us / 1_000_000) } else { format!("{us}us") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::fixtures::scenario;

    #[test]
    fn times_can_be_given_back() {
        let range = |min_us, max_us| time(TimeRange { min_us, max_us });
        assert_eq!(range(2_000_000, 2_000_000), "2s");
        assert_eq!(range(250, 1_500_000), "250us..1.5s");
        assert_eq!(range(7_200_000_000, 7_200_000_001), "7200s..7200000001us");
    }

    #[test]
    fn the_catalogue() {
        insta::assert_snapshot!(catalogue_json(&[scenario()]));
    }
}
