//! Memory does not grow with the number of records.
#![cfg(target_os = "linux")]

use super::folder;
use std::fmt::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

/// The most memory that a run over so many records held, in kilobytes.
fn most_memory(records: u64, format: &str) -> u64 {
    let folder = folder();
    let mut lines = String::new();
    for id in 0..records {
        writeln!(lines, "{{\"id\":\"{id}\",\"firstName\":\"a name that is somewhat longer than names are\"}}").unwrap();
    }
    // A duplicate far from its first, and a line that is no record.
    lines.push_str("{\"id\":\"7\"}\n{\n");
    std::fs::write(folder.path().join("records.jsonl"), lines).unwrap();
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("bobmap"))
        .args(["dry-run", "mapping.yaml", "--records", "records.jsonl", "--format", format])
        .args(["--out", "rows", "--rejects", "rejects", "--report", "report.json"])
        .current_dir(folder.path())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut most = 0;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).and_then(|line| line.split_whitespace().next());
        most = peak.map_or(most, |kilobytes| kilobytes.parse().unwrap());
        std::thread::sleep(Duration::from_millis(2));
    };
    assert_eq!(status.code(), Some(4));
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.path().join("report.json")).unwrap()).unwrap();
    let counts = |name: &str| report["records"][name].as_u64().unwrap();
    assert_eq!((counts("read"), counts("written"), counts("rejected")), (records + 2, records - 1, 3));
    most
}

#[test]
fn memory_does_not_grow_with_the_number_of_records() {
    for format in ["jsonl", "json"] {
        // Both are more than the keys that are held in memory at once.
        let (few, many) = (most_memory(40_000, format), most_memory(160_000, format));
        assert!(many < few + 6_000, "{format}: {few} kB for 40,000 records, {many} kB for 160,000");
    }
}
