//! Findings as workflow commands of GitHub Actions
//! (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>).

use super::{Options, places, summary};
use crate::diagnostic::{Diagnostic, Files, Severity};
use std::fmt::Write;

pub fn render(diagnostics: &[&Diagnostic], files: &Files, options: &Options<'_>) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let (start, end) = places(files, diagnostic.file, &diagnostic.span);
        write!(text, "::{command} file={},line={},endLine={}", property(files.name(diagnostic.file)), start.line, end.line)
            .expect("a String takes all");
        // GitHub refuses columns of a place that spans lines.
        if start.line == end.line {
            write!(text, ",col={},endColumn={}", start.column, end.column).expect("a String takes all");
        }
        let help = diagnostic.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
        writeln!(text, ",title={}::{}", property(diagnostic.code.word()), data(&format!("{}{help}", diagnostic.message)))
            .expect("a String takes all");
    }
    text.push_str(&summary(diagnostics, options.checked));
    text.push('\n');
    text
}

/// The escapes of a command's text, as the runner undoes them.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_ends_its_command() {
        assert_eq!(data("100%\r\n::error::x, y: z"), "100%25%0D%0A::error::x, y: z");
        assert_eq!(property("a,b:c%\n.yaml"), "a%2Cb%3Ac%25%0A.yaml");
    }
}
