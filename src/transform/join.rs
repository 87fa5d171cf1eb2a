//! `join`

use super::text::{is_blank, nonblank};
use super::{Argument, Context, Definition, Example, Failure, Gives, OnLists, Step, argument};
use crate::value::{Shape, Value};
use schemars::json_schema;
use std::borrow::Cow;

pub static DEFINITION: Definition = Definition {
    name: "join",
    summary: "Makes one text of a list, with a separator between the elements.",
    notes: "Elements are texts, numbers (as their digits), dates or true and false; a list or an object inside the list is \
            invalid. Blank elements are left out. An empty list is invalid: nothing is left to write.",
    accepts: &[Shape::List],
    gives: Gives::Shape(Shape::Text),
    on_lists: OnLists::Whole,
    argument: Argument::Required(|_| {
        json_schema!({
            "type": "string",
            "title": "separator",
            "description": "The text to put between two elements; \"\" puts nothing.",
            "examples": [", "],
        })
    }),
    examples: &[
        Example { step: r#"join: ", ""#, input: "[British, Irish]", output: Some("British, Irish") },
        Example { step: r#"join: """#, input: "[AB, 12]", output: Some("AB12") },
        Example { step: r#"join: ", ""#, input: "[]", output: None },
        Example { step: r#"join: ", ""#, input: "British", output: None },
    ],
    compile: |argument| Ok(Box::new(Join { separator: argument::read(argument)? })),
};

#[derive(Debug)]
struct Join {
    separator: String,
}

impl Step for Join {
    fn apply<'v>(&self, value: Value<'v>, _context: &Context<'_>) -> Result<Value<'v>, Failure> {
        let Value::List(items) = value else { return Err(Failure::shape(&value, "a list")) };
        if let Some(item) = items.iter().find(|item| matches!(item, Value::List(_) | Value::Json(_))) {
            return Err(Failure(format!("the list holds {}, which can't be joined", item.shape())));
        }
        let texts: Vec<Cow<'_, str>> = items.iter().filter(|item| !is_blank(item)).map(Value::to_plain).collect();
        // Separators alone are no value.
        if texts.is_empty() {
            Err(Failure::nothing_left("join"))
        } else {
            nonblank(Cow::Owned(texts.join(&self.separator)), "join")
        }
    }
}
