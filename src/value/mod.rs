//! The words that everything shares: what was found in a record, what a field holds, and how both are written.
//! Knows nothing of mappings, files or HiBob.

pub mod found;
pub mod json;
pub mod kind;
pub mod mask;
pub mod number;
pub mod path;
pub mod read;
pub mod text;
pub mod time;

pub use found::{Found, Raw};
pub use kind::{Kind, Shape};

use std::borrow::Cow;
use time::Instant;

/// A typed value on its way through a field's steps to the output.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// Text, trimmed unless the field is `json`.
    Text(Cow<'a, str>),
    /// A number, as the digits that stood in the input: `1.10` stays `1.10`.
    Number(Cow<'a, str>),
    Boolean(bool),
    /// A date without a time.
    Date(jiff::civil::Date),
    /// A date and time without a zone; `assume_zone` makes an [`Instant`] of it.
    LocalDatetime(jiff::civil::DateTime),
    Instant(Instant),
    /// Any JSON value, as the text that stood in the input.
    Json(Cow<'a, str>),
    List(Vec<Value<'a>>),
}

impl<'a> Value<'a> {
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Value::Text(text.into())
    }

    /// The shape this value has now, which is what steps are checked against.
    pub fn shape(&self) -> Shape {
        match self {
            Value::Text(_) => Shape::Text,
            Value::Number(_) => Shape::Number,
            Value::Boolean(_) => Shape::Boolean,
            Value::Date(_) => Shape::Date,
            Value::LocalDatetime(_) => Shape::LocalDatetime,
            Value::Instant(_) => Shape::Instant,
            Value::Json(_) => Shape::Json,
            Value::List(_) => Shape::List,
        }
    }

    /// Text and numbers as text (a number as its digits), everything else `None`.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            Value::Number(digits) => Some(digits),
            _ => None,
        }
    }

    /// The value cut loose from the record it was read from.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Value::Number(digits) => Value::Number(Cow::Owned(digits.into_owned())),
            Value::Boolean(value) => Value::Boolean(value),
            Value::Date(date) => Value::Date(date),
            Value::LocalDatetime(datetime) => Value::LocalDatetime(datetime),
            Value::Instant(instant) => Value::Instant(instant),
            Value::Json(text) => Value::Json(Cow::Owned(text.into_owned())),
            Value::List(items) => Value::List(items.into_iter().map(Value::into_owned).collect()),
        }
    }

    /// The same value, its texts borrowed from this one.
    pub fn borrowed(&self) -> Value<'_> {
        match self {
            Value::Text(text) => Value::Text(Cow::Borrowed(text)),
            Value::Number(digits) => Value::Number(Cow::Borrowed(digits)),
            Value::Boolean(value) => Value::Boolean(*value),
            Value::Date(date) => Value::Date(*date),
            Value::LocalDatetime(datetime) => Value::LocalDatetime(*datetime),
            Value::Instant(instant) => Value::Instant(*instant),
            Value::Json(text) => Value::Json(Cow::Borrowed(text)),
            Value::List(items) => Value::List(items.iter().map(Value::borrowed).collect()),
        }
    }

    /// Appends the value as compact JSON.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        match self {
            Value::Text(text) => json::write_string(out, text),
            Value::Number(digits) => out.extend_from_slice(digits.as_bytes()),
            Value::Boolean(true) => out.extend_from_slice(b"true"),
            Value::Boolean(false) => out.extend_from_slice(b"false"),
            Value::Date(_) | Value::LocalDatetime(_) | Value::Instant(_) => {
                out.push(b'"');
                self.write_plain(out);
                out.push(b'"');
            }
            Value::Json(text) => json::write_compact(out, text),
            Value::List(items) => {
                out.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    item.write_json(out);
                }
                out.push(b']');
            }
        }
    }

    /// Appends the value as plain text: what [`Value::to_plain`] gives.
    pub fn write_plain(&self, out: &mut Vec<u8>) {
        match self {
            Value::Date(date) => time::write_date(out, *date),
            Value::LocalDatetime(datetime) => time::write(out, datetime),
            Value::Instant(instant) => time::write(out, instant),
            Value::Text(_) | Value::Number(_) | Value::Boolean(_) | Value::Json(_) | Value::List(_) => {
                out.extend_from_slice(self.to_plain().as_bytes());
            }
        }
    }

    /// The value as plain text, for CSV cells, templates and people: text without quotes, lists and objects as JSON.
    pub fn to_plain(&self) -> Cow<'_, str> {
        match self {
            Value::Text(text) => Cow::Borrowed(text),
            Value::Number(digits) => Cow::Borrowed(digits),
            Value::Boolean(true) => Cow::Borrowed("true"),
            Value::Boolean(false) => Cow::Borrowed("false"),
            Value::Date(date) => Cow::Owned(date.to_string()),
            Value::LocalDatetime(datetime) => Cow::Owned(datetime.to_string()),
            Value::Instant(instant) => Cow::Owned(instant.to_string()),
            Value::Json(_) | Value::List(_) => {
                let mut out = Vec::new();
                self.write_json(&mut out);
                Cow::Owned(String::from_utf8(out).expect("JSON made from text is UTF-8"))
            }
        }
    }
}
