//! Where the answers of a plan's paths lie: places in the record's text, in memory that is used again for the next record.

use super::ReadPlan;
use super::known::Known;
use super::quick;
use crate::value::json::{Marked, Quotes};
use crate::value::{Found, Raw};

/// What one path found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Slot<'r> {
    /// A path of names and indices finds one place.
    One(Found<'r>),
    /// Any other path finds any number of values, which may be null.
    Many(Matches<'r>),
}

/// Memory for what the paths of a plan find in one record. [`super::ReadPlan::read`] fills it, for any plan and as often as one
/// likes; what was in it before is forgotten, its memory is kept.
#[derive(Debug, Clone, Default)]
pub struct Slots {
    /// By slot.
    pub(super) spans: Vec<Span>,
    /// The matches of all paths that find several.
    pub(super) matches: Vec<Span>,
    /// The record's text without the names that are dropped, where a path finds the whole record.
    pub(super) made: String,
    /// The values that paths that find several look into.
    pub(super) captured: Vec<Span>,
    /// What helps to read the next record.
    reader: Option<Box<Reader>>,
}

/// What is kept from record to record to read them fast.
#[derive(Debug, Clone)]
struct Reader {
    quotes: Quotes,
    known: Known,
}

/// A place in a record's text, or what is there in its stead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    start: u32,
    length: u32,
}

/// What the paths of a plan found in one record.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'r> {
    slots: &'r Slots,
    record: &'r str,
}

/// The values that one path found, in the order of RFC 9535.
#[derive(Debug, Clone, Copy)]
pub struct Matches<'r> {
    spans: &'r [Span],
    reading: Reading<'r>,
}

/// Bit of a length: it counts matches.
const MANY: u32 = 1 << 31;
/// Bit of a start: the place is in the text that was made.
const MADE: u32 = 1 << 31;

/// The longest text that spans have room for.
pub(super) const LONGEST: usize = MADE as usize - 1;

impl Span {
    pub(super) const ABSENT: Span = Span { start: 0, length: 0 };
    pub(super) const NULL: Span = Span { start: 1, length: 0 };
    pub(super) const BLANK: Span = Span { start: 2, length: 0 };

    /// The value at these bytes of a text of no more than [`LONGEST`].
    pub(super) fn value(start: usize, end: usize) -> Span {
        Span { start: start as u32, length: (end - start) as u32 }
    }

    /// The whole text that was made, of which there are so many bytes.
    fn made(length: usize) -> Span {
        Span { start: MADE, length: length as u32 }
    }

    /// The bytes, if this is a value and not made.
    pub(super) fn text(self, record: &str) -> Option<&str> {
        let start = self.start as usize;
        (self.length > 0).then(|| &record[start..start + self.length as usize])
    }

    #[inline]
    fn state(self) -> usize {
        // Nothing here that a processor would have to foresee.
        let found = if self.length == MANY { 1 } else { 3 };
        if self.length == 0 { self.start as usize & 3 } else { found }
    }

    /// What a value counts as: null, blank or itself.
    pub(super) fn of(raw: Raw<'_>, span: Span) -> Span {
        match Found::of(raw) {
            Found::Absent => Span::ABSENT,
            Found::Null => Span::NULL,
            Found::Blank => Span::BLANK,
            Found::Value(_) => span,
        }
    }
}

impl Slots {
    pub const fn new() -> Slots {
        Slots { spans: Vec::new(), matches: Vec::new(), made: String::new(), captured: Vec::new(), reader: None }
    }

    /// What was found in `record`, which must be the record that was read last.
    pub fn reading<'r>(&'r self, record: &'r str) -> Reading<'r> {
        Reading { slots: self, record }
    }

