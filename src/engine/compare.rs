//! Two versions of a mapping over the same records: what becomes of each row under either, and where the rows differ.

use super::watch::Unwatched;
use super::{Counts, Engine, Memory, Outcome, RecordName};
use crate::mapping::layout::Cell;
use crate::mapping::{Mapping, compiled};
use crate::source::Place;
use indexmap::IndexMap;
use std::collections::BTreeMap;

/// What a run does with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    Written,
    Skipped,
    Rejected,
    /// Only the other version makes this row.
    NotMade,
}

/// How two versions of a mapping differ over a set of records.
#[derive(Debug)]
pub struct Comparison {
    pub records: u64,
    /// Rows that are written by both, and in which at least one field differs.
    pub rows_changed: u64,
    pub rows_same: u64,
    /// Rows that fare otherwise: from, to.
    pub fates: BTreeMap<(Fate, Fate), Moved>,
    /// Every field that either version writes, in the order of the new one.
    pub fields: IndexMap<String, FieldChange>,
}

/// Rows that fare otherwise under the new version.
#[derive(Debug, Default)]
pub struct Moved {
    pub rows: u64,
    /// The first of them.
    pub examples: Vec<String>,
    /// What the new version says of those it rejects: the field and the kind of problem, and how often.
    pub reasons: BTreeMap<(String, &'static str), u64>,
}

/// What becomes of a field in the rows that both versions write.
#[derive(Debug)]
pub struct FieldChange {
    pub in_old: bool,
    pub in_new: bool,
    pub personal: bool,
    /// Rows in which it was blank and has a value.
    pub gained: u64,
    /// Rows in which it had a value and is blank.
    pub lost: u64,
    /// Rows in which it has another value.
    pub changed: u64,
    pub examples: Vec<Example>,
}

/// One row in which a field differs. Values are JSON; `None` is blank.
#[derive(Debug)]
pub struct Example {
    pub record: String,
    pub old: Option<String>,
    pub new: Option<String>,
}

/// How many examples are kept of anything.
const EXAMPLES: usize = 3;

impl FieldChange {
    pub fn rows(&self) -> u64 {
        self.gained + self.lost + self.changed
    }
}

impl Comparison {
    /// Whether the new version comes to the same as the old one. A column that came or went is a difference even where no
    /// record was read.
    pub fn is_same(&self) -> bool {
        self.rows_changed == 0 && self.fates.is_empty() && self.fields.values().all(|field| field.in_old && field.in_new)
    }
}

/// What one version makes of a row.
struct Made {
    name: RecordName<'static>,
    /// By which rows of one record are told apart.
    identity: Option<String>,
    fate: Fate,
    reasons: Vec<(String, &'static str)>,
    /// By column; only written rows have them.
    values: Vec<Option<String>>,
}

/// Applies two versions of a mapping to one record after another. They read the same source.
pub struct Lockstep<'e> {
    old: &'e Engine<'e>,
    new: &'e Engine<'e>,
    counts: [Counts; 2],
    memory: Memory,
    /// By field of the comparison: its column in the old version and in the new one.
    columns: Vec<[Option<usize>; 2]>,
    pub comparison: Comparison,
}

impl<'e> Lockstep<'e> {
    pub fn new(old: &'e Engine<'e>, new: &'e Engine<'e>) -> Self {
        let column = |mapping: &Mapping, name: &str| mapping.columns.iter().position(|column| column.name == name);
        let names = new.mapping.columns.iter().chain(&old.mapping.columns).map(|column| column.name.as_str());
        let mut fields: IndexMap<String, FieldChange> = IndexMap::new();
        let mut columns = Vec::new();
        for name in names {
            if fields.contains_key(name) {
                continue;
            }
            let at = [column(old.mapping, name), column(new.mapping, name)];
            let field = |mapping: &'e Mapping, at: Option<usize>| at.map(|at| &mapping.fields[mapping.columns[at].field]);
            let either = [field(old.mapping, at[0]), field(new.mapping, at[1])];
            let personal = either.iter().flatten().any(|field: &&compiled::Field| field.personal);
            columns.push(at);
            let change = FieldChange {
                in_old: at[0].is_some(),
                in_new: at[1].is_some(),
                personal,
                gained: 0,
                lost: 0,
                changed: 0,
                examples: Vec::new(),
            };
            fields.insert(name.to_owned(), change);
        }
        let comparison = Comparison { records: 0, rows_changed: 0, rows_same: 0, fates: BTreeMap::new(), fields };
        Lockstep {
            old,
            new,
            counts: [Counts::new(old.mapping), Counts::new(new.mapping)],
            memory: Memory::default(),
            columns,
            comparison,
        }
    }

