//! Why a field has no value: judged from the catalog now and the one pulled before, the records now and, where there are some,
//! records saved before. Each verdict says how sure it is and what it rests on.

mod candidates;
mod per_entry;
mod person;
mod sight;
mod weigh;
mod words;

pub use candidates::pairs;
pub use per_entry::{EntryVerdict, TargetVerdict, per_entry};
pub use sight::Sight;

use super::agreement::Agreement;
use super::observation::Presence;
use serde::Serialize;

/// Why a field has the values that it has, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CauseKind {
    /// Somebody has a value, and nothing shows that others should.
    Filled,
    /// Of one person alone: readable, and blank, while others have a value or were not looked at.
    BlankForPerson,
    /// Readable, and blank for everybody.
    NeverFilled,
    /// Readable and blank for everybody seen: those who have it are not among them.
    OutsideAccess,
    /// It was not asked for.
    NotRequested,
    /// Its whole category is absent.
    NotPermitted,
    /// It stands in another category than before, which is absent as a whole. Its id and path stay.
    Moved,
    /// Absent, while others of its category came; it is one of those that need Edit.
    EditNeeded,
    /// Absent, while others of its category came.
    FieldDenied,
    /// The catalog pulled before has it, and Bob has it no more.
    Deleted,
    /// Another field holds the values that it held.
    Replaced,
    /// Bob does not have it, and nothing says that it ever had.
    NoSuchField,
    /// Nothing tells.
    Unknown,
}

/// How sure a verdict is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// One of several that fit.
    Guess,
    /// It fits best, and something is left that could be otherwise.
    Likely,
    /// What was seen leaves no other.
    Certain,
}

/// What is so of one field of Bob's that a mapping reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// By which Bob is asked for it.
    pub id: String,
    /// As the admin sees it; the catalog pulled before tells it of a field that is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The name of its category now, or of its last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    pub cause: CauseKind,
    pub grade: Grade,
    /// What it rests on: sentences with counts and names of files, without a value of a person.
    pub evidence: Vec<String>,
    /// It stands in another category than before, whether or not that is the cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved: Option<Moved>,
    /// The box to tick in Bob, from the tab of the permission group down; empty where no box helps.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tick: Vec<String>,
    /// Fields that may hold its values now, the best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Candidate>,
    pub people: Presence,
}

/// A field's way from one category to another, by their names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    pub from: String,
    pub to: String,
    /// Whether fields of the new category come; `None` where nothing was asked of it.
    pub permitted: Option<bool>,
}

/// A field of the catalog that may have replaced another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    pub id: String,
    pub name: String,
    /// The name of its category.
    pub category: String,
    /// Where its value stands in a record, without `$.`.
    pub path: String,
    /// That it is the one.
    pub grade: Grade,
    /// The names are the same but for case, blanks and punctuation; else they are similar.
    pub same_name: bool,
    /// Whether the catalog pulled before lacks it; `None` without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<bool>,
    /// The list that its values are items of. Where `agreement` has fewer `as_is` than `agree`, a `list_label` makes them what
    /// the old ones were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// How many people have it.
    pub people: Presence,
    /// The box that it takes, where it does not come.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tick: Vec<String>,
    pub agreement: Agreement,
}
