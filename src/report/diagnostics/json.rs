//! Findings for programs, in a shape that stays. New keys may come; `version` counts up when one goes or changes its meaning.

use super::{Options, number_of, places};
use crate::diagnostic::{Diagnostic, FileId, Files, Severity};
use schemars::JsonSchema;
use serde::Serialize;
use std::ops::Range;

/// What `bobmap check --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckReport {
    /// The number of this shape.
    #[schemars(example = 1)]
    pub version: u32,
    /// How many files were looked at.
    #[schemars(example = 3)]
    pub files: usize,
    /// How many findings are errors. A mapping with errors never runs.
    #[schemars(example = 1)]
    pub errors: usize,
    /// How many findings are warnings.
    #[schemars(example = 1)]
    pub warnings: usize,
    /// How many findings are notes.
    #[schemars(example = 0)]
    pub notes: usize,
    /// All findings, by file, then by place.
    pub findings: Vec<Finding>,
}

/// One finding.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The kind of fault; `bobmap help CODE` explains it.
    #[schemars(example = &"unknown-key")]
    pub code: &'static str,
    /// How bad it is.
    #[schemars(extend("enum" = ["error", "warning", "note"]), example = &"error")]
    pub severity: &'static str,
    #[serde(flatten)]
    pub place: Place,
    /// What was found and what was expected.
    #[schemars(example = &"`frm` is no key of a field")]
    pub message: String,
    /// A few words about the place itself.
    #[schemars(example = &"no such key")]
    pub label: Option<String>,
    /// What to do.
    #[schemars(example = &"did you mean `from`?")]
    pub help: Option<String>,
    /// The text to put in the place of the finding's bytes, where there is one good answer.
    #[schemars(example = &"from")]
    pub replacement: Option<String>,
    /// Other places that matter.
    pub related: Vec<RelatedPlace>,
}

/// Another place that matters to a finding.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RelatedPlace {
    #[serde(flatten)]
    pub place: Place,
    /// What is there.
    #[schemars(example = &"first written here")]
    pub message: String,
}

/// A stretch of a file. The end is behind the last character.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Place {
    /// The path as it was given, with forward slashes.
    #[schemars(example = &"mappings/employees.yaml")]
    pub file: String,
    /// Counted from 1.
    #[schemars(example = 7)]
    pub line: usize,
    /// Counted in characters (Unicode code points) from 1.
    #[schemars(example = 5)]
    pub column: usize,
    /// The line of the end.
    #[schemars(example = 7)]
    pub end_line: usize,
    /// The column of the end.
    #[schemars(example = 8)]
    pub end_column: usize,
    /// Bytes from the start of the file.
    #[schemars(example = 112)]
    pub offset: usize,
    /// Bytes.
    #[schemars(example = 3)]
    pub length: usize,
}

impl Place {
    fn new(files: &Files, file: FileId, span: &Range<usize>) -> Self {
        let (start, end) = places(files, file, span);
        Place {
            file: files.name(file).to_owned(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            offset: span.start,
            length: span.len(),
        }
    }
}

pub(super) fn render(diagnostics: &[&Diagnostic], files: &Files, options: &Options<'_>) -> String {
    let report = CheckReport {
        version: 1,
        files: options.checked,
        errors: number_of(Severity::Error, diagnostics),
        warnings: number_of(Severity::Warning, diagnostics),
        notes: number_of(Severity::Note, diagnostics),
        findings: diagnostics.iter().map(|diagnostic| finding(diagnostic, files)).collect(),
    };
    serde_json::to_string_pretty(&report).expect("texts and numbers are always JSON") + "\n"
}

fn finding(diagnostic: &Diagnostic, files: &Files) -> Finding {
    let Diagnostic { code, severity, file, span, message, label, help, related, replacement } = diagnostic;
    let related_place = |related: &crate::diagnostic::Related| RelatedPlace {
        place: Place::new(files, related.file, &related.span),
        message: related.message.clone(),
    };
    Finding {
        code: code.word(),
        severity: severity.word(),
        place: Place::new(files, *file, span),
        message: message.clone(),
        label: label.clone(),
        help: help.clone(),
        replacement: replacement.clone(),
        related: related.iter().map(related_place).collect(),
    }
}
