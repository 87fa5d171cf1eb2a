//! One reading of the records that counts twice: what a mapping makes of them, and which of Bob's fields people have.

use super::feed::{Cancel, Fed, Feed};
use super::run::RunError;
use crate::diagnosis::observation::{Seen, Tally};
use crate::engine::watch::Unwatched;
use crate::engine::{Counts, Engine};
use crate::source::{Scope, Source};

/// What was counted, how much was read, and what the source said of the reading.
#[derive(Debug)]
pub struct Covered {
    pub counts: Counts,
    /// `None` where the records are no people.
    pub seen: Option<Seen>,
    pub scope: Scope,
    pub notes: Vec<String>,
}

/// Applies the mapping to every record of `source`, or to the first `limit` of them, and counts the fields of `tally` in it.
///
/// # Errors
/// The source fails, or the run is interrupted.
pub fn cover(
    engine: &Engine<'_>,
    mut tally: Option<Tally>,
    source: Box<dyn Source>,
    limit: Option<u64>,
    cancel: &Cancel,
) -> Result<Covered, RunError> {
    let mut counts = Counts::new(engine.mapping);
    let mut feed = Feed::start(source, cancel);
    let (scope, notes) = 'records: loop {
        match feed.next() {
            Fed::Batch(batch) => {
                for record in &batch.records {
                    if limit.is_some_and(|limit| counts.read >= limit) {
                        break 'records (Scope::CutShort(format!("--limit {}", counts.read)), Vec::new());
                    }
                    let bytes = &batch.bytes[record.range.clone()];
                    engine.apply(bytes, record.place, &mut counts, &mut Unwatched, &mut |_, _| {});
                    // A record that can't be read is rejected by the engine; nothing of it is counted.
                    let text = std::str::from_utf8(bytes).ok();
                    if let Some((tally, text)) = tally.as_mut().zip(text) {
                        let _ = tally.add(text);
                    }
                }
                feed.give_back(batch);
            }
            Fed::End(scope, notes) => break (scope, notes),
            Fed::Failed(error) => return Err(error.into()),
            Fed::Cancelled => return Err(RunError::Interrupted),
        }
    };
    Ok(Covered { counts, seen: tally.map(Tally::finish), scope, notes })
}
