//! `bobmap coverage`: what a mapping passes by, and what nothing reaches.

use crate::run::bobmap;
use crate::snap::snap;
use crate::tenant::{said, tenant};
use insta::assert_snapshot;
use serde_json::Value;

const MAPPING: &str = "\
mapping: people
format: 1
source: hibob.people
target: activtrak.user
key: user_lookup_id
keep: { path: $.internal.status, is: Active }
fields:
  user_lookup_id: { from: [$.email, $.home.privateEmail] }
  display_name:
    default: nobody
    from:
      - $.displayName
      - $.fullName
      - { constant: somebody, when: { path: $.work.title, is: Juggler } }
  group: { personal: false, from: $.humanReadable.work.department }
ignore:
  - { path: $.address, reason: nobody needs to know }
  - $.payroll
  - { field: delete, reason: done by hand }
tests:
  - name: by the private address
    record: { id: \"1\", home: { privateEmail: a@example.test }, displayName: A }
    expect: { user_lookup_id: a@example.test }
";

const PEOPLE: &str = r#"[
{ "id": "1", "email": "ada@example.test", "displayName": "Ada Secret", "surname": "Secret", "firstName": "Ada", "internal": { "status": "Active" },
  "work": { "title": "255", "department": "77", "customColumns": { "column_1": "x" } }, "address": { "city": "Hideaway" }, "humanReadable": { "work": { "department": "Ops" } } },
{ "id": "2", "email": "bo@example.test", "displayName": "", "surname": "Secret", "firstName": null, "internal": { "status": "Active" }, "work": { "title": "256" } },
{ "id": "3", "email": "cy@example.test", "displayName": "Cy", "surname": "Other", "internal": { "status": "Inactive" } }
]"#;

/// Runs the command over the three people in a folder of its own: code, standard output, standard error.
fn coverage(mapping: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("people.yaml"), mapping).unwrap();
    std::fs::write(folder.path().join("people.json"), PEOPLE).unwrap();
    let given = ["coverage", "people.yaml", "--records", "people.json", "--as-of", "2026-03-01"];
    let output = bobmap(&given).current_dir(folder.path()).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn what_matters_most_stands_first_and_people_stay_hidden() {
    let (code, text, error) = coverage(MAPPING, &[]);
    assert_eq!((code, error.as_str()), (Some(0), ""));
    snap().bind(|| assert_snapshot!("coverage__text", text));
    let (_, all, _) = coverage(MAPPING, &["--all"]);
    assert!(
        all.contains("nobody needs to know") && all.contains("done by hand") && all.contains("\n$.work.startDate\n"),
        "{all}"
    );
    let (_, json, _) = coverage(MAPPING, &["--format", "json"]);
    for told in [&text, &all, &json] {
        assert!(!["Secret", "Hideaway", "Ada", "@example"].iter().any(|value| told.contains(value)), "{told}");
    }
}

#[test]
fn json_holds_every_field_with_its_counts() {
    let (_, json, _) = coverage(MAPPING, &["--format", "json"]);
    let report: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&report["version"], &report["records"]["kept"]), (&1.into(), &2.into()));
    let fields = report["source_fields"].as_array().unwrap();
    let field = |id: &str| fields.iter().find(|field| field["id"] == id).unwrap();
    assert_eq!(fields[0]["id"], "root.surname");
    assert_eq!(field("root.surname")["use"], "neither");
    assert_eq!(field("root.firstName")["people"], serde_json::json!({ "filled": 1, "blank": 1, "absent": 1 }));
    let city = field("address.city");
    assert_eq!((&city["use"], &city["reason"]), (&"ignored".into(), &"nobody needs to know".into()));
    let mail = field("root.email");
    assert_eq!((&mail["use"], &mail["needed_for"]), (&"mapped".into(), &serde_json::json!(["user_lookup_id"])));
    assert_eq!(field("internal.status")["needed_for"], serde_json::json!(["keep"]));
    assert_eq!(field("work.department")["use"], "mapped");
    assert!(fields.iter().all(|field| field["id"] != "root.id"));
    let unreached: Vec<(&str, bool, u64)> = report["unreached"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["entry"].as_str().unwrap(), entry["tested"].as_bool().unwrap(), entry["rows"].as_u64().unwrap()))
        .collect();
    assert_eq!(
        unreached,
        [
            ("$.fullName", false, 0),
            ("constant", false, 0),
            ("$.home.privateEmail", true, 0),
            ("$.email", false, 2),
            ("default", false, 1),
            ("$.humanReadable.work.department", false, 1),
        ]
    );
}

