//! One style for mapping files. Blanks, indentation and line ends are pretty_yaml's to lay out; quotes and aligned comments stay
//! as their author wrote them. What comes out is read again: a text that would say something else is never handed out.

mod align;
mod marks;

use super::document::Document;
use crate::diagnostic::{Diagnostic, FileId};
use align::align;
use granit_parser::{Event, ScalarStyle};
use marks::Marks;
use pretty_yaml::config::{FormatOptions, LanguageOptions, LayoutOptions};

/// Why a text stays as it is.
#[derive(Debug)]
pub enum Unformatted {
    /// It is no sound YAML.
    Faults(Vec<Diagnostic>),
    /// A key or a list's item stands, or would stand, too far to the right.
    TooDeep,
    /// The formatted text would hold other values or comments, or hold them elsewhere: a fault of the program.
    Changed,
}

/// The text in the one style. Faults of YAML are in `file`, with places in the text without its byte order mark.
///
/// # Errors
/// The text has faults of YAML, or can't be formatted without changing what it says.
pub fn format(text: &str, file: FileId) -> Result<String, Unformatted> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (document, faults) = Document::parse(text, file);
    if document.is_none() || !faults.is_empty() {
        return Err(Unformatted::Faults(faults));
    }
    let line_end = if text.find('\n').is_some_and(|end| text[..end].ends_with('\r')) { "\r\n" } else { "\n" };
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let formatted = lay_out(&text)?;
    Ok(if line_end == "\n" { formatted } else { formatted.replace('\n', line_end) })
}

/// How often a text is laid out until it stays the same. Comments in empty brackets need two rounds.
const ROUNDS: usize = 4;

/// The column from which on pretty_yaml loses track of what stands in what.
pub const TOO_DEEP: usize = 60;

fn lay_out(text: &str) -> Result<String, Unformatted> {
    let before = Marks::read(text).ok_or(Unformatted::Changed)?;
    let mut laid_out = align::indent(text, &before);
    for _ in 0..ROUNDS {
        let marks = Marks::read(&laid_out).ok_or(Unformatted::Changed)?;
        if marks.blocks().any(|block| column(&laid_out, block.span.start) >= TOO_DEEP) {
            return Err(Unformatted::TooDeep);
        }
        let next = round(&laid_out, text, &before).ok_or(Unformatted::Changed)?;
        if next == laid_out {
            break;
        }
        laid_out = next;
    }
    let after = Marks::read(&laid_out).ok_or(Unformatted::Changed)?;
    if after.says_the_same_as(&before) { Ok(laid_out) } else { Err(Unformatted::Changed) }
}

/// Lays `laid_out` out once more; `None` where it is no YAML, or nothing comes of it. `text` has the marks `before`.
fn round(laid_out: &str, text: &str, before: &Marks<'_>) -> Option<String> {
    let next = pretty_yaml::format_text(laid_out, &options()).ok()?;
    align(requote(next, before)?, text, before)
}

fn column(text: &str, at: usize) -> usize {
    at - text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

fn options() -> FormatOptions {
    FormatOptions {
        // Where a line breaks is its author's to say: a test's record reads better on one line than on twenty.
        layout: LayoutOptions { print_width: usize::MAX / 4, ..LayoutOptions::default() },
        // No comment has a line feed in it, and so none switches the style off.
        language: LanguageOptions { ignore_comment_directive: "\n".to_owned(), ..LanguageOptions::default() },
    }
}

/// Gives texts in single quotes theirs back: pretty_yaml knows one kind of quotes only.
fn requote(laid_out: String, before: &Marks<'_>) -> Option<String> {
    let after = Marks::read(&laid_out)?;
    let mut bytes = laid_out.clone().into_bytes();
    for (was, is) in before.scalars().zip(after.scalars()) {
        let (Event::Scalar(_, ScalarStyle::SingleQuoted, ..), Event::Scalar(_, ScalarStyle::DoubleQuoted, ..)) =
            (&was.event, &is.event)
        else {
            continue;
        };
        bytes[is.span.start] = b'\'';
        bytes[is.span.end - 1] = b'\'';
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests;
