//! What becomes of a record. Skipped, rejected and written stay apart, and each keeps the record's key, so that a later sync
//! can tell a leaver from a mistake.

use super::row::cell;
use super::state::State;
use crate::mapping::Mapping;
use crate::mapping::layout::{Cell, Cells};
use crate::mapping::spec::Problem;
use crate::source::Place;
use crate::value::text::fold;
use std::borrow::Cow;

/// The key of a record, as the file's `key` fields hold it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key<'r> {
    pub parts: Cow<'r, [Cow<'r, str>]>,
    /// Some part of it is personal.
    pub personal: bool,
}

impl Key<'_> {
    /// The parts as keys are compared by them.
    pub fn compared(&self, ignore_case: bool) -> impl Iterator<Item = Cow<'_, str>> {
        self.parts.iter().map(move |part| if ignore_case { fold(part) } else { Cow::Borrowed(&**part) })
    }

    /// The text by which keys are compared.
    pub fn identity(&self, ignore_case: bool) -> String {
        let mut parts = self.compared(ignore_case);
        match self.parts.len() {
            1 => parts.next().unwrap_or_default().into_owned(),
            // Each part's length stands before it, so that no sign within a part can pass for the border between two.
            _ => parts.map(|part| format!("{}:{part}", part.len())).collect(),
        }
    }

    /// The key cut loose from its row.
    pub fn into_owned(self) -> Key<'static> {
        Key { parts: self.parts.iter().map(|part| Cow::Owned(part.clone().into_owned())).collect(), personal: self.personal }
    }
}

/// How reports name a record: by its key if no part of it is personal, else by the source's own id, else by its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordName<'r> {
    pub key: Option<Key<'r>>,
    pub source_id: Option<Cow<'r, str>>,
    pub place: Place,
}

impl RecordName<'_> {
    /// The name cut loose from its row.
    pub fn into_owned(self) -> RecordName<'static> {
        RecordName {
            key: self.key.map(Key::into_owned),
            source_id: self.source_id.map(|id| Cow::Owned(id.into_owned())),
            place: self.place,
        }
    }
}

impl std::fmt::Display for RecordName<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (&self.key, &self.source_id) {
            (Some(key), _) if !key.personal => write!(f, "{}", key.parts.join(" / ")),
            (_, Some(id)) => write!(f, "{id}"),
            _ => write!(f, "record {}", self.place.record),
        }
    }
}

/// Why a record is rejected. Never holds a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    pub subject: Subject,
    pub problem: ProblemKind,
    pub message: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    Field(String),
    Join(String),
    Record,
}

impl Subject {
    /// How counts name it: the field, `$` and the join, or nothing for the record as a whole.
    pub fn word(&self) -> String {
        match self {
            Subject::Field(field) => field.clone(),
            Subject::Join(join) => format!("${join}"),
            Subject::Record => String::new(),
        }
    }
}

/// The kinds of trouble that reject a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemKind {
    Missing,
    Invalid,
    NoMatch,
    SeveralMatches,
    /// The text is no JSON object that can be read.
    Unreadable,
    /// Another record has the same key.
    DuplicateKey,
    /// A condition of `keep` can't be judged.
    Keep,
    /// The target's schema refuses the record.
    Target,
}

impl ProblemKind {
    pub fn word(self) -> &'static str {
        match self {
            ProblemKind::Missing => "missing",
            ProblemKind::Invalid => "invalid",
            ProblemKind::NoMatch => "no_match",
            ProblemKind::SeveralMatches => "several_matches",
            ProblemKind::Unreadable => "unreadable",
            ProblemKind::DuplicateKey => "duplicate_key",
            ProblemKind::Keep => "keep",
            ProblemKind::Target => "target",
        }
    }
}

impl From<Problem> for ProblemKind {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::Missing => ProblemKind::Missing,
            Problem::Invalid => ProblemKind::Invalid,
            Problem::NoMatch => ProblemKind::NoMatch,
            Problem::SeveralMatches => ProblemKind::SeveralMatches,
        }
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.subject {
            Subject::Field(field) => write!(f, "{field}: {}", self.message),
            Subject::Join(join) => write!(f, "${join}: {}", self.message),
            Subject::Record => f.write_str(&self.message),
        }
    }
}

/// A row that is written.
#[derive(Debug)]
pub struct RowOut<'r> {
    pub key: Key<'r>,
    pub cells: RowCells<'r>,
}

/// The values of a row, by column of the mapping.
#[derive(Debug, Clone, Copy)]
pub struct RowCells<'r> {
    pub(super) mapping: &'r Mapping,
    pub(super) fields: &'r [Option<State<'r>>],
}

impl RowCells<'_> {
    pub fn iter(&self) -> impl Iterator<Item = Cell<'_>> {
        (0..self.mapping.columns.len()).map(|column| self.cell(column))
    }
}

impl Cells for RowCells<'_> {
    #[inline]
    fn cell(&self, column: usize) -> Cell<'_> {
        let field = self.mapping.columns[column].field;
        cell(&self.mapping.fields[field], self.fields[field].as_ref())
    }
}

/// What became of one row.
#[derive(Debug)]
pub enum Outcome<'r> {
    Kept(RowOut<'r>),
    /// The condition of `keep` with this number does not hold.
    Skipped(usize),
    Rejected(Vec<Reason>),
    /// A field says `stop`: the run ends, and nothing is written.
    Stop(Reason),
}

#[cfg(test)]
mod tests {
    use super::Key;
    use std::borrow::Cow;

    #[test]
    fn keys_of_several_parts_never_run_into_each_other() {
        let identity = |parts: &[&str], ignore_case| {
            let parts = parts.iter().map(|part| Cow::Borrowed(*part)).collect();
            Key { parts, personal: false }.identity(ignore_case)
        };
        for border in ["\u{1f}", ":", "1:", "\",\"", " / "] {
            let (left, right) = (format!("a{border}b"), format!("b{border}c"));
            assert_ne!(identity(&[&left, "c"], false), identity(&["a", &right], false), "{border:?}");
        }
        assert_eq!(identity(&["A", "b"], true), identity(&["a", "B"], true));
        assert_ne!(identity(&["A", "b"], false), identity(&["a", "b"], false));
        assert_eq!(identity(&["3332883884017713201"], false), "3332883884017713201");
    }
}
