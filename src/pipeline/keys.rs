//! Finds records that share a key, in bounded memory: hashes of keys are sorted in runs, runs are spilled to a temporary
//! file, and merged at the end.

use crate::sink::RowRange;
use crate::source::Place;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io::{BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

/// Entries held in memory before they are sorted and spilled: 1.3 MB.
const RUN: usize = 1 << 14;
const BYTES: usize = 64;

/// What reports call a row: its key's parts, if they are not personal, and the source's own id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    pub key: Option<Vec<String>>,
    pub source_id: Option<String>,
}

/// A row that has a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    hash: u128,
    record: u64,
    line: u64,
    offset: u64,
    /// Where the row lies in the spool; empty for a row that was rejected.
    start: u64,
    length: u32,
    /// Where the row's names lie in their own spool.
    names: u64,
}

impl Entry {
    pub fn place(&self) -> Place {
        Place { record: self.record, line: self.line, offset: self.offset }
    }

    /// The row's bytes in the spool, if it has been written.
    pub fn range(&self) -> Option<RowRange> {
        (self.length > 0).then_some(self.start..self.start + u64::from(self.length))
    }

    fn to_bytes(self) -> [u8; BYTES] {
        let Entry { hash, record, line, offset, start, length, names } = self;
        let mut bytes = [0; BYTES];
        bytes[..16].copy_from_slice(&hash.to_le_bytes());
        for (at, number) in [record, line, offset, start, names].into_iter().enumerate() {
            bytes[16 + 8 * at..24 + 8 * at].copy_from_slice(&number.to_le_bytes());
        }
        bytes[56..60].copy_from_slice(&length.to_le_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8; BYTES]) -> Self {
        let number = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"));
        let hash = u128::from(number(8)) << 64 | u128::from(number(0));
        let length = u32::from_le_bytes(bytes[56..60].try_into().expect("four bytes"));
        Entry { hash, record: number(16), line: number(24), offset: number(32), start: number(40), length, names: number(48) }
    }
}

/// The keys of a run's rows.
pub struct Keys {
    /// Entries in a run.
    run: usize,
    // Two hashes with seeds of their own: 128 bits that no input can aim at.
    hashers: [RandomState; 2],
    entries: Vec<Entry>,
    spill: Option<BufWriter<File>>,
    /// Entries in each spilled run.
    runs: Vec<u64>,
    /// The names of all rows, one JSON object a line: read again for duplicates only.
    names: Option<BufWriter<File>>,
    names_written: u64,
}

impl Default for Keys {
    fn default() -> Self {
        Self::with_runs_of(RUN)
    }
}

impl Keys {
    fn with_runs_of(run: usize) -> Self {
        Keys {
            run,
            hashers: [RandomState::new(), RandomState::new()],
            entries: Vec::new(),
            spill: None,
            runs: Vec::new(),
            names: None,
            names_written: 0,
        }
    }

    /// Notes a row; `range` is where it lies in the spool, empty if it was rejected.
    pub fn note(&mut self, identity: &str, names: &Names, place: Place, range: RowRange) -> std::io::Result<()> {
        let half = |hasher: &RandomState| u128::from(hasher.hash_one(identity));
        let hash = half(&self.hashers[0]) << 64 | half(&self.hashers[1]);
        let Place { record, line, offset } = place;
        if self.names.is_none() {
            self.names = Some(BufWriter::with_capacity(64 << 10, tempfile::tempfile()?));
        }
        let spool = self.names.as_mut().expect("made just above");
        let at = self.names_written;
        let mut text = serde_json::to_vec(names)?;
        text.push(b'\n');
        spool.write_all(&text)?;
        self.names_written += text.len() as u64;
        // A record is at most 64 MiB, and so is its row.
        let length = u32::try_from(range.end - range.start).map_err(std::io::Error::other)?;
        self.entries.push(Entry { hash, record, line, offset, start: range.start, length, names: at });
        if self.entries.len() >= self.run { self.spill() } else { Ok(()) }
    }

    fn spill(&mut self) -> std::io::Result<()> {
        self.entries.sort_unstable();
        if self.spill.is_none() {
            self.spill = Some(BufWriter::with_capacity(64 << 10, tempfile::tempfile()?));
        }
        let file = self.spill.as_mut().expect("made just above");
        for entry in self.entries.drain(..) {
            file.write_all(&entry.to_bytes())?;
        }
        self.runs.push(self.run as u64);
        Ok(())
    }

