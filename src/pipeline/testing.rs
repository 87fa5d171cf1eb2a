//! Runs the tests inside mapping files: each file's own tests against that file as it stands, overlays against themselves.
//! Nothing here looks at a clock.

mod judge;
mod run;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::engine::observe::Observed;
use crate::mapping::compiled::Source;
use crate::mapping::document::Place;
use crate::mapping::spec::Spec;
use crate::mapping::{Environment, Mapping, Project, compile};
use crate::report::tests::{FileTests, Mismatch, Outcome, TestReport, TestResult, UnreachedEntry};
use jiff::civil::{Date, date};
use run::Coverage;
use std::collections::HashSet;
use std::ops::Range;

/// The run date of a test that has no `as_of`: a fixed one, so that no test passes today and fails tomorrow.
pub const RUN_DATE: Date = date(2026, 1, 1);

/// The tests of all files, and why some files could not run.
#[derive(Debug)]
pub struct Tested {
    /// A file with errors stands in it with one failed test, so that no format takes its silence for success.
    pub report: TestReport,
    /// The errors of files that could not run.
    pub errors: Vec<Diagnostic>,
}

/// Runs every test of every file.
pub fn run(project: &Project, environment: &Environment<'_>) -> Tested {
    let mut tested = Tested { report: TestReport::default(), errors: Vec::new() };
    for file in project.files.ids() {
        let (mapping, mut findings) = match project.spec_of(file) {
            Some(spec) => {
                let (mapping, findings) = compile(project, &spec.mapping, environment);
                (mapping.map(|mapping| (mapping, spec)), findings)
            }
            None => (None, Vec::new()),
        };
        findings.extend(project.findings().iter().filter(|finding| finding.file == file).cloned());
        findings.retain(|finding| finding.severity == Severity::Error);
        let name = project.spec_of(file).map_or("", |spec| spec.mapping.as_str()).to_owned();
        let mut tests =
            FileTests { file: project.files.name(file).to_owned(), mapping: name, tests: Vec::new(), unreached: Vec::new() };
        match mapping {
            Some((mapping, spec)) if findings.is_empty() => {
                let (results, coverage) = run_file(project, environment, &mapping, spec);
                tests.tests = results;
                if !spec.tests.is_empty() {
                    tests.unreached =
                        unreached(project, &mapping, &coverage).into_iter().map(|entry| entry.reported(project)).collect();
                }
            }
            _ => tests.tests.push(broken(project, &findings)),
        }
        tested.report.files.push(tests);
        for finding in findings {
            if !tested.errors.contains(&finding) {
                tested.errors.push(finding);
            }
        }
    }
    tested
}

/// Entries of `from` that no test of their file reaches, as notes. Files without tests have none.
pub fn untested(project: &Project, environment: &Environment<'_>) -> Vec<Diagnostic> {
    let mut notes = Vec::new();
    for loaded in project.specs().filter(|loaded| !loaded.spec.tests.is_empty()) {
        let (Some(mapping), _) = compile(project, &loaded.spec.mapping, environment) else { continue };
        let (_, coverage) = run_file(project, environment, &mapping, &loaded.spec);
        let entries = unreached(project, &mapping, &coverage).into_iter().filter(|entry| !entry.alone);
        notes.extend(entries.map(|entry| {
            let what = if entry.text == DEFAULT { "uses this default".to_owned() } else { "reaches this entry".to_owned() };
            let message = format!("no test {what} of `{}`", entry.field);
            Diagnostic::new(Code::EntryUntested, entry.place.file, entry.span, message)
                .help("add a test whose record has a value here and none in the places before it")
        }));
    }
    notes
}

/// What a mapping makes of the records in the tests of its file, and in those of the files that it extends: the name of each
/// test, and the rows that are not skipped.
pub fn examples(project: &Project, environment: &Environment<'_>, mapping: &Mapping) -> Vec<(String, Vec<Observed>)> {
    let mut examples = Vec::new();
    let mut layer = project.spec(&mapping.name);
    while let Some(spec) = layer {
        for test in &spec.tests {
            let (rows, outcomes) = run::observe(project, environment, mapping, test);
            let kept = rows.into_iter().zip(outcomes).filter(|(_, (skipped, _))| !skipped).map(|(row, _)| row);
            examples.push((test.name.clone(), kept.collect()));
        }
        layer = spec.extends.as_ref().and_then(|parent| project.spec(parent));
    }
    examples
}

