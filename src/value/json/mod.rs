//! JSON as it stands in the input: scanned in place, never rewritten by accident. Numbers stay texts, strings are
//! unescaped only when somebody needs them.

mod check;
mod ending;
pub mod lanes;
mod marks;
mod same;
mod scan;
mod special;
mod string;
mod tree;
mod write;

pub use check::Checker;
pub use ending::{Ended, Unread, depth_after};
pub use marks::{Marked, Quotes};
pub use same::same;
pub use scan::{MAX_DEPTH, Scanner};
pub use special::has_backslash;
pub use string::{decode, decode_lossy, is_blank_string};
pub use tree::{Data, Tree};
pub use write::{write_compact, write_string};

/// Why a text is not JSON, or not JSON that may be read here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    /// Where, in bytes from the start of the scanned text.
    pub offset: usize,
    pub fault: JsonFault,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonFault {
    #[error("the text ends in the middle of a value")]
    Truncated,
    #[error("expected {0}")]
    Expected(&'static str),
    #[error("a control character stands in a string (it must be written as an escape)")]
    ControlCharacter,
    #[error("an escape that JSON does not have")]
    Escape,
    #[error("a number is not written as JSON writes numbers")]
    Number,
    #[error("something follows the value")]
    Trailing,
    #[error("nested more than {MAX_DEPTH} deep")]
    TooDeep,
    #[error("the bytes are not UTF-8")]
    Utf8,
    /// Names in an object are not personal: they are the tenant's field ids.
    #[error("the name {0:?} stands twice in one object")]
    DuplicateName(String),
}

/// The text that these bytes are.
///
/// # Errors
/// They are not UTF-8; says from where on.
pub fn text(bytes: &[u8]) -> Result<&str, JsonError> {
    simdutf8::basic::from_utf8(bytes).or_else(|_| {
        let known = std::str::from_utf8(bytes);
        known.map_err(|error| JsonError { offset: error.valid_up_to(), fault: JsonFault::Utf8 })
    })
}

impl std::fmt::Display for JsonError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (at byte {} of the record)", self.fault, self.offset)
    }
}

impl std::error::Error for JsonError {}
