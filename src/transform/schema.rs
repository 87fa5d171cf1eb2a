//! The JSON Schema of one item of `then`.

use super::{ALL, Argument};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

/// A step's name, or a single key with its argument. There is no `oneOf`: `if` and `then` let editors complete the bare names,
/// `properties` the others, and a fault has one message.
pub fn step_schema(generator: &mut SchemaGenerator) -> Schema {
    let mut properties = Map::new();
    let mut names = Vec::new();
    let mut summaries = Vec::new();
    for definition in ALL {
        let schema = match &definition.argument {
            Argument::None => None,
            Argument::Optional(schema) | Argument::Required(schema) => Some(schema(generator)),
        };
        if let Some(mut schema) = schema {
            let argument = schema.get("description").and_then(Value::as_str).unwrap_or_default();
            let description = format!("{}\n\n{argument}", definition.summary);
            schema.insert("description".to_owned(), json!(description.trim_end()));
            properties.insert(definition.name.to_owned(), schema.to_value());
        }
        if !matches!(definition.argument, Argument::Required(_)) {
            names.push(definition.name);
            summaries.push(definition.summary);
        }
    }
    json_schema!({
        "type": ["string", "object"],
        "title": "step",
        "description": "One step: its name, or its name and its argument.",
        "examples": names,
        "if": { "type": "string" },
        "then": { "enum": names, "enumDescriptions": summaries },
        "properties": properties,
        "additionalProperties": false,
        "minProperties": 1,
        "maxProperties": 1,
    })
}
