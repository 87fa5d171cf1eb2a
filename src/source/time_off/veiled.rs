//! Records of time off as mappings get them: the name of a private type stands under a key of its own.

use crate::source::{Batch, RecordSpan, Scope, Source, SourceError};
use crate::time_off::{ABSENCE_NAMES, BALANCE_NAMES, Names, Veil, veiled, veiled_unless_public};
use std::time::Duration;

/// A source whose private names are veiled.
pub struct Veiled {
    source: Box<dyn Source>,
    read: Batch,
    /// Of records that need not say whether their types are public: the names in them, and the types that are where HiBob does not
    /// say.
    names: Option<(Names, Vec<String>)>,
    /// Records of private types, and those of which nobody says whether their types are.
    private: u64,
    unknown: u64,
}

impl Veiled {
    pub fn new(source: Box<dyn Source>) -> Veiled {
        Veiled { source, read: Batch::default(), names: None, private: 0, unknown: 0 }
    }

    /// Balances, of whose types HiBob does not always say whether they are public: these are, then, and no others.
    pub fn balances(source: Box<dyn Source>, public: Vec<String>) -> Veiled {
        Veiled { names: Some((BALANCE_NAMES, public)), ..Veiled::new(source) }
    }

    /// Who is out, in the same way.
    pub fn absences(source: Box<dyn Source>, public: Vec<String>) -> Veiled {
        Veiled { names: Some((ABSENCE_NAMES, public)), ..Veiled::new(source) }
    }

    fn veil(&mut self, text: &str, out: &mut Vec<u8>) -> bool {
        match &self.names {
            None => veiled(text, out).is_ok_and(|changed| changed),
            Some((names, public)) => {
                let veil = veiled_unless_public(text, names, public, out).unwrap_or(Veil::None);
                self.private += u64::from(veil == Veil::Private);
                self.unknown += u64::from(veil == Veil::Unknown);
                veil != Veil::None
            }
        }
    }
}

impl Source for Veiled {
    fn next(&mut self, batch: &mut Batch) -> Result<bool, SourceError> {
        batch.bytes.clear();
        batch.records.clear();
        let more = self.source.next(&mut self.read)?;
        let read = std::mem::take(&mut self.read);
        for RecordSpan { range, place, .. } in read.records.iter().cloned() {
            let (start, record) = (batch.bytes.len(), &read.bytes[range]);
            // What can't be read is the engine's to refuse.
            let changed = std::str::from_utf8(record).is_ok_and(|text| self.veil(text, &mut batch.bytes));
            if !changed {
                batch.bytes.truncate(start);
                batch.bytes.extend_from_slice(record);
            }
            batch.records.push(RecordSpan { range: start..batch.bytes.len(), place, marks: None });
            batch.bytes.push(b'\n');
        }
        self.read = read;
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
        let mut notes = self.source.notes();
        let records = |count: u64| if count == 1 { "1 record is".to_owned() } else { format!("{count} records are") };
        let Some((names, _)) = &self.names else { return notes };
        if self.private > 0 {
            let private = records(self.private);
            notes.push(format!("{private} of private types, whose names stand under `{}` alone", names[0].1));
        }
        if self.unknown > 0 {
            let unknown = records(self.unknown);
            notes.push(format!(
                "{unknown} of types that nobody says to be public, and taken for private (`bobmap fetch` shows which; \
                 --public-policy-type says that one is)"
            ));
        }
        notes
    }
}
