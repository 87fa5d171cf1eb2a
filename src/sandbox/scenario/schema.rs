//! `schemas/scenario.schema.json`, made from the types.

use super::Spec;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

/// The JSON Schema of scenario files: its file's name and its content.
pub fn schema() -> (String, String) {
    let generator = SchemaSettings::draft2020_12().for_deserialize().into_generator();
    let mut schema = generator.into_root_schema_for::<Spec>().to_value();
    tidy(&mut schema);
    let mut ordered = Map::new();
    ordered.insert("$schema".to_owned(), schema["$schema"].clone());
    ordered.insert("$id".to_owned(), "bobmap:scenario".into());
    if let Value::Object(members) = schema {
        ordered.extend(members.into_iter().filter(|(key, _)| key != "$schema"));
    }
    let text = serde_json::to_string_pretty(&ordered).expect("a JSON value can be written") + "\n";
    ("scenario.schema.json".to_owned(), text)
}

/// Takes out what is the program's own business: how many bits it uses, what it calls a key that is not there, and that it
/// would take `null` for such a key.
fn tidy(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.retain(|key, value| {
                !(key == "default" && value.as_object().is_none_or(Map::is_empty)
                    || key == "format" && value.as_str().is_some_and(|format| format != "date"))
            });
            if let Some(Value::Array(kinds)) = members.get_mut("type") {
                kinds.retain(|kind| kind != "null");
                if let [only] = kinds.as_slice() {
                    members["type"] = only.clone();
                }
            }
            if let Some(Value::Array(words)) = members.get_mut("enum") {
                words.retain(|word| !word.is_null());
            }
            members.values_mut().for_each(tidy);
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}
