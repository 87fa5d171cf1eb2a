//! `trim`

use super::text::{TEXT, sparing};
use super::{Argument, Definition, Example, Gives, OnLists};
use crate::value::Shape;
use std::borrow::Cow;

pub static DEFINITION: Definition = Definition {
    name: "trim",
    summary: "Takes blanks away from both ends.",
    notes: "All text is trimmed as it is read; this step tidies up after another one, such as `substring` or `replace`. Blanks \
            are all that Unicode calls white space.",
    accepts: TEXT,
    gives: Gives::Shape(Shape::Text),
    on_lists: OnLists::Each,
    argument: Argument::None,
    examples: &[
        Example { step: "trim", input: r#"" Field Sales ""#, output: Some("Field Sales") },
        Example { step: "trim", input: r#""   ""#, output: None },
    ],
    compile: |_| Ok(sparing("trim", |(), text| Ok(Cow::Borrowed(text.trim())), |_| true)),
};
