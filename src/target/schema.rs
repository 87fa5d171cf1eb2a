//! The JSON Schemas of a target: of a written record, and of the field names in a mapping.

use super::describe::humanized;
use super::layout::Node;
use super::model::{Constant, Model, TargetField};
use crate::value::Kind;
use indexmap::IndexMap;
use serde_json::{Map, Value, json};

/// What kind `email` keeps, as all dialects of patterns read it: one @ with something on both sides, no blank. `\s` will not do,
/// because JavaScript counts U+FEFF among the white space and Unicode does not.
pub const EMAIL_PATTERN: &str = "^[^@ ]+@[^@ ]+$";

impl Model {
    /// The JSON Schema (draft 2020-12) of a record as it is written. For a user's own target, the user's schema.
    pub fn record_schema(&self) -> Value {
        if let Some(schema) = &self.own_schema {
            return schema.clone();
        }
        let record = self.assemble(|field| Some(field.example.clone()));
        let (schema, _) = Writer { model: self, example: &record }.object(&members(self.layout()), &mut Vec::new());
        let mut out = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": format!("bobmap:target/{}", self.name),
            "title": self.title,
            "description": self.description,
            "examples": [record],
        });
        merge(&mut out, schema);
        out
    }

    /// The JSON Schema of `fields` in a mapping with this target, for editors: the field names, and under each the words
    /// that its `spellings` may have as keys. It closes nothing: helper fields are free, and the checks name a wrong field better.
    pub fn fields_schema(&self) -> Value {
        let field = |field: &TargetField| {
            let mut out = json!({
                "title": field.title,
                "description": field.help(),
                "examples": [{ "constant": field.example }],
            });
            if !field.words.is_empty() {
                let word = |word: &String| {
                    let description = format!("What Bob may say that becomes {word}.");
                    let example = word.to_lowercase().replace('_', " ");
                    (word.clone(), json!({ "title": word, "description": description, "examples": [[example]] }))
                };
                let words: Map<_, _> = field.words.iter().map(word).collect();
                out["properties"] = json!({ "spellings": { "properties": words } });
            }
            (field.name.clone(), out)
        };
        json!({ "properties": self.fields.iter().map(field).collect::<Map<_, _>>() })
    }
}

impl TargetField {
    /// The description, and in words what else an editor should show.
    fn help(&self) -> String {
        let mut out = self.description.clone();
        let mut add = |text: &str| {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(text);
        };
        if let Some(target) = &self.reference {
            add(&format!("Takes the key of a {target} record."));
        }
        if self.open {
            add("Other words are taken too.");
        }
        if self.unverified {
            add("UNVERIFIED: no public text of the target's owner shows this name.");
        }
        out
    }
}

fn members(node: Node<'_>) -> Vec<(&str, Node<'_>)> {
    match node {
        Node::Object(members) => members,
        _ => unreachable!("records and elements of built-in lists are objects"),
    }
}

struct Writer<'m> {
    model: &'m Model,
    /// A record in which every field has its example.
    example: &'m Value,
}

impl Writer<'_> {
    /// The schema of an object, and whether each record has it.
    fn object<'p>(&self, members: &[(&'p str, Node<'p>)], place: &mut Vec<&'p str>) -> (Value, bool) {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for (name, node) in members {
            place.push(name);
            let (schema, sure) = match node {
                Node::Field(field) => (field_schema(&[field], name, !field.required), field.required),
                Node::Constant(constant) => (constant_schema(&[constant], name), true),
                Node::Object(members) => {
                    let (schema, sure) = self.object(members, place);
                    (self.contained(place, schema), sure)
                }
                Node::List(elements) => {
                    let elements: Vec<_> = elements.values().collect();
                    let (schema, sure) = list(&elements);
                    (self.contained(place, schema), sure)
                }
            };
            place.pop();
            properties.insert((*name).to_owned(), schema);
            if sure {
                required.push(*name);
            }
        }
        // Constants alone do not make an object: it is sure to be there only with a required field in it.
        let sure = members.iter().any(|(name, node)| !matches!(node, Node::Constant(_)) && required.contains(name));
        let mut out = json!({ "type": "object", "properties": properties, "additionalProperties": false });
        if !required.is_empty() {
            out["required"] = json!(required);
        }
        (out, sure)
    }

    /// Puts title, description and example before the schema of an object or list.
    fn contained(&self, place: &[&str], schema: Value) -> Value {
        let container = self.model.containers.iter().find(|container| container.to == place);
        let container = container.expect("each container of a built-in target is described: a test looks at all of them");
        let example = place.iter().try_fold(self.example, |value, segment| value.get(segment));
        let mut out = json!({ "title": container.title, "description": container.description, "examples": [example] });
        merge(&mut out, schema);
        out
    }
}

