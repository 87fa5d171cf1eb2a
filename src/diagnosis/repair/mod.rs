//! What in a mapping can follow what has changed in Bob: fields that took the place of others, items of lists with another
//! label, fields that are gone, categories. Proposes changes and does none; knows no record and no file but by its text.

mod find;
mod mend;

pub use find::{Situation, propose};
pub use mend::{EntryName, Mend};

use super::cause::Grade;
use crate::diagnostic::FileId;
use crate::mapping::document::Document;
use crate::mapping::edit::{Editor, NotEditable, apply};
use serde::Serialize;

/// A change of a mapping, with what speaks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub kind: ProposalKind,
    /// The field of the mapping.
    pub field: String,
    /// What the change does, in a few words.
    pub title: String,
    pub grade: Grade,
    /// Sentences without a value of a person.
    pub evidence: Vec<String>,
    pub home: Home,
    pub mend: Mend,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalKind {
    /// A field has taken the place of another.
    Entry,
    /// An item of a list has another label.
    Spelling,
    /// A field is gone from Bob.
    StaleEntry,
    /// A field stands in another category.
    Category,
}

/// The file that is changed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Home {
    /// By its name in the project.
    File(String),
    /// An overlay of this mapping, which is to be begun: its file may serve other companies too.
    NewOverlay(String),
}

/// Something that nothing is proposed for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Left {
    /// The field of the mapping; none where a condition or a join is concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    pub about: String,
    pub why: String,
}

impl Mend {
    /// The text of the file with the change.
    ///
    /// # Errors
    /// The file has no such place, or its text can't be changed without changing another part.
    pub fn applied(&self, text: &str) -> Result<String, NotEditable> {
        let (document, _) = Document::parse(text, FileId::from_index(0));
        let document = document.ok_or(NotEditable::NoSuchField)?;
        let editor = Editor::new(text, &document);
        Ok(apply(text, &self.edits(&editor, &document)?))
    }

    /// The text of a new overlay with the change; `None` if the change is one of what an overlay has already.
    pub fn begun(&self, head: &str) -> Option<String> {
        let lines: String = self.first_lines()?.iter().map(|line| format!("  {line}\n")).collect();
        Some(format!("{head}\nfields:\n{lines}"))
    }
}
