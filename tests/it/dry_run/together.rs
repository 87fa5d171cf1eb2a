//! `--and`: several mappings into one file.

use super::{code, dry_run, names, said};
use crate::snap::snap;
use crate::tenant::{said as told, tenant};
use std::path::Path;
use tempfile::TempDir;

const LEAVE: &str = r#"mapping: leave
format: 1
source: hibob.time_off_requests
key: _request
joins:
  person: { with: hibob.people, this: $.employeeId, that: $.id, matches: exactly_one }
fields:
  _request: { type: integer, from: $.requestId, personal: false }
  name: { from: $person.firstName, required: true }
  start: { type: date, from: $.startDate }
  days: { type: decimal, from: $.totalCost }
"#;

const REST: &str = r#"mapping: rest
format: 1
source: hibob.people
key: _id
joins:
  leave: { with: hibob.time_off_requests, this: $.id, that: $.employeeId, matches: any_number }
keep: { path: $leave.requestId, has_value: false }
fields:
  _id: { from: $.id, personal: false }
  name: { from: $.firstName, required: true }
  start: { type: date, from: $leave.startDate }
  days: { type: decimal, from: $leave.totalCost }
"#;

const PEOPLE: &str = r#"{"id":"1","firstName":"Ada"}
{"id":"2","firstName":"Bo"}
{"id":"3","firstName":"Cy"}
{"id":"4"}
{"id":"5","firstName":"Di"}
{"id":"5","firstName":"Dora"}
"#;

const REQUESTS: &str = r#"{"requestId":1,"employeeId":"1","startDate":"2026-03-02","endDate":"2026-03-02","totalCost":2.50}
{"requestId":2,"employeeId":"2","startDate":"2026-03-03","endDate":"2026-03-03","totalCost":1}
{"requestId":2,"employeeId":"2","startDate":"2026-03-04","endDate":"2026-03-04","totalCost":1}
{"requestId":4,"employeeId":"9","startDate":"2026-03-05","endDate":"2026-03-05","totalCost":1}
{"requestId":5,"employeeId":"1","startDate":"2026-04-01","endDate":"2026-04-01","totalCost":0.5}
"#;

const RUN: [&str; 8] =
    ["leave.yaml", "rest.yaml", "--and", "rest", "--records", "requests.jsonl", "--records", "hibob.people=people.jsonl"];

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("leave.yaml", LEAVE), ("rest.yaml", REST), ("people.jsonl", PEOPLE), ("requests.jsonl", REQUESTS)] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn written(folder: &Path, arguments: &[&str]) -> String {
    let output = dry_run(folder, &[&RUN[..], arguments].concat(), b"");
    assert_eq!(code(&output), Some(4), "{}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_rows_of_one_mapping_follow_those_of_the_other_under_one_header() {
    let folder = folder();
    let csv = "name,start,days\r\nAda,2026-03-02,2.50\r\nAda,2026-04-01,0.5\r\nCy,,\r\n";
    assert_eq!(written(folder.path(), &["--format", "csv"]), csv);
    let json = r#"[
  {"name":"Ada","start":"2026-03-02","days":2.50},
  {"name":"Ada","start":"2026-04-01","days":0.5},
  {"name":"Cy","start":null,"days":null}
]
"#;
    assert_eq!(written(folder.path(), &["--format", "json"]), json);
    let table = "name  start       days\n────  ──────────  ────\nAda   2026-03-02  2.50\nAda   2026-04-01  0.5\nCy\n";
    assert_eq!(written(folder.path(), &["--format", "table"]), table);
}

