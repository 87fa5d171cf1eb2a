//! Folding: of all snapshots of a request the newest counts, whatever order they come in and however often.
//!
//! The order is total. Of two snapshots of a request that is newer whose `createdOn` is the later instant (without an offset it
//! is UTC); at one instant, Pending comes before Created, then Declined, Canceled and Deleted; and after that the larger
//! canonical text counts: names sorted, no blanks. A request that another one names as `previousRequestId` or
//! `originalRequestId` has been replaced, and is not handed out.

use super::{Members, Status};
use crate::value::json::{Data, JsonError, Tree, write_compact, write_string};
use crate::value::time::{Iso, parse_iso};
use jiff::tz::Offset;
use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;

mod replaced;

/// Entries are sorted and thinned out when there are so many, and again whenever there are twice as many as were left.
const THIN_OUT: usize = 1 << 20;

/// Where a snapshot's text is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    pub offset: u64,
    pub length: u32,
}

/// The newest snapshot of each request, as far as it has been seen. Keeps some forty bytes of each, and no text.
#[derive(Debug, Default)]
pub struct Fold {
    entries: Vec<Entry>,
    thin_out: usize,
    /// Request ids that are no numbers, in the order of coming.
    texts: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u64>,
    /// Requests and those that they say they replace.
    replaces: Vec<(Key, Key)>,
    undated: u64,
    /// Snapshots that came more than once and were replaced by newer ones.
    repeated: u64,
}

/// What comes out of a fold.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// The newest snapshots, by request id: numbers as numbers, then texts, then what has no id or can't be read.
    pub newest: Vec<Kept>,
    /// Snapshots that came more than once, as far as is known: what a newer one has replaced is forgotten from time to time.
    pub repeated: u64,
    /// Snapshots without a moment.
    pub undated: u64,
    /// Groups of requests that replace one another in a circle.
    pub circles: u64,
}

/// Which request a snapshot is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Key {
    class: Class,
    /// The number; the number of the text; a hash of what has no id.
    id: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Class {
    Number,
    Text,
    Nameless,
    Unreadable,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    id: u64,
    /// Nanoseconds since 1970; the smallest number where it is not known.
    created: i64,
    offset: u64,
    /// Of the text as it came.
    hash: u64,
    length: u32,
    /// How often this very snapshot came.
    times: u16,
    class: Class,
    rank: u8,
}

impl Entry {
    fn key(&self) -> Key {
        Key { class: self.class, id: self.id }
    }

    fn order(&self) -> (Key, i64, u8) {
        (self.key(), self.created, self.rank)
    }

    fn kept(&self) -> Kept {
        Kept { offset: self.offset, length: self.length }
    }
}

impl Fold {
    /// Adds a snapshot, whose text is kept at `offset`. One that can't be read is handed out as it is.
    ///
    /// # Errors
    /// `read` fails, which fetches kept texts.
    pub fn add<E>(&mut self, text: &[u8], offset: u64, read: &mut impl FnMut(Kept) -> Result<Vec<u8>, E>) -> Result<(), E> {
        let hash = hash(text);
        let members = std::str::from_utf8(text).ok().and_then(|text| Some((text, Members::of(text).ok()?)));
        let (key, created, rank) = match &members {
            None => (Key { class: Class::Unreadable, id: hash }, 0, 0),
            Some((text, members)) => match self.named(members, "requestId") {
                None => (Key { class: Class::Nameless, id: canonical(text).map_or(hash, |text| self::hash(&text)) }, 0, 0),
                Some(key) => {
                    for name in ["previousRequestId", "originalRequestId"] {
                        let replaced = self.named(members, name).filter(|replaced| *replaced != key);
                        self.replaces.extend(replaced.map(|replaced| (key, replaced)));
                    }
                    let created = members.text(&["createdOn"]).and_then(|text| instant(&text));
                    self.undated += u64::from(created.is_none());
                    (key, created.unwrap_or(i64::MIN), Status::rank(members))
                }
            },
        };
        let length = text.len() as u32;
        self.entries.push(Entry { id: key.id, created, offset, hash, length, times: 1, class: key.class, rank });
        if self.entries.len() > self.thin_out.max(THIN_OUT) {
            self.thin_out(read)?;
            self.thin_out = self.entries.len() * 2;
        }
        Ok(())
    }

