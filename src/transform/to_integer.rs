//! `to_integer`

use super::text::TEXT;
use super::{Argument, Context, Definition, Example, Failure, Gives, OnLists, Step, decimal};
use crate::value::{Shape, Value, number};
use std::borrow::Cow;

pub static DEFINITION: Definition = Definition {
    name: "to_integer",
    summary: "Reads a whole number from text.",
    notes: "The text is a sign or none, and digits 0 to 9; nothing else, so that `1,000` and `5.0` are invalid. Zeros at the \
            start are dropped. A number passes if it is whole: `5.0` is 5.",
    accepts: TEXT,
    gives: Gives::Shape(Shape::Number),
    on_lists: OnLists::Each,
    argument: Argument::None,
    examples: &[
        Example { step: "to_integer", input: "'0042'", output: Some("42") },
        Example { step: "to_integer", input: "'-7'", output: Some("-7") },
        Example { step: "to_integer", input: "5.0", output: Some("5") },
        Example { step: "to_integer", input: "'1,000'", output: None },
    ],
    compile: |_| Ok(Box::new(ToInteger)),
};

#[derive(Debug)]
struct ToInteger;

impl Step for ToInteger {
    fn apply<'v>(&self, value: Value<'v>, _context: &Context<'_>) -> Result<Value<'v>, Failure> {
        let digits = match &value {
            Value::Text(text) => decimal::from_text(text, false),
            Value::Number(digits) => number::to_integer(digits).map(Cow::into_owned),
            other => return Err(Failure::shape(other, "text")),
        };
        digits
            .map(|digits| Value::Number(Cow::Owned(digits)))
            .ok_or_else(|| Failure::new("expected a whole number: a sign or none, and digits 0 to 9"))
    }
}
