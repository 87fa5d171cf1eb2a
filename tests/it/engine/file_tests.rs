//! The tests inside mapping files: what passes, what fails, and what is said of it.

use crate::snap::snap;
use bobmap::catalog::Catalog;
use bobmap::diagnostic::Code;
use bobmap::mapping::{Environment, Project};
use bobmap::pipeline::testing::{Tested, run, untested};
use bobmap::report::tests::{Format, render};

const HEAD: &str = r#"mapping: people
format: 1
source: hibob.people
key: id
keep: { path: $.keep, is_not: "no" }
joins:
  boss: { with: hibob.people, this: $.bossId, that: $.id }
  must: { with: hibob.people, this: $.bossId, that: $.id, matches: exactly_one }
fields:
  id: $.id
  team: { from: [$.work.department, $.work.title], then: [{ list_label: department }], default: Nobody's }
  number: { type: decimal, from: $.number }
  when: { type: date, from: $.when, on_missing: omit }
  boss: $boss.name
  _helper: { template: "{id}!" }
  raw: { type: json, from: $.raw }
  soon: { constant: x, when: { path: $.when, on_or_before: run_date } }
tests:
"#;

fn project(files: &[(&str, &str)]) -> Project {
    let mut project = Project::default();
    for (name, text) in files {
        project.add(name, text);
    }
    project
}

fn environment() -> Environment<'static> {
    Environment { catalog: Catalog::builtin(), read_schema: &|_, _| Err(String::new()) }
}

fn report(files: &[(&str, &str)]) -> Tested {
    run(&project(files), &environment())
}

#[test]
fn a_test_may_look_at_everything_that_comes_of_a_record() {
    let passing = r#"
  - name: values are compared by what they mean
    record: { id: "01", number: 1.10, when: 2026-01-31, raw: { a: 1, b: [x, null] } }
    joined: { must: {} }
    expect: { id: 01, number: 1.1, when: 2026-01-31, raw: { b: [x, null], a: 1.0 }, _helper: 01!, boss: null }
    used: { team: default, raw: 1, id: $.id }
  - name: what is left out is named
    record: { id: a }
    joined: { must: [{}] }
    omitted: [when]
    expect: { when: null }
  - name: joined records and lists are given by hand
    record: { id: a, work: { department: "7" } }
    joined: { boss: { name: Ada }, must: {} }
    lists: { department: { "7": Lab } }
    expect: { boss: Ada, team: Lab }
    used: { team: $.work.department }
  - name: problems are named exactly, and the other fields are still there
    record: { id: a, number: one, work: { title: Boss } }
    joined: { boss: [{}, {}], must: null }
    problems: { number: invalid, boss: several_matches, must: no_match }
    expect: { team: Boss }
    used: { team: 2 }
  - name: the run date never is today's
    record: { id: a, when: 2026-01-01 }
    joined: { must: {} }
    expect: { soon: x }
  - name: but may be given
    record: { id: a, when: 2026-01-01 }
    joined: { must: {} }
    as_of: 2025-12-31
    expect: { soon: null }
  - name: keep is looked at only where a test asks
    record: { id: a, keep: "no" }
    joined: { must: {} }
    expect: { id: a }
  - name: a record that is not kept
    record: { id: a, keep: "no" }
    kept: false
  - name: a record that is
    record: { id: a, keep: "yes" }
    joined: { must: {} }
    kept: true
"#;
    let tested = report(&[("people.yaml", &format!("{HEAD}{passing}"))]);
    assert!(tested.report.is_success(), "{}", render(Format::Human, &tested.report, false));
    assert_eq!(tested.report.files[0].unreached, []);
}

