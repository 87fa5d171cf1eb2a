//! `bobmap requests`: the calls of a live run, told without a network.

use crate::run::{complaint, printed};
use crate::snap::snap;
use insta::assert_snapshot;
use serde_json::{Value, json};

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&printed(&[&["requests"], arguments, &["--format", "json"]].concat())).unwrap()
}

#[test]
fn the_calls_of_a_mapping_are_told_one_by_one() {
    let text = printed(&["requests", "mappings/activtrak/users.yaml", "--employees", "10000"]);
    snap().bind(|| assert_snapshot!("requests__activtrak_users", text));
}

#[test]
fn time_off_takes_as_many_calls_as_there_are_spans_requests_and_policy_types() {
    let folder = tempfile::tempdir().unwrap();
    let text = |source: &str, flags: &[&str]| {
        let path = folder.path().join("m.yaml");
        let mapping = format!("mapping: m\nformat: 1\nsource: hibob.{source}\nkey: id\nfields:\n  id: $.employeeId\n");
        std::fs::write(&path, mapping).unwrap();
        let catalog = ["--catalog", "tests/fixtures/hibob/fields.json", "--employees", "5000"];
        printed(&[&["requests", path.to_str().unwrap()], &catalog[..], flags].concat())
    };
    let days = ["--since", "2019-01-01", "--until", "2026-03-31", "--balance-date", "2026-03-31"];
    let told = [
        text("time_off_requests", &days),
        text("time_off_requests", &[&days[..], &["--request-details", "all"]].concat()),
        text("time_off_balances", &days),
        text("time_off_balances", &[&days[..], &["--policy-type", "Holiday", "--policy-type", "Sick leave"]].concat()),
        text("whos_out", &["--from", "2026-03-01", "--to", "2026-03-31"]),
        text("policy_types", &[]),
    ];
    snap().bind(|| assert_snapshot!("requests__time_off", told.join("\n")));
}

#[test]
fn a_catalog_of_the_users_spares_asking_bob_about_its_fields() {
    let resources = |arguments: &[&str]| -> Vec<Value> {
        json(arguments)["resources"].as_array().unwrap().iter().map(|asked| asked["resource"].clone()).collect()
    };
    let merge = "mappings/merge/location.yaml";
    assert!(resources(&[merge]).contains(&json!("hibob.fields")));
    assert!(!resources(&[merge, "--catalog", "tests/fixtures/hibob/fields.json"]).contains(&json!("hibob.fields")));
    assert!(resources(&["mappings/activtrak/users.yaml"]).contains(&json!("hibob.named_lists")));
}

#[test]
fn more_than_four_hundred_fields_take_several_calls() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wide.yaml");
    let field = |number: usize| format!("  f{number}: $.custom.category_1.field_{number}\n");
    let fields: String = (0..450).map(field).collect();
    std::fs::write(&path, format!("mapping: wide\nformat: 1\nsource: hibob.people\nkey: id\nfields:\n  id: $.id\n{fields}"))
        .unwrap();
    let answer = json(&[path.to_str().unwrap(), "--employees", "1000"]);
    let people = &answer["resources"][1];
    let calls = people["calls"].as_array().unwrap();
    let counts: Vec<_> = calls.iter().map(|call| call["calls"].as_u64().unwrap()).collect();
    assert_eq!(counts, [1, 5, 5]);
    let sizes: Vec<_> = calls.iter().map(|call| call["body"]["fields"].as_array().unwrap().len()).collect();
    assert_eq!((sizes[0], sizes[1] + sizes[2], sizes[1] <= 400), (1, 452, true), "{sizes:?}");
}

#[test]
fn a_path_that_names_no_field_is_an_error_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vague.yaml");
    std::fs::write(&path, "mapping: vague\nformat: 1\nsource: hibob.people\nkey: id\nfields:\n  id: $.id\n  mail: { from: { path: $..email, take: first } }\n").unwrap();
    let said = complaint(&["requests", path.to_str().unwrap()], 1);
    assert!(said.contains("error[path-not-requestable]") && said.contains("vague.yaml:7:"), "{said}");
}
