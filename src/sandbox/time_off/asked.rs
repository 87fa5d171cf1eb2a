//! What somebody asks for: the type of a request with its own fields, and what it comes to.

use super::amount::{Amount, shared};
use super::policy::Policy;
use crate::sandbox::people::Person;
use crate::sandbox::scenario::{Portion, RequestKind, Unit};
use jiff::ToSpan;
use jiff::civil::{Date, Time};
use serde_json::{Map, Value, json};

/// A request's type and its fields. Which of them count follows from the type.
#[derive(Debug, Clone)]
pub struct Asked {
    pub kind: RequestKind,
    pub start: Date,
    /// The same as `start` where there is none yet.
    pub end: Date,
    /// Of `days`; of `openEnded` the first; of `portionOnRange` the first is every day's.
    pub portions: (Portion, Portion),
    /// Of `hours` and `hoursOnRange`.
    pub minutes: i64,
    /// Of `percentageOnRange`.
    pub percent: i64,
    /// Of the types that say it day by day, from `start` on.
    pub daily: Vec<i64>,
}

/// What a request comes to, in the unit of its policy.
#[derive(Debug, Clone)]
pub struct Counted {
    /// With days off. `None` as long as there is no end.
    pub duration: Option<Amount>,
    /// What leaves the balance.
    pub cost: Option<Amount>,
    pub days: Vec<Day>,
}

/// One day of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    pub date: Date,
    pub portion: &'static str,
    pub duration: Amount,
    pub cost: Amount,
}

impl RequestKind {
    pub fn word(self) -> &'static str {
        match self {
            RequestKind::Days => "days",
            RequestKind::Hours => "hours",
            RequestKind::PortionOnRange => "portionOnRange",
            RequestKind::HoursOnRange => "hoursOnRange",
            RequestKind::DifferentDayDurations => "differentDayDurations",
            RequestKind::SpecificHoursDayDurations => "specificHoursDayDurations",
            RequestKind::DifferentSpecificHoursDayDurations => "differentSpecificHoursDayDurations",
            RequestKind::PercentageOnRange => "percentageOnRange",
            RequestKind::OpenEnded => "openEnded",
        }
    }

    /// Says it day by day.
    pub fn is_daily(self) -> bool {
        matches!(
            self,
            RequestKind::DifferentDayDurations
                | RequestKind::SpecificHoursDayDurations
                | RequestKind::DifferentSpecificHoursDayDurations
        )
    }

    /// Says at what time of the day.
    fn is_specific(self) -> bool {
        self.is_daily() && self != RequestKind::DifferentDayDurations
    }

    /// Who's out names it only to those who ask for hours.
    pub fn is_hourly(self) -> bool {
        self.is_daily() || matches!(self, RequestKind::Hours | RequestKind::HoursOnRange)
    }
}

impl Portion {
    pub fn word(self) -> &'static str {
        match self {
            Portion::AllDay => "all_day",
            Portion::Morning => "morning",
            Portion::Afternoon => "afternoon",
        }
    }
}

/// How much of a day.
enum Part {
    /// Hundredths of it.
    Share(i64),
    Minutes(i64),
}

impl Asked {
    pub fn one_day(kind: RequestKind, start: Date) -> Asked {
        Asked { kind, start, end: start, portions: (Portion::AllDay, Portion::AllDay), minutes: 0, percent: 0, daily: Vec::new() }
    }

    pub fn is_open(&self) -> bool {
        self.kind == RequestKind::OpenEnded
    }

    pub fn dates(&self) -> impl Iterator<Item = Date> {
        self.start.series(1.day()).take_while(|date| *date <= self.end)
    }

    /// Takes place on one of these days.
    pub fn touches(&self, from: Date, to: Date) -> bool {
        self.start <= to && (self.is_open() || self.end >= from)
    }

    fn minutes_on(&self, date: Date) -> i64 {
        match self.kind.is_daily() {
            true => usize::try_from((date - self.start).get_days()).ok().and_then(|at| self.daily.get(at)).copied().unwrap_or(0),
            false => self.minutes,
        }
    }

    /// The portion as people would say it, and how much of the day that is.
    fn part(&self, date: Date) -> (&'static str, Part) {
        let half = |portion: Portion| (portion.word(), Part::Share(if portion == Portion::AllDay { 100 } else { 50 }));
        match self.kind {
            RequestKind::Days | RequestKind::OpenEnded if date == self.start && self.portions.0 != Portion::AllDay => {
                half(self.portions.0)
            }
            RequestKind::Days if date == self.end => half(self.portions.1),
            RequestKind::Days | RequestKind::OpenEnded => half(Portion::AllDay),
            RequestKind::PortionOnRange => half(self.portions.0),
            RequestKind::PercentageOnRange => ("percentage", Part::Share(self.percent)),
            _ => ("hours", Part::Minutes(self.minutes_on(date))),
        }
    }

