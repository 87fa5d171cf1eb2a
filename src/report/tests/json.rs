//! Results for programs, in a shape that stays. New keys may come; `version` counts up when one goes or changes its meaning.

use super::{FileTests, Mismatch, Outcome, TestReport, TestResult, UnreachedEntry};
use schemars::JsonSchema;
use serde::Serialize;

/// What `bobmap test --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Results {
    /// The number of this shape.
    #[schemars(example = 1)]
    pub version: u32,
    /// Whether at least one test ran and none failed.
    #[schemars(example = true)]
    pub success: bool,
    /// How many tests passed.
    #[schemars(example = 14)]
    pub passed: usize,
    /// How many tests failed.
    #[schemars(example = 0)]
    pub failed: usize,
    /// One a mapping file.
    pub files: Vec<File>,
}

/// The tests of one mapping file.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The path as it was given.
    #[schemars(example = &"mappings/employees.yaml")]
    pub file: String,
    /// The mapping's name.
    #[schemars(example = &"employees")]
    pub mapping: String,
    /// In the order of the file.
    pub tests: Vec<Test>,
    /// Entries of `from` that no test of the file reaches.
    pub unreached: Vec<Entry>,
}

/// One test.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// The name that the file gives it.
    #[schemars(example = &"department was replaced")]
    pub name: String,
    /// Where it begins, counted from 1.
    #[schemars(example = 41)]
    pub line: usize,
    /// Whether everything came out as the test says.
    #[schemars(example = true)]
    pub passed: bool,
    /// What came out otherwise; empty where the test passed.
    pub mismatches: Vec<Difference>,
}

/// One thing that came out otherwise than the test says.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// The field, or what else is compared.
    #[schemars(example = &"team")]
    pub what: String,
    /// Null where nothing was expected.
    #[schemars(example = &"Field Sales")]
    pub expected: Option<String>,
    /// Null where there was nothing.
    #[schemars(example = &"Unassigned")]
    pub found: Option<String>,
    /// What else helps.
    #[schemars(example = &"the constant won")]
    pub note: Option<String>,
}

/// An entry of `from` that no test reaches.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The field that it belongs to.
    #[schemars(example = &"team")]
    pub field: String,
    /// The path's text, or the entry's number from 1.
    #[schemars(example = &"$.work.department")]
    pub entry: String,
    /// Where it stands, counted from 1.
    #[schemars(example = 33)]
    pub line: usize,
}

pub(super) fn render(report: &TestReport) -> String {
    let results = Results {
        version: 1,
        success: report.is_success(),
        passed: report.passed(),
        failed: report.failed(),
        files: report.files.iter().map(file).collect(),
    };
    serde_json::to_string_pretty(&results).expect("texts and numbers are always JSON") + "\n"
}

fn file(tests: &FileTests) -> File {
    let FileTests { file, mapping, tests, unreached } = tests;
    let entry = |entry: &UnreachedEntry| Entry { field: entry.field.clone(), entry: entry.entry.clone(), line: entry.line };
    File {
        file: file.clone(),
        mapping: mapping.clone(),
        tests: tests.iter().map(test).collect(),
        unreached: unreached.iter().map(entry).collect(),
    }
}

fn test(result: &TestResult) -> Test {
    Test {
        name: result.name.clone(),
        line: result.line,
        passed: result.outcome == Outcome::Passed,
        mismatches: result.mismatches().iter().map(difference).collect(),
    }
}

fn difference(mismatch: &Mismatch) -> Difference {
    let Mismatch { what, expected, found, note } = mismatch.clone();
    Difference { what, expected, found, note }
}
