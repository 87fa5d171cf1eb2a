//! No value of a person's reaches a report, the rejects or an error, whatever goes wrong with it.

use super::{code, dry_run, said};
use std::path::Path;

/// Values that occur nowhere else. Source ids name records and may be shown.
const SECRETS: [&str; 12] = [
    "Qwzafirst",
    "Qwzbsurname",
    "qwzc@example.test",
    "qwzdmail",
    "Qwzedate",
    "Qwzfdepartment",
    "Qwzgstatus",
    "Qwzhlist",
    "Qwzinested",
    "Qwzjphone",
    "77712345",
    "Qwzkteam",
];

const MAPPING: &str = r#"
mapping: people
format: 1
source: hibob.people
target: target.schema.json
key: mail
ignore_case: true
keep:
  - any:
      - { path: $.internal.status, is_not: Gone }
      - { path: $.internal.terminationDate, on_or_after: 90 days ago }
joins:
  boss: { with: hibob.people, this: $.own.boss, that: $.email, matches: exactly_one, ignore_case: true }
fields:
  mail: { type: email, from: $.email, then: [lower] }
  first: $.firstName
  last: { from: $.surname, then: [{ substring: { from: 1, length: 3 } }] }
  start: { type: date, from: $.work.startDate, then: [{ parse_date: [DD.MM.YYYY] }] }
  department: { from: $.work.department, then: [list_label] }
  status: { type: enum, from: $.internal.status, spellings: { on: [Active] } }
  otherwise: { type: enum, from: $.internal.status, spellings: { on: [Active] }, otherwise: off }
  number: { type: integer, from: $.own.phone }
  hobbies: { type: list, items: integer, from: $.about.hobbies }
  amount: { type: decimal, from: $.pay, then: [to_decimal, { round: 2 }] }
  country: { from: $.address.country, then: [country_code] }
  one: { from: { path: "$.teams[*].name" } }
  boss_name: $boss.firstName
"#;

const TARGET: &str = r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",
"properties":{"mail":{"type":"string"},"first":{"type":["string","null"],"pattern":"^[A-Z]$"},"last":{"type":["string","null"],"maxLength":1},
"start":{},"department":{},"status":{"enum":["on","off",null]},"otherwise":{"enum":["on","off",null]},"number":{},"hobbies":{},"amount":{},"country":{},"one":{},
"boss_name":{"type":["string","null"],"const":null}},"required":["mail"],"additionalProperties":false}"#;

