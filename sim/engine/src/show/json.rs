//! A trace as JSON: the contract `closing-time/trace/1`, see `sim/engine/schemas/trace-1.schema.json`.

use crate::trace::Trace;

/// The trace as one pretty-printed JSON object with a newline at the end.
pub fn json(trace: &Trace) -> String {
    pretty(trace)
}

/// Serializes plain data; the types in here have string keys only, so it cannot fail.
pub(super) fn pretty(value: &impl serde::Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::show::{catalogue_json, fixtures};

    const TRACE: &str = include_str!("../../schemas/trace-1.schema.json");
    const CATALOGUE: &str = include_str!("../../schemas/catalogue-1.schema.json");

    fn read(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    fn complaints(schema: &str, value: &Value) -> Vec<String> {
        let validator = jsonschema::draft202012::new(&read(schema)).unwrap();
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }

    #[test]
    fn the_schemas_are_schemas() {
        for schema in [TRACE, CATALOGUE] {
            assert!(jsonschema::draft202012::meta::is_valid(&read(schema)));
        }
    }

    #[test]
    fn traces_keep_the_contract() {
        let traces = [
            fixtures::pdf_shutdown(),
            fixtures::hang(),
            fixtures::killed(),
            fixtures::family(),
            fixtures::empty(),
            fixtures::crowd(3),
        ];
        for trace in traces {
            assert_eq!(complaints(TRACE, &read(&json(&trace))), [""; 0], "{}", trace.scenario);
        }
        assert_eq!(complaints(CATALOGUE, &read(&catalogue_json(&[fixtures::scenario()]))), [""; 0]);
    }

    #[test]
    fn the_schema_notices_what_is_missing_or_wrong() {
        let good = read(&json(&fixtures::pdf_shutdown()));
        let spoil = |path: &str, value: Value| {
            let mut bad = good.clone();
            *bad.pointer_mut(path).unwrap() = value;
            complaints(TRACE, &bad).len()
        };
        assert_eq!(spoil("/schema", "closing-time/trace/2".into()), 1);
        assert_eq!(spoil("/outcome/ending", "Exit".into()), 1);
        assert_eq!(spoil("/outcome/processes/0/status", serde_json::json!({})), 1);
        assert_eq!(spoil("/outcome/processes/0/threads/0/fate", "cutoff".into()), 1);
        assert_eq!(spoil("/events/0/why", Value::Bool(true)), 1);
        let mut bad = good.clone();
        bad["events"][0].as_object_mut().unwrap().remove("rule");
        assert_eq!(complaints(TRACE, &bad).len(), 1);
        let mut more = good.clone();
        more["events"][0]["novelty"] = Value::Bool(true);
        assert_eq!(complaints(TRACE, &more).len(), 0, "fields may be added freely");
    }

    #[test]
    fn a_killed_process() {
        let text = json(&fixtures::killed());
        assert!(text.ends_with("}\n") && !text.ends_with("\n\n"));
        insta::assert_snapshot!(text);
    }
}
