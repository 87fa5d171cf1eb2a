//! The rejects of a run: every record that was not written, with every reason, and nothing of its values unless the user asked.

use crate::engine::outcome::Subject;
use crate::engine::{Reason, RecordName};
use crate::plan::Held;
use crate::sink::{Output, RowSpool, SinkError};
use crate::source::Place;
use crate::value::json::{Tree, write_compact, write_string};
use crate::value::mask::Reveal;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How many rejects a report shows in full.
const SHOWN: usize = 10;

/// One line of the rejects file.
#[derive(Debug, Serialize)]
struct Line<'l> {
    /// Where several mappings run.
    #[serde(skip_serializing_if = "Option::is_none")]
    mapping: Option<&'l str>,
    record: u64,
    line: u64,
    offset: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'l [Cow<'l, str>]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_id: Option<&'l str>,
    reasons: Vec<LineReason<'l>>,
}

#[derive(Debug, Serialize)]
struct LineReason<'l> {
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    join: Option<&'l str>,
    problem: &'static str,
    message: &'l str,
}

/// What a report says of a rejected record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its name and place.
    pub record: String,
    pub reasons: Vec<String>,
}

/// How messages call a record: by its name and where it stands.
pub fn called(name: &RecordName<'_>) -> String {
    let Place { record, line, .. } = name.place;
    let own = name.to_string();
    if own == format!("record {record}") {
        format!("{own} (line {line})")
    } else {
        format!("{own} (record {record}, line {line})")
    }
}

/// Collects rejects: all into the file, the first few and the counts for the report.
pub struct Rejects {
    file: Option<RowSpool>,
    reveal: Reveal,
    /// The mapping that runs, where several do.
    mapping: Option<String>,
    pub shown: Vec<Shown>,
    /// By field or join (empty for the record as a whole) and problem: how many records.
    pub counts: BTreeMap<(String, &'static str), u64>,
    /// Of whom nothing may be concluded, where rows are compared with others.
    pub held: Held,
}

/// The rejects among some records that follow one another.
#[derive(Debug, Clone)]
pub(super) struct Refused {
    /// Whether there is a file for lines.
    listed: bool,
    reveal: Reveal,
    mapping: Option<String>,
    lines: Vec<u8>,
    shown: Vec<Shown>,
    counts: BTreeMap<(String, &'static str), u64>,
    pub(super) held: Held,
}

impl Rejects {
    pub fn new(file: Option<&Path>, reveal: Reveal) -> Result<Self, SinkError> {
        let file = file.map(|path| RowSpool::new(&Output::File(path.to_owned()))).transpose()?;
        Ok(Rejects { file, reveal, mapping: None, shown: Vec::new(), counts: BTreeMap::new(), held: Held::default() })
    }

    /// Begins with the rejects of one of several mappings: they are counted by themselves.
    pub fn begin(&mut self, mapping: &str) {
        self.mapping = Some(mapping.to_owned());
        self.shown.clear();
        self.counts.clear();
    }

    /// Room for the rejects among some records.
    pub(super) fn room(&self) -> Refused {
        let listed = self.file.is_some();
        Refused {
            listed,
            reveal: self.reveal,
            mapping: self.mapping.clone(),
            lines: Vec::new(),
            shown: Vec::new(),
            counts: BTreeMap::new(),
            held: Held::default(),
        }
    }

    /// Adds those of records that follow the ones so far. `refused` is empty then.
    pub(super) fn add(&mut self, refused: &mut Refused) -> Result<(), SinkError> {
        let Refused { lines, shown, counts, held, .. } = refused;
        self.held.append(held);
        while let Some((what, records)) = counts.pop_first() {
            *self.counts.entry(what).or_default() += records;
        }
        let room = SHOWN - self.shown.len();
        self.shown.extend(shown.drain(..).take(room));
        if let Some(file) = &mut self.file {
            file.push(lines)?;
        }
        lines.clear();
        Ok(())
    }

    /// Makes the rejects file visible.
    pub fn finish(&mut self) -> Result<(), SinkError> {
        match self.file.take() {
            Some(file) => file.finish_as_it_is(),
            None => Ok(()),
        }
    }
}

impl Refused {
    /// Notes a record, with its bytes if they are still there.
    pub(super) fn note(&mut self, name: &RecordName<'_>, reasons: &[Reason], bytes: Option<&[u8]>) {
        // A row counts once for each field and problem, however many reasons it has.
        let mut counted = BTreeSet::new();
        for reason in reasons {
            counted.insert((reason.subject.word(), reason.problem.word()));
        }
        for what in counted {
            *self.counts.entry(what).or_default() += 1;
        }
        if self.shown.len() < SHOWN {
            let reasons = reasons.iter().map(ToString::to_string).collect();
            self.shown.push(Shown { record: called(name), reasons });
        }
        if !self.listed {
            return;
        }
        let reasons = reasons
            .iter()
            .map(|reason| {
                let (field, join) = match &reason.subject {
                    Subject::Field(field) => (Some(field.as_str()), None),
                    Subject::Join(join) => (None, Some(join.as_str())),
                    Subject::Record => (None, None),
                };
                LineReason { field, join, problem: reason.problem.word(), message: &reason.message }
            })
            .collect();
        let line = Line {
            mapping: self.mapping.as_deref(),
            record: name.place.record,
            line: name.place.line,
            offset: name.place.offset,
            key: name.key.as_ref().filter(|key| !key.personal || self.reveal == Reveal::Values).map(|key| &*key.parts),
            source_id: name.source_id.as_deref(),
            reasons,
        };
        serde_json::to_writer(&mut self.lines, &line).expect("a struct of texts and numbers can be written");
        if let Some(bytes) = bytes.filter(|_| self.reveal == Reveal::Values) {
            self.lines.pop();
            self.lines.extend_from_slice(b",\"source\":");
            as_it_came(bytes, &mut self.lines);
            self.lines.push(b'}');
        }
        self.lines.push(b'\n');
    }

    /// Whether values of people may be written.
    pub(super) fn reveal(&self) -> Reveal {
        self.reveal
    }
}

/// The record with every digit that it came with: JSON on one line, or a text where it is none.
fn as_it_came(bytes: &[u8], out: &mut Vec<u8>) {
    match std::str::from_utf8(bytes) {
        Ok(text) if Tree::parse(text).is_ok() => write_compact(out, text),
        _ => write_string(out, &String::from_utf8_lossy(bytes)),
    }
}