/// The schema of a list whose elements differ in their constants, and whether each record has it. Elements close up over
/// left-out ones, so all are held to one schema.
fn list(elements: &[&Node<'_>]) -> (Value, bool) {
    let mut keys: IndexMap<&str, (Vec<&TargetField>, Vec<&Constant>, usize)> = IndexMap::new();
    let mut sure = false;
    for element in elements {
        let Node::Object(members) = element else { unreachable!("elements of built-in lists are objects") };
        let fields = members.iter().filter(|(_, node)| matches!(node, Node::Field(_))).count();
        for (name, node) in members {
            let (fields_there, constants_there, certain) = keys.entry(name).or_default();
            match node {
                Node::Field(field) => {
                    sure |= field.required;
                    fields_there.push(field);
                    // The only field of an element has a value, or the element would have been left out.
                    *certain += usize::from(field.required || fields == 1);
                }
                Node::Constant(constant) => {
                    constants_there.push(constant);
                    *certain += 1;
                }
                Node::Object(_) | Node::List(_) => unreachable!("elements of built-in lists are flat"),
            }
        }
    }
    let certain = |certain: usize| certain == elements.len();
    let required: Vec<_> = keys.iter().filter(|(_, (.., count))| certain(*count)).map(|(name, _)| *name).collect();
    let property = |(name, (fields, constants, count)): (&&str, &(Vec<&TargetField>, Vec<&Constant>, usize))| {
        let schema =
            if constants.is_empty() { field_schema(fields, name, !certain(*count)) } else { constant_schema(constants, name) };
        ((*name).to_owned(), schema)
    };
    let properties: Map<_, _> = keys.iter().map(property).collect();
    let mut items = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        items["required"] = json!(required);
    }
    (json!({ "type": "array", "items": items, "minItems": 1 }), sure)
}

/// The schema of one key that one field, or the same field of several list elements, fills.
fn field_schema(fields: &[&TargetField], name: &str, nullable: bool) -> Value {
    let (title, description) = match fields {
        [field] => (field.title.clone(), field.help()),
        _ => {
            let lines: Vec<_> = fields.iter().map(|field| format!("`{}`: {}", field.name, field.help())).collect();
            (humanized(name), lines.join("\n\n"))
        }
    };
    let mut examples: Vec<_> = fields.iter().map(|field| field.stands(field.example.clone())).collect();
    examples.dedup();
    let mut out = json!({ "title": title, "description": description, "examples": examples });
    merge(&mut out, kind_schema(fields[0].kind, fields[0], nullable));
    out
}

/// What every value of the kind keeps.
fn kind_schema(kind: Kind, field: &TargetField, nullable: bool) -> Value {
    let named = |name: &str| if nullable { json!([name, "null"]) } else { json!(name) };
    match kind {
        Kind::String => json!({ "type": named("string") }),
        Kind::Integer => json!({ "type": named("integer") }),
        Kind::Decimal => json!({ "type": named("number") }),
        Kind::Boolean => json!({ "type": named("boolean") }),
        Kind::Date => json!({ "type": named("string"), "format": "date" }),
        Kind::Datetime => json!({ "type": named("string"), "format": "date-time" }),
        Kind::Email => json!({ "type": named("string"), "pattern": EMAIL_PATTERN }),
        Kind::Enum if field.open => json!({ "type": named("string"), "examples": field.words }),
        Kind::Enum => {
            let words = field.words.iter().map(|word| json!(word)).chain(nullable.then_some(Value::Null));
            json!({ "type": named("string"), "enum": words.collect::<Vec<_>>() })
        }
        Kind::List => {
            let mut items = field.items.map_or_else(|| json!({}), |items| kind_schema(items, field, false));
            if let Some(name) = &field.each {
                let example = field.example.get(0);
                let described = json!({ "title": humanized(name), "description": "The value itself.", "examples": [example] });
                merge(&mut items, described);
                let [properties, required] = [json!({ name: items }), json!([name])];
                items =
                    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false });
            }
            json!({ "type": named("array"), "items": items })
        }
        Kind::Json => json!({}),
    }
}

/// The schema of one key that the target itself fills, with one of these values.
fn constant_schema(constants: &[&Constant], name: &str) -> Value {
    let values: Vec<_> = constants.iter().map(|constant| &constant.value).collect();
    let mut out = json!({ "title": humanized(name), "description": constants[0].description, "examples": values });
    match values[..] {
        [value] => out["const"] = value.clone(),
        _ => out["enum"] = json!(values),
    }
    out
}

fn merge(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}
