//! What holds for every input, wherever in it.

use schemars::generate::{Contract, SchemaSettings};
use serde_json::{Value, json};

use super::*;

/// The way from an input to something inside it.
#[derive(Debug, Clone)]
enum Step {
    Field(String),
    Item,
}

/// Every endpoint's name, its reader, and the ways to the objects in its input; the first is the input itself.
#[derive(Default)]
struct Inputs(Vec<(String, Reader, Vec<Vec<Step>>)>);

/// Gives the error, if the input is refused.
type Reader = fn(Value) -> Option<String>;

impl Visitor for Inputs {
    fn visit<E: Endpoint>(&mut self) {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.contract = Contract::Deserialize;
            settings.inline_subschemas = true;
        });
        let schema = json!(settings.into_generator().into_root_schema_for::<E>());
        let mut ways = vec![Vec::new()];
        descend(&schema, &mut Vec::new(), &mut ways);
        self.0.push((E::schema_name().into_owned(), |value| E::deserialize(value).err().map(|e| e.to_string()), ways));
    }
}

/// Collects the ways to the objects below this one.
fn descend(schema: &Value, way: &mut Vec<Step>, found: &mut Vec<Vec<Step>>) {
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        way.push(Step::Field(name.clone()));
        reach(field, way, found);
        way.pop();
    }
}

fn reach(schema: &Value, way: &mut Vec<Step>, found: &mut Vec<Vec<Step>>) {
    for choice in schema["anyOf"].as_array().into_iter().flatten() {
        reach(choice, way, found);
    }
    if schema["items"].is_object() {
        way.push(Step::Item);
        reach(&schema["items"], way, found);
        way.pop();
    }
    if schema["properties"].is_object() {
        found.push(way.clone());
        descend(schema, way, found);
    }
}

/// An input that has this at the end of the way, and nothing else.
fn at(way: &[Step], inner: Value) -> Value {
    way.iter().rev().fold(inner, |inner, step| match step {
        Step::Field(name) => json!({ name: inner }),
        Step::Item => json!([inner]),
    })
}

fn inputs() -> Inputs {
    let mut inputs = Inputs::default();
    each(&mut inputs);
    let count = inputs.0.iter().map(|(_, _, ways)| ways.len()).sum::<usize>();
    assert!(count > inputs.0.len() + 5, "the objects inside inputs are not found");
    inputs
}

/// The inputs that another specification has, which wants unknown fields passed over.
const OPEN: [&str; 5] = ["Evaluate", "EvaluateMany", "SearchSubjects", "SearchResources", "SearchActions"];

/// Permissions may be written in several forms: what is none of them is refused in other words.
const NO_ENTRY: &str = "expected {\"object_type\": …";

#[test]
fn sec_24_no_input_takes_a_field_that_it_does_not_know_at_any_depth() {
    for (name, read, ways) in inputs().0.into_iter().filter(|(name, ..)| !OPEN.contains(&name.as_str())) {
        for way in ways {
            let error = read(at(&way, json!({ "is_admin": true }))).unwrap_or_default();
            let is_refused = error.contains("unknown field `is_admin`") || error.contains(NO_ENTRY);
            assert!(is_refused, "{name} takes it at {way:?}: {error}");
        }
    }
}

#[test]
fn sec_24_no_input_takes_a_list_where_an_object_belongs() {
    for (name, read, ways) in inputs().0 {
        for way in ways.iter().filter(|way| !way.is_empty()) {
            let error = read(at(way, json!([]))).unwrap_or_default();
            let is_refused = error.contains("invalid type: sequence, expected an object") || error.contains(NO_ENTRY);
            assert!(is_refused, "{name} takes it at {way:?}: read the field with `lenient::object`: {error}");
        }
    }
}

#[test]
fn questions_for_decisions_take_fields_that_they_do_not_know_at_any_depth() {
    for (name, read, ways) in inputs().0.into_iter().filter(|(name, ..)| OPEN.contains(&name.as_str())) {
        for way in ways {
            let error = read(at(&way, json!({ "is_admin": true }))).unwrap_or_default();
            assert!(!error.contains("is_admin"), "{name} refuses it at {way:?}: {error}");
        }
    }
}
