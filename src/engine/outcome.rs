//! What becomes of a record. Skipped, rejected and written stay apart, and each keeps the record's key, so that a later sync
//! can tell a leaver from a mistake.

use crate::mapping::layout::Cell;
use crate::mapping::spec::Problem;
use crate::source::Place;
use crate::value::text::fold;
use std::borrow::Cow;

/// The key of a record, as the file's `key` fields hold it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    pub parts: Vec<String>,
    /// Some part of it is personal.
    pub personal: bool,
}

impl Key {
    /// The parts as they are compared.
    pub fn folded(&self, ignore_case: bool) -> impl Iterator<Item = Cow<'_, str>> {
        self.parts.iter().map(move |part| if ignore_case { fold(part) } else { Cow::Borrowed(part.as_str()) })
    }

    /// The text by which keys are compared.
    pub fn identity(&self, ignore_case: bool) -> String {
        let mut parts = self.folded(ignore_case);
        match self.parts.len() {
            1 => parts.next().unwrap_or_default().into_owned(),
            // Each part's length stands before it, so that no sign within a part can pass for the border between two.
            _ => parts.map(|part| format!("{}:{part}", part.len())).collect(),
        }
    }
}

/// How reports name a record: by its key if no part of it is personal, else by the source's own id, else by its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordName {
    pub key: Option<Key>,
    pub source_id: Option<String>,
    pub place: Place,
}

impl std::fmt::Display for RecordName {
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

/// The values of a row, by column of the mapping.
#[derive(Debug)]
pub struct RowOut<'r> {
    pub key: Key,
    pub cells: Vec<Cell<'r>>,
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

    #[test]
    fn keys_of_several_parts_never_run_into_each_other() {
        let identity = |parts: &[&str], ignore_case| {
            let parts = parts.iter().map(|part| (*part).to_owned()).collect();
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
