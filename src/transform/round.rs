//! `round`

use super::{Argument, ArgumentError, Context, Definition, Example, Failure, Gives, OnLists, Step, argument, decimal};
use crate::value::{Shape, Value};
use bigdecimal::RoundingMode;
use schemars::json_schema;
use std::borrow::Cow;

const MAX_DIGITS: u32 = 100;

pub static DEFINITION: Definition = Definition {
    name: "round",
    summary: "Rounds a number to whole ones, or to some digits after the point.",
    notes: "A half is rounded away from zero: 2.5 becomes 3, and -2.5 becomes -3. Nothing passes through floating point. Zeros \
            at the end are not written: `round: 2` makes 7 of 6.999.",
    accepts: &[Shape::Number],
    gives: Gives::Same,
    on_lists: OnLists::Each,
    argument: Argument::Optional(|_| {
        json_schema!({
            "type": "integer",
            "minimum": 0,
            "maximum": 100,
            "title": "digits after the point",
            "description": "How many digits after the point are kept; left out: none.",
            "examples": [2],
        })
    }),
    examples: &[
        Example { step: "round: 2", input: "7.125", output: Some("7.13") },
        Example { step: "round", input: "-2.5", output: Some("-3") },
        Example { step: "round: 2", input: "7.5", output: Some("7.5") },
        Example { step: "round", input: "'7.5'", output: None },
    ],
    compile: |argument| {
        let digits = if argument.is_null() { 0 } else { argument::read(argument)? };
        if digits > MAX_DIGITS {
            return Err(ArgumentError::new(format!("expected at most {MAX_DIGITS} digits, found {digits}")));
        }
        Ok(Box::new(Round { digits }))
    },
};

#[derive(Debug)]
struct Round {
    digits: u32,
}

impl Step for Round {
    fn apply<'v>(&self, value: Value<'v>, _context: &Context<'_>) -> Result<Value<'v>, Failure> {
        let Value::Number(digits) = &value else { return Err(Failure::shape(&value, "a number")) };
        let rounded = decimal::parse(digits)?.with_scale_round(i64::from(self.digits), RoundingMode::HalfUp);
        Ok(Value::Number(Cow::Owned(decimal::write(&rounded))))
    }
}
