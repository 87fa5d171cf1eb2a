//! Reads a step's argument into its type, and says what was found where it does not fit.

use super::ArgumentError;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;

/// The schema of an argument, in place: a step's arguments are small, and a reader of the schema need not follow a `$ref`.
pub fn schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    let mut schema = T::json_schema(generator);
    // Both are the program's own business: how many bits it uses, and what it calls a key that is not there.
    if let Some(properties) = schema.get_mut("properties").and_then(|properties| properties.as_object_mut()) {
        for property in properties.values_mut().filter_map(|property| property.as_object_mut()) {
            property.remove("format");
            property.remove("default");
        }
    }
    schema
}

/// The argument as `T`.
///
/// # Errors
/// Names what was found and what was expected.
pub fn read<T: DeserializeOwned>(argument: &serde_json::Value) -> Result<T, ArgumentError> {
    if let Some((key, _)) = argument.as_object().and_then(|keys| keys.iter().find(|(_, value)| value.is_null())) {
        return Err(ArgumentError::new(format!("the key `{key}` has no value")));
    }
    // serde would take a list for a struct, key by key.
    if argument.is_array() {
        return Err(ArgumentError::new("found a list, which this step does not take"));
    }
    T::deserialize(argument).map_err(|error| explain(&error.to_string()))
}

/// Turns serde's words into ours.
fn explain(error: &str) -> ArgumentError {
    let quoted = |text: &str| text.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    if let Some(rest) = error.strip_prefix("unknown field ") {
        let names = quoted(rest);
        let fault = ArgumentError::new(format!("there is no key {}", rest.replacen(", expected", "; expected", 1)));
        return match names.split_first().and_then(|(wrong, known)| nearest(wrong, known.iter().map(String::as_str))) {
            Some(near) => fault.help(format!("did you mean `{near}`?")),
            None => fault,
        };
    }
    if let Some(rest) = error.strip_prefix("missing field ") {
        return ArgumentError::new(format!("the key {rest} is missing"));
    }
    let Some(rest) = error.strip_prefix("invalid type: ").or_else(|| error.strip_prefix("invalid value: ")) else {
        return ArgumentError::new(error);
    };
    let (found, expected) = rest.rsplit_once(", expected ").unwrap_or((rest, "something else"));
    let fault = ArgumentError::new(format!("expected {}, found {}", plain(expected), plain(found)));
    let unquoted = expected == "a string" && ["integer", "floating", "boolean"].iter().any(|scalar| found.starts_with(scalar));
    if unquoted { fault.help("put it in quotes") } else { fault }
}

/// What a person calls what serde names.
fn plain(words: &str) -> String {
    match words.split_once(' ').unwrap_or((words, "")) {
        ("string", _) | ("a", "string") => "text".to_owned(),
        ("integer", number) => format!("the number {number}"),
        ("floating", number) => format!("the number {}", number.trim_start_matches("point ")),
        ("boolean", truth) => truth.to_owned(),
        ("map" | "struct", _) => "keys and values".to_owned(),
        ("u32" | "usize", _) => "a whole number, 0 or more".to_owned(),
        ("i32", _) => "a whole number".to_owned(),
        _ => words.to_owned(),
    }
}

/// The name that was probably meant.
pub fn nearest<'n>(wrong: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&wrong.to_lowercase(), &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// The argument as text of at least one character.
///
/// # Errors
/// Names what was found.
pub fn text(argument: &serde_json::Value) -> Result<String, ArgumentError> {
    let text: String = read(argument)?;
    if text.is_empty() { Err(ArgumentError::new("expected text, found empty text")) } else { Ok(text) }
}
