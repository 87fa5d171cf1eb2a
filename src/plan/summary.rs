//! A plan in numbers.

use super::changed::{cells, is_filled};
use super::{Column, FieldChange, Row};
use serde::{Deserialize, Serialize};

/// What a plan comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Rows that the destination has.
    pub existing: u64,
    /// Rows that it should have.
    pub desired: u64,
    pub creates: u64,
    pub updates: u64,
    pub deletes: u64,
    pub unchanged: u64,
    /// Rows whose values stay, and that the file writes otherwise.
    pub rewritten: u64,
    /// Rows that nobody desires and that stay, for their records were not read or were rejected.
    pub held: u64,
    pub fields: Vec<FieldSummary>,
}

/// One field over the rows that are there before and after.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldSummary {
    pub name: String,
    pub personal: bool,
    /// Rows in which it changes.
    pub updates: u64,
    /// Rows in which it had a value.
    pub filled_before: u64,
    /// Rows in which it will have one.
    pub filled_after: u64,
}

impl Summary {
    pub fn new(columns: &[Column]) -> Self {
        let field =
            |column: &Column| FieldSummary { name: column.name.clone(), personal: column.personal, ..FieldSummary::default() };
        Summary { fields: columns.iter().map(field).collect(), ..Summary::default() }
    }

    /// Whether nothing would be written.
    pub fn is_empty(&self) -> bool {
        self.creates + self.updates + self.rewritten + self.deletes == 0
    }

    /// Counts a row that is there before and after.
    pub(super) fn count_pair(&mut self, before: &Row, after: &Row, changes: &[FieldChange]) {
        let (before, after) = (cells(&before.cells), cells(&after.cells));
        for field in &mut self.fields {
            field.filled_before += u64::from(is_filled(&before, &field.name));
            field.filled_after += u64::from(is_filled(&after, &field.name));
        }
        for change in changes {
            self.fields[change.column].updates += 1;
        }
    }

    /// Counts a row that stays as it is.
    pub(super) fn count_equal(&mut self, row: &Row) {
        let cells = cells(&row.cells);
        for field in &mut self.fields {
            let filled = u64::from(is_filled(&cells, &field.name));
            field.filled_before += filled;
            field.filled_after += filled;
        }
    }
}
