//! Rows of `ical.event` as a calendar (RFC 5545). Nothing in it comes from a clock: the same rows make the same bytes.

mod line;
mod zone;

use crate::mapping::Mapping;
use crate::mapping::layout::Cells;
use crate::value::Value;
use crate::value::time::Instant;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use line::{line, text};
use std::borrow::Cow;
use zone::{Named, Zones, basic_date};

/// 2000-01-01T00:00:00Z, in seconds of Unix time.
const YEAR_2000: i64 = 946_684_800;

/// The fields of the target that a calendar reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[rustfmt::skip]
enum Field {
    Uid, Stamp, Summary, Description, StartDate, LastDate, Start, End, Zone, Status, Sequence, Categories, Transparency, Class,
    Organizer, Attendees,
}

impl Field {
    const ALL: [(&'static str, Field); 16] = [
        ("uid", Field::Uid),
        ("stamp", Field::Stamp),
        ("summary", Field::Summary),
        ("description", Field::Description),
        ("start_date", Field::StartDate),
        ("last_date", Field::LastDate),
        ("start", Field::Start),
        ("end", Field::End),
        ("zone", Field::Zone),
        ("status", Field::Status),
        ("sequence", Field::Sequence),
        ("categories", Field::Categories),
        ("transparency", Field::Transparency),
        ("class", Field::Class),
        ("organizer", Field::Organizer),
        ("attendees", Field::Attendees),
    ];
}

/// A calendar on its way.
#[derive(Debug)]
pub struct Calendar {
    /// The column of each field.
    columns: [Option<usize>; Field::ALL.len()],
    zones: Zones,
}

/// When an event is.
enum When {
    /// From the first day to the one after the last.
    Days(Date, Date),
    Times(Timestamp, Timestamp, Option<TimeZone>),
}

/// The fields of one row.
struct Row<'r, C> {
    columns: &'r [Option<usize>; Field::ALL.len()],
    cells: &'r C,
}

impl<C: Cells> Row<'_, C> {
    fn value(&self, field: Field) -> Option<&Value<'_>> {
        self.cells.cell(self.columns[field as usize]?).value()
    }

    fn text(&self, field: Field) -> Option<Cow<'_, str>> {
        self.value(field).map(Value::to_plain)
    }

    fn date(&self, field: Field) -> Option<Date> {
        match self.value(field) {
            Some(Value::Date(date)) => Some(*date),
            _ => None,
        }
    }

    /// Without parts of a second, which calendars have no place for.
    fn moment(&self, field: Field) -> Option<Timestamp> {
        match self.value(field) {
            Some(Value::Instant(Instant { timestamp, .. })) => Timestamp::from_second(timestamp.as_second()).ok(),
            _ => None,
        }
    }

    fn list(&self, field: Field) -> Vec<Cow<'_, str>> {
        match self.value(field) {
            Some(Value::List(items)) => items.iter().map(Value::to_plain).collect(),
            _ => Vec::new(),
        }
    }

    /// # Errors
    /// The event ends before it begins, or in a zone that there is not.
    fn when(&self, zones: &Zones) -> Result<When, &'static str> {
        if let (Some(start), Some(end)) = (self.moment(Field::Start), self.moment(Field::End)) {
            if end <= start {
                return Err("`end` is not after `start`");
            }
            let zone = match self.text(Field::Zone).as_deref().map(|name| zones.named(name)) {
                Some(Named::Zone(zone)) => Some(zone),
                Some(Named::Utc) | None => None,
                Some(Named::Unknown) => return Err("`zone` is no time zone of the IANA database"),
            };
            return Ok(When::Times(start, end, zone));
        }
        let first = self.date(Field::StartDate).ok_or("`start_date` has no date")?;
        let last = self.date(Field::LastDate).unwrap_or(first);
        if last < first {
            return Err("`last_date` is before `start_date`");
        }
        let after = last.checked_add(1.day()).map_err(|_| "`last_date` is the last day there is")?;
        Ok(When::Days(first, after))
    }

    /// # Errors
    /// The number is none that calendars take.
    fn sequence(&self) -> Result<i64, &'static str> {
        let most = i64::from(i32::MAX);
        match self.text(Field::Sequence) {
            Some(digits) => {
                let number = digits.parse().ok().filter(|number| (0..=most).contains(number));
                number.ok_or("`sequence` is not a number from 0 to 2147483647")
            }
            None => {
                let stamp = self.moment(Field::Stamp).map_or(0, Timestamp::as_second);
                Ok((stamp - YEAR_2000).clamp(0, most))
            }
        }
    }
}

