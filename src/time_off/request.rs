//! A request as it is read: which days it takes and how much of them, whatever spelling HiBob gave the keys.

use super::Members;
use super::daily::{self, Daily};
use super::decimal::decimal;
use super::fault::Fault;
use super::kind::{Kind, Portion};
use crate::value::time::parse_iso;
use bigdecimal::BigDecimal;
use jiff::civil::{Date, Time};

/// What a request's durations are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Days,
    Hours,
}

impl Unit {
    pub fn word(self) -> &'static str {
        match self {
            Unit::Days => "days",
            Unit::Hours => "hours",
        }
    }
}

/// What is needed to compute a request's days.
#[derive(Debug, Clone)]
pub struct Request {
    /// `None` for a type that is not known: it is taken as a plain range.
    pub kind: Option<Kind>,
    pub first: Date,
    /// The last day off; `None` where there is no end yet.
    pub last: Option<Date>,
    pub first_portion: Portion,
    pub last_portion: Portion,
    /// The part of each day, where all have the same.
    pub each: Option<Portion>,
    pub times: Option<(Time, Time)>,
    /// On each day.
    pub hours: Option<BigDecimal>,
    /// Of each day.
    pub percentage: Option<BigDecimal>,
    pub daily: Vec<Daily>,
    /// Entries of `durations` that can't be read.
    pub odd_daily: usize,
    pub unit: Unit,
    /// What leaves the balance: working days.
    pub cost: Option<BigDecimal>,
    /// The calendar length, days off included.
    pub duration: Option<BigDecimal>,
}

/// A date that stands for "no end" in some systems, and whose next day no calendar here has.
const NO_END: i16 = 9999;

impl Request {
    /// Reads a snapshot.
    ///
    /// # Errors
    /// Its dates can't be used.
    pub fn read(members: &Members<'_>) -> Result<Request, Fault> {
        let kind = members.text(&["type", "requestRangeType"]).and_then(|text| Kind::parse(&text));
        let (daily, odd_daily) = daily::read(members.first(&["durations", "dailyDurations"]));
        let first = date(members, "startDate")?.or(date(members, "date")?).or(daily.first().map(|day| day.date));
        let first = first.ok_or(Fault::NoStart)?;
        let one_date = kind == Some(Kind::Hours) || members.first(&["startDate"]).is_none() && members.first(&["date"]).is_some();
        let last_said = daily.last().filter(|_| kind != Some(Kind::OpenEnded)).map(|day| day.date);
        let last = date(members, "endDate")?.or(one_date.then_some(first)).or(last_said);
        let last = match last {
            Some(last) if last < first => return Err(Fault::EndBeforeStart),
            Some(last) => (last.year() < NO_END).then_some(last),
            None if kind == Some(Kind::OpenEnded) => None,
            None => return Err(Fault::NoEnd),
        };
        let portion = |names: &[&str]| members.text(names).and_then(|text| Portion::parse(&text));
        let (mut start, mut end) = (portion(&["startPortion", "startDatePortion"]), portion(&["endPortion", "endDatePortion"]));
        if last == Some(first) {
            (start, end) = (start.or(end), end.or(start));
        }
        let (hours, percentage) = (daily::hours(members), members.first(&["percentageOfDay", "percentage"]).and_then(decimal));
        let each = match kind {
            Some(
                Kind::Hours | Kind::HoursOnRange | Kind::SpecificHoursDayDurations | Kind::DifferentSpecificHoursDayDurations,
            ) => Some(Portion::Hours),
            Some(Kind::PortionOnRange) => Some(portion(&["dayPortion", "portion"]).or(start).unwrap_or(Portion::AllDay)),
            Some(Kind::PercentageOnRange) => Some(Portion::Percentage),
            Some(Kind::Days | Kind::OpenEnded | Kind::DifferentDayDurations) => None,
            None if hours.is_some() => Some(Portion::Hours),
            None if percentage.is_some() => Some(Portion::Percentage),
            None => portion(&["dayPortion", "portion"]),
        };
        let request = Request {
            kind,
            first,
            last,
            first_portion: start.unwrap_or(Portion::AllDay),
            last_portion: end.unwrap_or(Portion::AllDay),
            each,
            times: daily::times(members),
            hours,
            percentage,
            daily,
            odd_daily,
            unit: unit(members, each),
            cost: members.first(&["totalCost"]).and_then(decimal),
            duration: members.first(&["totalDuration"]).and_then(decimal),
        };
        let turned = last == Some(first) && request.begins_late() && request.ends_early();
        if turned { Err(Fault::EndBeforeStart) } else { Ok(request) }
    }

    /// Whether the first day is taken from noon on.
    fn begins_late(&self) -> bool {
        self.each.is_none() && self.first_portion == Portion::Afternoon
    }

    /// Whether the last day is taken until noon.
    fn ends_early(&self) -> bool {
        self.each.is_none() && self.last_portion == Portion::Morning
    }

    /// Which part of this date is taken.
    pub fn portion(&self, date: Date) -> Portion {
        if let Some(day) = self.daily_on(date).filter(|_| self.kind.is_none_or(Kind::is_daily)) {
            return day.shown();
        }
        match self.each {
            Some(each) => each,
            None if date == self.first && self.begins_late() => Portion::Afternoon,
            None if Some(date) == self.last && self.ends_early() => Portion::Morning,
            None => Portion::AllDay,
        }
    }

    pub fn daily_on(&self, date: Date) -> Option<&Daily> {
        self.daily.binary_search_by_key(&date, |day| day.date).ok().map(|at| &self.daily[at])
    }

    /// The hours of the clock that are taken of this date.
    pub fn times(&self, date: Date) -> Option<(Time, Time)> {
        self.daily_on(date).and_then(|day| day.times).or(self.times.filter(|_| self.portion(date) == Portion::Hours))
    }
}

fn unit(members: &Members<'_>, each: Option<Portion>) -> Unit {
    let text = members.text(&["durationUnit", "unit"]).map(|text| text.to_ascii_lowercase());
    match text.as_deref() {
        Some("hours" | "hour") => Unit::Hours,
        Some("days" | "day") => Unit::Days,
        _ if each == Some(Portion::Hours) => Unit::Hours,
        _ => Unit::Days,
    }
}

/// The date of a member, as it is written.
fn date(members: &Members<'_>, name: &'static str) -> Result<Option<Date>, Fault> {
    let Some(raw) = members.first(&[name]) else { return Ok(None) };
    match super::members::text(raw) {
        Some(text) => parse_iso(&text).map(|iso| Some(iso.date())).map_err(|_| Fault::NoDate(name)),
        // Blank text is nothing; what is no text at all is no date.
        None if raw.starts_with('"') => Ok(None),
        None => Err(Fault::NoDate(name)),
    }
}
