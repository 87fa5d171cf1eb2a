//! `bobmap dry-run` as it is built: a folder a behaviour, and what folders can't show: files, pipes, signals, size, privacy.

mod bad_input;
mod cases;
mod outputs;
mod privacy;
#[cfg(unix)]
mod signals;
mod size;
mod threads;
mod usage;

use assert_cmd::cargo::cargo_bin_cmd;
use std::path::Path;
use std::process::Output;
use tempfile::TempDir;

const MAPPING: &str = "mapping: people\nformat: 1\nsource: hibob.people\nkey: id\nfields:\n  id: { from: $.id, personal: false }\n  name: $.firstName\n";

/// A folder with a small mapping and two records in it, gone at the end of the test.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("mapping.yaml"), MAPPING).unwrap();
    std::fs::write(folder.path().join("records.jsonl"), "{\"id\":\"1\",\"firstName\":\"Ada\"}\n{\"id\":\"2\"}\n").unwrap();
    folder
}

/// Runs `bobmap dry-run` in a folder with this standard input.
fn dry_run(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut command = cargo_bin_cmd!("bobmap");
    command.current_dir(folder).arg("dry-run").args(arguments).env("NO_COLOR", "1").env("COLUMNS", "100");
    let output = command.write_stdin(input).output().unwrap();
    assert!(!said(&output).contains("panicked"), "{arguments:?}: {}", said(&output));
    output
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

/// The names of the files in a folder, hidden ones too.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
