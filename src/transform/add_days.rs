//! `add_days`

use super::dates::{DATES, read, value_like};
use super::{Argument, Context, Definition, Example, Failure, Gives, OnLists, Step, argument};
use crate::value::Value;
use crate::value::time::{Instant, Iso};
use jiff::Span;
use schemars::json_schema;

/// A thousand years.
const MAX_DAYS: i32 = 366_000;

pub static DEFINITION: Definition = Definition {
    name: "add_days",
    summary: "Moves a date by whole days, forward or back.",
    notes: "Days are those of the calendar, not working days: for a first day after the last one, `add_days: 1`. A time of day \
            stays as it is, and so does an offset. ISO text stays text.",
    accepts: DATES,
    gives: Gives::Same,
    on_lists: OnLists::Each,
    argument: Argument::Required(|_| {
        json_schema!({
            "type": "integer",
            "minimum": -366_000,
            "maximum": 366_000,
            "title": "days",
            "description": "How many days later; a negative number means earlier.",
            "examples": [1, -1],
        })
    }),
    examples: &[
        Example { step: "add_days: 1", input: "2026-01-31", output: Some("2026-02-01") },
        Example { step: "add_days: -1", input: "2024-03-01T09:30:00Z", output: Some("2024-02-29T09:30:00Z") },
        Example { step: "add_days: 1", input: "31/01/2026", output: None },
    ],
    compile: |argument| {
        let days: i32 = argument::read(argument)?;
        if !(-MAX_DAYS..=MAX_DAYS).contains(&days) {
            return Err(super::ArgumentError::new(format!("expected at most {MAX_DAYS} days either way, found {days}")));
        }
        Ok(Box::new(AddDays { days }))
    },
};

#[derive(Debug)]
struct AddDays {
    days: i32,
}

impl Step for AddDays {
    fn apply<'v>(&self, value: Value<'v>, _context: &Context<'_>) -> Result<Value<'v>, Failure> {
        let span = Span::new().days(self.days);
        let beyond = |_| Failure::new("the date would be beyond the years that can be written");
        let moved = match read(&value)? {
            Iso::Date(date) => Iso::Date(date.checked_add(span).map_err(beyond)?),
            Iso::LocalDatetime(datetime) => Iso::LocalDatetime(datetime.checked_add(span).map_err(beyond)?),
            Iso::Instant(instant) => {
                let local = instant.civil().checked_add(span).map_err(beyond)?;
                let timestamp = instant.offset.to_timestamp(local).map_err(beyond)?;
                Iso::Instant(Instant { timestamp, offset: instant.offset })
            }
        };
        // Years before 0 print with six digits, which no reader of ISO dates expects.
        if moved.date().year() < 0 {
            Err(Failure::new("the date would be before the year 0"))
        } else {
            Ok(value_like(moved, &value))
        }
    }
}
