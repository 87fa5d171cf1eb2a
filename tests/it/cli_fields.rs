//! `bobmap fields` and `bobmap fields pull`: the fields of a company, and a file of them that finds faults without a network.

use crate::snap::snap;
use crate::tenant::{Tenant, offline, said, tenant};
use serde_json::Value;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/hibob");
const MAPPINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/mappings");

fn found(tenant: &Tenant, arguments: &[&str]) -> Vec<Value> {
    let answer: Value = serde_json::from_str(&tenant.printed(&[&["fields", "--format", "json"], arguments].concat())).unwrap();
    answer["fields"].as_array().unwrap().clone()
}

#[test]
fn fields_are_found_by_name_id_and_category_with_the_share_of_people_who_have_a_value() {
    let tenant = tenant(
        "permissions: { hidden_fields: [work.workMobile] }\nfields:\n  work.workPhone: { share: 0 }\n  \
         custom.category_1.field_1: { name: Squad, category: work, type: text, share: 1 }\n",
    );
    let squad = &found(&tenant, &["squad"])[0];
    assert_eq!((&squad["id"], &squad["category"]["name"]), (&"custom.category_1.field_1".into(), &"Work".into()));
    let people = tenant.printed(&["fetch", "people", "--field", "custom.category_1.field_1"]);
    let filled = |line: &&str| !serde_json::from_str::<Value>(line).unwrap()["custom"]["category_1"]["field_1"].is_null();
    let filled = people.lines().filter(filled).count();
    assert!(filled > 10);
    assert_eq!(squad["sample"], serde_json::json!({ "value": filled, "blank": 40 - filled, "not_visible": 0 }));
    assert_eq!(found(&tenant, &["work.workPhone"])[0]["sample"]["blank"], 40);
    assert_eq!(found(&tenant, &["work", "mobile"])[0]["sample"]["not_visible"], 40);
    let three = found(&tenant, &["squad", "--sample", "3"])[0]["sample"].clone();
    assert_eq!(three["value"].as_u64().unwrap() + three["blank"].as_u64().unwrap(), 3);
    assert_eq!(found(&tenant, &["squad", "--sample", "0"])[0]["sample"], Value::Null);
    let table = tenant.printed(&["fields", "work", "contact", "details"]);
    assert!(table.contains("blank in all") && table.contains("not visible"), "{table}");
}

#[test]
fn recorded_fields_and_people_need_no_network() {
    let folder = tempfile::tempdir().unwrap();
    let (fields, people) = (format!("{FIXTURES}/fields.json"), format!("{FIXTURES}/people.json"));
    let output = offline(folder.path(), &["fields", "employee", "id", "--catalog", &fields, "--records", &people]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    snap().bind(|| insta::assert_snapshot!("fields__table", String::from_utf8(output.stdout).unwrap()));
    let output = offline(folder.path(), &["fields", "departmnet", "--catalog", &fields]);
    assert!(String::from_utf8(output.stdout).unwrap().contains("work.department"));
}

#[test]
fn a_search_that_finds_nothing_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let fields = format!("{FIXTURES}/fields.json");
    let output = offline(folder.path(), &["fields", "zzzzzz", "--catalog", &fields]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(3), 0));
    assert_eq!(
        said(&output),
        "error: no field has `zzzzzz` in its name, id or category; `bobmap fields` without a search lists them all\n"
    );
}

