//! The rejects of a run: every record that was not written, with every reason, and nothing of its values unless the user asked.

use crate::engine::outcome::Subject;
use crate::engine::{Reason, RecordName};
use crate::sink::{Destination, RowSpool, SinkError};
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
    pub shown: Vec<Shown>,
    /// By field or join (empty for the record as a whole) and problem: how many records.
    pub counts: BTreeMap<(String, &'static str), u64>,
}

impl Rejects {
    pub fn new(file: Option<&Path>, reveal: Reveal) -> Result<Self, SinkError> {
        let file = file.map(|path| RowSpool::new(&Destination::File(path.to_owned()))).transpose()?;
        Ok(Rejects { file, reveal, shown: Vec::new(), counts: BTreeMap::new() })
    }

    pub fn add(&mut self, name: &RecordName<'_>, reasons: &[Reason], bytes: Option<&[u8]>) -> Result<(), SinkError> {
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
        let Some(file) = &mut self.file else { return Ok(()) };
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
            record: name.place.record,
            line: name.place.line,
            offset: name.place.offset,
            key: name.key.as_ref().filter(|key| !key.personal || self.reveal == Reveal::Values).map(|key| &*key.parts),
            source_id: name.source_id.as_deref(),
            reasons,
        };
        let mut text = serde_json::to_vec(&line).expect("a struct of texts and numbers can be written");
        if let Some(bytes) = bytes.filter(|_| self.reveal == Reveal::Values) {
            text.pop();
            text.extend_from_slice(b",\"source\":");
            as_it_came(bytes, &mut text);
            text.push(b'}');
        }
        text.push(b'\n');
        file.push(&text)?;
        Ok(())
    }

    /// Whether values of people may be written.
    pub fn reveal(&self) -> Reveal {
        self.reveal
    }

    /// Makes the rejects file visible.
    pub fn finish(&mut self) -> Result<(), SinkError> {
        match self.file.take() {
            Some(file) => file.finish_as_it_is(),
            None => Ok(()),
        }
    }
}

/// The record with every digit that it came with: JSON on one line, or a text where it is none.
fn as_it_came(bytes: &[u8], out: &mut Vec<u8>) {
    match std::str::from_utf8(bytes) {
        Ok(text) if Tree::parse(text).is_ok() => write_compact(out, text),
        _ => write_string(out, &String::from_utf8_lossy(bytes)),
    }
}
