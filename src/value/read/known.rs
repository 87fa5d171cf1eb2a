//! The names that objects were seen to have, and in which order: records of one kind have the same names in nearly the same
//! order, so that most names are known by one comparison with the name that came next in the record before.

use super::{ReadPlan, is_slash_name};
use crate::value::json::decode_lossy;
use std::borrow::Cow;

/// No entry, or no child.
pub(super) const NONE: u32 = u32::MAX;

/// How many names are learned of all objects together, and how long they may be in bytes. Records have some hundreds.
const MOST: usize = 4096;
const LONGEST: usize = 256;

/// How many bytes of a name are compared at once.
const WORD: usize = 16;

/// What was learned with one plan.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    /// The number of the plan.
    plan: u64,
    entries: Vec<Entry>,
    /// By entry.
    words: Vec<Word>,
    /// By node of the plan.
    objects: Vec<Names>,
    /// How many objects have been read: each has its own number, but for one in four billion.
    objects_read: u32,
}

/// The names in the objects at one node of the plan.
#[derive(Debug, Clone)]
struct Names {
    /// The name that came first in the last object.
    first: u32,
    /// Entries by hash: open addressing, its length a power of two, at most half of it used.
    table: Vec<u32>,
    used: usize,
}

/// A name as it is written in records: what is needed each time.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The first bytes of `,"name":`, and which of these bits count.
    head: u128,
    mask: u128,
    /// The last 16 bytes, where there are more than 16.
    tail: u128,
    /// How many bytes `,"name":` has.
    pub(super) length: u32,
    /// The name that came after it.
    pub(super) next: u32,
    pub(super) what: What,
    /// The number of the object that it was last seen in.
    pub(super) seen: u32,
}

/// A name as it is written in records: the rest.
#[derive(Debug, Clone)]
struct Word {
    /// `,"name":`
    written: Box<[u8]>,
    /// The entry of the same name written otherwise that was learned first, or its own.
    same: u32,
}

/// By what a byte in the place of a comma differs from it.
#[derive(Debug, Clone, Copy)]
pub(super) struct NotComma(u128);

impl NotComma {
    pub(super) const NOTHING: NotComma = NotComma(0);

    pub(super) fn of(byte: u8) -> Self {
        NotComma(u128::from(byte ^ b','))
    }
}

/// What is to be done with the value of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct What(u32);

/// What [`What`] may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    /// No path asks for it.
    Skip,
    /// It fills one slot, and no path goes on below it.
    Fill(usize),
    /// A node of the plan below which paths go on by names, and nothing else is asked for.
    Enter(usize),
    /// Any other node of the plan.
    Node(usize),
}

impl What {
    const SKIP: What = What(0);
    const FILL: u32 = 1 << 30;
    const ENTER: u32 = 2 << 30;
    const NODE: u32 = 3 << 30;

    /// A kind with a number. `None` if the number is too large, which takes a mapping of a billion paths.
    fn new(kind: u32, number: usize) -> Option<What> {
        u32::try_from(number).ok().filter(|number| number >> 30 == 0).map(|number| What(kind | number))
    }

    #[inline(always)]
    pub(super) fn task(self) -> Task {
        let number = (self.0 & !What::NODE) as usize;
        match self.0 & What::NODE {
            What::FILL => Task::Fill(number),
            What::ENTER => Task::Enter(number),
            What::NODE => Task::Node(number),
            _ => Task::Skip,
        }
    }
}

impl Known {
    /// Forgets what was learned with another plan.
    pub(super) fn begin(&mut self, plan: &ReadPlan) {
        if self.plan != plan.number {
            let names = || Names { first: NONE, table: Vec::new(), used: 0 };
            let objects = plan.nodes.iter().map(|_| names()).collect();
            *self = Known { plan: plan.number, objects, ..Known::default() };
        }
    }

    /// The number of an object that is about to be read, and the name that is expected to come first.
    #[inline]
    pub(super) fn object(&mut self, node: usize) -> (u32, u32) {
        self.objects_read = self.objects_read.wrapping_add(1);
        (self.objects_read, self.objects[node].first)
    }

    /// The entry, if its `,"name":` stands at `at`, with what differs from a comma by `other` in the comma's place. It may be missed
    /// near the end of the text.
    #[inline(always)]
    pub(super) fn at(&mut self, entry: u32, bytes: &[u8], at: usize, other: NotComma) -> Option<&mut Entry> {
        let known = self.entries.get_mut(entry as usize)?;
        if !known.seems_to_stand_at(bytes, at, other) {
            return None;
        }
        let is_long = known.length as usize > 2 * WORD;
        if is_long && !self.words[entry as usize].stands_at(bytes, at) { None } else { Some(known) }
    }

    /// The entry that came after this one.
    pub(super) fn after(&self, entry: u32) -> u32 {
        self.entries.get(entry as usize).map_or(NONE, |entry| entry.next)
    }

    /// Notes that the object has the name. `false` if it had it before.
    pub(super) fn see(&mut self, entry: u32, object: u32) -> bool {
        let same = self.words[entry as usize].same;
        let seen = &mut self.entries[same as usize].seen;
        std::mem::replace(seen, object) != object
    }

    /// What is to be done with the value of the entry's name.
    pub(super) fn what(&self, entry: u32) -> What {
        self.entries[entry as usize].what
    }

