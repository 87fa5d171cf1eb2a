//! `to_string`

use super::text::nonblank;
use super::{Argument, Context, Definition, Example, Failure, Gives, OnLists, Step};
use crate::value::{Shape, Value};
use std::borrow::Cow;

pub static DEFINITION: Definition = Definition {
    name: "to_string",
    summary: "Makes text of a number, of true or false, or of a date.",
    notes: "A number keeps the digits that it came with: `1.10` stays `1.10`. Dates are written as in ISO 8601; `format_date` \
            writes them otherwise.",
    accepts: &[Shape::Text, Shape::Number, Shape::Boolean, Shape::Date, Shape::LocalDatetime, Shape::Instant],
    gives: Gives::Shape(Shape::Text),
    on_lists: OnLists::Each,
    argument: Argument::None,
    examples: &[
        Example { step: "to_string", input: "1.10", output: Some("'1.10'") },
        Example { step: "to_string", input: "true", output: Some("'true'") },
        Example { step: "to_string", input: "{ value: 1 }", output: None },
    ],
    compile: |_| Ok(Box::new(ToString)),
};

#[derive(Debug)]
struct ToString;

impl Step for ToString {
    fn apply<'v>(&self, value: Value<'v>, _context: &Context<'_>) -> Result<Value<'v>, Failure> {
        match value {
            Value::Text(text) | Value::Number(text) => nonblank(text, "to_string"),
            Value::List(_) | Value::Json(_) => Err(Failure::shape(&value, "a single value")),
            other => Ok(Value::Text(Cow::Owned(other.to_plain().into_owned()))),
        }
    }
}
