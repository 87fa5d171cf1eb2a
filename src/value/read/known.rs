//! The names that objects were seen to have, and in which order: records of one kind have the same names in nearly the same
//! order, so that most names are known by one comparison with the name that came next in the record before.

use super::{ReadPlan, is_slash_name};
use crate::value::json::decode_lossy;

/// No entry, or no child.
pub(super) const NONE: u32 = u32::MAX;

/// How many names are learned of all objects together, and how long they may be in bytes. Records have some hundreds.
const MOST: usize = 4096;
const LONGEST: usize = 256;

/// What was learned with one plan.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    /// The number of the plan.
    plan: u64,
    pub(super) entries: Vec<Entry>,
    /// By node of the plan.
    objects: Vec<Names>,
    /// How many objects have been read: each has its own number.
    objects_read: u64,
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

/// A name as it is written in records.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The first 16 bytes of `"name":` and the last 16, as far as there are so many.
    head: [u64; 2],
    tail: [u64; 2],
    /// How many bytes `"name":` has.
    pub(super) length: u32,
    /// The name that came after it.
    pub(super) next: u32,
    pub(super) what: What,
    /// The entry of the same name written otherwise that was learned first, or this one.
    same: u32,
    /// The number of the object that it was last seen in.
    pub(super) seen: u64,
    /// `"name":`
    written: Box<[u8]>,
}

/// What is to be done with the value of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// No path asks for it.
    Skip,
    /// It fills one slot, and no path goes on below it.
    Fill(u32),
    /// A node of the plan below which paths go on by names, and nothing else is asked for.
    Enter(u32),
    /// Any other node of the plan.
    Node(u32),
}

impl Known {
    /// Forgets what was learned with another plan.
    pub(super) fn begin(&mut self, plan: &ReadPlan) {
        if self.plan != plan.number {
            let names = || Names { first: NONE, table: Vec::new(), used: 0 };
            let objects = plan.nodes.iter().map(|_| names()).collect();
            *self = Known { plan: plan.number, entries: Vec::new(), objects, objects_read: 0 };
        }
    }

    /// The number of an object that is about to be read, and the name that is expected to come first.
    #[inline]
    pub(super) fn object(&mut self, node: usize) -> (u64, u32) {
        self.objects_read += 1;
        (self.objects_read, self.objects[node].first)
    }

    /// Notes that the object has the name. `false` if it had it before.
    #[inline]
    pub(super) fn see(&mut self, entry: u32, object: u64) -> bool {
        let same = self.entries[entry as usize].same;
        let seen = &mut self.entries[same as usize].seen;
        std::mem::replace(seen, object) != object
    }

    /// The entry of a name, given with its quotes and a place for a colon. Learns it, and that it came after `before`.
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
        if self.entries[entry as usize].same == entry {
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
            let known = self.entries.get(entry as usize)?;
            if known.name() == name {
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
        let what = child.map_or(What::Skip, |child| {
            let node = &plan.nodes[child];
            match node.slots[..] {
                [slot] if node.is_leaf() => What::Fill(slot as u32),
                [] if node.capture.is_none() && node.indices.is_empty() => What::Enter(child as u32),
                _ => What::Node(child as u32),
            }
        });
        let entry = self.entries.len() as u32;
        let names = self.objects[node].table.iter().copied().filter(|entry| *entry != NONE);
        let same = names.into_iter().find(|entry| self.entries[*entry as usize].text() == text).unwrap_or(entry);
        let written: Box<[u8]> = [name.as_bytes(), b":"].concat().into();
        let word = |at: Option<usize>| {
            let bytes = at.and_then(|at| written.get(at..at + 8))?;
            Some(u64::from_le_bytes(bytes.try_into().expect("eight bytes")))
        };
        let end = |back: usize| word(written.len().checked_sub(back)).unwrap_or_default();
        let head = [0, 8].map(|at| word(Some(at)).unwrap_or_default());
        let tail = [16, 8].map(end);
        self.entries.push(Entry { head, tail, length: written.len() as u32, next: NONE, what, same, seen: 0, written });
        self.objects[node].add(entry, hash, &self.entries);
        Some(entry)
    }
}

impl Names {
    fn add(&mut self, entry: u32, hash: u64, entries: &[Entry]) {
        self.used += 1;
        if self.used * 2 > self.table.len() {
            let old = std::mem::replace(&mut self.table, vec![NONE; (self.used * 4).next_power_of_two()]);
            for entry in old.into_iter().filter(|entry| *entry != NONE) {
                self.put(entry, self::hash(entries[entry as usize].name()));
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

impl Entry {
    /// With its quotes.
    fn name(&self) -> &[u8] {
        &self.written[..self.written.len() - 1]
    }

    fn text(&self) -> std::borrow::Cow<'_, str> {
        decode_lossy(std::str::from_utf8(self.name()).expect("it was learned from text"))
    }

    /// Whether `"name":` stands at `at`.
    #[inline(always)]
    pub(super) fn stands_at(&self, bytes: &[u8], at: usize) -> bool {
        let length = self.length as usize;
        let Some(text) = bytes.get(at..at + length) else { return false };
        let word = |at: usize| u64::from_le_bytes(text[at..at + 8].try_into().expect("eight bytes"));
        match length {
            8..=16 => word(0) == self.head[0] && word(length - 8) == self.tail[1],
            17..=32 => {
                word(0) == self.head[0]
                    && word(8) == self.head[1]
                    && word(length - 16) == self.tail[0]
                    && word(length - 8) == self.tail[1]
            }
            _ => text == &*self.written,
        }
    }
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
