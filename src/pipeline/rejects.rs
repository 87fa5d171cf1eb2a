//! The rejects of a run: every record that was not written, with every reason, and nothing of its values unless the user asked.

use crate::engine::outcome::Subject;
use crate::engine::{Reason, RecordName};
use crate::sink::{Destination, RowSpool, SinkError};
use crate::value::mask::Reveal;
use serde::Serialize;
use std::collections::BTreeMap;
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
    key: Option<&'l [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_id: Option<&'l str>,
    reasons: Vec<LineReason<'l>>,
    /// The record as it came: JSON, or text where it is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<serde_json::Value>,
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
    pub name: String,
    pub line: u64,
    pub reasons: Vec<String>,
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

    pub fn add(&mut self, name: &RecordName, reasons: &[Reason], bytes: Option<&[u8]>) -> Result<(), SinkError> {
        for reason in reasons {
            let subject = match &reason.subject {
                Subject::Field(field) => field.clone(),
                Subject::Join(join) => format!("${join}"),
                Subject::Record => String::new(),
            };
            *self.counts.entry((subject, reason.problem.word())).or_default() += 1;
        }
        if self.shown.len() < SHOWN {
            let reasons = reasons.iter().map(ToString::to_string).collect();
            self.shown.push(Shown { name: name.to_string(), line: name.place.line, reasons });
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
        let source = bytes
            .filter(|_| self.reveal == Reveal::Values)
            .map(|bytes| serde_json::from_slice(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned().into()));
        let line = Line {
            record: name.place.record,
            line: name.place.line,
            offset: name.place.offset,
            key: name.key.as_ref().filter(|key| !key.personal || self.reveal == Reveal::Values).map(|key| key.parts.as_slice()),
            source_id: name.source_id.as_deref(),
            reasons,
            source,
        };
        let mut text = serde_json::to_vec(&line).expect("a struct of texts and numbers can be written");
        text.push(b'\n');
        file.push(&text)?;
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
