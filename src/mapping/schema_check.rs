//! Holds a file to the very schema that stands in `schemas/`, in words for people: what was found, what was expected, and
//! the word that was probably meant.

use super::document::{Content, Document, NodeId, Scalar, deserialize};
use crate::diagnostic::{Code, Diagnostic};
use crate::value::text::nearest;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;
use std::ops::Range;
use std::sync::LazyLock;

/// The schema's text: the one that editors use.
pub const SCHEMA: &str = include_str!("../../schemas/mapping.schema.json");

static PARSED: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(SCHEMA).expect("a test compares the schema with the types"));
static VALIDATOR: LazyLock<jsonschema::Validator> =
    LazyLock::new(|| jsonschema::draft202012::new(&PARSED).expect("a test compares the schema with the types"));

/// Every way in which the document misses the schema.
pub fn check(document: &Document, text: &str) -> Vec<Diagnostic> {
    let Ok(instance) = deserialize::<Value>(document) else { return Vec::new() };
    let mut findings: Vec<Diagnostic> =
        VALIDATOR.iter_errors(&instance).flat_map(|error| findings(document, text, &error)).collect();
    findings.sort_by_key(|finding| (finding.span.start, finding.span.end));
    findings.dedup_by(|a, b| a.span == b.span && a.code == b.code);
    findings
}

fn findings(document: &Document, text: &str, error: &jsonschema::ValidationError<'_>) -> Vec<Diagnostic> {
    let pointer: Vec<String> =
        error.instance_path().as_str().split('/').skip(1).map(|segment| segment.replace("~1", "/").replace("~0", "~")).collect();
    let node = document.at_pointer(pointer.iter().map(String::as_str)).unwrap_or(document.root());
    let new = |code, span: Range<usize>, message: String| Diagnostic::new(code, document.file, span, message);
    let here = document.span(node);
    let subject = pointer.iter().rev().find(|segment| segment.parse::<usize>().is_err());
    let name = subject.map_or_else(|| "the file".to_owned(), |segment| format!("`{segment}`"));
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let known = known_keys(error.schema_path().as_str());
            unexpected.iter().map(|key| unknown_key(document, node, key, &known)).collect()
        }
        ValidationErrorKind::Required { property } => {
            let key = property.as_str().unwrap_or_default();
            let span = first_line(text, &here);
            let place = if pointer.is_empty() { "the file".to_owned() } else { name };
            vec![new(Code::MissingKey, span, format!("{place} has no `{key}`")).help(missing_help(key))]
        }
        ValidationErrorKind::Type { kind } => {
            let expected = types(kind);
            let found = found(document, node);
            let finding = new(Code::BadType, first_line(text, &here), format!("{name} takes {expected}; this is {found}"));
            vec![match document.scalar(node) {
                Some(Scalar::Number(_) | Scalar::Boolean(_)) if expected.contains("text") => {
                    finding.help("put it in quotes to make text of it")
                }
                _ => finding,
            }]
        }
        ValidationErrorKind::Enum { options } => {
            let words: Vec<&str> =
                options.as_array().map(|words| words.iter().filter_map(Value::as_str).collect()).unwrap_or_default();
            let written = document.text(node).unwrap_or_default();
            let listed = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
            let finding = new(Code::BadType, here, format!("{name} takes one of {listed}; this is `{written}`"));
            vec![match nearest(written, words.iter().copied()) {
                Some(word) => finding.help(format!("did you mean `{word}`?")).replacement(word),
                None => finding,
            }]
        }
        ValidationErrorKind::Pattern { .. } if pointer == ["mapping"] => vec![
            new(
                Code::BadType,
                here,
                "a mapping's name is made of small letters, digits and _, and begins with a letter".to_owned(),
            )
            .help("for example `employees` or `activtrak_users`"),
        ],
        ValidationErrorKind::MinProperties { .. } | ValidationErrorKind::MaxProperties { .. } => {
            vec![
                new(Code::BadType, first_line(text, &here), "one step has one name".to_owned())
                    .help("begin a new item of the list (`- `) for the next step"),
            ]
        }
        ValidationErrorKind::Minimum { limit } => vec![new(Code::BadType, here, format!("{name} is at least {limit}"))],
        ValidationErrorKind::MinLength { .. } => vec![new(Code::BadType, here, format!("{name} is empty"))],
        kind => vec![new(Code::BadType, first_line(text, &here), format!("{name} does not fit the schema ({})", kind.keyword()))],
    }
}

fn unknown_key(document: &Document, node: NodeId, key: &str, known: &[String]) -> Diagnostic {
    let span = document.key_span(node, key);
    let finding = Diagnostic::new(Code::UnknownKey, document.file, span, format!("there is no key `{key}` here"));
    match nearest(key, known.iter().map(String::as_str)) {
        Some(word) => finding.help(format!("did you mean `{word}`?")).replacement(word),
        None => finding.help(format!("the keys here are {}", known.join(", "))),
    }
}

/// The names that the schema's object with the failing `additionalProperties` has.
fn known_keys(schema_path: &str) -> Vec<String> {
    let mut schema = &*PARSED;
    for segment in schema_path.split('/').skip(1) {
        if segment == "additionalProperties" && schema.get("properties").is_some() {
            break;
        }
        let segment = segment.replace("~1", "/").replace("~0", "~");
        let next = if segment == "$ref" {
            schema.get("$ref").and_then(Value::as_str).and_then(|reference| PARSED.pointer(&reference[1..]))
        } else {
            schema.get(&segment).or_else(|| schema.get(segment.parse::<usize>().ok()?))
        };
        let Some(next) = next else { break };
        schema = next;
    }
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.map(|properties| properties.keys().cloned().collect()).unwrap_or_default()
}

fn missing_help(key: &str) -> &'static str {
    match key {
        "format" => "write `format: 1`",
        "mapping" => "write `mapping: NAME` on the first line",
        _ => "`bobmap help mapping` lists the keys",
    }
}

/// The first line of a container: enough to find it, and less than a screen full of underlines.
fn first_line(text: &str, span: &Range<usize>) -> Range<usize> {
    let end = text[span.clone()].find(['\n', '\r']).map_or(span.end, |at| span.start + at);
    span.start..end
}

fn types(kind: &TypeKind) -> String {
    let words: Vec<String> = match kind {
        TypeKind::Single(kind) => vec![word(&kind.to_string()).to_owned()],
        TypeKind::Multiple(kinds) => kinds.iter().map(|kind| word(&kind.to_string()).to_owned()).collect(),
    };
    match words.as_slice() {
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
        [] => "something else".to_owned(),
    }
}

fn word(kind: &str) -> &str {
    match kind {
        "string" => "text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "keys with values",
        other => other,
    }
}

fn found(document: &Document, node: NodeId) -> &'static str {
    match &document.node(node).content {
        Content::List(_) => "a list",
        Content::Map(_) => "keys with values",
        Content::Scalar { .. } => match document.scalar(node) {
            Some(Scalar::Null) => "nothing",
            Some(Scalar::Boolean(_)) => "true or false",
            Some(Scalar::Number(_)) => "a number",
            _ => "text",
        },
    }
}
