//! Where each row that has a key comes from, where it lies and what reports call it: written down row by row, and read again
//! for those rows alone that share their key with others.

use crate::sink::RowRange;
use crate::source::Place;
use std::borrow::Cow;
use std::io::{BufReader, BufWriter, Error, ErrorKind, Read, Result, Seek, SeekFrom, Write};
use tempfile::SpooledTempFile;

/// Bytes held in memory before there is a file.
const HELD: usize = 256 << 10;
const BUFFER: usize = 64 << 10;

/// What reports call a row.
#[derive(Debug, Clone, Copy)]
pub struct Names<'n> {
    /// The key's parts, if they may be shown.
    pub key: Option<&'n [Cow<'n, str>]>,
    /// The source's own id.
    pub source_id: Option<&'n str>,
}

/// A row, read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub place: Place,
    /// The row's bytes in the spool, if it has been written.
    pub range: Option<RowRange>,
    pub key: Option<Vec<String>>,
    pub source_id: Option<String>,
}

/// Some rows that follow one another. Numbers are written as what they have grown by since the row before, for that takes a byte.
#[derive(Debug, Clone, Default)]
pub struct Page {
    bytes: Vec<u8>,
    rows: u64,
    last: Place,
}

/// Which names follow, in a row's first byte.
const SOURCE_ID: u8 = 1;
const KEY: u8 = 2;
/// The key is the source's id.
const KEY_IS_ID: u8 = 4;

impl Page {
    pub fn note(&mut self, place: Place, length: usize, Names { key, source_id }: Names<'_>) {
        let out = &mut self.bytes;
        let is_id = source_id.is_some() && matches!((key, source_id), (Some([only]), Some(id)) if only == id);
        let key = key.filter(|_| !is_id);
        let flag = |given: bool, flag: u8| if given { flag } else { 0 };
        out.push(flag(source_id.is_some(), SOURCE_ID) | flag(key.is_some(), KEY) | flag(is_id, KEY_IS_ID));
        let Place { record, line, offset } = place;
        number(out, record.wrapping_sub(self.last.record));
        number(out, line.wrapping_sub(self.last.line));
        number(out, offset.wrapping_sub(self.last.offset));
        number(out, length as u64);
        source_id.into_iter().for_each(|id| text(out, id));
        if let Some(parts) = key {
            number(out, parts.len() as u64);
            parts.iter().for_each(|part| text(out, part));
        }
        self.last = place;
        self.rows += 1;
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.rows = 0;
        self.last = Place::default();
    }
}

fn number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn text(out: &mut Vec<u8>, text: &str) {
    number(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// All rows of a run.
pub struct Ledger(BufWriter<SpooledTempFile>);

impl Default for Ledger {
    fn default() -> Self {
        Ledger(BufWriter::with_capacity(BUFFER, SpooledTempFile::new(HELD)))
    }
}

impl Ledger {
    /// Adds rows whose bytes begin at `start` in the spool. The page is empty then.
    pub fn add(&mut self, page: &mut Page, start: u64) -> Result<()> {
        if page.rows > 0 {
            for number in [page.rows, start, page.bytes.len() as u64] {
                self.0.write_all(&number.to_le_bytes())?;
            }
            self.0.write_all(&page.bytes)?;
            page.clear();
        }
        Ok(())
    }

    /// Looks groups of rows up by their numbers, which count from 0 and ascend in each group. Groups come in the order of their
    /// first rows.
    pub fn named(self, mut groups: Vec<Vec<u64>>) -> Result<Vec<Vec<Entry>>> {
        if groups.is_empty() {
            return Ok(Vec::new());
        }
        groups.sort_unstable_by_key(|group| group[0]);
        let mut wanted: Vec<(u64, usize)> =
            groups.iter().enumerate().flat_map(|(at, group)| group.iter().map(move |row| (*row, at))).collect();
        wanted.sort_unstable();
        let mut named: Vec<Vec<Entry>> = groups.iter().map(|group| Vec::with_capacity(group.len())).collect();
        let mut file = self.0.into_inner().map_err(|error| error.into_error())?;
        file.seek(SeekFrom::Start(0))?;
        let mut reader = BufReader::with_capacity(BUFFER, file);
        let (mut bytes, mut row) = (Vec::new(), 0);
        let mut wanted = wanted.into_iter().peekable();
        while wanted.peek().is_some() {
            let [rows, mut start, length] = [head(&mut reader)?, head(&mut reader)?, head(&mut reader)?];
            bytes.resize(usize::try_from(length).map_err(Error::other)?, 0);
            reader.read_exact(&mut bytes)?;
            let end = row + rows;
            // Most pages hold nothing that is looked for.
            if wanted.peek().is_some_and(|(wanted, _)| *wanted < end) {
                let (mut bytes, mut last) = (bytes.as_slice(), Place::default());
                for number in row..end {
                    let entry = Entry::read(&mut bytes, &mut last, &mut start)?;
                    if let Some((_, group)) = wanted.next_if(|(wanted, _)| *wanted == number) {
                        named[group].push(entry);
                    }
                }
            }
            row = end;
        }
        Ok(named)
    }
}

fn head(reader: &mut impl Read) -> Result<u64> {
    let mut bytes = [0; 8];
    reader.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

impl Entry {
    fn read(bytes: &mut &[u8], last: &mut Place, start: &mut u64) -> Result<Entry> {
        let (flags, rest) = bytes.split_first().ok_or(ErrorKind::UnexpectedEof)?;
        *bytes = rest;
        let mut number = || read_number(bytes);
        last.record = last.record.wrapping_add(number()?);
        last.line = last.line.wrapping_add(number()?);
        last.offset = last.offset.wrapping_add(number()?);
        let length = number()?;
        let range = (length > 0).then_some(*start..*start + length);
        *start += length;
        let source_id = if flags & SOURCE_ID == 0 { None } else { Some(read_text(bytes)?) };
        let key = match source_id.clone() {
            Some(id) if flags & KEY_IS_ID != 0 => Some(vec![id]),
            _ if flags & KEY == 0 => None,
            _ => Some((0..read_number(bytes)?).map(|_| read_text(bytes)).collect::<Result<_>>()?),
        };
        Ok(Entry { place: *last, range, key, source_id })
    }
}

fn read_number(bytes: &mut &[u8]) -> Result<u64> {
    let mut number = 0;
    for shift in (0..u64::BITS).step_by(7) {
        let (byte, rest) = bytes.split_first().ok_or(ErrorKind::UnexpectedEof)?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(ErrorKind::InvalidData.into())
}

fn read_text(bytes: &mut &[u8]) -> Result<String> {
    let length = usize::try_from(read_number(bytes)?).map_err(Error::other)?;
    let (text, rest) = bytes.split_at_checked(length).ok_or(ErrorKind::UnexpectedEof)?;
    *bytes = rest;
    String::from_utf8(text.to_vec()).map_err(Error::other)
}