#[test]
fn every_difference_is_told_with_what_explains_it() {
    let failing = r#"
  - name: text is no number
    record: { id: "1", number: 2 }
    joined: { must: {} }
    expect: { id: 1, number: 3, team: null, when: 2026-01-01, boss: Ada }
  - name: a rejected record fails
    record: { id: "1", number: two }
    expect: { number: 2 }
  - name: problems are exact
    record: { id: "1", number: two }
    problems: { number: missing, boss: no_match }
  - name: used is exact
    record: { id: "1", work: { title: T } }
    joined: { must: {} }
    used: { team: $.work.department, number: 1 }
  - name: kept, not skipped
    record: { id: "1", keep: "no" }
    kept: true
    expect: { id: "1" }
  - name: skipped, not kept
    record: { id: "1" }
    joined: { must: {} }
    kept: false
  - name: skipped, not rejected
    record: { id: "1", number: two }
    joined: { must: {} }
    kept: false
  - name: nothing comes of a record that is skipped
    record: { id: "1", keep: "no" }
    kept: false
    expect: { id: "1" }
  - name: a blank field is not an omitted one
    record: { id: "1" }
    joined: { must: {} }
    omitted: [boss, id]
  - name: no key
    record: { number: 1 }
    joined: { must: {} }
    expect: { number: 1 }
"#;
    let tested = report(&[("people.yaml", &format!("{HEAD}{failing}"))]);
    assert_eq!(tested.report.passed(), 0);
    snap().bind(|| insta::assert_snapshot!("engine__failing_tests", render(Format::Human, &tested.report, false)));
}

#[test]
fn a_join_of_any_number_is_given_a_list() {
    let text = r#"mapping: people
format: 1
source: hibob.people
key: id
joins:
  leave: { with: hibob.time_off_requests, this: $.id, that: $.employeeId, matches: any_number }
keep: { path: $leave.requestId, has_value: false }
fields:
  id: $.id
  requests: { type: list, from: { path: $leave.requestId, take: all } }
  one: { type: integer, from: $leave.requestId }
tests:
  - name: nothing given
    record: { id: a }
    kept: true
    expect: { requests: null, one: null }
  - name: one given
    record: { id: a }
    joined: { leave: { requestId: 1 } }
    expect: { requests: ["1"], one: 1 }
  - name: two given
    record: { id: a }
    joined: { leave: [{ requestId: 1 }, { requestId: 2 }] }
    expect: { requests: ["1", "2"] }
    problems: { one: invalid }
  - name: whoever has some is not kept
    record: { id: a }
    joined: { leave: [{ requestId: 1 }, {}] }
    kept: false
"#;
    let tested = report(&[("people.yaml", text)]);
    assert!(tested.report.is_success(), "{}", render(Format::Human, &tested.report, false));
}

const ROWS: &str = r#"mapping: days
format: 1
source: hibob.time_off_requests
one_row_per: $.days[*]
key: [request, date]
keep: { path: $.date, is_not: 2026-01-03 }
fields:
  request: { type: integer, from: $parent.requestId }
  date: $.date
  amount: { type: decimal, from: $.amount }
tests:
"#;

#[test]
fn rows_are_counted_and_compared_one_by_one() {
    let tests = r#"
  - name: two rows
    record: { requestId: 1, days: [{ date: 2026-01-02, amount: 1 }, { date: 2026-01-03 }] }
    expect: [{ date: 2026-01-02, amount: 1 }, { date: 2026-01-03, amount: null }]
  - name: rows that are not kept do not count where a test asks
    record: { requestId: 1, days: [{ date: 2026-01-02 }, { date: 2026-01-03 }] }
    kept: true
    expect: [{ date: 2026-01-02 }]
  - name: no rows
    record: { requestId: 1 }
    expect: []
  - name: FAILS, one row too many and one that differs
    record: { requestId: 1, days: [{ date: 2026-01-02, amount: 1 }, { date: 2026-01-03, amount: x }] }
    expect: [{ date: 2026-01-02, amount: 2 }]
    problems: {}
"#;
    let tested = report(&[("days.yaml", &format!("{ROWS}{tests}"))]);
    assert_eq!((tested.report.passed(), tested.report.failed()), (3, 1));
    snap().bind(|| insta::assert_snapshot!("engine__failing_rows", render(Format::Human, &tested.report, false)));
}

