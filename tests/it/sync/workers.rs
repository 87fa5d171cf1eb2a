//! Two workers never run one job at once, and the lock of one that was killed is free.

use super::Company;
use std::process::Stdio;
use std::time::{Duration, Instant};

#[cfg(unix)]
#[test]
fn a_job_has_one_worker_and_a_killed_one_leaves_nothing_locked() {
    let company = Company::new();
    let fifo = company.path("slow.jsonl");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let mut first = company.command(&["sync", "people", "--records", "slow.jsonl"]).stderr(Stdio::null()).spawn().unwrap();
    let lock = company.path(".bobmap/state.sqlite.people.lock");
    let deadline = Instant::now() + Duration::from_secs(60);
    while std::fs::read_to_string(&lock).is_ok_and(|process| process != first.id().to_string()) || !lock.exists() {
        assert!(Instant::now() < deadline, "the first worker takes no lock");
        std::thread::sleep(Duration::from_millis(5));
    }
    let said = company.expect(3, &["sync", "people"]);
    assert!(said.contains(&format!("is being run by another bobmap (process {})", first.id())), "{said}");
    // Another job of the same state is nobody's business.
    company.expect(0, &["sync", "file"]);
    first.kill().unwrap();
    first.wait().unwrap();
    company.expect(0, &["sync", "people"]);
    let runs = company.run(&["runs", "--format", "json"]);
    assert!(String::from_utf8(runs.stdout).unwrap().contains("\"killed\""));
}
