//! A person's working pattern: how many hours each day of the week has.

use super::decimal::{decimal, hours_of, whole};
use super::members::{Members, elements};
use bigdecimal::{BigDecimal, Signed, Zero};
use jiff::civil::{Date, Weekday};

/// Hours a day of the week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// From Monday on. `None` where the hours are not known, only that the day is worked.
    days: [Option<BigDecimal>; 7],
}

const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Nesting below this is no pattern of HiBob's.
const MAX_DEPTH: usize = 6;

impl Pattern {
    /// Monday to Friday, of unknown length: for people of whom nothing is known.
    pub fn assumed() -> Pattern {
        Pattern { days: std::array::from_fn(|day| (day > 4).then(BigDecimal::zero)) }
    }

    /// Reads `{"days": {"monday": 8, ...}, "hoursPerDay": 8}`. Of a pattern of several weeks, whose turns can't be told, it takes
    /// the mean of each day of the week. Without days, `hoursPerDay` counts from Monday to Friday. `None` where nothing is said.
    pub fn read(raw: &str) -> Option<Pattern> {
        let members = Members::of(raw).ok()?;
        let per_day = members.first(&["hoursPerDay"]).and_then(decimal).filter(BigDecimal::is_positive);
        let mut weeks = Vec::new();
        collect(raw, per_day.as_ref(), 0, &mut weeks);
        if weeks.is_empty() {
            let per_day = per_day?;
            return Some(Pattern {
                days: std::array::from_fn(|day| Some(if day > 4 { BigDecimal::zero() } else { per_day.clone() })),
            });
        }
        let count = whole(weeks.len() as i64);
        let mean = |day: usize| {
            let known: Option<BigDecimal> = weeks.iter().map(|week: &Week| week[day].clone()).sum();
            known.map(|sum| if weeks.len() == 1 { sum } else { (sum / &count).round(4).normalized() })
        };
        let pattern = Pattern { days: std::array::from_fn(mean) };
        // A week without any work is no pattern but one that has not been filled in.
        pattern.days.iter().any(|hours| hours.as_ref().is_none_or(BigDecimal::is_positive)).then_some(pattern)
    }

    /// Hours on this date; `None` where it is worked and nobody knows how long.
    pub fn hours(&self, date: Date) -> Option<&BigDecimal> {
        self.days[index(date.weekday())].as_ref()
    }

    pub fn is_off(&self, date: Date) -> bool {
        self.hours(date).is_some_and(BigDecimal::is_zero)
    }

    /// The mean of the working days' hours, as far as they are known.
    pub fn mean_day(&self) -> Option<BigDecimal> {
        let known: Vec<&BigDecimal> = self.days.iter().flatten().filter(|hours| hours.is_positive()).collect();
        let sum: BigDecimal = known.iter().copied().sum();
        (!known.is_empty()).then(|| (sum / whole(known.len() as i64)).round(4).normalized())
    }

    /// The hours that every working day has, if all have the same.
    pub fn hours_a_day(&self) -> Option<&BigDecimal> {
        let mut worked = self.days.iter().filter(|hours| hours.as_ref().is_none_or(BigDecimal::is_positive));
        let first = worked.next()?.as_ref()?;
        worked.all(|hours| hours.as_ref() == Some(first)).then_some(first)
    }
}

type Week = [Option<BigDecimal>; 7];

fn index(weekday: Weekday) -> usize {
    weekday.to_monday_zero_offset().unsigned_abs() as usize
}

/// Every object within `raw` that names days of the week.
fn collect(raw: &str, per_day: Option<&BigDecimal>, depth: usize, weeks: &mut Vec<Week>) {
    if depth > MAX_DEPTH {
        return;
    }
    match raw.as_bytes().first() {
        Some(b'[') => elements(raw).iter().for_each(|element| collect(element, per_day, depth + 1, weeks)),
        Some(b'{') => {
            let Ok(members) = Members::of(raw) else { return };
            let day = |name: &str| members.iter().find(|member| member.name.eq_ignore_ascii_case(name));
            if NAMES.iter().any(|name| day(name).is_some()) {
                weeks
                    .push(NAMES.map(|name| day(name).map_or_else(|| Some(BigDecimal::zero()), |day| hours(&day.value, per_day))));
                return;
            }
            members.iter().for_each(|member| collect(&member.value, per_day, depth + 1, weeks));
        }
        _ => {}
    }
}

/// What a pattern says of one day: hours, `true`, or an object with hours and minutes.
fn hours(raw: &str, per_day: Option<&BigDecimal>) -> Option<BigDecimal> {
    if raw == "true" {
        return per_day.cloned();
    }
    let hours = match Members::of(raw) {
        Ok(members) => {
            let part = |name: &str| members.first(&[name]).and_then(decimal);
            let minutes = part("minutes").map(|minutes| hours_of(&minutes));
            [part("hours"), minutes].into_iter().flatten().sum()
        }
        Err(_) => decimal(raw).unwrap_or_default(),
    };
    Some(if hours.is_negative() { BigDecimal::zero() } else { hours })
}

#[cfg(test)]
mod tests {
    use super::Pattern;
    use crate::time_off::decimal::plain;
    use jiff::civil::Date;

    /// The hours from Monday to Sunday, `-` for unknown ones.
    fn week(raw: &str) -> Option<String> {
        let pattern = Pattern::read(raw)?;
        let monday: Date = "2026-07-06".parse().unwrap();
        let hours =
            monday.series(jiff::Span::new().days(1)).take(7).map(|date| pattern.hours(date).map_or("-".to_owned(), plain));
        Some(hours.collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn a_pattern_has_hours_for_each_day_of_the_week() {
        for (raw, hours) in [
            (
                r#"{"days":{"sunday":0,"monday":8,"tuesday":7.5,"wednesday":"4","thursday":null,"friday":0,"saturday":0}}"#,
                "8 7.5 4 0 0 0 0",
            ),
            (r#"{"days":{"sunday":8,"monday":8,"tuesday":8,"wednesday":8,"thursday":8},"hoursPerDay":8}"#, "8 8 8 8 0 0 8"),
            (r#"{"days":{"monday":{"hours":7,"minutes":30},"friday":true},"hoursPerDay":6}"#, "7.5 0 0 0 6 0 0"),
            (r#"{"days":{"monday":true}}"#, "- 0 0 0 0 0 0"),
            (r#"{"hoursPerDay":7.6}"#, "7.6 7.6 7.6 7.6 7.6 0 0"),
            (
                r#"{"workingPatternType":"biweekly","weeks":[{"days":{"monday":8,"friday":8}},{"days":{"monday":8}}]}"#,
                "8 0 0 0 4 0 0",
            ),
            (r#"{"days":{"week1":{"Monday":8},"week2":{"Tuesday":8}}}"#, "4 4 0 0 0 0 0"),
        ] {
            assert_eq!(week(raw).as_deref(), Some(hours), "{raw}");
        }
        for none in ["{}", "null", "7", r#"{"days":{}}"#, r#"{"days":{"monday":0}}"#, r#"{"hoursPerDay":0}"#] {
            assert_eq!(week(none), None, "{none}");
        }
    }

    #[test]
    fn the_hours_of_a_day_are_those_that_all_working_days_have() {
        let of = |raw| Pattern::read(raw).unwrap().hours_a_day().map(plain);
        assert_eq!(of(r#"{"days":{"monday":8,"tuesday":8}}"#), Some("8".to_owned()));
        assert_eq!(of(r#"{"days":{"monday":8,"tuesday":4}}"#), None);
        assert_eq!(Pattern::assumed().hours_a_day(), None);
    }
}
