//! Texts and numbers as they are written in a path, and what is wrong with them where they are not.

use super::fault::{Fault, shown};
use super::print;
use crate::value::json::{Scanner, decode};
use std::ops::Range;

/// Beyond this, whole numbers are not the same in every JSON program (RFC 7493), so RFC 9535 refuses them as positions.
const MAX_INTEGER: i64 = (1 << 53) - 1;

/// The text that is quoted at `start`, and how many bytes it takes with its quotes.
pub(super) fn text(path: &str, start: usize) -> Result<(Box<str>, usize), Fault> {
    let quote = if path[start..].starts_with('\'') { '\'' } else { '"' };
    // The same text as JSON writes it, so that JSON's reader unescapes it.
    let mut json = String::from('"');
    let mut chars = path[start + 1..].char_indices().map(|(at, char)| (start + 1 + at, char));
    while let Some((at, char)) = chars.next() {
        match char {
            _ if char == quote => {
                json.push('"');
                let text = decode(&json).ok_or_else(|| half_surrogate(start..at + 1))?;
                return Ok((text.into(), at + 1 - start));
            }
            '\\' => match chars.next() {
                Some((_, escaped)) if escaped == quote => {
                    json.push_str(if quote == '"' { "\\\"" } else { "'" });
                }
                Some((_, escaped @ ('b' | 'f' | 'n' | 'r' | 't' | '/' | '\\'))) => json.extend(['\\', escaped]),
                Some((_, 'u')) => {
                    let digits = path.get(at + 2..at + 6).unwrap_or_default();
                    if digits.len() < 4 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                        return Err(bad_unicode_escape(at..at + 2));
                    }
                    json.push_str("\\u");
                }
                Some((escaped_at, escaped)) => return Err(bad_escape(at..escaped_at + escaped.len_utf8(), escaped, quote)),
                None => break,
            },
            '"' => json.push_str("\\\""),
            '\0'..='\u{1f}' => return Err(control_character(at, char)),
            _ => json.push(char),
        }
    }
    Err(unclosed_quote(start, quote))
}

/// The digits of the number literal at `start`.
pub(super) fn number(path: &str, start: usize) -> Result<&str, Fault> {
    let rest = &path[start..];
    let mut end = 1;
    for (at, char) in rest.char_indices().skip(1) {
        let after_exponent = matches!(char, '+' | '-') && rest[..at].ends_with(['e', 'E']);
        if !(char.is_alphanumeric() || matches!(char, '.' | '_') || after_exponent) {
            break;
        }
        end = at + char.len_utf8();
    }
    let run = &rest[..end];
    let mut scanner = Scanner::new(run);
    if scanner.value(0).is_ok() && scanner.end().is_ok() { Ok(run) } else { Err(bad_number(run, start)) }
}

/// The index or the bound of a slice at `start`, and how many bytes it takes.
pub(super) fn integer(path: &str, start: usize) -> Result<(i64, usize), Fault> {
    let rest = &path[start..];
    let run = &rest[..rest.find([']', ',', ':', ' ', '\t', '\n', '\r']).unwrap_or(rest.len())];
    let digits = run.strip_prefix('-').unwrap_or(run);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) || (run != "0" && digits.starts_with('0')) {
        return Err(bad_integer(run, start));
    }
    match run.parse() {
        Ok(integer) if (-MAX_INTEGER..=MAX_INTEGER).contains(&integer) => Ok((integer, run.len())),
        _ => Err(integer_out_of_range(run, start)),
    }
}

fn half_surrogate(span: Range<usize>) -> Fault {
    Fault::new(span, "half of a surrogate pair is no character")
        .say("write both halves, such as `\\ud83d\\ude00`, or the character itself")
}

fn bad_unicode_escape(span: Range<usize>) -> Fault {
    Fault::new(span, "four hexadecimal digits are expected after `\\u`")
}

fn bad_escape(span: Range<usize>, escaped: char, quote: char) -> Fault {
    let fault = Fault::new(span.clone(), format!("there is no escape `\\{escaped}` between {quote} and {quote}"));
    match escaped {
        '\'' | '"' => fault.write(span, escaped),
        _ => fault.say("a backslash is written `\\\\`"),
    }
}

fn control_character(at: usize, char: char) -> Fault {
    let fault = Fault::new(at..at + 1, format!("{} must be written as an escape in a text", shown(Some(char))));
    fault.write(at..at + 1, print::quoted(char.encode_utf8(&mut [0; 4])).trim_matches('\''))
}

fn unclosed_quote(start: usize, quote: char) -> Fault {
    Fault::new(start..start + 1, format!("the text that starts here has no closing {}", shown(Some(quote))))
}

fn bad_number(run: &str, start: usize) -> Fault {
    let span = start..start + run.len();
    let (sign, digits) = run.strip_prefix('-').map_or(("", run), |digits| ("-", digits));
    if digits.starts_with(|char: char| char.is_ascii_digit()) && digits.starts_with('0') {
        let stripped = digits.trim_start_matches('0');
        let zero = if stripped.starts_with(|char: char| char.is_ascii_digit()) { "" } else { "0" };
        return Fault::new(span.clone(), "a number can't start with a zero").write(span, format!("{sign}{zero}{stripped}"));
    }
    Fault::new(span, format!("`{run}` is not a number as JSON writes them")).say("such as `5`, `-0.5` or `1e6`")
}

fn bad_integer(run: &str, start: usize) -> Fault {
    let span = start..start + run.len();
    let digits = run.strip_prefix('-').unwrap_or(run);
    match run.parse::<i64>() {
        Ok(integer) if digits.starts_with('0') => {
            Fault::new(span.clone(), "a place in a list is written without a zero in front").write(span, integer.to_string())
        }
        _ if run.parse::<f64>().is_ok() => Fault::new(span, "a place in a list is a whole number"),
        _ => Fault::new(span.clone(), "a name in brackets stands in quotes").write(span, print::quoted(run)),
    }
}

fn integer_out_of_range(run: &str, start: usize) -> Fault {
    Fault::new(start..start + run.len(), format!("a place in a list lies between -{MAX_INTEGER} and {MAX_INTEGER}"))
}
