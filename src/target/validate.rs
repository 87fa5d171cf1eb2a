//! Holding a record to a target's JSON Schema, in words that never repeat the record's values.

use super::model::Model;
use jsonschema::Draft;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;

/// Compiles a schema. Formats are held, whatever the draft says of them; nothing is fetched.
pub(super) fn compile(schema: &Value, draft: Draft) -> Result<jsonschema::Validator, jsonschema::ValidationError<'static>> {
    jsonschema::options().with_draft(draft).should_validate_formats(true).offline().build(schema)
}

impl Model {
    /// Where and how a written record misses the target's schema; empty if it does not. Says the place (a JSON Pointer) and what was
    /// expected there, never the value. Numbers beyond 64 bits are judged by their nearest floating-point number.
    pub fn validate(&self, record: &Value) -> Vec<String> {
        let validator = self.validator.get_or_init(|| {
            compile(&self.record_schema(), Draft::Draft202012)
                .expect("the schemas of built-in targets are valid: a test compiles each")
        });
        let errors = validator.iter_errors(record);
        errors.map(|error| format!("{}: {}", place(error.instance_path().as_str()), expected(error.kind()))).collect()
    }
}

/// A JSON Pointer as a person reads it.
pub(super) fn place(pointer: &str) -> &str {
    if pointer.is_empty() { "the whole" } else { pointer }
}

/// What a keyword asks for. Names and limits come from the schema, and names of keys from the record; values never appear.
pub(super) fn expected(kind: &ValidationErrorKind) -> String {
    use ValidationErrorKind as Kind;
    match kind {
        Kind::Type { kind: TypeKind::Single(kind) } => format!("expected {}", type_word(&kind.to_string())),
        Kind::Type { kind: TypeKind::Multiple(kinds) } => {
            let mut words: Vec<_> = kinds.iter().map(|kind| type_word(&kind.to_string()).to_owned()).collect();
            words.sort_by_key(|word| word == "null");
            format!("expected {}", words.join(" or "))
        }
        Kind::Required { property } => format!("the key {property} is missing"),
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            format!("the schema does not allow the key {}", quoted(unexpected))
        }
        Kind::Enum { options } => format!("expected one of {options}"),
        Kind::Constant { expected_value } => format!("expected exactly {expected_value}"),
        Kind::Format { format } => format!("expected the format {format}"),
        Kind::Pattern { pattern } => format!("expected text that matches the pattern {pattern}"),
        Kind::MaxLength { limit } => format!("expected at most {limit} characters"),
        Kind::MinLength { limit } => format!("expected at least {limit} characters"),
        Kind::Maximum { limit } => format!("expected at most {limit}"),
        Kind::Minimum { limit } => format!("expected at least {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("expected less than {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("expected more than {limit}"),
        Kind::MultipleOf { multiple_of } => format!("expected a multiple of {multiple_of}"),
        Kind::MaxItems { limit } => format!("expected at most {limit} elements"),
        Kind::MinItems { limit } => format!("expected at least {limit} elements"),
        Kind::AdditionalItems { limit } => format!("expected at most {limit} elements"),
        Kind::MaxProperties { limit } => format!("expected at most {limit} keys"),
        Kind::MinProperties { limit } => format!("expected at least {limit} keys"),
        Kind::UniqueItems => "expected no element twice".to_owned(),
        Kind::PropertyNames { error } => format!("a key is not named as the schema asks: {}", expected(error.kind())),
        Kind::FalseSchema => "the schema allows nothing here".to_owned(),
        Kind::BacktrackLimitExceeded { .. } => "the schema's pattern takes too long to try".to_owned(),
        other => format!("the schema's `{}` does not hold", other.keyword()),
    }
}

fn type_word(name: &str) -> &str {
    match name {
        "string" => "text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "an object",
        other => other,
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
}