#[test]
fn a_pulled_catalog_checks_mappings_without_a_network() {
    let tenant = tenant("");
    let summary = tenant.printed(&["fields", "pull"]);
    assert!(summary.starts_with("bob-catalog.yaml: ") && summary.contains(" lists\n"), "{summary}");
    let catalog = tenant.file("bob-catalog.yaml");
    assert!(catalog.starts_with("catalog: 1\npulled: ") && catalog.contains("archived: true"));
    let output = tenant.offline(&["check", MAPPINGS, "--catalog", "bob-catalog.yaml"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    let people = tenant.printed(&["fetch", "people", "--field", "root.id", "--field", "root.email", "--field", "root.fullName"]);
    for person in people.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        for field in ["id", "email", "fullName"] {
            assert!(!catalog.contains(person[field].as_str().unwrap_or("nobody has this")), "{field} is in the catalog");
        }
    }
}

const MAPPING: &str = "mapping: people\nformat: 1\nsource: hibob.people\nkey: id\nignore: [$.home]\nfields:\n  \
     id: { from: $.id, personal: false }\n  squad: $.custom.category_1.squad\n  titel: $.work.titel\n  \
     phone: { from: $.work.workPhone, category: Work contact details }\n  gone: $.work.custom.field_9\n  \
     years: { type: boolean, from: $.work.startDate }\n  \
     team: { type: enum, personal: false, from: $.humanReadable.work.customColumns.column_7, spellings: { BLUE: [Blue] } }\n";

const BEFORE: &str = "fields:\n  custom.category_1.field_1: { name: Squad, category: work, type: text }\n  \
     work.custom.field_9: { name: Old badge, category: work, type: text }\n  \
     work.customColumns.column_7: { name: Team colour, category: work, type: list, list: work.column_7 }\n\
     lists:\n  work.column_7: [{ id: \"1\", label: Blue }, { id: \"2\", label: Red }, { id: \"3\", label: Grey, archived: true }]\n";

#[test]
fn every_kind_of_fault_that_a_catalog_shows_is_found_without_a_network() {
    let tenant = tenant(BEFORE);
    tenant.printed(&["fields", "pull", "--out", "bob.yaml"]);
    tenant.becomes(
        &BEFORE.replace(
            "work.custom.field_9: { name: Old badge, category: work, type: text }",
            "work.workPhone: { category: work }",
        ),
    );
    let summary = tenant.printed(&["fields", "pull", "--out", "bob.yaml"]);
    assert!(
        summary.contains("Deleted in Bob; kept with `deleted: true` (1):\n  work.custom.field_9 (\"Old badge\")\n"),
        "{summary}"
    );
    assert!(summary.contains("work.workPhone (\"Work phone\"): from \"Work contact details\" to \"Work\""), "{summary}");
    std::fs::write(tenant.folder.path().join("people.yaml"), MAPPING).unwrap();
    let output = tenant.offline(&["check", "people.yaml", "--catalog", "bob.yaml"]);
    let text = String::from_utf8(output.stdout).unwrap();
    for finding in [
        // By the name that the admin sees, and by the id.
        "[path-not-in-catalog]: the catalog has no field at `$.custom.category_1.squad`",
        "did you mean `$.custom.category_1.field_1` (\"Squad\")?",
        "did you mean `$.work.title` (\"Job title\")?",
        "[category-mismatch]: the field \"Work phone\" stands in the category \"Work\", not in \"Work contact details\"",
        "[field-deleted]: the field \"Old badge\" has been deleted in Bob",
        "[entry-type-mismatch]: what this gives (text) can never be",
        "[list-item-unmapped]: no spelling covers \"Red\" of Bob's list",
    ] {
        assert!(text.contains(finding), "{finding}\n{text}");
    }
    // A third pull changes nothing, and keeps what is gone.
    assert!(tenant.printed(&["fields", "pull", "--out", "bob.yaml"]).ends_with("Nothing has changed.\n"));
    assert!(tenant.file("bob.yaml").contains("deleted: true"));
}

#[test]
fn nothing_but_a_catalog_is_replaced() {
    let tenant = tenant("");
    for (name, text) in [("people.yaml", MAPPING), ("notes.txt", "a list of things to do\n"), ("empty", "")] {
        std::fs::write(tenant.folder.path().join(name), text).unwrap();
        let output = tenant.run(&["fields", "pull", "--out", name]);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains("is no catalog file (`catalog: 1`) and is left as it is"), "{}", said(&output));
        assert_eq!(tenant.file(name), text);
    }
    assert!(tenant.sandbox.log().is_empty(), "Bob is not asked before the file is looked at");
}

#[test]
fn a_list_of_names_can_be_left_out() {
    let tenant = tenant(&BEFORE.replace("label: Blue", "label: Ada Marlowe"));
    let pulled = |more: &[&str]| tenant.printed(&[&["fields", "pull", "--out", "-"], more].concat());
    assert!(pulled(&[]).contains("Ada Marlowe"));
    assert!(!pulled(&["--without-list", "work.column_7"]).contains("Ada Marlowe"));
    let output = tenant.run(&["fields", "pull", "--out", "-", "--without-list", "work.column_8"]);
    assert_eq!(said(&output), "error: --without-list: Bob has no list `work.column_8`: did you mean `work.column_7`?\n");
}
