//! Time zones as calendars read them (VTIMEZONE): every change of the clocks that the events of a file can meet, one by one,
//! from the bundled database, so that the file means the same on every machine.

use super::line::{line, text};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};
use std::collections::BTreeMap;

/// The zones that the events of a file are written in, each with the first and the last moment that needs it.
#[derive(Debug, Clone)]
pub struct Zones {
    database: TimeZoneDatabase,
    used: BTreeMap<String, (TimeZone, Timestamp, Timestamp)>,
}

/// What a zone's name stands for.
pub enum Named {
    Zone(TimeZone),
    /// UTC, or an offset without rules: moments are written in UTC.
    Utc,
    Unknown,
}

impl Default for Zones {
    fn default() -> Self {
        Zones { database: TimeZoneDatabase::bundled(), used: BTreeMap::new() }
    }
}

impl Zones {
    pub fn named(&self, name: &str) -> Named {
        if name.starts_with(['+', '-']) || name.eq_ignore_ascii_case("UTC") {
            return Named::Utc;
        }
        match self.database.get(name) {
            Ok(zone) if zone == TimeZone::UTC => Named::Utc,
            Ok(zone) => Named::Zone(zone),
            Err(_) => Named::Unknown,
        }
    }

    /// Appends a property that is a moment: on the clocks of the zone, or in UTC where those would not tell it from another.
    pub fn moment(&mut self, out: &mut Vec<u8>, property: &str, moment: Timestamp, zone: Option<&TimeZone>) {
        let local = zone.and_then(|zone| {
            let local = zone.to_datetime(moment);
            // What stands for a time that came twice is the first one: RFC 5545, 3.3.5.
            let meant = zone.to_ambiguous_timestamp(local).compatible().ok()?;
            Some((zone, zone.iana_name()?, local)).filter(|_| meant == moment)
        });
        let Some((zone, name, local)) = local else {
            return line(out, property, &format!("{}Z", basic(Offset::UTC.to_datetime(moment))));
        };
        self.note(name, zone, moment);
        line(out, &format!("{property};TZID={name}"), &basic(local));
    }

    fn note(&mut self, name: &str, zone: &TimeZone, moment: Timestamp) {
        let (_, first, last) = self.used.entry(name.to_owned()).or_insert_with(|| (zone.clone(), moment, moment));
        (*first, *last) = ((*first).min(moment), (*last).max(moment));
    }

    /// Takes a line into account that [`Zones::moment`] has written.
    pub fn read(&mut self, line: &str) {
        let moment = ["DTSTART;TZID=", "DTEND;TZID="].into_iter().find_map(|property| line.strip_prefix(property));
        let Some((name, local)) = moment.and_then(|moment| moment.split_once(':')) else { return };
        let Named::Zone(zone) = self.named(name) else { return };
        let local = DateTime::strptime("%Y%m%dT%H%M%S", local);
        let Ok(moment) = local.and_then(|local| zone.to_ambiguous_timestamp(local).compatible()) else { return };
        self.note(name, &zone, moment);
    }

    /// Takes what other events need into account.
    pub fn join(&mut self, other: &Zones) {
        for (name, (zone, first, last)) in &other.used {
            self.note(name, zone, *first);
            self.note(name, zone, *last);
        }
    }

    /// Appends the definitions of all zones used.
    pub fn write(&self, out: &mut Vec<u8>) {
        for (name, (zone, first, last)) in &self.used {
            line(out, "BEGIN", "VTIMEZONE");
            line(out, "TZID", name);
            let before = first.saturating_add(jiff::SignedDuration::from_secs(1)).unwrap_or(*first);
            match zone.preceding(before).next() {
                Some(change) => observance(out, zone, change.timestamp()),
                None => {
                    let info = zone.to_offset_info(*first);
                    write_observance(out, "16010101T000000", info.offset(), info.offset(), info.abbreviation(), false);
                }
            }
            zone.following(*first).take_while(|change| change.timestamp() <= *last).for_each(|change| {
                observance(out, zone, change.timestamp());
            });
            line(out, "END", "VTIMEZONE");
        }
    }
}

/// What the clocks of a zone show from a change of theirs on.
fn observance(out: &mut Vec<u8>, zone: &TimeZone, change: Timestamp) {
    let before = change.checked_sub(jiff::SignedDuration::from_nanos(1)).map_or(change, |before| before);
    let from = zone.to_offset(before);
    let info = zone.to_offset_info(change);
    let onset = basic(from.to_datetime(change));
    write_observance(out, &onset, from, info.offset(), info.abbreviation(), info.dst().is_dst());
}

fn write_observance(out: &mut Vec<u8>, onset: &str, from: Offset, to: Offset, name: &str, is_dst: bool) {
    let component = if is_dst { "DAYLIGHT" } else { "STANDARD" };
    line(out, "BEGIN", component);
    line(out, "DTSTART", onset);
    line(out, "TZOFFSETFROM", &utc_offset(from));
    line(out, "TZOFFSETTO", &utc_offset(to));
    line(out, "TZNAME", &text(name));
    line(out, "END", component);
}

/// `20260329T010000`.
fn basic(moment: DateTime) -> String {
    let (date, time) = (moment.date(), moment.time());
    format!("{}T{:02}{:02}{:02}", basic_date(date), time.hour(), time.minute(), time.second())
}

/// `20260329`.
pub fn basic_date(date: jiff::civil::Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

/// `+0100`; seconds only where an old offset has some.
fn utc_offset(offset: Offset) -> String {
    let seconds = offset.seconds();
    let (sign, seconds) = (if seconds < 0 { '-' } else { '+' }, seconds.abs());
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let rest = if rest == 0 { String::new() } else { format!("{rest:02}") };
    format!("{sign}{hours:02}{minutes:02}{rest}")
}
