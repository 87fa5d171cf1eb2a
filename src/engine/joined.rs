//! The records that a join looks among: only what the mapping reads of them, packed, and found by key.

use super::condition::{Look, all_hold};
use super::convert::{JoinKey, join_keys};
use super::counts::count_states;
use crate::mapping::compiled::{Join, Root};
use crate::source::Place;
use crate::value::found::RawShape;
use crate::value::read::{Address, Packed, ReadError, Reading, Slot, Slots, outermost};
use jiff::civil::Date;
use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;

/// One join's records.
#[derive(Debug)]
pub struct JoinedSet {
    records: Packed,
    /// Slots of a record, the one that has the keys, and whether case counts in them.
    slots: usize,
    that: usize,
    ignore_case: bool,
    /// Keys of all records; a record may have several.
    keys: u32,
    /// Made when the first row looks for a record.
    index: OnceLock<Index>,
    memory: Slots,
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
    One(Address),
    /// In the order in which they were read.
    Several(Vec<Address>),
}

impl JoinedSet {
    pub fn new(join: &Join) -> Self {
        JoinedSet {
            records: Packed::default(),
            slots: join.plan.len(),
            that: join.that,
            ignore_case: join.ignore_case,
            keys: 0,
            index: OnceLock::new(),
            memory: Slots::new(),
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

    /// Adds a record of the join that the set is for, unless the join's conditions pass it over or it has no key.
    ///
    /// # Errors
    /// A record that can't be read or judged, to be noted as unread.
    pub fn add(&mut self, join: &Join, record: &str, run_date: Date) -> Result<(), JoinedError> {
        let JoinedSet { records, that, ignore_case, keys, index, memory, counts, read, .. } = self;
        let found = join.plan.read(record, memory)?;
        if outermost(record) != Some(RawShape::Object) {
            return Err(JoinedError::NoObject);
        }
        *read += 1;
        count_states(counts, found);
        match all_hold(&join.filter, &OneRecord(found), run_date) {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(why) => return Err(JoinedError::Condition(why)),
        }
        let own = join_keys(found.slot(*that), *ignore_case).count();
        if own > 0 {
            *keys = u32::try_from(own).ok().and_then(|own| keys.checked_add(own)).ok_or(JoinedError::TooMany)?;
            records.add(found).ok_or(JoinedError::TooMany)?;
            index.take();
        }
        Ok(())
    }

    /// The records that have this key. They are laid out in `memory` to be looked at.
    pub fn find(&self, key: &JoinKey<'_>, memory: &mut Slots) -> Match {
        let mut found = Match::None;
        for address in self.index().bucket(key) {
            let record = self.open(*address, memory);
            if !join_keys(record.slot(self.that), self.ignore_case).any(|own| own == *key) {
                continue;
            }
            match &mut found {
                Match::None => found = Match::One(*address),
                // A record may have one key twice.
                Match::One(one) if one == address => {}
                Match::One(one) => found = Match::Several(vec![*one, *address]),
                Match::Several(several) if several.last() == Some(address) => {}
                Match::Several(several) => several.push(*address),
            }
        }
        found
    }

    /// What was read of a record that [`JoinedSet::find`] has found, laid out in `memory`.
    pub fn open<'r>(&'r self, record: Address, memory: &'r mut Slots) -> Reading<'r> {
        self.records.open(record, self.slots, memory)
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let mut index = Index::new(self.keys);
            let each = |take: &mut dyn FnMut(Address, &JoinKey<'_>)| {
                self.records.each(self.slots, |address, found| {
                    join_keys(found.slot(self.that), self.ignore_case).for_each(|key| take(address, &key));
                });
            };
            each(&mut |_, key| index.count(key));
            index.sum_up();
            each(&mut |address, key| index.place(address, key));
            index
        })
    }
}

/// Addresses by the hash of their keys, in as many buckets as there are keys: eight bytes a key.
#[derive(Debug)]
struct Index {
    hasher: RandomState,
    /// Where each bucket begins, and where the last one ends.
    starts: Vec<u32>,
    addresses: Vec<Address>,
}

impl Index {
    fn new(keys: u32) -> Index {
        let none = Address::default();
        Index { hasher: RandomState::new(), starts: vec![0; keys as usize + 1], addresses: vec![none; keys as usize] }
    }

    /// The number of a key's bucket.
    fn number(&self, key: &JoinKey<'_>) -> usize {
        let buckets = self.addresses.len() as u128;
        ((u128::from(self.hasher.hash_one(key)) * buckets) >> 64) as usize
    }

    fn count(&mut self, key: &JoinKey<'_>) {
        let number = self.number(key);
        self.starts[number] += 1;
    }

    /// Lets each bucket begin where the one before ends; `starts` has their ends until they are filled.
    fn sum_up(&mut self) {
        let mut sum = 0;
        for start in &mut self.starts {
            sum += *start;
            *start = sum;
        }
    }

    fn place(&mut self, address: Address, key: &JoinKey<'_>) {
        let number = self.number(key);
        self.starts[number] -= 1;
        self.addresses[self.starts[number] as usize] = address;
    }

    /// The records of which some may have this key, in the order of adding.
    fn bucket(&self, key: &JoinKey<'_>) -> impl Iterator<Item = &Address> {
        let range = match self.addresses.is_empty() {
            true => 0..0,
            false => {
                let number = self.number(key);
                self.starts[number] as usize..self.starts[number + 1] as usize
            }
        };
        // Each bucket was filled from its end.
        self.addresses[range].iter().rev()
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
    #[error("more than four billion keys, or more than 16 GB of values")]
    TooMany,
}

struct OneRecord<'r>(Reading<'r>);

impl<'r> Look<'r> for OneRecord<'r> {
    fn slot(&self, _root: Root, slot: usize) -> Option<Slot<'r>> {
        Some(self.0.slot(slot))
    }
}
