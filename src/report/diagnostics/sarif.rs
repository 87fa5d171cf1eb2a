//! Findings as SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>).

use super::{Options, places};
use crate::diagnostic::{Code, Diagnostic, FileId, Files};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::Range;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub fn render(diagnostics: &[&Diagnostic], files: &Files, options: &Options<'_>) -> String {
    let codes: BTreeSet<Code> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    let codes: Vec<Code> = codes.into_iter().collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "bobmap",
                "version": options.version,
                "rules": codes.iter().map(|code| rule(*code)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": diagnostics.iter().map(|diagnostic| result(diagnostic, &codes, files)).collect::<Vec<_>>(),
        }],
    });
    serde_json::to_string_pretty(&log).expect("texts and numbers are always JSON") + "\n"
}

fn rule(code: Code) -> Value {
    let page = code.page();
    // A page is a heading and then paragraphs; the first says what the code means.
    let meaning = page.split("\n\n").nth(1).unwrap_or(code.summary()).trim().replace('\n', " ");
    json!({
        "id": code.word(),
        "shortDescription": { "text": code.summary() },
        "fullDescription": { "text": meaning },
        "help": { "text": page, "markdown": page },
        "defaultConfiguration": { "level": code.severity().word() },
    })
}

fn result(diagnostic: &Diagnostic, codes: &[Code], files: &Files) -> Value {
    let Diagnostic { code, severity, file, span, message, label: _, help, related, replacement } = diagnostic;
    let text = match help {
        Some(help) => format!("{message}\n{help}"),
        None => message.clone(),
    };
    let mut result = json!({
        "ruleId": code.word(),
        "ruleIndex": codes.binary_search(code).expect("every code that occurs is a rule"),
        "level": severity.word(),
        "message": { "text": text },
        "locations": [{ "physicalLocation": physical(files, *file, span) }],
    });
    if !related.is_empty() {
        let location = |(id, related): (usize, &crate::diagnostic::Related)| {
            json!({
                "id": id + 1,
                "message": { "text": related.message },
                "physicalLocation": physical(files, related.file, &related.span),
            })
        };
        result["relatedLocations"] = related.iter().enumerate().map(location).collect();
    }
    if let Some(replacement) = replacement {
        result["fixes"] = json!([{
            "description": { "text": help.clone().unwrap_or_else(|| format!("write `{replacement}`")) },
            "artifactChanges": [{
                "artifactLocation": { "uri": uri(files.name(*file)) },
                "replacements": [{ "deletedRegion": region(files, *file, span), "insertedContent": { "text": replacement } }],
            }],
        }]);
    }
    result
}

fn physical(files: &Files, file: FileId, span: &Range<usize>) -> Value {
    json!({ "artifactLocation": { "uri": uri(files.name(file)) }, "region": region(files, file, span) })
}

fn region(files: &Files, file: FileId, span: &Range<usize>) -> Value {
    let (start, end) = places(files, file, span);
    json!({ "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column })
}

/// A path as a URI reference (RFC 3986): relative as it was given, or `file://` where it was absolute.
fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    let drive = path.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) && path[1..].starts_with(":/");
    let mut uri = String::from(if drive {
        "file:///"
    } else if path.starts_with('/') {
        "file://"
    } else {
        ""
    });
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            b':' if drive => uri.push(':'),
            _ => write!(uri, "%{byte:02X}").expect("a String takes all"),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        for (path, expected) in [
            ("mappings/a.yaml", "mappings/a.yaml"),
            ("./a b.yaml", "a%20b.yaml"),
            ("../ü#1%.yaml", "../%C3%BC%231%25.yaml"),
            ("c:d.yaml", "c%3Ad.yaml"),
            ("/srv/a.yaml", "file:///srv/a.yaml"),
            ("C:/maps/a.yaml", "file:///C:/maps/a.yaml"),
            ("", ""),
        ] {
            assert_eq!(uri(path), expected, "{path}");
        }
    }
}
