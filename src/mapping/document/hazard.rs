//! Faults of YAML text that come from JSONPath in it: the parser's own words would not help a person who pasted a path.

use super::{Content, Document};
use crate::diagnostic::{Code, Diagnostic, FileId};
use std::ops::Range;

const QUOTE_IT: &str = "put the path in quotes: \"$...\"";

/// The finding for a text that the parser gave up on at byte `at`.
pub fn syntax(text: &str, file: FileId, at: usize, info: &str) -> Diagnostic {
    let at = floor_boundary(text, at);
    let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
    let previous_start = text[..line_start.saturating_sub(1)].rfind('\n').map_or(0, |newline| newline + 1);
    for (start, end) in [(line_start, line_end), (previous_start, line_start)] {
        if let Some(path) = unquoted_path(&text[start..end]) {
            let span = start + path.start..start + path.end;
            let what = if text[span.clone()].contains('[') { "`[`" } else { "a character" };
            let message = format!("the path holds {what} that YAML reads as its own here");
            return Diagnostic::new(Code::YamlHazard, file, span, message).help(QUOTE_IT);
        }
    }
    let next_end = text[(line_end + 1).min(text.len())..].find('\n').map_or(text.len(), |newline| line_end + 1 + newline);
    for (start, end) in [(line_start, line_end), ((line_end + 1).min(next_end), next_end)] {
        let line = &text[start..end];
        let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        if let Some(tab) = indent.find('\t') {
            let tab = start + tab;
            return Diagnostic::new(Code::YamlSyntax, file, tab..tab + 1, "a tab stands where YAML takes only blanks")
                .help("indent with blanks, two for each level");
        }
    }
    let end = text[at..].chars().next().filter(|c| *c != '\n').map_or(at, |c| at + c.len_utf8());
    if info.contains("quote")
        && let Some(quote) = open_quote(text, line_end)
    {
        return Diagnostic::new(
            Code::YamlSyntax,
            file,
            quote..quote + 1,
            "this quote is never closed, or not where it should be",
        )
        .help("close it on the same line; a quote inside double quotes is written \\\", inside single quotes ''");
    }
    let (message, help) = explained(info);
    Diagnostic::new(Code::YamlSyntax, file, at..end, message).help(help)
}

/// The parser's words as a person's, with what to do.
fn explained(info: &str) -> (String, &'static str) {
    let mismatch = info.strip_prefix("mismatched bracket '").and_then(|rest| rest.split_once("' closed by '"));
    if let Some((open, close)) = mismatch {
        let close = close.trim_end_matches('\'');
        return (format!("this `{open}` is not closed: `{close}` comes first"), "close it, or take one of the brackets away");
    }
    match info {
        "recursion limit exceeded" => ("the file nests deeper than 200 levels".to_owned(), "write it flatter"),
        "mapping values are not allowed in this context" => (
            "a `:` stands here where no key can be".to_owned(),
            "keys of one level begin in one column; a text with `: ` in it needs quotes",
        ),
        "illegal placement of ':' indicator" => (
            "a `:` stands here where no key can be".to_owned(),
            "close the brackets of the lines above; a text with `:` in it needs quotes",
        ),
        "while parsing a block mapping, did not find expected key"
        | "while parsing a block collection, did not find expected '-' indicator" => (
            "this does not go on with what stands above it".to_owned(),
            "keys of one level begin in one column, and so do the `-` of a list; nothing follows a closing bracket or quote",
        ),
        "simple key expected ':'" => (
            "a `:` with a blank after it is missing here".to_owned(),
            "write `key: value`, or `- value` in a list; text that goes on stands further to the right than its key",
        ),
        "while parsing a flow mapping, did not find expected ',' or '}'" => (
            "a `,` or `}` is missing before this".to_owned(),
            "close the `{` in its own line; text with a bracket, a comma or a colon in it needs quotes",
        ),
        "while parsing a flow sequence, expected ',' or ']'" => (
            "a `,` or `]` is missing before this".to_owned(),
            "close the `[` in its own line; text with a bracket, a comma or a colon in it needs quotes",
        ),
        "misplaced bracket" => ("this bracket closes nothing".to_owned(), "take it away, or open one before it"),
        "invalid trailing content after double-quoted scalar" | "invalid trailing content after single-quoted scalar" => {
            ("something follows the closing quote".to_owned(), "put the whole text into one pair of quotes")
        }
        _ if info.starts_with("unexpected character: `") => {
            let sign = info["unexpected character: `".len()..].trim_end_matches('\'');
            (format!("no text begins with {sign} in YAML"), "put the text in quotes")
        }
        _ if info.ends_with("unknown anchor") => (
            "the file has no anchor (`&name`) that this alias could repeat".to_owned(),
            "write the value out, or mark it with `&name` first",
        ),
        _ => (format!("this is not YAML: {info}"), "look at the quotes, brackets and blanks here and in the line above"),
    }
}

