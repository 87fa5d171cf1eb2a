//! A target from a user's JSON Schema file.

use super::describe::Description;
use super::model::Model;
use super::validate::{compile, expected, place};
use crate::value::json::Tree;
use jsonschema::Draft;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;
use std::sync::OnceLock;

/// Why a file is no target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    #[error("not JSON: {fault} (line {line}, column {column}); a target file is a JSON Schema, written in JSON")]
    NotJson { fault: String, line: usize, column: usize },
    #[error("expected a JSON Schema with `\"type\": \"object\"` and its `properties`, found {found}")]
    NotAnObject { found: &'static str },
    #[error(
        "`$schema` is {found}: expected draft 2020-12 (https://json-schema.org/draft/2020-12/schema) or draft 7 (http://json-schema.org/draft-07/schema#)"
    )]
    Draft { found: String },
    #[error(
        "`$ref` {reference:?} at {at} leads out of the file: nothing is fetched; copy what it names into `$defs` and write `#/$defs/...`"
    )]
    RemoteReference { reference: String, at: String },
    #[error("a `$ref` leads to nothing in this file: {0}")]
    BrokenReference(String),
    #[error("not a valid JSON Schema at {at}: {expected}")]
    NotASchema { at: String, expected: String },
}

/// Makes a target from the text of a JSON Schema (draft 2020-12, also where `$schema` is left out, or draft 7). The properties
/// at the top become its fields; deeper ones are reached by `to` ([`Model::at`]).
///
/// # Errors
/// The text is not JSON, holds a key twice, is no schema of an object, or refers to other files.
pub fn custom(schema_text: &str, name: &str) -> Result<Model, TargetError> {
    let schema = parse(schema_text)?;
    if !schema.is_object() {
        return Err(TargetError::NotAnObject { found: "something else" });
    }
    let draft = draft(&schema)?;
    refuse_remote_references(&schema, &mut String::new())?;
    let validator = compile(&schema, draft).map_err(|error| match error.kind() {
        ValidationErrorKind::Referencing(error) => TargetError::BrokenReference(error.to_string()),
        kind => TargetError::NotASchema { at: place(error.instance_path().as_str()).to_owned(), expected: expected(kind) },
    })?;

    let root = Description::new(&schema, &schema);
    match root.keyword("type") {
        None if root.keyword("properties").is_none() => return Err(TargetError::NotAnObject { found: "neither" }),
        Some(kind) if kind != "object" => return Err(TargetError::NotAnObject { found: "another `type`" }),
        _ => {}
    }
    let fields = root.properties().map(|(field, property, required)| property.field(field, required)).collect();
    let kept = root.kept_by_its_fields();
    Ok(Model {
        name: name.to_owned(),
        title: root.title().unwrap_or(name).to_owned(),
        description: root.text(),
        fields,
        closed: root.closed(),
        constants: Vec::new(),
        needs_validation: !kept,
        containers: Vec::new(),
        validator: OnceLock::from(validator),
        own_schema: Some(schema),
    })
}

fn parse(text: &str) -> Result<Value, TargetError> {
    // The one reader knows keys that stand twice, the other makes the values.
    if let Err(error) = Tree::parse(text) {
        let before = &text[..text.floor_char_boundary(error.offset)];
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|letter| *letter != '\n').count() + 1;
        return Err(TargetError::NotJson { fault: error.fault.to_string(), line, column });
    }
    serde_json::from_str(text).map_err(|error| TargetError::NotJson {
        fault: error.to_string(),
        line: error.line(),
        column: error.column(),
    })
}

fn draft(schema: &Value) -> Result<Draft, TargetError> {
    let Some(found) = schema.get("$schema") else { return Ok(Draft::Draft202012) };
    let bare = found.as_str().unwrap_or_default().trim_end_matches('#');
    match bare.split_once("://").map(|(_, rest)| rest) {
        Some("json-schema.org/draft/2020-12/schema") => Ok(Draft::Draft202012),
        Some("json-schema.org/draft-07/schema") => Ok(Draft::Draft7),
        _ => Err(TargetError::Draft { found: found.to_string() }),
    }
}

fn refuse_remote_references(value: &Value, at: &mut String) -> Result<(), TargetError> {
    let children: Vec<(String, &Value)> = match value {
        // What stands under these keywords are values, not schemas.
        Value::Object(members) => {
            let schemas = members.iter().filter(|(name, _)| !matches!(name.as_str(), "const" | "enum" | "default" | "examples"));
            schemas.map(|(name, child)| (name.clone(), child)).collect()
        }
        Value::Array(items) => items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect(),
        _ => Vec::new(),
    };
    if let Some(Value::String(reference)) =
        value.get("$ref").filter(|reference| reference.as_str().is_some_and(|text| !text.starts_with('#')))
    {
        return Err(TargetError::RemoteReference { reference: reference.clone(), at: place(at).to_owned() });
    }
    for (name, child) in children {
        let length = at.len();
        at.push('/');
        at.push_str(&name);
        refuse_remote_references(child, at)?;
        at.truncate(length);
    }
    Ok(())
}
