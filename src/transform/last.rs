//! `last`

use super::text::is_blank;
use super::{Argument, Context, Definition, Example, Failure, Gives, OnLists, Step};
use crate::value::{Shape, Value};

pub static DEFINITION: Definition = Definition {
    name: "last",
    summary: "Takes the last element of a list.",
    notes: "Blank elements are passed over, as blank text is no value. An empty list is invalid.",
    accepts: &[Shape::List],
    gives: Gives::Element,
    on_lists: OnLists::Whole,
    argument: Argument::None,
    examples: &[
        Example { step: "last", input: "['', British, Irish, '']", output: Some("Irish") },
        Example { step: "last", input: "[]", output: None },
        Example { step: "last", input: "British", output: None },
    ],
    compile: |_| Ok(Box::new(Last)),
};

#[derive(Debug)]
struct Last;

impl Step for Last {
    fn apply<'v>(&self, value: Value<'v>, _context: &Context<'_>) -> Result<Value<'v>, Failure> {
        match value {
            Value::List(items) => items.into_iter().rfind(|item| !is_blank(item)).ok_or_else(|| Failure::nothing_left("last")),
            other => Err(Failure::shape(&other, "a list")),
        }
    }
}
