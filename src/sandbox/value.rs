//! One value of a field, and how Bob writes it: for machines, and under `humanReadable`.

use super::lists::List;
use super::people::{Pattern, People, Person, WEEK};
use crate::value::json::write_string;
use jiff::civil::{Date, DateTime};
use jiff::{SpanRound, Unit};
use std::borrow::Cow;
use std::io::Write;

/// What somebody has in a field.
#[derive(Debug, Clone)]
pub enum Value {
    Null,
    Text(Cow<'static, str>),
    Whole(i64),
    /// In hundredths.
    Decimal(i64),
    Yes(bool),
    Date(Date),
    ShortDate(Date),
    Time(DateTime),
    /// The item with this id of the field's list, as the list has it; text of its own where the list lacks it.
    Item(&'static str),
    /// The item at this place of the field's list, counted round.
    Nth(u64),
    Several(Vec<u64>),
    /// The id of an employee, by their number.
    Person(u64),
    /// Id, names and address of an employee, by their number.
    Card(u64),
    Period(Date, Date),
    /// Hundredths of a currency.
    Money(i64, &'static str),
    Pattern(&'static Pattern),
    Months(i64),
}

impl From<Option<&'static str>> for Value {
    fn from(text: Option<&'static str>) -> Self {
        text.map_or(Value::Null, |text| Value::Text(Cow::Borrowed(text)))
    }
}

impl From<&'static str> for Value {
    fn from(text: &'static str) -> Self {
        Value::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(Cow::Owned(text))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        text.map_or(Value::Null, Value::from)
    }
}

impl From<Option<Date>> for Value {
    fn from(date: Option<Date>) -> Self {
        date.map_or(Value::Null, Value::Date)
    }
}

/// Writes values of one field.
#[derive(Clone, Copy)]
pub struct Writer<'w> {
    pub people: &'w People,
    pub list: Option<&'w List>,
}

/// A buffer takes all bytes.
macro_rules! put {
    ($out:expr, $($text:tt)*) => { write!($out, $($text)*).expect("a buffer takes all bytes") };
}

impl Writer<'_> {
    /// As programs get it.
    pub fn machine(&self, out: &mut Vec<u8>, value: &Value) {
        match value {
            Value::Null => out.extend_from_slice(b"null"),
            Value::Text(text) => write_string(out, text),
            Value::Whole(number) => put!(out, "{number}"),
            Value::Decimal(hundredths) => decimal(out, *hundredths),
            Value::Yes(yes) => put!(out, "{yes}"),
            Value::Date(date) => put!(out, "\"{date}\""),
            Value::ShortDate(date) => put!(out, "\"{:02}-{:02}\"", date.month(), date.day()),
            Value::Time(time) => put!(out, "\"{time}\""),
            Value::Item(id) => match self.list.and_then(|list| list.item(id)) {
                Some(item) => item.write_id(out),
                None => write_string(out, id),
            },
            Value::Nth(place) => match self.list.and_then(|list| list.at(*place)) {
                Some(item) => item.write_id(out),
                None => out.extend_from_slice(b"null"),
            },
            Value::Several(places) => {
                out.push(b'[');
                for (at, item) in places.iter().filter_map(|place| self.list?.at(*place)).enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    item.write_id(out);
                }
                out.push(b']');
            }
            Value::Person(index) => put!(out, "\"{}\"", People::id(*index)),
            Value::Card(index) => card(out, &self.people.person(*index)),
            Value::Period(from, to) => {
                let (iso, days, words) = period(*from, *to);
                put!(out, "{{\"periodISO\":\"{iso}\",\"sortFactor\":{days},\"humanize\":\"{words}\"}}");
            }
            Value::Money(hundredths, currency) => {
                out.extend_from_slice(b"{\"value\":");
                decimal(out, *hundredths);
                put!(out, ",\"currency\":\"{currency}\"}}");
            }
            Value::Pattern(Pattern { id, hours, hours_per_day }) => {
                out.extend_from_slice(b"{\"workingPatternType\":\"weekly\",\"days\":{");
                for (at, (day, hours)) in WEEK.iter().zip(hours).enumerate() {
                    let comma = if at > 0 { "," } else { "" };
                    put!(out, "{comma}\"{day}\":{hours}");
                }
                put!(out, "}},\"hoursPerDay\":{hours_per_day},\"workingPatternId\":{id}}}");
            }
            Value::Months(months) => put!(out, "{{\"value\":{months},\"unit\":\"months\"}}"),
        }
    }

    /// As people get it: always a text. `null` is not written at all.
    pub fn human(&self, out: &mut Vec<u8>, value: &Value) {
        match value {
            Value::Null => {}
            Value::Text(text) => write_string(out, text),
            Value::Whole(number) => put!(out, "\"{number}\""),
            Value::Decimal(hundredths) => put!(out, "\"{}.{:02}\"", hundredths / 100, hundredths % 100),
            Value::Yes(yes) => put!(out, "\"{}\"", if *yes { "Yes" } else { "No" }),
            Value::Date(date) => put!(out, "\"{:02}/{:02}/{}\"", date.day(), date.month(), date.year()),
            Value::ShortDate(date) => put!(out, "\"{:02}/{:02}\"", date.day(), date.month()),
            Value::Time(time) => put!(out, "\"{time}\""),
            Value::Item(id) => write_string(out, self.list.and_then(|list| list.item(id)).map_or(id, |item| &item.label)),
            Value::Nth(place) => {
                if let Some(item) = self.list.and_then(|list| list.at(*place)) {
                    write_string(out, &item.label);
                }
            }
            Value::Several(places) => {
                let labels: Vec<_> = places.iter().filter_map(|place| Some(self.list?.at(*place)?.label.as_str())).collect();
                write_string(out, &labels.join(", "));
            }
            Value::Person(index) | Value::Card(index) => write_string(out, &self.people.person(*index).display_name()),
            Value::Period(from, to) => put!(out, "\"{}\"", period(*from, *to).2),
            Value::Money(hundredths, currency) => {
                let whole = (hundredths / 100).to_string();
                let grouped: Vec<_> = whole.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
                put!(out, "\"{}.{:02} {currency}\"", grouped.join(","), hundredths % 100);
            }
            Value::Pattern(Pattern { hours, .. }) => {
                let worked = WEEK.iter().zip(hours).filter(|(_, hours)| **hours > 0);
                let names: Vec<_> = worked.map(|(day, _)| day[..1].to_ascii_uppercase() + &day[1..]).collect();
                put!(out, "\"{}\"", names.join(","));
            }
            Value::Months(months) => put!(out, "\"{months} months\""),
        }
    }
}

