//! Input that is bad on purpose or by size: an error with its place, no panic, and an end in reasonable time.

use super::{MAPPING, code, dry_run, folder, names, said};
use std::io::Write;
use std::time::{Duration, Instant};

/// Over these bytes nothing is written, and the program says these words.
fn refused(input: &[u8], words: &str) {
    let folder = folder();
    let started = Instant::now();
    let output = dry_run(folder.path(), &["mapping.yaml", "--records", "-", "--out", "rows"], input);
    assert_eq!(code(&output), Some(3), "{words}: {}", said(&output));
    assert!(said(&output).contains(words), "{words}: {}", said(&output));
    assert!(!names(folder.path()).contains(&"rows".to_owned()), "{words}");
    assert!(started.elapsed() < Duration::from_secs(60), "{words}");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

/// What unpacks to ten gigabytes of this byte: ten thousand members, one after another.
fn bomb(byte: u8, pack: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    pack(&vec![byte; 1 << 20]).repeat(10_000)
}

#[test]
fn what_is_no_whole_json_is_refused_with_its_place() {
    refused(b"", "no JSON at all: the file is empty");
    refused(b" \n\t\n", "the file is blank");
    refused(b"[{\"id\":\"1\"}", "ends at byte 11 without its closing bracket, before record 2");
    refused(b"{\"employees\":[{\"id\":\"1\"},", "is cut off");
    refused(b"[{\"id\":\"1\"} {\"id\":\"2\"}]", "a comma is missing between two records (record 2, line 1, byte 12)");
    refused(b"[{\"id\":\"1\"}]]", "something follows the end of the JSON");
    refused("[".repeat(100_000).as_bytes(), "is cut off: it ends at byte 100000 inside record 1");
    refused(b"id,name\n1,Ada\n", "looks like CSV");
    refused(b"<!DOCTYPE html><html><body>Log in</body></html>", "Bob answers its login page");
    refused(b"PK\x03\x04\x14\0\x06\0", "Excel workbook");
    refused(b"\xff\xfe{\0}\0", "UTF-16");
    refused(b"\"text\"", "a single JSON value");
    refused(b"\0\0\0\0\0\0", "binary data");
}

#[test]
fn packed_input_that_is_damaged_or_unpacks_without_end_is_refused() {
    let whole = gzip(&b"{\"id\":\"1\"}\n".repeat(100));
    refused(&whole[..whole.len() - 9], "the gzip data are damaged or cut off");
    refused(&[&whole[..], b"trailing"].concat(), "the gzip data are damaged or cut off");
    refused(b"\x1f\x8b", "the gzip data are damaged or cut off");
    refused(&gzip(b""), "no JSON at all");
    refused(&bomb(b' ', gzip), "64 MiB of blanks before record 1");
    refused(&bomb(b'\0', gzip), "binary data");
    refused(&bomb(b'[', gzip), "is larger than 64 MiB");
    refused(&bomb(b' ', |bytes| zstd::encode_all(bytes, 1).unwrap()), "64 MiB of blanks");
}

#[test]
fn nesting_of_a_hundred_thousand_rejects_its_record_alone() {
    let folder = folder();
    let deep = format!(
        "{{\"id\":\"1\"}}\n{{\"id\":\"2\",\"a\":{}{}}}\n{{\"id\":{}\n{{\"id\":\"4\"}}\n",
        "[".repeat(100_000),
        "]".repeat(100_000),
        "{\"a\":".repeat(100_000)
    );
    let output = dry_run(folder.path(), &["mapping.yaml", "--records", "-"], deep.as_bytes());
    assert_eq!(code(&output), Some(4), "{}", said(&output));
    assert_eq!(output.stdout.iter().filter(|byte| **byte == b'\n').count(), 2);
    assert!(said(&output).contains("record 2 (line 2): nested more than 512 deep"), "{}", said(&output));
    assert!(said(&output).contains("record 3 (line 3): nested more than 512 deep"), "{}", said(&output));
}

#[test]
fn mapping_files_that_are_bombs_are_refused() {
    let folder = folder();
    let bomb: String = (1..12).map(|at| format!("a{at}: &a{at} [{}]\n", vec![format!("*a{}", at - 1); 9].join(","))).collect();
    std::fs::write(folder.path().join("bomb.yaml"), format!("mapping: b\na0: &a0 [x]\n{bomb}")).unwrap();
    std::fs::write(folder.path().join("large.yaml"), format!("{MAPPING}#{}", "x".repeat(50 << 20))).unwrap();
    std::fs::write(folder.path().join("latin.yaml"), b"mapping: caf\xe9\n").unwrap();
    for (name, exit, words) in
        [("bomb.yaml", 1, "aliases"), ("large.yaml", 1, "a mapping file may have"), ("latin.yaml", 3, "not UTF-8 (at byte 12)")]
    {
        let output = dry_run(folder.path(), &[name, "--records", "records.jsonl"], b"");
        assert_eq!(code(&output), Some(exit), "{name}: {}", said(&output));
        assert!(said(&output).contains(words) && said(&output).len() < 2000, "{name}: {}", said(&output));
    }
}

#[cfg(unix)]
#[test]
fn devices_and_pipes_are_read_and_never_hang() {
    let folder = folder();
    for (device, words) in [("/dev/null", "the file is empty"), ("/dev/zero", "binary data")] {
        let output = dry_run(folder.path(), &["mapping.yaml", "--records", device], b"");
        assert!(code(&output) == Some(3) && said(&output).contains(words), "{device}: {}", said(&output));
    }
    for flags in [
        &["/dev/zero", "--records", "records.jsonl"][..],
        &["mapping.yaml", "--records", "records.jsonl", "--catalog", "/dev/zero"],
    ] {
        let output = dry_run(folder.path(), flags, b"");
        assert!(code(&output) == Some(3) && said(&output).contains("no mapping or catalog is that large"), "{}", said(&output));
    }
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let writer = std::thread::spawn(move || std::fs::write(pipe, "{\"id\":\"1\"}\n").unwrap());
    let output = dry_run(folder.path(), &["mapping.yaml", "--records", "pipe"], b"");
    writer.join().unwrap();
    assert_eq!(output.stdout, b"{\"id\":\"1\",\"name\":null}\n", "{}", said(&output));
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_says_so() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    for name in ["mapping.yaml", "records.jsonl"] {
        let path = folder.path().join(name);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
        // The superuser may read everything.
        if std::fs::read(&path).is_err() {
            let output = dry_run(folder.path(), &["mapping.yaml", "--records", "records.jsonl"], b"");
            assert!(code(&output) == Some(3) && said(&output).contains("permission"), "{}", said(&output));
        }
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
}
