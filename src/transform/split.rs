//! `split`

use super::text::TEXT;
use super::{Argument, Context, Definition, Example, Failure, Gives, OnLists, Step, argument};
use crate::value::{Shape, Value};
use schemars::json_schema;
use std::borrow::Cow;

pub static DEFINITION: Definition = Definition {
    name: "split",
    summary: "Cuts the text at a separator into a list.",
    notes: "The pieces are trimmed and empty ones are dropped. Text without the separator gives a list of one.",
    accepts: TEXT,
    gives: Gives::Shape(Shape::List),
    on_lists: OnLists::Whole,
    argument: Argument::Required(|_| {
        json_schema!({
            "type": "string",
            "minLength": 1,
            "title": "separator",
            "description": "The text to cut at.",
            "examples": [","],
        })
    }),
    examples: &[
        Example { step: r#"split: ",""#, input: "red, green,, blue", output: Some("[red, green, blue]") },
        Example { step: r#"split: ",""#, input: "red", output: Some("[red]") },
        Example { step: r#"split: ",""#, input: "' , '", output: None },
    ],
    compile: |argument| Ok(Box::new(Split { separator: argument::text(argument)? })),
};

#[derive(Debug)]
struct Split {
    separator: String,
}

impl Step for Split {
    fn apply<'v>(&self, value: Value<'v>, _context: &Context<'_>) -> Result<Value<'v>, Failure> {
        let pieces: Vec<Value<'v>> = match value {
            Value::Text(Cow::Borrowed(text)) | Value::Number(Cow::Borrowed(text)) => {
                self.pieces(text).map(|piece| Value::Text(Cow::Borrowed(piece))).collect()
            }
            Value::Text(Cow::Owned(text)) | Value::Number(Cow::Owned(text)) => {
                self.pieces(&text).map(|piece| Value::Text(Cow::Owned(piece.to_owned()))).collect()
            }
            other => return Err(Failure::shape(&other, "text")),
        };
        if pieces.is_empty() { Err(Failure::nothing_left("split")) } else { Ok(Value::List(pieces)) }
    }
}

impl Split {
    fn pieces<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> {
        text.split(&self.separator).map(str::trim).filter(|piece| !piece.is_empty())
    }
}
