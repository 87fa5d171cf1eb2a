//! `digits`

use super::text::{TEXT, nonblank};
use super::{Argument, Context, Definition, Example, Failure, Gives, OnLists, Step};
use crate::value::{Shape, Value};
use std::borrow::Cow;

pub static DEFINITION: Definition = Definition {
    name: "digits",
    summary: "Keeps the digits 0 to 9 and drops everything else.",
    notes: "For telephone numbers and the like. Nothing is dropped that changes a number: a negative number or a fraction is \
            invalid, and so is text with a digit of another script.",
    accepts: TEXT,
    gives: Gives::Shape(Shape::Text),
    on_lists: OnLists::Each,
    argument: Argument::None,
    examples: &[
        Example { step: "digits", input: "+44 20 7946 0999", output: Some("'442079460999'") },
        Example { step: "digits", input: "2154020", output: Some("'2154020'") },
        Example { step: "digits", input: "1.5", output: None },
        Example { step: "digits", input: "none", output: None },
    ],
    compile: |_| Ok(Box::new(Digits)),
};

#[derive(Debug)]
struct Digits;

impl Step for Digits {
    fn apply<'v>(&self, value: Value<'v>, _context: &Context<'_>) -> Result<Value<'v>, Failure> {
        let text = match value {
            Value::Number(digits) if !digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                return Err(Failure::new("expected text or a whole number without a sign, found another number"));
            }
            Value::Text(text) | Value::Number(text) => text,
            other => return Err(Failure::shape(&other, "text")),
        };
        if text.chars().any(|sign| sign.is_numeric() && !sign.is_ascii_digit()) {
            return Err(Failure::new("the text holds a digit that is none of 0 to 9"));
        }
        nonblank(Cow::Owned(text.chars().filter(char::is_ascii_digit).collect()), "digits")
    }
}
