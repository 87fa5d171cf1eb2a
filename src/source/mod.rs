//! Where records come from. A source hands out batches of raw bytes and says where each record lies in them, never trees,
//! and ends by saying how much of the whole it has seen.

mod error;
pub mod file;
pub mod hibob;
mod input;
mod split;
pub mod spool;
pub mod time_off;

pub use error::SourceError;
pub use file::{FileSource, Limits};
pub use split::Malformed;

use crate::value::json::{Quotes, Unread};
use std::fmt;
use std::ops::Range;
use std::time::Duration;

/// A stretch of input with whole records in it. Batches are reused: a source refills the one it is given.
#[derive(Debug, Default)]
pub struct Batch {
    /// What is no record's may be left over from an earlier use.
    pub bytes: Vec<u8>,
    pub records: Vec<RecordSpan>,
    /// Marks of the records' quotes, as far as telling the records apart came to them.
    pub quotes: Quotes,
}

/// Where one record lies in a batch, and in the input as a person sees it. The bytes have not been judged: they may be
/// anything between two places where a record can begin and end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordSpan {
    pub range: Range<usize>,
    pub place: Place,
    /// Where the record's marks begin in the quotes of its batch, if they are there.
    pub marks: Option<usize>,
}

impl Batch {
    /// The record there, with its marks.
    pub fn record(&self, span: &RecordSpan) -> Unread<'_> {
        self.quotes.unread(&self.bytes[span.range.clone()], span.marks)
    }
}

/// Where a record stands in the input.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    /// Counted from 1 over all records of the source.
    pub record: u64,
    /// Bytes from the start of the (decompressed) input to the record's first byte.
    pub offset: u64,
    /// The line the record begins on, counted from 1.
    pub line: u64,
}

/// How much of what there is a source has handed out: what is missing from the result of a partial read must never be
/// taken for a leaver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everything there is.
    Complete,
    /// Only the records with these keys were asked for.
    Keys(Vec<String>),
    /// Reading stopped early, and why.
    CutShort(String),
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scope::Complete => f.write_str("complete"),
            Scope::Keys(keys) => write!(f, "{} keys", keys.len()),
            Scope::CutShort(why) => write!(f, "cut short: {why}"),
        }
    }
}

/// A stream of batches.
pub trait Source: Send {
    /// Fills `batch` with the next records, in the place of those that it holds; with none while a source gathers what it needs
    /// before it can hand out the first. After `false` the source is done and [`Source::scope`] is final.
    ///
    /// # Errors
    /// The input can't be read, or can't be told apart into records any more. Records handed out before stay valid, but the run fails.
    fn next(&mut self, batch: &mut Batch) -> Result<bool, SourceError>;

    fn scope(&self) -> Scope;

    /// Whether reading may take as long as somebody else likes: a pipe, the network.
    fn may_wait(&self) -> bool {
        true
    }

    /// For the progress bar: bytes read so far of how many in all, as they lie on the disk (compressed ones count as they are), or
    /// calls or records where there are no bytes.
    fn progress(&self) -> (u64, Option<u64>);

    /// How long the rest will take, where a limit tells it better than the time that has passed.
    fn left(&self) -> Option<Duration> {
        None
    }

    /// What a user should know of the reading besides the scope: rows that may not be seen, employees who vanished meanwhile.
    /// Sentences without values of people, final when the source is done.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}