#[test]
fn denied_things_end_with_one() {
    for what in ["unmapped", "unfed", "unreached", "unreached,unfed"] {
        assert_eq!(coverage(MAPPING, &["--deny", what]).0, Some(1), "{what}");
    }
    let fed = MAPPING.replace("done by hand }", "done by hand }\n  - employee_id\n  - email_address\n  - track");
    let (code, text, _) = coverage(&fed, &["--deny", "unfed"]);
    assert_eq!(code, Some(0), "{text}");
    let reached = MAPPING
        .replace("      - $.fullName\n", "")
        .replace("      - { constant: somebody, when: { path: $.work.title, is: Juggler } }\n", "");
    assert_eq!(coverage(&reached, &["--deny", "unreached"]).0, Some(0));
    let ignored = MAPPING.replace("  - $.payroll\n", "  - $.payroll\n  - $.surname\n  - $.firstName\n");
    assert_eq!(coverage(&ignored, &["--deny", "unmapped"]).0, Some(0));
    assert_eq!(coverage(MAPPING, &["--deny", "nothing"]).0, Some(2));
}

#[test]
fn a_source_that_is_no_people_has_no_fields_of_bobs() {
    let mapping = "mapping: off\nformat: 1\nsource: hibob.time_off_requests\nkey: id\nfields:\n  id: { from: $.requestId, personal: false }\n";
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("off.yaml"), mapping).unwrap();
    std::fs::write(folder.path().join("off.json"), "[{ \"requestId\": \"1\", \"days\": [] }]").unwrap();
    let mut command = bobmap(&["coverage", "off.yaml", "--records", "off.json", "--as-of", "2026-03-01"]);
    let output = command.current_dir(folder.path()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        text,
        "off: 1 record of hibob.time_off_requests, 1 kept of 1 row\nrun date 2026-03-01, scope complete, catalog built in\n\n\
         Entries and defaults not reached by both tests and records: 1, 0 of them by neither\n\n\
         Field  Entry        Place       Reached by\n\
         ─────  ───────────  ──────────  ───────────────────\n\
         id     $.requestId  off.yaml:6  1 row only, no test\n"
    );
}

#[test]
fn with_live_every_field_of_the_tenant_is_asked_for() {
    let tenant = tenant("");
    let mapping = concat!(env!("CARGO_MANIFEST_DIR"), "/mappings/merge/employee.yaml");
    let joined = "mapping: bosses\nformat: 1\nsource: hibob.people\nkey: id\n\
                  joins: { boss: { with: hibob.people, this: $.work.manager, that: $.id } }\n\
                  fields:\n  id: { from: $.id, personal: false }\n  boss: $boss.displayName\n";
    std::fs::write(tenant.folder.path().join("bosses.yaml"), joined).unwrap();
    for mapping in [mapping, "bosses.yaml"] {
        let output = tenant.run(&["coverage", mapping, "--live", "--as-of", "2026-03-01", "--format", "json"]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["catalog"], "HiBob");
        let fields = report["source_fields"].as_array().unwrap();
        let own =
            |field: &&Value| field["id"].as_str().unwrap().starts_with("custom.") && field["people"]["filled"].as_u64() > Some(0);
        assert!(fields.iter().filter(own).count() > 0 && fields[0]["people"]["filled"].as_u64() > Some(20), "{}", fields[0]);
    }
}
