//! `lower`

use super::{Argument, ArgumentError, Context, Definition, Example, Failure, Gives, OnLists, Step};
use crate::value::{Shape, Value};
use std::borrow::Cow;

pub static DEFINITION: Definition = Definition {
    name: "lower",
    summary: "Makes all letters lower case, by Unicode's rules and no language's.",
    accepts: &[Shape::Text],
    gives: Gives::Same,
    on_lists: OnLists::Each,
    argument: Argument::None,
    examples: &[Example { step: "lower", input: "Ada@Example.TEST", output: Some("ada@example.test") }],
    compile: |_| Ok(Box::new(Lower) as Box<dyn Step>) as Result<_, ArgumentError>,
};

#[derive(Debug)]
struct Lower;

impl Step for Lower {
    fn apply<'v>(&self, value: Value<'v>, _context: &Context<'_>) -> Result<Value<'v>, Failure> {
        match value {
            Value::Text(text) if !text.bytes().any(|b| b.is_ascii_uppercase() || b >= 0x80) => Ok(Value::Text(text)),
            Value::Text(text) => Ok(Value::Text(Cow::Owned(text.to_lowercase()))),
            other => Err(Failure::shape(&other, "text")),
        }
    }
}
