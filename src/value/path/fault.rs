//! A fault in a path's text, and the trying of its repair.

use super::{PathError, parse};
use std::borrow::Cow;
use std::ops::Range;

/// A fault in a path's text, before its repair is tried.
#[derive(Debug)]
pub(super) struct Fault {
    span: Range<usize>,
    message: String,
    help: Help,
}

#[derive(Debug)]
enum Help {
    None,
    Say(String),
    /// What to write in the place of these bytes.
    Write(Range<usize>, String),
}

impl Fault {
    pub(super) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Fault { span, message: message.into(), help: Help::None }
    }

    pub(super) fn say(self, help: impl Into<String>) -> Self {
        Fault { help: Help::Say(help.into()), ..self }
    }

    pub(super) fn write(self, place: Range<usize>, text: impl Into<String>) -> Self {
        Fault { help: Help::Write(place, text.into()), ..self }
    }

    /// The fault for people. A repaired path is shown only if it is one.
    pub(super) fn into_error(self, path: &str) -> PathError {
        let help = match self.help {
            Help::None => None,
            Help::Say(help) => Some(help),
            Help::Write(place, text) => {
                let whole = [&path[..place.start], &text, &path[place.end..]].concat();
                if parse::read(&whole).is_ok() {
                    Some(format!("write `{whole}`"))
                } else if place.is_empty() || text.is_empty() {
                    None
                } else {
                    Some(format!("write `{text}` there"))
                }
            }
        };
        PathError { span: self.span, message: self.message, help }
    }
}

/// A character as a message shows it; those that can't be seen by their number.
pub(super) fn shown(char: Option<char>) -> String {
    match char {
        None => "the end of the path".to_owned(),
        Some(' ') => "a blank".to_owned(),
        Some(char) if char.is_control() || char.is_whitespace() => format!("U+{:04X}", u32::from(char)),
        Some(char) => format!("`{char}`"),
    }
}

/// A piece of a path as a message shows it: cut where it is long.
pub(super) fn short(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(60) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}
