//! The report of a run: what was read, kept, skipped, written and rejected, how each field was filled and from where, and what
//! the categories of Bob gave. Holds counts and the file's own words; no person's value.

mod absent;
mod text;
mod together;

pub use text::{summary, text};
pub use together::Together;

use crate::catalog::Catalog;
use crate::engine::Counts;
use crate::mapping::Mapping;
use crate::mapping::compiled::{Clause, EntrySource, Field, FieldIndex, PathUse, Root, Source};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// A finished run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RunReport {
    /// The version of bobmap that ran.
    pub bobmap: String,
    pub mapping: String,
    pub source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The date that `run_date` and "N days ago" were counted from.
    pub run_date: String,
    /// The time zone in which that date was today, unless it was given.
    pub zone: String,
    /// Whose catalog judged fields and categories.
    pub catalog: String,
    /// `complete`, or why reading stopped early.
    pub scope: String,
    pub records: Records,
    /// What is to be known before anything else: that nothing was read, not everything, or nothing that fits.
    pub notes: Vec<String>,
    /// Conditions of `keep` that did not hold, and for how many rows each was the first.
    pub skipped_by: Vec<Skipped>,
    pub rejected_by: Vec<Rejected>,
    pub joined: Vec<JoinedReport>,
    pub fields: Vec<FieldReport>,
    /// What came of each of Bob's categories.
    pub categories: Vec<CategoryReport>,
    /// Paths that no record has at all: not permitted, not fetched, or not there.
    pub absent_everywhere: Vec<AbsentPath>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Records {
    pub read: u64,
    /// Rows that the records made: more or fewer than records under `one_row_per` only.
    pub rows: u64,
    pub without_rows: u64,
    pub kept: u64,
    pub skipped: u64,
    pub written: u64,
    pub rejected: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Skipped {
    pub condition: String,
    pub rows: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rejected {
    /// The field or `$join`; empty for the record as a whole.
    pub field: String,
    pub problem: String,
    pub rows: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct JoinedReport {
    pub name: String,
    pub with: String,
    pub read: u64,
    /// Records that can't be read or judged; rows that find no match and may have needed one of them are rejected.
    pub unread: u64,
    /// Where the first of them stands, and what is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_unread: Option<String>,
    /// Why not all of them were read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incomplete: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FieldReport {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub filled: u64,
    /// Of the filled: from `default`.
    pub defaulted: u64,
    pub null: u64,
    pub blank: u64,
    pub absent: u64,
    pub invalid: u64,
    /// Rows for which `when` does not hold.
    pub not_applicable: u64,
    pub entries: Vec<EntryReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown_spellings: Option<UnknownSpellingsReport>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EntryReport {
    pub from: String,
    /// The conditions under which it is looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// How often its value was taken.
    pub won: u64,
    /// How often its value was invalid and the next entry was tried.
    pub passed_on: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UnknownSpellingsReport {
    pub otherwise: u64,
    pub passed_through: u64,
    pub refused: u64,
    /// The spellings and how often each came; empty for personal fields.
    pub texts: BTreeMap<String, u64>,
    /// Uses of spellings beyond the hundred that are kept apart.
    pub beyond: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CategoryReport {
    pub category: String,
    /// Paths of the category that the mapping looks at.
    pub paths: u64,
    /// Of these: paths that at least one record has.
    pub came: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AbsentPath {
    pub path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Why, as far as one run can tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

/// What a report says besides what the mapping and the counts tell.
pub struct Circumstances<'c> {
    pub run_date: String,
    pub zone: String,
    pub catalog: &'c Catalog,
    pub catalog_name: String,
    /// The records are from a file, which may lack what was not asked for.
    pub recorded: bool,
    pub scope: String,
    /// What the sources said of the reading.
    pub said: Vec<String>,
    pub rejected_by: Vec<Rejected>,
    pub joined: Vec<JoinedReport>,
    /// What to say of the input if nothing in it is what the mapping reads.
    pub advice: Option<String>,
}

impl RunReport {
    pub fn new(mapping: &Mapping, counts: &Counts, circumstances: Circumstances<'_>) -> Self {
        let Circumstances { run_date, zone, catalog, catalog_name, recorded, scope, said, rejected_by, joined, advice } =
            circumstances;
        let Counts { read, rows, without_rows, kept, skipped, rejected, written, matched: _, fields, slots, row_slots } = counts;
        let skipped_by = mapping
            .keep
            .iter()
            .zip(skipped)
            .filter(|(_, rows)| **rows > 0)
            .map(|(clause, rows)| Skipped { condition: clause.text.clone(), rows: *rows })
            .collect();
        let shown = |index: &FieldIndex| !mapping.fields[*index].used;
        let order = mapping
            .columns
            .iter()
            .map(|column| column.field)
            .chain((0..fields.len()).filter(|field| mapping.fields[*field].hidden));
        let places = Places { mapping, slots, row_slots, catalog };
        let mut notes = notes(mapping, counts, &scope, advice);
        notes.extend(joined.iter().filter_map(|joined| {
            let why = joined.incomplete.as_ref()?;
            Some(format!(
                "not all of {} was read ({why}): rows that find no match in `{}` are rejected",
                joined.with, joined.name
            ))
        }));
        notes.extend(said);
        RunReport {
            bobmap: env!("CARGO_PKG_VERSION").to_owned(),
            mapping: mapping.name.clone(),
            source: mapping.source.name.to_owned(),
            target: mapping.target.as_ref().map(|target| target.name.clone()),
            run_date,
            zone,
            catalog: catalog_name,
            scope,
            records: Records {
                read: *read,
                rows: *rows,
                without_rows: *without_rows,
                kept: *kept,
                skipped: skipped.iter().sum(),
                written: *written,
                rejected: *rejected,
            },
            notes,
            skipped_by,
            rejected_by,
            joined,
            fields: order.filter(shown).map(|field| field_report(&mapping.fields[field], &fields[field], catalog)).collect(),
            categories: places.categories(),
            absent_everywhere: places.absent(*read, recorded),
        }
    }
}

fn notes(mapping: &Mapping, counts: &Counts, scope: &str, advice: Option<String>) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(why) = scope.strip_prefix("cut short: ") {
        notes.push(format!("not everything was read ({why}): who is not in the result may be in the rest"));
    }
    let [absent, null, blank, value] = counts.slots.iter().fold([0; 4], |sum, slot| std::array::from_fn(|at| sum[at] + slot[at]));
    if counts.read == 0 && scope == "complete" {
        let nobody = "HiBob sends an empty list to a service user who may see nobody (People's data > Access data for)";
        notes.push(format!("no record was read: the input holds none. {nobody}"));
    } else if absent > 0 && null + blank + value == 0 {
        let advice = advice.unwrap_or_else(|| format!("are these records of {}?", mapping.source.name));
        notes.push(format!("no record has anything that this mapping reads: {advice}"));
    } else if counts.rows > 0 && counts.skipped.iter().sum::<u64>() == counts.rows {
        // For a destination that takes full snapshots this would be the end of everybody in it.
        notes.push("nobody is kept: no record is what `keep` asks for; look for a slip in its words".to_owned());
    }
    notes
}

fn words(clauses: &[Clause]) -> String {
    clauses.iter().map(|clause| clause.text.as_str()).collect::<Vec<_>>().join(" and ")
}

fn field_report(field: &Field, counts: &crate::engine::counts::FieldCounts, catalog: &Catalog) -> FieldReport {
    let entries = match &field.source {
        Source::Entries(entries) => entries
            .iter()
            .zip(&counts.entries)
            .map(|(entry, counts)| EntryReport {
                from: entry.text.clone(),
                when: (!entry.when.is_empty()).then(|| words(&entry.when)),
                category: match &entry.what {
                    EntrySource::Path { path, .. } => category(path, catalog),
                    _ => None,
                },
                won: counts.won,
                passed_on: counts.passed_on,
            })
            .collect(),
        Source::Field(_) | Source::BlankAmong(_) => Vec::new(),
    };
    let spellings = &counts.spellings;
    FieldReport {
        name: field.name.clone(),
        kind: field.kind.to_string(),
        filled: counts.filled,
        defaulted: counts.defaulted,
        null: counts.null,
        blank: counts.blank,
        absent: counts.absent,
        invalid: counts.invalid,
        not_applicable: counts.not_applicable,
        entries,
        unknown_spellings: (spellings.total() > 0).then(|| UnknownSpellingsReport {
            otherwise: spellings.otherwise,
            passed_through: spellings.passed_through,
            refused: spellings.refused,
            texts: spellings.texts.iter().map(|(text, times)| (text.clone(), *times)).collect(),
            beyond: spellings.beyond,
        }),
    }
}

/// The category of a path's field, as the admin sees it.
pub fn category(path: &PathUse, catalog: &Catalog) -> Option<String> {
    let used = path.catalog.as_ref()?;
    Some(catalog.category(&used.category).map_or_else(|| used.category.clone(), |category| category.name.clone()))
}

/// Where the paths of a mapping stand in the counts.
struct Places<'p> {
    mapping: &'p Mapping,
    slots: &'p [[u64; 4]],
    row_slots: &'p [[u64; 4]],
    catalog: &'p Catalog,
}

impl Places<'_> {
    /// Each path of the source's own records, once, with its counts.
    fn paths(&self) -> Vec<(&PathUse, [u64; 4])> {
        let mut paths: Vec<(&PathUse, [u64; 4])> = Vec::new();
        for path in self.mapping.paths() {
            let states = match path.root {
                Root::Record => self.slots[path.slot],
                Root::Row => self.row_slots[path.slot],
                Root::Join(_) => continue,
            };
            if !paths.iter().any(|(known, _)| (known.root, known.slot) == (path.root, path.slot)) {
                paths.push((path, states));
            }
        }
        paths
    }

    fn categories(&self) -> Vec<CategoryReport> {
        let mut categories: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        for (path, [absent, rest @ ..]) in self.paths() {
            let Some(category) = category(path, self.catalog) else { continue };
            let count = categories.entry(category).or_default();
            count.0 += 1;
            count.1 += u64::from(rest.iter().sum::<u64>() > 0 || absent == 0);
        }
        categories.into_iter().map(|(category, (paths, came))| CategoryReport { category, paths, came }).collect()
    }
}
