//! Reads the judging part of the schema, and tells that a file fits it, as nearly all do, without compiling it: that takes longer
//! than all the rest of a check. Says nothing of what is wrong with the others, and knows no more of JSON Schema than ours uses.

use crate::value::json::{JsonError, Scanner, decode_lossy};
use serde_json::{Map, Value};

/// The form of mappings' names: the schema's only pattern.
const NAME: &str = "^[a-z][a-z0-9_]*$";

/// The part of the schema that judges, without what is there for readers: that is most of it. At the end, under `allOf`, stand the
/// names of the targets' fields, which editors offer and which refuse nothing (a test looks): it is not even read.
pub fn judging(schema: &str) -> Value {
    part(&mut Scanner::new(schema), Level::Top).expect("a test compares the schema with the types")
}

/// Where in the schema an object stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Top,
    Schema,
    /// The members are named by the language, not by JSON Schema.
    Names,
}

fn part(schema: &mut Scanner<'_>, level: Level) -> Result<Value, JsonError> {
    match schema.peek() {
        Some(b'{') => {
            let mut members = Map::new();
            let mut next = schema.expect(b'{', "{");
            while next.is_ok() && schema.peek() != Some(b'}') {
                let name = decode_lossy(schema.string()?);
                schema.expect(b':', "a colon")?;
                match &*name {
                    "allOf" if level == Level::Top => return Ok(Value::Object(members)),
                    "title" | "description" | "examples" | "enumDescriptions" if level != Level::Names => drop(schema.value(0)?),
                    _ => {
                        let named = level != Level::Names && matches!(&*name, "properties" | "$defs");
                        let value = part(schema, if named { Level::Names } else { Level::Schema })?;
                        members.insert(name.into_owned(), value);
                    }
                }
                next = schema.expect(b',', "a comma");
            }
            schema.expect(b'}', "}").map(|()| Value::Object(members))
        }
        Some(b'[') => {
            let mut items = Vec::new();
            let mut next = schema.expect(b'[', "[");
            while next.is_ok() && schema.peek() != Some(b']') {
                items.push(part(schema, Level::Schema)?);
                next = schema.expect(b',', "a comma");
            }
            schema.expect(b']', "]").map(|()| Value::Array(items))
        }
        Some(b'"') => schema.string().map(|text| Value::String(decode_lossy(text).into_owned())),
        _ => {
            let text = schema.value(0)?;
            Ok(serde_json::from_str(text).expect("the scanner lets JSON through"))
        }
    }
}

/// Whether `instance` fits `schema`; `false` where that is not certain.
pub fn fits(instance: &Value, schema: &Value) -> bool {
    Schema { root: schema }.admits(schema, instance)
}

struct Schema<'s> {
    root: &'s Value,
}

