//! Texts that are kept in a temporary file without a name, to be read again in any order.

use crate::source::SourceError;
use crate::source::spool::read_at;
use crate::time_off::fold::Kept;
use std::fs::File;
use std::io::{self, Write};

/// Written at a time.
const BUFFER: usize = 1 << 18;

/// Texts in the order of coming.
pub struct Texts {
    file: File,
    /// Bytes in the file; what came after them is in `waiting`.
    written: u64,
    waiting: Vec<u8>,
}

impl Texts {
    pub fn new() -> Result<Texts, SourceError> {
        let file = tempfile::tempfile().map_err(failed)?;
        Ok(Texts { file, written: 0, waiting: Vec::with_capacity(BUFFER) })
    }

    /// Keeps a text, and says where it begins.
    pub fn push(&mut self, text: &[u8]) -> Result<u64, SourceError> {
        if self.waiting.len() >= BUFFER {
            self.file.write_all(&self.waiting).map_err(failed)?;
            self.written += self.waiting.len() as u64;
            self.waiting.clear();
        }
        let offset = self.written + self.waiting.len() as u64;
        self.waiting.extend_from_slice(text);
        Ok(offset)
    }

    /// Appends a text to `out`.
    pub fn read(&self, kept: Kept, out: &mut Vec<u8>) -> Result<(), SourceError> {
        if let Some(start) = kept.offset.checked_sub(self.written) {
            out.extend_from_slice(&self.waiting[start as usize..start as usize + kept.length as usize]);
            return Ok(());
        }
        let start = out.len();
        out.resize(start + kept.length as usize, 0);
        let mut at = start;
        while at < out.len() {
            let read = read_at(&self.file, &mut out[at..], kept.offset + (at - start) as u64).map_err(failed)?;
            if read == 0 {
                return Err(failed(io::ErrorKind::UnexpectedEof.into()));
            }
            at += read;
        }
        Ok(())
    }
}

fn failed(source: io::Error) -> SourceError {
    SourceError::Io { name: "a temporary file".to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::{BUFFER, Kept, Texts};

    #[test]
    fn texts_are_read_from_the_file_and_from_what_waits_for_it() {
        let mut texts = Texts::new().unwrap();
        let long = vec![b'a'; BUFFER];
        let places: Vec<u64> = [&long[..], b"bc", b"", b"d"].iter().map(|text| texts.push(text).unwrap()).collect();
        for (offset, length, text) in [(places[1], 2, "bc"), (places[0] + long.len() as u64 - 1, 1, "a"), (places[3], 1, "d")] {
            let mut out = b"x".to_vec();
            texts.read(Kept { offset, length }, &mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), format!("x{text}"));
        }
    }
}
