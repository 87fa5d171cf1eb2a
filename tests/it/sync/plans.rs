//! A plan is looked at before it is applied, and only that very plan is.

use super::{Company, ids};
use crate::snap::snap;
use std::process::Output;

fn stdout(output: Output) -> String {
    String::from_utf8(output.stdout).unwrap()
}

/// A company that was synced, and in which somebody came, somebody left and somebody changed.
fn changed() -> Company {
    let company = Company::new();
    company.expect(0, &["sync", "people"]);
    company.expect(0, &["sync", "file"]);
    company.people(2..=21);
    let people = company
        .read("people.jsonl")
        .replace("\"Ada 5\",\"work\":{\"title\":\"Clerk\"}", "\"Bea\",\"work\":{\"title\":\"Chief\"}");
    company.write("people.jsonl", &people);
    company
}

#[test]
fn a_plan_tells_each_change_and_masks_what_is_personal() {
    let company = changed();
    for format in ["text", "json", "markdown"] {
        let plan = stdout(company.run(&["plan", "people", "--format", format]));
        assert!(!plan.contains("Bea") && !plan.contains("Ada"), "{plan}");
        snap().bind(|| insta::assert_snapshot!(format!("plan__people_as_{format}"), plan));
    }
    let shown = stdout(company.run(&["plan", "people", "--show-values"]));
    assert!(shown.contains("Ada 5") && shown.contains("Bea"), "{shown}");
    assert_eq!(company.table(), ids(1..=20));
}

#[test]
fn only_the_plan_that_was_seen_is_applied() {
    let company = changed();
    for job in ["people", "file"] {
        let seen = company.checksum(job);
        assert_eq!(seen, company.checksum(job));
        let people = company.read("people.jsonl");
        company.people(3..=21);
        let said = company.expect(5, &["sync", job, "--plan", &seen]);
        assert!(said.contains("the plan is no longer") && said.contains("nothing is written"), "{said}");
        company.write("people.jsonl", &people);
        company.expect(0, &["sync", job, "--plan", &seen]);
        // What was applied is no plan any more.
        company.expect(5, &["sync", job, "--plan", &seen]);
    }
    assert_eq!(company.table(), ids(2..=21));
}

#[test]
fn runs_are_remembered_without_anybodys_values() {
    let company = changed();
    company.expect(0, &["sync", "people"]);
    company.expect(5, &["sync", "people", "--plan", "0000"]);
    company.write("people.jsonl", "[]\n");
    company.expect(5, &["sync", "people"]);
    let list = stdout(company.run(&["runs", "--format", "json"]));
    let runs: Vec<serde_json::Value> = serde_json::from_str(&list).unwrap();
    let outcomes: Vec<&str> = runs.iter().map(|run| run["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["stopped", "stopped", "applied", "applied", "applied"]);
    assert!(!list.contains("Ada") && !list.contains("Bea"), "{list}");
    let one = stdout(company.run(&["runs", "show", "4"]));
    assert!(one.contains("run 4 of people: stopped") && one.contains("unchanged 20"), "{one}");
    assert!(stdout(company.run(&["runs", "--job", "file"])).lines().count() == 3);
    company.expect(3, &["runs", "show", "99"]);
}

#[test]
fn a_plan_makes_no_file_at_the_destination() {
    let company = Company::new();
    for job in ["people", "file"] {
        company.expect(0, &["plan", job]);
    }
    assert!(!company.path("people.sqlite").exists() && !company.path("people.csv").exists());
    company
        .write("people.sqlite", "no database at all, though it is long enough to be taken for the header of one, which has 100");
    let said = company.expect(3, &["sync", "people"]);
    assert!(said.contains("people.sqlite: file is not a database"), "{said}");
}
