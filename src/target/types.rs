//! The Rust types that target structs are made of, each standing for one kind of the mapping language, and the [`Hint`]s that
//! a field carries beside its type.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Kind `email`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline, extend("format" = "email"))]
pub struct Email(pub String);

/// Kind `date`, written `YYYY-MM-DD`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline, extend("format" = "date"))]
pub struct Date(pub String);

/// Kind `datetime`, written as RFC 3339 with an offset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline, extend("format" = "date-time"))]
pub struct Datetime(pub String);

/// Kind `decimal`, written as a JSON number.
pub type Decimal = serde_json::Number;

/// Kind `json`.
pub type Json = serde_json::Value;

/// An enum whose target takes other words too: they are written as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Open<T> {
    Known(T),
    Other(String),
}

/// The keyword by which a schema says that its `enum` is not the whole story.
pub(super) const OPEN: &str = "x-open";
/// The keyword under which a field's [`Hint`] stands.
pub(super) const HINT: &str = "x-bobmap";

impl<T: JsonSchema> JsonSchema for Open<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = T::json_schema(generator);
        schema.insert(OPEN.to_owned(), true.into());
        schema
    }
}

/// What a field's Rust type cannot say: `#[schemars(extend("x-bobmap" = Hint::to("/name/givenName")))]`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Hint {
    pub(super) to: Option<String>,
    pub(super) reference: Option<String>,
    pub(super) column: Option<String>,
    pub(super) unverified: bool,
    pub(super) sensitive: bool,
    pub(super) volatile: bool,
    pub(super) each: Option<String>,
}

impl Hint {
    /// The field's place, as a JSON Pointer.
    pub fn to(pointer: &str) -> Self {
        Hint { to: Some(pointer.to_owned()), ..Hint::default() }
    }

    /// The field takes the key of a record of `target`.
    pub fn reference(target: &str) -> Self {
        Hint { reference: Some(target.to_owned()), ..Hint::default() }
    }

    /// No public text of the target's owner shows this name.
    pub fn unverified() -> Self {
        Hint { unverified: true, ..Hint::default() }
    }

    /// The value is of a kind that the law protects more than a name or an address.
    pub fn sensitive() -> Self {
        Hint { sensitive: true, ..Hint::default() }
    }

    /// The value changes without anything having changed (a signed link).
    pub fn volatile() -> Self {
        Hint { volatile: true, ..Hint::default() }
    }

    /// Adds a reference to a placed field.
    pub fn and_reference(self, target: &str) -> Self {
        Hint { reference: Some(target.to_owned()), ..self }
    }

    /// Each element of the list stands in an object of its own, under this name.
    pub fn and_each(self, name: &str) -> Self {
        Hint { each: Some(name.to_owned()), ..self }
    }

    /// Marks a placed field as volatile.
    pub fn and_volatile(self) -> Self {
        Hint { volatile: true, ..self }
    }
}
