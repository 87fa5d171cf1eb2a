//! Time zones: where a request's clock hangs, and which moment a civil time is there.

use super::People;
use super::members::text;
use crate::value::text::fold;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{Timestamp, ToSpan};
use std::collections::{HashMap, HashSet};

/// A zone under the name that records show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// An IANA name, or an offset such as `+05:30`.
    pub name: String,
    pub rules: TimeZone,
}

/// A name that is no time zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no time zone: give an IANA name such as Europe/London, or an offset such as +02:00")]
pub struct ZoneError(pub String);

/// The zone of an IANA name in any case, or of an offset.
///
/// # Errors
/// There is no such zone.
pub fn find(name: &str) -> Result<Zone, ZoneError> {
    let wrong = || ZoneError(name.to_owned());
    let trimmed = name.trim();
    if let Some(zone) = fixed(trimmed) {
        return Ok(zone);
    }
    let rules = TimeZone::get(trimmed).map_err(|_| wrong())?;
    let name = rules.iana_name().ok_or_else(wrong)?.to_owned();
    Ok(Zone { name, rules })
}

/// `GMT -5:00`, `UTC+5:30`, `+02:00`, `-3`: the forms of HiBob's `timeZoneOffset`.
fn fixed(text: &str) -> Option<Zone> {
    let upper = text.to_ascii_uppercase();
    let rest = upper.strip_prefix("GMT").or_else(|| upper.strip_prefix("UTC"));
    let digits: String = rest.unwrap_or(&upper).chars().filter(|char| !char.is_whitespace()).collect();
    let seconds = match digits.strip_prefix(['+', '-']) {
        Some(clock) => {
            let (hours, minutes) = match clock.split_once(':') {
                Some((hours, minutes)) if minutes.len() == 2 => (hours, minutes),
                Some(_) => return None,
                None if clock.len() == 4 => clock.split_at(2),
                None => (clock, "0"),
            };
            if !matches!(hours.len(), 1 | 2) || !clock.bytes().all(|byte| byte.is_ascii_digit() || byte == b':') {
                return None;
            }
            let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
            if hours > 18 || minutes > 59 {
                return None;
            }
            (hours * 3600 + minutes * 60) * if digits.starts_with('-') { -1 } else { 1 }
        }
        // `UTC` and `GMT` alone.
        None if digits.is_empty() && rest.is_some() => 0,
        None => return None,
    };
    let offset = Offset::from_seconds(seconds).ok()?;
    let (sign, size) = (if seconds < 0 { '-' } else { '+' }, seconds.abs());
    Some(Zone { name: format!("{sign}{:02}:{:02}", size / 3600, size % 3600 / 60), rules: TimeZone::fixed(offset) })
}

/// The moment at which a clock in `zone` shows `civil`. Where clocks go back, it is the first of the two; where they go
/// forward over it, the first moment after the gap: a day without a midnight begins with its first moment.
pub fn moment(zone: &TimeZone, civil: DateTime) -> Option<(Timestamp, Offset)> {
    let offset = zone.to_ambiguous_timestamp(civil).offset();
    let (timestamp, offset) = match offset {
        AmbiguousOffset::Unambiguous { offset } => (offset.to_timestamp(civil).ok()?, offset),
        AmbiguousOffset::Fold { before, after: _ } => (before.to_timestamp(civil).ok()?, before),
        AmbiguousOffset::Gap { before: _, after } => {
            // By the clock as it is set afterwards, this lies before the change.
            let early = after.to_timestamp(civil).ok()?.checked_sub(1.second()).ok()?;
            let change = zone.following(early).next()?.timestamp();
            (change, zone.to_offset(change))
        }
    };
    Some((timestamp, offset))
}

/// The zones of a company's sites, by name or number of the site.
#[derive(Debug, Clone, Default)]
pub struct SiteZones(HashMap<String, (String, Zone)>);

