//! What falls on each day of a request: HiBob's own daily durations where it gives them, else the working pattern and the
//! largest remainder. Either way the days add up to the request's total exactly.

use super::Pattern;
use super::decimal::{apportion, half, whole};
use super::kind::{Kind, Portion};
use super::request::{Request, Unit};
use bigdecimal::{BigDecimal, RoundingMode, Signed, Zero};
use jiff::ToSpan;
use jiff::civil::Date;

/// Days that are listed at most: ten years.
const MOST: usize = 3_660;

/// One date of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    pub date: Date,
    pub portion: Portion,
    /// Of the request's total, in its unit; zero on days off.
    pub amount: BigDecimal,
    /// HiBob does not say how the total falls on the days.
    pub estimated: bool,
    /// Of `totalDuration`, days off included.
    pub duration: Option<BigDecimal>,
}

/// The days of a request, and what is to be known of them.
#[derive(Debug, Default)]
pub struct Days {
    pub days: Vec<Day>,
    pub disagree: bool,
    /// Monday to Friday was assumed, and it mattered.
    pub assumed: bool,
    pub too_long: bool,
    /// There is nothing that could fall on the days.
    pub nothing: bool,
}

/// How the person works, as far as it is known.
struct Work<'r> {
    request: &'r Request,
    pattern: Pattern,
    known: bool,
}

impl Days {
    pub fn of(request: &Request, pattern: Option<&Pattern>) -> Days {
        let work = Work { request, pattern: pattern.cloned().unwrap_or_else(Pattern::assumed), known: pattern.is_some() };
        let last = match request.last {
            Some(last) => Some(last),
            None => work.reach(),
        };
        let Some(last) = last.filter(|last| *last >= request.first) else { return Days::default() };
        let dates: Vec<Date> = request.first.series(1.day()).take_while(|date| *date <= last).take(MOST + 1).collect();
        if dates.len() > MOST {
            return Days { too_long: true, ..Days::default() };
        }
        work.split(&dates)
    }
}

