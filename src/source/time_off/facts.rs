//! What people's records say of their time zones, sites and working patterns.

use crate::source::{Batch, Scope, Source, SourceError};
use crate::time_off::{People, PeopleReader};

/// The people of a source, read once before the first request is completed.
pub struct Facts(Option<(Box<dyn Source>, PeopleReader)>);

/// What came of reading people.
#[derive(Default)]
pub struct Known {
    pub people: People,
    pub unread: u64,
    /// What is to be known of the reading.
    pub notes: Vec<String>,
}

impl Facts {
    /// Nothing is known of anybody.
    pub fn none() -> Facts {
        Facts(None)
    }

    pub fn of(source: Box<dyn Source>, reader: PeopleReader) -> Facts {
        Facts(Some((source, reader)))
    }

    /// Reads all of them.
    ///
    /// # Errors
    /// The source fails.
    pub fn read(self) -> Result<Known, SourceError> {
        let Some((mut source, mut reader)) = self.0 else { return Ok(Known::default()) };
        let mut batch = Batch::default();
        while source.next(&mut batch)? {
            batch.records.iter().for_each(|record| reader.add(&batch.bytes[record.range.clone()]));
        }
        let mut notes = source.notes();
        if let Scope::CutShort(why) = source.scope() {
            notes.push(format!("not all of hibob.people were read ({why}): others' zones and working patterns are not known"));
        }
        Ok(Known { unread: reader.unread, people: reader.finish(), notes })
    }
}
