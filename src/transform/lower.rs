//! `lower`

use super::text::{TEXT, has_byte, step};
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
    compile: |_| {
        Ok(step("lower", (), |(), text| {
            Ok(match text.is_ascii() {
                true if has_byte(text, |byte| byte.is_ascii_uppercase()) => Cow::Owned(text.to_ascii_lowercase()),
                true => Cow::Borrowed(text),
                false => Cow::Owned(text.to_lowercase()),
            })
        }))
    },
};
