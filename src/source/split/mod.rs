//! Tells where records begin and end in a stream of bytes, block by block, by brackets, strings and line ends alone. Whether a
//! record is good JSON is not judged here; how the layout of the input is told is written in [`layout`].

mod documents;
mod foreign;
mod layout;
mod members;
mod nesting;

use super::{Place, RecordSpan};
use crate::catalog::resource::Resource;
use crate::value::json::Quotes;
use documents::Documents;
use layout::Layout;
use members::{is_blank, skip_blanks};
use memchr::{memchr, memchr_iter};

/// What is wrong between records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("a comma is missing between two records")]
    NoComma,
    #[error("expected a comma or ] after a record")]
    NoCommaOrEnd,
    #[error("expected a record")]
    NoRecord,
    #[error("a bracket closes what another kind of bracket opened")]
    Mismatch,
    #[error("expected a comma or }} in the object around the records")]
    Envelope,
    #[error("something follows the end of the JSON")]
    Trailing,
}

/// Why the input can't be told apart into records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Malformed(Malformed),
    /// The input ends inside a record.
    Truncated,
    /// The input ends between records, before a bracket is closed.
    Unclosed,
    /// There is nothing, or nothing but blanks.
    Empty,
    TooLarge,
    /// Blanks, as many as no record has bytes.
    Idle,
    /// It is text in another encoding than UTF-8.
    Encoding(&'static str),
    /// It is no JSON: how the sentence "this ..." ends.
    Foreign(&'static str),
}

impl From<Malformed> for Fault {
    fn from(malformed: Malformed) -> Self {
        Fault::Malformed(malformed)
    }
}

/// How many bytes the longest byte order mark has.
const LONGEST_MARK: usize = 4;

/// A fault at an index of the block.
struct Stop {
    at: usize,
    fault: Fault,
}

/// Tells records apart. The caller keeps the bytes from one call to the next, less those that [`Splitter::release`] gives up.
pub(super) struct Splitter {
    resource: &'static Resource,
    stage: Stage,
    counter: Counter,
}

enum Stage {
    /// Nothing but blanks so far.
    Blank,
    /// Too little has been seen to tell the layout: look again at so many bytes.
    Undecided {
        again: usize,
    },
    Lines {
        /// Where the line begins, and up to where there is no line end.
        start: usize,
        searched: usize,
    },
    Documents(Documents),
}

/// Keeps the places of records.
struct Counter {
    records: u64,
    /// The offset in the input of the block's first byte.
    offset: u64,
    /// The line that `counted` stands on: line ends before it have been counted.
    line: u64,
    counted: usize,
    /// Where in the input the last record ended.
    reached: u64,
    limit: usize,
}

/// A block being cut.
struct Cut<'a> {
    bytes: &'a [u8],
    counter: &'a mut Counter,
    records: &'a mut Vec<RecordSpan>,
    quotes: &'a mut Quotes,
}

impl Counter {
    fn count(&mut self, bytes: &[u8], at: usize) {
        if at > self.counted {
            self.line += memchr_iter(b'\n', &bytes[self.counted..at]).count() as u64;
            self.counted = at;
        }
    }

    /// The place of the next record, or of what stands where it should.
    fn place(&mut self, bytes: &[u8], at: usize) -> Place {
        self.count(bytes, at);
        Place { record: self.records + 1, offset: self.offset + at as u64, line: self.line }
    }
}

impl Cut<'_> {
    fn record(&mut self, start: usize, end: usize, marks: Option<usize>) -> Result<(), Stop> {
        if end - start > self.counter.limit {
            return Err(Stop { at: start, fault: Fault::TooLarge });
        }
        let place = self.counter.place(self.bytes, start);
        self.records.push(RecordSpan { range: start..end, place, marks });
        self.counter.records += 1;
        self.counter.reached = self.counter.offset + end as u64;
        Ok(())
    }
}

impl Splitter {
    /// `limit` is the most bytes that one record may have.
    pub(super) fn new(resource: &'static Resource, limit: usize) -> Self {
        let counter = Counter { records: 0, offset: 0, line: 1, counted: 0, reached: 0, limit };
        Splitter { resource, stage: Stage::Undecided { again: LONGEST_MARK }, counter }
    }

    /// Bytes of input before the block.
    pub(super) fn offset(&self) -> u64 {
        self.counter.offset
    }

    /// The most bytes that one record may have.
    pub(super) fn limit(&mut self, bytes: usize) {
        self.counter.limit = bytes;
    }

    /// Whether the last page that was read names a next one.
    pub(super) fn next_page(&self) -> bool {
        matches!(&self.stage, Stage::Documents(documents) if documents.next_page())
    }