impl SiteZones {
    /// Gives a site its zone, unless it has one; says whether it had none.
    pub fn add(&mut self, site: &str, zone: Zone) -> bool {
        let (given, site) = (site.trim().to_owned(), fold(site.trim()).into_owned());
        let new = !self.0.contains_key(&site);
        self.0.entry(site).or_insert((given, zone));
        new
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn get(&self, site: &str) -> Option<&Zone> {
        self.0.get(&*fold(site)).map(|(_, zone)| zone)
    }

    /// The sites, as they were given, at which none of these people is; in their order.
    pub fn without_people(&self, people: &People) -> Vec<&str> {
        let known: HashSet<_> = people.all_sites().map(fold).collect();
        let mut sites: Vec<&str> =
            self.0.iter().filter(|(site, _)| !known.contains(site.as_str())).map(|(_, (given, _))| given.as_str()).collect();
        sites.sort_unstable();
        sites
    }
}

/// Zones by the names that records give, each looked up once.
#[derive(Debug, Default)]
pub struct Zones(HashMap<String, Option<Zone>>);

impl Zones {
    /// `raw` is the JSON text of a name or offset; the inner `None` stands for one that is not known.
    pub fn get(&mut self, raw: Option<&str>) -> Option<Option<&Zone>> {
        Some(self.named(&text(raw?)?))
    }

    /// `None` where there is no such zone.
    pub fn named(&mut self, name: &str) -> Option<&Zone> {
        if !self.0.contains_key(name) {
            self.0.insert(name.to_owned(), find(name).ok());
        }
        self.0[name].as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::{find, moment};

    fn at(zone: &str, civil: &str) -> String {
        let (timestamp, offset) = moment(&find(zone).unwrap().rules, civil.parse().unwrap()).unwrap();
        format!("{timestamp} {}", timestamp.display_with_offset(offset))
    }

    #[test]
    fn a_time_in_a_gap_is_the_first_moment_after_it() {
        for (zone, civil, moment) in [
            ("Europe/London", "2026-03-29T01:30:00", "2026-03-29T01:00:00Z 2026-03-29T02:00:00+01:00"),
            ("America/Sao_Paulo", "2018-11-04T00:00:00", "2018-11-04T03:00:00Z 2018-11-04T01:00:00-02:00"),
            ("Asia/Kathmandu", "1986-01-01T00:00:00", "1985-12-31T18:30:00Z 1986-01-01T00:15:00+05:45"),
            // The whole day is missing.
            ("Pacific/Apia", "2011-12-30T12:00:00", "2011-12-30T10:00:00Z 2011-12-31T00:00:00+14:00"),
        ] {
            assert_eq!(at(zone, civil), moment, "{zone} {civil}");
        }
    }

    #[test]
    fn a_time_that_comes_twice_is_the_first_of_the_two() {
        assert_eq!(at("Europe/London", "2026-10-25T01:30:00"), "2026-10-25T00:30:00Z 2026-10-25T01:30:00+01:00");
        assert_eq!(at("America/Havana", "2026-11-01T00:00:00"), "2026-11-01T04:00:00Z 2026-11-01T00:00:00-04:00");
    }

    #[test]
    fn offsets_are_read_as_hibob_writes_them() {
        for (text, name) in [
            ("GMT -5:00", "-05:00"),
            ("GMT+5:45", "+05:45"),
            ("UTC", "+00:00"),
            ("+02:00", "+02:00"),
            ("-3", "-03:00"),
            ("+0530", "+05:30"),
            ("europe/london", "Europe/London"),
            ("Asia/Kathmandu", "Asia/Kathmandu"),
        ] {
            assert_eq!(find(text).unwrap().name, name, "{text}");
        }
        for text in ["", "Mars/Olympus", "GMT -55:00", "+2:5", "5:30", "+-1"] {
            assert!(find(text).is_err(), "{text}");
        }
    }
}
