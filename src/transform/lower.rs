//! `lower`

use super::text::{TEXT, sparing};
use super::{Argument, Definition, Example, Gives, OnLists};
use crate::value::Shape;
use std::borrow::Cow;

pub static DEFINITION: Definition = Definition {
    name: "lower",
    summary: "Makes all letters lower case, by Unicode's rules and no language's.",
    notes: "",
    accepts: TEXT,
    gives: Gives::Shape(Shape::Text),
    on_lists: OnLists::Each,
    argument: Argument::None,
    examples: &[
        Example { step: "lower", input: "Ada@Example.TEST", output: Some("ada@example.test") },
        Example { step: "lower", input: "ÅSA", output: Some("åsa") },
        Example { step: "lower", input: "true", output: None },
    ],
    compile: |_| Ok(sparing("lower", |(), text| Ok(lower(text)), is_lower)),
};

fn lower(text: &str) -> Cow<'_, str> {
    match text.is_ascii() {
        _ if is_lower(text) => Cow::Borrowed(text),
        true => Cow::Owned(text.to_ascii_lowercase()),
        false => Cow::Owned(text.to_lowercase()),
    }
}

/// Whether the text is ASCII, and none of it is to be changed. Looks at many bytes at once.
fn is_lower(text: &str) -> bool {
    text.bytes().fold(true, |is_lower, byte| is_lower & byte.is_ascii() & !byte.is_ascii_uppercase())
}
