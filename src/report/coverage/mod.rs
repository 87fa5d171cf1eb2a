//! What a mapping covers: which fields of Bob's it maps, ignores or passes by, which fields of the target nothing feeds, and what
//! neither a test nor a record has reached. Holds names and counts; no person's value.

mod text;

use crate::catalog::permission::{Need, Wanted};
use crate::catalog::{Catalog, Field};
use crate::diagnosis::observation::{Presence, Seen};
use crate::engine::Counts;
use crate::mapping::compiled::{FieldIndex, Source};
use crate::mapping::document::Place;
use crate::mapping::ignored::{Ignored, IgnoredPlace};
use crate::mapping::needs::needs;
use crate::mapping::{Mapping, Project};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

/// As JSON new keys may come; `version` counts up when one goes or changes its meaning.
#[derive(Debug, Clone, Serialize)]
pub struct CoverageReport {
    pub version: u32,
    pub mapping: String,
    pub source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    pub run_date: String,
    /// What the fields and categories of Bob were taken from.
    pub catalog: String,
    pub records: Records,
    /// How much of what there is was read: `complete`, or why not.
    pub scope: String,
    /// The fields of Bob's people; empty where the source is another one. What matters most comes first: fields that are
    /// neither mapped nor ignored and that most people have.
    pub source_fields: Vec<SourceField>,
    /// Fields of the target that nothing feeds: those that are neither required nor ignored stand between the two.
    pub unfed: Vec<UnfedField>,
    /// Fields that are written, those first that no record filled.
    pub fed: Vec<FedField>,
    /// Entries and defaults that no test or no record has reached; first those that neither has.
    pub unreached: Vec<UnreachedEntry>,
    /// Sentences of the source about the reading.
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct Records {
    pub read: u64,
    pub rows: u64,
    /// Rows that `keep` lets through, which are those that the mapping is counted by.
    pub kept: u64,
}

/// What the mapping does with a field of Bob's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Use {
    Neither,
    Ignored,
    Mapped,
}

#[derive(Debug, Clone, Serialize)]
pub struct SourceField {
    pub id: String,
    /// As the admin sees it.
    pub name: String,
    /// Its category, as the admin sees it; none where no catalog and no file says it.
    pub category: Option<String>,
    pub path: String,
    #[serde(rename = "use")]
    pub use_: Use,
    /// What needs it: fields of the mapping, `keep`, `key`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needed_for: Vec<String>,
    /// Why it is ignored, in the file's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// People of all records, kept or not: with a value, blank, or without the field at all.
    pub people: Presence,
}

#[derive(Debug, Clone, Serialize)]
pub struct UnfedField {
    pub field: String,
    pub required: bool,
    pub ignored: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct FedField {
    pub field: String,
    /// Kept rows in which it has a value.
    pub filled: u64,
}

#[derive(Debug, Clone, Serialize)]
pub struct UnreachedEntry {
    pub field: String,
    /// The path, the template, `constant`, `default`, or the number of an entry among equal ones.
    pub entry: String,
    pub file: String,
    pub line: usize,
    /// Whether a test reaches it.
    pub tested: bool,
    /// Kept rows that it gave a value, right or wrong.
    pub rows: u64,
}

/// What a report is made of besides the mapping.
pub struct Circumstances<'c> {
    pub project: &'c Project,
    pub catalog: &'c Catalog,
    pub catalog_name: String,
    pub run_date: String,
    pub scope: String,
    pub notes: Vec<String>,
    pub ignored: Vec<Ignored>,
    /// The places of entries and defaults that tests reach.
    pub tested: HashSet<Place>,
}

impl CoverageReport {
    pub fn new(mapping: &Mapping, counts: &Counts, seen: Option<&Seen>, circumstances: Circumstances<'_>) -> CoverageReport {
        let Circumstances { project, catalog, ignored, tested, .. } = &circumstances;
        let mut fed: Vec<FedField> = mapping
            .columns
            .iter()
            .map(|column| FedField { field: column.name.clone(), filled: counts.fields[column.field].filled })
            .collect();
        fed.sort_by_key(|field| field.filled > 0);
        CoverageReport {
            version: 1,
            mapping: mapping.name.clone(),
            source: mapping.source.name.to_owned(),
            target: mapping.target.as_ref().map(|target| target.name.clone()),
            records: Records { read: counts.read, rows: counts.rows, kept: counts.kept },
            source_fields: seen.map_or_else(Vec::new, |seen| source_fields(mapping, project, catalog, ignored, seen)),
            unfed: unfed(mapping, ignored),
            fed,
            unreached: unreached(mapping, project, counts, tested),
            catalog: circumstances.catalog_name,
            run_date: circumstances.run_date,
            scope: circumstances.scope,
            notes: circumstances.notes,
        }
    }

    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("names and counts can be written as JSON")
    }

    /// Fields of Bob's that people have and the mapping passes by.
    pub fn passed_by(&self) -> impl Iterator<Item = &SourceField> {
        self.source_fields.iter().filter(|field| field.use_ == Use::Neither && field.people.filled > 0)
    }

    /// Fields of the target that are neither fed nor ignored.
    pub fn open(&self) -> impl Iterator<Item = &UnfedField> {
        self.unfed.iter().filter(|field| !field.ignored)
    }

    /// Entries that neither a test nor a record has reached.
    pub fn dark(&self) -> impl Iterator<Item = &UnreachedEntry> {
        self.unreached.iter().filter(|entry| !entry.tested && entry.rows == 0)
    }
}

/// Bob's id of a person.
const ID: &str = "root.id";

