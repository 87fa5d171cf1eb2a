//! Texts made of other fields' values.

use super::compute::{LONGEST_MADE, Row};
use super::state::{Invalid, State};
use crate::mapping::compiled::{OnInvalid, Part, Template};
use crate::value::text::has_tidy_ends;

impl Row<'_> {
    /// `None` where a part that must have a value has none. The text lies in memory out of `texts`.
    pub(super) fn template(&self, template: &Template, texts: &mut Vec<String>) -> Result<Option<String>, String> {
        let mut text = Closing::new(texts.pop().unwrap_or_default());
        let made = self.fill(template, &mut text);
        match made {
            Ok(true) if text.close() => Ok(Some(text.text)),
            made => {
                texts.push(text.text);
                made.map(|_| None)
            }
        }
    }

    /// Whether all parts that must have a value have one, and any has.
    fn fill(&self, template: &Template, text: &mut Closing) -> Result<bool, String> {
        let mut any = false;
        for part in &template.parts {
            let (field, optional) = match part {
                Part::Text(fixed) => {
                    text.push(fixed);
                    continue;
                }
                Part::Field { field, optional } => (*field, *optional),
            };
            match &self.fields[field] {
                Some(State::Value { value, .. }) => {
                    any = true;
                    text.push(&value.to_plain());
                    if text.piece > LONGEST_MADE {
                        return Err(format!("the template's text is longer than {LONGEST_MADE} bytes"));
                    }
                }
                // A field of this file rejects the record itself; nobody else judges one that belongs to a used rule.
                Some(State::Invalid(Invalid { message, action: OnInvalid::Reject | OnInvalid::Stop, .. }))
                    if self.mapping.fields[field].used =>
                {
                    return Err(format!("{}: {message}", self.mapping.fields[field].name));
                }
                _ if optional => text.leave_out(),
                _ => return Ok(false),
            }
        }
        Ok(any)
    }
}

/// A text that closes up where a blank part vanishes: no blanks are left double there, nor at an end.
struct Closing {
    text: String,
    /// Bytes since the last part that vanished, the blanks that are left out included.
    piece: usize,
    /// Blanks that come now would be double.
    skips_blanks: bool,
}

impl Closing {
    /// `memory` is what the text is made in.
    fn new(mut memory: String) -> Self {
        memory.clear();
        Closing { text: memory, piece: 0, skips_blanks: false }
    }

    fn push(&mut self, part: &str) {
        self.piece += part.len();
        let part = if self.skips_blanks { part.trim_start() } else { part };
        self.skips_blanks &= part.is_empty();
        self.text.push_str(part);
    }

    fn leave_out(&mut self) {
        self.piece = 0;
        self.skips_blanks = self.text.trim_end().len() < self.text.len() || self.text.is_empty();
    }

    /// Takes the blanks at the ends away; whether anything is left.
    fn close(&mut self) -> bool {
        if has_tidy_ends(&self.text) {
            return true;
        }
        let start = self.text.len() - self.text.trim_start().len();
        self.text.drain(..start);
        self.text.truncate(self.text.trim_end().len());
        !self.text.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::Closing;
    use proptest::prelude::{prop, prop_assert_eq, proptest};

    /// What a template is held to: the pieces between the parts that vanish, joined without the blanks that are left double.
    fn joined(pieces: &[String]) -> String {
        let mut out = String::new();
        for piece in pieces {
            let doubles = pieces.len() > 1 && (out.is_empty() || out.ends_with(char::is_whitespace));
            out.push_str(if doubles { piece.trim_start() } else { piece });
        }
        out.trim().to_owned()
    }

    fn closed(pieces: &[Vec<String>]) -> String {
        let mut text = Closing::new("what was there before".to_owned());
        for (at, parts) in pieces.iter().enumerate() {
            if at > 0 {
                text.leave_out();
            }
            parts.iter().for_each(|part| text.push(part));
        }
        assert_eq!(text.piece, pieces.last().unwrap().iter().map(String::len).sum::<usize>());
        assert_eq!(text.close(), !text.text.is_empty());
        text.text
    }

    #[test]
    fn blank_parts_of_a_template_leave_no_double_blanks() {
        for (text, expected) in [
            ("Ada |_| L", "Ada L"),
            ("|_| L", "L"),
            ("Ada |_|", "Ada"),
            ("A|_|B", "AB"),
            ("a  b", "a  b"),
            ("|_| |_| |_|", ""),
            ("A, |_|, B", "A, , B"),
        ] {
            let pieces: Vec<Vec<String>> = text.split("|_|").map(|piece| vec![piece.to_owned()]).collect();
            assert_eq!(closed(&pieces), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_text_closes_up_as_its_pieces_joined(
            pieces in prop::collection::vec(prop::collection::vec("[ab\u{a0} \u{3000}]{0,3}", 0..4), 1..5),
        ) {
            let whole: Vec<String> = pieces.iter().map(|parts| parts.concat()).collect();
            prop_assert_eq!(closed(&pieces), joined(&whole), "{:?}", pieces);
        }
    }
}
