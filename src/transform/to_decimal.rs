//! `to_decimal`

use super::text::TEXT;
use super::{Argument, Context, Definition, Example, Failure, Gives, OnLists, Step, decimal};
use crate::value::{Shape, Value};
use std::borrow::Cow;

pub static DEFINITION: Definition = Definition {
    name: "to_decimal",
    summary: "Reads a decimal number from text, exactly.",
    notes: "The text is a sign or none, digits 0 to 9, and perhaps a point and more digits; nothing else, so that `1,234.5`, \
            `.5`, `5 %` and `1e3` are invalid. Zeros at the start are dropped, those at the end stay. A number passes as it \
            is. For a decimal comma, put `replace: { text: \",\", with: \".\" }` before it.",
    accepts: TEXT,
    gives: Gives::Shape(Shape::Number),
    on_lists: OnLists::Each,
    argument: Argument::None,
    examples: &[
        Example { step: "to_decimal", input: "'37.50'", output: Some("37.50") },
        Example { step: "to_decimal", input: "'007'", output: Some("7") },
        Example { step: "to_decimal", input: "'1,234.5'", output: None },
    ],
    compile: |_| Ok(Box::new(ToDecimal)),
};

#[derive(Debug)]
struct ToDecimal;

impl Step for ToDecimal {
    fn apply<'v>(&self, value: Value<'v>, _context: &Context<'_>) -> Result<Value<'v>, Failure> {
        match value {
            Value::Number(digits) => Ok(Value::Number(digits)),
            Value::Text(text) => {
                decimal::from_text(&text, true).map(|digits| Value::Number(Cow::Owned(digits))).ok_or_else(|| {
                    Failure::new("expected a decimal number: a sign or none, digits 0 to 9, perhaps a point and more digits")
                })
            }
            other => Err(Failure::shape(&other, "text")),
        }
    }
}
