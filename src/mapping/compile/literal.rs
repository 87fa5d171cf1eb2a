//! The file's own words (`constant`, `default`, `otherwise`, spellings) as values of a field's type.

use super::Compiler;
use crate::mapping::document::{Content, Place, Scalar};
use crate::value::time::{Iso, parse_iso};
use crate::value::{Kind, Value, number};
use std::borrow::Cow;

impl Compiler<'_> {
    /// The value at `place` as a `kind`, or what was expected instead. `words` are the words an enum may hold; none means any.
    pub(super) fn literal(&self, place: Place, kind: Kind, items: Kind, words: &[String]) -> Result<Value<'static>, String> {
        let document = self.project.document(place);
        let node = place.node;
        match (kind, &document.node(node).content) {
            (Kind::Json, _) => Ok(Value::Json(document.json(node).into())),
            (Kind::List, Content::List(elements)) => {
                let elements =
                    elements.iter().map(|element| self.literal(Place { node: *element, ..place }, items, Kind::String, words));
                Ok(Value::List(elements.collect::<Result<_, _>>()?))
            }
            (Kind::List, _) => Err("expected a list, found one value".to_owned()),
            (_, Content::List(_)) => Err(format!("expected {}, found a list", expected(kind))),
            (_, Content::Map(_)) => Err(format!("expected {}, found keys with values", expected(kind))),
            (_, Content::Scalar { text, .. }) => match document.scalar(node) {
                Some(Scalar::Null) if text.is_empty() || kind != Kind::String && kind != Kind::Enum => {
                    Err("expected a value, found nothing".to_owned())
                }
                Some(scalar) => scalar_literal(text, scalar, kind, words),
                None => Err(format!("expected {}", expected(kind))),
            },
        }
    }
}

impl Compiler<'_> {
    /// The key at `place`, one of our words, as a `kind`.
    pub(super) fn word(&self, place: Place, kind: Kind, words: &[String]) -> Result<Value<'static>, String> {
        let document = self.project.document(place);
        match (document.text(place.node), document.unquoted(place.node)) {
            (Some(text), Some(scalar)) => scalar_literal(text, scalar, kind, words),
            _ => Err(format!("expected {}", expected(kind))),
        }
    }
}

fn scalar_literal(text: &str, scalar: Scalar<'_>, kind: Kind, words: &[String]) -> Result<Value<'static>, String> {
    let quoted = matches!(scalar, Scalar::Text(_)) && matches!(kind, Kind::Integer | Kind::Decimal | Kind::Boolean);
    let wrong = || format!("expected {}, found {}`{text}`", expected(kind), if quoted { "the text " } else { "" });
    let owned = || Value::Text(Cow::Owned(text.trim().to_owned()));
    match kind {
        Kind::String if text.trim().is_empty() => Err("expected text, found blanks".to_owned()),
        Kind::String => Ok(owned()),
        Kind::Enum if words.is_empty() || words.iter().any(|word| word == text) => Ok(owned()),
        Kind::Enum => Err(format!("expected one of {}, found `{text}`", words.join(", "))),
        Kind::Email if is_email(text.trim()) => Ok(owned()),
        Kind::Integer => match scalar {
            Scalar::Number(digits) => {
                number::to_integer(digits).map(|digits| Value::Number(Cow::Owned(digits.into_owned()))).ok_or_else(wrong)
            }
            _ => Err(wrong()),
        },
        Kind::Decimal => match scalar {
            Scalar::Number(digits) => Ok(Value::Number(Cow::Owned(digits.to_owned()))),
            _ => Err(wrong()),
        },
        Kind::Boolean => match scalar {
            Scalar::Boolean(value) => Ok(Value::Boolean(value)),
            _ => Err(wrong()),
        },
        Kind::Date => match parse_iso(text) {
            Ok(Iso::Date(date)) => Ok(Value::Date(date)),
            Ok(_) => Err(wrong()),
            // A text of that form which is no day of the calendar needs a reason.
            Err(why) if text.len() == 10 && text.as_bytes()[4] == b'-' => Err(format!("{}: {why}", wrong())),
            Err(_) => Err(wrong()),
        },
        Kind::Datetime => match parse_iso(text) {
            Ok(Iso::Instant(instant)) => Ok(Value::Instant(instant)),
            _ => Err(wrong()),
        },
        _ => Err(wrong()),
    }
}

/// How to write a value of a kind.
pub(super) fn how_to_write(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Integer => "write digits, without quotes",
        Kind::Decimal => "write a number like 1.5, without quotes",
        Kind::Boolean => "write `true` or `false`, without quotes",
        Kind::Date => "write a date like 2026-03-01",
        Kind::Datetime => "write a date, a time and an offset, like 2026-03-01T09:00:00Z",
        Kind::Email => "write an address like ada@example.com",
        Kind::List => "put it in brackets: `[...]`",
        Kind::String | Kind::Enum | Kind::Json => return None,
    })
}

/// What a kind of field holds, for a message.
pub(super) fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::String => "text",
        Kind::Integer => "a whole number",
        Kind::Decimal => "a number",
        Kind::Boolean => "true or false",
        Kind::Date => "a date (YYYY-MM-DD)",
        Kind::Datetime => "a date and time with an offset (2026-03-01T09:00:00Z)",
        Kind::Email => "an e-mail address",
        Kind::Enum => "a word",
        Kind::List => "a list",
        Kind::Json => "any value",
    }
}

/// One @ with something on both sides, and no blanks.
pub(crate) fn is_email(text: &str) -> bool {
    match text.split_once('@') {
        Some((name, domain)) => !name.is_empty() && !domain.is_empty() && !domain.contains('@') && !has_blanks(text),
        None => false,
    }
}

/// Whether there is white space or a control character.
fn has_blanks(text: &str) -> bool {
    // Most texts: looks at many bytes at once.
    let is_plain = text.bytes().fold(true, |plain, byte| plain & byte.is_ascii_graphic());
    !is_plain && text.contains(|c: char| c.is_whitespace() || c.is_control())
}