impl Calendar {
    pub fn new(mapping: &Mapping) -> Self {
        Calendar { columns: columns(mapping), zones: Zones::default() }
    }

    /// Goes on with the rows of another mapping.
    pub fn go_on_with(&mut self, mapping: &Mapping) {
        self.columns = columns(mapping);
    }

    /// Takes the events of another part of the same calendar into account.
    pub fn join(&mut self, other: &Calendar) {
        self.zones.join(&other.zones);
    }

    /// Why a row is no event, without its values.
    pub fn fault(&self, cells: &impl Cells) -> Option<&'static str> {
        let row = Row { columns: &self.columns, cells };
        row.when(&self.zones).err().or(row.sequence().err())
    }

    /// Appends the event of a row that has no fault.
    pub fn event(&mut self, cells: &impl Cells, out: &mut Vec<u8>) {
        let row = Row { columns: &self.columns, cells };
        let (Ok(when), Ok(sequence)) = (row.when(&self.zones), row.sequence()) else { return };
        line(out, "BEGIN", "VEVENT");
        line(out, "UID", &text(&row.text(Field::Uid).unwrap_or_default()));
        if let Some(stamp) = row.moment(Field::Stamp) {
            self.zones.moment(out, "DTSTAMP", stamp, None);
        }
        match when {
            When::Days(first, after) => {
                line(out, "DTSTART;VALUE=DATE", &basic_date(first));
                line(out, "DTEND;VALUE=DATE", &basic_date(after));
            }
            When::Times(start, end, zone) => {
                self.zones.moment(out, "DTSTART", start, zone.as_ref());
                self.zones.moment(out, "DTEND", end, zone.as_ref());
            }
        }
        line(out, "SEQUENCE", &sequence.to_string());
        for (property, field) in [
            ("STATUS", Field::Status),
            ("SUMMARY", Field::Summary),
            ("DESCRIPTION", Field::Description),
            ("CLASS", Field::Class),
            ("TRANSP", Field::Transparency),
        ] {
            if let Some(value) = row.text(field) {
                line(out, property, &text(&value));
            }
        }
        let categories: Vec<String> = row.list(Field::Categories).iter().map(|category| text(category)).collect();
        if !categories.is_empty() {
            line(out, "CATEGORIES", &categories.join(","));
        }
        let organizer = row.text(Field::Organizer).into_iter().map(|address| ("ORGANIZER", address));
        let attendees = row.list(Field::Attendees).into_iter().map(|address| ("ATTENDEE", address));
        for (property, address) in organizer.chain(attendees) {
            let address: String = address.chars().filter(|character| !character.is_control()).collect();
            line(out, property, &format!("mailto:{address}"));
        }
        line(out, "END", "VEVENT");
    }

    /// What stands around the events, once all of them are known.
    pub fn frame(&self) -> Frame<'_> {
        Frame { zones: Cow::Borrowed(&self.zones) }
    }
}

/// What stands around events.
#[derive(Debug, Default)]
pub struct Frame<'z> {
    zones: Cow<'z, Zones>,
}

impl Frame<'_> {
    /// Takes into account what an event needs that is known by its lines alone.
    pub fn add(&mut self, event: &str) {
        event.split("\r\n").for_each(|line| self.zones.to_mut().read(line));
    }

    /// What stands before the events.
    pub fn head(&self) -> Vec<u8> {
        let mut out = Vec::new();
        line(&mut out, "BEGIN", "VCALENDAR");
        line(&mut out, "VERSION", "2.0");
        line(&mut out, "PRODID", "-//bobmap//bobmap//EN");
        line(&mut out, "CALSCALE", "GREGORIAN");
        self.zones.write(&mut out);
        out
    }

    /// What stands behind them.
    pub fn tail(&self) -> Vec<u8> {
        let mut out = Vec::new();
        line(&mut out, "END", "VCALENDAR");
        out
    }
}

fn columns(mapping: &Mapping) -> [Option<usize>; Field::ALL.len()] {
    Field::ALL.map(|(name, _)| mapping.columns.iter().position(|column| column.name == name))
}
