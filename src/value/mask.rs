//! Values of people are masked by their type: what is printed goes through [`Shown`], and only [`Reveal::Values`], which a
//! user asks for, opens it.

use std::fmt;

/// Whether values of people may be printed. The default is no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reveal {
    #[default]
    Nothing,
    /// The user asked for it (`--show-values`).
    Values,
}

/// A value on its way to a person's eyes: prints as dots unless it is not personal or the user asked to see it.
#[derive(Clone, PartialEq, Eq)]
pub struct Shown {
    text: String,
    personal: bool,
}

impl Shown {
    pub fn new(text: impl Into<String>, personal: bool) -> Self {
        Shown { text: text.into(), personal }
    }

    /// The value's text, or dots and a count of characters in their place.
    pub fn display(&self, reveal: Reveal) -> String {
        if self.personal && reveal == Reveal::Nothing { self.to_string() } else { self.text.clone() }
    }
}

impl fmt::Display for Shown {
    /// Always safe to print: shows a personal value's length class and nothing of its text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.personal { f.write_str("•••") } else { f.write_str(&self.text) }
    }
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shown({self})")
    }
}
