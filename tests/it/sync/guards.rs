//! What looks like a mistake is stopped before anything is written, with its cause, and passes once if the user says so.

use super::{Company, command, ids, rows, said};
use crate::tenant::Hidden;
use bobmap::sandbox::{Sandbox, Scenario, Settings};
use serde_json::json;

#[test]
fn an_empty_source_stops() {
    let company = Company::new();
    company.expect(0, &["sync", "people"]);
    company.write("people.jsonl", "[]\n");
    let said = company.expect(5, &["sync", "people"]);
    assert!(said.contains("[empty-source]") && said.contains("nothing is written"), "{said}");
    assert_eq!(company.table(), ids(1..=20));
    assert_eq!(company.run(&["plan", "people"]).status.code(), Some(5));
}

#[test]
fn a_wave_of_leavers_stops_and_passes_once_only() {
    let company = Company::new();
    company.expect(0, &["sync", "people"]);
    company.people(7..=20);
    let said = company.expect(5, &["sync", "people"]);
    assert!(said.contains("6 of 20 rows would be deleted, and 10 % is the limit"), "{said}");
    company.expect(0, &["sync", "people", "--allow", "too-many-deletes"]);
    assert_eq!(company.table(), ids(7..=20));
    company.people(13..=20);
    company.expect(5, &["sync", "people"]);
    company.write("bobmap.yaml", &super::JOBS.replace("table: people }", "table: people }\n    guard: { deletes: 60 }"));
    company.expect(0, &["sync", "people"]);
    assert_eq!(company.table(), ids(13..=20));
}

#[test]
fn everybody_changed_at_once_stops() {
    let company = Company::new();
    company.expect(0, &["sync", "people"]);
    company.write("people.jsonl", &company.read("people.jsonl").replace("Clerk", "Chief"));
    let said = company.expect(5, &["sync", "people"]);
    assert!(said.contains("[too-many-updates]"), "{said}");
}

#[test]
fn a_file_that_somebody_else_wrote_is_not_replaced_unasked() {
    let company = Company::new();
    company.write("people.csv", "precious\n");
    let said = company.expect(5, &["sync", "file"]);
    assert!(said.contains("[not-ours]"), "{said}");
    assert_eq!(company.read("people.csv"), "precious\n");
    company.expect(0, &["sync", "file", "--allow", "not-ours"]);
    company.write("people.csv", "changed by hand\n");
    let said = company.expect(0, &["sync", "file"]);
    assert!(said.contains("changed by somebody else"), "{said}");
    assert_eq!(company.read("people.csv").lines().count(), 21);
}

#[test]
fn a_column_that_goes_is_asked_for_first() {
    let company = Company::new();
    company.expect(0, &["sync", "people"]);
    company.write("people.yaml", &super::MAPPING.replace("  name: $.firstName\n", ""));
    let said = company.expect(5, &["sync", "people"]);
    assert!(said.contains("[columns-dropped]") && said.contains("`name`"), "{said}");
    company.expect(0, &["sync", "people", "--allow", "columns-dropped"]);
    company.expect(0, &["sync", "people"]);
    assert_eq!(company.table(), ids(1..=20));
}

#[test]
fn a_join_that_stopped_matching_stops() {
    let company = Company::new();
    let joined = "joins:\n  sites: { with: hibob.work_history, this: $.id, that: $.employeeId, matches: at_most_one }\n";
    company.write("people.yaml", &format!("{}  site: {{ from: $sites.site, personal: false }}\n{joined}", super::MAPPING));
    let sites = |name: &str| {
        let line = |number| format!("{{\"employeeId\":\"{name}{number:02}\",\"site\":\"Leeds\"}}\n");
        company.write("sites.jsonl", &(1..=20).map(line).collect::<String>());
    };
    let records = "records: { hibob.people: people.jsonl, hibob.work_history: sites.jsonl }";
    company.write("bobmap.yaml", &super::JOBS.replace("records: { hibob.people: people.jsonl }", records));
    sites("");
    company.expect(0, &["sync", "people"]);
    sites("EMP-");
    let said = company.expect(5, &["sync", "people"]);
    assert!(said.contains("[join-stopped-matching]: people.$sites matched for 20 of 20 rows"), "{said}");
    sites("");
    company.expect(0, &["sync", "people"]);
}

#[test]
fn an_unknown_rule_is_a_slip() {
    let company = Company::new();
    let said = company.expect(2, &["sync", "people", "--allow", "everything"]);
    assert!(said.contains("the rules are: empty-source"), "{said}");
}

const LIVE: &str = "\
connections:
  bob: { service_user_id: '${OUR_ID}', service_user_token: '${OUR_TOKEN}', base_url: '${OUR_BOB}' }
jobs:
  people:
    mappings: people.yaml
    from: bob
    to: { sqlite: people.sqlite, table: people }
";

const WORK: &str = "People's data > People > Work > View selected employees' Work sections";

/// The title comes from a category whose box can be unticked.
const TITLES: &str = "\
mapping: people
format: 1
source: hibob.people
key: id
fields:
  id: { from: $.id, personal: false }
  title: { from: $.work.title, personal: false }
";

#[test]
fn a_lost_permission_is_named_and_passes_once_only() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("people.yaml", TITLES);
    write("bobmap.yaml", LIVE);
    let sandbox = Sandbox::start(Settings::default()).unwrap();
    let scenario = |unticked: &[&str]| {
        let text = json!({ "scenario": 1, "employees": 30, "permissions": { "unticked": unticked } }).to_string();
        Scenario::load(&text, "the test").unwrap()
    };
    let sync = |arguments: &[&str]| {
        let arguments: Vec<&str> = ["sync", "people", "--as-of", "2026-03-31"].iter().chain(arguments).copied().collect();
        let mut command = command(folder.path(), &arguments);
        let (id, token) = sandbox.service_user();
        command.env("OUR_ID", id).env("OUR_TOKEN", token).env("OUR_BOB", sandbox.base_url());
        let output = command.output().unwrap();
        Hidden::of(&sandbox).assert_not_in("what is said", &said(&output));
        output
    };
    sandbox.set_scenario(scenario(&[]));
    let output = sync(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let path = folder.path().join("people.sqlite");
    let before = rows(&path);
    assert_eq!(before.len(), 30);
    sandbox.set_scenario(scenario(&[WORK]));
    for _ in 0..2 {
        let output = sync(&[]);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(5), "{said}");
        for words in ["[field-emptied]", "`title`", "$.work.title", "bobmap doctor people.yaml", "--allow field-emptied"] {
            assert!(said.contains(words), "{words}: {said}");
        }
    }
    let output = sync(&["--allow", "field-emptied", "--allow", "too-many-updates"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    sandbox.set_scenario(scenario(&[]));
    assert_eq!(sync(&["--allow", "too-many-updates"]).status.code(), Some(0));
    sandbox.set_scenario(scenario(&[WORK]));
    assert_eq!(sync(&[]).status.code(), Some(5));
    assert_eq!(rows(&path), before);
}