impl Schema<'_> {
    fn admits(&self, schema: &Value, instance: &Value) -> bool {
        match schema {
            Value::Bool(all) => *all,
            Value::Object(members) => members.iter().all(|(keyword, wanted)| self.holds(keyword, wanted, members, instance)),
            _ => false,
        }
    }

    fn holds(&self, keyword: &str, wanted: &Value, members: &Map<String, Value>, instance: &Value) -> bool {
        match (keyword, instance) {
            ("$schema" | "$id" | "$defs" | "then" | "else", _) => true,
            ("$ref", _) => {
                let target = wanted.as_str().and_then(|reference| self.root.pointer(reference.strip_prefix('#')?));
                target.is_some_and(|target| self.admits(target, instance))
            }
            ("if", _) => {
                // A kind is the only condition that can be denied with certainty, and 1.0 may be an integer.
                let kind =
                    wanted.as_object().filter(|condition| condition.len() == 1).and_then(|condition| condition.get("type"));
                kind.filter(|kind| *kind != "integer").is_some_and(|kind| {
                    let branch = members.get(if is_a(kind, instance) { "then" } else { "else" });
                    branch.is_none_or(|schema| self.admits(schema, instance))
                })
            }
            ("type", _) => match wanted {
                Value::Array(kinds) => kinds.iter().any(|kind| is_a(kind, instance)),
                kind => is_a(kind, instance),
            },
            ("enum", _) => wanted.as_array().is_some_and(|words| words.contains(instance)),
            ("pattern", Value::String(text)) => wanted == NAME && is_name(text),
            ("minLength", Value::String(text)) => at_least(text.chars().count() as i64, wanted),
            ("maxLength", Value::String(text)) => at_most(text.chars().count() as i64, wanted),
            ("minimum", Value::Number(number)) => number.as_i64().is_some_and(|number| at_least(number, wanted)),
            ("maximum", Value::Number(number)) => number.as_i64().is_some_and(|number| at_most(number, wanted)),
            ("items", Value::Array(items)) => items.iter().all(|item| self.admits(wanted, item)),
            ("minItems", Value::Array(items)) => at_least(items.len() as i64, wanted),
            ("properties", Value::Object(given)) => {
                let fits = |name: &String, value| wanted.get(name).is_none_or(|schema| self.admits(schema, value));
                given.iter().all(|(name, value)| fits(name, value))
            }
            ("additionalProperties", Value::Object(given)) => {
                let known = |name: &String| members.get("properties").is_some_and(|known| known.get(name).is_some());
                given.iter().all(|(name, value)| known(name) || self.admits(wanted, value))
            }
            ("required", Value::Object(given)) => wanted
                .as_array()
                .is_some_and(|names| names.iter().all(|name| name.as_str().is_some_and(|name| given.contains_key(name)))),
            ("minProperties", Value::Object(given)) => at_least(given.len() as i64, wanted),
            ("maxProperties", Value::Object(given)) => at_most(given.len() as i64, wanted),
            // They say nothing of values of other kinds.
            ("pattern" | "minLength" | "maxLength" | "minimum" | "maximum" | "items" | "minItems", _)
            | ("properties" | "additionalProperties" | "required" | "minProperties" | "maxProperties", _) => true,
            _ => false,
        }
    }
}

fn is_a(kind: &Value, instance: &Value) -> bool {
    match (kind.as_str(), instance) {
        (Some("object"), Value::Object(_))
        | (Some("array"), Value::Array(_))
        | (Some("string"), Value::String(_))
        | (Some("boolean"), Value::Bool(_))
        | (Some("null"), Value::Null)
        | (Some("number"), Value::Number(_)) => true,
        (Some("integer"), Value::Number(number)) => number.is_i64() || number.is_u64(),
        _ => false,
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

fn at_least(number: i64, wanted: &Value) -> bool {
    wanted.as_i64().is_some_and(|least| number >= least)
}

fn at_most(number: i64, wanted: &Value) -> bool {
    wanted.as_i64().is_some_and(|most| number <= most)
}

#[cfg(test)]
mod tests {
    use super::fits;
    use serde_json::{Value, json};

    /// Each schema with what fits and what does not, or not for certain.
    #[test]
    fn what_fits_is_what_the_library_lets_through() {
        let two = json!({"$defs": {"Two": {"type": "array", "minItems": 2}}, "$ref": "#/$defs/Two"});
        let open = json!({"properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "integer", "minimum": 3}});
        let branch =
            json!({"if": {"type": "string"}, "then": {"maxLength": 2}, "else": {"minProperties": 1, "maxProperties": 1}});
        for (schema, good, bad) in [
            (two, vec![json!([1, "a"])], vec![json!([1]), json!("ab")]),
            (open, vec![json!({"a": "x", "b": 3}), json!({}), json!(1)], vec![json!({"a": 1}), json!({"b": 2})]),
            (branch, vec![json!("é"), json!({"a": 1}), json!(7)], vec![json!("abc"), json!({})]),
            (json!({"enum": ["a", "b"]}), vec![json!("a")], vec![json!("c"), json!(1)]),
            (
                json!({"pattern": super::NAME}),
                vec![json!("a_1"), json!(5)],
                vec![json!("1a"), json!("aB"), json!(""), json!("a\n")],
            ),
            (json!({"required": ["a"], "additionalProperties": false}), vec![], vec![json!({"a": 1}), json!({})]),
        ] {
            let library = jsonschema::validator_for(&schema).unwrap();
            for (instances, expected) in [(good, true), (bad, false)] {
                for instance in instances {
                    assert_eq!(
                        (fits(&instance, &schema), library.is_valid(&instance)),
                        (expected, expected),
                        "{schema} {instance}"
                    );
                }
            }
        }
        // A keyword that is not known here may say anything.
        assert!(!fits(&Value::Null, &json!({"multipleOf": 2})));
    }
}
