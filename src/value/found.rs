//! What a path found in a record: nothing, null, blank text or a value. HiBob sends null for a readable empty field and
//! leaves out one that the service user may not see, so the first two must never be confused.

use super::json;

/// The text of one JSON value, known to be well-formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raw<'a>(&'a str);

impl<'a> Raw<'a> {
    /// `text` must be one well-formed JSON value without white space around it, as the readers in [`json`] hand it out.
    #[inline]
    pub fn new(text: &'a str) -> Self {
        debug_assert!(!text.is_empty());
        Raw(text)
    }

    #[inline]
    pub fn text(self) -> &'a str {
        self.0
    }

    #[inline]
    pub fn shape(self) -> RawShape {
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    #[inline]
    pub fn of(raw: Raw<'a>) -> Self {
        match raw.shape() {
            RawShape::Null => Found::Null,
            RawShape::String if json::is_blank_string(raw.text()) => Found::Blank,
            _ => Found::Value(raw),
        }
    }
}