impl Work<'_> {
    /// The last day of a request without an end, as far as its daily durations or its totals reach.
    fn reach(&self) -> Option<Date> {
        let request = self.request;
        if let Some(last) = request.daily.last() {
            return Some(last.date);
        }
        let mut open: BigDecimal = match (request.unit, &request.duration) {
            (Unit::Days, Some(duration)) if duration.is_positive() => {
                let begun = whole(1) - self.calendar(request.first)?;
                let days = (duration + begun).with_scale_round(0, RoundingMode::Ceiling);
                let days: i64 = days.normalized().to_plain_string().parse().ok()?;
                return request.first.checked_add((days - 1).min(MOST as i64).days()).ok();
            }
            _ => request.cost.clone().filter(BigDecimal::is_positive)?,
        };
        for date in request.first.series(1.day()).take(MOST) {
            open -= self.natural(date)?;
            if !open.is_positive() {
                return Some(date);
            }
        }
        None
    }

    fn split(&self, dates: &[Date]) -> Days {
        let request = self.request;
        let said = self.said(dates);
        let computed = || match &said {
            Some(said) => Some(said.iter().sum()),
            None => dates.iter().map(|date| self.natural(*date)).sum(),
        };
        let Some(total): Option<BigDecimal> = request.cost.clone().or(request.duration.clone()).or_else(computed) else {
            return Days { nothing: true, ..Days::default() };
        };
        let mut found = Days::default();
        let (amounts, estimated) = match said {
            Some(said) if agree(&said, &total) => (exactly(said, &total), false),
            Some(said) => {
                let worked: Vec<BigDecimal> = dates.iter().zip(&said).map(|(date, said)| self.worked(*date, said)).collect();
                if self.known && agree(&worked, &total) {
                    (exactly(worked, &total), false)
                } else {
                    let is_length = request.duration.as_ref().is_some_and(|duration| agree(&said, duration));
                    found.disagree = !is_length || request.daily.iter().any(|day| day.cost.is_some());
                    found.assumed = !self.known && !found.disagree;
                    (apportion(&total, &worked), true)
                }
            }
            None if dates.len() == 1 => (vec![total.clone()], false),
            None if self.counts_days_off(dates, &total) => (apportion(&total, &self.lengths(dates)), true),
            None => {
                found.assumed = !self.known;
                (apportion(&total, &self.weights(dates)), true)
            }
        };
        found.disagree |= request.odd_daily > 0 || self.strays(dates) || self.contradicts(dates);
        // Hours have no length in the calendar: where both totals are one, they fall on the same days.
        let alike = request.daily.is_empty() && request.unit == Unit::Hours && request.cost == request.duration;
        let durations = request.duration.as_ref().map(|duration| match alike {
            true => amounts.clone(),
            false => self.durations(dates, duration),
        });
        let estimated = estimated && dates.len() > 1 || found.disagree;
        let days = dates.iter().zip(amounts).enumerate().map(|(at, (date, amount))| Day {
            date: *date,
            portion: request.portion(*date),
            amount,
            estimated,
            duration: durations.as_ref().map(|durations| durations[at].clone()),
        });
        found.days = days.collect();
        found
    }

    /// What HiBob says of each date, in the request's unit: what it costs where that is said, else how long it is. `None` where
    /// it says nothing, or speaks of another unit.
    fn said(&self, dates: &[Date]) -> Option<Vec<BigDecimal>> {
        if self.request.daily.is_empty() {
            return None;
        }
        let of = |date: &Date| match self.request.daily_on(*date) {
            None => Some(BigDecimal::zero()),
            Some(day) => day.cost.clone().or_else(|| self.in_unit(*date)),
        };
        let said: Option<Vec<BigDecimal>> = dates.iter().map(of).collect();
        said.or_else(|| self.hours_in_days(dates))
    }

    fn in_unit(&self, date: Date) -> Option<BigDecimal> {
        let one = whole(1);
        let all_day = match self.request.unit {
            Unit::Days => Some(&one),
            Unit::Hours => self.pattern.hours(date),
        };
        self.request.daily_on(date)?.in_unit(self.request.unit, all_day)
    }

    /// Hours of single days in a request that is counted in days: they say what each day is only if the person's hours a day
    /// make exactly the total of them.
    fn hours_in_days(&self, dates: &[Date]) -> Option<Vec<BigDecimal>> {
        let per_day = self.pattern.hours_a_day().filter(|_| self.request.unit == Unit::Days)?;
        let total = self.request.cost.as_ref().or(self.request.duration.as_ref())?;
        let hours = |date: &Date| self.request.daily_on(*date).map_or(Some(BigDecimal::zero()), |day| day.hours.clone());
        let hours: Vec<BigDecimal> = dates.iter().map(hours).collect::<Option<_>>()?;
        agree(&hours, &(total * per_day)).then(|| apportion(total, &hours))
    }

    /// What is said of a date, but nothing of a day off.
    fn worked(&self, date: Date, said: &BigDecimal) -> BigDecimal {
        if self.pattern.is_off(date) { BigDecimal::zero() } else { said.clone() }
    }

    /// Whether days off count as others do: types can be booked so. The total is then more than the working days hold; in hours,
    /// where a day may be longer than the pattern says, it is what all days of the calendar come to.
    fn counts_days_off(&self, dates: &[Date], total: &BigDecimal) -> bool {
        if !self.request.daily.is_empty() || !dates.iter().any(|date| self.pattern.is_off(*date)) {
            return false;
        }
        match self.request.unit {
            Unit::Days => {
                let of =
                    |(date, length): (&Date, BigDecimal)| if self.pattern.is_off(*date) { BigDecimal::zero() } else { length };
                let worked: Vec<BigDecimal> = dates.iter().zip(self.lengths(dates)).map(of).collect();
                !agree(&worked, total) && *total > worked.iter().sum::<BigDecimal>()
            }
            Unit::Hours => self.known && agree(&self.lengths(dates), total),
        }
    }

    /// How long the dates are in the calendar, worked or not, by what is known.
    fn lengths(&self, dates: &[Date]) -> Vec<BigDecimal> {
        dates.iter().map(|date| self.length(*date).unwrap_or_else(|| self.weight(*date))).collect()
    }

    /// By what the total falls on the days.
    fn weights(&self, dates: &[Date]) -> Vec<BigDecimal> {
        let by = |worked: bool| -> Vec<BigDecimal> {
            dates
                .iter()
                .map(|date| if worked && self.pattern.is_off(*date) { BigDecimal::zero() } else { self.weight(*date) })
                .collect()
        };
        let weights = by(true);
        // All of it lies on days off.
        if weights.iter().all(Zero::is_zero) { by(false) } else { weights }
    }

    /// How heavy a date is, if it is worked.
    fn weight(&self, date: Date) -> BigDecimal {
        let request = self.request;
        if !request.daily.is_empty() {
            let hours = request.daily_on(date).and_then(|day| day.hours.clone());
            return hours.or_else(|| self.in_unit(date)).unwrap_or_default();
        }
        let all_day = match request.unit {
            Unit::Days => whole(1),
            // A day off is as long as the person's days are.
            Unit::Hours => match self.pattern.hours(date).filter(|hours| !hours.is_zero()) {
                Some(hours) => hours.clone(),
                None => self.pattern.mean_day().unwrap_or_else(|| whole(1)),
            },
        };
        match request.portion(date) {
            Portion::AllDay | Portion::Percentage => all_day,
            Portion::Morning | Portion::Afternoon => all_day * half(),
            // The same on each day.
            Portion::Hours => whole(1),
        }
    }

    /// What a date comes to by itself, in the request's unit, where that is known.
    fn natural(&self, date: Date) -> Option<BigDecimal> {
        if self.pattern.is_off(date) {
            return Some(BigDecimal::zero());
        }
        let all_day = match self.request.unit {
            Unit::Days => Some(whole(1)),
            Unit::Hours => self.pattern.hours(date).cloned(),
        };
        self.part(date, all_day)
    }

    /// What a date comes to in the calendar, worked or not.
    fn calendar(&self, date: Date) -> Option<BigDecimal> {
        self.part(date, (self.request.unit == Unit::Days).then(|| whole(1)))
    }

    fn part(&self, date: Date, all_day: Option<BigDecimal>) -> Option<BigDecimal> {
        match self.request.portion(date) {
            Portion::AllDay => all_day,
            Portion::Morning | Portion::Afternoon => Some(all_day? * half()),
            Portion::Percentage => Some(all_day? * self.request.percentage.as_ref()? / whole(100)),
            Portion::Hours => self.request.hours.clone().filter(|_| self.request.unit == Unit::Hours),
        }
    }

    /// The calendar length, day by day.
    fn durations(&self, dates: &[Date], total: &BigDecimal) -> Vec<BigDecimal> {
        let own: Option<Vec<BigDecimal>> = dates.iter().map(|date| self.length(*date)).collect();
        if let Some(own) = own.filter(|own| agree(own, total)) {
            return exactly(own, total);
        }
        apportion(total, &self.lengths(dates))
    }

    fn length(&self, date: Date) -> Option<BigDecimal> {
        if self.request.daily.is_empty() {
            return self.calendar(date);
        }
        match self.request.daily_on(date) {
            None => Some(BigDecimal::zero()),
            Some(day) => day.duration.clone().or_else(|| self.in_unit(date)),
        }
    }

    /// Whether something is said of dates that the request does not have.
    fn strays(&self, dates: &[Date]) -> bool {
        self.request.daily.iter().any(|day| day.date < dates[0] || day.date > dates[dates.len() - 1])
    }

    /// Whether the totals don't fit the dates: the calendar length is another one, or more leaves the balance than there is.
    fn contradicts(&self, dates: &[Date]) -> bool {
        let request = self.request;
        let plain = !matches!(request.kind, None | Some(Kind::OpenEnded)) && request.daily.is_empty();
        let lengths: Option<Vec<BigDecimal>> = dates.iter().map(|date| self.calendar(*date)).collect();
        let Some(lengths) = lengths.filter(|_| plain) else { return false };
        let other = |total: &BigDecimal| !agree(&lengths, total);
        let cost = request.cost.as_ref();
        request.duration.as_ref().is_some_and(|duration| other(duration) && cost != Some(duration))
            || cost.is_some_and(|cost| other(cost) && *cost > lengths.iter().sum::<BigDecimal>())
    }
}

/// Whether parts come to a total, but for what may have been rounded off each: HiBob shows hundredths.
fn agree(parts: &[BigDecimal], total: &BigDecimal) -> bool {
    let hundredths = BigDecimal::new((parts.len() as u64).into(), 2);
    (parts.iter().sum::<BigDecimal>() - total).abs() <= hundredths
}

/// Parts that agree with a total, as they are if they add up to it.
fn exactly(parts: Vec<BigDecimal>, total: &BigDecimal) -> Vec<BigDecimal> {
    if parts.iter().sum::<BigDecimal>() == *total { parts } else { apportion(total, &parts) }
}
