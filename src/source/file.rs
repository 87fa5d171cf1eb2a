//! Records from a file or the standard input: one block in memory at a time, whatever the layout.

use super::input::Input;
use super::split::{Fault, Splitter};
use super::{Batch, Place, Scope, Source, SourceError};
use crate::catalog::resource::Resource;
use std::io::Read;
use std::path::Path;

/// How much is read and held at a time, and what no honest input exceeds.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes read at a time. The default makes the cost of handing a batch on small and stays in a processor's cache.
    pub block: usize,
    /// The most bytes that one record may have. Bob's largest are below a megabyte.
    pub record: usize,
    /// To how many bytes any packed input may unpack.
    pub unpacked: u64,
    /// Beyond that, how many unpacked bytes there may be for each packed one. Records unpack to some 20 to 100 times their size,
    /// while gzip can reach 1,032.
    pub ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { block: 256 << 10, record: 64 << 20, unpacked: 1 << 30, ratio: 500 }
    }
}

/// Records that were saved in what HiBob answers (an envelope), a JSON array, JSON Lines or one JSON value after another, told
/// apart by content; packed by gzip or zstd or not.
pub struct FileSource {
    input: Input,
    splitter: Splitter,
    /// The beginning of a record whose end has not been read.
    carried: Vec<u8>,
    state: State,
}

enum State {
    Reading,
    /// The records before the fault have been handed out, it has not.
    Failing(SourceError),
    Done(Scope),
}

impl FileSource {
    /// The file at `path`, or the standard input for `-`.
    ///
    /// # Errors
    /// There is no such file, it is a directory, or it may not be read.
    pub fn open(path: &Path, resource: &'static Resource) -> Result<FileSource, SourceError> {
        Ok(Self::over(Input::open(path)?, resource))
    }

    /// Any reader, under a name for messages. `total` is how many bytes it has, if that is known.
    pub fn new(name: String, reader: Box<dyn Read + Send>, total: Option<u64>, resource: &'static Resource) -> FileSource {
        Self::over(Input::new(name, reader, total), resource)
    }

    /// The same with other limits, to be set before reading.
    pub fn within(mut self, limits: Limits) -> FileSource {
        self.splitter.limit(limits.record);
        self.input.limits = limits;
        self
    }

    fn over(input: Input, resource: &'static Resource) -> FileSource {
        let splitter = Splitter::new(resource, input.limits.record);
        FileSource { input, splitter, carried: Vec::new(), state: State::Reading }
    }

    /// Reads until a record is whole. The first `filled` bytes of the batch have been read.
    fn read(&mut self, batch: &mut Batch, mut filled: usize) {
        let block = self.input.limits.block;
        loop {
            if batch.bytes.len() < filled + block {
                batch.bytes.resize(filled + block, 0);
            }
            let (count, read) = self.input.fill(&mut batch.bytes[filled..filled + block]);
            let last = read.is_ok() && count < block;
            filled += count;
            let bytes = &batch.bytes[..filled];
            let split = self.splitter.split(bytes, last, &mut batch.records, &mut batch.quotes);
            let end = self.splitter.offset() + filled as u64;
            // A fault in what was read comes before the error that ended the reading.
            let error = split.map_err(|(fault, place)| self.error(fault, place, end)).and(read).err();
            if let Some(error) = error {
                self.state = State::Failing(error);
                return;
            }
            if last {
                self.state = State::Done(self.whole());
                return;
            }
            let released = self.splitter.release(bytes);
            if !batch.records.is_empty() {
                self.carried.extend_from_slice(&bytes[released..]);
                return;
            }
            batch.bytes.copy_within(released..filled, 0);
            filled -= released;
        }
    }

    fn whole(&self) -> Scope {
        if self.splitter.next_page() {
            Scope::CutShort(format!("the last page in {} names a next one (next_cursor)", self.input.name))
        } else {
            Scope::Complete
        }
    }

    fn error(&self, fault: Fault, place: Place, end: u64) -> SourceError {
        let name = self.input.name.clone();
        match fault {
            Fault::Malformed(fault) => SourceError::Malformed { name, place, fault },
            Fault::Truncated => SourceError::Truncated { name, inside: true, place, end },
            Fault::Unclosed => SourceError::Truncated { name, inside: false, place, end },
            Fault::Empty => SourceError::Empty { name, blank: end > 0 },
            Fault::TooLarge => SourceError::TooLarge { name, place, limit: self.input.limits.record },
            Fault::Idle => SourceError::Blanks { name, place, limit: self.input.limits.record },
            Fault::Encoding(encoding) => SourceError::Encoding { name, encoding },
            Fault::Foreign(looks) => SourceError::NotJson { name, looks },
        }
    }
}

impl Source for FileSource {
    fn next(&mut self, batch: &mut Batch) -> Result<bool, SourceError> {
        batch.records.clear();
        batch.quotes.clear();
        // A batch keeps its memory from one use to the next, and its bytes, which needn't be cleared again; unless a large record
        // has made it large.
        let kept = 8 * self.input.limits.block;
        if batch.bytes.len() > kept && self.carried.len() < kept {
            batch.bytes.truncate(kept / 4);
            batch.bytes.shrink_to(kept / 4);
        }
        if matches!(self.state, State::Reading) {
            let filled = self.carried.len();
            if batch.bytes.len() < filled {
                batch.bytes.resize(filled, 0);
            }
            batch.bytes[..filled].copy_from_slice(&self.carried);
            self.carried.clear();
            self.read(batch, filled);
        }
        if !batch.records.is_empty() {
            return Ok(true);
        }
        match std::mem::replace(&mut self.state, State::Done(Scope::Complete)) {
            State::Failing(error) => {
                self.state = State::Done(Scope::CutShort(error.to_string()));
                Err(error)
            }
            state => {
                self.state = state;
                Ok(false)
            }
        }
    }

    fn scope(&self) -> Scope {
        match &self.state {
            State::Reading => Scope::CutShort(format!("{} was not read to its end", self.input.name)),
            State::Failing(error) => Scope::CutShort(error.to_string()),
            State::Done(scope) => scope.clone(),
        }
    }

    fn may_wait(&self) -> bool {
        // What has a length lies on a disk.
        self.input.progress().1.is_none()
    }

    fn progress(&self) -> (u64, Option<u64>) {
        self.input.progress()
    }
}
