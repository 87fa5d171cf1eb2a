//! Everything that happens to a record while it is mapped, kept: what tests judge by and `explain` tells.

use super::state::{Lack, State};
use super::watch::{Event, JoinEvent, Watch};
use crate::mapping::Mapping;
use crate::mapping::compiled::FieldIndex;
use crate::value::read::Slot;
use crate::value::{Found, Raw, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Looks on, and keeps what it sees row by row.
#[derive(Debug)]
pub struct Observer {
    /// Empty where the record can't be read.
    pub rows: Vec<Observed>,
    joins: usize,
    fields: usize,
}

/// What happened to one row.
#[derive(Debug)]
pub struct Observed {
    /// By join of the mapping.
    pub joins: Vec<Option<ObservedJoin>>,
    /// By field and entry, in the order of happening; entries that were not reached are not there.
    pub entries: BTreeMap<(FieldIndex, usize), Vec<Happened>>,
    /// By field; fields that come after `keep` are missing where the row was skipped.
    pub fields: Vec<Option<State<'static>>>,
}

#[derive(Debug)]
pub struct ObservedJoin {
    /// What `this` finds, as plain texts.
    pub this: Vec<String>,
    pub found: FoundBy,
}

/// What a join found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoundBy {
    /// So many records.
    Records(usize),
    /// Why the record is rejected.
    Failed(String),
}

/// An [`Event`], kept.
#[derive(Debug, Clone, PartialEq)]
pub enum Happened {
    Skipped(String),
    Lacks(Lack),
    Found(Value<'static>),
    Step(&'static str, Value<'static>),
    Spelled(Value<'static>),
    Invalid(String),
    Won(Value<'static>),
}

impl Observer {
    pub fn new(mapping: &Mapping) -> Self {
        Observer { rows: Vec::new(), joins: mapping.joins.len(), fields: mapping.fields.len() }
    }
}

impl Watch for Observer {
    fn row(&mut self) {
        let joins = (0..self.joins).map(|_| None).collect();
        self.rows.push(Observed { joins, entries: BTreeMap::new(), fields: vec![None; self.fields] });
    }

    fn join(&mut self, join: usize, this: Option<Slot<'_>>, event: JoinEvent<'_>) {
        let Some(row) = self.rows.last_mut() else { return };
        let found = match event {
            JoinEvent::Found(count) => FoundBy::Records(count),
            JoinEvent::Failed(reason) => FoundBy::Failed(reason.message.clone()),
        };
        let text = |raw: Raw<'_>| super::convert::plain(raw).map_or_else(|| raw.text().to_owned(), Cow::into_owned);
        let this = match this {
            Some(Slot::One(Found::Value(raw))) => vec![text(raw)],
            Some(Slot::Many(found)) => found.iter().map(text).collect(),
            Some(Slot::One(_)) | None => Vec::new(),
        };
        row.joins[join] = Some(ObservedJoin { this, found });
    }

    fn entry(&mut self, field: FieldIndex, entry: usize, event: Event<'_, '_>) {
        let Some(row) = self.rows.last_mut() else { return };
        row.entries.entry((field, entry)).or_default().push(match event {
            Event::Skipped(condition) => Happened::Skipped(condition.to_owned()),
            Event::Lacks(lack) => Happened::Lacks(lack),
            Event::Found(value) => Happened::Found(value.clone().into_owned()),
            Event::Step(name, value) => Happened::Step(name, value.clone().into_owned()),
            Event::Spelled(value) => Happened::Spelled(value.clone().into_owned()),
            Event::Invalid(message) => Happened::Invalid(message.to_owned()),
            Event::Won(value) => Happened::Won(value.clone().into_owned()),
        });
    }

    fn field(&mut self, field: FieldIndex, state: &State<'_>) {
        if let Some(row) = self.rows.last_mut() {
            row.fields[field] = Some(state.clone().into_owned());
        }
    }
}
