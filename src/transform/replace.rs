//! `replace`

use super::text::{TEXT, step};
use super::{Argument, ArgumentError, Definition, Example, Gives, OnLists, argument};
use crate::value::Shape;
use schemars::JsonSchema;
use serde::Deserialize;
use std::borrow::Cow;

pub static DEFINITION: Definition = Definition {
    name: "replace",
    summary: "Replaces a text by another one, everywhere in the value.",
    notes: "Case counts. A value without the text stays as it is. For patterns there is `replace_pattern`; for whole values, \
            `spellings`.",
    accepts: TEXT,
    gives: Gives::Shape(Shape::Text),
    on_lists: OnLists::Each,
    argument: Argument::Required(argument::schema::<Replace>),
    examples: &[
        Example {
            step: r#"replace: { text: "&", with: and }"#,
            input: "Research & Development",
            output: Some("Research and Development"),
        },
        Example { step: r#"replace: { text: "-", with: "" }"#, input: "AB-12-34", output: Some("AB1234") },
        Example { step: r#"replace: { text: "-", with: "" }"#, input: "--", output: None },
    ],
    compile: |argument| {
        let replace: Replace = argument::read(argument)?;
        if replace.text.is_empty() {
            return Err(ArgumentError::new("`text` is empty: there is nothing to look for"));
        }
        Ok(step("replace", replace, |replace, text| {
            Ok(if text.contains(&replace.text) {
                Cow::Owned(text.replace(&replace.text, &replace.with))
            } else {
                Cow::Borrowed(text)
            })
        }))
    },
};

/// What to look for, and what to put in its place.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "replace", example = serde_json::json!({ "text": "&", "with": "and" }))]
struct Replace {
    /// The text to look for; upper and lower case differ.
    #[schemars(title = "text to look for", length(min = 1), example = "&")]
    text: String,
    /// The text to put in its place; "" takes it away.
    #[schemars(title = "text to put there", example = &"and")]
    with: String,
}