    /// Holds what was found in several records, as if in one in which each path has a match in every record that has it.
    pub fn together<'r>(&'r mut self, records: &[Reading<'_>]) -> Reading<'r> {
        self.forget(0, 0);
        for slot in 0..records.iter().map(|record| record.len()).max().unwrap_or(0) {
            let first = self.matches.len();
            for record in records {
                match record.slot(slot) {
                    Slot::One(Found::Absent) => {}
                    Slot::One(Found::Null) => self.add_match("null"),
                    Slot::One(Found::Blank) => self.add_match("\"\""),
                    Slot::One(Found::Value(raw)) => self.add_match(raw.text()),
                    Slot::Many(found) => found.iter().for_each(|raw| self.add_match(raw.text())),
                }
            }
            let matches = self.matches_from(first);
            self.spans.push(matches);
        }
        self.reading("")
    }

    fn add_match(&mut self, text: &str) {
        let start = u32::try_from(self.made.len()).ok().filter(|start| start & MADE == 0);
        let start = start.expect("what joins find of a row is shorter than two gigabytes");
        self.matches.push(Span { start: MADE | start, length: text.len() as u32 });
        self.made.push_str(text);
    }

    pub(super) fn forget(&mut self, slots: usize, captures: usize) {
        // Mostly the same plan as before: then nothing but zeros is written.
        self.spans.resize(slots, Span::ABSENT);
        self.spans.fill(Span::ABSENT);
        self.captured.resize(captures, Span::ABSENT);
        self.captured.fill(Span::ABSENT);
        self.matches.clear();
        self.made.clear();
    }

    /// Reads a record the quick way, by `marks` of its quotes if they are there. `false` if that is not possible; what is in the
    /// slots then is worth nothing.
    pub(super) fn read_quickly(&mut self, plan: &ReadPlan, record: &str, marks: Option<Marked<'_>>) -> bool {
        self.forget(plan.len(), plan.captures);
        let Reader { quotes, known } =
            &mut **self.reader.get_or_insert_with(|| Box::new(Reader { quotes: Quotes::new(), known: Known::default() }));
        known.begin(plan);
        let marks = marks.or_else(|| quotes.mark(record).then(|| quotes.marked()));
        marks.is_some_and(|marks| quick::read(plan, record, marks, known, &mut self.spans, &mut self.captured).is_some())
    }

    /// The place of the whole text that was made.
    pub(super) fn made(&self) -> Span {
        Span::made(self.made.len())
    }

    /// What a slot holds whose matches are those from `first` on.
    pub(super) fn matches_from(&self, first: usize) -> Span {
        Span { start: first as u32, length: MANY | (self.matches.len() - first) as u32 }
    }
}

impl<'r> Reading<'r> {
    /// The answers to no path at all.
    pub fn of_nothing() -> Reading<'static> {
        static NONE: Slots = Slots::new();
        NONE.reading("")
    }

    #[inline]
    pub fn len(self) -> usize {
        self.slots.spans.len()
    }

    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// What the path of this slot found.
    ///
    /// # Panics
    /// The plan has no such slot.
    #[inline]
    pub fn slot(self, slot: usize) -> Slot<'r> {
        let span = self.slots.spans[slot];
        match span.length {
            0 => Slot::One(match span {
                Span::ABSENT => Found::Absent,
                Span::NULL => Found::Null,
                _ => Found::Blank,
            }),
            length if length & MANY != 0 => {
                let first = span.start as usize;
                let spans = &self.slots.matches[first..first + (length & !MANY) as usize];
                Slot::Many(Matches { spans, reading: self })
            }
            _ => Slot::One(Found::Value(self.raw(span))),
        }
    }

    /// What the path of this slot met, as in [`Reading::states`].
    ///
    /// # Panics
    /// The plan has no such slot.
    #[inline]
    pub fn state(self, slot: usize) -> usize {
        self.slots.spans[slot].state()
    }

    /// The value that the path of this slot found, if it finds one place, and that in the record as it was read.
    ///
    /// # Panics
    /// The plan has no such slot.
    #[inline]
    pub fn value(self, slot: usize) -> Option<Raw<'r>> {
        let Span { start, length } = self.slots.spans[slot];
        let one = length & MANY == 0 && start & MADE == 0 && length > 0;
        one.then(|| Raw::new(&self.record[start as usize..(start + length) as usize]))
    }

    /// What each path met, in the order of the slots: 0 for absent, 1 for null, 2 for blank, 3 for a value. No match is as null.
    #[inline]
    pub fn states(self) -> impl Iterator<Item = usize> {
        self.slots.spans.iter().map(|span| span.state())
    }

    /// What each path found, in the order of the slots.
    pub fn iter(self) -> impl Iterator<Item = Slot<'r>> {
        (0..self.len()).map(move |slot| self.slot(slot))
    }

    #[inline]
    fn raw(self, Span { start, length }: Span) -> Raw<'r> {
        let text = if start & MADE == 0 { self.record } else { &self.slots.made };
        let start = (start & !MADE) as usize;
        Raw::new(&text[start..start + length as usize])
    }
}

impl PartialEq for Reading<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<'r> Matches<'r> {
    pub fn len(self) -> usize {
        self.spans.len()
    }

    pub fn is_empty(self) -> bool {
        self.spans.is_empty()
    }

    pub fn first(self) -> Option<Raw<'r>> {
        self.spans.first().map(|span| self.reading.raw(*span))
    }

    pub fn last(self) -> Option<Raw<'r>> {
        self.spans.last().map(|span| self.reading.raw(*span))
    }

    pub fn iter(self) -> impl Iterator<Item = Raw<'r>> {
        self.spans.iter().map(move |span| self.reading.raw(*span))
    }
}

impl PartialEq for Matches<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}
