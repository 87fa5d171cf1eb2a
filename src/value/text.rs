//! How texts are trimmed and compared.

use std::borrow::Cow;
use unicode_normalization::{UnicodeNormalization, is_nfc_quick};

/// `text` without Unicode white space at its ends, and without copying.
pub fn trim_cow(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => {
            let trimmed = text.trim();
            if trimmed.len() == text.len() { Cow::Owned(text) } else { Cow::Owned(trimmed.to_owned()) }
        }
    }
}

/// The form in which spellings and conditions compare texts: trimmed, NFC, Unicode lower case, no locale.
pub fn fold(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if text.is_ascii() {
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Cow::Owned(text.to_ascii_lowercase());
        }
        return Cow::Borrowed(text);
    }
    // Lower case can undo NFC (İ becomes i and a combining dot), so NFC comes last as well as first.
    let lower = if is_nfc(text) { text.to_lowercase() } else { text.nfc().collect::<String>().to_lowercase() };
    if is_nfc(&lower) { Cow::Owned(lower) } else { Cow::Owned(lower.nfc().collect()) }
}

/// As [`fold`], without copying a text that is folded.
pub fn fold_cow(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => fold(text),
        Cow::Owned(text) => Cow::Owned(fold(&text).into_owned()),
    }
}

/// Whether the text certainly has no white space at its ends.
#[inline]
pub fn has_tidy_ends(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(u8::is_ascii_graphic) && bytes.last().is_some_and(u8::is_ascii_graphic)
}

/// The longest text that is folded without taking memory. In bytes.
const SHORT: usize = 64;

/// Hands [`fold`] of `text` to `look`, as bytes.
pub fn folded<R>(text: &str, look: impl FnOnce(&[u8]) -> R) -> R {
    let trimmed = if has_tidy_ends(text) { text } else { text.trim() }.as_bytes();
    let mut short = [0; SHORT];
    match short.get_mut(..trimmed.len()) {
        Some(lower) if trimmed.is_ascii() => {
            lower.copy_from_slice(trimmed);
            lower.make_ascii_lowercase();
            look(lower)
        }
        _ => look(fold(text).as_bytes()),
    }
}

fn is_nfc(text: &str) -> bool {
    is_nfc_quick(text.chars()) == unicode_normalization::IsNormalized::Yes
}

/// The text without control characters and marks that change the direction of writing, which could deceive a terminal.
pub fn printable(text: &str) -> Cow<'_, str> {
    let harmful =
        |c: char| c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if text.contains(harmful) { Cow::Owned(text.replace(harmful, " ")) } else { Cow::Borrowed(text) }
}

/// The candidate that `written` was probably meant to be: at most a third of its letters differ, one is the beginning of
/// the other and at least three letters long, or `written` is what follows a dot at the candidate's end.
pub fn nearest<'c>(written: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let lower = written.to_lowercase();
    let limit = (lower.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != written)
        .filter_map(|candidate| {
            let other = candidate.to_lowercase();
            let distance = strsim::damerau_levenshtein(&lower, &other);
            let begins = lower.len().min(other.len()) >= 3 && (lower.starts_with(&other) || other.starts_with(&lower));
            let ends = other.strip_suffix(&lower).is_some_and(|head| head.ends_with('.'));
            (distance <= limit || begins || ends).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_ignores_case_blanks_and_the_way_an_accent_is_written() {
        assert_eq!(fold("  Garden LEAVE\u{a0}"), "garden leave");
        assert_eq!(fold("Cafe\u{301}"), fold("CAFÉ"));
        assert_eq!(fold("İstanbul"), fold("i\u{307}stanbul"));
        assert_eq!(fold("No"), "no");
    }

    #[test]
    fn folding_in_place_is_folding() {
        let long = "Ab ".repeat(30);
        for text in
            ["", " ", "a", " A b ", "\u{a0}Garden LEAVE", "ÅSA", "İ", "straße", "Cafe\u{301}", &long[..64], &long[..65], &long]
        {
            assert_eq!(folded(text, <[u8]>::to_vec), fold(text).as_bytes(), "{text:?}");
        }
    }

    #[test]
    fn slips_and_beginnings_of_words_are_near_and_other_words_are_not() {
        let words = ["matches", "this", "that", "where"];
        for (written, near) in [
            ("match", Some("matches")),
            ("thsi", Some("this")),
            ("wher", Some("where")),
            ("Where", Some("where")),
            ("join", None),
            ("w", None),
            ("that", None),
        ] {
            assert_eq!(nearest(written, words), near, "{written}");
        }
        assert_eq!(nearest("people", ["hibob.fields", "hibob.people"]), Some("hibob.people"));
        assert_eq!(nearest("people", ["hibob.salespeople"]), None);
    }
}
