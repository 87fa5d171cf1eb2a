//! The schema of mapping files in which a company's own paths, categories and lists complete in an editor, each with the name
//! and the category that Bob's admin sees.
//!
//! They are `defaultSnippets`, which the YAML language server (VS Code and others) offers wherever a value may stand, inside
//! `[...]` too, and which judge nothing: with an `enum` it offers nothing in such a list and shows every path at every mistake.

use super::{mapping_schema, with_id};
use crate::catalog::{Catalog, Category, Field, FieldKind, List, Origin};
use crate::value::path::text_of_names;
use serde_json::{Map, Value, json};
use std::collections::HashSet;

/// How many items of a list are named beside its id.
const ITEMS_SHOWN: usize = 5;

/// What stands in `$defs` besides what mapping files are made of.
const PATH: &str = "PathInBob";
const CONDITION: &str = "PathsOfCondition";
const ENTRY: &str = "PathsOfEntry";
const FIELD: &str = "PathsOfField";

/// The JSON Schema of mapping files with everything in `catalog` offered. It takes and refuses the same files as
/// [`mapping_schema`].
pub fn company_schema(catalog: &Catalog) -> Value {
    let mut schema = mapping_schema();
    let of = match catalog.origin() {
        Origin::BuiltIn => "Bob's own fields".to_owned(),
        Origin::File(name) => format!("the fields of {name}"),
    };
    schema["title"] = format!("bobmap mapping file, with {of}").into();
    let definitions = &mut schema["$defs"];
    let categories = snippets(categories(catalog));
    for object in ["Field", "Entry"] {
        offer(&mut definitions[object]["properties"]["category"], &categories);
    }
    offer(&mut definitions["Step"]["properties"]["list_label"], &snippets(lists(catalog)));
    definitions[PATH] = json!({ "defaultSnippets": snippets(paths(catalog)) });
    definitions[CONDITION] = json!({
        "properties": { "path": at(PATH), "any": { "items": { "properties": { "path": at(PATH) } } } }
    });
    definitions[ENTRY] = json!({ "allOf": [at(PATH)], "properties": { "path": at(PATH), "when": one_or_many(CONDITION) } });
    let mut from = one_or_many(ENTRY);
    from["allOf"] = json!([at(PATH)]);
    definitions[FIELD] = json!({ "allOf": [at(PATH)], "properties": { "from": from, "when": one_or_many(CONDITION) } });
    drop_examples(definitions);
    if let Some(branches) = schema["allOf"].as_array_mut() {
        branches.extend([of_people(), joined_people()]);
    }
    with_id(schema, "mapping-of-a-company")
}

/// What `$` is in a file about employees without rows, or in an overlay, whose parent says what it reads.
fn of_people() -> Value {
    json!({
        "if": {
            "properties": { "source": { "const": "hibob.people" } },
            "not": { "required": ["one_row_per"] }
        },
        "then": {
            "properties": {
                "keep": one_or_many(CONDITION),
                "joins": { "additionalProperties": { "properties": { "this": at(PATH) } } },
                "fields": { "additionalProperties": at(FIELD) },
                "ignore": { "items": { "allOf": [at(PATH)], "properties": { "path": at(PATH) } } }
            }
        }
    })
}

/// What `$` is in the employee that a join finds.
fn joined_people() -> Value {
    json!({
        "properties": {
            "joins": {
                "additionalProperties": {
                    "if": { "properties": { "with": { "const": "hibob.people" } }, "required": ["with"] },
                    "then": { "properties": { "that": at(PATH), "where": one_or_many(CONDITION) } }
                }
            }
        }
    })
}

fn at(definition: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{definition}") })
}

fn one_or_many(definition: &str) -> Value {
    json!({ "if": { "type": "array" }, "then": { "items": at(definition) }, "else": at(definition) })
}

/// Puts what a catalog has in the place of a made-up example.
fn offer(property: &mut Value, snippets: &Value) {
    if let Some(property) = property.as_object_mut() {
        property.remove("examples");
        property.insert("defaultSnippets".to_owned(), snippets.clone());
    }
}

/// Takes out the examples that are paths: the company may have no such field.
fn drop_examples(definitions: &mut Value) {
    for (object, key) in [("Field", "from"), ("Entry", "path"), ("Join", "this"), ("Join", "that"), ("Ignore", "path")] {
        if let Some(property) = definitions[object]["properties"][key].as_object_mut() {
            property.remove("examples");
        }
    }
}

/// Something to choose: what is shown in the list, what is written, and what is said of it.
struct Choice {
    label: String,
    written: String,
    about: String,
    rank: Rank,
}

/// Where choices stand among others: keys of the language, which begin with letters, come first.
#[derive(Clone, Copy)]
enum Rank {
    First,
    Last,
}

