//! The guide's pages about steps, in Markdown, made from their definitions.

use super::{ALL, Argument, Definition, Gives, OnLists};
use crate::value::Shape;
use schemars::SchemaGenerator;
use serde_json::Value;
use std::fmt::Write;

/// The pages of all steps, one after the other, under a heading.
pub fn guide() -> String {
    let mut out = String::from(
        "# Steps\n\n`then` is a list of steps, done in order. A step that can't be done makes the value invalid, and `on_invalid` \
         decides; no step yields empty text. On a list, a step is done to each element unless it takes the list. Text steps take \
         a number as its digits. An example whose result is *invalid* shows such a value.\n",
    );
    for definition in ALL {
        out.push('\n');
        out.push_str(&page(definition));
    }
    out
}

/// One step's page: what it does, its argument, what goes in and out, examples.
pub fn page(definition: &Definition) -> String {
    let Definition { name, summary, notes, accepts, gives, on_lists, argument, examples, compile: _ } = definition;
    let mut out = format!("## {name}\n\n{summary}\n");
    if !notes.is_empty() {
        out += &format!("\n{notes}\n");
    }
    let taken = if *on_lists == OnLists::Each { "; of a list, each element" } else { "" };
    let given = match gives {
        Gives::Same => "the same".to_owned(),
        Gives::Shape(shape) => shape.to_string(),
        Gives::OneOf(shapes) => words(shapes),
        Gives::Element => "the element".to_owned(),
    };
    out += &format!("\nTakes {}{taken}. Gives {given}.\n", words(accepts));
    let (schema, needed) = match argument {
        Argument::None => (None, false),
        Argument::Optional(schema) => (Some(schema), false),
        Argument::Required(schema) => (Some(schema), true),
    };
    match schema {
        None => out += "\nNo argument.\n",
        Some(schema) => write_argument(&mut out, schema(&mut SchemaGenerator::default()).as_value(), needed),
    }
    out += "\n| step | value | result |\n|---|---|---|\n";
    for example in *examples {
        let result = example.output.map_or("*invalid*".to_owned(), code);
        writeln!(out, "| {} | {} | {result} |", code(example.step), code(example.input)).expect("a string takes all text");
    }
    out
}

fn write_argument(out: &mut String, schema: &Value, needed: bool) {
    let text = |schema: &Value, key: &str| schema[key].as_str().unwrap_or_default().to_owned();
    let must = |needed: bool| if needed { "needed" } else { "may be left out" };
    match schema["properties"].as_object() {
        None => *out += &format!("\nArgument ({}): {}\n", must(needed), text(schema, "description")),
        Some(properties) => {
            *out += &format!("\nArgument ({}):\n\n", must(needed));
            for (key, property) in properties {
                let required = schema["required"].as_array().is_some_and(|keys| keys.iter().any(|name| name == key));
                *out += &format!("- `{key}` ({}): {}\n", must(required), text(property, "description"));
            }
        }
    }
}

/// Code in a table's cell.
fn code(yaml: &str) -> String {
    format!("`{}`", yaml.replace('|', "\\|"))
}

fn words(shapes: &[Shape]) -> String {
    let words: Vec<&str> = shapes.iter().map(|shape| shape.word()).collect();
    match words.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        _ => words.concat(),
    }
}
