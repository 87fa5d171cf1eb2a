//! `schemas/mapping.schema.json` and the catalog's: made from the types, for editors, other tools and the check itself.

mod company;

pub use company::company_schema;

use super::spec::Spec;
use crate::catalog::CatalogFile;
use crate::target;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// The JSON Schema of mapping files, with each built-in target's fields behind its name.
pub fn mapping_schema() -> Value {
    let generator = SchemaSettings::draft2020_12().for_deserialize().into_generator();
    let mut schema = generator.into_root_schema_for::<Spec>().to_value();
    let root = schema.as_object_mut().expect("a struct's schema is an object");
    let branches: Vec<Value> = target::names()
        .iter()
        .filter_map(|name| target::find(name))
        .map(|model| {
            json!({
                "if": { "properties": { "target": { "const": model.name } }, "required": ["target"] },
                "then": { "properties": { "fields": model.fields_schema() } }
            })
        })
        .collect();
    root.insert("allOf".to_owned(), branches.into());
    let targets: Vec<Value> = target::names().iter().map(|name| Value::from(*name)).collect();
    let sources: Vec<Value> = crate::catalog::resource::ALL.iter().map(|resource| Value::from(resource.name)).collect();
    for (key, words) in [("target", targets), ("source", sources)] {
        // Offered, not demanded: a target may be a file, and what is wrong is said better by the check.
        root["properties"][key]["examples"] = words.into();
    }
    tidy(&mut schema);
    with_id(schema, "mapping")
}

/// The JSON Schema of catalog files.
pub fn catalog_schema() -> Value {
    let generator = SchemaSettings::draft2020_12().for_deserialize().into_generator();
    with_id(generator.into_root_schema_for::<CatalogFile>().to_value(), "catalog")
}

/// Takes out what is the program's own business: how many bits it uses, and what it calls a key that is not there.
pub fn tidy(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.retain(|key, value| {
                !(key == "default" && !value.is_object()
                    || key == "format" && value.as_str().is_some_and(|bits| bits.starts_with("uint")))
            });
            members.values_mut().for_each(tidy);
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

fn with_id(schema: Value, name: &str) -> Value {
    let Value::Object(members) = schema else { return schema };
    let mut ordered = Map::new();
    ordered.insert("$schema".to_owned(), members["$schema"].clone());
    ordered.insert("$id".to_owned(), format!("bobmap:{name}").into());
    ordered.extend(members.into_iter().filter(|(key, _)| key != "$schema"));
    Value::Object(ordered)
}

/// Every file of `schemas/`: name and content.
pub fn all() -> Vec<(String, String)> {
    let mut files =
        vec![("mapping.schema.json".to_owned(), mapping_schema()), ("catalog.schema.json".to_owned(), catalog_schema())];
    files.extend(target::generated());
    files
        .into_iter()
        .map(|(name, schema)| (name, serde_json::to_string_pretty(&schema).expect("a JSON value can be written") + "\n"))
        .collect()
}
