//! Findings about mapping files, for people, for programs and for code hosts.

mod github;
mod human;
pub mod json;
mod sarif;

use super::count;
use crate::diagnostic::{Diagnostic, FileId, Files, LineColumn, Severity};
use std::ops::Range;

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For a terminal, with the lines of the file.
    Human,
    /// [`json::CheckReport`].
    Json,
    /// SARIF 2.1.0 (OASIS), which code hosts and editors read.
    Sarif,
    /// Workflow commands of GitHub Actions, which become annotations; GitHub shows ten of each level a step.
    Github,
}

/// What the findings themselves do not tell.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// ANSI colours; only [`Format::Human`] has any.
    pub color: bool,
    /// Columns of the terminal, if there is one.
    pub width: Option<usize>,
    /// How many files were looked at.
    pub checked: usize,
    /// The version of bobmap.
    pub version: &'a str,
}

/// All findings, by file in the order of `files`, then by place. Ends with a line feed.
pub fn render(format: Format, diagnostics: &[Diagnostic], files: &Files, options: &Options<'_>) -> String {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|diagnostic| (diagnostic.file, diagnostic.span.start, diagnostic.span.end, diagnostic.code));
    match format {
        Format::Human => {
            // What must be mended comes before what is only worth knowing.
            sorted.sort_by_key(|diagnostic| (diagnostic.file, diagnostic.severity == Severity::Note));
            human::render(&sorted, files, options)
        }
        Format::Json => json::render(&sorted, files, options),
        Format::Sarif => sarif::render(&sorted, files, options),
        Format::Github => github::render(&sorted, files, options),
    }
}

/// `2 errors and 1 warning in 3 files; ...`, the last line for people.
fn summary(diagnostics: &[&Diagnostic], checked: usize) -> String {
    let files = count(checked, "file");
    let counted = |(severity, noun)| match number_of(severity, diagnostics) {
        0 => None,
        number => Some(count(number, noun)),
    };
    let nouns = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")];
    let parts: Vec<String> = nouns.into_iter().filter_map(counted).collect();
    let found = match parts.as_slice() {
        [] => return format!("ok: {files}, no findings"),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [one, two, ..] => format!("{one}, {two} and {}", parts[2]),
    };
    let worst = diagnostics.iter().rev().max_by_key(|diagnostic| diagnostic.severity).expect("something was found");
    format!("{found} in {files}; `bobmap help {}` explains a code", worst.code)
}

fn number_of(severity: Severity, diagnostics: &[&Diagnostic]) -> usize {
    diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count()
}

/// The first and the last place of a span; the last is behind its last character.
fn places(files: &Files, file: FileId, span: &Range<usize>) -> (LineColumn, LineColumn) {
    (files.place(file, span.start), files.place(file, span.end.max(span.start)))
}
