//! `bobmap schema`: names, one schema, and the folder of all of them.

use crate::run::{complaint, ended, printed};
use bobmap::value::path::{Path, Segment, Selector};
use serde_json::Value;
use std::collections::HashSet;

#[test]
fn without_a_name_it_lists_the_names() {
    let names = printed(&["schema"]);
    let names: Vec<&str> = names.lines().collect();
    assert_eq!(names[..2], ["mapping", "catalog"]);
    let targets: Vec<&str> = bobmap::target::names().to_vec();
    assert_eq!(names[2..names.len() - 2], targets);
    assert_eq!(names[names.len() - 2..], ["scenario", "jobs"]);
}

#[test]
fn a_name_prints_that_schema() {
    let text = printed(&["schema", "mapping"]);
    assert_eq!(text, std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/mapping.schema.json")).unwrap());
    assert_eq!(printed(&["schema", "merge.employee.schema.json"]), printed(&["schema", "merge.employee"]));
}

#[test]
fn a_name_that_is_none_is_met_with_the_nearest_one() {
    assert_eq!(
        complaint(&["schema", "merge.employe"], 2),
        "error: there is no schema `merge.employe`; did you mean `merge.employee`?\n"
    );
    assert!(complaint(&["schema", "zz"], 2).contains("there is mapping, catalog,"));
}

#[test]
fn the_folder_in_the_repository_is_fresh() {
    assert!(printed(&["schema", "--check"]).contains("up to date"));
}

#[test]
fn a_stale_folder_is_told_file_by_file_with_the_command_that_refreshes_it() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("deep/schemas");
    let dir = dir.to_str().unwrap();
    assert!(ended(&["schema", "--check", "--dir", dir], 1).contains("mapping.schema.json: missing"));
    printed(&["schema", "--write", "--dir", dir]);
    assert!(printed(&["schema", "--check", "--dir", dir]).contains("up to date"));
    std::fs::write(format!("{dir}/catalog.schema.json"), "{}").unwrap();
    let text = ended(&["schema", "--check", "--dir", dir], 1);
    assert_eq!(text, format!("{dir}/catalog.schema.json: differs\nrefresh with: bobmap schema --write --dir {dir}\n"));
}

#[test]
fn flags_that_contradict_each_other_are_a_mistake() {
    for arguments in [&["schema", "--write", "--check"][..], &["schema", "mapping", "--write"]] {
        assert!(complaint(arguments, 2).contains("cannot be used with"), "{arguments:?}");
    }
}

const CATALOG: &[&str] =
    &["schema", "--catalog", "tests/fixtures/hibob/fields.json", "--lists", "tests/fixtures/hibob/named_lists.json"];

fn of_the_company() -> Value {
    serde_json::from_str(&printed(CATALOG)).unwrap()
}

/// What an editor offers at a place of the schema: label, text in the file, and what is said of it.
fn offered(schema: &Value, pointer: &str) -> Vec<(String, String, String)> {
    let snippets = schema.pointer(pointer).unwrap()["defaultSnippets"].as_array().unwrap();
    let text = |snippet: &Value, key: &str| snippet[key].as_str().unwrap().to_owned();
    let offered = |snippet: &Value| {
        // What a snippet's own escapes come to, as the editor inserts it.
        let body = text(snippet, "body").replace("\\$", "$").replace("\\}", "}").replace("\\\\", "\\");
        (text(snippet, "label"), body, text(snippet, "description"))
    };
    snippets.iter().map(offered).collect()
}

#[test]
fn a_companys_own_paths_complete_with_their_names_and_categories_by_path_and_by_name() {
    let offered = offered(&of_the_company(), "/$defs/PathInBob");
    let all = |label: &str| {
        let found = offered.iter().find(|(known, ..)| known == label);
        let (_, body, about) = found.unwrap_or_else(|| panic!("{label} is not offered"));
        (body.as_str(), about.as_str())
    };
    assert_eq!(all("$.email"), ("$.email", "Email (Basic info)"));
    assert_eq!(all("$.work.department"), ("$.work.department", "Department (Work): as Bob stores it, often an id"));
    assert_eq!(all("$.humanReadable.work.department").1, "Department (Work): the label");
    assert_eq!(all("$.work.reportsTo.id").0, "$.work.reportsTo.id");
    assert_eq!(all("$.work.custom.field_1667499206086").1, "Cost centre (Work)");
    assert_eq!(all("Cost centre (Work)").0, "$.work.custom.field_1667499206086");
    let amount = "$.payroll.variable['Executive bonus'].amount";
    assert_eq!(all(amount), (format!("\"{amount}\"").as_str(), "Variable Pay/Executive bonus/Amount (Payroll)"));
}

