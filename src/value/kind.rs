//! What a field is declared to hold ([`Kind`]) and what a value is while steps work on it ([`Shape`]).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a field holds: the `type` of the mapping language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    String,
    Integer,
    Decimal,
    Boolean,
    Date,
    Datetime,
    Email,
    Enum,
    List,
    Json,
}

impl Kind {
    pub const ALL: [Kind; 10] = [
        Kind::String,
        Kind::Integer,
        Kind::Decimal,
        Kind::Boolean,
        Kind::Date,
        Kind::Datetime,
        Kind::Email,
        Kind::Enum,
        Kind::List,
        Kind::Json,
    ];

    /// The word that stands in a mapping file.
    pub fn word(self) -> &'static str {
        match self {
            Kind::String => "string",
            Kind::Integer => "integer",
            Kind::Decimal => "decimal",
            Kind::Boolean => "boolean",
            Kind::Date => "date",
            Kind::Datetime => "datetime",
            Kind::Email => "email",
            Kind::Enum => "enum",
            Kind::List => "list",
            Kind::Json => "json",
        }
    }

    /// The shapes that a value may have when its steps are done and the type is applied.
    pub fn accepts(self) -> &'static [Shape] {
        match self {
            Kind::String => &[Shape::Text, Shape::Number, Shape::Date, Shape::LocalDatetime, Shape::Instant],
            Kind::Enum | Kind::Email => &[Shape::Text, Shape::Number],
            Kind::Integer | Kind::Decimal => &[Shape::Number],
            Kind::Boolean => &[Shape::Boolean],
            Kind::Date => &[Shape::Text, Shape::Date, Shape::LocalDatetime, Shape::Instant],
            Kind::Datetime => &[Shape::Text, Shape::Instant],
            Kind::List => &[Shape::List],
            Kind::Json => &Shape::ALL,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What a value is while it passes through a field's steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Shape {
    Text,
    Number,
    Boolean,
    Date,
    LocalDatetime,
    Instant,
    List,
    Json,
}

impl Shape {
    pub const ALL: [Shape; 8] =
        [Shape::Text, Shape::Number, Shape::Boolean, Shape::Date, Shape::LocalDatetime, Shape::Instant, Shape::List, Shape::Json];

    /// What a message calls it.
    pub fn word(self) -> &'static str {
        match self {
            Shape::Text => "text",
            Shape::Number => "a number",
            Shape::Boolean => "true or false",
            Shape::Date => "a date",
            Shape::LocalDatetime => "a date and time without a zone",
            Shape::Instant => "a date and time with an offset",
            Shape::List => "a list",
            Shape::Json => "an object",
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
