//! `bobmap explain`: the story of one record, for people and for programs.

use crate::snap::snap;
use std::path::Path;
use tempfile::TempDir;

const MAPPING: &str = r#"mapping: people
format: 1
source: hibob.people
key: id
defaults: { missing_values: ["-"] }
keep: { path: $.internal.status, is_not: Inactive }
joins:
  boss: { with: hibob.people, this: $.work.reportsTo.id, that: $.id }
fields:
  id: { from: $.id, personal: false }
  mail: { type: email, from: $.email, then: [lower], required: true }
  team:
    personal: false
    from:
      - { path: $.work.title, when: { path: $.internal.status, is: Gone } }
      - $.work.department
      - { path: $.custom.category_1647463606491.field_1647463700008, category: IT ids }
      - { path: $.work.site, then: [upper, { suffix: "!" }] }
      - { constant: none }
  status:
    type: enum
    personal: false
    from: [{ path: $.internal.lifecycleStatus, on_invalid: try_next }, $.internal.status]
    spellings: { on: [employed, Active], "off": [Inactive] }
  boss_mail: { use: mail, of: boss, required: false, on_missing: omit }
  boss_name: $boss.firstName
  born: { type: date, from: $.personal.birthDate, on_invalid: blank }
  ended: { type: date, when: { field: status, is: "off" }, from: $.internal.terminationDate }
  level: { type: integer, personal: false, from: $.work.level, default: 1 }
  name: { template: "{_first} {_last?}" }
  _first: $.firstName
  _last: $.surname
  blanks: { blank_among: [name, born], personal: false }
"#;

const RECORDS: &str = r#"{"id":"1","email":"Boss@Example.test","firstName":"Bea","internal":{"status":"Active"},"work":{"department":"Board"}}
{"id":"2","email":"A@Example.test","firstName":"Ada","surname":"-","internal":{"status":"Active","lifecycleStatus":"sabbatical"},"work":{"reportsTo":{"id":"1"},"site":" Berlin "},"personal":{"birthDate":"1990-02-30"}}
{"id":"3","email":"secret at example","internal":{"status":"Unheard"},"work":{"reportsTo":{"id":"9"},"department":""}}
{"id":"4","email":"x@example.test","internal":{"status":"Inactive"}}
{"id":"5","email":"five@example.test","internal":{"status":"Active"},"work":{"department":"A"}}
{"id":"5","email":"other@example.test","internal":{"status":"Active"},"work":{"department":"B"}}
"#;

const DAYS: &str = r#"mapping: days
format: 1
source: hibob.time_off_requests
one_row_per: $.days[*]
key: [request, date]
defaults: { personal: false }
fields:
  request: { type: integer, from: $parent.requestId }
  date: { type: date, from: $.date }
  person: { use: people.mail, of: person, personal: true }
joins:
  person: { with: hibob.people, this: $parent.employeeId, that: $.id, matches: exactly_one }
"#;

struct Explained {
    code: Option<i32>,
    out: String,
    err: String,
}

