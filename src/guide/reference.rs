//! The parts of the guide that follow from the code: keys from the schema of mapping files, steps, targets, codes.

use crate::catalog::resource;
use crate::diagnostic::Code;
use crate::mapping::schema::mapping_schema;
use crate::target::{self, Model, TargetField};
use crate::transform;
use crate::value::Kind;
use serde_json::Value;
use std::fmt::Write;

/// The objects of a mapping file, in the order of the page: what the schema calls them and what people do.
const OBJECTS: [(&str, &str); 8] = [
    ("", "The file"),
    ("Defaults", "defaults"),
    ("Field", "A field"),
    ("Entry", "An entry of `from`"),
    ("Condition", "A condition"),
    ("Join", "A join"),
    ("Ignore", "An item of `ignore`"),
    ("Test", "A test"),
];

/// Every key of a mapping file, as its schema has it.
pub fn keys() -> String {
    let schema = mapping_schema();
    let mut out = String::from("## Every key\n");
    for (name, title) in OBJECTS {
        let object = if name.is_empty() { &schema } else { &schema["$defs"][name] };
        write!(out, "\n### {title}\n\n{}\n\n", text(object, "description")).expect("a string takes all text");
        let properties = object["properties"].as_object().into_iter().flatten();
        for (key, property) in properties {
            let required = object["required"].as_array().is_some_and(|required| required.iter().any(|name| name == key));
            out += &key_line(key, property, required, &schema);
        }
    }
    out
}

/// The page of a key of mapping files: what it means in each object that has it.
pub fn key(name: &str) -> Option<String> {
    let schema = mapping_schema();
    let mut out = String::new();
    for (object, title) in OBJECTS {
        let object = if object.is_empty() { &schema } else { &schema["$defs"][object] };
        if let Some(property) = object["properties"].get(name) {
            let required = object["required"].as_array().is_some_and(|required| required.iter().any(|key| key == name));
            write!(out, "\n## {title}\n\n{}", key_line(name, property, required, &schema)).expect("a string takes all text");
        }
    }
    (!out.is_empty()).then(|| format!("# {name}\n\nA key of mapping files (`bobmap help mapping` has them all).\n{out}"))
}

fn key_line(key: &str, property: &Value, required: bool, schema: &Value) -> String {
    let needed = if required { ", needed" } else { "" };
    let mut line = format!("- `{key}` ({}{needed}). {}", form(property, schema), text(property, "description"));
    if let Some(example) = property["examples"].as_array().and_then(|examples| examples.first()) {
        line += &format!(" Example: `{key}: {}`", yaml(example));
    }
    line + "\n"
}

/// What a key takes, in a few words.
fn form(property: &Value, schema: &Value) -> String {
    if let Some(name) = property["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/$defs/")) {
        let words = schema["$defs"][name]["enum"].as_array();
        return match words {
            Some(words) => words.iter().filter_map(Value::as_str).map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
            None => object(name),
        };
    }
    let of = |member: &Value| member["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()).map(object);
    // A union of types is a short form beside an object, one beside a list, or both.
    if let Some(one) = of(&property["else"]) {
        return format!("{one}, or a list of them");
    }
    if let Some(item) = of(&property["items"]) {
        return format!("a list, each item {item}");
    }
    if let Some(member) = of(&property["additionalProperties"]) {
        return format!("names, each with {member}");
    }
    let kinds: Vec<&str> = match &property["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let word = |kind: &&str| match *kind {
        "string" => "text",
        "integer" | "number" => "number",
        "boolean" => "true or false",
        "array" => "a list",
        _ => "an object",
    };
    // Whatever YAML can say but null.
    if kinds.len() == 5 { "a value".to_owned() } else { kinds.iter().map(word).collect::<Vec<_>>().join(" or ") }
}

fn object(name: &str) -> String {
    match name {
        "SimpleCondition" => "a condition".to_owned(),
        "Defaults" => "see `defaults` below".to_owned(),
        "Problem" => "its problem".to_owned(),
        "Entry" => "a path or an entry".to_owned(),
        "Field" => "a path or a field".to_owned(),
        "Ignore" => "a path or an object".to_owned(),
        name => format!("a {}", name.to_lowercase()),
    }
}

/// A value as a mapping file would have it, on one line.
fn yaml(value: &Value) -> String {
    match value {
        // What YAML would take for something else.
        Value::String(text) if text.contains(['{', '[', '#', ':']) || text == "-" || text.parse::<f64>().is_ok() => {
            format!("\"{text}\"")
        }
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(yaml).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let members: Vec<_> = members.iter().map(|(key, value)| format!("{key}: {}", yaml(value))).collect();
            format!("{{ {} }}", members.join(", "))
        }
        other => other.to_string(),
    }
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// The pages of all steps, without the heading of the first.
pub fn steps() -> String {
    transform::ALL.iter().map(|definition| transform::page(definition)).collect::<Vec<_>>().join("\n")
}

