//! Every folder of `tests/cases/dry_run` is run and has its snapshot: adding a case needs no Rust.
//!
//! `mapping.yaml` runs with the other mappings (`*.yaml`) beside it over `records.*`; `hibob.NAME.*` are joined sets, `stdin` is the
//! standard input, and `args` holds further flags, among them perhaps `--records`. Without `--as-of` the run date is 2026-01-01.

use crate::snap::snap;
use assert_cmd::cargo::cargo_bin_cmd;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// The files of a folder by name, sorted.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let named = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    entries.map(|path| (named(&path), std::fs::read(&path).unwrap())).collect()
}

fn arguments(files: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let given = files.get("args").map(|bytes| String::from_utf8(bytes.clone()).unwrap()).unwrap_or_default();
    let mut arguments = vec!["dry-run".to_owned(), "mapping.yaml".to_owned()];
    arguments.extend(files.keys().filter(|name| name.ends_with(".yaml") && *name != "mapping.yaml").cloned());
    if !given.contains("--records") {
        arguments.extend(
            files.keys().filter(|name| name.starts_with("records.")).flat_map(|name| ["--records".to_owned(), name.clone()]),
        );
    }
    for name in files.keys().filter(|name| name.starts_with("hibob.")) {
        let source = name.rsplit_once('.').unwrap().0;
        arguments.extend(["--records".to_owned(), format!("{source}={name}")]);
    }
    arguments.extend(given.split_whitespace().map(str::to_owned));
    if !given.contains("--as-of") {
        arguments.extend(["--as-of", "2026-01-01"].map(str::to_owned));
    }
    arguments
}

/// What the case prints and leaves behind.
fn told(folder: &Path) -> String {
    let place = tempfile::tempdir().unwrap();
    let given = files(folder);
    for (name, bytes) in &given {
        std::fs::write(place.path().join(name), bytes).unwrap();
    }
    let arguments = arguments(&given);
    let input = given.get("stdin").cloned().unwrap_or_default();
    let output = cargo_bin_cmd!("bobmap")
        .current_dir(place.path())
        .args(&arguments)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "120")
        .write_stdin(input)
        .output()
        .unwrap();
    let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!error.contains("panicked"), "{error}");
    let mut text = format!("$ bobmap {}\nexit code {:?}\n", arguments.join(" "), output.status.code());
    write!(text, "\n── standard output\n{}\n── standard error\n{error}", out.replace('\r', "␍")).unwrap();
    for (name, bytes) in files(place.path()) {
        if given.get(&name) != Some(&bytes) {
            write!(text, "\n── {name}\n{}", String::from_utf8_lossy(&bytes).replace('\r', "␍")).unwrap();
        }
    }
    text
}

#[test]
fn every_case_comes_out_as_its_snapshot_says() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/dry_run");
    let mut folders: Vec<_> = std::fs::read_dir(cases).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    let mut changed = Vec::new();
    let mut settings = snap();
    settings.add_filter(r#""bobmap": "[^"]+""#, r#""bobmap": "VERSION""#);
    settings.bind(|| {
        for folder in &folders {
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            // All cases are looked at before the first difference fails the test.
            let result = std::panic::catch_unwind(|| insta::assert_snapshot!(format!("dry_run__{name}"), told(folder)));
            if result.is_err() {
                changed.push(name);
            }
        }
    });
    assert!(changed.is_empty(), "{changed:?}");
}

#[test]
fn every_snapshot_has_its_case() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in files(&root.join("snapshots")).keys() {
        let Some(case) = name.strip_prefix("dry_run__").and_then(|name| name.strip_suffix(".snap")) else { continue };
        assert!(root.join("tests/cases/dry_run").join(case).is_dir(), "{name} has no case");
    }
}
