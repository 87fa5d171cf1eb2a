//! The schema of mapping files, as editors and other tools see it.

use serde_json::Value;

fn schema() -> Value {
    bobmap::mapping::schema::mapping_schema()
}

/// Every schema object below `value`, with its pointer; examples are data.
fn walk<'s>(value: &'s Value, pointer: &str, visit: &mut dyn FnMut(&str, &'s serde_json::Map<String, Value>)) {
    match value {
        Value::Object(members) => {
            visit(pointer, members);
            for (key, member) in members.iter().filter(|(key, _)| *key != "examples") {
                walk(member, &format!("{pointer}/{key}"), visit);
            }
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| walk(item, &format!("{pointer}/{at}"), visit));
        }
        _ => {}
    }
}

#[test]
fn unions_are_lists_of_types_for_other_unions_ruin_messages() {
    walk(&schema(), "", &mut |pointer, object| {
        assert!(pointer.ends_with("/properties") || !object.contains_key("oneOf") && !object.contains_key("anyOf"), "{pointer}");
    });
}

#[test]
fn every_key_has_a_title_a_description_and_an_example_and_objects_are_closed() {
    let mut keys = 0;
    walk(&schema(), "", &mut |pointer, object| {
        // What a target adds to `fields` stands beside what is said of `fields` itself.
        if pointer.starts_with("/allOf/") || pointer.ends_with("/properties") {
            return;
        }
        let Some(Value::Object(properties)) = object.get("properties") else { return };
        assert_eq!(object.get("additionalProperties"), Some(&Value::Bool(false)), "{pointer}");
        for (key, property) in properties {
            keys += 1;
            for needed in ["title", "description", "examples"] {
                assert!(property.get(needed).is_some(), "{pointer}/{key} has no {needed}");
            }
        }
    });
    assert!(keys > 90, "{keys}");
}

#[test]
fn examples_fit_their_keys() {
    let schema = schema();
    let mut checked = 0;
    walk(&schema, "", &mut |pointer, object| {
        if pointer.starts_with("/allOf/") || pointer.ends_with("/properties") {
            return;
        }
        for example in object.get("examples").and_then(Value::as_array).into_iter().flatten() {
            let mut alone = Value::Object(object.clone());
            alone["$defs"] = schema["$defs"].clone();
            let validator = jsonschema::draft202012::new(&alone).unwrap();
            assert!(validator.is_valid(example), "{pointer}: {example}");
            checked += 1;
        }
    });
    assert!(checked > 90, "{checked}");
}

/// The program's own check leaves these parts out, for the sake of its speed.
#[test]
fn what_the_schema_says_of_targets_refuses_nothing() {
    let schema = schema();
    let texts = ["title", "description", "examples"];
    for branch in schema["allOf"].as_array().unwrap() {
        assert!(branch.as_object().unwrap().keys().all(|key| key == "if" || key == "then"), "{branch}");
        walk(&branch["then"], "", &mut |pointer, object| {
            let names = pointer.ends_with("/properties");
            assert!(names || object.keys().all(|key| key == "properties" || texts.contains(&key.as_str())), "{pointer}");
        });
    }
}

/// Editors load it with every file, and the program compiles it at every start.
#[test]
fn the_schema_stays_small() {
    let text = schema().to_string();
    assert!(text.len() < 75_000, "{} bytes", text.len());
}
