//! Computes the fields of one row: picks the entry, and hands its value to the steps, the spellings and the type.

use super::condition::{Look, all_hold, holds};
use super::convert::{read, whole};
use super::counts::Note;
use super::state::{Invalid, Lack, Origin, State};
use super::watch::{Event, Watch};
use crate::mapping::Mapping;
use crate::mapping::compiled::{Entry, EntrySource, Field, FieldIndex, OnInvalid, Root, Source};
use crate::mapping::spec::Take;
use crate::transform::Lists;
use crate::value::found::RawShape;
use crate::value::read::{Matches, Reading, Slot};
use crate::value::{Found, Kind, Raw, Value};
use jiff::civil::Date;
use std::borrow::Cow;

/// Templates of templates, and steps, could double a text until no memory is left. In bytes; what a record itself holds may
/// be longer.
pub(super) const LONGEST_MADE: usize = 1 << 20;

/// One row on its way: what was read of it, and the fields computed so far.
pub struct Row<'r> {
    pub mapping: &'r Mapping,
    pub run_date: Date,
    pub lists: &'r dyn Lists,
    pub record: Reading<'r>,
    pub row: Reading<'r>,
    /// By join: what was read of the record it found.
    pub joined: Vec<Option<Reading<'r>>>,
    pub fields: Vec<Option<State<'r>>>,
}

/// What is left behind besides the fields.
#[derive(Debug, Default)]
pub struct Aside {
    /// What is to be counted if the row is kept.
    pub notes: Vec<Note>,
    /// Memory for texts.
    pub texts: Vec<String>,
}

/// The field that is computed, with what it leaves behind.
pub(super) struct Work<'r, 'a> {
    pub index: FieldIndex,
    pub field: &'r Field,
    pub aside: &'a mut Aside,
}

/// Where the entries are looked at from, and the best that those before had.
#[derive(Clone, Copy)]
pub(super) struct Start {
    pub entry: usize,
    pub lack: Lack,
}

/// What an entry has to offer.
enum Offer<'r> {
    Value(Value<'r>),
    Lacks(Lack),
    Invalid(String),
}

impl<'r> Look<'r> for Row<'r> {
    #[inline]
    fn slot(&self, root: Root, slot: usize) -> Option<Slot<'r>> {
        match root {
            Root::Record => Some(self.record.slot(slot)),
            Root::Row => Some(self.row.slot(slot)),
            Root::Join(join) => Some(self.joined[join]?.slot(slot)),
        }
    }

    fn field(&self, field: FieldIndex) -> Option<&State<'r>> {
        self.fields[field].as_ref()
    }
}

impl<'r> Row<'r> {
    /// Computes a field; what it needs has been computed before.
    #[inline]
    pub fn compute<W: Watch>(&mut self, index: FieldIndex, aside: &mut Aside, watch: &mut W) {
        let mapping = self.mapping;
        let field = &mapping.fields[index];
        let mut start = Start { entry: 0, lack: Lack::Absent };
        if !W::LOOKS_ON {
            match self.glance(index, field, aside) {
                None => return,
                Some(reached) => start = reached,
            }
        }
        let state = self.state(Work { index, field, aside }, start, watch);
        watch.field(index, &state);
        self.set(index, state);
    }

    #[inline(always)]
    pub(super) fn set(&mut self, index: FieldIndex, state: State<'r>) {
        let place = &mut self.fields[index];
        debug_assert!(place.is_none(), "a field is computed once");
        // Nothing that would have to be dropped.
        std::mem::forget(place.replace(state));
    }

