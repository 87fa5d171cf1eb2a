//! Two versions of a mapping over the records of one source.

use super::feed::{Cancel, Ended, Unread, follow};
use crate::engine::Engine;
use crate::engine::compare::{Comparison, Lockstep};
use crate::source::Source;
use std::ops::ControlFlow;

/// How the versions differ, and how the reading ended.
#[derive(Debug)]
pub struct Compared {
    pub comparison: Comparison,
    pub ended: Ended,
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
) -> Result<Compared, Unread> {
    let mut lockstep = Lockstep::new(old, new);
    let ended = follow::<Unread>(source, limit, cancel, &|_| {}, |bytes, place| {
        lockstep.record(bytes, place);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(Compared { comparison: lockstep.comparison, ended })
}
