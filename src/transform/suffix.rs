//! `suffix`

use super::text::{TEXT, step};
use super::{Argument, Definition, Example, Gives, OnLists, argument};
use crate::value::Shape;
use schemars::json_schema;
use std::borrow::Cow;

pub static DEFINITION: Definition = Definition {
    name: "suffix",
    summary: "Puts fixed text after the value.",
    notes: "A number counts as its digits. Text that already has it gets it once more.",
    accepts: TEXT,
    gives: Gives::Shape(Shape::Text),
    on_lists: OnLists::Each,
    argument: Argument::Required(|_| {
        json_schema!({
            "type": "string",
            "minLength": 1,
            "title": "text to put after",
            "description": "The text, blanks and all.",
            "examples": [" (leaver)"],
        })
    }),
    examples: &[
        Example { step: "suffix: \" (leaver)\"", input: "Ada Example", output: Some("Ada Example (leaver)") },
        Example {
            step: "suffix: \" (leaver)\"",
            input: "[Ada Example, B7]",
            output: Some("[Ada Example (leaver), B7 (leaver)]"),
        },
        Example { step: "suffix: \" (leaver)\"", input: "true", output: None },
    ],
    compile: |argument| Ok(step("suffix", argument::text(argument)?, |added, text| Ok(Cow::Owned(format!("{text}{added}"))))),
};
