//! What became of a field of one record.

use crate::mapping::compiled::OnInvalid;
use crate::value::Value;

/// What a field came to.
#[derive(Debug, Clone, PartialEq)]
pub enum State<'r> {
    Value {
        value: Value<'r>,
        origin: Origin,
    },
    /// `when` does not hold.
    NotApplicable,
    /// No place had a value, and there is no default.
    Missing(Lack),
    Invalid(Invalid),
}

impl State<'_> {
    /// The state cut loose from the record it was computed from.
    pub fn into_owned(self) -> State<'static> {
        match self {
            State::Value { value, origin } => State::Value { value: value.into_owned(), origin },
            State::NotApplicable => State::NotApplicable,
            State::Missing(lack) => State::Missing(lack),
            State::Invalid(invalid) => State::Invalid(invalid),
        }
    }
}

/// Where a value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The entry of `from` with this number, from 0.
    Entry(usize),
    Default,
    /// Another field's rule, or the list of blank fields.
    Field,
}

/// Why there is no value: the best that the places had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// Every place is absent: not asked for, not permitted, or not there.
    Absent,
    /// Some place is null, or finds nothing.
    Null,
    /// Some place holds blank text, or a text that means "no value".
    Blank,
}

impl Lack {
    pub fn word(self) -> &'static str {
        match self {
            Lack::Absent => "absent",
            Lack::Null => "null",
            Lack::Blank => "blank",
        }
    }

    /// What reasons and tests say of it.
    pub fn sentence(self) -> &'static str {
        match self {
            Lack::Absent => "no value: every place is absent",
            Lack::Null => "no value: the places are null",
            Lack::Blank => "no value: the places are blank",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// The entry whose value is wrong, from 0; `None` where it is no entry's.
    pub entry: Option<usize>,
    /// What is wrong, without the value.
    pub message: String,
    pub action: OnInvalid,
}
