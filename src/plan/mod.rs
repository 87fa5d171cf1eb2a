//! What a sync would change: the rows that a destination should have, held against those that it has. Knows neither mappings
//! nor destinations, and writes nothing but its own temporary file.

mod changed;
mod guard;
mod held;
mod same;
mod summary;
mod workbench;

pub use changed::{Cells, FieldChange, cells, changed};
pub use guard::{FIELD_EMPTIED, Facts, JoinFact, KEY_TWICE, Limits, RULES, Stop, guard};
pub use held::Held;
pub use same::same;
pub use summary::{FieldSummary, Summary};
pub use workbench::{Change, ChangeKind, Existing, PlanError, Workbench};

use crate::value::Kind;

/// A column of the rows that are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
    /// Its values are masked unless the user asks.
    pub personal: bool,
}

/// A row as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Tells rows apart; the parts of a key of several are joined without ambiguity.
    pub key: String,
    /// The id of the source's record that the row was made of.
    pub source: Option<String>,
    /// A JSON object: the value of each column by its name. A column that the row leaves out is left out.
    pub cells: String,
    /// The row as the output holds it, where that is a file.
    pub line: Option<String>,
}
