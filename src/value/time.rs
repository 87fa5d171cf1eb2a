//! Civil dates, civil datetimes and instants: three types, never mixed by accident.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use std::fmt;
use std::io::Write;

/// A point in time, with the offset from UTC that it was written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant {
    pub timestamp: Timestamp,
    pub offset: Offset,
}

impl Instant {
    /// The date and time on a clock at this offset.
    pub fn civil(self) -> DateTime {
        self.offset.to_datetime(self.timestamp)
    }

    /// The instant at which a clock in `zone` shows `local`. In a gap (clocks go forward) the time is moved on by the length
    /// of the gap; in a fold (clocks go back) the earlier of the two is taken: RFC 5545's rule, `compatible` in Temporal.
    pub fn in_zone(local: DateTime, zone: &TimeZone) -> Result<Self, jiff::Error> {
        let zoned = zone.to_ambiguous_zoned(local).compatible()?;
        Ok(Instant { timestamp: zoned.timestamp(), offset: zoned.offset() })
    }
}

impl fmt::Display for Instant {
    /// RFC 3339, in the offset it was written in; UTC is `Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.offset == Offset::UTC {
            return write!(f, "{}", self.timestamp);
        }
        write!(f, "{}", self.timestamp.display_with_offset(self.offset))
    }
}

/// What an ISO 8601 text turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Iso {
    Date(Date),
    LocalDatetime(DateTime),
    Instant(Instant),
}

impl Iso {
    /// The date as it is written, never shifted to another zone.
    pub fn date(self) -> Date {
        match self {
            Iso::Date(date) => date,
            Iso::LocalDatetime(datetime) => datetime.date(),
            Iso::Instant(instant) => instant.civil().date(),
        }
    }
}

/// Reads `YYYY-MM-DD`, the same followed by `T` or a blank and a time, and that followed by `Z` or an offset.
/// Week dates, ordinal dates, years of other lengths and zone names are not read: nothing is guessed.
///
/// # Errors
/// Says what is wrong without repeating the text, which may be personal.
pub fn parse_iso(text: &str) -> Result<Iso, &'static str> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() >= 10
        && bytes[..10].iter().enumerate().all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() });
    if !shaped {
        return Err("not an ISO date (YYYY-MM-DD)");
    }
    let digits = |range: std::ops::Range<usize>| bytes[range].iter().fold(0i16, |sum, b| sum * 10 + i16::from(b - b'0'));
    let (year, month, day) = (digits(0..4), digits(5..7), digits(8..10));
    let date = Date::new(year, month as i8, day as i8).map_err(|_| "no such day in the calendar")?;
    let Some(rest) = text.get(10..) else { return Err("not an ISO date (YYYY-MM-DD)") };
    if rest.is_empty() {
        return Ok(Iso::Date(date));
    }
    if !matches!(bytes[10], b'T' | b't' | b' ') {
        return Err("something other than a time follows the date");
    }
    let (clock, offset) = split_offset(&rest[1..])?;
    let time = parse_clock(clock)?;
    let local = date.to_datetime(time);
    Ok(match offset {
        None => Iso::LocalDatetime(local),
        Some(offset) => {
            let timestamp = offset.to_timestamp(local).map_err(|_| "the instant is out of range")?;
            Iso::Instant(Instant { timestamp, offset })
        }
    })
}

/// `hh:mm`, `hh:mm:ss` or `hh:mm:ss.fraction`, and nothing else.
fn parse_clock(text: &str) -> Result<jiff::civil::Time, &'static str> {
    const WRONG: &str = "the time is not hh:mm, hh:mm:ss or hh:mm:ss.fraction";
    let bytes = text.as_bytes();
    let two = |at: usize| -> Option<i8> {
        let (a, b) = (*bytes.get(at)?, *bytes.get(at + 1)?);
        (a.is_ascii_digit() && b.is_ascii_digit()).then(|| ((a - b'0') * 10 + (b - b'0')) as i8)
    };
    let hour = two(0).ok_or(WRONG)?;
    if bytes.get(2) != Some(&b':') {
        return Err(WRONG);
    }
    let minute = two(3).ok_or(WRONG)?;
    let (mut second, mut nanosecond) = (0, 0);
    if bytes.len() > 5 {
        if bytes[5] != b':' {
            return Err(WRONG);
        }
        second = two(6).ok_or(WRONG)?;
        if bytes.len() > 8 {
            let fraction = &bytes[9..];
            if !matches!(bytes[8], b'.' | b',') || fraction.is_empty() || !fraction.iter().all(u8::is_ascii_digit) {
                return Err(WRONG);
            }
            // Digits beyond nanoseconds would be lost.
            if fraction.len() > 9 {
                return Err("the time is finer than nanoseconds");
            }
            let value = fraction.iter().fold(0i32, |sum, b| sum * 10 + i32::from(b - b'0'));
            nanosecond = value * 10i32.pow(9 - fraction.len() as u32);
        }
    }
    jiff::civil::Time::new(hour, minute, second, nanosecond).map_err(|_| "no such time of day")
}