    /// The request that a member names: digits are a number, in quotes or not.
    fn named(&mut self, members: &Members<'_>, name: &str) -> Option<Key> {
        let text = members.text(&[name])?;
        let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text.len() == 1 || !text.starts_with('0'));
        if let Some(id) = text.parse().ok().filter(|_| plain) {
            return Some(Key { class: Class::Number, id });
        }
        let id = match self.numbers.get(&*text) {
            Some(id) => *id,
            None => {
                let id = self.texts.len() as u64;
                self.texts.push((&*text).into());
                self.numbers.insert(text.into(), id);
                id
            }
        };
        Some(Key { class: Class::Text, id })
    }

    /// Leaves the newest snapshot of each request.
    fn thin_out<E>(&mut self, read: &mut impl FnMut(Kept) -> Result<Vec<u8>, E>) -> Result<(), E> {
        self.entries.sort_unstable_by_key(Entry::order);
        let mut left: usize = 0;
        for at in 0..self.entries.len() {
            let entry = self.entries[at];
            match left.checked_sub(1).map(|last| self.entries[last]) {
                Some(last) if last.key() == entry.key() => {
                    let newest = newer(last, entry, read)?;
                    let replaced = if newest.offset == last.offset { entry } else { last };
                    // Else the two are one snapshot, and counted together.
                    let differ = u32::from(newest.times) < u32::from(last.times) + u32::from(entry.times);
                    self.repeated += u64::from(differ && replaced.times > 1);
                    self.entries[left - 1] = newest;
                }
                _ => {
                    self.entries[left] = entry;
                    left += 1;
                }
            }
        }
        self.entries.truncate(left);
        Ok(())
    }

    /// What all snapshots together come to.
    ///
    /// # Errors
    /// As [`Fold::add`].
    pub fn finish<E>(mut self, read: &mut impl FnMut(Kept) -> Result<Vec<u8>, E>) -> Result<Folded, E> {
        self.number_texts_by_order();
        self.thin_out(read)?;
        let (replaced, circles) = replaced::replaced(&self.entries, &self.replaces);
        let newest = self.entries.iter().zip(0..).filter(|(_, at)| !replaced.contains(at)).map(|(entry, _)| entry.kept());
        Ok(Folded {
            newest: newest.collect(),
            repeated: self.repeated + self.entries.iter().filter(|entry| entry.times > 1).count() as u64,
            undated: self.undated,
            circles,
        })
    }

    /// Gives texts numbers by which they are sorted, not those of their coming.
    fn number_texts_by_order(&mut self) {
        let mut sorted: Vec<usize> = (0..self.texts.len()).collect();
        sorted.sort_unstable_by_key(|at| &self.texts[*at]);
        let mut numbers = vec![0; sorted.len()];
        sorted.iter().zip(0..).for_each(|(at, number)| numbers[*at] = number);
        let renumber = |class: Class, id: &mut u64| {
            if class == Class::Text {
                *id = numbers[*id as usize];
            }
        };
        self.entries.iter_mut().for_each(|entry| renumber(entry.class, &mut entry.id));
        for (by, replaced) in &mut self.replaces {
            renumber(by.class, &mut by.id);
            renumber(replaced.class, &mut replaced.id);
        }
    }
}

/// The newer of two snapshots of one request.
fn newer<E>(one: Entry, other: Entry, read: &mut impl FnMut(Kept) -> Result<Vec<u8>, E>) -> Result<Entry, E> {
    if one.order() != other.order() {
        return Ok(if one.order() < other.order() { other } else { one });
    }
    let both = |entry: Entry| Entry { times: one.times.saturating_add(other.times), ..entry };
    if one.hash == other.hash && one.length == other.length {
        // Of the same bytes the ones that came first.
        return Ok(both(if one.offset < other.offset { one } else { other }));
    }
    let (one_text, other_text) = (read(one.kept())?, read(other.kept())?);
    let order = |text: &[u8]| std::str::from_utf8(text).ok().and_then(canonical).unwrap_or_else(|| text.to_vec());
    let (one_order, other_order) = (order(&one_text), order(&other_text));
    let larger = if (&one_order, one_text) < (&other_order, other_text) { other } else { one };
    Ok(if one_order == other_order { both(larger) } else { larger })
}

/// Nanoseconds since 1970; what has no offset is UTC, a date its midnight.
fn instant(text: &str) -> Option<i64> {
    let timestamp = match parse_iso(text).ok()? {
        Iso::Instant(instant) => instant.timestamp,
        Iso::LocalDatetime(civil) => Offset::UTC.to_timestamp(civil).ok()?,
        Iso::Date(date) => Offset::UTC.to_timestamp(date.to_datetime(jiff::civil::Time::midnight())).ok()?,
    };
    Some(i64::try_from(timestamp.as_nanosecond()).unwrap_or(if timestamp.as_second() < 0 { i64::MIN + 1 } else { i64::MAX }))
}

fn hash(bytes: &[u8]) -> u64 {
    // Its keys are fixed, so that it is the same in every run.
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

/// JSON with its names sorted and nothing between its parts.
fn canonical(text: &str) -> Option<Vec<u8>> {
    let write = |tree: &Tree<'_>| {
        let mut out = Vec::with_capacity(text.len());
        write_canonical(tree, &mut out);
        out
    };
    let read: Result<_, JsonError> = Tree::parse(text);
    read.ok().as_ref().map(write)
}

fn write_canonical(tree: &Tree<'_>, out: &mut Vec<u8>) {
    match &tree.data {
        Data::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| name);
            out.push(b'{');
            for (name, value) in members {
                write_string(out, name);
                out.push(b':');
                write_canonical(value, out);
                out.push(b',');
            }
            out.push(b'}');
        }
        Data::Array(items) => {
            out.push(b'[');
            for item in items {
                write_canonical(item, out);
                out.push(b',');
            }
            out.push(b']');
        }
        Data::String(text) => write_string(out, text),
        Data::Null | Data::Boolean(_) | Data::Number => write_compact(out, tree.raw),
    }
}

#[cfg(test)]
mod tests;
