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

#[test]
fn what_happens_is_told_in_json_for_those_who_watch_many_jobs() {
    let company = Company::new();
    let events = |said: String| -> Vec<serde_json::Value> {
        said.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
    };
    let names = |events: &[serde_json::Value]| -> Vec<String> {
        events.iter().map(|event| format!("{} {} {}", event["run"], event["level"], event["event"])).collect()
    };
    let first = events(company.expect(0, &["sync", "people", "--log-format", "json"]));
    assert_eq!(names(&first), ["1 \"info\" \"plan\"", "1 \"warning\" \"note\"", "1 \"info\" \"applied\""]);
    assert!(first.iter().all(|event| event["job"] == "people" && event["time"].is_string()));
    assert_eq!(first[0]["summary"]["creates"], 20);
    company.people(1..=3);
    let stopped = events(company.expect(5, &["sync", "people", "--log-format", "json"]));
    assert_eq!(names(&stopped), ["2 \"info\" \"plan\"", "2 \"error\" \"guard\"", "2 \"error\" \"error\""]);
    assert_eq!(stopped[1]["rule"], "too-many-deletes");
    assert!(!format!("{first:?}{stopped:?}").contains("Ada"));
    assert_eq!(names(&events(company.expect(2, &["sync", "nobody", "--log-format", "json"])))[0], "null \"error\" \"error\"");
}
