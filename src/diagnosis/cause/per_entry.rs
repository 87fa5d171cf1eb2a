//! Verdicts on Bob's fields, sorted by what a mapping does with them: its fields, and the entries of each.

use super::{CauseKind, Verdict};
use crate::catalog::Catalog;
use crate::mapping::Mapping;
use crate::mapping::compiled::{EntrySource, FieldIndex, Source};
use crate::mapping::needs::people_field;

/// What is so of one field of the mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetVerdict<'v> {
    /// A number of [`Mapping::fields`].
    pub field: FieldIndex,
    pub name: String,
    /// The entries that read a field of an employee, in their order; templates and constants have no cause of their own.
    pub entries: Vec<EntryVerdict<'v>>,
}

/// What is so of one entry of `from`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryVerdict<'v> {
    /// Counted from 0.
    pub entry: usize,
    /// As the file has it.
    pub path: String,
    pub verdict: &'v Verdict,
}

impl TargetVerdict<'_> {
    /// The cause that matters most: none where some entry has values; else that of the first entry.
    pub fn cause(&self) -> Option<&Verdict> {
        let filled = self.entries.iter().any(|entry| entry.verdict.cause == CauseKind::Filled);
        if filled { None } else { self.entries.first().map(|entry| entry.verdict) }
    }
}

/// The verdicts on what each field of the mapping reads of employees.
pub fn per_entry<'v>(mapping: &Mapping, now: &Catalog, verdicts: &'v [Verdict]) -> Vec<TargetVerdict<'v>> {
    let told = |(field, one): (FieldIndex, &crate::mapping::compiled::Field)| {
        let Source::Entries(entries) = &one.source else { return None };
        let entries = entries.iter().enumerate().filter_map(|(at, entry)| {
            let EntrySource::Path { path, .. } = &entry.what else { return None };
            let id = people_field(mapping, path, now)?;
            let verdict = verdicts.iter().find(|verdict| verdict.id == id)?;
            Some(EntryVerdict { entry: at, path: path.text.clone(), verdict })
        });
        let entries: Vec<_> = entries.collect();
        (!entries.is_empty()).then(|| TargetVerdict { field, name: one.name.clone(), entries })
    };
    mapping.fields.iter().enumerate().filter_map(told).collect()
}
