//! Looks at every record that goes by, to say of the fields that a mapping reads why somebody has no value.

use super::earlier::EarlierArgs;
use crate::catalog::Catalog;
use crate::catalog::permission::LifecycleStatus;
use crate::diagnosis::Verdict;
use crate::diagnosis::agreement::Comparison;
use crate::diagnosis::cause::{Sight, pairs};
use crate::diagnosis::company::same_people;
use crate::diagnosis::observation::{Observation, STATUS, Tally};
use crate::mapping::Mapping;
use crate::mapping::needs::people_field;
use crate::mapping::requests::requests;
use indexmap::IndexSet;

/// Counts what records of employees hold; records of another kind are passed over.
pub struct Looking<'c> {
    catalog: &'c Catalog,
    before: Option<&'c Catalog>,
    /// The fields that the mapping reads.
    read: Vec<String>,
    /// What was asked of HiBob, where it was asked.
    requested: Option<Vec<String>>,
    tally: Option<Tally<'c>>,
}

impl<'c> Looking<'c> {
    /// # Errors
    /// The records saved before can't be read.
    pub fn new(
        mapping: &Mapping,
        catalog: &'c Catalog,
        before: Option<&'c Catalog>,
        earlier: &EarlierArgs,
        live: bool,
    ) -> anyhow::Result<Looking<'c>> {
        let of_people = mapping.source.name == "hibob.people";
        let read: IndexSet<String> = mapping.paths().filter_map(|path| people_field(mapping, path, catalog)).collect();
        let read: Vec<String> = read.into_iter().filter(|_| of_people).collect();
        let pairs = pairs(&read, catalog, before);
        let categories: IndexSet<&str> =
            read.iter().filter_map(|id| catalog.field(id)).map(|field| field.category.as_str()).collect();
        // What else stands in a category tells whether it may be seen.
        let around = catalog.fields().filter(|field| categories.contains(field.category.as_str())).map(|field| &field.id);
        let new = pairs.iter().map(|(_, new)| new);
        let counted: IndexSet<&String> = read.iter().chain(new).chain(around).collect();
        let mut counted: Vec<String> = counted.into_iter().cloned().collect();
        if !counted.iter().any(|id| id == STATUS) {
            counted.push(STATUS.to_owned());
        }
        let asked = live.then(|| requests(&[mapping], catalog)).transpose()?;
        let requested = asked.map(|asked| {
            let people = asked.into_iter().filter(|request| request.resource.name == "hibob.people");
            people.flat_map(|request| request.fields).chain(["root.id".to_owned()]).collect()
        });
        let comparison = Comparison::new(&pairs, catalog, before, earlier.records(&read, catalog, before)?);
        let tally = of_people.then(|| Tally::new(&counted, catalog).comparing(comparison));
        Ok(Looking { catalog, before, read, requested, tally })
    }

    /// A record that can't be read tells nothing here: it is rejected elsewhere.
    pub fn add(&mut self, record: &[u8]) {
        if let (Some(tally), Ok(text)) = (&mut self.tally, std::str::from_utf8(record)) {
            let _ = tally.add(text);
        }
    }

    /// What is so of each field that the mapping reads.
    ///
    /// # Errors
    /// The records saved before are of other people.
    pub fn finish(self) -> anyhow::Result<Vec<Verdict>> {
        let Some(tally) = self.tally else { return Ok(Vec::new()) };
        let people = tally.finish();
        same_people(&people)?;
        let hides_leavers = !people.statuses.keys().any(|word| LifecycleStatus::of(word) == LifecycleStatus::Terminated);
        let (recorded, requested) = (self.requested.is_none(), self.requested);
        let observation = Observation { people, recorded, requested, ..Observation::default() };
        let (now, before, observation) = (self.catalog, self.before, &observation);
        let sight = Sight { now, before, observation, hides_leavers, hides_some: hides_leavers };
        Ok(self.read.iter().map(|id| sight.verdict(id)).collect())
    }
}
