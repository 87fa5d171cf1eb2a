//! The forms that keys of a mapping file take: a short form beside an object, one beside a list, a map that keeps its
//! places. Their schemas are unions of types (`type: [string, object]`), never `anyOf`, whose messages help nobody.

use super::{Condition, Step};
use crate::mapping::document::{At, Many};
use crate::transform::{self, Argument, Definition};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

/// A map from names to values, in the order of the file, with the places of both.
#[derive(Debug, Clone)]
pub struct Entries<T>(pub Vec<(At<String>, At<T>)>);

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Entries(Vec::new())
    }
}

impl<T> Deref for Entries<T> {
    type Target = [(At<String>, At<T>)];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntriesVisitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for EntriesVisitor<T> {
            type Value = Entries<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("names with values")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<T>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(EntriesVisitor(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for Entries<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Entries_of_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "additionalProperties": generator.subschema_for::<T>() })
    }
}

/// A `T` as an object, or as the text that is short for one.
#[derive(Debug, Clone)]
pub struct Short<T> {
    pub full: T,
    /// Whether the short form was written.
    pub short: bool,
}

impl<T> Deref for Short<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.full
    }
}

impl<'de, T: Deserialize<'de> + for<'t> From<&'t str>> Deserialize<'de> for Short<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ShortVisitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de> + for<'t> From<&'t str>> Visitor<'de> for ShortVisitor<T> {
            type Value = Short<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text or an object")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Short<T>, E> {
                Ok(Short { full: T::from(text), short: true })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Short<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(|full| Short { full, short: false })
            }
        }
        deserializer.deserialize_any(ShortVisitor(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for Short<T> {
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = T::json_schema(generator);
        widen(&mut schema, "string");
        schema
    }
}

impl<T: JsonSchema> JsonSchema for Many<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("One_or_many_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        one_or_many::<T>(generator)
    }
}

/// A `T`, or a list of them.
pub fn one_or_many<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    let item = generator.subschema_for::<T>().to_value();
    let mut whole = T::json_schema(generator);
    widen(&mut whole, "array");
    let kinds = whole.remove("type").unwrap_or_default();
    json_schema!({ "type": kinds, "if": { "type": "array" }, "then": { "items": item }, "else": item })
}

/// Adds a type to a schema's `type`.
fn widen(schema: &mut Schema, kind: &str) {
    let mut kinds = match schema.get("type") {
        Some(serde_json::Value::Array(kinds)) => kinds.clone(),
        Some(one) => vec![one.clone()],
        None => return,
    };
    kinds.push(kind.into());
    schema.insert("type".to_owned(), kinds.into());
}

/// A value of the file's own: text, number, true or false, a list, an object.
pub fn anything(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "number", "boolean", "array", "object"] })
}

pub fn object(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "object" })
}

pub fn object_or_list(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["object", "array"], "items": { "type": "object" } })
}

pub fn required_text(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "minLength": 1 })
}

/// The steps that need no argument: what an editor offers under `then`.
pub fn step_names() -> Vec<&'static str> {
    let bare = |definition: &&&Definition| !matches!(definition.argument, Argument::Required(_));
    transform::ALL.iter().filter(bare).map(|definition| definition.name).collect()
}

pub fn condition() -> Value {
    json!({ "path": "$.internal.status", "is": "Active" })
}

pub fn joins() -> Value {
    json!({ "boss": { "with": "hibob.people", "this": "$.work.reportsTo.id", "that": "$.id" } })
}

pub fn tests() -> Value {
    json!([{ "name": "an employee", "record": { "id": "1" }, "expect": { "remote_id": "1" } }])
}

/// A word to compare with: text, or a number or boolean by its JSON text.
pub struct Scalar;

impl JsonSchema for Scalar {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Scalar".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean"] })
    }
}

/// The schema of a condition that holds no further conditions: they nest no deeper.
pub struct SimpleCondition;

impl JsonSchema for SimpleCondition {
    fn schema_name() -> Cow<'static, str> {
        "SimpleCondition".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Condition::json_schema(generator);
        schema.insert("description".to_owned(), "One subject (`path` or `field`) and one test.".into());
        if let Some(properties) = schema.get_mut("properties").and_then(|properties| properties.as_object_mut()) {
            properties.remove("any");
        }
        schema
    }
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct StepVisitor;
        impl<'de> Visitor<'de> for StepVisitor {
            type Value = Step;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a step's name, or its name with what it needs")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Step, E> {
                Ok(Step { name: name.to_owned(), argument: serde_json::Value::Null })
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Step, A::Error> {
                let (name, argument) = map.next_entry()?.ok_or_else(|| de::Error::custom("a step needs a name"))?;
                if map.next_key::<String>()?.is_some() {
                    return Err(de::Error::custom("one step has one name: begin a new item of the list for the next"));
                }
                Ok(Step { name, argument })
            }
        }
        deserializer.deserialize_any(StepVisitor)
    }
}

impl JsonSchema for Step {
    fn schema_name() -> Cow<'static, str> {
        "Step".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        crate::transform::step_schema(generator)
    }
}
