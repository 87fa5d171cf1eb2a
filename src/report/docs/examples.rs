//! What tests in mapping files show of a field: what Bob had, and what is sent.

use super::Example;
use super::block::{Block, Line, code, joined, path, strong, text};
use super::field::Teller;
use crate::engine::cell;
use crate::engine::observe::{Happened, Observed};
use crate::engine::state::{Origin, State};
use crate::mapping::compiled::{EntrySource, Field, FieldIndex, OnInvalid, OnMissing, Part, PathUse, Root, Source, Template};
use crate::mapping::layout::Cell;
use crate::value::Value;
use std::collections::HashSet;

impl Teller<'_> {
    /// One example for each place that a test of the file reaches, one for the default, and one that ends badly.
    pub(super) fn examples(&self, index: FieldIndex) -> Option<Block> {
        let field = &self.words.mapping.fields[index];
        let mut rows = Vec::new();
        let mut seen: HashSet<(u8, usize)> = HashSet::new();
        for Example { test, row } in self.examples {
            let Some(state) = &row.fields[index] else { continue };
            let (kind, sent) = match state {
                State::Value { value, origin } => (self.origin(row, index, *origin), vec![code(value.to_plain())]),
                State::NotApplicable => ((1, 0), left(field, state)),
                State::Missing(_) => {
                    ((2, 0), self.bad(field, state, field.on_missing == OnMissing::Reject, field.on_missing == OnMissing::Stop))
                }
                State::Invalid(invalid) => {
                    let action = invalid.action;
                    ((3, 0), self.bad(field, state, action == OnInvalid::Reject, action == OnInvalid::Stop))
                }
            };
            // What is left blank where nothing is found has been said, and most tests are about other fields.
            let tells = !matches!(state, State::Missing(_)) || matches!(field.on_missing, OnMissing::Reject | OnMissing::Stop);
            if tells && seen.insert(kind) {
                rows.push(vec![vec![text(test.clone())], self.found(row, index), sent]);
            }
        }
        let caption = format!("{}: examples with invented values", field.name);
        (!rows.is_empty()).then(|| Block::Table { caption, headers: vec!["Example", "Bob has", "Sent"], rows })
    }

    /// What tells examples apart: the place that won, in the rule that is taken over if there is one.
    fn origin(&self, row: &Observed, index: FieldIndex, origin: Origin) -> (u8, usize) {
        match (origin, &self.words.mapping.fields[index].source) {
            (Origin::Entry(entry), _) => (0, entry + 1),
            (Origin::Default, _) => (4, 0),
            (Origin::Field, Source::Field(other)) => match &row.fields[*other] {
                Some(State::Value { origin, .. }) => self.origin(row, *other, *origin),
                _ => (0, 0),
            },
            (Origin::Field, _) => (0, 0),
        }
    }

    fn bad(&self, field: &Field, state: &State<'_>, rejects: bool, stops: bool) -> Line {
        match (rejects, stops) {
            (true, _) => vec![strong("not sent"), text(": the whole record is held back")],
            (_, true) => vec![strong("nothing is sent"), text(": the run stops")],
            _ => left(field, state),
        }
    }

    /// What the field's places held in Bob, as far as they were looked at.
    fn found(&self, row: &Observed, index: FieldIndex) -> Line {
        let field = &self.words.mapping.fields[index];
        let entries = match &field.source {
            Source::Field(other) => return self.found(row, *other),
            Source::BlankAmong(_) => return vec![text("-")],
            Source::Entries(entries) => entries,
        };
        let happened = |entry: usize| row.entries.get(&(index, entry)).into_iter().flatten();
        let mut lines = Vec::new();
        for (number, entry) in entries.iter().enumerate() {
            let value = happened(number).find_map(|event| match event {
                Happened::Found(value) => Some(value),
                _ => None,
            });
            let won = happened(number).any(|event| matches!(event, Happened::Won(_)));
            match (&entry.what, value) {
                (EntrySource::Path { path, .. }, Some(value)) => lines.push(self.value(path, value, entries.len() > 1)),
                (EntrySource::Template(template), _) if won => lines.push(self.parts(row, template)),
                _ => {}
            }
        }
        if lines.is_empty() { vec![text("nothing")] } else { joined(lines, ", ") }
    }

    fn value(&self, place: &PathUse, value: &Value<'_>, named: bool) -> Line {
        let value = code(value.to_plain());
        if !named && !matches!(place.root, Root::Join(_)) {
            return vec![value];
        }
        vec![value, text(" in "), path(place.text.clone())]
    }

    fn parts(&self, row: &Observed, template: &Template) -> Line {
        let part = |part: &Part| match part {
            Part::Field { field, .. } => match &row.fields[*field] {
                Some(State::Value { value, .. }) => Some(vec![code(value.to_plain())]),
                _ => None,
            },
            Part::Text(_) => None,
        };
        joined(template.parts.iter().filter_map(part), ", ")
    }
}

fn left(field: &Field, state: &State<'_>) -> Line {
    match cell(field, Some(state)) {
        Cell::Omitted => vec![text("left out")],
        Cell::Blank | Cell::Value(_) => vec![text("left blank")],
    }
}
