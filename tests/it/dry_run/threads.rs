//! Rows, rejects, report and messages are the same bytes on any number of threads.

use super::{code, dry_run, said};
use std::fmt::Write;
use std::path::Path;
use tempfile::TempDir;

/// Rows are kept, skipped and rejected; words are unknown, and more of them than are told apart; a row's key may be another's.
const MAPPING: &str = "\
mapping: people
format: 1
source: hibob.people
key: id
keep: [{ path: $.kept, is_not: no }]
fields:
  id: { from: $.id, personal: false }
  name: { from: $.firstName, on_missing: reject }
  start: { type: date, from: $.start, on_invalid: reject }
  status: { type: enum, from: $.status, spellings: { a: [active] }, otherwise: a, personal: false }
";

/// Several batches of records: each has some 600 bytes.
fn records(count: u64) -> String {
    let filler = "f".repeat(500);
    let mut lines = String::new();
    for record in 0..count {
        let id = if record % 997 == 3 { record / 2 } else { record };
        let name = if record % 50 == 7 { "null" } else { "\"Ada\"" };
        let start = if record % 31 == 0 { "never" } else { "2026-03-01" };
        let kept = if record % 5 == 0 { "no" } else { "yes" };
        writeln!(
            lines,
            "{{\"id\":\"{id}\",\"firstName\":{name},\"start\":\"{start}\",\"kept\":\"{kept}\",\"status\":\"word {}\",\"filler\":\"{filler}\"}}",
            record * 7919 % 400,
        )
        .unwrap();
        if record % 701 == 9 {
            lines.push_str("{\"id\":}\n");
        }
    }
    lines
}

fn folder(mapping: &str, records: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("mapping.yaml"), mapping).unwrap();
    std::fs::write(folder.path().join("records.jsonl"), records).unwrap();
    folder
}

/// All that a run leaves and says.
fn all(folder: &Path, threads: &str, piped: Option<&str>, more: &[&str]) -> Vec<String> {
    let mut arguments = vec!["mapping.yaml", "--records", if piped.is_some() { "-" } else { "records.jsonl" }];
    arguments.extend([
        "--out",
        "rows",
        "--rejects",
        "rejects",
        "--report",
        "report.json",
        "--as-of",
        "2026-03-01",
        "--threads",
        threads,
    ]);
    arguments.extend(more);
    let output = dry_run(folder, &arguments, piped.unwrap_or_default().as_bytes());
    let mut all = vec![format!("{:?}", code(&output)), said(&output)];
    for file in ["rows", "rejects", "report.json"] {
        let path = folder.join(file);
        all.push(std::fs::read_to_string(&path).unwrap_or_default());
        let _ = std::fs::remove_file(path);
    }
    all
}

fn same_on_all(folder: &Path, piped: Option<&str>, more: &[&str]) -> Vec<String> {
    let one = all(folder, "1", piped, more);
    for threads in ["2", "5"] {
        let many = all(folder, threads, piped, more);
        for (one, many) in one.iter().zip(&many) {
            let differs = one.bytes().zip(many.bytes()).position(|(one, many)| one != many).unwrap_or(one.len().min(many.len()));
            assert!(
                one == many,
                "{threads} threads, {more:?}, at byte {differs}: {}",
                &many[differs..many.len().min(differs + 200)]
            );
        }
    }
    one
}

#[test]
fn rows_rejects_and_report_do_not_depend_on_the_number_of_threads() {
    let records = records(2100);
    let folder = folder(MAPPING, &records);
    for format in ["jsonl", "json", "csv", "table"] {
        let one = same_on_all(folder.path(), None, &["--format", format]);
        assert_eq!(one[0], "Some(4)");
        assert!(one[3].contains("duplicate_key") && one[3].contains("unreadable") && one[3].contains("invalid"), "{}", one[3]);
        assert!(one[4].contains("\"beyond\""), "{}", one[4]);
    }
    same_on_all(folder.path(), Some(&records), &["--show-values"]);
    for limit in ["0", "437", "2102", "2103"] {
        same_on_all(folder.path(), None, &["--limit", limit]);
    }
}

#[test]
fn an_array_gives_the_same_on_any_number_of_threads() {
    let lines = records(1500).replace("{\"id\":}\n", "{\"id\":0x}\n");
    let array = format!("{{\"employees\":[{}]}}", lines.trim_end().replace('\n', ",\n"));
    let folder = folder(MAPPING, &array);
    assert_eq!(same_on_all(folder.path(), None, &[])[0], "Some(4)");
}

#[test]
fn of_several_reasons_to_end_a_run_the_first_in_the_input_is_told() {
    let stops = MAPPING.replace("on_missing: reject", "on_missing: stop");
    // An array that breaks off within a record, after many that stop the run.
    let records = format!("[{}", records(1500).replace("{\"id\":}\n", "").trim_end().replace('\n', ",\n"));
    let folder = folder(&stops, &records[..records.len() - 10]);
    let one = same_on_all(folder.path(), None, &[]);
    assert!(one[0] == "Some(3)" && one[1].contains("stops the run, as the field says `stop`"), "{}", one[1]);
    std::fs::write(folder.path().join("mapping.yaml"), MAPPING).unwrap();
    let one = same_on_all(folder.path(), None, &[]);
    assert!(one[0] == "Some(3)" && one[1].contains("record"), "{}", one[1]);
    assert_eq!(one[2], "");
}

#[test]
fn a_record_that_makes_several_rows_makes_them_in_order() {
    let mapping = "\
mapping: rows
format: 1
source: hibob.people
one_row_per: $.parts[*]
key: [id, part]
fields:
  id: { from: $parent.id, personal: false }
  part: { from: $.part, personal: false }
";
    let mut records = String::new();
    for record in 0..1500 {
        let parts: Vec<String> =
            (0..record % 6).map(|part| format!("{{\"part\":\"{}\",\"filler\":\"{}\"}}", part % 4, "f".repeat(90))).collect();
        writeln!(records, "{{\"id\":\"{record}\",\"parts\":[{}]}}", parts.join(",")).unwrap();
    }
    let folder = folder(mapping, &records);
    let one = same_on_all(folder.path(), None, &[]);
    assert!(one[0] == "Some(4)" && one[3].contains("rows of record"), "{} {}", one[1], one[3]);
}

#[test]
fn a_number_of_threads_that_makes_no_sense_is_refused() {
    let folder = folder(MAPPING, "{\"id\":\"1\"}\n");
    for threads in ["0", "-1", "many", "300"] {
        let output = dry_run(folder.path(), &["mapping.yaml", "--records", "records.jsonl", "--threads", threads], b"");
        assert_eq!(code(&output), Some(2), "{}", said(&output));
    }
}