    pub fn counted(&self, person: &Person<'_>, policy: &Policy) -> Counted {
        if self.is_open() {
            return Counted { duration: None, cost: None, days: Vec::new() };
        }
        let pattern = person.pattern();
        let usual = Amount::whole(i64::from(pattern.hours_per_day));
        let mut days = Vec::new();
        for date in self.dates() {
            let holiday = person.site.holidays.contains(&(date.month(), date.day()));
            let worked = if holiday { 0 } else { i64::from(pattern.hours_on(date)) };
            // What a whole day is, in the unit.
            let whole = match policy.unit {
                Unit::Days => Amount::whole(1),
                Unit::Hours if worked > 0 => Amount::whole(worked),
                Unit::Hours => usual,
            };
            let (portion, part) = self.part(date);
            let duration = match (part, policy.unit) {
                (Part::Share(hundredths), _) => whole.times(hundredths, 100),
                (Part::Minutes(minutes), Unit::Hours) => Amount::minutes(minutes),
                (Part::Minutes(minutes), Unit::Days) => Amount::whole(1).times(minutes, 60 * i64::from(pattern.hours_per_day)),
            };
            let costs = worked > 0 || !policy.work_days_only;
            days.push(Day { date, portion, duration, cost: if costs { duration } else { Amount::ZERO } });
        }
        let mut counted = Counted { duration: None, cost: None, days };
        let total = |amounts: &dyn Fn(&Day) -> Amount| counted.days.iter().map(amounts).sum::<Amount>().rounded();
        let (duration, cost) = (total(&|day| day.duration), total(&|day| day.cost));
        counted.share(Some(duration), Some(cost));
        counted
    }

    /// The fields of its type, as they stand in whatever Bob says of a request but in who is out today.
    pub fn write(&self, row: &mut Map<String, Value>) {
        let mut put = |key: &str, value: Value| _ = row.insert(key.to_owned(), value);
        match self.kind {
            RequestKind::Hours => {
                put("date", json!(self.start.to_string()));
                // Half hours as a decimal, and other times with their minutes.
                match self.minutes % 30 {
                    0 => put("hoursOnDate", Amount::minutes(self.minutes).json()),
                    _ => {
                        put("hoursOnDate", json!(self.minutes / 60));
                        put("minutes", json!(self.minutes % 60));
                    }
                }
            }
            RequestKind::Days | RequestKind::OpenEnded => {
                let (end, portion) = match self.is_open() {
                    true => (Value::Null, Value::Null),
                    false => (json!(self.end.to_string()), json!(self.portions.1.word())),
                };
                put("startDate", json!(self.start.to_string()));
                put("startPortion", json!(self.portions.0.word()));
                put("endDate", end);
                put("endPortion", portion);
            }
            _ => {
                put("startDate", json!(self.start.to_string()));
                put("endDate", json!(self.end.to_string()));
                match self.kind {
                    RequestKind::PortionOnRange => put("dayPortion", json!(self.portions.0.word())),
                    RequestKind::HoursOnRange => put("dailyHours", Amount::minutes(self.minutes).rounded().json()),
                    RequestKind::PercentageOnRange => put("percentageOfDay", json!(self.percent)),
                    _ => put("durations", self.durations(&[])),
                }
            }
        }
    }

    /// Day by day; with what each costs, where it is said.
    pub fn durations(&self, days: &[Day]) -> Value {
        let cost = |date: Date| days.iter().find(|day| day.date == date);
        let entry = |date: Date| {
            let mut entry = Map::new();
            entry.insert("date".to_owned(), json!(date.to_string()));
            if self.kind.is_daily() {
                let minutes = self.minutes_on(date);
                if self.kind.is_specific() && minutes > 0 {
                    let from = Time::constant(9, 0, 0, 0);
                    let clock = |time: Time| json!(time.strftime("%H:%M").to_string());
                    entry.insert("localStartTime".to_owned(), clock(from));
                    entry.insert("localEndTime".to_owned(), clock(from.wrapping_add(minutes.minutes())));
                }
                entry.insert("hours".to_owned(), json!(minutes / 60));
                entry.insert("minutes".to_owned(), json!(minutes % 60));
            }
            if let Some(day) = cost(date) {
                entry.insert("duration".to_owned(), day.duration.json());
                entry.insert("cost".to_owned(), day.cost.json());
            }
            Value::Object(entry)
        };
        self.dates().map(entry).collect()
    }
}

impl Counted {
    /// Takes these totals, and gives them to the days so that they add up.
    pub fn share(&mut self, duration: Option<Amount>, cost: Option<Amount>) {
        let weights: Vec<(Amount, Amount)> = self.days.iter().map(|day| (day.duration, day.cost)).collect();
        let (mut lengths, mut costs): (Vec<_>, Vec<_>) = weights.into_iter().unzip();
        // A cost where none was counted is spread like the length.
        if costs.iter().all(|cost| cost.is_zero()) {
            costs.clone_from(&lengths);
        }
        if lengths.iter().all(|length| length.is_zero()) {
            lengths.fill(Amount::whole(1));
        }
        for (day, (length, cost)) in self
            .days
            .iter_mut()
            .zip(shared(duration.unwrap_or_default(), &lengths).into_iter().zip(shared(cost.unwrap_or_default(), &costs)))
        {
            (day.duration, day.cost) = (length, cost);
        }
        (self.duration, self.cost) = (duration, cost);
    }
}