#[test]
fn what_completes_is_what_the_program_reads_and_what_yaml_leaves_as_it_is() {
    let schema = of_the_company();
    let paths = offered(&schema, "/$defs/PathInBob");
    assert!(paths.len() > 500, "{}", paths.len());
    let mut labels = HashSet::new();
    for (label, body, _) in paths {
        assert!(labels.insert(label.clone()), "{label} stands twice");
        // In a flow list as well as behind a key.
        let read: Vec<String> = serde_yaml::from_str(&format!("[{body}]")).unwrap();
        let [path] = read.as_slice() else { panic!("{body}") };
        Path::parse(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    for pointer in ["/$defs/Field/properties/category", "/$defs/Entry/properties/category", "/$defs/Step/properties/list_label"] {
        for (label, body, about) in offered(&schema, pointer) {
            assert_eq!(serde_yaml::from_str::<String>(&body).unwrap(), label);
            assert!(!about.is_empty(), "{label}");
        }
    }
    let categories = offered(&schema, "/$defs/Field/properties/category");
    assert!(categories.iter().any(|(label, ..)| label == "IT and payroll ids"));
    let lists = offered(&schema, "/$defs/Step/properties/list_label");
    let (_, _, about) = lists.iter().find(|(label, ..)| label == "department").unwrap();
    assert!(about.starts_with("Department (Work): "), "{about}");
}

#[test]
fn hostile_names_in_a_catalog_stay_text() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("catalog.yaml");
    let names = ["a: b", "x #y", "${1:z}", "it's \"q\" \\", "yes", "- no", "[x]"];
    let mut text = "catalog: 1\ncategories:\n".to_owned();
    for (at, name) in names.iter().enumerate() {
        text += &format!("  c{at}: {}\n", Value::from(*name));
    }
    text += "fields:\n";
    for (at, name) in names.iter().enumerate() {
        text +=
            &format!("  {}: {{ name: {}, category: c{at}, type: text }}\n", Value::from(format!("x.{name}")), Value::from(*name));
    }
    std::fs::write(&file, text).unwrap();
    let schema: Value = serde_json::from_str(&printed(&["schema", "--catalog", file.to_str().unwrap()])).unwrap();
    let categories: Vec<String> = offered(&schema, "/$defs/Field/properties/category")
        .iter()
        .map(|(_, body, _)| serde_yaml::from_str(body).unwrap())
        .collect();
    assert_eq!(categories, names);
    for (_, body, _) in offered(&schema, "/$defs/PathInBob") {
        let path: String = serde_yaml::from_str(&body).unwrap();
        let path = Path::parse(&path).unwrap();
        let [_, Segment::Child(last)] = path.segments.as_slice() else { panic!("{path}") };
        let [Selector::Name(name)] = last.as_slice() else { panic!("{path}") };
        assert!(names.contains(&&**name), "{name}");
    }
}

/// Whatever it adds is there for editors: no file that the plain schema takes is refused, and none is taken that it refuses.
#[test]
fn a_companys_schema_judges_as_the_plain_one_does() {
    let (plain, company) = (bobmap::mapping::schema::mapping_schema(), of_the_company());
    let before = plain["allOf"].as_array().unwrap().len();
    for branch in &company["allOf"].as_array().unwrap()[before..] {
        judges_nothing(branch.get("then").unwrap_or(branch));
    }
    for (name, definition) in company["$defs"].as_object().unwrap() {
        match plain["$defs"].get(name) {
            None => judges_nothing(definition),
            Some(known) => assert_eq!(without_texts(known), without_texts(definition), "{name}"),
        }
    }
    let validator = jsonschema::draft202012::new(&company).unwrap();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut checked = 0;
    let mut open = vec![root.join("mappings"), root.join("tests/fixtures/mappings")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let mapping: Value = serde_yaml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
            let faults: Vec<String> = validator.iter_errors(&mapping).map(|error| error.to_string()).collect();
            assert!(faults.is_empty(), "{}: {faults:?}", path.display());
            checked += 1;
        }
    }
    assert!(checked > 8, "{checked}");
    assert!(!validator.is_valid(&serde_json::json!({ "mapping": "a", "format": 1, "fields": { "x": { "form": "$.id" } } })));
}

fn judges_nothing(schema: &Value) {
    for (keyword, value) in schema.as_object().unwrap() {
        match keyword.as_str() {
            "properties" => value.as_object().unwrap().values().for_each(judges_nothing),
            "additionalProperties" | "items" | "then" | "else" => judges_nothing(value),
            "allOf" => value.as_array().unwrap().iter().for_each(judges_nothing),
            "if" | "defaultSnippets" => {}
            "$ref" => {
                let of_its_own = ["PathInBob", "PathsOfCondition", "PathsOfEntry", "PathsOfField"];
                let name = value.as_str().unwrap().trim_start_matches("#/$defs/");
                assert!(of_its_own.contains(&name), "{value}");
            }
            other => panic!("`{other}` judges"),
        }
    }
}

fn without_texts(schema: &Value) -> Value {
    let mut schema = schema.clone();
    strip(&mut schema);
    schema
}

fn strip(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.retain(|key, value| value.is_object() || !matches!(key.as_str(), "examples" | "defaultSnippets"));
            members.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

#[test]
fn it_is_written_to_a_file_or_printed_and_a_catalog_that_is_none_is_a_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("acme.schema.json");
    assert_eq!(printed(&[CATALOG, &["--out", out.to_str().unwrap()]].concat()), "");
    assert_eq!(std::fs::read_to_string(&out).unwrap(), printed(CATALOG));
    assert!(complaint(&["schema", "--catalog", "Cargo.toml"], 3).contains("Cargo.toml"));
    assert!(complaint(&["schema", "--out", "x.json"], 2).contains("--catalog"));
    assert!(complaint(&["schema", "mapping", "--catalog", "x.json"], 2).contains("cannot be used with"));
}
