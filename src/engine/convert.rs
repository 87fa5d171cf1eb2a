//! From JSON text to a value, and from a value to the field's type. Nothing is guessed: what does not fit is invalid.

use crate::mapping::compile::is_email;
use crate::mapping::words::Words;
use crate::value::found::RawShape;
use crate::value::json::{Data, Tree, decode, has_backslash};
use crate::value::read::{Matches, Reading, Slot};
use crate::value::text::{fold_cow, has_tidy_ends, trim_cow};
use crate::value::time::{Iso, parse_iso};
use crate::value::{Found, Kind, Raw, Value, number};
use std::borrow::Cow;

const HALF_A_PAIR: &str = "the text holds half of a surrogate pair (a character cut in two)";

/// A JSON value as steps work on it: text trimmed, lists opened up, objects left as they are. Elements without a value are
/// left out of lists.
///
/// # Errors
/// Says what is wrong, without the value.
#[inline]
pub fn read<'a>(raw: Raw<'a>, missing_values: &[String]) -> Result<Option<Value<'a>>, String> {
    match raw.shape() {
        RawShape::Null => Ok(None),
        RawShape::Boolean => Ok(Some(Value::Boolean(raw.text() == "true"))),
        RawShape::Number => Ok(Some(Value::Number(Cow::Borrowed(raw.text())))),
        RawShape::String => {
            let text = match tidy(raw) {
                Some(text) => Cow::Borrowed(text),
                None => trim_cow(decode(raw.text()).ok_or(HALF_A_PAIR)?),
            };
            let missing = text.is_empty() || missing_values.iter().any(|missing| **missing == text);
            Ok((!missing).then_some(Value::Text(text)))
        }
        RawShape::Object => {
            check_names(raw)?;
            Ok(Some(Value::Json(Cow::Borrowed(raw.text()))))
        }
        RawShape::Array => {
            let elements = elements(raw)?;
            let values: Result<Vec<_>, _> = elements.into_iter().map(|element| read(element, missing_values)).collect();
            Ok(Some(Value::List(values?.into_iter().flatten().collect())))
        }
    }
}

/// The text of a JSON string that has no escapes, and no blanks at its ends.
#[inline]
pub fn tidy(raw: Raw<'_>) -> Option<&str> {
    let inner = raw.text().strip_prefix('"')?.strip_suffix('"')?;
    (has_tidy_ends(inner) && !has_backslash(inner.as_bytes())).then_some(inner)
}

/// The whole value untouched, for fields of type `json`.
///
/// # Errors
/// An object in it that has a name twice.
pub fn whole(raw: Raw<'_>) -> Result<Value<'_>, String> {
    check_names(raw)?;
    Ok(Value::Json(Cow::Borrowed(raw.text())))
}

fn check_names(raw: Raw<'_>) -> Result<(), String> {
    match raw.shape() {
        RawShape::Object | RawShape::Array => Tree::parse(raw.text()).map(drop).map_err(|error| error.fault.to_string()),
        _ => Ok(()),
    }
}

/// The elements of a JSON array.
fn elements(raw: Raw<'_>) -> Result<Vec<Raw<'_>>, String> {
    match Tree::parse(raw.text()).map_err(|error| error.fault.to_string())?.data {
        Data::Array(items) => Ok(items.into_iter().map(|item| Raw::new(item.raw)).collect()),
        _ => Ok(Vec::new()),
    }
}

/// A text, number or boolean as the words that conditions and spellings compare; `None` for lists, objects and texts that
/// are none.
pub fn plain(raw: Raw<'_>) -> Option<Cow<'_, str>> {
    match raw.shape() {
        RawShape::String => tidy(raw).map(Cow::Borrowed).or_else(|| decode(raw.text()).map(trim_cow)),
        RawShape::Number | RawShape::Boolean => Some(Cow::Borrowed(raw.text())),
        _ => None,
    }
}

/// Why a record of time off can't be used, if it says so itself in the slot `fault`.
pub fn fault(slots: Reading<'_>, fault: Option<usize>) -> Option<String> {
    match slots.slot(fault?) {
        Slot::One(Found::Value(raw)) => Some(plain(raw).map_or_else(|| "the record can't be used".to_owned(), Cow::into_owned)),
        _ => None,
    }
}

/// A key by which a join compares: texts and numbers never equal each other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct JoinKey<'r> {
    is_text: bool,
    text: Cow<'r, str>,
}

impl JoinKey<'_> {
    pub fn into_owned(self) -> JoinKey<'static> {
        JoinKey { is_text: self.is_text, text: Cow::Owned(self.text.into_owned()) }
    }
}