/// The ids of Bob's fields to count: those of the catalog, and those that the mapping reads besides.
pub fn field_ids(mapping: &Mapping, project: &Project, catalog: &Catalog) -> Vec<String> {
    let mut ids: Vec<String> = catalog.fields().filter(|field| !field.deleted).map(|field| field.id.clone()).collect();
    // It comes with every record, asked for or not: nobody has to map it.
    let id_is_read = mapping.paths().any(|path| path.catalog.as_ref().is_some_and(|field| field.field == ID));
    ids.retain(|id| id != ID || id_is_read);
    for need in needs(mapping, project, catalog) {
        if let Some((id, _)) = field_of(&need).filter(|(id, _)| !ids.iter().any(|known| known == id)) {
            ids.push(id.to_owned());
        }
    }
    ids
}

/// The field that is needed, with the category that the file gives it.
fn field_of(need: &Need) -> Option<(&str, Option<&str>)> {
    match &need.what {
        Wanted::Field(id) => Some((id, None)),
        Wanted::Placed { field, category } => Some((field, Some(category))),
        _ => None,
    }
}

fn source_fields(mapping: &Mapping, project: &Project, catalog: &Catalog, ignored: &[Ignored], seen: &Seen) -> Vec<SourceField> {
    let needs = needs(mapping, project, catalog);
    let mut needed: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut placed: BTreeMap<&str, &str> = BTreeMap::new();
    for need in &needs {
        let Some((id, category)) = field_of(need) else { continue };
        let names = needed.entry(id).or_default();
        names.extend(need.needed_for.iter().filter(|name| !names.contains(name)).cloned().collect::<Vec<_>>());
        placed.extend(category.map(|category| (id, category)));
    }
    // Ids need no permission, and so nothing "needs" them.
    let read: HashSet<&str> =
        mapping.paths().filter_map(|path| path.catalog.as_ref()).map(|field| field.field.as_str()).collect();
    let mut fields: Vec<SourceField> = seen
        .fields
        .iter()
        .map(|(id, people)| {
            let known = catalog.field(id);
            let path = known.map_or(Field::path_of(id), |field| &field.path);
            let needed_for = needed.get(id.as_str()).cloned().unwrap_or_default();
            let left_out = ignored.iter().find(|item| item.covers(path));
            let mapped = !needed_for.is_empty() || read.contains(id.as_str());
            let category = known.and_then(|field| catalog.category(&field.category)).map(|category| category.name.as_str());
            SourceField {
                name: known.map_or(id, |field| &field.name).clone(),
                category: category.or(placed.get(id.as_str()).copied()).map(str::to_owned),
                path: format!("$.{path}"),
                use_: if mapped {
                    Use::Mapped
                } else if left_out.is_some() {
                    Use::Ignored
                } else {
                    Use::Neither
                },
                needed_for,
                reason: left_out.filter(|_| !mapped).and_then(|item| item.reason.clone()),
                people: *people,
                id: id.clone(),
            }
        })
        .collect();
    fields.sort_by(|one, other| {
        let rank = |field: &SourceField| (field.use_, Reverse(field.people.filled), Reverse(field.people.blank));
        rank(one).cmp(&rank(other)).then_with(|| one.category.cmp(&other.category))
    });
    fields
}

fn unfed(mapping: &Mapping, ignored: &[Ignored]) -> Vec<UnfedField> {
    let Some(target) = &mapping.target else { return Vec::new() };
    let free = target.fields.iter().filter(|field| mapping.columns.iter().all(|column| column.name != field.name));
    let mut fields: Vec<UnfedField> = free
        .map(|field| {
            let item = ignored.iter().find(|item| item.what == IgnoredPlace::Target(field.name.clone()));
            let reason = item.and_then(|item| item.reason.clone());
            UnfedField { field: field.name.clone(), required: field.required, ignored: item.is_some(), reason }
        })
        .collect();
    fields.sort_by_key(|field| (field.ignored, !field.required));
    fields
}

fn unreached(mapping: &Mapping, project: &Project, counts: &Counts, tested: &HashSet<Place>) -> Vec<UnreachedEntry> {
    let mut found = Vec::new();
    let mut add = |index: FieldIndex, entry: String, place: Place, rows: u64| {
        let tested = tested.contains(&place);
        if tested && rows > 0 {
            return;
        }
        let line = project.files.place(place.file, project.span(place).start).line;
        let file = project.files.name(place.file).to_owned();
        found.push(UnreachedEntry { field: mapping.fields[index].name.clone(), entry, file, line, tested, rows });
    };
    for (index, field) in mapping.fields.iter().enumerate() {
        let counted = &counts.fields[index];
        if let Source::Entries(entries) = &field.source {
            for (at, (entry, count)) in entries.iter().zip(&counted.entries).enumerate() {
                let twice = entries.iter().filter(|other| other.text == entry.text).count() > 1;
                let text = if twice { (at + 1).to_string() } else { entry.text.clone() };
                add(index, text, entry.place, count.won + count.passed_on);
            }
        }
        if let Some(place) = project.child(field.place, DEFAULT).filter(|_| field.default.is_some()) {
            add(index, DEFAULT.to_owned(), place, counted.defaulted);
        }
    }
    found.sort_by(|one, other| {
        let rank = |entry: &UnreachedEntry| (entry.tested || entry.rows > 0, entry.rows > 0);
        rank(one).cmp(&rank(other)).then_with(|| (&one.file, one.line).cmp(&(&other.file, other.line)))
    });
    found
}

/// What a field's default is called.
const DEFAULT: &str = "default";
