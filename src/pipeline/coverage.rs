//! One reading of the records that counts twice: what a mapping makes of them, and which of Bob's fields people have.

use super::feed::{Cancel, Ended, Unread, follow};
use crate::diagnosis::observation::{Seen, Tally};
use crate::engine::watch::Unwatched;
use crate::engine::{Counts, Engine, Memory};
use crate::source::Source;
use std::ops::ControlFlow;

/// What was counted, and how the reading ended.
#[derive(Debug)]
pub struct Covered {
    pub counts: Counts,
    /// `None` where the records are no people.
    pub seen: Option<Seen>,
    pub ended: Ended,
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
) -> Result<Covered, Unread> {
    let mut counts = Counts::new(engine.mapping);
    let mut memory = Memory::default();
    let ended = follow::<Unread>(source, limit, cancel, &|_| {}, |bytes, place| {
        engine.apply(&mut memory, bytes.into(), place, &mut counts, &mut Unwatched, &mut |_, _| {});
        // A record that can't be read is rejected by the engine; nothing of it is counted.
        let text = std::str::from_utf8(bytes).ok();
        if let Some((tally, text)) = tally.as_mut().zip(text) {
            let _ = tally.add(text);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(Covered { counts, seen: tally.map(Tally::finish), ended })
}