    pub fn record(&mut self, bytes: &[u8], place: Place) {
        self.comparison.records += 1;
        let old = rows(self.old, &mut self.memory, bytes, place, &mut self.counts[0]);
        let mut new = rows(self.new, &mut self.memory, bytes, place, &mut self.counts[1]);
        // A record that makes one row either way is one row, even if its key is made otherwise.
        let single = old.len() == 1 && new.len() == 1;
        for one in &old {
            let other = new.iter().position(|other| single || other.identity.is_some() && other.identity == one.identity);
            let other = other.map(|at| new.swap_remove(at));
            self.row(Some(one), other.as_ref());
        }
        for other in &new {
            self.row(None, Some(other));
        }
    }

    fn row(&mut self, old: Option<&Made>, new: Option<&Made>) {
        let fate = |made: Option<&Made>| made.map_or(Fate::NotMade, |made| made.fate);
        let (before, after) = (fate(old), fate(new));
        match (old, new) {
            (Some(old), Some(new)) if before == Fate::Written && after == Fate::Written => self.values(old, new),
            _ if before == after => self.comparison.rows_same += 1,
            _ => {
                let moved = self.comparison.fates.entry((before, after)).or_default();
                moved.rows += 1;
                for reason in new.iter().flat_map(|made| &made.reasons) {
                    *moved.reasons.entry(reason.clone()).or_default() += 1;
                }
                let name = new.or(old).map(|made| made.name.to_string());
                if moved.examples.len() < EXAMPLES {
                    moved.examples.extend(name);
                }
            }
        }
    }

    fn values(&mut self, old: &Made, new: &Made) {
        let mut differs = false;
        for (change, [before, after]) in self.comparison.fields.values_mut().zip(&self.columns) {
            let value = |made: &Made, at: Option<usize>| at.and_then(|at| made.values[at].clone());
            let (before, after) = (value(old, *before), value(new, *after));
            match (&before, &after) {
                (None, Some(_)) => change.gained += 1,
                (Some(_), None) => change.lost += 1,
                (Some(before), Some(after)) if before != after => change.changed += 1,
                _ => continue,
            }
            differs = true;
            if change.examples.len() < EXAMPLES {
                change.examples.push(Example { record: new.name.to_string(), old: before, new: after });
            }
        }
        let count = if differs { &mut self.comparison.rows_changed } else { &mut self.comparison.rows_same };
        *count += 1;
    }
}

fn rows(engine: &Engine<'_>, memory: &mut Memory, bytes: &[u8], place: Place, counts: &mut Counts) -> Vec<Made> {
    let mut rows = Vec::new();
    engine.apply(memory, bytes.into(), place, counts, &mut Unwatched, &mut |name, outcome| {
        let identity = name.key.as_ref().map(|key| key.identity(engine.mapping.ignore_case));
        let mut made = Made { name: name.into_owned(), identity, fate: Fate::Skipped, reasons: Vec::new(), values: Vec::new() };
        match outcome {
            Outcome::Kept(row) => {
                made.fate = Fate::Written;
                made.values = row.cells.iter().map(json).collect();
            }
            Outcome::Skipped(_) => {}
            Outcome::Rejected(reasons) => {
                made.fate = Fate::Rejected;
                made.reasons = reasons.iter().map(|reason| (reason.subject.word(), reason.problem.word())).collect();
            }
            Outcome::Stop(reason) => {
                made.fate = Fate::Rejected;
                made.reasons = vec![(reason.subject.word(), reason.problem.word())];
            }
        }
        rows.push(made);
    });
    rows
}

fn json(cell: Cell<'_>) -> Option<String> {
    let mut out = Vec::new();
    cell.value()?.write_json(&mut out);
    Some(String::from_utf8(out).expect("JSON made from text is UTF-8"))
}
