//! Two versions of a mapping over the records of one source.

use super::feed::{Cancel, Fed, Feed};
use super::run::RunError;
use crate::engine::Engine;
use crate::engine::compare::{Comparison, Lockstep};
use crate::source::{Scope, Source};

/// How the versions differ, how much was read, and what the source said of the reading.
#[derive(Debug)]
pub struct Compared {
    pub comparison: Comparison,
    pub scope: Scope,
    pub notes: Vec<String>,
}

/// Applies both versions to every record of `source`, which they must read alike; to the first `limit` of them, if one is given.
///
/// # Errors
/// The source fails, or the run is interrupted.
pub fn compare(
    old: &Engine<'_>,
    new: &Engine<'_>,
    source: Box<dyn Source>,
    limit: Option<u64>,
    cancel: &Cancel,
) -> Result<Compared, RunError> {
    let mut lockstep = Lockstep::new(old, new);
    let mut feed = Feed::start(source, cancel);
    let (scope, notes) = 'records: loop {
        match feed.next() {
            Fed::Batch(batch) => {
                for record in &batch.records {
                    let read = lockstep.comparison.records;
                    if limit.is_some_and(|limit| read >= limit) {
                        break 'records (Scope::CutShort(format!("--limit {read}")), Vec::new());
                    }
                    lockstep.record(&batch.bytes[record.range.clone()], record.place);
                }
                feed.give_back(batch);
            }
            Fed::End(scope, notes) => break (scope, notes),
            Fed::Failed(error) => return Err(error.into()),
            Fed::Cancelled => return Err(RunError::Interrupted),
        }
    };
    Ok(Compared { comparison: lockstep.comparison, scope, notes })
}
