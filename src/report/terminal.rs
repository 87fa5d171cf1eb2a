//! Text from files on its way to a terminal. A control character in a mapping must never steer the reader's screen.

use annotate_snippets::renderer::Style;
use std::borrow::Cow;
use std::fmt;

/// What stands for a character that would steer a terminal or turn the order of the text around it: C1 controls (U+009B
/// begins a command as Escape does), line and paragraph separators, and direction marks. The stand-in is as long in UTF-8,
/// so that places in the text keep their offsets.
fn same_length(c: char) -> Option<char> {
    match c {
        '\u{80}'..='\u{9f}' | '\u{61c}' => Some('¿'),
        '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Some(char::REPLACEMENT_CHARACTER),
        _ => None,
    }
}

/// Unicode's picture of a C0 control or Delete.
fn picture(c: char) -> Option<char> {
    match c {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)),
        '\u{7f}' => Some('␡'),
        _ => None,
    }
}

fn replace(text: &str, stand_in: impl Fn(char) -> Option<char>) -> Cow<'_, str> {
    if text.chars().any(|c| stand_in(c).is_some()) {
        Cow::Owned(text.chars().map(|c| stand_in(c).unwrap_or(c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// The text of a file with the characters replaced that annotate-snippets leaves alone; byte offsets stay.
pub fn source(text: &str) -> Cow<'_, str> {
    replace(text, same_length)
}

/// Text that may have several lines: everything that steers is replaced, line feeds and tabs stay.
pub fn lines(text: &str) -> Cow<'_, str> {
    replace(text, |c| if matches!(c, '\n' | '\t') { None } else { picture(c).or_else(|| same_length(c)) })
}

/// Text that stays on one line: line feeds and tabs are replaced, too.
pub fn one_line(text: &str) -> Cow<'_, str> {
    replace(text, |c| picture(c).or_else(|| same_length(c)))
}

/// `text` in a style where `color` allows it.
pub(super) fn styled(text: impl fmt::Display, style: Style, color: bool) -> String {
    if color && style != Style::new() { format!("{style}{text}{style:#}") } else { text.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_become_visible() {
        assert_eq!(one_line("a\u{1b}[2Jb\u{9b}31m\u{7f}\r\n\tc"), "a␛[2Jb¿31m␡␍␊␉c");
        assert_eq!(lines("a\u{1b}\n\tb\u{202e}"), "a␛\n\tb\u{fffd}");
        assert!(matches!(one_line("Zoë 👩‍🚀 שלום"), Cow::Borrowed(_)));
    }

    #[test]
    fn the_text_of_a_file_keeps_its_offsets() {
        let text: String = (0..=0x2100).filter_map(char::from_u32).collect();
        let safe = source(&text);
        assert!(text.char_indices().zip(safe.char_indices()).all(|((before, _), (after, _))| before == after));
        assert!(!safe.chars().any(|c| ('\u{80}'..='\u{9f}').contains(&c)));
    }
}
