//! The results of the tests inside mapping files, for people, for programs and for CI servers (JUnit). Tests hold invented
//! values only, so nothing is masked here.

mod human;
pub mod json;
mod junit;

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A diff of what differs.
    Human,
    /// [`json::Results`].
    Json,
    /// JUnit's XML, which CI servers read.
    Junit,
}

/// The tests of all files of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TestReport {
    pub files: Vec<FileTests>,
}

/// The tests of one mapping file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileTests {
    /// The path as the user gave it.
    pub file: String,
    /// The file's `mapping:` name.
    pub mapping: String,
    pub tests: Vec<TestResult>,
    /// Entries of `from` that no test of the file reaches.
    pub unreached: Vec<UnreachedEntry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestResult {
    pub name: String,
    /// Counted from 1.
    pub line: usize,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    /// Everything that differs, at least one.
    Failed(Vec<Mismatch>),
}

/// One thing that came out otherwise than the test says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The field, or what else is compared: `row 2, hours`, `kept`.
    pub what: String,
    /// None where nothing was expected.
    pub expected: Option<String>,
    /// None where there was nothing.
    pub found: Option<String>,
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreachedEntry {
    pub field: String,
    /// The path's text, or the entry's number from 1.
    pub entry: String,
    /// Counted from 1.
    pub line: usize,
}

/// What stands for "no value" on either side of a diff.
const NOTHING: &str = "(nothing)";

/// Printed where a run had no test at all, which is a failure: a run that proves nothing must not look like success.
const NO_TESTS: &str = "there is no test in these files; write one under `tests:` (`bobmap help no-tests`)";

impl TestReport {
    pub fn passed(&self) -> usize {
        self.tests().filter(|test| test.outcome == Outcome::Passed).count()
    }

    pub fn failed(&self) -> usize {
        self.tests().count() - self.passed()
    }

    /// At least one test ran, and none failed.
    pub fn is_success(&self) -> bool {
        self.passed() > 0 && self.failed() == 0
    }

    fn tests(&self) -> impl Iterator<Item = &TestResult> {
        self.files.iter().flat_map(|file| &file.tests)
    }
}

impl TestResult {
    fn mismatches(&self) -> &[Mismatch] {
        match &self.outcome {
            Outcome::Passed => &[],
            Outcome::Failed(mismatches) => mismatches,
        }
    }
}

/// A line below the name of what differs.
#[derive(Clone, Copy)]
enum Side {
    Expected,
    Found,
    Note,
}

impl Mismatch {
    /// The diff, line by line, with its signs.
    fn diff(&self) -> Vec<(Side, String)> {
        let mut lines = Vec::new();
        let mut push = |side, sign, text: &str| lines.extend(text.split('\n').map(|line| (side, format!("{sign}{line}"))));
        if self.expected.is_some() || self.found.is_some() {
            push(Side::Expected, "- ", self.expected.as_deref().unwrap_or(NOTHING));
            push(Side::Found, "+ ", self.found.as_deref().unwrap_or(NOTHING));
        }
        if let Some(note) = &self.note {
            push(Side::Note, "", note);
        }
        lines
    }
}

/// Ends with a line feed. `color` is for people only.
pub fn render(format: Format, report: &TestReport, color: bool) -> String {
    match format {
        Format::Human => human::render(report, color),
        Format::Json => json::render(report),
        Format::Junit => junit::render(report),
    }
}
