//! `end_of_day`

use super::{Argument, Context, Definition, Example, Failure, Gives, OnLists, Step, dates};
use crate::value::{Shape, Value};
use jiff::civil::Time;

pub static DEFINITION: Definition = Definition {
    name: "end_of_day",
    summary: "Makes of a date the date and time 23:59:59, without a zone.",
    notes: "`assume_zone` gives it one afterwards. A date and time without an offset gives the end of its day; one with an \
            offset is a point in time already and is invalid.",
    accepts: &[Shape::Text, Shape::Date, Shape::LocalDatetime],
    gives: Gives::Shape(Shape::LocalDatetime),
    on_lists: OnLists::Each,
    argument: Argument::None,
    examples: &[
        Example { step: "end_of_day", input: "2026-01-31", output: Some("2026-01-31T23:59:59") },
        Example { step: "end_of_day", input: "2026-01-31T09:30:00", output: Some("2026-01-31T23:59:59") },
        Example { step: "end_of_day", input: "31/01/2026", output: None },
    ],
    compile: |_| Ok(Box::new(EndOfDay)),
};

#[derive(Debug)]
struct EndOfDay;

impl Step for EndOfDay {
    fn apply<'v>(&self, value: Value<'v>, _context: &Context<'_>) -> Result<Value<'v>, Failure> {
        dates::at(&value, Time::constant(23, 59, 59, 0))
    }
}
