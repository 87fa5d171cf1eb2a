//! `collapse_spaces`

use super::text::{TEXT, step};
use super::{Argument, Definition, Example, Gives, OnLists};
use crate::value::Shape;
use std::borrow::Cow;

pub static DEFINITION: Definition = Definition {
    name: "collapse_spaces",
    summary: "Makes one blank of each run of blanks, and takes blanks away from both ends.",
    notes: "Blanks are all that Unicode calls white space: tabs, line ends and no-break spaces too.",
    accepts: TEXT,
    gives: Gives::Shape(Shape::Text),
    on_lists: OnLists::Each,
    argument: Argument::None,
    examples: &[
        Example { step: "collapse_spaces", input: r#""Ada   Maria\tLovelace ""#, output: Some("Ada Maria Lovelace") },
        Example { step: "collapse_spaces", input: r#""\u00a0 ""#, output: None },
    ],
    compile: |_| {
        Ok(step("collapse_spaces", (), |(), text| Ok(Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" ")))))
    },
};
