//! What the date steps have in common: they take dates and datetimes, and ISO text, which is how dates come from Bob.

use super::Failure;
use crate::value::time::{Iso, parse_iso};
use crate::value::{Shape, Value};
use jiff::civil::{DateTime, Time};
use std::borrow::Cow;

/// What a date step takes, [`Shape::Text`] being ISO text.
pub const DATES: &[Shape] = &[Shape::Text, Shape::Date, Shape::LocalDatetime, Shape::Instant];

/// The date or datetime in a value. The value of ISO text is not in the failure: it may be somebody's birthday.
pub fn read(value: &Value<'_>) -> Result<Iso, Failure> {
    match value {
        Value::Date(date) => Ok(Iso::Date(*date)),
        Value::LocalDatetime(datetime) => Ok(Iso::LocalDatetime(*datetime)),
        Value::Instant(instant) => Ok(Iso::Instant(*instant)),
        Value::Text(text) => parse_iso(text).map_err(|_| {
            Failure::new(
                "expected an ISO date (YYYY-MM-DD, perhaps with a time), found other text; `parse_date` reads other formats",
            )
        }),
        other => Err(Failure::shape(other, "a date")),
    }
}

/// The date or datetime as a value.
pub fn value<'v>(iso: Iso) -> Value<'v> {
    match iso {
        Iso::Date(date) => Value::Date(date),
        Iso::LocalDatetime(datetime) => Value::LocalDatetime(datetime),
        Iso::Instant(instant) => Value::Instant(instant),
    }
}

/// The date or datetime in the shape that it came in: text again if `like` was text.
pub fn value_like<'v>(iso: Iso, like: &Value<'_>) -> Value<'v> {
    match (value(iso), like) {
        (value, Value::Text(_)) => Value::Text(Cow::Owned(value.to_plain().into_owned())),
        (value, _) => value,
    }
}

/// The day of a value without an offset, at `time`.
pub fn at<'v>(value: &Value<'_>, time: Time) -> Result<Value<'v>, Failure> {
    match read(value)? {
        Iso::Date(date) => Ok(Value::LocalDatetime(date.to_datetime(time))),
        Iso::LocalDatetime(datetime) => Ok(Value::LocalDatetime(DateTime::from_parts(datetime.date(), time))),
        Iso::Instant(_) => {
            Err(Failure::new("expected a date, found a date and time with an offset: it is a point in time already"))
        }
    }
}
