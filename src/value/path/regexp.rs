//! I-Regexp (RFC 9485), the patterns of `match()` and `search()`, as regexes of the `regex` crate.

use super::fault::Fault;
use regex::{Regex, RegexBuilder};
use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;

/// How many bytes a compiled pattern may take; `(a{1000}){1000}` would fill the memory.
const MAX_COMPILED: usize = 1 << 20;

/// The regex of an I-Regexp; for `match()` it must fit the `whole` text. `None` if the pattern is no I-Regexp.
pub(super) fn compile(pattern: &str, whole: bool) -> Option<Regex> {
    let inner = translate(pattern).ok()?;
    let regex = if whole { format!(r"\A(?:{inner})\z") } else { inner };
    RegexBuilder::new(&regex).size_limit(MAX_COMPILED).build().ok()
}

/// The pattern as the `regex` crate writes it, or the bytes that I-Regexp does not have. `^` and `$` stay anchors, as in the
/// mappings of RFC 9485, 5.
pub(super) fn translate(pattern: &str) -> Result<String, Range<usize>> {
    let mut chars = pattern.char_indices().peekable();
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut open = Vec::new();
    let mut repeatable = false;
    while let Some((at, char)) = chars.next() {
        let here = at..at + char.len_utf8();
        match char {
            '(' => {
                open.push(here);
                out.push_str("(?:");
            }
            ')' => {
                open.pop().ok_or(here)?;
                out.push(')');
            }
            '|' => out.push('|'),
            '.' => out.push_str(r"[^\n\r]"),
            '*' | '+' | '?' if repeatable => out.push(char),
            '{' if repeatable => quantity(pattern, at, &mut chars, &mut out)?,
            '[' => class(pattern, at, &mut chars, &mut out)?,
            '\\' => escape(pattern, at, &mut chars, &mut out)?,
            '*' | '+' | '?' | '{' | '}' | ']' => return Err(here),
            '^' | '$' => out.push(char),
            _ => out.push_str(&regex::escape(char.encode_utf8(&mut [0; 4]))),
        }
        repeatable = !matches!(char, '(' | '|' | '*' | '+' | '?' | '{');
    }
    match open.pop() {
        Some(unclosed) => Err(unclosed),
        None => Ok(out),
    }
}

type Chars<'p> = Peekable<CharIndices<'p>>;

/// `{2}`, `{2,}` or `{2,3}`; the brace is read.
fn quantity(pattern: &str, start: usize, chars: &mut Chars<'_>, out: &mut String) -> Result<(), Range<usize>> {
    let inner = pattern[start + 1..].split('}').next().unwrap_or_default();
    let end = start + 1 + inner.len();
    let (least, most) = inner.split_once(',').unwrap_or((inner, "0"));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if least.is_empty() || !digits(least) || !digits(most) || end == pattern.len() {
        return Err(start..pattern.len().min(end + 1));
    }
    out.push_str(&pattern[start..=end]);
    while chars.next_if(|(at, _)| *at <= end).is_some() {}
    Ok(())
}

/// `\n`, `\.` and the like, or `\p{Lu}`; the backslash is read.
fn escape(pattern: &str, start: usize, chars: &mut Chars<'_>, out: &mut String) -> Result<(), Range<usize>> {
    let Some((at, char)) = chars.next() else { return Err(start..pattern.len()) };
    match char {
        'n' | 'r' | 't' | '(' | ')' | '*' | '+' | '-' | '.' | '?' | '[' | '\\' | ']' | '^' | '{' | '|' | '}' => {
            out.push('\\');
            out.push(char);
        }
        'p' | 'P' => {
            let name = pattern[at + 1..].strip_prefix('{').and_then(|rest| Some(rest.split_once('}')?.0)).unwrap_or_default();
            let end = at + 3 + name.len();
            if !is_category(name) {
                return Err(start..pattern.len().min(at + 1));
            }
            out.push_str(&pattern[start..end]);
            while chars.next_if(|(at, _)| *at < end).is_some() {}
        }
        _ => return Err(start..at + char.len_utf8()),
    }
    Ok(())
}

/// The general categories of RFC 9485.
fn is_category(name: &str) -> bool {
    let mut chars = name.chars();
    let minor = match chars.next() {
        Some('L') => "lmotu",
        Some('M') => "cen",
        Some('N') => "dlo",
        Some('P') => "cdefios",
        Some('Z') => "lps",
        Some('S') => "ckmo",
        Some('C') => "cfno",
        _ => return false,
    };
    chars.next().is_none_or(|char| minor.contains(char)) && chars.next().is_none()
}

