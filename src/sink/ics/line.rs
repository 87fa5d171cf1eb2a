//! Content lines of iCalendar (RFC 5545, 3.1): folded, ended by CRLF, with texts escaped.

/// The most octets of a line, its end aside.
const OCTETS: usize = 75;

/// Appends `head:value`, folded. `value` is what [`text`] makes, or a value that needs no escapes.
pub fn line(out: &mut Vec<u8>, head: &str, value: &str) {
    let mut room = OCTETS;
    for character in head.chars().chain([':']).chain(value.chars()) {
        if character.len_utf8() > room {
            // The blank that begins the rest counts as well.
            out.extend_from_slice(b"\r\n ");
            room = OCTETS - 1;
        }
        room -= character.len_utf8();
        out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
    out.extend_from_slice(b"\r\n");
}

/// A value of type TEXT: what has a meaning in iCalendar is escaped, and what it has no place for is left out.
pub fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        match character {
            '\\' | ';' | ',' => out.extend(['\\', character]),
            '\r' if text[at + 1..].starts_with('\n') => {}
            '\r' | '\n' => out.push_str("\\n"),
            '\t' => out.push('\t'),
            character if character.is_control() => {}
            character => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{line, text};
    use proptest::{prop_assert, prop_assert_eq, proptest};

    #[test]
    fn texts_are_escaped_as_rfc_5545_has_it() {
        assert_eq!(text("a\\b;c,d:\"e\"\r\nf\rg\nh\ti\u{0}\u{7f}\u{85}j"), "a\\\\b\\;c\\,d:\"e\"\\nf\\ng\\nh\tij");
    }

    proptest! {
        #[test]
        fn lines_are_short_and_unfold_to_what_they_were(value in "\\PC{0,300}") {
            let mut out = Vec::new();
            line(&mut out, "SUMMARY", &value);
            let out = String::from_utf8(out).expect("no character is cut in two");
            let body = out.strip_suffix("\r\n").unwrap();
            let lines: Vec<&str> = body.split("\r\n").collect();
            prop_assert!(lines.iter().all(|line| line.len() <= 75));
            prop_assert!(lines[..lines.len() - 1].iter().all(|line| line.len() > 75 - 4));
            prop_assert_eq!(body.replace("\r\n ", ""), format!("SUMMARY:{value}"));
        }
    }
}
