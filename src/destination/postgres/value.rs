//! Values on their way into columns of PostgreSQL and back: each in the type that says most of it, and none changed on the way.

use crate::value::Kind;
use crate::value::json::write_string;
use jiff::Timestamp;
use serde::de::IgnoredAny;

/// The type of a column, as PostgreSQL writes it.
pub(super) fn sql_type(kind: Kind) -> &'static str {
    match kind {
        Kind::String | Kind::Email | Kind::Enum => "text",
        Kind::Integer => "bigint",
        Kind::Decimal => "numeric",
        Kind::Boolean => "boolean",
        Kind::Date => "date",
        Kind::Datetime => "timestamp with time zone",
        Kind::List | Kind::Json => "jsonb",
    }
}

/// Digits beyond this exponent are more than `numeric` holds.
const MAX_EXPONENT: i32 = 16_000;

/// Appends a JSON text as a field of `COPY`'s text format.
///
/// # Errors
/// The column can't hold it as it is; says why, without the value.
pub(super) fn write_field(out: &mut Vec<u8>, kind: Kind, json: &str) -> Result<(), &'static str> {
    if json == "null" {
        out.extend_from_slice(b"\\N");
        return Ok(());
    }
    match kind {
        Kind::Boolean => out.push(if json == "true" { b't' } else { b'f' }),
        Kind::Integer => {
            json.parse::<i64>().map_err(|_| "a bigint has 64 bits; make the field a string")?;
            out.extend_from_slice(json.as_bytes());
        }
        Kind::Decimal => {
            let exponent = json.split_once(['e', 'E']).map_or(Ok(0), |(_, exponent)| exponent.parse::<i32>());
            if !exponent.is_ok_and(|exponent| exponent.abs() <= MAX_EXPONENT) {
                return Err("it has more digits than a numeric holds; make the field a string");
            }
            write_text(out, json)?;
        }
        Kind::List | Kind::Json => {
            judge_escapes(json)?;
            write_text(out, json)?;
        }
        Kind::Datetime => write_text(out, &instant(&text(json))?)?,
        Kind::Date => {
            let date = text(json);
            if date.starts_with("0000") {
                return Err(NO_YEAR);
            }
            write_text(out, &date)?;
        }
        Kind::String | Kind::Email | Kind::Enum => write_text(out, &text(json))?,
    }
    Ok(())
}

const NO_YEAR: &str = "PostgreSQL has no year 0; make the field a string";

fn text(json: &str) -> String {
    serde_json::from_str(json).unwrap_or_else(|_| json.to_owned())
}

/// An instant in UTC.
fn instant(text: &str) -> Result<String, &'static str> {
    let instant: Timestamp = text.parse().map_err(|_| "it is no instant; make the field a string")?;
    if instant.subsec_nanosecond() % 1000 != 0 {
        return Err("a timestamp has six digits of a second, and there are more; make the field a string");
    }
    let written = instant.to_string();
    if written.starts_with(['-', '+']) || written.starts_with("0000") { Err(NO_YEAR) } else { Ok(written) }
}

/// Appends text as a field of `COPY`'s text format.
///
/// # Errors
/// There is a NUL in it.
pub(super) fn write_text(out: &mut Vec<u8>, text: &str) -> Result<(), &'static str> {
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'\\' | b'\n' | b'\r' | b'\t' | 0)) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(match rest[at] {
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            _ => return Err(NUL),
        });
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    Ok(())
}

const NUL: &str = "PostgreSQL has no sign NUL (U+0000) in texts; take it away with `replace_pattern`";

/// `jsonb` unescapes: what has no sign can't stand in it.
fn judge_escapes(json: &str) -> Result<(), &'static str> {
    const HALF: &str = "half a surrogate pair is no sign, and jsonb takes none; make the field a string";
    let escape = |at: usize| {
        let digits = json.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let mut at = 0;
    while let Some(found) = json[at..].find('\\') {
        at += found;
        match escape(at) {
            None => at += 2,
            Some(0) => return Err(NUL),
            Some(0xD800..=0xDBFF) if matches!(escape(at + 6), Some(0xDC00..=0xDFFF)) => at += 12,
            Some(0xD800..=0xDFFF) => return Err(HALF),
            Some(_) => at += 6,
        }
    }
    Ok(())
}