fn records() -> Vec<u8> {
    let person = r#"{"id":"1","email":"qwzc@example.test","firstName":"Qwzafirst","surname":"Qwzbsurname","work":{"startDate":"Qwzedate","department":"Qwzfdepartment"},"internal":{"status":"Qwzgstatus","terminationDate":"Qwzedate"},"own":{"phone":"Qwzjphone","boss":"qwzdmail"},"about":{"hobbies":["Qwzhlist",{"Qwzx":"Qwzinested"}]},"pay":"77712345,1","address":{"country":"Qwzkteam"},"teams":[{"name":"Qwzkteam"},{"name":"Qwzhlist"}]}"#;
    let valid = r#"{"id":"2","email":"QWZC@example.test","firstName":"Qwzafirst","surname":"Qwzbsurname","internal":{"status":"Active"},"own":{"boss":"qwzc@example.test"}}"#;
    let twice = r#"{"id":"3","email":"qwzdmail@qwzdmail@x","firstName":"Qwzafirst","work":{"startDate":"Qwzedate"},"internal":{"status":"Active"}}"#;
    let mut lines: Vec<Vec<u8>> = [person, valid, twice, valid].iter().map(|line| line.as_bytes().to_vec()).collect();
    lines.push(br#"{"id":"8","email":"qwzdmail@example.test","firstName":"Qwzafirst"}"#.to_vec());
    lines.push(person.as_bytes()[..200].to_vec());
    lines.push(person.replace("Qwzafirst", "Qwzaf\\first").into_bytes());
    lines.push(person.replace("\"id\":\"1\"", "\"id\":\"7\",\"firstName\":\"Qwzafirst\"").into_bytes());
    lines.push(person.replace("\"pay\":\"77712345,1\"", "\"pay\":77712345x").into_bytes());
    lines.push([person.as_bytes(), b" Qwzafirst"].concat());
    lines.push(b"\"Qwzafirst\"".to_vec());
    lines.push(b"[\"Qwzafirst\"]".to_vec());
    lines.push(person.replace("Qwzbsurname", "Qwzbsurname\u{1}").into_bytes());
    let mut bad = person.as_bytes().to_vec();
    bad[60] = 0xff;
    lines.push(bad);
    let mut all = lines.join(&b'\n');
    all.push(b'\n');
    all
}

fn told(folder: &Path, arguments: &[&str]) -> String {
    let output = dry_run(folder, arguments, b"");
    let mut told = said(&output);
    assert!(matches!(code(&output), Some(1 | 3 | 4)), "{told}");
    for name in ["rejects.jsonl", "report.txt", "report.json"] {
        told += &std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        let _ = std::fs::remove_file(folder.join(name));
    }
    told
}

#[test]
fn no_value_of_a_person_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    write("mapping.yaml", MAPPING.as_bytes());
    write("target.schema.json", TARGET.as_bytes());
    write("records.jsonl", &records());
    // Each field that rejects hides those that come later from the target: also with fewer fields that are wrong.
    let lenient = MAPPING
        .replace("mapping: people", "mapping: people\ndefaults: { on_invalid: blank }")
        .replace(", matches: exactly_one", "");
    write("lenient.yaml", lenient.as_bytes());
    let stop = MAPPING.replace("mapping: people", "mapping: people\ndefaults: { on_invalid: stop }");
    write("stop.yaml", stop.as_bytes());
    let few = "mapping: people\nformat: 1\nsource: hibob.people\nkey: mail\nfields:\n  mail: $.email\n  first: $.firstName\n";
    write("few.yaml", few.as_bytes());
    let run = ["--records", "records.jsonl", "--as-of", "2026-01-01", "--rejects", "rejects.jsonl"];
    let mut seen = String::new();
    for mapping in ["mapping.yaml", "lenient.yaml", "stop.yaml", "few.yaml"] {
        for report in [&[][..], &["--report", "report.txt"], &["--report", "report.json"]] {
            seen += &told(folder.path(), &[&[mapping][..], &run, report].concat());
        }
    }
    let good: Vec<u8> = records().split_inclusive(|byte| *byte == b'\n').take(5).flatten().copied().collect();
    write("good.jsonl", &good);
    // Records given in place of a mapping are not quoted either.
    let output = dry_run(folder.path(), &["records.jsonl", "--records", "mapping.yaml"], b"");
    seen += &said(&output);
    for key in ["1", "2", "3", "8"] {
        for format in ["text", "json"] {
            let flags = ["explain", "mapping.yaml", "--records", "good.jsonl", "--key", key, "--format", format];
            let output = assert_cmd::cargo::cargo_bin_cmd!("bobmap").current_dir(folder.path()).args(flags).output().unwrap();
            assert_eq!(code(&output), Some(0), "{}", said(&output));
            seen += &said(&output);
            seen += &String::from_utf8(output.stdout).unwrap();
        }
    }
    for secret in SECRETS {
        let at = seen.to_lowercase().find(&secret.to_lowercase());
        assert_eq!(at, None, "{secret}: {}", seen.get(at.unwrap_or(0).saturating_sub(200)..).unwrap_or_default());
    }
    // What is told is told: each kind of trouble has occurred.
    for words in ["duplicate_key", "unreadable", "no_match", "invalid", "target's schema", "stops the run"] {
        assert!(seen.contains(words), "{words}: {seen}");
    }
    let shown = told(folder.path(), &[&["mapping.yaml"][..], &run, &["--show-values"]].concat());
    assert!(shown.contains("Qwzafirst") && shown.contains("qwzc@example.test"), "{shown}");
}
