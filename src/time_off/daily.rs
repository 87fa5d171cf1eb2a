//! What HiBob says of the single days of a request: the entries of `durations`, in any of the shapes it may give them.

use super::decimal::{decimal, half, hours_of, whole};
use super::kind::Portion;
use super::members::{Members, elements, text};
use super::request::Unit;
use crate::value::time::{Iso, parse_iso};
use bigdecimal::BigDecimal;
use jiff::civil::{Date, Time};

/// One day's entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Daily {
    pub date: Date,
    pub portion: Option<Portion>,
    /// Of the clock: from, and to.
    pub times: Option<(Time, Time)>,
    pub hours: Option<BigDecimal>,
    pub percentage: Option<BigDecimal>,
    /// In the request's own unit: the length of the absence on this day.
    pub duration: Option<BigDecimal>,
    /// In the request's own unit: what leaves the balance for this day.
    pub cost: Option<BigDecimal>,
}

/// The entries of `durations`, one a date and in their order, and how many of them can't be read.
pub fn read(raw: Option<&str>) -> (Vec<Daily>, usize) {
    let Some(raw) = raw else { return (Vec::new(), 0) };
    let (mut days, mut odd): (Vec<Daily>, usize) = (Vec::new(), 0);
    for element in elements(raw) {
        match Members::of(element).ok().and_then(|members| entry(&members)) {
            Some(day) => days.push(day),
            None => odd += 1,
        }
    }
    // Stable, so that what is put together of one date does not hang on how a sort is made.
    days.sort_by_key(|day| day.date);
    days.dedup_by(|later, first| {
        let same = later.date == first.date;
        if same {
            first.join(later);
        }
        same
    });
    (days, odd)
}

fn entry(members: &Members<'_>) -> Option<Daily> {
    let date = parse_iso(&members.text(&["date", "day", "startDate"])?).ok()?.date();
    let number = |names: &[&str]| members.first(names).and_then(decimal);
    let times = times(members);
    let part = |names: &[&str]| members.first(names).and_then(|raw| Members::of(raw).ok());
    let hours = match part(&["duration"]) {
        Some(parts) => hours(&parts),
        None => hours(members),
    };
    let hours = hours.or_else(|| times.map(|(from, to)| between(from, to)));
    Some(Daily {
        date,
        portion: members.text(&["portion", "dayPortion", "startPortion"]).and_then(|text| Portion::parse(&text)),
        times,
        hours,
        percentage: number(&["percentage", "percentageOfDay"]),
        duration: number(&["duration", "amount", "totalDuration"]),
        cost: number(&["cost", "totalCost"]),
    })
}

/// Hours and minutes together.
pub fn hours(members: &Members<'_>) -> Option<BigDecimal> {
    let number = |names: &[&str]| members.first(names).and_then(decimal);
    let hours = number(&["hoursOnDate", "dailyHours", "hours"]);
    match number(&["minutes", "dailyMinutes", "minutesOnDate"]) {
        Some(minutes) => Some(hours.unwrap_or_default() + hours_of(&minutes)),
        None => hours,
    }
}

/// The hours of the clock that a request or an entry names.
pub fn times(members: &Members<'_>) -> Option<(Time, Time)> {
    let clock = |names: &[&str]| names.iter().find_map(|name| time(&text(members.raw(name)?)?));
    Some((
        clock(&["localStartTime", "startTime", "fromTime", "from"])?,
        clock(&["localEndTime", "endTime", "toTime", "to", "until"])?,
    ))
}

/// `09:00`, `09:00:00`, the same after a date, and `24:00`, the midnight at the end of the day.
fn time(text: &str) -> Option<Time> {
    match parse_iso(text) {
        Ok(Iso::LocalDatetime(civil)) => return Some(civil.time()),
        Ok(Iso::Instant(instant)) => return Some(instant.civil().time()),
        Ok(Iso::Date(_)) => return None,
        Err(_) => {}
    }
    if matches!(text, "24:00" | "24:00:00") {
        return Some(Time::midnight());
    }
    match parse_iso(&format!("2000-01-01T{text}")) {
        Ok(Iso::LocalDatetime(civil)) => Some(civil.time()),
        _ => None,
    }
}

/// The hours between two times of the clock; the second lies on the next day where it is not later.
pub fn between(from: Time, to: Time) -> BigDecimal {
    let seconds = |time: Time| i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    let length = seconds(to) - seconds(from);
    let length = if length <= 0 { length + 24 * 3600 } else { length };
    (whole(length) / whole(3600)).round(4).normalized()
}

impl Daily {
    /// Puts another entry of the same date to this one: two stretches of one day.
    fn join(&mut self, other: &Daily) {
        let add = |mine: &mut Option<BigDecimal>, other: &Option<BigDecimal>| {
            if let Some(other) = other {
                *mine = Some(mine.take().unwrap_or_default() + other);
            }
        };
        add(&mut self.hours, &other.hours);
        add(&mut self.percentage, &other.percentage);
        add(&mut self.duration, &other.duration);
        add(&mut self.cost, &other.cost);
        self.portion = match (self.portion, other.portion) {
            (Some(one), Some(two)) if one != two => Some(Portion::AllDay),
            (one, two) => one.or(two),
        };
        self.times = match (self.times, other.times) {
            (Some((from, to)), Some((other_from, other_to))) => Some((from.min(other_from), to.max(other_to))),
            (one, other) => one.or(other),
        };
    }

    /// What the entry says in the request's own unit; `None` where it speaks of another one. `all_day` is a whole day in it.
    pub fn in_unit(&self, unit: Unit, all_day: Option<&BigDecimal>) -> Option<BigDecimal> {
        if let Some(own) = self.duration.as_ref().or(self.cost.as_ref()) {
            return Some(own.clone());
        }
        if let (Unit::Hours, Some(hours)) = (unit, &self.hours) {
            return Some(hours.clone());
        }
        match (&self.percentage, self.portion) {
            (Some(percentage), _) => Some(all_day? * percentage / whole(100)),
            (None, Some(Portion::AllDay)) => all_day.cloned(),
            (None, Some(_)) => Some(all_day? * half()),
            (None, None) => None,
        }
    }

    /// Which part of the day it takes.
    pub fn shown(&self) -> Portion {
        match (self.portion, self.times.is_some() || self.hours.is_some(), self.percentage.is_some()) {
            (Some(portion), _, _) => portion,
            (None, true, _) => Portion::Hours,
            (None, false, true) => Portion::Percentage,
            (None, false, false) => Portion::AllDay,
        }
    }
}
