//! Whether two fields hold the same: counted over people, by what values mean. Values are kept as hashes and never as texts.

mod meaning;

pub use meaning::Meaning;

use super::observation::{Presence, path_of};
use crate::catalog::{Catalog, Field};
use crate::value::Found;
use crate::value::json::decode_lossy;
use crate::value::path::Path;
use crate::value::read::{ReadError, ReadPlan, Reading, Slot, Slots};
use indexmap::IndexMap;
use serde::Serialize;
use std::collections::HashMap;

/// How the values of an old field and of one that may have replaced it go together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Agreement {
    /// People who have a value in both: in one record, or the old one in records saved before and the new one now.
    pub both: u64,
    /// Of these, people whose values mean the same.
    pub agree: u64,
    /// Of these, people whose values are written the same; the others agree through the labels of lists and the like.
    pub as_is: u64,
    /// Whether so many would hardly agree by chance: values that everybody has in common prove little.
    pub telling: bool,
    /// People with a value in the new field and none in the old one.
    pub instead: u64,
    /// People with a value in the old field and none in the new one.
    pub only_old: u64,
    /// People with a value in both fields of one record.
    pub at_once: u64,
    /// People whose old value is gone since the records saved before, and who have it in the new field now.
    pub taken_over: u64,
    /// People whose old value is gone since the records saved before, whatever the new field holds.
    pub gone: u64,
}

/// People's values in records saved before: a number for each value, by employee.
#[derive(Debug)]
pub struct Earlier<'c> {
    catalogs: Vec<&'c Catalog>,
    plan: ReadPlan,
    /// What messages call the file.
    pub name: String,
    fields: Vec<Told>,
    people: HashMap<String, Vec<Option<Meaning>>>,
    presences: IndexMap<String, Presence>,
}

/// A field that is read for its meaning.
#[derive(Debug)]
struct Told {
    id: String,
    slot: usize,
    list: Option<String>,
}

impl Told {
    fn new(id: &str, catalogs: &[&Catalog], plan: &mut ReadPlan) -> Told {
        let builtin = [Catalog::builtin()];
        let field = catalogs.iter().chain(&builtin).find_map(|catalog| catalog.field(id));
        let path = field.map_or(Field::path_of(id), |field| &field.path);
        Told { id: id.to_owned(), slot: plan.add(&path_of(path)), list: field.and_then(|field| field.list.clone()) }
    }

    fn meaning(&self, slots: Reading<'_>, catalogs: &[&Catalog]) -> Option<Meaning> {
        match slots.slot(self.slot) {
            Slot::One(Found::Value(raw)) => Meaning::of(raw, self.list.as_deref(), catalogs),
            _ => None,
        }
    }
}

fn id_path() -> Path {
    Path::parse("$.id").expect("a name makes a path")
}

fn employee(slots: Reading<'_>, slot: usize) -> Option<std::borrow::Cow<'_, str>> {
    match slots.slot(slot) {
        Slot::One(Found::Value(raw)) => Some(decode_lossy(raw.text())),
        _ => None,
    }
}

impl<'c> Earlier<'c> {
    /// Reads these fields of records that were saved when the company was as `before` says, or as it is now.
    pub fn new(name: &str, ids: &[String], now: &'c Catalog, before: Option<&'c Catalog>) -> Earlier<'c> {
        let catalogs: Vec<&Catalog> = before.into_iter().chain([now]).collect();
        let mut plan = ReadPlan::new(true);
        plan.add(&id_path());
        let fields: Vec<Told> = ids.iter().map(|id| Told::new(id, &catalogs, &mut plan)).collect();
        let presences = ids.iter().map(|id| (id.clone(), Presence::default())).collect();
        Earlier { catalogs, plan, name: name.to_owned(), fields, people: HashMap::new(), presences }
    }

    /// # Errors
    /// The record can't be read; it is not counted.
    pub fn add(&mut self, record: &str) -> Result<(), ReadError> {
        let mut slots = Slots::new();
        let slots = self.plan.read(record, &mut slots)?;
        for field in &self.fields {
            self.presences.get_mut(&field.id).expect("put in with the field").count(slots.slot(field.slot));
        }
        if let Some(id) = employee(slots, 0) {
            let meanings = self.fields.iter().map(|field| field.meaning(slots, &self.catalogs)).collect();
            self.people.insert(id.into_owned(), meanings);
        }
        Ok(())
    }

    pub fn people(&self) -> u64 {
        self.people.len() as u64
    }

    fn of(&self, employee: &str, field: &str) -> Option<&Meaning> {
        let at = self.fields.iter().position(|told| told.id == field)?;
        self.people.get(employee)?[at].as_ref()
    }
}

/// What records saved before say of those now.
#[derive(Debug, Clone, Default)]
pub struct EarlierSeen {
    /// What messages call the file.
    pub name: String,
    pub people: u64,
    /// Of these, people who are also among those seen now.
    pub seen_again: u64,
    /// By field.
    pub fields: IndexMap<String, Presence>,
    /// By field: people who had a value and are not among those seen now.
    pub had_and_unseen: IndexMap<String, u64>,
}

