//! A run of one mapping over the records of a source: read, map, write, count; then duplicates out, and everything visible at
//! once or not at all.

use super::feed::{Cancel, Ended, Progress, Unread, follow};
use super::first::First;
use super::keys::{Keys, Names};
use super::rejects::{Rejects, called};
use crate::engine::joined::JoinedError;
use crate::engine::outcome::{ProblemKind, Subject};
use crate::engine::watch::Unwatched;
use crate::engine::{Counts, Engine, JoinedSet, Key, Memory, Outcome, Reason, RecordName, RowOut};
use crate::mapping::Mapping;
use crate::mapping::compiled::{self, Join, Root};
use crate::sink::{RowEncoder, RowSpool, SinkError};
use crate::source::{Place, Scope, Source};
use crate::value::mask::Reveal;
use jiff::civil::Date;
use std::borrow::Cow;
use std::ops::ControlFlow;

/// The rule that a path of `keep` which is absent from every record stops the run.
pub const KEEP_PATH_ABSENT: &str = "keep-path-absent";

/// What a run is told besides its mapping and records.
pub struct Settings<'s> {
    /// Stop after this many records.
    pub limit: Option<u64>,
    /// Guard rules that this run passes.
    pub allow: &'s [String],
    pub cancel: Cancel,
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
    /// Written rows that were taken out again because others have their key.
    pub duplicates: u64,
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
    cancel: &Cancel,
    notes: &mut Vec<String>,
) -> Result<JoinedSet, RunError> {
    let mut set = JoinedSet::new(join);
    let ended = follow::<RunError>(source, None, cancel, &|_| {}, |bytes, place| {
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

/// Maps every record of `source` into `rows`.
///
/// # Errors
/// The run could not be finished; rows and rejects are left where they were, in their temporary files.
pub fn run(
    engine: &Engine<'_>,
    source: Box<dyn Source>,
    encoder: &mut RowEncoder<'_>,
    mut rows: RowSpool,
    rejects: &mut Rejects,
    settings: &Settings<'_>,
) -> Result<Finished, RunError> {
    let mapping = engine.mapping;
    let mut line = Line {
        mapping,
        counts: Counts::new(mapping),
        keys: Keys::default(),
        buffer: Vec::new(),
        first: None,
        stopped: None,
        memory: Memory::default(),
        failed: None,
    };
    encoder.head(&mut line.buffer);
    rows.push(&line.buffer)?;
    let Ended { scope, notes } = follow(source, settings.limit, &settings.cancel, settings.progress, |bytes, place| {
        line.record(engine, bytes, place, encoder, &mut rows, rejects).map(ControlFlow::Continue)
    })?;
    let Line { mut counts, keys, first, .. } = line;
    guard_keep_paths(mapping, &counts, settings.allow)?;
    let (dropped, duplicates) = take_out_duplicates(mapping, keys, &mut counts, rejects)?;
    if settings.cancel.is_cancelled() {
        return Err(Unread::Interrupted.into());
    }
    // First the small file: whoever has the rows has the rejects as well.
    rejects.finish()?;
    rows.finish(encoder, &dropped)?;
    Ok(Finished { counts, scope, notes, first, duplicates })
}

/// The state of a run between records.
struct Line<'m> {
    mapping: &'m Mapping,
    counts: Counts,
    keys: Keys,
    buffer: Vec<u8>,
    first: Option<First>,
    stopped: Option<(String, Reason)>,
    memory: Memory,
    failed: Option<RunError>,
}

impl Line<'_> {
    fn record(
        &mut self,
        engine: &Engine<'_>,
        bytes: &[u8],
        place: Place,
        encoder: &mut RowEncoder<'_>,
        rows: &mut RowSpool,
        rejects: &mut Rejects,
    ) -> Result<(), RunError> {
        let Line { mapping, counts, keys, buffer, first, stopped, failed, memory } = self;
        first.get_or_insert_with(|| First::of(bytes, mapping.source));
        let mut refused = 0;
        engine.apply(memory, bytes, place, counts, &mut Unwatched, &mut |name, outcome| {
            let result = match outcome {
                Outcome::Kept(row) => write(mapping, &name, row, encoder, buffer, rows, rejects, keys, bytes)
                    .map(|written| refused += u64::from(!written)),
                Outcome::Skipped(_) => Ok(()),
                Outcome::Rejected(reasons) => reject(mapping, &name, &reasons, rejects, keys, bytes),
                Outcome::Stop(reason) => {
                    stopped.get_or_insert((called(&name), reason));
                    Ok(())
                }
            };
            if let Err(error) = result {
                failed.get_or_insert(error);
            }
        });
        counts.written -= refused;
        counts.rejected += refused;
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        match self.stopped.take() {
            Some((record, reason)) => Err(RunError::Stopped { record, reason }),
            None => Ok(()),
        }
    }
}

/// Writes a row, unless the target's own schema refuses it.
#[allow(clippy::too_many_arguments, reason = "one row meets everything that a run holds")]
fn write(
    mapping: &Mapping,
    name: &RecordName<'_>,
    row: RowOut<'_>,
    encoder: &mut RowEncoder<'_>,
    buffer: &mut Vec<u8>,
    rows: &mut RowSpool,
    rejects: &mut Rejects,
    keys: &mut Keys,
    bytes: &[u8],
) -> Result<bool, RunError> {
    if let Some(target) = mapping.target.as_ref().filter(|target| target.needs_validation) {
        buffer.clear();
        encoder.json(&row.cells, buffer);
        let faults = match serde_json::from_slice(buffer) {
            Ok(record) => target.validate(&record),
            Err(_) => vec!["it is nested too deep, or a number in it is too large, to be held to the schema".to_owned()],
        };
        if !faults.is_empty() {
            let reason = |message| Reason { subject: Subject::Record, problem: ProblemKind::Target, message };
            let reasons: Vec<Reason> = faults.into_iter().map(|fault| reason(format!("the target's schema: {fault}"))).collect();
            reject(mapping, name, &reasons, rejects, keys, bytes)?;
            return Ok(false);
        }
    }
    buffer.clear();
    encoder.row(&row.cells, buffer);
    let range = rows.push(buffer)?;
    keys.note(&row.key.identity(mapping.ignore_case), &names(name, rejects.reveal()), name.place, range)
        .map_err(RunError::Spill)?;
    Ok(true)
}

fn reject(
    mapping: &Mapping,
    name: &RecordName<'_>,
    reasons: &[Reason],
    rejects: &mut Rejects,
    keys: &mut Keys,
    bytes: &[u8],
) -> Result<(), RunError> {
    if let Some(key) = &name.key {
        keys.note(&key.identity(mapping.ignore_case), &names(name, rejects.reveal()), name.place, 0..0)
            .map_err(RunError::Spill)?;
    }
    rejects.add(name, reasons, Some(bytes))?;
    Ok(())
}

/// What is kept of a row's names beside the row: a personal key only if it may be shown.
fn names(name: &RecordName<'_>, reveal: Reveal) -> Names {
    let key = name.key.as_ref().filter(|key| !key.personal || reveal == Reveal::Values);
    let key = key.map(|key| key.parts.iter().map(|part| part.clone().into_owned()).collect());
    Names { key, source_id: name.source_id.as_deref().map(str::to_owned) }
}

/// Records that share a key are all rejected: nobody can tell which of them is right.
fn take_out_duplicates(
    mapping: &Mapping,
    keys: Keys,
    counts: &mut Counts,
    rejects: &mut Rejects,
) -> Result<(Vec<std::ops::Range<u64>>, u64), RunError> {
    let mut dropped = Vec::new();
    let personal = mapping.key.iter().any(|field| mapping.fields[*field].personal);
    let key: Vec<&str> = mapping.key.iter().map(|field| mapping.fields[*field].name.as_str()).collect();
    for group in keys.duplicates().map_err(RunError::Spill)? {
        let message = shared(&group.iter().map(|(entry, _)| entry.place().record).collect::<Vec<_>>(), &key);
        for (entry, names) in group {
            // A row that was rejected before stands in the rejects already.
            let Some(range) = entry.range() else { continue };
            dropped.push(range);
            let key = names.key.map(|parts| Key { parts: parts.into_iter().map(Cow::Owned).collect(), personal });
            let name = RecordName { key, source_id: names.source_id.map(Cow::Owned), place: entry.place() };
            let reason = Reason { subject: Subject::Record, problem: ProblemKind::DuplicateKey, message: message.clone() };
            rejects.add(&name, &[reason], None)?;
        }
    }
    dropped.sort_by_key(|range| range.start);
    let duplicates = dropped.len() as u64;
    counts.written -= duplicates;
    counts.rejected += duplicates;
    Ok((dropped, duplicates))
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