    fn state<W: Watch>(&self, mut work: Work<'r, '_>, start: Start, watch: &mut W) -> State<'r> {
        let field = work.field;
        if !field.when.is_empty() {
            match all_hold(&field.when, self, self.run_date) {
                Ok(true) => {}
                Ok(false) => return State::NotApplicable,
                Err(why) => return invalid(None, format!("`when` can't be judged: {why}"), field.on_invalid),
            }
        }
        let mut state = match &field.source {
            Source::Entries(entries) => self.pick_entry(entries, start, &mut work, watch),
            Source::Field(used) => self.take_over(*used, &mut work),
            Source::BlankAmong(names) => self.rework(Value::List(self.blank_among(names)), &mut work),
        };
        if let (State::Missing(_), Some(default)) = (&state, &field.default) {
            state = State::Value { value: default.borrowed(), origin: Origin::Default };
        }
        state
    }

    /// The names of those fields that are blank.
    pub(super) fn blank_among(&self, names: &'r [(String, FieldIndex)]) -> Vec<Value<'r>> {
        let is_blank = |field: FieldIndex| !matches!(self.fields[field], Some(State::Value { .. }));
        names.iter().filter(|(_, field)| is_blank(*field)).map(|(name, _)| Value::text(name.as_str())).collect()
    }

    /// The result of another field's rule under this field's own steps and type.
    fn take_over(&self, used: FieldIndex, work: &mut Work<'r, '_>) -> State<'r> {
        match self.fields[used].clone() {
            Some(State::Value { value, .. }) => self.rework(value, work),
            Some(State::Missing(lack)) => State::Missing(lack),
            Some(State::Invalid(Invalid { message, .. })) => invalid(None, message, work.field.on_invalid),
            Some(State::NotApplicable) | None => State::NotApplicable,
        }
    }

    /// What is no entry's value, under the field's own steps, spellings and type.
    fn rework(&self, value: Value<'r>, work: &mut Work<'r, '_>) -> State<'r> {
        let field = work.field;
        let value = self.steps(&field.then, value, None, |_, _| {}).and_then(|value| self.fit(value, false, work));
        match value {
            Ok(value) => State::Value { value, origin: Origin::Field },
            Err(message) => invalid(None, message, field.on_invalid),
        }
    }

    fn pick_entry<W: Watch>(&self, entries: &'r [Entry], start: Start, work: &mut Work<'r, '_>, watch: &mut W) -> State<'r> {
        let Start { entry: first, mut lack } = start;
        for (at, entry) in entries.iter().enumerate().skip(first) {
            if let Some(state) = self.try_entry(entry, at, work, &mut lack, watch) {
                return state;
            }
        }
        State::Missing(lack)
    }

    /// What the field is by this entry; `None` if the next one is to be tried.
    fn try_entry(
        &self,
        entry: &'r Entry,
        at: usize,
        work: &mut Work<'r, '_>,
        lack: &mut Lack,
        watch: &mut impl Watch,
    ) -> Option<State<'r>> {
        let index = work.index;
        match self.unmet(entry) {
            Ok(None) => {}
            Ok(Some(condition)) => {
                watch.entry(index, at, Event::Skipped(condition));
                return None;
            }
            Err(why) => {
                let message = format!("`when` can't be judged: {why}");
                watch.entry(index, at, Event::Invalid(&message));
                return Some(invalid(Some(at), message, entry.on_invalid));
            }
        }
        let result = match self.offer(entry, work) {
            Offer::Lacks(found) => {
                watch.entry(index, at, Event::Lacks(found));
                *lack = (*lack).max(found);
                return None;
            }
            // The file's own words skip steps and spellings.
            Offer::Value(value) if matches!(entry.what, EntrySource::Constant(_)) => Ok(value),
            Offer::Value(value) => {
                watch.entry(index, at, Event::Found(&value));
                self.make(entry, at, value, work, watch)
            }
            Offer::Invalid(message) => Err(message),
        };
        match result {
            Ok(value) => {
                watch.entry(index, at, Event::Won(&value));
                Some(State::Value { value, origin: Origin::Entry(at) })
            }
            Err(message) => {
                watch.entry(index, at, Event::Invalid(&message));
                if entry.on_invalid != OnInvalid::TryNext {
                    return Some(invalid(Some(at), message, entry.on_invalid));
                }
                work.aside.notes.push(Note::PassedOn { field: index, entry: at });
                *lack = (*lack).max(Lack::Blank);
                None
            }
        }
    }

    /// The first condition of the entry that does not hold.
    #[inline]
    fn unmet(&self, entry: &'r Entry) -> Result<Option<&'r str>, String> {
        for clause in &entry.when {
            if !holds(clause, self, self.run_date)? {
                return Ok(Some(&clause.text));
            }
        }
        Ok(None)
    }

    #[inline]
    fn offer(&self, entry: &'r Entry, work: &mut Work<'r, '_>) -> Offer<'r> {
        match &entry.what {
            EntrySource::Constant(value) => Offer::Value(value.borrowed()),
            EntrySource::Template(template) => match self.template(template, &mut work.aside.texts) {
                Ok(Some(text)) => Offer::Value(Value::Text(Cow::Owned(text))),
                Ok(None) => Offer::Lacks(Lack::Null),
                Err(why) => Offer::Invalid(why),
            },
            EntrySource::Path { path, take } => match self.slot(path.root, path.slot) {
                // The join found nobody.
                None => Offer::Lacks(Lack::Null),
                Some(Slot::One(Found::Value(raw))) if *take != Take::All => one(raw, entry, work.field),
                Some(Slot::One(Found::Value(raw))) => all(std::iter::once(raw), entry, work.field),
                Some(Slot::Many(found)) => take_of(found, *take, entry, work.field),
                Some(Slot::One(Found::Absent)) => Offer::Lacks(Lack::Absent),
                Some(Slot::One(Found::Null)) => Offer::Lacks(Lack::Null),
                Some(Slot::One(Found::Blank)) => Offer::Lacks(Lack::Blank),
            },
        }
    }
}

fn take_of<'r>(found: Matches<'r>, take: Take, entry: &Entry, field: &Field) -> Offer<'r> {
    let found = match take {
        Take::All if found.is_empty() => None,
        Take::All => return all(found.iter(), entry, field),
        Take::Last => found.last(),
        Take::Only if found.len() > 1 => {
            return Offer::Invalid(format!(
                "the path has {} matches where one is expected; `take: first`, `last` or `all` chooses",
                found.len()
            ));
        }
        Take::First | Take::Only => found.first(),
    };
    match found.map(Found::of) {
        Some(Found::Value(raw)) => one(raw, entry, field),
        Some(Found::Blank) => Offer::Lacks(Lack::Blank),
        Some(Found::Null | Found::Absent) | None => Offer::Lacks(Lack::Null),
    }
}

