//! What came when HiBob was asked: how many people have a field, lack it or leave it blank, and what endpoints answered.

use super::agreement::{Agreement, Comparison, EarlierSeen};
use crate::catalog::permission::TimeOffData;
use crate::catalog::{Catalog, Field};
use crate::value::json::decode_lossy;
use crate::value::path::Path;
use crate::value::read::{ReadError, ReadPlan, Slot, Slots};
use crate::value::{Found, text};
use indexmap::IndexMap;
use serde::Serialize;
use std::collections::BTreeMap;

/// The field that says where somebody stands between being hired and having left.
pub const STATUS: &str = "internal.lifecycleStatus";

/// Everything that was seen.
#[derive(Debug, Clone, Default)]
pub struct Observation {
    /// Everybody, or as many as a limit let through, with the fields that the mappings read.
    pub people: Seen,
    /// A few of them, with every field that can prove a permission.
    pub sample: Seen,
    /// Whether a limit cut the people short.
    pub limited: bool,
    /// HiBob refuses the list of people (403).
    pub refused: bool,
    /// They are records from a file: what it lacks may also not have been asked for, and endpoints can't be tried.
    pub recorded: bool,
    /// The ids of the fields that were asked for, where that is known of recorded ones; live ones are asked for what is counted.
    pub requested: Option<Vec<String>>,
    /// By the category that the table stands in.
    pub histories: BTreeMap<String, History>,
    pub time_off: BTreeMap<TimeOffData, Answer>,
}

/// What was seen of a number of people.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pub people: u64,
    /// By the id of each field that was asked for.
    pub fields: IndexMap<String, Presence>,
    /// Lifecycle statuses in Bob's words, folded.
    pub statuses: BTreeMap<String, u64>,
    /// How fields and those that may have replaced them go together: by old and new field.
    pub pairs: IndexMap<(String, String), Agreement>,
    pub earlier: Option<EarlierSeen>,
}

/// How many people have a field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Presence {
    pub filled: u64,
    /// Null, blank or an empty list: permitted, and empty.
    pub blank: u64,
    /// Left out: not permitted, or there is no such field.
    pub absent: u64,
}

impl Presence {
    pub(super) fn count(&mut self, slot: Slot<'_>) {
        match slot {
            Slot::One(Found::Absent) => self.absent += 1,
            Slot::One(Found::Value(raw)) if raw.text() != "[]" => self.filled += 1,
            _ => self.blank += 1,
        }
    }

    /// Bob leaves out what may not be seen and says null where there is nothing.
    pub fn is_readable(self) -> bool {
        self.filled + self.blank > 0
    }
}

/// What an endpoint that needs a permission of its own answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Allowed,
    /// 403.
    Forbidden,
    /// 404.
    NotThere,
    /// Something that proves nothing, in a few words.
    Unclear(String),
}

/// What was seen of the rows of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    pub answer: Answer,
    pub rows: u64,
    /// Of these, rows that are not in force today: they come only to those who may see histories.
    pub not_current: u64,
    /// What the connection says of columns and people that may not be seen.
    pub notes: Vec<String>,
}

/// Counts fields in the records of people.
pub struct Tally<'c> {
    plan: ReadPlan,
    /// The id of each slot's field.
    ids: Vec<String>,
    status: Option<usize>,
    seen: Seen,
    comparison: Option<Comparison<'c>>,
}

impl<'c> Tally<'c> {
    /// Counts these fields; ids that the catalog lacks stand where such ids do.
    pub fn new(ids: &[String], catalog: &Catalog) -> Tally<'c> {
        let mut tally =
            Tally { plan: ReadPlan::new(true), ids: Vec::new(), status: None, seen: Seen::default(), comparison: None };
        for id in ids {
            let path = catalog.field(id).map_or(Field::path_of(id), |field| &field.path);
            let slot = tally.plan.add(&path_of(path));
            if slot == tally.ids.len() {
                tally.ids.push(id.clone());
            }
            tally.status = tally.status.or((id == STATUS).then_some(slot));
            tally.seen.fields.insert(id.clone(), Presence::default());
        }
        tally
    }

    /// The same, comparing fields besides.
    pub fn comparing(self, comparison: Comparison<'c>) -> Tally<'c> {
        Tally { comparison: Some(comparison), ..self }
    }

    /// Counts one person's record.
    ///
    /// # Errors
    /// The record can't be read; it is not counted.
    pub fn add(&mut self, record: &str) -> Result<(), ReadError> {
        let mut slots = Slots::new();
        let found = self.plan.read(record, &mut slots)?;
        self.seen.people += 1;
        for (id, slot) in self.ids.iter().zip(found.iter()) {
            self.seen.fields.get_mut(id).expect("put in with the slot").count(slot);
        }
        if let Some(comparison) = &mut self.comparison {
            comparison.add(record)?;
        }
        if let Some(Slot::One(Found::Value(raw))) = self.status.map(|slot| found.slot(slot)) {
            let word = text::fold(&decode_lossy(raw.text())).into_owned();
            *self.seen.statuses.entry(word).or_default() += 1;
        }
        Ok(())
    }

    pub fn finish(self) -> Seen {
        let (pairs, earlier) = self.comparison.map(Comparison::finish).unwrap_or_default();
        Seen { pairs, earlier, ..self.seen }
    }
}

/// The path of a field, which may have blanks in it.
pub(super) fn path_of(dotted: &str) -> Path {
    let name = |name: &str| format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'"));
    let text: String = std::iter::once("$".to_owned()).chain(dotted.split('.').map(name)).collect();
    Path::parse(&text).expect("names in quotes make a path")
}

#[cfg(test)]
mod tests {
    use super::{Presence, Tally};
    use crate::catalog::Catalog;

    #[test]
    fn what_is_left_out_is_told_from_what_is_empty() {
        let ids = ["work.title", "root.email", "payroll.variable.Executive bonus.amount", "internal.lifecycleStatus"];
        let mut tally = Tally::new(&ids.map(str::to_owned), Catalog::builtin());
        for record in [
            r#"{"/root/email":{"value":"a@example.test"},"id":"1","email":"a@example.test","work":{"title":null}}"#,
            r#"{"id":"2","email":"","work":{},"payroll":{"variable":{"Executive bonus":{"amount":{"value":1}}}}}"#,
            r#"{"id":"3","email":null,"work":{"title":[]},"internal":{"lifecycleStatus":"Garden Leave"}}"#,
        ] {
            tally.add(record).unwrap();
        }
        assert!(tally.add("{").is_err());
        let seen = tally.finish();
        let found: Vec<Presence> = seen.fields.values().copied().collect();
        let counts = |filled, blank, absent| Presence { filled, blank, absent };
        assert_eq!(found, [counts(0, 2, 1), counts(1, 2, 0), counts(1, 0, 2), counts(1, 0, 2)]);
        assert_eq!(seen.people, 3);
        assert_eq!(seen.statuses.into_iter().collect::<Vec<_>>(), [("garden leave".to_owned(), 1)]);
    }
}
