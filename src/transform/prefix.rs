//! `prefix`

use super::text::{TEXT, step};
use super::{Argument, Definition, Example, Gives, OnLists, argument};
use crate::value::Shape;
use schemars::json_schema;
use std::borrow::Cow;

pub static DEFINITION: Definition = Definition {
    name: "prefix",
    summary: "Puts fixed text before the value.",
    notes: "A number counts as its digits. Text that already has it gets it once more.",
    accepts: TEXT,
    gives: Gives::Shape(Shape::Text),
    on_lists: OnLists::Each,
    argument: Argument::Required(|_| {
        json_schema!({
            "type": "string",
            "minLength": 1,
            "title": "text to put before",
            "description": "The text, blanks and all.",
            "examples": ["EMP-"],
        })
    }),
    examples: &[
        Example { step: "prefix: \"EMP-\"", input: "1042", output: Some("EMP-1042") },
        Example { step: "prefix: \"EMP-\"", input: "[1042, B7]", output: Some("[EMP-1042, EMP-B7]") },
        Example { step: "prefix: \"EMP-\"", input: "true", output: None },
    ],
    compile: |argument| Ok(step("prefix", argument::text(argument)?, |added, text| Ok(Cow::Owned(format!("{added}{text}"))))),
};
