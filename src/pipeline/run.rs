//! A run of one mapping over the records of a source: read, map, write, count; then duplicates out. Several may write into one
//! output, and everything becomes visible at once or not at all.

use super::feed::{Cancel, Ended, Feed, Progress, Unread};
use super::first::First;
use super::keys::Keys;
use super::part::{Line, Part};
use super::rejects::Rejects;
use super::spread::spread;
use crate::engine::joined::JoinedError;
use crate::engine::outcome::{ProblemKind, Subject};
use crate::engine::{Counts, Engine, JoinedSet, Key, Reason, RecordName};
use crate::mapping::Mapping;
use crate::mapping::compiled::{self, Join, Root};
use crate::sink::{Keyed, RowEncoder, RowRange, RowSpool, SinkError};
use crate::source::{Scope, Source};
use jiff::civil::Date;
use std::borrow::Cow;
use std::ops::ControlFlow;

/// The rule that a path of `keep` which is absent from every record stops the run.
pub const KEEP_PATH_ABSENT: &str = "keep-path-absent";

/// What a run is told besides its mapping and records.
pub struct Settings<'s> {
    /// Stop after this many records.
    pub limit: Option<u64>,
    /// How many threads map, the calling one counted. Nothing but time depends on it.
    pub threads: usize,
    /// Guard rules that this run passes.
    pub allow: &'s [String],
    pub cancel: Cancel,
    /// Write rows in the form in which they are compared with others.
    pub keyed: Option<Keyed>,
    /// Told about bytes read and rows written, now and then.
    pub progress: &'s dyn Fn(Progress),
}

/// How a run ended well.
#[derive(Debug)]
pub struct Finished {
    pub counts: Counts,
    pub scope: Scope,
    /// What the source said of the reading.
    pub notes: Vec<String>,
    /// What the first record looks like from outside.
    pub first: Option<First>,
    /// Written rows that are to be taken out again because others have their key.
    pub dropped: Vec<RowRange>,
}

/// Why a run wrote nothing.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Unread(#[from] Unread),
    #[error(transparent)]
    Sink(#[from] SinkError),
    #[error("a temporary file: {0}")]
    Spill(std::io::Error),
    #[error("{record} stops the run, as the field says `stop`: {reason}; nothing is written")]
    Stopped { record: String, reason: Reason },
    #[error(
        "`{path}` of `keep` is absent from {}: the service user may not see it, or it was not fetched, and every record would be \
         judged without it; nothing is written (tick its permission, or pass --allow {KEEP_PATH_ABSENT})",
        if *.records == 1 { "the only record".to_owned() } else { format!("all {records} records") }
    )]
    KeepPathAbsent { path: String, records: u64 },
    #[error("{set}: {source}")]
    Joined { set: String, source: JoinedError },
}

/// Reads a whole joined set. Records that can't be read are noted in it, and the rows that may have needed one are rejected.
/// What the source has to say is added to `notes`.
///
/// # Errors
/// The source fails, or the set is too large.
pub fn read_joined(
    join: &Join,
    source: Box<dyn Source>,
    run_date: Date,
    threads: usize,
    cancel: &Cancel,
    notes: &mut Vec<String>,
) -> Result<JoinedSet, RunError> {
    let mut set = JoinedSet::new(join);
    let feed = if threads > 1 { Feed::ahead(source, None, threads, cancel) } else { Feed::in_turn(source, None, cancel) };
    let ended = feed.follow::<RunError>(&|_| {}, |bytes, place| {
        match std::str::from_utf8(bytes).map_err(|_| JoinedError::Utf8).and_then(|text| set.add(join, text, run_date)) {
            Ok(()) => {}
            Err(source @ JoinedError::TooMany) => return Err(RunError::Joined { set: join.with.name.to_owned(), source }),
            Err(error) => set.note_unread(place, &error),
        }
        Ok(ControlFlow::Continue(()))
    })?;
    notes.extend(ended.notes);
    if let Scope::CutShort(why) = ended.scope {
        set.note_incomplete(why);
    }
    Ok(set)
}

/// Writes what stands before the rows of all mappings.
///
/// # Errors
/// `rows` can't be written to.
pub fn begin(encoder: &mut RowEncoder<'_>, rows: &mut RowSpool) -> Result<(), RunError> {
    let mut head = Vec::new();
    encoder.head(&mut head);
    rows.push(&head)?;
    Ok(())
}

/// Makes the rows visible, without those in `dropped` (in their order), and the rejects before them: whoever has the rows has
/// the rejects as well.
///
/// # Errors
/// The run was cancelled, or an output can't be written.
pub fn publish(
    encoder: &RowEncoder<'_>,
    rows: RowSpool,
    dropped: &[RowRange],
    rejects: &mut Rejects,
    cancel: &Cancel,
) -> Result<(), RunError> {
    if cancel.is_cancelled() {
        return Err(Unread::Interrupted.into());
    }
    rejects.finish()?;
    rows.finish(encoder, dropped)?;
    Ok(())
}

