//! `list_label`

use super::text::TEXT;
use super::{Argument, Context, Definition, Example, Failure, Gives, OnLists, Step, argument};
use crate::value::{Shape, Value};
use schemars::json_schema;
use std::borrow::Cow;

pub static DEFINITION: Definition = Definition {
    name: "list_label",
    summary: "Turns the id of an item of a Bob list into the label that people see.",
    notes: "Alone it looks in the list that the catalog names for the path which won; with an argument, in the list with that \
            id. Archived items and children are found too. HiBob mixes ids and plain labels in one field: text that is no id \
            of the list is kept as it is, but a number that is not found is invalid, because nobody could read it. The same \
            holds where the list is unknown. In the examples the list `department` has the item 262634067, Marketing.",
    accepts: TEXT,
    gives: Gives::Shape(Shape::Text),
    on_lists: OnLists::Each,
    argument: Argument::Optional(|_| {
        json_schema!({
            "type": "string",
            "minLength": 1,
            "title": "list",
            "description": "The id of the list; left out: the list of the path that won.",
            "examples": ["department"],
        })
    }),
    examples: &[
        Example { step: "list_label", input: "'262634067'", output: Some("Marketing") },
        Example { step: "list_label: department", input: "262634067", output: Some("Marketing") },
        Example { step: "list_label", input: "Field Sales", output: Some("Field Sales") },
        Example { step: "list_label", input: "'111111111'", output: None },
    ],
    compile: |argument| {
        let list = if argument.is_null() { None } else { Some(argument::text(argument)?) };
        Ok(Box::new(ListLabel { list }))
    },
};

#[derive(Debug)]
struct ListLabel {
    list: Option<String>,
}

impl Step for ListLabel {
    fn apply<'v>(&self, value: Value<'v>, context: &Context<'_>) -> Result<Value<'v>, Failure> {
        let (id, is_number) = match value {
            Value::Text(text) => {
                let digits = text.bytes().all(|byte| byte.is_ascii_digit());
                (text, digits)
            }
            Value::Number(digits) => (digits, true),
            other => return Err(Failure::shape(&other, "the id of a list item")),
        };
        let list = self.list.as_deref().or(context.list);
        match list.and_then(|list| context.lists.label(list, &id)) {
            Some(label) if !label.trim().is_empty() => Ok(Value::Text(Cow::Owned(label.trim().to_owned()))),
            Some(_) => Err(Failure::nothing_left("list_label")),
            None if !is_number => super::text::nonblank(id, "list_label"),
            None => Err(match list {
                None => Failure::new(
                    "the path that won has no list in the catalog, and the value is a number; name the list: `list_label: ID`",
                ),
                Some(list) if context.lists.has(list) => Failure(format!("the list `{list}` has no item with this id")),
                Some(list) => Failure(format!("the catalog has no list `{list}`, and the value is a number")),
            }),
        }
    }

    fn list(&self) -> Option<&str> {
        self.list.as_deref()
    }
}
