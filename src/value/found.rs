//! What a path found in a record: nothing, null, blank text or a value. HiBob sends null for a readable empty field and
//! leaves out one that the service user may not see, so the first two must never be confused.

use super::json;
use std::borrow::Cow;

/// The text of one JSON value, known to be well-formed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raw<'a>(Cow<'a, str>);

impl<'a> Raw<'a> {
    /// `text` must be one well-formed JSON value without white space around it, as the readers in [`json`] hand it out.
    pub fn new(text: &'a str) -> Self {
        debug_assert!(!text.is_empty());
        Raw(Cow::Borrowed(text))
    }

    pub fn owned(text: String) -> Raw<'static> {
        Raw(Cow::Owned(text))
    }

    pub fn text(&self) -> &str {
        &self.0
    }

    pub fn into_text(self) -> Cow<'a, str> {
        self.0
    }

    /// The text, if it is still the input's own.
    pub fn borrowed(&self) -> Option<&'a str> {
        match self.0 {
            Cow::Borrowed(text) => Some(text),
            Cow::Owned(_) => None,
        }
    }

    pub fn into_owned(self) -> Raw<'static> {
        Raw(Cow::Owned(self.0.into_owned()))
    }

    pub fn shape(&self) -> RawShape {
        match self.0.as_bytes()[0] {
            b'"' => RawShape::String,
            b'{' => RawShape::Object,
            b'[' => RawShape::Array,
            b't' | b'f' => RawShape::Boolean,
            b'n' => RawShape::Null,
            _ => RawShape::Number,
        }
    }
}

/// The six kinds of JSON value, told by the first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RawShape {
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}

/// The four states of a place in a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found<'a> {
    /// An object on the way lacks the name: not requested, not permitted, or not there.
    Absent,
    /// Null, or a null on the way: readable, and empty.
    Null,
    /// Text of nothing but blanks.
    Blank,
    Value(Raw<'a>),
}

impl<'a> Found<'a> {
    /// Sorts a JSON value into null, blank and value.
    pub fn of(raw: Raw<'a>) -> Self {
        match raw.shape() {
            RawShape::Null => Found::Null,
            RawShape::String if json::is_blank_string(raw.text()) => Found::Blank,
            _ => Found::Value(raw),
        }
    }
}
