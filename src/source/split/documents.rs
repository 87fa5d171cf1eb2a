//! Cuts records out of JSON documents: arrays, envelopes and bare objects, one after another.

use super::layout::Envelope;
use super::members::{Event, Members, TextEnd, ends_plain, skip_blanks, text_end};
use super::nesting::Nesting;
use super::{Cut, Fault, Malformed, Stop};
use crate::catalog::resource::Resource;
use memchr::memmem;

pub(super) struct Documents {
    resource: &'static Resource,
    any_key: bool,
    state: State,
    /// The next byte to look at.
    at: usize,
    /// The first byte that is still needed: where the record, or what is left of the envelope, begins.
    start: usize,
    members: Members,
    nesting: Nesting,
    envelope: Envelope,
    /// The key of the envelope whose array is, or has been, cut.
    key: Option<&'static str>,
    /// The bracket that all documents begin with.
    opening: Option<u8>,
    next_page: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Between documents.
    Outside,
    /// At the members of an object that is a record or an envelope.
    Object,
    /// In an object that is a record, though a broken one: only brackets count.
    BrokenObject,
    /// In an array, where a record is due; right after its bracket it may end instead.
    Due {
        first: bool,
    },
    InBrackets,
    InText,
    InPlain,
    /// In an array, after a record.
    AfterRecord,
}

impl Documents {
    pub(super) fn from(at: usize, resource: &'static Resource, any_key: bool) -> Self {
        Documents {
            resource,
            any_key,
            state: State::Outside,
            at,
            start: at,
            members: Members::from(at),
            nesting: Nesting::default(),
            envelope: Envelope::of(resource, any_key),
            key: None,
            opening: None,
            next_page: false,
        }
    }

    /// Whether the last envelope says that the next page has more records.
    pub(super) fn next_page(&self) -> bool {
        self.next_page
    }