/// Whether the value is handed on as the JSON that it is.
fn is_untouched(entry: &Entry, field: &Field) -> bool {
    field.kind == Kind::Json && entry.then.is_empty() && field.then.is_empty() && field.spellings.is_none()
}

/// A value that is neither null nor blank.
#[inline]
fn one<'r>(raw: Raw<'r>, entry: &Entry, field: &Field) -> Offer<'r> {
    if is_untouched(entry, field) {
        let text = if raw.shape() == RawShape::String { super::convert::plain(raw) } else { None };
        return match whole(raw) {
            _ if text.is_some_and(|text| field.missing_values.iter().any(|missing| *missing == text)) => {
                Offer::Lacks(Lack::Blank)
            }
            Ok(value) => Offer::Value(value),
            Err(why) => Offer::Invalid(why),
        };
    }
    match read(raw, &field.missing_values) {
        Ok(Some(value)) => Offer::Value(value),
        Ok(None) => Offer::Lacks(Lack::Blank),
        Err(why) => Offer::Invalid(why),
    }
}

/// Every match as a list: whole for `json`, without those that have no value for everything else.
fn all<'r>(found: impl Iterator<Item = Raw<'r>>, entry: &Entry, field: &Field) -> Offer<'r> {
    if is_untouched(entry, field) {
        let mut text = String::from("[");
        for (index, raw) in found.enumerate() {
            if index > 0 {
                text.push(',');
            }
            text.push_str(raw.text());
        }
        text.push(']');
        return Offer::Value(Value::Json(Cow::Owned(text)));
    }
    let mut values = Vec::new();
    for raw in found {
        match read(raw, &field.missing_values) {
            Ok(Some(value)) => values.push(value),
            Ok(None) => {}
            Err(why) => return Offer::Invalid(why),
        }
    }
    if values.is_empty() { Offer::Lacks(Lack::Blank) } else { Offer::Value(Value::List(values)) }
}

pub(super) fn invalid<'r>(entry: Option<usize>, message: String, action: OnInvalid) -> State<'r> {
    State::Invalid(Invalid { entry, message, action })
}
