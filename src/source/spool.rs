//! Keeps what can be read only once, such as the standard input, to be read as often as needed.

use super::{Batch, FileSource, Scope, Source, SourceError};
use crate::catalog::resource::Resource;
use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::Arc;

/// A copy in a temporary file without a name, gone when the last reader of it is, however the program ends.
#[derive(Debug)]
pub struct Spool {
    file: Arc<File>,
    length: u64,
}

/// Reads a spool from its start. Several readers don't disturb one another.
#[derive(Debug)]
pub struct SpoolReader {
    file: Arc<File>,
    at: u64,
}

impl Spool {
    /// Reads `reader` to its end.
    ///
    /// # Errors
    /// It can't be read, or there is no room for the copy.
    pub fn of(mut reader: impl Read) -> io::Result<Spool> {
        let mut file = tempfile::tempfile()?;
        let length = io::copy(&mut reader, &mut file)?;
        Ok(Spool { file: Arc::new(file), length })
    }

    pub fn open(&self) -> SpoolReader {
        SpoolReader { file: Arc::clone(&self.file), at: 0 }
    }

    /// In bytes.
    pub fn length(&self) -> u64 {
        self.length
    }
}

/// The records of a source, with what it said of them at its end.
#[derive(Debug)]
pub struct Kept {
    spool: Spool,
    resource: &'static Resource,
    scope: Scope,
    notes: Vec<String>,
}

/// Kept records, handed out once more.
pub struct KeptSource {
    records: FileSource,
    scope: Scope,
    notes: Vec<String>,
}

impl Kept {
    /// Reads `source` to its end.
    ///
    /// # Errors
    /// It can't be read, or there is no room for the copy.
    pub fn of(mut source: Box<dyn Source>, resource: &'static Resource) -> Result<Kept, SourceError> {
        let failed = |source| SourceError::Io { name: "a temporary file".to_owned(), source };
        let mut file = tempfile::tempfile().map_err(failed)?;
        let (mut batch, mut array, mut length) = (Batch::default(), vec![b'['], 0);
        while source.next(&mut batch)? {
            for record in &batch.records {
                if length + array.len() as u64 > 1 {
                    array.extend_from_slice(b",\n");
                }
                array.extend_from_slice(&batch.bytes[record.range.clone()]);
            }
            file.write_all(&array).map_err(failed)?;
            length += array.len() as u64;
            array.clear();
        }
        array.push(b']');
        file.write_all(&array).map_err(failed)?;
        length += array.len() as u64;
        let spool = Spool { file: Arc::new(file), length };
        Ok(Kept { spool, resource, scope: source.scope(), notes: source.notes() })
    }

    pub fn open(&self) -> KeptSource {
        let name = "a temporary file".to_owned();
        let records = FileSource::new(name, Box::new(self.spool.open()), Some(self.spool.length()), self.resource);
        KeptSource { records, scope: self.scope.clone(), notes: self.notes.clone() }
    }
}

impl Source for KeptSource {
    fn next(&mut self, batch: &mut Batch) -> Result<bool, SourceError> {
        self.records.next(batch)
    }

    fn scope(&self) -> Scope {
        match self.records.scope() {
            Scope::Complete => self.scope.clone(),
            stopped => stopped,
        }
    }

    fn may_wait(&self) -> bool {
        self.records.may_wait()
    }

    fn progress(&self) -> (u64, Option<u64>) {
        self.records.progress()
    }

    fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }
}

impl Read for SpoolReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = read_at(&self.file, out, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

#[cfg(unix)]
fn read_at(file: &File, out: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, out, at)
}

#[cfg(windows)]
fn read_at(file: &File, out: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, out, at)
}

#[cfg(test)]
mod tests {
    use super::Spool;
    use std::io::Read;

    #[test]
    fn two_readers_each_read_all_of_it() {
        let spool = Spool::of(&b"{\"id\":\"1\"}\n"[..]).unwrap();
        let (mut first, mut second) = (spool.open(), spool.open());
        let mut start = [0; 3];
        first.read_exact(&mut start).unwrap();
        let (mut rest, mut whole) = (String::new(), String::new());
        second.read_to_string(&mut whole).unwrap();
        first.read_to_string(&mut rest).unwrap();
        assert_eq!((whole.as_str(), rest.as_str()), ("{\"id\":\"1\"}\n", "d\":\"1\"}\n"));
        assert_eq!(spool.length(), 11);
    }
}
