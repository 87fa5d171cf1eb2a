//! `upper`

use super::text::{TEXT, has_byte, step};
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
    compile: |_| {
        Ok(step("upper", (), |(), text| {
            Ok(match text.is_ascii() {
                true if has_byte(text, |byte| byte.is_ascii_lowercase()) => Cow::Owned(text.to_ascii_uppercase()),
                true => Cow::Borrowed(text),
                false => Cow::Owned(text.to_uppercase()),
            })
        }))
    },
};
