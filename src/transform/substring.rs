//! `substring`

use super::text::{TEXT, step};
use super::{Argument, ArgumentError, Definition, Example, Failure, Gives, OnLists, argument};
use crate::value::Shape;
use schemars::JsonSchema;
use serde::Deserialize;
use std::borrow::Cow;

pub static DEFINITION: Definition = Definition {
    name: "substring",
    summary: "Keeps a stretch of the text, counted in characters from 1.",
    notes: "Without `length` all the rest is kept; a text that ends before `length` is reached gives what it has. A text that \
            ends before `from` is invalid. Characters are Unicode code points: a flag or a letter with a separate accent is \
            more than one.",
    accepts: TEXT,
    gives: Gives::Shape(Shape::Text),
    on_lists: OnLists::Each,
    argument: Argument::Required(argument::schema::<Substring>),
    examples: &[
        Example { step: "substring: { from: 1, length: 3 }", input: "London", output: Some("Lon") },
        Example { step: "substring: { from: 5 }", input: "EMP-1042", output: Some("'1042'") },
        Example { step: "substring: { from: 5 }", input: "EMP-", output: None },
    ],
    compile: |argument| {
        let stretch: Substring = argument::read(argument)?;
        if stretch.from == 0 || stretch.length == Some(0) {
            return Err(ArgumentError::new("characters are counted from 1, found 0"));
        }
        Ok(step("substring", stretch, |stretch, text| {
            cut(stretch, text).ok_or_else(|| Failure::nothing_left("substring")).map(Cow::Borrowed)
        }))
    },
};

/// Which characters to keep.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "substring", example = serde_json::json!({ "from": 1, "length": 3 }))]
struct Substring {
    /// The first character to keep; the first of the text is 1.
    #[schemars(title = "first character", range(min = 1), example = 1)]
    from: usize,
    /// How many characters to keep; left out: all the rest.
    #[serde(default)]
    #[schemars(title = "number of characters", with = "usize", range(min = 1), example = 3)]
    length: Option<usize>,
}

fn cut<'t>(stretch: &Substring, text: &'t str) -> Option<&'t str> {
    let start = text.char_indices().nth(stretch.from - 1)?.0;
    let rest = &text[start..];
    let end = stretch.length.and_then(|length| rest.char_indices().nth(length)).map_or(rest.len(), |(end, _)| end);
    Some(&rest[..end])
}