    /// The groups of rows that share a key, each of two or more, in the order of the records.
    pub fn duplicates(mut self) -> std::io::Result<Vec<Vec<(Entry, Names)>>> {
        self.entries.sort_unstable();
        let mut groups: Vec<Vec<Entry>> = Vec::new();
        let mut group: Vec<Entry> = Vec::new();
        let mut take = |entry: Entry| {
            if group.first().is_some_and(|first| first.hash != entry.hash) {
                if group.len() > 1 {
                    groups.push(std::mem::take(&mut group));
                }
                group.clear();
            }
            group.push(entry);
        };
        match self.spill.take() {
            None => self.entries.drain(..).for_each(&mut take),
            Some(file) => merge(file.into_inner().map_err(|error| error.into_error())?, &self.runs, &self.entries, &mut take)?,
        }
        if group.len() > 1 {
            groups.push(group);
        }
        groups.sort_by_key(|group| group[0].record);
        let Some(names) = self.names else { return Ok(Vec::new()) };
        let mut names = BufReader::new(names.into_inner().map_err(|error| error.into_error())?);
        let mut named = |entry: Entry| {
            names.seek(SeekFrom::Start(entry.names))?;
            let mut line = String::new();
            names.read_line(&mut line)?;
            Ok((entry, serde_json::from_str(&line)?))
        };
        groups.into_iter().map(|group| group.into_iter().map(&mut named).collect()).collect()
    }
}

/// Merges the spilled runs and the last one, which is still in memory.
fn merge(mut file: File, runs: &[u64], last: &[Entry], take: &mut impl FnMut(Entry)) -> std::io::Result<()> {
    let mut readers = Vec::new();
    let mut start = 0;
    for entries in runs {
        let length = entries * BYTES as u64;
        readers.push(BufReader::with_capacity(8 << 10, Part { start, length, at: 0 }.reading(&mut file)?));
        start += length;
    }
    let mut last = last.iter().copied();
    let mut heap: BinaryHeap<Reverse<(Entry, usize)>> = BinaryHeap::new();
    let memory = readers.len();
    for (number, reader) in readers.iter_mut().enumerate() {
        heap.extend(read_entry(reader)?.map(|entry| Reverse((entry, number))));
    }
    heap.extend(last.next().map(|entry| Reverse((entry, memory))));
    while let Some(Reverse((entry, number))) = heap.pop() {
        take(entry);
        let next = if number == memory { last.next() } else { read_entry(&mut readers[number])? };
        heap.extend(next.map(|entry| Reverse((entry, number))));
    }
    Ok(())
}

fn read_entry(reader: &mut impl Read) -> std::io::Result<Option<Entry>> {
    let mut bytes = [0; BYTES];
    match reader.read_exact(&mut bytes) {
        Ok(()) => Ok(Some(Entry::from_bytes(&bytes))),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

/// A part of a file that others read as well.
struct Part {
    start: u64,
    length: u64,
    at: u64,
}

impl Part {
    fn reading(self, file: &mut File) -> std::io::Result<PartReader> {
        Ok(PartReader { file: file.try_clone()?, part: self })
    }
}

struct PartReader {
    file: File,
    part: Part,
}

impl Read for PartReader {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        // Clones of a file share one position, so it is set anew before each read.
        self.file.seek(SeekFrom::Start(self.part.start + self.part.at))?;
        let left = usize::try_from(self.part.length - self.part.at).unwrap_or(usize::MAX);
        let most = buffer.len().min(left);
        let read = self.file.read(&mut buffer[..most])?;
        self.part.at += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(record: u64) -> Place {
        Place { record, line: record, offset: record * 10 }
    }

    #[test]
    fn all_rows_that_share_a_key_are_found_however_many_there_are() {
        // In memory; in several runs, the last one full or not; in more runs than a record has duplicates.
        for (rows, run) in [(10u64, RUN), (20, 4), (23, 4), (10, 1)] {
            let mut keys = Keys::with_runs_of(run);
            for record in 0..rows {
                let key = match record {
                    4 | 9 => "same".to_owned(),
                    7 => "key 0".to_owned(),
                    _ => format!("key {record}"),
                };
                let names = Names { key: Some(vec![key.clone()]), source_id: Some(record.to_string()) };
                keys.note(&key, &names, place(record), record..record + u64::from(record != 9)).unwrap();
            }
            let groups = keys.duplicates().unwrap();
            let records: Vec<Vec<u64>> =
                groups.iter().map(|group| group.iter().map(|(entry, _)| entry.place().record).collect()).collect();
            assert_eq!(records, [vec![0, 7], vec![4, 9]]);
            assert_eq!(groups[1][0].0.range(), Some(4..5));
            assert_eq!(groups[1][0].1, Names { key: Some(vec!["same".to_owned()]), source_id: Some("4".to_owned()) });
            assert_eq!(groups[1][1].0.range(), None);
        }
    }
}
