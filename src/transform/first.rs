//! `first`

use super::text::is_blank;
use super::{Argument, Context, Definition, Example, Failure, Gives, OnLists, Step};
use crate::value::{Shape, Value};

pub static DEFINITION: Definition = Definition {
    name: "first",
    summary: "Takes the first element of a list.",
    notes: "Blank elements are passed over, as blank text is no value. An empty list is invalid.",
    accepts: &[Shape::List],
    gives: Gives::Element,
    on_lists: OnLists::Whole,
    argument: Argument::None,
    examples: &[
        Example { step: "first", input: "['', British, Irish, '']", output: Some("British") },
        Example { step: "first", input: "[]", output: None },
        Example { step: "first", input: "British", output: None },
    ],
    compile: |_| Ok(Box::new(First)),
};

#[derive(Debug)]
struct First;

impl Step for First {
    fn apply<'v>(&self, value: Value<'v>, _context: &Context<'_>) -> Result<Value<'v>, Failure> {
        match value {
            Value::List(items) => items.into_iter().find(|item| !is_blank(item)).ok_or_else(|| Failure::nothing_left("first")),
            other => Err(Failure::shape(&other, "a list")),
        }
    }
}