    /// The key of the envelope whose array is, or was last, cut.
    pub(super) fn key(&self) -> Option<&'static str> {
        self.key
    }

    /// Where the bytes begin that are still needed.
    pub(super) fn needed(&self) -> usize {
        self.start
    }

    /// `count` bytes have been taken away in front.
    pub(super) fn shift(&mut self, count: usize) {
        self.at -= count;
        self.start -= count;
        self.members.at = self.members.at.max(count);
        self.members.shift(count);
    }

    /// Cuts what there is. Whether it came to an end between documents.
    pub(super) fn split(&mut self, cut: &mut Cut<'_>) -> Result<(), Stop> {
        loop {
            match self.state {
                State::Object => {
                    if !self.object(cut)? {
                        return Ok(());
                    }
                }
                State::BrokenObject | State::InBrackets => {
                    // Marked on the way, unless it was begun in another block or can't be ended in this one.
                    let is_whole = self.state == State::InBrackets && self.at == self.start + 1;
                    let ended = if is_whole { cut.quotes.mark_ended(&cut.bytes[self.start..]) } else { None };
                    let (end, marks, line_ends) = match ended {
                        Some(ended) => (self.start + ended.length, ended.marks, ended.line_ends),
                        None => {
                            let Some(close) = self.nesting.close(cut.bytes, self.at) else {
                                self.at = cut.bytes.len();
                                return Ok(());
                            };
                            (close + 1, None, self.state != State::InBrackets || self.nesting.may_hold_line_ends())
                        }
                    };
                    // `{` and `}` differ from each other as `[` and `]` do.
                    if cut.bytes[end - 1] != cut.bytes[self.start] + 2 {
                        return Err(Stop { at: end - 1, fault: Malformed::Mismatch.into() });
                    }
                    self.record(cut, end, marks, line_ends)?;
                }
                State::InText => match text_end(cut.bytes, self.at) {
                    TextEnd::After(end) => self.record(cut, end, None, true)?,
                    TextEnd::LineBreak(at) => self.at = at + 1,
                    TextEnd::More(at) => {
                        self.at = at;
                        return Ok(());
                    }
                },
                State::InPlain => match cut.bytes[self.at..].iter().position(|byte| ends_plain(*byte)) {
                    Some(length) => self.record(cut, self.at + length, None, true)?,
                    None => {
                        self.at = cut.bytes.len();
                        return Ok(());
                    }
                },
                State::Outside | State::Due { .. } | State::AfterRecord => {
                    let byte = skip_blanks(cut.bytes, &mut self.at);
                    self.start = self.at;
                    let Some(byte) = byte else { return Ok(()) };
                    self.between(byte).map_err(|fault| Stop { at: self.at, fault: fault.into() })?;
                }
            }
        }
    }

    /// Hands out the record that ends before `end`, and in which lines may end.
    fn record(&mut self, cut: &mut Cut<'_>, end: usize, marks: Option<usize>, line_ends: bool) -> Result<(), Stop> {
        cut.record(self.start, end, marks)?;
        if !line_ends {
            // Nothing to count in the record.
            cut.counter.counted = end;
        }
        self.state = if self.state == State::BrokenObject { State::Outside } else { State::AfterRecord };
        self.start = end;
        self.at = end;
        Ok(())
    }

    /// Steps over `byte`, which stands outside any record.
    fn between(&mut self, byte: u8) -> Result<(), Malformed> {
        let next = match (self.state, byte) {
            (State::Outside, b'{' | b'[') if self.opening.is_none_or(|opening| opening == byte) => {
                self.opening = Some(byte);
                self.key = None;
                self.members = Members::from(self.at + 1);
                self.envelope = Envelope::of(self.resource, self.any_key);
                if byte == b'{' { State::Object } else { State::Due { first: true } }
            }
            (State::Outside, _) => return Err(Malformed::Trailing),
            (State::AfterRecord, b',') => State::Due { first: false },
            (State::AfterRecord | State::Due { first: true }, b']') => {
                self.members.resume(self.at + 1);
                if self.key.is_some() { State::Object } else { State::Outside }
            }
            (_, b'}') => return Err(Malformed::Mismatch),
            (State::AfterRecord, b'{' | b'[' | b'"') => return Err(Malformed::NoComma),
            (State::AfterRecord, _) => return Err(Malformed::NoCommaOrEnd),
            (_, b',' | b']' | b':') => return Err(Malformed::NoRecord),
            (_, b'{' | b'[') => {
                self.nesting = Nesting::within(1);
                State::InBrackets
            }
            (_, b'"') => State::InText,
            _ => {
                self.state = State::InPlain;
                return Ok(());
            }
        };
        self.at += 1;
        self.state = next;
        Ok(())
    }

    /// Walks on over the members of an object. `false` if the bytes are used up.
    fn object(&mut self, cut: &mut Cut<'_>) -> Result<bool, Stop> {
        match self.members.advance(cut.bytes) {
            Event::More => {
                self.at = cut.bytes.len();
                return Ok(false);
            }
            Event::Member { name, array } => {
                let key = self.envelope.member(&cut.bytes[name], array);
                // Answers about lists hold the same items under two keys: only the first key counts.
                if key.is_some() && self.key.is_none_or(|first| key == Some(first)) {
                    self.next_page = names_next_page(&cut.bytes[self.start..self.members.at]);
                    self.key = key;
                    self.at = self.members.at;
                    self.start = self.at;
                    self.state = State::Due { first: true };
                }
            }
            Event::End(close) if self.key.is_some() => {
                self.next_page |= names_next_page(&cut.bytes[self.start..close]);
                self.at = close + 1;
                self.state = State::Outside;
            }
            Event::End(close) => {
                self.record(cut, close + 1, None, true)?;
                self.state = State::Outside;
            }
            Event::Broken(at) if self.key.is_some() => return Err(Stop { at, fault: Malformed::Envelope.into() }),
            Event::Broken(at) => {
                self.nesting = self.members.nesting_here();
                self.at = at;
                self.state = State::BrokenObject;
            }
        }
        Ok(true)
    }

    /// What it means that no more bytes come.
    pub(super) fn finish(&self) -> Result<(), Fault> {
        match self.state {
            State::Outside => Ok(()),
            State::Due { .. } | State::AfterRecord => Err(Fault::Unclosed),
            State::Object if self.key.is_some() => Err(Fault::Unclosed),
            _ => Err(Fault::Truncated),
        }
    }
}

/// Whether the part of an envelope outside its records holds a cursor: there is another page.
fn names_next_page(text: &[u8]) -> bool {
    const NAME: &[u8] = b"\"next_cursor\"";
    memmem::find(text, NAME).is_some_and(|found| {
        let mut at = found + NAME.len();
        if skip_blanks(text, &mut at) == Some(b':') {
            at += 1;
        }
        skip_blanks(text, &mut at).is_some() && !text[at..].starts_with(b"null") && !text[at..].starts_with(b"\"\"")
    })
}
