//! Unescaping of JSON strings.

use std::borrow::Cow;

/// The text of a JSON string (`raw` has its quotes and is known to be well-formed). `None` if it holds half of a surrogate
/// pair, which no text can hold.
pub fn decode(raw: &str) -> Option<Cow<'_, str>> {
    unescape(raw, None)
}

/// As [`decode`], with U+FFFD in the place of half a surrogate pair: for comparing, never for output.
pub fn decode_lossy(raw: &str) -> Cow<'_, str> {
    unescape(raw, Some(char::REPLACEMENT_CHARACTER)).expect("a replacement was given")
}

fn unescape(raw: &str, replacement: Option<char>) -> Option<Cow<'_, str>> {
    let inner = &raw[1..raw.len() - 1];
    let Some(first) = memchr::memchr(b'\\', inner.as_bytes()) else { return Some(Cow::Borrowed(inner)) };
    let mut out = String::with_capacity(inner.len());
    out.push_str(&inner[..first]);
    let mut rest = &inner[first..];
    while let Some(byte) = rest.as_bytes().first() {
        if *byte != b'\\' {
            let run = memchr::memchr(b'\\', rest.as_bytes()).unwrap_or(rest.len());
            out.push_str(&rest[..run]);
            rest = &rest[run..];
            continue;
        }
        let (character, length) = escaped(rest);
        out.push(character.or(replacement)?);
        rest = &rest[length..];
    }
    Some(Cow::Owned(out))
}

/// The character of the escape that `text` begins with, and how many bytes it took. `None` for half of a surrogate pair.
fn escaped(text: &str) -> (Option<char>, usize) {
    match text.as_bytes()[1] {
        b'b' => (Some('\u{8}'), 2),
        b'f' => (Some('\u{c}'), 2),
        b'n' => (Some('\n'), 2),
        b'r' => (Some('\r'), 2),
        b't' => (Some('\t'), 2),
        b'u' => escaped_unicode(text),
        other => (Some(char::from(other)), 2),
    }
}

/// The character of the `\uXXXX` (or the pair of them) at the start of `text`, and how many bytes it took.
fn escaped_unicode(text: &str) -> (Option<char>, usize) {
    let unit = |at: usize| u32::from_str_radix(text.get(at..at + 4)?, 16).ok();
    let Some(first) = unit(2) else { return (None, 6) };
    if (0xd800..0xdc00).contains(&first)
        && text.get(6..8) == Some("\\u")
        && let Some(second @ 0xdc00..0xe000) = unit(8)
    {
        return (char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)), 12);
    }
    (char::from_u32(first), 6)
}

/// How many bytes the escape has that `text` begins with, by its backslash. `None` for one that JSON lacks.
pub(super) fn escape_length(text: &[u8]) -> Option<usize> {
    match text.get(1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
        b'u' => text.get(2..6)?.iter().all(u8::is_ascii_hexdigit).then_some(6),
        _ => None,
    }
}

/// Whether a JSON string holds nothing but Unicode white space.
pub fn is_blank_string(raw: &str) -> bool {
    let mut rest = raw[1..raw.len() - 1].trim_start();
    while rest.starts_with('\\') {
        let (character, length) = escaped(rest);
        if !character.is_some_and(char::is_whitespace) {
            return false;
        }
        rest = rest[length..].trim_start();
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_become_characters() {
        assert_eq!(decode(r#""plain""#), Some(Cow::Borrowed("plain")));
        assert_eq!(decode(r#""a\"\\\/\b\f\n\r\tz""#).unwrap(), "a\"\\/\u{8}\u{c}\n\r\tz");
        assert_eq!(decode(r#""\u00e9\uD83D\uDE00""#).unwrap(), "é😀");
    }

    #[test]
    fn half_a_surrogate_pair_is_no_text() {
        for raw in [r#""\ud83d""#, r#""\ude00""#, r#""\ud83d\u0041""#, r#""\ud83d\ud83d\ude00""#] {
            assert_eq!(decode(raw), None, "{raw}");
        }
        assert_eq!(decode_lossy(r#""a\ud83d\u0041""#), "a\u{fffd}A");
        assert_eq!(decode_lossy(r#""\ud83d\ud83d\ude00""#), "\u{fffd}😀");
    }

    #[test]
    fn blanks_are_seen_through_escapes() {
        assert!(
            is_blank_string(r#""""#)
                && is_blank_string(r#""     ""#)
                && is_blank_string(r#""\t\u00a0 \n""#)
                && is_blank_string("\"\u{3000}\"")
        );
        for raw in [r#"" a""#, r#""\u0041""#, r#""0""#, r#""\n\ud83d""#, r#"" \u00a0x""#, r#""é""#, r#"" \\ ""#] {
            assert!(!is_blank_string(raw), "{raw}");
        }
    }
}