/// `[a-z]`, `[^a-z]`; the bracket is read.
fn class(pattern: &str, start: usize, chars: &mut Chars<'_>, out: &mut String) -> Result<(), Range<usize>> {
    let unclosed = start..start + 1;
    out.push('[');
    if pattern[start + 1..].starts_with('^') && !pattern[start + 2..].starts_with(']') {
        chars.next();
        out.push('^');
    }
    let mut first = true;
    let mut range = Side::None;
    while let Some((at, char)) = chars.next() {
        let here = at..at + char.len_utf8();
        match char {
            ']' if first => return Err(start..at + 1),
            ']' => {
                if matches!(range, Side::Right) {
                    // A hyphen before the bracket is itself.
                    out.pop();
                    out.push_str(r"\-");
                }
                out.push(']');
                return Ok(());
            }
            '[' => return Err(here),
            '-' if first => out.push_str(r"\-"),
            '-' => match range {
                Side::Left => {
                    out.push('-');
                    range = Side::Right;
                    continue;
                }
                Side::None if chars.peek().is_some_and(|(_, next)| *next == ']') => out.push_str(r"\-"),
                _ => return Err(here),
            },
            '\\' => {
                escape(pattern, at, chars, out)?;
                if pattern[at + 1..].starts_with(['p', 'P']) {
                    if matches!(range, Side::Right) {
                        return Err(here);
                    }
                    (first, range) = (false, Side::None);
                    continue;
                }
            }
            _ if char.is_ascii_punctuation() || char == ' ' => {
                out.push_str(&format!(r"\x{{{:X}}}", u32::from(char)));
            }
            _ => out.push(char),
        }
        range = match range {
            Side::None if char != '-' => Side::Left,
            Side::Left => Side::Left,
            _ => Side::None,
        };
        first = false;
    }
    Err(unclosed)
}

/// Where in a range of characters a class stands.
enum Side {
    /// No range can start from what was read last.
    None,
    /// The last character may be the left end of a range.
    Left,
    /// A hyphen was read after it.
    Right,
}

/// What is said of a pattern in a path that no text fits.
pub(super) fn warning(pattern: &str, function: &str, span: Range<usize>) -> Fault {
    let Err(fault) = translate(pattern) else {
        return Fault::new(span, format!("the pattern can't be used, so {function}() is always false"));
    };
    let fault = &pattern[fault];
    let warning = Fault::new(span, format!("{function}() is always false: I-Regexp (RFC 9485) does not have `{fault}`"));
    match fault {
        r"\d" => warning.say("write `[0-9]`, or `\\\\p{Nd}` for the digits of all scripts"),
        r"\w" => warning.say("write `[A-Za-z0-9_]`"),
        r"\s" => warning.say("write `[ \\\\t\\\\n\\\\r]`"),
        r"\$" => warning.say("write `[$]`"),
        r"\/" => warning.say("write `/`"),
        _ => warning,
    }
}

#[cfg(test)]
mod tests {
    use super::{compile, translate};

    #[test]
    fn i_regexps_fit_what_rfc_9485_says() {
        for (pattern, fits, fits_not) in [
            ("", "", "a"),
            ("a.c", "a\u{2028}c", "a\nc"),
            ("a|bc", "bc", "ac"),
            ("(ab)*", "abab", "aba"),
            ("a{2}", "aa", "a"),
            ("a{2,}", "aaaa", "a"),
            ("a{1,2}", "aa", "aaa"),
            ("[a-c-]+", "a-c", "d"),
            ("[-a]", "-", "b"),
            ("[^a-c]", "d", "b"),
            ("[^-]", "a", "-"),
            ("[^]", "^", "a"),
            ("[&&a~~#]+", "&a~#", "b"),
            (r"[\]\[\\\-^]+", r"][\-^", "a"),
            (r"[\n-\r]", "\u{b}", "a"),
            (r"[\p{L}\P{Nd}0]", "0", "1"),
            (r"\p{Lu}\P{L}", "A1", "a1"),
            (r"\p{Cn}\p{Zs}\p{Sc}", "\u{378} €", "a €"),
            (r"\.\*\(\)\{\}\|\^\n\t\r\?\+", ".*(){}|^\n\t\r?+", "x"),
            ("a b#c-/~&<=>\"'", "a b#c-/~&<=>\"'", "ab"),
            ("^ab$", "ab", "xab"),
            ("()", "", "a"),
            ("(|a)b", "ab", "a"),
            ("é😀", "é😀", "e"),
        ] {
            let regex = compile(pattern, true).unwrap_or_else(|| panic!("{pattern}"));
            assert!(regex.is_match(fits), "{pattern} {fits:?}");
            assert!(!regex.is_match(fits_not), "{pattern} {fits_not:?}");
        }
    }

    #[test]
    fn what_i_regexp_lacks_is_found() {
        for (pattern, fault) in [
            (r"\d+", r"\d"),
            (r"a\w", r"\w"),
            (r"\b", r"\b"),
            (r"\$", r"\$"),
            (r"\x41", r"\x"),
            (r"\u0041", r"\u"),
            (r"\p{Letter}", r"\p"),
            (r"\p{Cs}", r"\p"),
            (r"\pL", r"\p"),
            ("\\", "\\"),
            ("(?:a)", "?"),
            ("a**", "*"),
            ("a*?", "?"),
            ("+a", "+"),
            ("(*)", "*"),
            ("a|*", "*"),
            ("{2}", "{"),
            ("a{,2}", "{,2}"),
            ("a{}", "{}"),
            ("a{2", "{2"),
            ("a{x}", "{x}"),
            ("a{1,2,3}", "{1,2,3}"),
            ("a}", "}"),
            ("a]", "]"),
            ("(a", "("),
            ("a)", ")"),
            ("[a", "["),
            ("[", "["),
            ("[]", "[]"),
            ("[^", "["),
            ("[a[b]]", "["),
            ("[a-b-c]", "-"),
            ("[a--]", "-"),
            (r"[a-\p{L}]", r"\"),
            (r"[\d]", r"\d"),
            ("[é", "["),
        ] {
            let found = translate(pattern).unwrap_err();
            assert_eq!(&pattern[found], fault, "{pattern}");
        }
        for pattern in ["[b-a]", "a{3,2}", "(a{1000}){1000}"] {
            assert!(compile(pattern, false).is_none(), "{pattern}");
        }
    }
}