/// The kinds of records, as `source` names them.
pub fn sources() -> String {
    resource::ALL.iter().map(|resource| format!("- `{}`: {}.\n", resource.name, resource.title)).collect()
}

/// The built-in targets, each with how many fields it has.
pub fn targets() -> String {
    let mut out = String::from("## Built in\n\n");
    for model in target::names().iter().filter_map(|name| target::find(name)) {
        let first = model.description.split("\n\n").next().unwrap_or_default();
        writeln!(out, "- `{}`, {} fields. {first}", model.name, model.fields.len()).expect("a string takes all text");
    }
    out
}

/// The page of a built-in target: its fields, as mappings name them.
pub fn target(model: &Model) -> String {
    let mut out = format!("# {}\n\n{}\n\n## Fields\n\n", model.name, model.description);
    for field in &model.fields {
        out += &field_line(field);
    }
    if !model.constants.is_empty() {
        out += "\n## Written by the target itself\n\n";
        for constant in &model.constants {
            writeln!(out, "- `/{}` = `{}`. {}", constant.to.join("/"), constant.value, constant.description)
                .expect("a string takes all text");
        }
    }
    out
}

fn field_line(field: &TargetField) -> String {
    let mut facts = vec![match (field.kind, field.items) {
        (Kind::List, Some(items)) => format!("list of {items}"),
        (kind, _) => kind.to_string(),
    }];
    if field.required {
        facts.push("required".to_owned());
    }
    facts.extend(field.max_length.map(|length| format!("at most {length} characters")));
    facts.extend(field.reference.as_ref().map(|target| format!("the key of a `{target}`")));
    facts.extend(field.to.as_ref().map(|to| format!("written to `/{}`", to.join("/"))));
    facts.extend(field.column.as_ref().map(|column| format!("column `{column}`")));
    let marks = [
        (field.unverified, "name not verified in public texts"),
        (field.sensitive, "specially protected data"),
        (field.volatile, "never the reason for an update"),
    ];
    facts.extend(marks.iter().filter(|(set, _)| *set).map(|(_, mark)| (*mark).to_owned()));
    let mut line = format!("- `{}` ({}). {}", field.name, facts.join("; "), field.description.replace("\n\n", " "));
    if !field.words.is_empty() {
        let words: Vec<_> = field.words.iter().map(|word| format!("`{word}`")).collect();
        line += &format!(" Words: {}{}.", words.join(", "), if field.open { ", or any other" } else { "" });
    }
    if !field.example.is_null() {
        line += &format!(" Example: `{}`", field.example);
    }
    line + "\n"
}

/// Every code, with what it says.
pub fn codes() -> String {
    let mut out = String::from("## All codes\n\n");
    for code in Code::ALL {
        writeln!(out, "- `{code}` ({}): {}.", code.severity().word(), code.summary()).expect("a string takes all text");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{OBJECTS, keys, mapping_schema, yaml};
    use serde_json::{Value, json};

    #[test]
    fn every_key_of_the_schema_stands_on_the_page_with_an_example_that_yaml_reads_as_it_is_meant() {
        let (schema, page) = (mapping_schema(), keys());
        let mut examples = 0;
        for (name, _) in OBJECTS {
            let object = if name.is_empty() { &schema } else { &schema["$defs"][name] };
            for (key, property) in object["properties"].as_object().unwrap() {
                assert!(page.contains(&format!("\n- `{key}` (")), "{name}: {key}");
                let Some(example) = property["examples"].get(0) else { continue };
                let line = format!("{key}: {}", yaml(example));
                assert!(page.contains(&format!(" Example: `{line}`\n")), "{line}");
                let read: Value = serde_yaml::from_str(&line).unwrap_or_else(|error| panic!("{line}: {error}"));
                assert_eq!(read, json!({ key: example }), "{line}");
                examples += 1;
            }
        }
        assert!(examples > 50, "{examples}");
    }

    #[test]
    fn every_object_of_the_schema_has_its_part_of_the_page() {
        let schema = mapping_schema();
        // A step has pages of its own, and an inner condition is a condition.
        let elsewhere = ["Step", "SimpleCondition"];
        for (name, definition) in schema["$defs"].as_object().unwrap() {
            let listed = OBJECTS.iter().any(|(object, _)| object == name) || elsewhere.contains(&name.as_str());
            assert!(listed || definition.get("properties").is_none(), "{name}");
        }
    }
}