#[test]
fn a_file_that_can_not_run_fails_and_the_others_still_run() {
    let good = format!("{HEAD}  - {{ name: runs, record: {{ id: a }}, joined: {{ must: {{}} }}, expect: {{ id: a }} }}\n");
    let broken = "mapping: broken\nformat: 1\nsource: hibob.people\nkey: id\nfields: { id: $.id[ }\n";
    let unknown = "mapping: unknown\nformat: 1\nsource: hibob.peopel\nkey: id\nfields: { id: $.id }\n";
    let tested = report(&[("good.yaml", &good), ("broken.yaml", broken), ("unknown.yaml", unknown)]);
    assert_eq!((tested.report.passed(), tested.report.failed()), (1, 2));
    assert!(tested.errors.iter().any(|error| error.code == Code::UnknownSource));
    assert!(!tested.report.is_success());
}

#[test]
fn nothing_to_test_is_no_success() {
    let tested = report(&[("people.yaml", "mapping: people\nformat: 1\nsource: hibob.people\nkey: id\nfields: { id: $.id }\n")]);
    assert!(tested.errors.is_empty() && !tested.report.is_success());
}

const OVERLAY: &str = r#"mapping: people_acme
format: 1
extends: people
fields:
  team: { from: [$.custom.team, inherited] }
tests:
  - name: the overlay's own place
    record: { id: a, custom: { team: Own } }
    joined: { must: {} }
    expect: { team: Own }
"#;

#[test]
fn an_overlay_and_its_parent_are_each_tested_as_they_stand() {
    let parent = format!(
        "{HEAD}  - {{ name: the parent alone, record: {{ id: a, custom: {{ team: Own }} }}, joined: {{ must: {{}} }}, expect: {{ team: \"Nobody's\" }} }}\n"
    );
    let tested = report(&[("people.yaml", &parent), ("acme.yaml", OVERLAY)]);
    assert!(tested.report.is_success(), "{}", render(Format::Human, &tested.report, false));
    // Of the overlay only what it writes itself counts; the parent's entries are the parent's to test.
    assert_eq!(tested.report.files[1].unreached, []);
}

#[test]
fn entries_that_no_test_reaches_are_notes_at_their_places() {
    let tests =
        "  - { name: one, record: { id: a, work: { title: x }, number: no }, problems: { number: invalid, must: no_match } }\n";
    let text = format!("{HEAD}{tests}");
    let project = project(&[("people.yaml", &text)]);
    let notes = untested(&project, &environment());
    let told: Vec<String> = notes.iter().map(|note| format!("{}: {}", &text[note.span.clone()], note.message)).collect();
    // Fields with one place to look can't take values in a wrong order.
    assert_eq!(
        told,
        ["$.work.department: no test reaches this entry of `team`", "Nobody's: no test uses this default of `team`",]
    );
    assert!(notes.iter().all(|note| note.code == Code::EntryUntested));
}

#[test]
fn the_command_ends_with_one_when_a_test_fails() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.yaml");
    let exit = |tests: &str, format: &str| {
        std::fs::write(&path, format!("{HEAD}{tests}")).unwrap();
        let mut command = assert_cmd::Command::cargo_bin("bobmap").unwrap();
        let output = command.args(["test", "--format", format]).arg(&path).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let passing = "  - { name: runs, record: { id: a }, joined: { must: {} }, expect: { id: a } }\n";
    let (code, text) = exit(passing, "human");
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("ok runs") && text.ends_with("1 passed, 0 failed in 1 file\n"), "{text}");
    let (code, text) = exit(&passing.replace("{ id: a } }\n", "{ id: b } }\n"), "json");
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains(r#""success": false"#), "{text}");
    let (code, text) = exit(&passing.replace("joined", "jioned"), "junit");
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains(r#"failures="1""#), "{text}");
}