#[test]
fn one_report_and_one_file_of_rejects_tell_of_both() {
    let folder = folder();
    let rest = ["--as-of", "2026-03-01", "--out", "rows.csv", "--format", "csv", "--rejects", "rejects.jsonl"];
    let output = dry_run(folder.path(), &[&RUN[..], &rest[..]].concat(), b"");
    let rejects = std::fs::read_to_string(folder.path().join("rejects.jsonl")).unwrap();
    snap().bind(|| insta::assert_snapshot!("together__two_mappings_into_one_file", format!("{}\n{rejects}", said(&output))));
    let output = dry_run(folder.path(), &[&RUN[..], &rest[..], &["--report", "report.json"]].concat(), b"");
    assert_eq!(
        said(&output),
        "2 mappings into one file: 11 records read: 3 written, 6 rejected, 2 skipped; the report is in report.json\n"
    );
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.path().join("report.json")).unwrap()).unwrap();
    assert_eq!((&report["records"]["written"], &report["records"]["rejected"]), (&3.into(), &6.into()));
    let mappings: Vec<_> = report["mappings"].as_array().unwrap().iter().map(|part| part["mapping"].as_str().unwrap()).collect();
    assert_eq!(mappings, ["leave", "rest"]);
}

#[test]
fn the_worst_exit_code_of_all_is_that_of_the_run() {
    let folder = folder();
    // Only the second mapping rejects, and only the second one's records are cut short.
    std::fs::write(folder.path().join("requests.jsonl"), REQUESTS.lines().next().unwrap()).unwrap();
    let output = dry_run(folder.path(), &RUN, b"");
    assert_eq!(code(&output), Some(4), "{}", said(&output));
    std::fs::write(folder.path().join("people.jsonl"), "{\"id\":\"1\",\"firstName\":\"Ada\"}\n").unwrap();
    let output = dry_run(folder.path(), &RUN, b"");
    assert_eq!((code(&output), said(&output).contains("nobody is kept")), (Some(0), true), "{}", said(&output));
    let page = r#"{"employees":[{"id":"1","firstName":"Ada"}],"response_metadata":{"next_cursor":"more"}}"#;
    std::fs::write(folder.path().join("people.jsonl"), page).unwrap();
    let output = dry_run(folder.path(), &RUN, b"");
    assert_eq!(code(&output), Some(6), "{}", said(&output));
}

#[test]
fn a_run_that_fails_in_its_second_mapping_writes_nothing() {
    let folder = folder();
    std::fs::write(folder.path().join("rest.yaml"), REST.replace("required: true", "on_missing: stop")).unwrap();
    let before = names(folder.path());
    let output = dry_run(folder.path(), &[&RUN[..], &["--out", "rows.jsonl", "--rejects", "rejects.jsonl"]].concat(), b"");
    assert_eq!((code(&output), names(folder.path())), (Some(3), before), "{}", said(&output));
    let absent = REST.replace("keep: {", "keep: { path: $.work.site, is: x }\nignore: []\n#");
    std::fs::write(folder.path().join("rest.yaml"), absent).unwrap();
    let output = dry_run(folder.path(), &[&RUN[..], &["--out", "rows.jsonl"]].concat(), b"");
    assert_eq!(code(&output), Some(5), "{}", said(&output));
    assert!(!folder.path().join("rows.jsonl").exists());
}

#[test]
fn mappings_whose_rows_differ_are_told_by_what() {
    let folder = folder();
    let elsewhere =
        "mapping: rest\nformat: 1\nsource: hibob.people\ntarget: merge.time_off\nkey: remote_id\nfields:\n  remote_id: $.id\n";
    let last = REST.replace("  name: { from: $.firstName, required: true }\n", "") + "  name: $.firstName\n";
    for (rest, words) in [
        (elsewhere.to_owned(), "`leave` has no target and `rest` has the target merge.time_off"),
        (REST.replace("  days: ", "  hours: "), "`leave` has no `hours`, which `rest` has"),
        (REST.replace("  days: ", "  _days: "), "`rest` has no `days`, which `leave` has"),
        (last, "column 1 is `name` in `leave` and `start` in `rest`"),
        (REST.replace("type: decimal", "type: integer"), "`days` is decimal in `leave` and integer in `rest`"),
        (
            REST.replace("startDate }", "startDate, to: /when/start }"),
            "`leave` and `rest` put their fields in different places (`to`)",
        ),
    ] {
        std::fs::write(folder.path().join("rest.yaml"), &rest).unwrap();
        let output = dry_run(folder.path(), &RUN, b"");
        assert_eq!(code(&output), Some(2), "{rest}: {}", said(&output));
        assert!(said(&output).contains(words), "{rest}: {}", said(&output));
        assert!(output.stdout.is_empty());
    }
    // Another way to say the same place is none.
    std::fs::write(folder.path().join("rest.yaml"), REST.replace("startDate }", "startDate, to: /start }")).unwrap();
    assert_eq!(code(&dry_run(folder.path(), &RUN, b"")), Some(4));
}

