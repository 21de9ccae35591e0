//! What other programs read keeps its contract.

use closing_time_engine::scenario::catalogue;
use serde_json::{Value, json};

use crate::run;

fn schema(name: &str) -> Value {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../engine/schemas");
    let text = std::fs::read_to_string(format!("{folder}/{name}-1.schema.json")).unwrap();
    let schema = serde_json::from_str(&text).unwrap();
    assert!(jsonschema::draft202012::meta::is_valid(&schema), "{name}");
    schema
}

fn printed(args: &[&str]) -> Value {
    let done = run(args);
    assert_eq!(done.code, Some(0), "{args:?}: {}", done.err);
    serde_json::from_str(&done.out).unwrap_or_else(|error| panic!("{args:?}: {error}"))
}

fn holds(schema: &Value, value: &Value, what: &str) {
    let validator = jsonschema::draft202012::new(schema).unwrap();
    let complaints: Vec<_> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(complaints, [""; 0], "{what}");
}

#[test]
fn the_catalogue() {
    let catalogue = printed(&["scenario", "--format", "json"]);
    holds(&schema("catalogue"), &catalogue, "catalogue");
    assert_eq!(catalogue["scenarios"].as_array().unwrap().len(), catalogue::all().len());
}

#[test]
fn the_trace_of_every_scenario() {
    let schema = schema("trace");
    for entry in catalogue::all() {
        let trace = printed(&["scenario", entry.name, "--format", "json"]);
        holds(&schema, &trace, entry.name);
        assert_eq!(trace["scenario"], entry.name);
    }
}

#[test]
fn samples() {
    let report = printed(&["scenario", "pdf-shutdown", "--runs", "20", "--format", "json"]);
    holds(&schema("samples"), &report, "samples");
    let trace = schema("trace");
    let outcome = json!({ "$ref": "#/$defs/outcome", "$defs": trace["$defs"] });
    for kind in report["outcomes"].as_array().unwrap() {
        holds(&outcome, &kind["outcome"], "an outcome of the samples");
    }
}

#[test]
fn what_was_swept() {
    let (schema, trace) = (schema("sweep"), schema("trace"));
    let outcome = json!({ "$ref": "#/$defs/outcome", "$defs": trace["$defs"] });
    for name in ["pdf-shutdown", "daemon-holds-lock", "hang-on-exit"] {
        let found = printed(&["sweep", name, "--signal", "KILL", "--format", "json"]);
        holds(&schema, &found, name);
        holds(&outcome, &found["without"]["outcome"], name);
        for stretch in found["stretches"].as_array().unwrap() {
            holds(&outcome, &stretch["outcome"], name);
        }
    }
}

#[test]
fn rules() {
    for label in ["cpython", "cpython-3.8", "cpython-3.12.1"] {
        holds(&schema("rules"), &printed(&["rules", label, "--format", "json"]), label);
    }
}

#[test]
fn what_differs_between_rules() {
    let phase = json!({ "$ref": "#/$defs/phase", "$defs": schema("rules")["$defs"] });
    for (left, right) in [("3.8", "3.14"), ("3.11", "3.12"), ("3.13", "3.13")] {
        let (left, right) = (format!("cpython-{left}"), format!("cpython-{right}"));
        let found = printed(&["rules", "--diff", &left, &right, "--format", "json"]);
        holds(&schema("rules-diff"), &found, &right);
        assert_eq!((&found["left"], &found["equal"]), (&json!(left), &json!(left == right)));
        let phases = found["phases"].as_array().unwrap().iter();
        for pair in phases.chain(found["child_phases"].as_array().unwrap()) {
            for side in [&pair["left"], &pair["right"]].into_iter().filter(|side| !side.is_null()) {
                holds(&phase, side, &right);
            }
        }
    }
}

#[test]
fn what_was_compared() {
    let (schema, trace) = (schema("compare"), schema("trace"));
    let outcome = json!({ "$ref": "#/$defs/outcome", "$defs": trace["$defs"] });
    for entry in catalogue::all() {
        let found = printed(&["compare", entry.name, "--format", "json"]);
        holds(&schema, &found, entry.name);
        let ran = |row: &&Value| !row["outcome"].is_null();
        for row in found["rows"].as_array().unwrap().iter().filter(ran) {
            holds(&outcome, &row["outcome"], entry.name);
            assert_eq!(row["cells"].as_array().unwrap().len(), found["columns"].as_array().unwrap().len());
        }
    }
}

#[test]
fn what_was_explored() {
    let schema = schema("explore");
    for name in ["pdf-shutdown", "daemon-holds-lock", "hang-on-exit", "mixed-family"] {
        let found = printed(&["explore", name, "--format", "json"]);
        holds(&schema, &found, name);
        assert_eq!(found["complete"], true, "{name}");
        assert!(
            found["expectations"].as_array().unwrap().iter().any(|claim| claim["quantifier"].is_null()),
            "{name}"
        );
    }
    let struck = printed(&["explore", "data-collector", "--signal", "INT", "--format", "json"]);
    holds(&schema, &struck, "data-collector");
    assert_eq!(struck["may_never_end"][0]["overtaken"][0]["thread"], "main");
}