fn snippets(choices: Vec<Choice>) -> Value {
    let snippet = |Choice { label, written, about, rank }: Choice| {
        let sort = match rank {
            Rank::First => format!("~{label}"),
            Rank::Last => format!("~~{label}"),
        };
        json!({ "label": label, "description": about, "body": body(&written), "sortText": sort })
    };
    choices.into_iter().map(snippet).collect::<Vec<_>>().into()
}

/// Text as a snippet inserts it: quoted where YAML needs it, and without places to fill in.
fn body(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | ' ' | '/' | '(' | ')') || c == '-';
    let safe = text.starts_with(|c: char| c == '$' || c.is_alphabetic()) && text.chars().all(plain) && !is_word_of_yaml(text);
    let yaml = if safe { text.to_owned() } else { Value::from(text).to_string() };
    yaml.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}

fn is_word_of_yaml(text: &str) -> bool {
    ["true", "false", "null", "yes", "no", "on", "off"].contains(&text.to_lowercase().as_str())
}

/// Every path: first by what is written, then by the name in Bob's menus, so that a field is found by either.
fn paths(catalog: &Catalog) -> Vec<Choice> {
    let mut seen = HashSet::new();
    let mut places = Vec::new();
    for field in catalog.fields().filter(|field| !field.deleted) {
        let found = places_of(field).into_iter().filter(|(path, _)| seen.insert(path.clone()));
        places.extend(found.map(|(path, what)| (path, named(field, catalog), what)));
    }
    let about = |name: &str, what: &str| if what.is_empty() { name.to_owned() } else { format!("{name}: {what}") };
    let mut labels = HashSet::new();
    let by_path = places.iter().map(|(path, name, what)| Choice {
        label: path.clone(),
        written: path.clone(),
        about: about(name, what),
        rank: Rank::First,
    });
    let mut choices: Vec<Choice> = by_path.collect();
    choices.extend(places.iter().map(|(path, name, what)| {
        let said = about(name, what);
        // Names are not unique: `work.site` and `work.siteId` are both "Site".
        let label = if labels.insert(said.clone()) { said } else { format!("{said} {path}") };
        Choice { label, written: path.clone(), about: path.clone(), rank: Rank::Last }
    }));
    choices
}

/// Where values of the field stand, and what each is.
fn places_of(field: &Field) -> Vec<(String, String)> {
    let names: Vec<&str> = field.path.split('.').collect();
    let listed = field.list.is_some()
        || matches!(field.kind, FieldKind::List | FieldKind::ListId | FieldKind::MultiList | FieldKind::HierarchyList);
    let mut places =
        vec![(text_of_names(names.iter().copied()), if listed { "as Bob stores it, often an id" } else { "" }.to_owned())];
    if listed {
        places.push((text_of_names(["humanReadable"].into_iter().chain(names.iter().copied())), "the label".to_owned()));
    }
    for (member, _) in field.kind.members() {
        places.push((text_of_names(names.iter().copied().chain([*member])), (*member).to_owned()));
    }
    places
}

/// The field as Bob's admin finds it.
fn named(field: &Field, catalog: &Catalog) -> String {
    let category = catalog.category(&field.category).map_or(field.category.as_str(), |category| category.name.as_str());
    format!("{} ({category})", field.name)
}

fn categories(catalog: &Catalog) -> Vec<Choice> {
    let choice = |category: &Category| {
        let fields = catalog.fields().filter(|field| field.category == category.id && !field.deleted);
        let names: Vec<&str> = fields.map(|field| field.name.as_str()).collect();
        Choice { label: category.name.clone(), written: category.name.clone(), about: some_of(&names), rank: Rank::First }
    };
    catalog.categories().map(choice).collect()
}

/// The lists themselves, then those that fields name and the catalog does not hold.
fn lists(catalog: &Catalog) -> Vec<Choice> {
    let items = |list: &List| some_of(&list.items().map(|item| item.label.as_str()).collect::<Vec<_>>());
    let mut choices = Map::new();
    for field in catalog.fields().filter(|field| !field.deleted) {
        if let Some(list) = &field.list {
            choices.entry(list.clone()).or_insert_with(|| named(field, catalog).into());
        }
    }
    for list in catalog.lists() {
        let of = choices.get(&list.id).and_then(Value::as_str).map_or_else(String::new, |field| format!("{field}: "));
        choices.insert(list.id.clone(), format!("{of}{}", items(list)).into());
    }
    let choice = |(id, about): (String, Value)| Choice {
        label: id.clone(),
        written: id,
        about: about.as_str().unwrap_or_default().to_owned(),
        rank: Rank::First,
    };
    choices.into_iter().map(choice).collect()
}

fn some_of(names: &[&str]) -> String {
    let shown = names[..names.len().min(ITEMS_SHOWN)].join(", ");
    match names.len().saturating_sub(ITEMS_SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
