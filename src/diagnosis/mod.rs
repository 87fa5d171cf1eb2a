//! What stands between a service user and the mappings, and which box in Bob mends it: judged from the catalog, what the
//! mappings need, and counts of what came. Knows no network, no file, and no value of a person but the lifecycle status.

pub mod absences;
pub mod agreement;
pub mod cause;
pub mod company;
pub mod judge;
pub mod observation;
pub mod questions;
pub mod repair;

pub use cause::{CauseKind, Grade, Verdict};
pub use judge::{Case, judge};
pub use observation::Observation;
pub use questions::Questions;

use crate::catalog::permission::{LifecycleStatus, Opens};
use serde::Serialize;
use std::collections::BTreeMap;

/// What can be said of the mappings and the service user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnosis {
    /// Nothing is in the way: there may be advice all the same.
    pub well: bool,
    /// What is in the way, the most important first.
    pub findings: Vec<Finding>,
    /// What is worth knowing and stops nothing.
    pub advice: Vec<Finding>,
    /// Every permission that the mappings and setup guides ask for, in the order of Bob's menus.
    pub permissions: Vec<JudgedPermission>,
    pub people: People,
    /// Every field that the mappings read, in the order in which they do.
    pub fields: Vec<JudgedField>,
}

/// One thing, what to do about it, and how it shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub kind: FindingKind,
    pub title: String,
    /// Where in Bob, or in the mapping file, it is mended.
    pub mend: Vec<Deed>,
    pub evidence: String,
    /// What it is good for, or what goes without it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needed_for: Vec<String>,
}

/// In the order of importance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// No employee at all.
    NobodyVisible,
    /// Employees, and nothing of them but their ids.
    NothingReadable,
    /// People of a lifecycle status that the mappings want do not arrive.
    AccessRights,
    /// A box that the mappings need is not ticked.
    PermissionMissing,
    /// A field of a permitted category that needs Edit besides View.
    EditNeeded,
    /// A field of a permitted category that is denied by itself.
    FieldDenied,
    /// A field that recorded people lack, while others of its category are there.
    NotRequested,
    /// A field that Bob does not have.
    NoSuchField,
    /// A field that Bob had, and has no more.
    Deleted,
    /// Another field holds what this one held.
    Replaced,
    /// The statuses of people can't be told.
    StatusesUnknown,
    /// Nobody has a status that the mappings want, which may be true.
    StatusUnseen,
    /// A field stands in another category than a file says.
    FieldMoved,
    /// A field comes for some people and not for others.
    PartlyPermitted,
    /// A box that only a setup guide asks for is not ticked.
    AskedByGuide,
    /// Boxes that nothing needs are ticked.
    NotNeeded,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// A box, from the tab of the permission group down.
    Tick(Vec<String>),
    Untick(Vec<String>),
    /// An entry of a menu, and what to choose there.
    Select {
        menu: Vec<String>,
        values: Vec<String>,
    },
    /// Where Bob has permissions for single fields.
    Allow(Vec<String>),
    /// In the mapping files, in a sentence.
    Mapping(String),
}

/// A permission, and whether the service user has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JudgedPermission {
    #[serde(skip)]
    pub opens: Opens,
    pub menu: Vec<String>,
    pub standing: Standing,
    /// What shows it, in a few words.
    pub evidence: String,
    pub asked_by: AskedBy,
    pub needed_for: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Granted,
    Missing,
    NotProvable,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AskedBy {
    Mappings,
    /// The setup guide of a target alone: bobmap reads nothing there.
    Guide,
}

/// Whose data came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct People {
    pub seen: u64,
    /// Whether they are everybody whom the service user may see, and no limit cut them short.
    pub all: bool,
    /// The lifecycle statuses that the mappings want.
    pub wanted: Vec<&'static str>,
    /// Bob's word for each status, and how many people have it. Empty where it can't be read.
    pub statuses: BTreeMap<String, u64>,
    /// Statuses that are wanted and that nobody has.
    #[serde(serialize_with = "words")]
    pub unseen: Vec<LifecycleStatus>,
}

fn words<S: serde::Serializer>(statuses: &[LifecycleStatus], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(statuses.iter().map(|status| status.word()))
}

/// A field that the mappings read, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JudgedField {
    #[serde(flatten)]
    pub verdict: Verdict,
    pub needed_for: Vec<String>,
}
