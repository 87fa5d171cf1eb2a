//! Finds rows that share a key, in bounded memory and in time that grows with their number alone: hashes of keys are dealt into
//! buckets in a temporary file, and each bucket is sorted by itself.

use super::ledger::{Entry, Ledger, Names, Page};
use crate::source::Place;
use std::fs::File;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{Read, Seek, SeekFrom, Write};

/// Marks held in memory before they are dealt out: 1 MB.
const RUN: usize = 1 << 16;
/// By the first byte of the hash.
const BUCKETS: usize = 256;
/// A mark is a key's hash, and below it the number of the row among those that have a key.
const NUMBER_BITS: u32 = 40;
/// Bytes of a mark in the file.
const BYTES: usize = 16;

/// The keys of a run's rows.
pub struct Keys {
    hashing: Hashing,
    run: usize,
    marks: Vec<u128>,
    rows: u64,
    spill: Option<Spill>,
    ledger: Ledger,
}

/// A hash with a seed of its own, taken twice, the second time with one more byte: 88 bits that no input can aim at. Among a
/// thousand million rows, two keys have one hash by chance in one run of ten million.
#[derive(Clone, Default)]
struct Hashing(RandomState);

impl Hashing {
    fn of(&self, parts: impl Iterator<Item = impl AsRef<str>>) -> u128 {
        let mut hasher = self.0.build_hasher();
        for part in parts {
            // Each part's length stands before it, so that no sign within a part can pass for the border between two.
            hasher.write_usize(part.as_ref().len());
            hasher.write(part.as_ref().as_bytes());
        }
        let high = u128::from(hasher.finish());
        hasher.write_u8(0);
        (high << 64 | u128::from(hasher.finish())) >> NUMBER_BITS << NUMBER_BITS
    }
}

/// The keys of some rows that follow one another.
#[derive(Clone)]
pub struct Marks {
    hashing: Hashing,
    hashes: Vec<u128>,
    page: Page,
}

impl Marks {
    /// Notes a row by the parts of its key. It has `length` bytes, none if it was rejected.
    pub fn note(&mut self, key: impl Iterator<Item = impl AsRef<str>>, names: Names<'_>, place: Place, length: usize) {
        self.hashes.push(self.hashing.of(key));
        self.page.note(place, length, names);
    }
}

impl Default for Keys {
    fn default() -> Self {
        Self::with_runs_of(RUN)
    }
}

impl Keys {
    fn with_runs_of(run: usize) -> Self {
        Keys { hashing: Hashing::default(), run, marks: Vec::new(), rows: 0, spill: None, ledger: Ledger::default() }
    }

    /// Room for the keys of some rows.
    pub fn marks(&self) -> Marks {
        Marks { hashing: self.hashing.clone(), hashes: Vec::new(), page: Page::default() }
    }

    /// Adds rows that follow those so far; their bytes begin at `start` in the spool. `marks` is empty then.
    pub fn add(&mut self, marks: &mut Marks, start: u64) -> std::io::Result<()> {
        self.ledger.add(&mut marks.page, start)?;
        for hash in marks.hashes.drain(..) {
            self.marks.push(hash | u128::from(self.rows));
            self.rows += 1;
            if self.marks.len() >= self.run {
                let spill = match &mut self.spill {
                    Some(spill) => spill,
                    none => none.insert(Spill { file: tempfile::tempfile()?, runs: Vec::new(), written: 0 }),
                };
                spill.deal(&mut self.marks)?;
            }
        }
        Ok(())
    }

    /// The groups of rows that share a key, each of two or more, in the order of the records.
    pub fn duplicates(mut self) -> std::io::Result<Vec<Vec<Entry>>> {
        let mut groups: Vec<Vec<u64>> = Vec::new();
        match self.spill.take() {
            None => shared(&mut self.marks, &mut groups),
            Some(mut spill) => {
                spill.deal(&mut self.marks)?;
                spill.each_bucket(|bucket| shared(bucket, &mut groups))?;
            }
        }
        self.ledger.named(groups)
    }
}