/// Compares fields pair by pair, record by record.
#[derive(Debug)]
pub struct Comparison<'c> {
    catalogs: Vec<&'c Catalog>,
    plan: ReadPlan,
    pairs: Vec<Pair>,
    earlier: Option<Earlier<'c>>,
    /// Employees of `earlier` who are seen now.
    seen_again: std::collections::HashSet<String>,
}

#[derive(Debug)]
struct Pair {
    old: Told,
    new: Told,
    counts: Agreement,
    /// How often each value of the old field stands among those compared.
    values: HashMap<u64, u64>,
}

impl<'c> Comparison<'c> {
    /// Compares an old field with a new one, by their ids.
    pub fn new(
        pairs: &[(String, String)],
        now: &'c Catalog,
        before: Option<&'c Catalog>,
        earlier: Option<Earlier<'c>>,
    ) -> Comparison<'c> {
        let catalogs: Vec<&Catalog> = [now].into_iter().chain(before).collect();
        let mut plan = ReadPlan::new(true);
        plan.add(&id_path());
        let pairs = pairs
            .iter()
            .map(|(old, new)| Pair {
                old: Told::new(old, &catalogs, &mut plan),
                new: Told::new(new, &catalogs, &mut plan),
                counts: Agreement::default(),
                values: HashMap::new(),
            })
            .collect();
        Comparison { catalogs, plan, pairs, earlier, seen_again: std::collections::HashSet::new() }
    }

    /// # Errors
    /// The record can't be read; it is not counted.
    pub fn add(&mut self, record: &str) -> Result<(), ReadError> {
        let mut slots = Slots::new();
        let slots = self.plan.read(record, &mut slots)?;
        let employee = employee(slots, 0);
        let earlier = employee.as_deref().zip(self.earlier.as_ref());
        for pair in &mut self.pairs {
            let [old, new] = [&pair.old, &pair.new].map(|told| told.meaning(slots, &self.catalogs));
            let before = earlier.and_then(|(employee, earlier)| earlier.of(employee, &pair.old.id));
            pair.add(old.as_ref(), new.as_ref(), before);
        }
        if let Some((employee, earlier)) = earlier
            && earlier.people.contains_key(employee)
        {
            self.seen_again.insert(employee.to_owned());
        }
        Ok(())
    }

    /// The counts of each pair, by old and new field, and what the records saved before say.
    pub fn finish(self) -> (IndexMap<(String, String), Agreement>, Option<EarlierSeen>) {
        let Comparison { pairs, earlier, seen_again, .. } = self;
        let pairs = pairs.into_iter().map(|pair| {
            let telling = pair.is_telling();
            ((pair.old.id, pair.new.id), Agreement { telling, ..pair.counts })
        });
        let seen = earlier.map(|earlier| {
            let unseen = |at: usize| {
                let unseen = earlier.people.iter().filter(|(employee, _)| !seen_again.contains(*employee));
                unseen.filter(|(_, meanings)| meanings[at].is_some()).count() as u64
            };
            EarlierSeen {
                people: earlier.people(),
                seen_again: seen_again.len() as u64,
                had_and_unseen: earlier.fields.iter().enumerate().map(|(at, told)| (told.id.clone(), unseen(at))).collect(),
                fields: earlier.presences,
                name: earlier.name,
            }
        });
        (pairs.collect(), seen)
    }
}

/// Fewer agreements than these prove nothing.
const FEWEST: u64 = 5;

/// So unlikely must it be that values agree by chance alone: one in a thousand.
const CHANCE: f64 = 1e-3;

impl Pair {
    fn add(&mut self, old: Option<&Meaning>, new: Option<&Meaning>, before: Option<&Meaning>) {
        let Agreement { both, agree, as_is, instead, only_old, at_once, taken_over, gone, telling: _ } = &mut self.counts;
        *instead += u64::from(old.is_none() && new.is_some());
        *only_old += u64::from(old.is_some() && new.is_none());
        *at_once += u64::from(old.is_some() && new.is_some());
        *gone += u64::from(before.is_some() && old.is_none());
        let Some((one, new)) = old.or(before).zip(new) else { return };
        *both += 1;
        *self.values.entry(one.number()).or_default() += 1;
        if one.agrees(new) {
            *agree += 1;
            *as_is += u64::from(one.is_written_as(new));
            *taken_over += u64::from(old.is_none());
        }
    }

    /// Whether two fields with the old one's spread of values, and nothing to do with one another, would hardly agree as often.
    fn is_telling(&self) -> bool {
        let Agreement { both, agree, .. } = self.counts;
        if agree < FEWEST {
            return false;
        }
        let share = |count: u64| count as f64 / both as f64;
        let by_chance: f64 = self.values.values().map(|count| share(*count).powi(2)).sum();
        by_chance.powf(agree as f64) < CHANCE
    }
}

#[cfg(test)]
mod tests;
