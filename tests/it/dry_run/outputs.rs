//! Where rows, rejects and reports go: whole or not at all, and over nothing that matters.

use super::{code, dry_run, folder, names, said};
use std::io::Write;
use std::process::{Command, Stdio};

const RUN: [&str; 3] = ["mapping.yaml", "--records", "records.jsonl"];

#[test]
fn every_form_of_input_gives_the_same_rows() {
    let folder = folder();
    let plain = std::fs::read(folder.path().join("records.jsonl")).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&plain).unwrap();
    let gzip = gzip.finish().unwrap();
    let records = br#"{"id":"1","firstName":"Ada"},{"id":"2"}"#;
    let wrap = |before: &str, after: &str| [before.as_bytes(), records, after.as_bytes()].concat();
    for (name, bytes) in [
        ("lines", plain.clone()),
        ("gzip", gzip.clone()),
        (
            "two members of gzip",
            [gzip, Vec::from(&b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00"[..])].concat(),
        ),
        ("zstd", zstd::encode_all(&plain[..], 1).unwrap()),
        ("array", wrap("[", "]")),
        ("envelope", wrap("{\"employees\":[", "]}")),
        ("another envelope", wrap("{\"values\":[\n", "\n]}")),
        ("carriage returns", b"{\"id\":\"1\",\"firstName\":\"Ada\"}\r\n{\"id\":\"2\"}\r\n".to_vec()),
        ("byte order mark", [&b"\xef\xbb\xbf"[..], &plain].concat()),
    ] {
        std::fs::write(folder.path().join("input"), &bytes).unwrap();
        for source in ["input", "-", "hibob.people=input", "hibob.people=-"] {
            let output = dry_run(folder.path(), &["mapping.yaml", "--records", source], &bytes);
            let rows = String::from_utf8(output.stdout.clone()).unwrap();
            assert_eq!(rows, "{\"id\":\"1\",\"name\":\"Ada\"}\n{\"id\":\"2\",\"name\":null}\n", "{name}: {}", said(&output));
        }
    }
}

#[test]
fn a_run_that_fails_leaves_no_file_and_touches_no_old_one() {
    let folder = folder();
    let before = names(folder.path());
    let flags =
        ["mapping.yaml", "--records", "-", "--out", "rows.jsonl", "--rejects", "rejects.jsonl", "--report", "report.json"];
    let output = dry_run(folder.path(), &flags, b"[{\"id\":\"1\"},{\"id\":");
    assert_eq!(code(&output), Some(3), "{}", said(&output));
    assert_eq!(names(folder.path()), before);
    for name in ["rows.jsonl", "rejects.jsonl", "report.json"] {
        std::fs::write(folder.path().join(name), "old").unwrap();
    }
    let before = names(folder.path());
    assert_eq!(code(&dry_run(folder.path(), &flags, b"[{\"id\":\"1\"},{\"id\":")), Some(3));
    assert_eq!(names(folder.path()), before);
    for name in ["rows.jsonl", "rejects.jsonl", "report.json"] {
        assert_eq!(std::fs::read(folder.path().join(name)).unwrap(), b"old", "{name}");
    }
    assert_eq!(code(&dry_run(folder.path(), &flags, b"[{\"id\":\"1\"}]")), Some(0));
    assert_eq!(names(folder.path()), before);
    assert_eq!(std::fs::read(folder.path().join("rows.jsonl")).unwrap(), b"{\"id\":\"1\",\"name\":null}\n");
}

#[test]
fn an_output_takes_the_place_of_nothing_but_a_plain_file_that_is_not_read() {
    let folder = folder();
    std::fs::create_dir(folder.path().join("sub")).unwrap();
    std::fs::write(folder.path().join("real"), "old").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("real", folder.path().join("link")).unwrap();
    let before = names(folder.path());
    for (flags, exit, words) in [
        (&["--out", "sub"][..], 3, "this is a folder"),
        (&["--out", "sub/"], 3, "this is a folder"),
        (&["--out", "nowhere/rows"], 3, "there is no such folder"),
        (&["--rejects", "nowhere/rows"], 3, "there is no such folder"),
        (&["--report", "nowhere/rows"], 3, "there is no such folder"),
        (&["--out", "real/rows"], 3, "there is no such folder"),
        (&["--out", ""], 2, "a value is required"),
        (&["--out", "records.jsonl"], 2, "is read in this run"),
        (&["--rejects", "sub/../records.jsonl"], 2, "is read in this run"),
        (&["--out", "mapping.yaml"], 2, "is read in this run"),
        (&["--report", "./mapping.yaml"], 2, "is read in this run"),
        (&["--out", "rows", "--rejects", "rows"], 2, "two outputs"),
        (&["--out", "rows", "--report", "./rows"], 2, "two outputs"),
        (&["--rejects", "sub/../rows", "--report", "rows"], 2, "two outputs"),
        #[cfg(unix)]
        (&["--out", "link"], 3, "this is a link"),
        #[cfg(unix)]
        (&["--out", "/dev/null"], 3, "no plain file"),
        #[cfg(unix)]
        (&["--rejects", "/dev/null"], 3, "no plain file"),
    ] {
        let output = dry_run(folder.path(), &[&RUN[..], flags].concat(), b"");
        assert_eq!(code(&output), Some(exit), "{flags:?}: {}", said(&output));
        assert!(said(&output).contains(words) && output.stdout.is_empty(), "{flags:?}: {}", said(&output));
    }
    assert_eq!(names(folder.path()), before);
    assert_eq!(std::fs::read(folder.path().join("real")).unwrap(), b"old");
}

#[test]
fn rows_are_written_as_the_name_of_the_file_ends_unless_something_else_is_asked_for() {
    let folder = folder();
    let written = |name: &str, more: &[&str]| {
        let output = dry_run(folder.path(), &[&RUN[..], &["--out", name], more].concat(), b"");
        assert_eq!(code(&output), Some(0), "{}", said(&output));
        std::fs::read_to_string(folder.path().join(name)).unwrap()
    };
    let lines = "{\"id\":\"1\",\"name\":\"Ada\"}\n{\"id\":\"2\",\"name\":null}\n";
    assert_eq!(written("HRIS.CSV", &[]), "id,name\r\n1,Ada\r\n2,\r\n");
    assert!(written("rows.json", &[]).starts_with('['));
    for name in ["rows.jsonl", "rows.txt", "rows"] {
        assert_eq!(written(name, &[]), lines);
    }
    assert_eq!(written("rows.csv", &["--format", "jsonl"]), lines);
}

#[test]
fn a_minus_as_the_output_is_standard_output() {
    let folder = folder();
    let output = dry_run(folder.path(), &[&RUN[..], &["--out", "-"]].concat(), b"");
    assert_eq!(output.stdout, b"{\"id\":\"1\",\"name\":\"Ada\"}\n{\"id\":\"2\",\"name\":null}\n");
    for flag in ["--rejects", "--report"] {
        let output = dry_run(folder.path(), &[&RUN[..], &[flag, "-"]].concat(), b"");
        assert_eq!(code(&output), Some(2), "{}", said(&output));
    }
    assert!(!names(folder.path()).contains(&"-".to_owned()));
}

#[cfg(unix)]
#[test]
fn what_is_written_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    for format in ["jsonl", "json"] {
        let flags = ["--out", "rows", "--rejects", "rejects", "--report", "report", "--format", format];
        assert_eq!(code(&dry_run(folder.path(), &[&RUN[..], &flags].concat(), b"")), Some(0));
        for name in ["rows", "rejects", "report"] {
            let mode = std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }
}

/// More rows than any pipe holds.
fn many(folder: &std::path::Path) -> usize {
    let lines: String = (0..20_000).map(|id| format!("{{\"id\":\"{id}\"}}\n")).collect();
    std::fs::write(folder.join("records.jsonl"), lines + "{\n").unwrap();
    20_000
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let folder = folder();
    many(folder.path());
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("bobmap"))
        .current_dir(folder.path())
        .arg("dry-run")
        .args(RUN)
        .args(["--rejects", "rejects.jsonl"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let said = said(&output);
    assert!(said.contains("20001 records read") && !said.contains("error") && !said.contains("panicked"), "{said}");
    // The run is what it was: the record that is rejected counts, and stands in its file.
    assert_eq!(code(&output), Some(4));
    assert!(folder.path().join("rejects.jsonl").exists());
}

#[cfg(unix)]
#[test]
fn closed_streams_are_no_reason_to_panic() {
    let folder = folder();
    for (redirect, exit) in [("2>&-", 0), (">&- 2>/dev/null", 0), ("2>/dev/full", 0), (">/dev/full 2>&1", 3)] {
        let script = format!("\"$0\" dry-run mapping.yaml --records records.jsonl {redirect}");
        let status = Command::new("sh")
            .args(["-c", &script])
            .arg(assert_cmd::cargo::cargo_bin!("bobmap"))
            .current_dir(folder.path())
            .status()
            .unwrap();
        if !redirect.contains("full") || cfg!(target_os = "linux") {
            assert_eq!(status.code(), Some(exit), "{redirect}");
        }
    }
}