/// Adds to `groups` the numbers of the rows whose hashes are equal.
fn shared(marks: &mut [u128], groups: &mut Vec<Vec<u64>>) {
    marks.sort_unstable();
    let alike = |a: &u128, b: &u128| a >> NUMBER_BITS == b >> NUMBER_BITS;
    let number = |mark: &u128| (mark & ((1 << NUMBER_BITS) - 1)) as u64;
    groups.extend(marks.chunk_by(alike).filter(|group| group.len() > 1).map(|group| group.iter().map(number).collect()));
}

/// Marks in a temporary file, run after run, each in the order of the buckets.
struct Spill {
    file: File,
    /// Where the buckets of each run end in it.
    runs: Vec<[u64; BUCKETS]>,
    written: u64,
}

fn bucket(mark: u128) -> usize {
    (mark >> 120) as usize
}

impl Spill {
    /// Writes the marks out.
    fn deal(&mut self, marks: &mut Vec<u128>) -> std::io::Result<()> {
        let mut ends = [0; BUCKETS];
        marks.iter().for_each(|mark| ends[bucket(*mark)] += 1);
        let mut starts = [0; BUCKETS];
        for at in 1..BUCKETS {
            starts[at] = starts[at - 1] + ends[at - 1];
        }
        let mut bytes = vec![0; marks.len() * BYTES];
        for mark in marks.drain(..) {
            let at = &mut starts[bucket(mark)];
            bytes[*at * BYTES..][..BYTES].copy_from_slice(&mark.to_le_bytes());
            *at += 1;
        }
        // Each start has come to where its bucket ends.
        self.runs.push(starts.map(|end| self.written + (end * BYTES) as u64));
        self.written += bytes.len() as u64;
        self.file.write_all(&bytes)
    }

    /// Hands out the marks of each bucket.
    fn each_bucket(mut self, mut take: impl FnMut(&mut [u128])) -> std::io::Result<()> {
        let (mut marks, mut bytes) = (Vec::new(), Vec::new());
        for at in 0..BUCKETS {
            marks.clear();
            let mut run_start = 0;
            for ends in &self.runs {
                let start = if at == 0 { run_start } else { ends[at - 1] };
                bytes.resize((ends[at] - start) as usize, 0);
                self.file.seek(SeekFrom::Start(start))?;
                self.file.read_exact(&mut bytes)?;
                let (all, _) = bytes.as_chunks::<BYTES>();
                marks.extend(all.iter().map(|bytes| u128::from_le_bytes(*bytes)));
                run_start = ends[BUCKETS - 1];
            }
            take(&mut marks);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    #[test]
    fn all_rows_that_share_a_key_are_found_however_many_there_are() {
        // In memory; in several runs, the last one full or not; in more runs than a record has duplicates.
        for (rows, run) in [(10u64, RUN), (20, 4), (23, 4), (10, 1), (5000, 64)] {
            let mut keys = Keys::with_runs_of(run);
            let mut marks = keys.marks();
            for record in 0..rows {
                let key = match record {
                    4 | 9 => "same".to_owned(),
                    7 => "key 0".to_owned(),
                    _ => format!("key {record}"),
                };
                let id = record.to_string();
                let parts = [Cow::Owned(key)];
                let names = Names { key: Some(&parts), source_id: Some(if record == 9 { "same" } else { &id }) };
                let place = Place { record, line: record, offset: record * 10 };
                marks.note(parts.iter(), names, place, usize::from(record != 9));
                if record % 3 == 2 {
                    keys.add(&mut marks, 100 + record / 3 * 10).unwrap();
                }
            }
            keys.add(&mut marks, 1_000_000).unwrap();
            let groups = keys.duplicates().unwrap();
            let records: Vec<Vec<u64>> =
                groups.iter().map(|group| group.iter().map(|entry| entry.place.record).collect()).collect();
            assert_eq!(records, [vec![0, 7], vec![4, 9]]);
            let same = Some(vec!["same".to_owned()]);
            let (four, nine) = (Place { record: 4, line: 4, offset: 40 }, Place { record: 9, line: 9, offset: 90 });
            assert_eq!(
                groups[1],
                [
                    // The second of the second page.
                    Entry { place: four, range: Some(111..112), key: same.clone(), source_id: Some("4".to_owned()) },
                    Entry { place: nine, range: None, key: same, source_id: Some("same".to_owned()) },
                ]
            );
        }
    }
}
