//! Whether conditions hold.

use super::convert::plain;
use super::state::State;
use crate::mapping::compiled::{Clause, Condition, Day, FieldIndex, Root, Subject, Test};
use crate::value::found::RawShape;
use crate::value::read::Slot;
use crate::value::text::folded;
use crate::value::time::parse_iso;
use crate::value::{Found, Raw, Value};
use jiff::ToSpan;
use jiff::civil::Date;
use std::borrow::Cow;

/// What conditions look at.
pub trait Look<'r> {
    /// The answer of a path; `None` where a join found nothing.
    fn slot(&self, root: Root, slot: usize) -> Option<Slot<'r>>;

    /// A field that has been computed.
    fn field(&self, _field: FieldIndex) -> Option<&State<'r>> {
        None
    }
}

/// Whether every clause holds.
///
/// # Errors
/// A condition can't be judged; says why without the value.
pub fn all_hold<'r>(clauses: &[Clause], look: &impl Look<'r>, run_date: Date) -> Result<bool, String> {
    for clause in clauses {
        if !holds(clause, look, run_date)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether one of the clause's conditions holds.
///
/// # Errors
/// None holds, and one can't be judged.
pub fn holds<'r>(clause: &Clause, look: &impl Look<'r>, run_date: Date) -> Result<bool, String> {
    let mut unclear = None;
    for condition in &clause.any {
        match judge(condition, look, run_date) {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(why) => unclear = Some(why),
        }
    }
    unclear.map_or(Ok(false), Err)
}

fn judge<'r>(condition: &Condition, look: &impl Look<'r>, run_date: Date) -> Result<bool, String> {
    match &condition.subject {
        Subject::Path(path) => match look.slot(path.root, path.slot) {
            None => test(&condition.test, &[], run_date, &path.text),
            Some(Slot::One(Found::Value(raw))) => {
                let subjects = subject(raw, &condition.missing_values);
                test(&condition.test, subjects.as_slice(), run_date, &path.text)
            }
            Some(Slot::One(_)) => test(&condition.test, &[], run_date, &path.text),
            Some(Slot::Many(found)) => {
                let subjects: Vec<_> = found.iter().filter_map(|raw| subject(raw, &condition.missing_values)).collect();
                test(&condition.test, &subjects, run_date, &path.text)
            }
        },
        Subject::Field(field) => match look.field(*field) {
            Some(State::Value { value, .. }) => {
                let subject = match value {
                    Value::Json(_) | Value::List(_) => SubjectValue::Other,
                    other => SubjectValue::Text(other.to_plain()),
                };
                test(&condition.test, &[subject], run_date, "the field")
            }
            Some(State::Invalid(_)) => Err("it looks at a field that is invalid".to_owned()),
            _ => test(&condition.test, &[], run_date, "the field"),
        },
    }
}

/// A value that a condition looks at.
enum SubjectValue<'v> {
    Text(Cow<'v, str>),
    /// A list or an object: a value, but no word.
    Other,
}

fn subject<'v>(raw: Raw<'v>, missing_values: &[String]) -> Option<SubjectValue<'v>> {
    match Found::of(raw) {
        Found::Value(raw) => match plain(raw) {
            Some(text) if raw.shape() == RawShape::String && missing_values.iter().any(|missing| *missing == text) => None,
            Some(text) => Some(SubjectValue::Text(text)),
            None => Some(SubjectValue::Other),
        },
        _ => None,
    }
}

fn test(test: &Test, subjects: &[SubjectValue<'_>], run_date: Date, what: &str) -> Result<bool, String> {
    let among = |words: &[String]| {
        subjects.iter().any(|subject| match subject {
            SubjectValue::Text(text) => folded(text, |text| words.iter().any(|word| word.as_bytes() == text)),
            SubjectValue::Other => false,
        })
    };
    let compare = |day: &Day, holds: fn(&Date, &Date) -> bool| {
        let day = date(*day, run_date);
        // One match that fits is enough, whatever stands before it; what is no date counts only where none fits.
        let found: Vec<Option<Date>> = subjects
            .iter()
            .map(|subject| match subject {
                SubjectValue::Text(text) => parse_iso(text).ok().map(|found| found.date()),
                SubjectValue::Other => None,
            })
            .collect();
        match found.iter().flatten().any(|found| holds(found, &day)) {
            false if found.contains(&None) => Err(format!("{what} holds no date (YYYY-MM-DD)")),
            fits => Ok(fits),
        }
    };
    match test {
        Test::In(words) => Ok(among(words)),
        Test::NotIn(words) => Ok(!among(words)),
        Test::HasValue(wanted) => Ok(subjects.is_empty() != *wanted),
        Test::OnOrAfter(day) => compare(day, |found, day| found >= day),
        Test::OnOrBefore(day) => compare(day, |found, day| found <= day),
    }
}

fn date(day: Day, run_date: Date) -> Date {
    match day {
        Day::Fixed(date) => date,
        Day::FromRunDate(days) => run_date.saturating_add(days.days()),
    }
}
