//! `upper`

use super::text::{TEXT, sparing};
use super::{Argument, Definition, Example, Gives, OnLists};
use crate::value::Shape;
use std::borrow::Cow;

pub static DEFINITION: Definition = Definition {
    name: "upper",
    summary: "Makes all letters capitals, by Unicode's rules and no language's.",
    notes: "`ß` becomes `SS`.",
    accepts: TEXT,
    gives: Gives::Shape(Shape::Text),
    on_lists: OnLists::Each,
    argument: Argument::None,
    examples: &[
        Example { step: "upper", input: "gb", output: Some("GB") },
        Example { step: "upper", input: "Straße", output: Some("STRASSE") },
        Example { step: "upper", input: "true", output: None },
    ],
    compile: |_| Ok(sparing("upper", |(), text| Ok(upper(text)), is_upper)),
};

fn upper(text: &str) -> Cow<'_, str> {
    match text.is_ascii() {
        _ if is_upper(text) => Cow::Borrowed(text),
        true => Cow::Owned(text.to_ascii_uppercase()),
        false => Cow::Owned(text.to_uppercase()),
    }
}

/// Whether the text is ASCII, and none of it is to be changed. Looks at many bytes at once.
fn is_upper(text: &str) -> bool {
    text.bytes().fold(true, |is_upper, byte| is_upper & byte.is_ascii() & !byte.is_ascii_lowercase())
}