/// Appends the value of a column, as PostgreSQL writes it, as JSON.
pub(super) fn write_cell(out: &mut Vec<u8>, kind: Kind, value: Option<&str>) {
    let Some(text) = value else { return out.extend_from_slice(b"null") };
    match kind {
        Kind::Boolean | Kind::Integer | Kind::List | Kind::Json => out.extend_from_slice(text.as_bytes()),
        // A numeric can be infinite, or not a number.
        Kind::Decimal if serde_json::from_str::<IgnoredAny>(text).is_ok() => out.extend_from_slice(text.as_bytes()),
        Kind::Datetime => match text.strip_suffix("+00") {
            Some(clock) => write_string(out, &format!("{}Z", clock.replacen(' ', "T", 1))),
            None => write_string(out, text),
        },
        Kind::Decimal | Kind::String | Kind::Email | Kind::Enum | Kind::Date => write_string(out, text),
    }
}

#[cfg(test)]
mod tests {
    use super::{write_cell, write_field};
    use crate::value::Kind;

    fn field(kind: Kind, json: &str) -> Result<String, &'static str> {
        let mut out = Vec::new();
        write_field(&mut out, kind, json).map(|()| String::from_utf8(out).unwrap())
    }

    #[test]
    fn fields_are_written_as_copy_reads_them() {
        for (kind, json, expected) in [
            (Kind::String, r#""a\\b\n\t\"c\" é""#, "a\\\\b\\n\\t\"c\" é"),
            (Kind::String, "null", "\\N"),
            (Kind::String, r#""\\N""#, "\\\\N"),
            (Kind::Integer, "3332883884017713201", "3332883884017713201"),
            (Kind::Decimal, "1.10", "1.10"),
            (Kind::Decimal, "1E+5", "1E+5"),
            (Kind::Boolean, "false", "f"),
            (Kind::Datetime, "\"2026-07-01T10:00:00.25+02:00\"", "2026-07-01T08:00:00.25Z"),
            (Kind::Json, r#"{"a":"\n \ud83d\ude00 \\u0000"}"#, r#"{"a":"\\n \\ud83d\\ude00 \\\\u0000"}"#),
        ] {
            assert_eq!(field(kind, json).as_deref(), Ok(expected), "{kind} {json}");
        }
    }

    #[test]
    fn what_a_column_can_not_hold_is_refused() {
        for (kind, json, why) in [
            (Kind::String, r#""a\u0000b""#, "NUL"),
            (Kind::Json, r#"["\u0000"]"#, "NUL"),
            (Kind::Json, r#"["\ud83d x"]"#, "surrogate"),
            (Kind::List, r#"["\ude00"]"#, "surrogate"),
            (Kind::Integer, "9223372036854775808", "64 bits"),
            (Kind::Decimal, "1e999999", "digits"),
            (Kind::Decimal, "1e99999999999", "digits"),
            (Kind::Date, "\"0000-01-01\"", "year 0"),
            (Kind::Datetime, "\"0001-01-01T00:00:00+02:00\"", "year 0"),
            (Kind::Datetime, "\"2026-07-01T10:00:00.1234567Z\"", "six digits"),
            (Kind::Datetime, "\"2026-07-01T10:00:00\"", "no instant"),
        ] {
            assert!(field(kind, json).is_err_and(|found| found.contains(why)), "{kind} {json}");
        }
    }

    #[test]
    fn cells_are_read_as_json() {
        for (kind, text, expected) in [
            (Kind::Datetime, "2026-07-01 08:00:00.25+00", "\"2026-07-01T08:00:00.25Z\""),
            (Kind::Datetime, "infinity", "\"infinity\""),
            (Kind::Decimal, "1.10", "1.10"),
            (Kind::Decimal, "NaN", "\"NaN\""),
            (Kind::String, "1", "\"1\""),
        ] {
            let mut out = Vec::new();
            write_cell(&mut out, kind, Some(text));
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }
}
