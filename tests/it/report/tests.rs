//! Results of tests in each format.

use crate::snap::snap;
use bobmap::report::tests::json::Results;
use bobmap::report::tests::{FileTests, Format, Mismatch, Outcome, TestReport, TestResult, UnreachedEntry, render};

fn example() -> TestReport {
    let mismatch = |what: &str, expected: Option<&str>, found: Option<&str>, note: Option<&str>| Mismatch {
        what: what.into(),
        expected: expected.map(Into::into),
        found: found.map(Into::into),
        note: note.map(Into::into),
    };
    let test = |name: &str, line, outcome| TestResult { name: name.into(), line, outcome };
    let failed = vec![
        mismatch("work_email", Some("b@example.test"), Some("B@Example.test"), None),
        mismatch("team", Some("Field Sales"), None, Some("no entry of `from` had a value")),
        mismatch("used: team", Some("$.work.department"), Some("default"), None),
        mismatch("kept", None, None, Some("`keep` skipped the record, but the test expects fields")),
        mismatch("address", Some("1 \"Main\" St\nTown"), Some("1 <Main> St & Co\u{1b}[2J"), None),
    ];
    let entry = |field: &str, entry: &str, line| UnreachedEntry { field: field.into(), entry: entry.into(), line };
    TestReport {
        files: vec![
            FileTests {
                file: "mappings/employees.yaml".into(),
                mapping: "employees".into(),
                tests: vec![
                    test("nobody without an e-mail", 41, Outcome::Passed),
                    test("department was <replaced>", 45, Outcome::Failed(failed)),
                ],
                unreached: vec![entry("team", "$.work.customColumns.column_1", 33), entry("manager", "2", 20)],
            },
            FileTests { file: "mappings/absences.yaml".into(), mapping: "absence_days".into(), tests: vec![], unreached: vec![] },
        ],
    }
}

#[test]
fn people_see_a_diff() {
    snap().bind(|| insta::assert_snapshot!("report__test_human", render(Format::Human, &example(), false)));
}

#[test]
fn colours_change_nothing_but_the_colour() {
    let colored = render(Format::Human, &example(), true);
    let plain = regex::Regex::new("\u{1b}\\[[0-9;]*m").unwrap().replace_all(&colored, "").into_owned();
    assert_ne!(plain, colored);
    assert_eq!(plain, render(Format::Human, &example(), false));
}

#[test]
fn programs_see_json() {
    let text = render(Format::Json, &example(), false);
    let schema = serde_json::to_value(schemars::SchemaGenerator::default().into_root_schema_for::<Results>()).unwrap();
    assert!(jsonschema::is_valid(&schema, &serde_json::from_str(&text).unwrap()));
    snap().bind(|| insta::assert_snapshot!("report__test_json", text));
}

#[test]
fn ci_servers_see_junit() {
    snap().bind(|| insta::assert_snapshot!("report__test_junit", render(Format::Junit, &example(), false)));
}

#[test]
fn no_test_at_all_is_a_failure_in_every_format() {
    let mut report = example();
    report.files.remove(0);
    assert!(!report.is_success());
    let human = render(Format::Human, &report, false);
    assert!(
        human.ends_with("failed: there is no test in these files; write one under `tests:` (`bobmap help no-tests`)\n"),
        "{human}"
    );
    assert!(render(Format::Json, &report, false).contains("\"success\": false"));
    assert!(render(Format::Junit, &report, false).contains("failures=\"1\""));
    assert!(!TestReport::default().is_success());
}

#[test]
fn success_needs_a_test_that_passes_and_none_that_fails() {
    let mut report = example();
    assert!(!report.is_success());
    report.files[0].tests.pop();
    assert!(report.is_success());
    assert!(render(Format::Human, &report, false).ends_with("1 passed, 0 failed in 2 files\n"));
}