    /// The key of the answer whose array is, or was last, cut. `None` for bare records.
    pub(super) fn key(&self) -> Option<&'static str> {
        match &self.stage {
            Stage::Documents(documents) => documents.key(),
            _ => None,
        }
    }

    /// Looks at the bytes that have come since the last call and hands out the records that end in them, and marks of their quotes
    /// where there are any. `last` if there are no more.
    ///
    /// # Errors
    /// The fault and its place. The records handed out before it are good.
    pub(super) fn split(
        &mut self,
        bytes: &[u8],
        last: bool,
        records: &mut Vec<RecordSpan>,
        quotes: &mut Quotes,
    ) -> Result<(), (Fault, Place)> {
        let done = self.cut(bytes, last, records, quotes);
        done.map_err(|stop| (stop.fault, self.counter.place(bytes, stop.at)))
    }

    fn cut(&mut self, bytes: &[u8], last: bool, records: &mut Vec<RecordSpan>, quotes: &mut Quotes) -> Result<(), Stop> {
        if matches!(self.stage, Stage::Blank | Stage::Undecided { .. }) {
            self.begin(bytes, last)?;
        }
        let limit = self.counter.limit;
        let mut cut = Cut { bytes, counter: &mut self.counter, records, quotes };
        match &mut self.stage {
            Stage::Blank if last => return Err(Stop { at: bytes.len(), fault: Fault::Empty }),
            Stage::Blank | Stage::Undecided { .. } => {}
            Stage::Lines { start, searched } => lines(&mut cut, start, searched, last)?,
            Stage::Documents(documents) => {
                documents.split(&mut cut)?;
                if last {
                    documents.finish().map_err(|fault| Stop { at: documents.needed(), fault })?;
                }
            }
        }
        let needed = self.needed(bytes);
        if bytes.len() - needed > limit {
            return Err(Stop { at: needed, fault: Fault::TooLarge });
        }
        if (self.counter.offset + needed as u64).saturating_sub(self.counter.reached) > limit as u64 {
            return Err(Stop { at: needed, fault: Fault::Idle });
        }
        Ok(())
    }

    /// Tells the layout by the first bytes.
    fn begin(&mut self, bytes: &[u8], last: bool) -> Result<(), Stop> {
        let last = last || bytes.len() > self.counter.limit;
        if matches!(self.stage, Stage::Undecided { again } if bytes.len() < again && !last) {
            return Ok(());
        }
        let mut at = 0;
        if self.counter.offset == 0 {
            if let Some(encoding) = foreign::other_encoding(bytes) {
                return Err(Stop { at, fault: Fault::Encoding(encoding) });
            }
            if bytes.starts_with(b"\xef\xbb\xbf") {
                at = 3;
            }
        }
        let Some(first) = skip_blanks(bytes, &mut at) else {
            self.stage = Stage::Blank;
            return Ok(());
        };
        let layout = match first {
            b'{' => layout::layout(&bytes[at..], self.resource, last),
            b'[' => Some(Layout::Documents { any_key: false }),
            _ => return Err(Stop { at, fault: Fault::Foreign(foreign::looks(&bytes[at..])) }),
        };
        self.counter.count(bytes, at);
        self.stage = match layout {
            // Twice as much each time: all the looking together costs no more than two looks at the whole.
            None => Stage::Undecided { again: bytes.len() * 2 },
            Some(Layout::Lines) => Stage::Lines { start: at, searched: at },
            Some(Layout::Documents { any_key }) => Stage::Documents(Documents::from(at, self.resource, any_key)),
        };
        Ok(())
    }

    fn needed(&self, bytes: &[u8]) -> usize {
        match &self.stage {
            Stage::Blank => bytes.len(),
            Stage::Undecided { .. } => 0,
            Stage::Lines { start, .. } => *start,
            Stage::Documents(documents) => documents.needed(),
        }
    }

    /// How many bytes in front are needed no more. The next call must be given `bytes` without them, and what follows.
    pub(super) fn release(&mut self, bytes: &[u8]) -> usize {
        let count = self.needed(bytes);
        self.counter.count(bytes, count);
        self.counter.counted -= count;
        self.counter.offset += count as u64;
        match &mut self.stage {
            Stage::Blank | Stage::Undecided { .. } => {}
            Stage::Lines { start, searched } => {
                *start -= count;
                *searched -= count;
            }
            Stage::Documents(documents) => documents.shift(count),
        }
        count
    }
}

/// Cuts at line ends; each line that is not blank is a record, whatever it holds.
fn lines(cut: &mut Cut<'_>, start: &mut usize, searched: &mut usize, last: bool) -> Result<(), Stop> {
    loop {
        let (end, next) = match memchr(b'\n', &cut.bytes[*searched..]) {
            Some(found) => (*searched + found, *searched + found + 1),
            None if last => (cut.bytes.len(), cut.bytes.len()),
            None => {
                *searched = cut.bytes.len();
                return Ok(());
            }
        };
        let line = &cut.bytes[*start..end];
        let from = *start + line.iter().take_while(|byte| is_blank(**byte)).count();
        let to = end - line.iter().rev().take_while(|byte| is_blank(**byte)).count().min(end - from);
        if from < to {
            // No line ends lie between the line's first byte and the record's: nothing to count.
            cut.counter.counted = from;
            cut.record(from, to, None)?;
        }
        cut.counter.line += u64::from(next > end);
        cut.counter.counted = next;
        *start = next;
        *searched = next;
        if next == cut.bytes.len() && (last || next == end) {
            return Ok(());
        }
    }
}