/// Runs the command in a folder with the files above.
fn explain(arguments: &[&str]) -> Explained {
    let folder = TempDir::new().unwrap();
    let put = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    put("people.yaml", MAPPING);
    put("people.jsonl", RECORDS);
    put("days.yaml", DAYS);
    put("days.jsonl", r#"{"requestId":7,"employeeId":"1","days":[{"date":"2026-01-02"},{"date":"2026-01-03"}]}"#);
    put("secret.yaml", &MAPPING.replace("key: id", "key: mail"));
    run(folder.path(), arguments)
}

fn run(folder: &Path, arguments: &[&str]) -> Explained {
    let mut command = assert_cmd::Command::cargo_bin("bobmap").unwrap();
    let output = command.current_dir(folder).args(["explain", "--as-of", "2026-01-01"]).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Explained { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// The explanation of one person.
fn person(key: &str, more: &[&str]) -> String {
    let Explained { code, out, err } = explain(&[&["people.yaml", "--records", "people.jsonl", "--key", key], more].concat());
    assert_eq!(code, Some(0), "{err}");
    out
}

#[test]
fn every_place_that_was_tried_is_told_and_no_value_of_a_person() {
    let text = person("2", &[]);
    for secret in ["Example.test", "Ada", "1990"] {
        assert!(!text.contains(secret), "{text}");
    }
    snap().bind(|| insta::assert_snapshot!("explain__kept", text));
}

#[test]
fn a_join_of_any_number_says_how_many_it_found() {
    let mapping = r#"mapping: people
format: 1
source: hibob.people
key: id
joins:
  team: { with: hibob.people, this: $.id, that: $.work.reportsTo.id, matches: any_number }
fields:
  id: { from: $.id, personal: false }
  team: { type: list, from: { path: $team.id, take: all } }
"#;
    let people = [("1", "0"), ("2", "1"), ("3", "1"), ("4", "3")]
        .map(|(id, boss)| format!("{{\"id\":\"{id}\",\"work\":{{\"reportsTo\":{{\"id\":\"{boss}\"}}}}}}\n"));
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("people.yaml"), mapping).unwrap();
    std::fs::write(folder.path().join("people.jsonl"), people.concat()).unwrap();
    for (id, found) in
        [("1", "2 records of hibob.people"), ("3", "one record of hibob.people"), ("4", "nobody among hibob.people")]
    {
        let Explained { out, .. } = run(folder.path(), &["people.yaml", "--records", "people.jsonl", "--key", id]);
        assert!(out.contains(found), "{id}: {out}");
    }
}

#[test]
fn values_are_shown_where_a_user_asks() {
    let text = person("2", &["--show-values", "mail", "name", "boss_mail"]);
    snap().bind(|| insta::assert_snapshot!("explain__values", text));
}

#[test]
fn a_rejected_record_tells_every_reason() {
    snap().bind(|| insta::assert_snapshot!("explain__rejected", person("3", &[])));
}

#[test]
fn a_skipped_record_tells_by_which_condition() {
    snap().bind(|| insta::assert_snapshot!("explain__skipped", person("4", &["id", "team", "level"])));
}

#[test]
fn records_that_share_a_key_are_all_told() {
    snap().bind(|| insta::assert_snapshot!("explain__twice", person("5", &["team"])));
}

#[test]
fn programs_get_the_same_as_json() {
    let text = person("2", &["--format", "json", "team", "boss_mail", "_last"]);
    snap().bind(|| insta::assert_snapshot!("explain__json", text));
}

#[test]
fn rows_are_found_by_their_key_and_by_the_id_of_their_record() {
    let find = |key: &str| {
        let arguments =
            ["days.yaml", "people.yaml", "--records", "days.jsonl", "--records", "hibob.people=people.jsonl", "--key", key];
        let Explained { code, out, err } = explain(&arguments);
        assert_eq!(code, Some(0), "{err}");
        out
    };
    snap().bind(|| insta::assert_snapshot!("explain__row", find("7 / 2026-01-03")));
    assert_eq!(find("7").matches("KEPT").count(), 2);
}

#[test]
fn who_is_not_there_is_told_with_what_was_read() {
    let base = ["people.yaml", "--records", "people.jsonl", "--key"];
    let Explained { code, out, err } = explain(&[&base[..], &["55"]].concat());
    assert_eq!((code, out.as_str()), (Some(3), ""));
    assert_eq!(err, "error: no record of hibob.people has `55` as its key (id) or id; 6 records were read; did you mean `5`?\n");
    let Explained { code, err, .. } = explain(&["secret.yaml", "--records", "people.jsonl", "--key", "boss@example.tes"]);
    assert_eq!(code, Some(3));
    assert!(!err.contains("did you mean"), "{err}");
}

#[test]
fn fields_and_files_that_are_not_there_are_usage_errors() {
    let base = ["--records", "people.jsonl", "--key", "2"];
    let Explained { code, err, .. } = explain(&[&base[..], &["people.yaml", "tema"]].concat());
    assert_eq!((code, err.as_str()), (Some(2), "error: `people` has no field `tema`; did you mean `team`?\n"));
    let Explained { code, err, .. } = explain(&[&base[..], &["team"]].concat());
    assert_eq!((code, err.as_str()), (Some(2), "error: no mapping file is given; `team` is no file\n"));
}
