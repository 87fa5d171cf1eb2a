//! What becomes of the records of one batch, kept together until its turn comes: rows as they are written, keys, rejects, counts.

use super::first::First;
use super::keys::Marks;
use super::ledger::Names;
use super::rejects::{Refused, called};
use super::spread::Mapper;
use crate::engine::outcome::{ProblemKind, Subject};
use crate::engine::watch::Unwatched;
use crate::engine::{Counts, Engine, Memory, Outcome, Reason, RecordName, RowOut};
use crate::mapping::Mapping;
use crate::sink::{Keyed, RowEncoder};
use crate::source::{Batch, Place};
use crate::value::json::Unread;
use crate::value::mask::Reveal;

/// What every batch of a run is mapped with.
pub(super) struct Line<'l> {
    pub engine: &'l Engine<'l>,
    /// These three are what a part begins with.
    pub encoder: RowEncoder<'l>,
    pub refused: Refused,
    pub marks: Marks,
    /// Rows are to be compared with others.
    pub keyed: Option<&'l Keyed>,
}

/// What one batch comes to.
pub(super) struct Part<'l> {
    pub encoder: RowEncoder<'l>,
    pub refused: Refused,
    pub marks: Marks,
    pub rows: Vec<u8>,
    pub counts: Counts,
    /// What the first record of the run looks like.
    pub first: Option<First>,
    /// The record that ends the run, and why; those after it have not been looked at.
    pub stopped: Option<(String, Reason)>,
    memory: Memory,
    /// A row that may not be written after all.
    scratch: Vec<u8>,
}

impl<'l> Mapper for Line<'l> {
    type Part = Part<'l>;

    fn part(&self) -> Part<'l> {
        Part {
            encoder: self.encoder.fork(),
            refused: self.refused.clone(),
            marks: self.marks.clone(),
            rows: Vec::new(),
            counts: Counts::of_part(self.engine.mapping),
            first: None,
            stopped: None,
            memory: Memory::default(),
            scratch: Vec::new(),
        }
    }

    fn map(&self, batch: &Batch, part: &mut Part<'l>) {
        let mapping = self.engine.mapping;
        part.rows.clear();
        part.counts = Counts::of_part(mapping);
        let first = batch.records.first().filter(|record| record.place.record == 1);
        part.first = first.map(|record| First::of(&batch.bytes[record.range.clone()], mapping.source));
        for record in &batch.records {
            part.record(self.engine, self.keyed, batch.record(record), record.place);
            if part.stopped.is_some() {
                return;
            }
        }
    }
}

impl Part<'_> {
    fn record(&mut self, engine: &Engine<'_>, keyed: Option<&Keyed>, record: Unread<'_>, place: Place) {
        let mapping = engine.mapping;
        let Part { encoder, refused, marks, rows, counts, stopped, memory, scratch, .. } = self;
        let bytes = record.bytes;
        let mut faulty = 0;
        engine.apply(memory, record, place, counts, &mut Unwatched, &mut |name, outcome| match outcome {
            Outcome::Kept(row) => match target_faults(mapping, &row, encoder, scratch) {
                Some(reasons) => {
                    faulty += 1;
                    reject(mapping, &name, &reasons, refused, marks, bytes);
                    hold(mapping, &name, keyed, refused);
                }
                None => {
                    let start = rows.len();
                    match keyed {
                        None => encoder.row(&row.cells, rows),
                        Some(keyed) => {
                            let identity = row.key.identity(mapping.ignore_case);
                            keyed.row(mapping, encoder, (&identity, name.source_id.as_deref()), &row.cells, rows);
                        }
                    }
                    let names = names(&name, refused.reveal());
                    marks.note(row.key.compared(mapping.ignore_case), names, name.place, rows.len() - start);
                }
            },
            Outcome::Skipped(_) => {}
            Outcome::Rejected(reasons) => {
                reject(mapping, &name, &reasons, refused, marks, bytes);
                hold(mapping, &name, keyed, refused);
            }
            Outcome::Stop(reason) => {
                stopped.get_or_insert_with(|| (called(&name), reason));
            }
        });
        counts.written -= faulty;
        counts.rejected += faulty;
    }
}

/// Why the target refuses a row, if it does.
fn target_faults(mapping: &Mapping, row: &RowOut<'_>, encoder: &RowEncoder<'_>, scratch: &mut Vec<u8>) -> Option<Vec<Reason>> {
    let reason = |message| Reason { subject: Subject::Record, problem: ProblemKind::Target, message };
    if let Some(fault) = encoder.fault(&row.cells) {
        return Some(vec![reason(fault.to_owned())]);
    }
    let target = mapping.target.as_ref().filter(|target| target.needs_validation)?;
    scratch.clear();
    encoder.json(&row.cells, scratch);
    let faults = match serde_json::from_slice(scratch) {
        Ok(record) => target.validate(&record),
        Err(_) => vec!["it is nested too deep, or a number in it is too large, to be held to the schema".to_owned()],
    };
    let reasons: Vec<Reason> = faults.into_iter().map(|fault| reason(format!("the target's schema: {fault}"))).collect();
    (!reasons.is_empty()).then_some(reasons)
}

fn reject(mapping: &Mapping, name: &RecordName<'_>, reasons: &[Reason], refused: &mut Refused, marks: &mut Marks, bytes: &[u8]) {
    if let Some(key) = &name.key {
        marks.note(key.compared(mapping.ignore_case), names(name, refused.reveal()), name.place, 0);
    }
    refused.note(name, reasons, Some(bytes));
}

/// Notes of whom nothing may be concluded, where rows are compared with others.
fn hold(mapping: &Mapping, name: &RecordName<'_>, keyed: Option<&Keyed>, refused: &mut Refused) {
    if let Some(keyed) = keyed {
        let key = name.key.as_ref().map(|key| keyed.key(&key.identity(mapping.ignore_case)));
        refused.held.add(key, name.source_id.as_deref().map(|id| keyed.key(id)));
    }
}

/// What is kept of a row's names beside the row: a personal key only if it may be shown.
fn names<'n>(name: &'n RecordName<'_>, reveal: Reveal) -> Names<'n> {
    let key = name.key.as_ref().filter(|key| !key.personal || reveal == Reveal::Values).map(|key| &key.parts[..]);
    Names { key, source_id: name.source_id.as_deref() }
}
