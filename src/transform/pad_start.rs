//! `pad_start`

use super::text::{TEXT, nonblank};
use super::{Argument, ArgumentError, Context, Definition, Example, Failure, Gives, OnLists, Step, argument};
use crate::value::{Shape, Value};
use schemars::JsonSchema;
use serde::Deserialize;
use std::borrow::Cow;

const MAX_LENGTH: usize = 1000;

pub static DEFINITION: Definition = Definition {
    name: "pad_start",
    summary: "Puts one character before the text until the text is long enough.",
    notes: "A longer text stays as it is. A number counts as its digits; a negative one is invalid.",
    accepts: TEXT,
    gives: Gives::Shape(Shape::Text),
    on_lists: OnLists::Each,
    argument: Argument::Required(argument::schema::<PadStart>),
    examples: &[
        Example { step: r#"pad_start: { to: 6, with: "0" }"#, input: "1042", output: Some("'001042'") },
        Example { step: r#"pad_start: { to: 6, with: "0" }"#, input: "A-1042-7", output: Some("A-1042-7") },
        Example { step: r#"pad_start: { to: 6, with: "0" }"#, input: "-5", output: None },
    ],
    compile: |argument| {
        let pad: PadStart = argument::read(argument)?;
        if pad.with.chars().count() != 1 {
            return Err(ArgumentError::new("`with` is not one character"));
        }
        if !(1..=MAX_LENGTH).contains(&pad.to) {
            return Err(ArgumentError::new(format!("`to` is not between 1 and {MAX_LENGTH}")));
        }
        Ok(Box::new(pad))
    },
};

/// How long the text becomes, and by what.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "pad", example = serde_json::json!({ "to": 6, "with": "0" }))]
struct PadStart {
    /// The length in characters that the text has at least.
    #[schemars(title = "length", range(min = 1, max = 1000), example = 6)]
    to: usize,
    /// One character.
    #[schemars(title = "character to put before", length(min = 1, max = 1), example = "0")]
    with: String,
}

impl Step for PadStart {
    fn apply<'v>(&self, value: Value<'v>, _context: &Context<'_>) -> Result<Value<'v>, Failure> {
        if matches!(&value, Value::Number(digits) if digits.starts_with('-')) {
            return Err(Failure::new("expected text or a number without a sign, found a negative number"));
        }
        let text = match value {
            Value::Text(text) | Value::Number(text) => text,
            other => return Err(Failure::shape(&other, "text")),
        };
        let missing = self.to.saturating_sub(text.chars().count());
        nonblank(if missing == 0 { text } else { Cow::Owned(self.with.repeat(missing) + &text) }, "pad_start")
    }
}