/// The last quote of the first line, up to byte `end`, in which quotes do not pair.
fn open_quote(text: &str, end: usize) -> Option<usize> {
    let mut start = 0;
    for line in text[..end].split_inclusive('\n') {
        let mut open = None;
        let mut before = ' ';
        for (at, character) in line.char_indices() {
            match (open, character) {
                (None, '#') if before.is_whitespace() => break,
                (None, '"' | '\'') if !before.is_alphanumeric() => open = Some((at, character)),
                (Some((_, quote)), _) if character == quote && before != '\\' => open = None,
                _ => {}
            }
            before = character;
        }
        if let Some((at, _)) = open {
            return Some(start + at);
        }
        start += line.len();
    }
    None
}

/// Paths in plain scalars that YAML cut off at a ` #`, which begins a comment.
pub fn cut_paths(document: &Document, text: &str) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for node in &document.nodes {
        let Content::Scalar { text: scalar, plain: true } = &node.content else { continue };
        if !scalar.starts_with('$') || balanced(scalar) {
            continue;
        }
        let rest = &text[node.span.end.min(text.len())..];
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        if line.trim_start().starts_with('#') {
            let end = node.span.end + line.trim_end().len();
            findings.push(
                Diagnostic::new(
                    Code::YamlHazard,
                    document.file,
                    node.span.start..end,
                    "YAML takes `#` and all after it for a comment, so the path is cut off",
                )
                .help(QUOTE_IT),
            );
        }
    }
    findings
}

/// An unquoted `$...` in `line` with a bracket or quote in it.
fn unquoted_path(line: &str) -> Option<Range<usize>> {
    let mut quote = None;
    for (at, character) in line.char_indices() {
        match (quote, character) {
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), _) if character == open => quote = None,
            (None, '#') if line[..at].ends_with([' ', '\t']) || at == 0 => return None,
            (None, '$') if line[..at].chars().next_back().is_none_or(|c| " [{,:-".contains(c)) => {
                let end = path_end(&line[at..]);
                if line[at..at + end].contains(['[', '{', '\'', '"', '#']) {
                    return Some(at..at + end);
                }
            }
            _ => {}
        }
    }
    None
}

/// Where a pasted path ends: at the first blank, comma or closing bracket outside its own brackets and quotes.
fn path_end(text: &str) -> usize {
    let (mut depth, mut quote) = (0i32, None);
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if depth > 0 => quote = Some(character),
            (None, '[' | '(') => depth += 1,
            (None, ']' | ')' | '}') if depth == 0 => return at,
            (None, ']' | ')') => depth -= 1,
            (None, ',' | ' ' | '\t') if depth == 0 => return at,
            _ => {}
        }
    }
    text.trim_end().len()
}

fn balanced(path: &str) -> bool {
    let (mut depth, mut quote) = (0i32, None);
    for character in path.chars() {
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(character),
            (None, '[' | '(') => depth += 1,
            (None, ']' | ')') => depth -= 1,
            _ => {}
        }
    }
    depth == 0 && quote.is_none()
}

fn floor_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
