//! Results as a diff.

use super::{FileTests, Mismatch, NO_TESTS, Outcome, Side, TestReport, TestResult};
use crate::report::count;
use crate::report::terminal::{one_line, styled};
use annotate_snippets::renderer::{AnsiColor, Style};

const BAD: Style = AnsiColor::BrightRed.on_default();
const GOOD: Style = AnsiColor::BrightGreen.on_default();
const STRONG: Style = Style::new().bold();

pub fn render(report: &TestReport, color: bool) -> String {
    let mut text = String::new();
    for file in &report.files {
        text.push_str(&file_lines(file, color));
    }
    text.push_str(&unreached_lines(report));
    let (passed, failed) = (report.passed(), report.failed());
    let summary = if passed + failed == 0 {
        format!("failed: {NO_TESTS}")
    } else {
        format!("{passed} passed, {failed} failed in {}", count(report.files.len(), "file"))
    };
    let style = if report.is_success() { GOOD } else { BAD };
    text + &styled(summary, style.bold(), color) + "\n"
}

fn file_lines(file: &FileTests, color: bool) -> String {
    let FileTests { file: path, mapping, tests, unreached: _ } = file;
    let mut text = format!("{} ({})\n", styled(one_line(mapping), STRONG, color), one_line(path));
    if tests.is_empty() {
        text.push_str("  no tests\n");
    }
    for TestResult { name, line, outcome } in tests {
        match outcome {
            Outcome::Passed => text.push_str(&format!("  {} {}\n", styled("ok", GOOD, color), one_line(name))),
            Outcome::Failed(mismatches) => {
                let name = styled(one_line(name), STRONG, color);
                text.push_str(&format!("  {} {name} ({}:{line})\n", styled("FAILED", BAD, color), one_line(path)));
                text.extend(mismatches.iter().map(|mismatch| diff(mismatch, color)));
            }
        }
    }
    text + "\n"
}

fn diff(mismatch: &Mismatch, color: bool) -> String {
    let mut text = format!("    {}\n", one_line(&mismatch.what));
    for (side, line) in mismatch.diff() {
        let style = match side {
            Side::Expected => BAD,
            Side::Found => GOOD,
            Side::Note => Style::new(),
        };
        text.push_str(&format!("      {}\n", styled(one_line(&line), style, color)));
    }
    text
}

fn unreached_lines(report: &TestReport) -> String {
    let mut text = String::new();
    for file in &report.files {
        for entry in &file.unreached {
            let place = format!("{}:{}", one_line(&file.file), entry.line);
            text.push_str(&format!("  {}: {} ({place})\n", one_line(&entry.field), one_line(&entry.entry)));
        }
    }
    if text.is_empty() { text } else { format!("entries of `from` that no test reaches:\n{text}\n") }
}
