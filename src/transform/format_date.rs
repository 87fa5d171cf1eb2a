//! `format_date`

use super::dates::{DATES, read};
use super::format::Format;
use super::{Argument, Context, Definition, Example, Failure, Gives, OnLists, Step, argument};
use crate::value::{Shape, Value};
use schemars::json_schema;
use std::borrow::Cow;

pub static DEFINITION: Definition = Definition {
    name: "format_date",
    summary: "Writes a date as text in a format of your own.",
    notes: "The words are those of `parse_date`: `YYYY`, `MM` or `M` (month), `MMM` (Jan to Dec), `DD` or `D` (day), `hh`, \
            `mm`, `ss`. A date and time with an offset is written as its own clock showed it, never shifted. A bare date has \
            no `hh`, `mm` and `ss`: put `start_of_day` before it.",
    accepts: DATES,
    gives: Gives::Shape(Shape::Text),
    on_lists: OnLists::Each,
    argument: Argument::Required(|_| {
        json_schema!({
            "type": "string",
            "minLength": 1,
            "title": "format",
            "description": "The format, in the words YYYY MM M MMM DD D hh mm ss.",
            "examples": ["DD/MM/YYYY"],
        })
    }),
    examples: &[
        Example { step: "format_date: DD/MM/YYYY", input: "2026-01-31", output: Some("31/01/2026") },
        Example { step: "format_date: D MMM YYYY", input: "2026-02-01T09:30:00+01:00", output: Some("1 Feb 2026") },
        Example { step: "format_date: YYYYMMDD", input: "2026-01-31", output: Some("'20260131'") },
        Example { step: "format_date: DD/MM/YYYY hh:mm", input: "2026-01-31", output: None },
    ],
    compile: |argument| Ok(Box::new(FormatDate { format: Format::to_write(&argument::text(argument)?)? })),
};

#[derive(Debug)]
struct FormatDate {
    format: Format,
}

impl Step for FormatDate {
    fn apply<'v>(&self, value: Value<'v>, _context: &Context<'_>) -> Result<Value<'v>, Failure> {
        self.format
            .write(read(&value)?)
            .map(|text| Value::Text(Cow::Owned(text)))
            .ok_or_else(|| Failure(format!("`{}` has a time, and a date has none: put `start_of_day` before it", self.format)))
    }
}