/// Cuts `Z`, `+hh:mm`, `+hhmm` or `+hh` off the end of a clock text.
fn split_offset(text: &str) -> Result<(&str, Option<Offset>), &'static str> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Ok((clock, Some(Offset::UTC)));
    }
    let Some(at) = text.rfind(['+', '-']) else { return Ok((text, None)) };
    const WRONG: &str = "the offset is not Z, +hh:mm, +hhmm or +hh";
    let sign = if text.as_bytes()[at] == b'-' { -1 } else { 1 };
    let digits = match text.as_bytes()[at + 1..] {
        [a, b] => [a, b, b'0', b'0'],
        [a, b, c, d] | [a, b, b':', c, d] => [a, b, c, d],
        _ => return Err(WRONG),
    };
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(WRONG);
    }
    let [a, b, c, d] = digits.map(|digit| i32::from(digit - b'0'));
    let (hours, minutes) = (a * 10 + b, c * 10 + d);
    if minutes > 59 {
        return Err(WRONG);
    }
    let offset = Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).map_err(|_| WRONG)?;
    Ok((&text[..at], Some(offset)))
}

/// Appends a date or datetime.
pub fn write(out: &mut Vec<u8>, value: &impl fmt::Display) {
    write!(out, "{value}").expect("a vector takes all bytes");
}

/// Appends a date, as its own `Display` does.
pub fn write_date(out: &mut Vec<u8>, date: Date) {
    // Years before 0 are written with a sign and six digits.
    let Ok(year) = u16::try_from(date.year()) else { return write(out, &date) };
    let digit = |number: u16| b'0' + (number % 10) as u8;
    let (month, day) = (date.month() as u16, date.day() as u16);
    out.extend_from_slice(&[
        digit(year / 1000),
        digit(year / 100),
        digit(year / 10),
        digit(year),
        b'-',
        digit(month / 10),
        digit(month),
        b'-',
        digit(day / 10),
        digit(day),
    ]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_texts_keep_the_date_they_were_written_with() {
        for (text, date) in [
            ("2024-02-29", "2024-02-29"),
            ("2022-05-09T07:36:42.293149", "2022-05-09"),
            ("2022-05-09 07:36", "2022-05-09"),
            ("2022-12-31T23:30:00-11:00", "2022-12-31"),
            ("2022-01-01T00:30:00+14:00", "2022-01-01"),
        ] {
            assert_eq!(parse_iso(text).unwrap().date().to_string(), date, "{text}");
        }
    }

    #[test]
    fn what_is_not_an_iso_date_is_refused_and_never_guessed() {
        for text in [
            "",
            "2023-02-29",
            "2023-13-01",
            "2023-00-10",
            "20230101",
            "01/02/2023",
            "2023-1-1",
            "2023-01-01x",
            "2023-01-01T",
            "2023-01-01T25:00",
            "2023-01-01T10",
            "2023-01-01T10:00+1",
            "2023-01-01T10:00+01:75",
            "2023-W01-1",
            "2023-001",
            "+002023-01-01",
            "2023-01-01T10:00:00.1234567890",
            "２０２３-01-01",
            "2023-01-01T10:00[Europe/London]",
        ] {
            assert!(parse_iso(text).is_err(), "{text}");
        }
    }

    #[test]
    fn instants_are_printed_in_the_offset_they_came_in() {
        for text in ["2022-05-09T07:36:42.293149Z", "2022-05-09T07:36:42+05:30", "1969-12-31T23:59:59.5-03:00"] {
            let Iso::Instant(instant) = parse_iso(text).unwrap() else { panic!("{text}") };
            assert_eq!(instant.to_string(), text);
        }
    }

    #[test]
    fn dates_are_written_as_jiff_writes_them() {
        for date in ["0000-01-01", "0987-06-05", "2024-02-29", "9999-12-31", "-000001-12-31"] {
            let date: Date = date.parse().unwrap();
            let mut out = Vec::new();
            write_date(&mut out, date);
            assert_eq!(String::from_utf8(out).unwrap(), date.to_string());
        }
    }

    #[test]
    fn gaps_move_on_and_folds_take_the_earlier() {
        let zone = TimeZone::get("Europe/London").unwrap();
        let gap = Instant::in_zone("2026-03-29T01:30:00".parse().unwrap(), &zone).unwrap();
        assert_eq!(gap.to_string(), "2026-03-29T02:30:00+01:00");
        let fold = Instant::in_zone("2026-10-25T01:30:00".parse().unwrap(), &zone).unwrap();
        assert_eq!(fold.to_string(), "2026-10-25T01:30:00+01:00");
    }
}