/// Only the digits that are needed.
fn decimal(out: &mut Vec<u8>, hundredths: i64) {
    put!(out, "{}", hundredths / 100);
    match hundredths % 100 {
        0 => {}
        tenths if tenths % 10 == 0 => put!(out, ".{}", tenths / 10),
        rest => put!(out, ".{rest:02}"),
    }
}

/// How an employee stands in another one's record.
pub fn card(out: &mut Vec<u8>, person: &Person<'_>) {
    put!(out, "{{\"id\":\"{}\",\"firstName\":", person.id());
    write_string(out, person.first.0);
    out.extend_from_slice(b",\"surname\":");
    write_string(out, person.last.0);
    out.extend_from_slice(b",\"email\":");
    match person.email() {
        Some(email) => write_string(out, &email),
        None => out.extend_from_slice(b"null"),
    }
    out.extend_from_slice(b",\"displayName\":");
    write_string(out, &person.display_name());
    out.push(b'}');
}

/// The ISO form, the days that Bob sorts by (years of 365, months of 30), and Bob's words.
fn period(from: Date, to: Date) -> (String, i32, String) {
    let to = to.max(from);
    let span = from.until((Unit::Year, to)).and_then(|span| span.round(SpanRound::new().largest(Unit::Year).relative(from)));
    let span = span.expect("days between dates of this millennium fit into years");
    let (years, months, days) = (i32::from(span.get_years()), span.get_months(), span.get_days());
    let iso = format!("P{years}Y{months}M{days}D");
    (iso, years * 365 + months * 30 + days, format!("{years} years, {months} months and {days} days"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn values_are_written_as_bob_writes_them() {
        let people = People { seed: 0, count: 1, today: date(2026, 3, 1) };
        let writer = Writer { people: &people, list: None };
        let cases = [
            (Value::Whole(7), "7", "\"7\""),
            (Value::Decimal(10_000), "100", "\"100.00\""),
            (Value::Decimal(3_750), "37.5", "\"37.50\""),
            (Value::Yes(true), "true", "\"Yes\""),
            (Value::Date(date(2026, 2, 1)), "\"2026-02-01\"", "\"01/02/2026\""),
            (Value::ShortDate(date(2026, 2, 1)), "\"02-01\"", "\"01/02\""),
            (Value::Money(4_125_010, "GBP"), r#"{"value":41250.1,"currency":"GBP"}"#, "\"41,250.10 GBP\""),
            (
                Value::Period(date(2012, 1, 9), date(2026, 3, 1)),
                r#"{"periodISO":"P14Y1M20D","sortFactor":5160,"humanize":"14 years, 1 months and 20 days"}"#,
                "\"14 years, 1 months and 20 days\"",
            ),
            (Value::Several(Vec::new()), "[]", "\"\""),
            (Value::Null, "null", ""),
        ];
        for (value, machine, human) in cases {
            let (mut one, mut other) = (Vec::new(), Vec::new());
            writer.machine(&mut one, &value);
            writer.human(&mut other, &value);
            assert_eq!((String::from_utf8(one).unwrap().as_str(), String::from_utf8(other).unwrap().as_str()), (machine, human));
        }
    }
}
