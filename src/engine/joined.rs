//! The records that a join looks among: only what the mapping reads of them, packed into one text, found by key.

use super::condition::{Look, all_hold};
use super::convert::join_keys;
use crate::mapping::compiled::{Join, Root};
use crate::source::Place;
use crate::value::found::RawShape;
use crate::value::read::{ReadError, Reading, Slot, Slots, outermost};
use jiff::civil::Date;
use std::collections::HashMap;

/// One join's records.
#[derive(Debug)]
pub struct JoinedSet {
    arena: String,
    /// What was found in each record, and where it begins in the arena.
    records: Vec<(usize, Slots)>,
    /// Key to the records that have it.
    index: HashMap<Box<str>, Vec<u32>>,
    /// Records read, by slot: absent, null, blank, with a value.
    pub counts: Vec<[u64; 4]>,
    pub read: u64,
    /// Records that can't be read or judged: a row that finds no match may have needed one of them.
    pub unread: u64,
    /// Where the first of them stands, and what is wrong with it.
    pub first_unread: Option<(Place, String)>,
    /// Why the set is not all there is: a row that finds no match may have needed what is missing.
    pub incomplete: Option<String>,
}

/// What a join finds for one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    None,
    One(u32),
    /// In the order in which they were read.
    Several(Vec<u32>),
}

impl JoinedSet {
    pub fn new(join: &Join) -> Self {
        JoinedSet {
            arena: String::new(),
            records: Vec::new(),
            index: HashMap::new(),
            counts: vec![[0; 4]; join.plan.len()],
            read: 0,
            unread: 0,
            first_unread: None,
            incomplete: None,
        }
    }

    /// Counts a record that could not be added, so that nobody is left unmatched without a word.
    pub fn note_unread(&mut self, place: Place, why: &JoinedError) {
        self.unread += 1;
        self.first_unread.get_or_insert_with(|| (place, why.to_string()));
    }

    /// Says that the set is not all there is.
    pub fn note_incomplete(&mut self, why: String) {
        self.incomplete = Some(why);
    }

    /// Adds a record, unless the join's conditions pass it over or it has no key.
    ///
    /// # Errors
    /// A record that can't be read or judged, to be noted as unread.
    pub fn add(&mut self, join: &Join, record: &str, run_date: Date) -> Result<(), JoinedError> {
        let mut slots = Slots::new();
        let found = join.plan.read(record, &mut slots)?;
        if outermost(record) != Some(RawShape::Object) {
            return Err(JoinedError::NoObject);
        }
        self.read += 1;
        for (count, slot) in self.counts.iter_mut().zip(found.iter()) {
            count[super::counts::state_of(slot)] += 1;
        }
        match all_hold(&join.filter, &OneRecord(found), run_date) {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(why) => return Err(JoinedError::Condition(why)),
        }
        let keys = join_keys(found.slot(join.that), join.ignore_case);
        if keys.is_empty() {
            return Ok(());
        }
        let number = u32::try_from(self.records.len()).map_err(|_| JoinedError::TooMany)?;
        self.records.push((self.arena.len(), found.copied(&mut self.arena)));
        for key in keys {
            let records = self.index.entry(key.into_boxed_str()).or_default();
            if records.last() != Some(&number) {
                records.push(number);
            }
        }
        Ok(())
    }

    pub fn find(&self, keys: &[String]) -> Match {
        let mut found: Vec<u32> = keys.iter().filter_map(|key| self.index.get(key.as_str())).flatten().copied().collect();
        found.sort_unstable();
        found.dedup();
        match found.as_slice() {
            [] => Match::None,
            [one] => Match::One(*one),
            _ => Match::Several(found),
        }
    }

    pub fn slots(&self, record: u32) -> Reading<'_> {
        let (start, slots) = &self.records[record as usize];
        slots.reading(&self.arena[*start..])
    }
}

/// Why a record can't be part of a joined set.
#[derive(Debug, thiserror::Error)]
pub enum JoinedError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("a condition of `where` can't be judged: {0}")]
    Condition(String),
    #[error("the bytes are not UTF-8")]
    Utf8,
    #[error("a record must be an object")]
    NoObject,
    #[error("more than four billion records")]
    TooMany,
}

struct OneRecord<'r>(Reading<'r>);

impl<'r> Look<'r> for OneRecord<'r> {
    fn slot(&self, _root: Root, slot: usize) -> Option<Slot<'r>> {
        Some(self.0.slot(slot))
    }
}