/// Every entry that a test of the files reaches, and the `default` of every field that one uses, by its place.
pub fn reached(project: &Project, environment: &Environment<'_>) -> HashSet<Place> {
    let mut places = HashSet::new();
    for loaded in project.specs().filter(|loaded| !loaded.spec.tests.is_empty()) {
        let (Some(mapping), _) = compile(project, &loaded.spec.mapping, environment) else { continue };
        let (_, coverage) = run_file(project, environment, &mapping, &loaded.spec);
        for (field, reached) in mapping.fields.iter().zip(&coverage.fields) {
            if let Source::Entries(entries) = &field.source {
                let won = entries.iter().zip(&reached.entries).filter(|(_, reached)| **reached);
                places.extend(won.map(|(entry, _)| entry.place));
            }
            places.extend(project.child(field.place, DEFAULT).filter(|_| reached.default));
        }
    }
    places
}

fn run_file(project: &Project, environment: &Environment<'_>, mapping: &Mapping, spec: &Spec) -> (Vec<TestResult>, Coverage) {
    let mut coverage = Coverage::new(mapping);
    let results = spec
        .tests
        .iter()
        .map(|test| {
            let mismatches = run::run(project, environment, mapping, test, &mut coverage);
            TestResult {
                name: test.name.clone(),
                line: project.files.place(test.place.file, project.span(test.place).start).line,
                outcome: if mismatches.is_empty() { Outcome::Passed } else { Outcome::Failed(mismatches) },
            }
        })
        .collect();
    (results, coverage)
}

fn broken(project: &Project, findings: &[Diagnostic]) -> TestResult {
    let place = |finding: &Diagnostic| project.files.place(finding.file, finding.span.start);
    let mismatch = |finding: &Diagnostic| {
        let at = place(finding);
        Mismatch {
            what: format!("{} ({}:{}:{})", finding.code, project.files.name(finding.file), at.line, at.column),
            expected: None,
            found: None,
            note: Some(finding.message.clone()),
        }
    };
    TestResult {
        name: "the file has no errors".to_owned(),
        line: findings.first().map_or(1, |finding| place(finding).line),
        outcome: Outcome::Failed(findings.iter().map(mismatch).collect()),
    }
}

/// What the report and `used` call a field's default.
const DEFAULT: &str = "default";

/// An entry or default that no test has used.
struct Unreached<'m> {
    field: &'m str,
    text: String,
    place: Place,
    span: Range<usize>,
    /// The field has no other place to look and no default: nothing about it could come out in the wrong order.
    alone: bool,
}

impl Unreached<'_> {
    fn reported(self, project: &Project) -> UnreachedEntry {
        let line = project.files.place(self.place.file, self.span.start).line;
        UnreachedEntry { field: self.field.to_owned(), entry: self.text, line }
    }
}

/// The entries and defaults written in the mapping's own file that were neither used nor found invalid.
fn unreached<'m>(project: &Project, mapping: &'m Mapping, coverage: &Coverage) -> Vec<Unreached<'m>> {
    let own = mapping.place.file;
    let mut found = Vec::new();
    for (field, reached) in mapping.fields.iter().zip(&coverage.fields).filter(|(field, _)| !field.used) {
        if let Source::Entries(entries) = &field.source {
            let missed = entries
                .iter()
                .zip(&reached.entries)
                .enumerate()
                .filter(|(_, (entry, reached))| entry.place.file == own && !**reached);
            found.extend(missed.map(|(at, (entry, _))| {
                let twice = entries.iter().filter(|other| other.text == entry.text).count() > 1;
                let text = if twice { (at + 1).to_string() } else { entry.text.clone() };
                let alone = entries.len() == 1 && field.default.is_none();
                Unreached { field: &field.name, text, place: entry.place, span: project.span(entry.place), alone }
            }));
        }
        let default = project.child(field.place, DEFAULT).filter(|_| field.default.is_some() && !reached.default);
        if let Some(place) = default.filter(|place| place.file == own) {
            let span = project.span(place);
            found.push(Unreached { field: &field.name, text: DEFAULT.to_owned(), place, span, alone: false });
        }
    }
    found.sort_by_key(|entry| entry.span.start);
    found
}
