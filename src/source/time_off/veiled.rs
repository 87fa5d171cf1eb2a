//! Records of time off as mappings get them: the name of a private type stands under a key of its own.

use crate::source::{Batch, RecordSpan, Scope, Source, SourceError};
use crate::time_off::veiled;
use std::time::Duration;

/// A source whose private names are veiled.
pub struct Veiled {
    source: Box<dyn Source>,
    read: Batch,
}

impl Veiled {
    pub fn new(source: Box<dyn Source>) -> Veiled {
        Veiled { source, read: Batch::default() }
    }
}

impl Source for Veiled {
    fn next(&mut self, batch: &mut Batch) -> Result<bool, SourceError> {
        batch.bytes.clear();
        batch.records.clear();
        let more = self.source.next(&mut self.read)?;
        for RecordSpan { range, place } in self.read.records.drain(..) {
            let (start, record) = (batch.bytes.len(), &self.read.bytes[range]);
            // What can't be read is the engine's to refuse.
            let changed =
                std::str::from_utf8(record).is_ok_and(|text| veiled(text, &mut batch.bytes).is_ok_and(|changed| changed));
            if !changed {
                batch.bytes.truncate(start);
                batch.bytes.extend_from_slice(record);
            }
            batch.records.push(RecordSpan { range: start..batch.bytes.len(), place });
            batch.bytes.push(b'\n');
        }
        Ok(more)
    }

    fn scope(&self) -> Scope {
        self.source.scope()
    }

    fn progress(&self) -> (u64, Option<u64>) {
        self.source.progress()
    }

    fn left(&self) -> Option<Duration> {
        self.source.left()
    }

    fn notes(&self) -> Vec<String> {
        self.source.notes()
    }
}