#[test]
fn names_of_mappings_that_can_not_run_beside_are_refused() {
    let folder = folder();
    for (arguments, words) in [
        (
            &["leave.yaml", "rest.yaml", "--and", "rets"][..],
            "--and rets: no file that is given is the mapping `rets`; did you mean `rest`?",
        ),
        (
            &["leave.yaml", "--and", "people"],
            "--and people: no file that is given is the mapping `people`; give its file as well",
        ),
        (&["leave.yaml", "rest.yaml", "--and", "leave"], "--and leave: `leave` runs already"),
        (&["leave.yaml", "rest.yaml", "--and", "rest", "--and", "rest"], "--and rest: `rest` runs already"),
        (
            &["leave.yaml", "rest.yaml", "--and", "rest"],
            "`rest` reads hibob.people: give them with --records hibob.people=FILE as well",
        ),
    ] {
        let run = [arguments, &["--records", "requests.jsonl"]].concat();
        let output = dry_run(folder.path(), &run, b"");
        assert_eq!(code(&output), Some(2), "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains(words), "{arguments:?}: {}", said(&output));
    }
}

#[test]
fn what_both_read_comes_from_standard_input_once() {
    let folder = folder();
    let run = ["leave.yaml", "rest.yaml", "--and", "rest", "--records", "-", "--records", "hibob.people=people.jsonl"];
    let output = dry_run(folder.path(), &run, REQUESTS.as_bytes());
    assert_eq!(code(&output), Some(4), "{}", said(&output));
    assert_eq!(output.stdout.iter().filter(|byte| **byte == b'\n').count(), 3);
}

#[test]
fn hibob_is_asked_once_for_what_both_read() {
    let tenant = tenant("");
    let mapping = |name: &str, title: &str| {
        let keep = "keep: { path: $.work.department, has_value: true }";
        format!("mapping: {name}\nformat: 1\nsource: hibob.people\nkey: id\n{keep}\nfields:\n  id: $.id\n  word: {title}\n")
    };
    std::fs::write(tenant.folder.path().join("a.yaml"), mapping("a", "$.work.department")).unwrap();
    std::fs::write(tenant.folder.path().join("b.yaml"), mapping("b", "$.work.title")).unwrap();
    let output = tenant.run(&["dry-run", "a.yaml", "b.yaml", "--and", "b", "--live", "--batch", "500"]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let calls: Vec<String> = tenant.sandbox.log().iter().map(|call| call.path.clone()).collect();
    assert_eq!(calls.iter().filter(|path| path.ends_with("/people/search")).count(), 2, "ids, then one batch: {calls:?}");
    let rows = String::from_utf8(output.stdout).unwrap();
    assert_eq!(rows.lines().count() % 2, 0);
    let planned = tenant.offline(&["requests", "a.yaml", "b.yaml", "--and", "b", "--format", "json"]);
    let planned: serde_json::Value = serde_json::from_slice(&planned.stdout).unwrap();
    assert_eq!((&planned["mapping"], &planned["and"][0]), (&"a".into(), &"b".into()));
    let people = planned["resources"].as_array().unwrap().iter().find(|asked| asked["resource"] == "hibob.people").unwrap();
    assert!(people["fields"].as_array().unwrap().contains(&"work.title".into()));
}