/// The keys in the answer of a path.
pub fn join_keys(slot: Slot<'_>, ignore_case: bool) -> impl Iterator<Item = JoinKey<'_>> {
    let (one, several) = match slot {
        Slot::One(Found::Value(raw)) => (Some(raw), None),
        Slot::One(_) => (None, None),
        Slot::Many(found) => (None, Some(found)),
    };
    one.into_iter().chain(several.into_iter().flat_map(Matches::iter)).filter_map(move |raw| {
        let is_text = raw.shape() == RawShape::String;
        if !is_text && raw.shape() != RawShape::Number {
            return None;
        }
        let text = plain(raw).filter(|text| !text.is_empty())?;
        let text = if ignore_case { fold_cow(text) } else { text };
        Some(JoinKey { is_text, text })
    })
}

/// The word that lists the value as one of its spellings, if the value is of a kind that has spellings.
pub fn spelled<'w>(value: &Value<'_>, words: &'w Words) -> Option<Option<&'w Value<'static>>> {
    match value {
        Value::Text(text) | Value::Number(text) => Some(words.look_up(text)),
        Value::Boolean(value) => Some(words.look_up(if *value { "true" } else { "false" })),
        _ => None,
    }
}

/// The value as the field's type holds it.
///
/// # Errors
/// Says what was expected and what kind of thing was found, never the value.
pub fn typed<'a>(value: Value<'a>, kind: Kind, items: Kind) -> Result<Value<'a>, String> {
    let found = value.shape();
    let wrong = |expected: &str| Err(format!("expected {expected}, found {found}"));
    match (kind, value) {
        (Kind::Json, value) => Ok(value),
        (Kind::String | Kind::Enum, Value::Text(text)) => Ok(Value::Text(text)),
        (Kind::String | Kind::Enum, Value::Number(digits)) => Ok(Value::Text(digits)),
        (Kind::String, value @ (Value::Date(_) | Value::LocalDatetime(_) | Value::Instant(_))) => {
            Ok(Value::Text(Cow::Owned(value.to_plain().into_owned())))
        }
        (Kind::String | Kind::Enum, _) => wrong("text"),
        (Kind::Email, Value::Text(text)) if is_email(&text) => Ok(Value::Text(text)),
        (Kind::Email, Value::Text(_)) => Err("expected an e-mail address (one @, no blanks)".to_owned()),
        (Kind::Email, _) => wrong("an e-mail address"),
        (Kind::Integer, Value::Number(digits)) => match whole_digits(digits) {
            Some(digits) => Ok(Value::Number(digits)),
            None => Err("expected a whole number, found a fraction".to_owned()),
        },
        (Kind::Integer, _) => wrong("a whole number"),
        (Kind::Decimal, Value::Number(digits)) => Ok(Value::Number(digits)),
        (Kind::Decimal, _) => wrong("a number"),
        (Kind::Boolean, Value::Boolean(value)) => Ok(Value::Boolean(value)),
        (Kind::Boolean, _) => wrong("true or false"),
        (Kind::Date, Value::Date(date)) => Ok(Value::Date(date)),
        (Kind::Date, Value::LocalDatetime(datetime)) => Ok(Value::Date(datetime.date())),
        (Kind::Date, Value::Instant(instant)) => Ok(Value::Date(instant.civil().date())),
        (Kind::Date, Value::Text(text)) => Ok(Value::Date(parse_iso(&text)?.date())),
        (Kind::Date, _) => wrong("a date (YYYY-MM-DD)"),
        (Kind::Datetime, Value::Instant(instant)) => Ok(Value::Instant(instant)),
        (Kind::Datetime, Value::Text(text)) => match parse_iso(&text)? {
            Iso::Instant(instant) => Ok(Value::Instant(instant)),
            _ => Err("the date and time has no offset; the step `assume_zone` gives it one".to_owned()),
        },
        (Kind::Datetime, Value::LocalDatetime(_)) => {
            Err("the date and time has no offset; the step `assume_zone` gives it one".to_owned())
        }
        (Kind::Datetime, _) => wrong("a date and time with an offset"),
        (Kind::List, Value::List(elements)) => {
            let elements: Result<Vec<_>, _> = elements.into_iter().map(|element| typed(element, items, Kind::Json)).collect();
            elements.map(Value::List).map_err(|why| format!("an element of the list: {why}"))
        }
        (Kind::List, _) => wrong("a list"),
    }
}

fn whole_digits(digits: Cow<'_, str>) -> Option<Cow<'_, str>> {
    match digits {
        Cow::Borrowed(digits) => number::to_integer(digits),
        Cow::Owned(digits) => number::to_integer(&digits).map(|digits| Cow::Owned(digits.into_owned())),
    }
}