/// Maps every record of `source` into `rows`, which nobody sees before they are published.
///
/// # Errors
/// The run could not be finished; rows and rejects are left where they were, in their temporary files.
pub fn run(
    engine: &Engine<'_>,
    source: Box<dyn Source>,
    encoder: &mut RowEncoder<'_>,
    rows: &mut RowSpool,
    rejects: &mut Rejects,
    settings: &Settings<'_>,
) -> Result<Finished, RunError> {
    let mapping = engine.mapping;
    let (mut counts, mut keys, mut first) = (Counts::new(mapping), Keys::default(), None);
    let Ended { scope, notes } = {
        let line = Line {
            engine,
            encoder: encoder.fork(),
            refused: rejects.room(),
            marks: keys.marks(),
            keyed: settings.keyed.as_ref(),
        };
        spread(source, settings.limit, settings.threads, &settings.cancel, &line, |part: &mut Part<'_>, progress| {
            if let Some((record, reason)) = part.stopped.take() {
                return Err(RunError::Stopped { record, reason });
            }
            first = first.or(part.first);
            counts.add(&part.counts);
            encoder.join(&part.encoder);
            let range = rows.push(&part.rows)?;
            keys.add(&mut part.marks, range.start).map_err(RunError::Spill)?;
            rejects.add(&mut part.refused)?;
            (settings.progress)(progress);
            Ok(())
        })?
    };
    guard_keep_paths(mapping, &counts, settings.allow)?;
    let dropped = take_out_duplicates(mapping, keys, &mut counts, rejects)?;
    Ok(Finished { counts, scope, notes, first, dropped })
}

/// Records that share a key are all rejected: nobody can tell which of them is right.
fn take_out_duplicates(
    mapping: &Mapping,
    keys: Keys,
    counts: &mut Counts,
    rejects: &mut Rejects,
) -> Result<Vec<RowRange>, RunError> {
    let mut dropped = Vec::new();
    let personal = mapping.key.iter().any(|field| mapping.fields[*field].personal);
    let key: Vec<&str> = mapping.key.iter().map(|field| mapping.fields[*field].name.as_str()).collect();
    let mut refused = rejects.room();
    for group in keys.duplicates().map_err(RunError::Spill)? {
        let message = shared(&group.iter().map(|entry| entry.place.record).collect::<Vec<_>>(), &key);
        for entry in group {
            // A row that was rejected before stands in the rejects already.
            let Some(range) = entry.range else { continue };
            dropped.push(range);
            let key = entry.key.map(|parts| Key { parts: parts.into_iter().map(Cow::Owned).collect(), personal });
            let name = RecordName { key, source_id: entry.source_id.map(Cow::Owned), place: entry.place };
            let reason = Reason { subject: Subject::Record, problem: ProblemKind::DuplicateKey, message: message.clone() };
            refused.note(&name, &[reason], None);
        }
        rejects.add(&mut refused)?;
    }
    dropped.sort_by_key(|range| range.start);
    let duplicates = dropped.len() as u64;
    counts.written -= duplicates;
    counts.rejected += duplicates;
    Ok(dropped)
}

/// Says which records share a key: `records` are the numbers of theirs, in order, one of them twice if two rows of it do.
fn shared(records: &[u64], key: &[&str]) -> String {
    const NAMED: usize = 5;
    let mut numbers = records.to_vec();
    numbers.dedup();
    let key = key.join(", ");
    let many =
        if numbers.len() < records.len() { format!("{} rows", records.len()) } else { format!("{} records", records.len()) };
    if let [record] = numbers.as_slice() {
        return format!("{many} of record {record} share one key ({key})");
    }
    let named: Vec<String> = numbers.iter().take(NAMED).map(u64::to_string).collect();
    let more = if numbers.len() > NAMED { format!(" and {} more", numbers.len() - NAMED) } else { String::new() };
    format!("{many} share one key ({key}): records {}{more}", named.join(", "))
}

/// A path of `keep` that no record has at all is a permission that is missing: the condition would keep or skip everybody.
fn guard_keep_paths(mapping: &Mapping, counts: &Counts, allow: &[String]) -> Result<(), RunError> {
    if allow.iter().any(|rule| rule == KEEP_PATH_ABSENT) {
        return Ok(());
    }
    let paths = mapping.keep.iter().flat_map(|clause| &clause.any).filter_map(|condition| match &condition.subject {
        compiled::Subject::Path(path) => Some(path),
        compiled::Subject::Field(_) => None,
    });
    for path in paths {
        let states = match path.root {
            Root::Record => counts.slots[path.slot],
            Root::Row => counts.row_slots[path.slot],
            Root::Join(_) => continue,
        };
        let records: u64 = states.iter().sum();
        if records > 0 && states[0] == records {
            return Err(RunError::KeepPathAbsent { path: path.text.clone(), records });
        }
    }
    Ok(())
}