    /// The entry of a name, given with its quotes. Learns it, and that it came after `before`.
    /// `None` if it is not to be learned.
    #[cold]
    #[inline(never)]
    pub(super) fn find(&mut self, plan: &ReadPlan, node: usize, name: &str, before: u32) -> Option<u32> {
        let hash = hash(name.as_bytes());
        let entry = match self.look_up(node, name.as_bytes(), hash) {
            Some(entry) => entry,
            None => self.learn(plan, node, name, hash)?,
        };
        // What is expected is seen by its own number.
        if self.words[entry as usize].same == entry {
            match self.entries.get_mut(before as usize) {
                Some(before) => before.next = entry,
                None => self.objects[node].first = entry,
            }
        }
        Some(entry)
    }

    fn look_up(&self, node: usize, name: &[u8], hash: u64) -> Option<u32> {
        let table = &self.objects[node].table;
        let mut at = hash as usize;
        loop {
            let entry = *table.get(at & table.len().checked_sub(1)?)?;
            if self.words.get(entry as usize)?.name() == name {
                return Some(entry);
            }
            at += 1;
        }
    }

    fn learn(&mut self, plan: &ReadPlan, node: usize, name: &str, hash: u64) -> Option<u32> {
        if self.entries.len() >= MOST || name.len() > LONGEST {
            return None;
        }
        let text = decode_lossy(name);
        let known = &plan.nodes[node];
        let child = if node == 0 && plan.drops_slash_names && is_slash_name(&text) {
            None
        } else {
            known.names.iter().find(|(known, _)| **known == *text).map(|(_, child)| *child)
        };
        let what = child.map_or(Some(What::SKIP), |child| {
            let node = &plan.nodes[child];
            match node.slots[..] {
                [slot] if node.is_leaf() => What::new(What::FILL, slot),
                [] if node.capture.is_none() && node.indices.is_empty() => What::new(What::ENTER, child),
                _ => What::new(What::NODE, child),
            }
        })?;
        let entry = self.entries.len() as u32;
        let mut names = self.objects[node].table.iter().copied().filter(|entry| *entry != NONE);
        let same = names.find(|entry| self.words[*entry as usize].text() == text).unwrap_or(entry);
        let written: Box<[u8]> = [b",", name.as_bytes(), b":"].concat().into();
        self.entries.push(Entry::new(&written, what));
        self.words.push(Word { written, same });
        self.objects[node].add(entry, hash, &self.words);
        Some(entry)
    }
}

impl Names {
    fn add(&mut self, entry: u32, hash: u64, words: &[Word]) {
        self.used += 1;
        if self.used * 2 > self.table.len() {
            let old = std::mem::replace(&mut self.table, vec![NONE; (self.used * 4).next_power_of_two()]);
            for entry in old.into_iter().filter(|entry| *entry != NONE) {
                self.put(entry, self::hash(words[entry as usize].name()));
            }
        }
        self.put(entry, hash);
    }

    fn put(&mut self, entry: u32, hash: u64) {
        let mask = self.table.len() - 1;
        let mut at = hash as usize & mask;
        while self.table[at] != NONE {
            at = (at + 1) & mask;
        }
        self.table[at] = entry;
    }
}

impl Word {
    /// With its quotes.
    fn name(&self) -> &[u8] {
        &self.written[1..self.written.len() - 1]
    }

    /// Whether all but the comma stands at `at`.
    #[inline(never)]
    fn stands_at(&self, bytes: &[u8], at: usize) -> bool {
        bytes[at + 1..].starts_with(&self.written[1..])
    }

    fn text(&self) -> Cow<'_, str> {
        decode_lossy(std::str::from_utf8(self.name()).expect("it was learned from text"))
    }
}

impl Entry {
    fn new(written: &[u8], what: What) -> Self {
        let mut head = [0; WORD];
        let length = written.len().min(WORD);
        head[..length].copy_from_slice(&written[..length]);
        let tail = written.last_chunk().copied().unwrap_or_default();
        Entry {
            head: u128::from_le_bytes(head),
            mask: u128::MAX >> (8 * (WORD - length)),
            tail: u128::from_le_bytes(tail),
            length: written.len() as u32,
            next: NONE,
            what,
            seen: 0,
        }
    }

    /// Whether `,"name":` begins and ends as what stands at `at`. It may be missed near the end of the text.
    #[inline(always)]
    fn seems_to_stand_at(&self, bytes: &[u8], at: usize, other: NotComma) -> bool {
        let Some(head) = word(bytes, at) else { return false };
        if (head ^ other.0) & self.mask != self.head {
            return false;
        }
        let length = self.length as usize;
        length <= WORD || word(bytes, at + length - WORD) == Some(self.tail)
    }
}

/// The bytes from `at` on. `at` is less than four thousand million, as in any record: so nothing can overflow.
#[inline(always)]
fn word(bytes: &[u8], at: usize) -> Option<u128> {
    let at = at as u32 as usize;
    bytes.get(at..at + WORD)?.first_chunk().map(|word| u128::from_le_bytes(*word))
}

/// A quick hash of a name: only speed rests on it, for names that seem equal are compared.
fn hash(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |hash: u64, word: u64| (hash ^ word).wrapping_mul(FACTOR).rotate_left(29);
    let mut chunks = bytes.chunks_exact(8);
    let mut hash = bytes.len() as u64;
    for chunk in &mut chunks {
        hash = mix(hash, u64::from_le_bytes(chunk.try_into().expect("the chunk has eight bytes")));
    }
    let rest = chunks.remainder().iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
    mix(hash, rest)
}
