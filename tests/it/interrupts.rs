//! Ctrl-C while HiBob is slow: every command that calls it ends at once, and says so by its exit code.
#![cfg(unix)]

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const MAPPING: &str =
    "mapping: people\nformat: 1\nsource: hibob.people\nkey: id\nfields:\n  id: { from: $.id, personal: false }\n";

fn start(folder: &Path, url: &str, arguments: &[&str]) -> Child {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("bobmap"));
    command.current_dir(folder).args(arguments).env("BOB_BASE_URL", url);
    command.env("BOB_SERVICE_USER_ID", "SERVICE-1").env("BOB_SERVICE_USER_TOKEN", "t0ken");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Waits for the end, but not for ever.
fn end(child: &mut Child) -> Option<i32> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        if started.elapsed() > Duration::from_secs(20) {
            child.kill().unwrap();
            panic!("it does not end");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn whatever_waits_for_hibob_ends_at_once_with_130() {
    let folder: TempDir = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("people.yaml"), MAPPING).unwrap();
    for arguments in [
        &["doctor", "people.yaml"][..],
        &["fields"],
        &["fields", "pull", "--out", "catalog.yaml"],
        &["show", "ada@example.test"],
        &["fetch", "people", "--out", "people.jsonl"],
        &["fetch", "time_off_changes", "--out", "changes.jsonl"],
        &["fetch", "time_off_balances", "--out", "balances.jsonl"],
        &["init", "scim.user", "--out", "out.yaml"],
        &["dry-run", "people.yaml", "--live", "--out", "rows.jsonl"],
        &["explain", "people.yaml", "--live", "--key", "1"],
        &["diff", "people.yaml", "people.yaml", "--live"],
    ] {
        // Takes a call, and never answers it.
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1", silent.local_addr().unwrap());
        let mut child = start(folder.path(), &url, arguments);
        let _call = silent.accept().unwrap();
        assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
        assert_eq!(end(&mut child), Some(130), "{arguments:?}");
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert_eq!(left, ["people.yaml"], "{arguments:?}");
    }
}
