//! Two workers never run one job at once, and the lock of one that was killed is free.

use super::{Company, JOBS};
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
    // Another job of the same state is nobody's business, and another tenant's of the same name.
    let said = company.expect(0, &["sync", "--all"]);
    assert!(said.contains(&format!("people: another bobmap is at it (process {})", first.id())), "{said}");
    assert!(said.contains("written: people.csv") && !said.contains("written: people.sqlite"), "{said}");
    company.write("bobmap.yaml", &format!("tenant: acme\n{JOBS}").replace("people.sqlite", "acme.sqlite"));
    company.expect(0, &["sync", "people"]);
    company.write("bobmap.yaml", JOBS);
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

#[test]
fn several_jobs_run_one_after_the_other_and_the_worst_end_counts() {
    let company = Company::new();
    let job = |name: &str, records: &str, guard: &str| {
        format!(
            "  {name}: {{ mappings: people.yaml, records: {{ hibob.people: {records} }}, to: {{ file: {name}.csv }}{guard} }}\n"
        )
    };
    company.write(
        "bobmap.yaml",
        &[
            "jobs:\n".to_owned(),
            job("gone", "gone.jsonl", ""),
            job("few", "few.jsonl", ""),
            job("all", "people.jsonl", ""),
            job("strict", "people.jsonl", ", guard: { updates: 0 }"),
        ]
        .concat(),
    );
    company.write("few.jsonl", "{\"id\":\"1\",\"work\":{\"title\":\"Clerk\"}}\n{\"id\":\"2\"}\n");
    let said = company.expect(3, &["sync", "--all"]);
    assert!(said.contains("error: gone: ") && said.contains("gone.jsonl"), "{said}");
    for written in ["few.csv", "all.csv", "strict.csv"] {
        assert!(said.contains(&format!("written: {written}")), "{said}");
    }
    // In the order that was asked for, each once.
    let said = company.expect(4, &["sync", "all", "few", "all"]);
    assert!(said.find("all → ").unwrap() < said.find("few → ").unwrap() && said.matches("all → ").count() == 1, "{said}");
    company.people(1..=3);
    let said = company.expect(5, &["sync", "few", "strict"]);
    assert!(said.contains("few → ") && said.contains("too-many-deletes"), "{said}");
    // Nothing runs if a name is wrong.
    assert!(company.expect(2, &["sync", "all", "fwe"]).contains("did you mean `few`?"));
    assert!(company.expect(2, &["sync", "--all", "--plan", "0000"]).contains("--plan is for one job"));
    assert!(company.expect(2, &["sync", "few", "all", "--rejects", "out.jsonl"]).contains("--rejects is for one job"));
    company.expect(2, &["sync"]);
    company.expect(2, &["sync", "all", "--all"]);
    let runs = String::from_utf8(company.run(&["runs", "--format", "json"]).stdout).unwrap();
    let runs: Vec<serde_json::Value> = serde_json::from_str(&runs).unwrap();
    let ends: Vec<String> = runs.iter().rev().map(|run| format!("{} {}", run["job"], run["outcome"]).replace('"', "")).collect();
    let (first, then) = ends.split_at(4);
    assert_eq!(first, ["gone failed", "few applied", "all applied", "strict applied"]);
    assert_eq!(then, ["all unchanged", "few unchanged", "few unchanged", "strict stopped"]);
    assert!(runs.iter().all(|run| run["worker"].as_str().unwrap().starts_with("process ")));
    let events = company.run(&["sync", "few", "all", "--log-format", "json"]);
    let jobs: Vec<String> = String::from_utf8(events.stderr)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|event| format!("{} {}", event["job"], event["run"]).replace('"', ""))
        .collect();
    assert!(jobs.contains(&"few 9".to_owned()) && jobs.contains(&"all 10".to_owned()), "{jobs:?}");
}

#[test]
fn tenants_share_a_state_and_see_their_own_runs() {
    let (company, other) = (Company::new(), Company::new());
    let state = company.path("shared.sqlite");
    for (company, tenant) in [(&company, "acme"), (&other, "zeta")] {
        company.write("bobmap.yaml", &format!("tenant: {tenant}\nstate: {}\n{JOBS}", state.display()));
        company.expect(0, &["sync", "--all"]);
    }
    // The other tenant's rows are not taken for leavers.
    other.people(5..=24);
    let said = other.expect(0, &["sync", "file"]);
    assert!(said.contains("4 to create, 4 to delete, 16 unchanged"), "{said}");
    assert!(company.expect(0, &["sync", "file"]).contains("nothing to do"));
    let listed = |arguments: &[&str]| String::from_utf8(company.run(arguments).stdout).unwrap();
    let own = listed(&["runs"]);
    assert!(own.contains("file") && !own.contains("zeta") && !own.contains("acme"), "{own}");
    let all = listed(&["runs", "--all-tenants"]);
    assert!(all.contains("acme/file") && all.contains("zeta/people"), "{all}");
    assert!(company.expect(3, &["runs", "show", "4"]).contains("there is no run 4"));
    assert!(listed(&["runs", "show", "4", "--all-tenants"]).starts_with("run 4 of zeta/file: applied"));
}
