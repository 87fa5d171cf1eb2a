//! Computes the fields of one row: picks the entry, does the steps, looks up spellings, applies the type.

use super::condition::{Look, all_hold, holds};
use super::convert::{read, spelled, typed, whole};
use super::counts::{Note, SpellingUse};
use super::state::{Invalid, Lack, Origin, State};
use super::watch::{Event, Watch};
use crate::mapping::Mapping;
use crate::mapping::compiled::{
    Entry, EntrySource, Field, FieldIndex, OnInvalid, Part, Root, Source, Spellings, StepUse, Template,
};
use crate::mapping::spec::Take;
use crate::transform::{Context, Lists};
use crate::value::found::RawShape;
use crate::value::read::{Matches, Reading, Slot};
use crate::value::{Found, Kind, Raw, Value};
use jiff::civil::Date;
use std::borrow::Cow;

/// Templates of templates, and steps, could double a text until no memory is left. In bytes; what a record itself holds may
/// be longer.
const LONGEST_MADE: usize = 1 << 20;

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
    /// What is to be counted if the row is kept.
    pub notes: Vec<Note>,
}

/// Where what happens to a field is noted.
struct Noting<'n> {
    field: FieldIndex,
    notes: &'n mut Vec<Note>,
}

/// What an entry has to offer.
enum Offer<'r> {
    Value(Value<'r>),
    Lacks(Lack),
    Invalid(String),
}

impl<'r> Look<'r> for Row<'r> {
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
    pub fn compute(&mut self, index: FieldIndex, watch: &mut impl Watch) {
        let mut notes = std::mem::take(&mut self.notes);
        let state = self.state(index, &mut notes, watch);
        self.notes = notes;
        watch.field(index, &state);
        self.fields[index] = Some(state);
    }

    fn state(&self, index: FieldIndex, notes: &mut Vec<Note>, watch: &mut impl Watch) -> State<'r> {
        let mapping = self.mapping;
        let field = &mapping.fields[index];
        match all_hold(&field.when, self, self.run_date) {
            Ok(true) => {}
            Ok(false) => return State::NotApplicable,
            Err(why) => return invalid(None, format!("`when` can't be judged: {why}"), field.on_invalid),
        }
        let state = match &field.source {
            Source::Entries(entries) => self.pick_entry(index, field, entries, notes, watch),
            Source::Field(used) => self.take_over(field, *used, &mut Noting { field: index, notes }),
            Source::BlankAmong(names) => {
                let is_blank = |field: FieldIndex| !matches!(self.fields[field], Some(State::Value { .. }));
                let blank = names.iter().filter(|(_, field)| is_blank(*field)).map(|(name, _)| Value::text(name.as_str()));
                self.rework(field, Value::List(blank.collect()), &mut Noting { field: index, notes })
            }
        };
        match (state, &field.default) {
            (State::Missing(_), Some(default)) => State::Value { value: default.borrowed(), origin: Origin::Default },
            (state, _) => state,
        }
    }

    /// The result of another field's rule under this field's own steps and type.
    fn take_over(&self, field: &'r Field, used: FieldIndex, noting: &mut Noting<'_>) -> State<'r> {
        match self.fields[used].clone() {
            Some(State::Value { value, .. }) => self.rework(field, value, noting),
            Some(State::Missing(lack)) => State::Missing(lack),
            Some(State::Invalid(Invalid { message, .. })) => invalid(None, message, field.on_invalid),
            Some(State::NotApplicable) | None => State::NotApplicable,
        }
    }

    /// What is no entry's value, under the field's own steps, spellings and type.
    fn rework(&self, field: &'r Field, value: Value<'r>, noting: &mut Noting<'_>) -> State<'r> {
        let value = self.steps(&field.then, value, None, |_, _| {}).and_then(|value| self.fit(field, value, false, noting));
        match value {
            Ok(value) => State::Value { value, origin: Origin::Field },
            Err(message) => invalid(None, message, field.on_invalid),
        }
    }

    fn pick_entry(
        &self,
        index: FieldIndex,
        field: &'r Field,
        entries: &'r [Entry],
        notes: &mut Vec<Note>,
        watch: &mut impl Watch,
    ) -> State<'r> {
        let mut lack = Lack::Absent;
        let last = entries.len() - 1;
        for (at, entry) in entries.iter().enumerate() {
            match self.unmet(entry) {
                Ok(None) => {}
                Ok(Some(condition)) => {
                    watch.entry(index, at, Event::Skipped(condition));
                    continue;
                }
                Err(why) => {
                    let message = format!("`when` can't be judged: {why}");
                    watch.entry(index, at, Event::Invalid(&message));
                    return invalid(Some(at), message, entry.on_invalid);
                }
            }
            let result = match self.offer(field, entry) {
                Offer::Lacks(found) => {
                    watch.entry(index, at, Event::Lacks(found));
                    lack = lack.max(found);
                    continue;
                }
                // The file's own words skip steps and spellings.
                Offer::Value(value) if matches!(entry.what, EntrySource::Constant(_)) => Ok(value),
                Offer::Value(value) => {
                    watch.entry(index, at, Event::Found(&value));
                    self.make(index, at, value, (field, entry, last), notes, watch)
                }
                Offer::Invalid(message) => Err(message),
            };
            match result {
                Ok(value) => {
                    watch.entry(index, at, Event::Won(&value));
                    return State::Value { value, origin: Origin::Entry(at) };
                }
                Err(message) => {
                    watch.entry(index, at, Event::Invalid(&message));
                    if entry.on_invalid != OnInvalid::TryNext {
                        return invalid(Some(at), message, entry.on_invalid);
                    }
                    notes.push(Note::PassedOn { field: index, entry: at });
                    lack = lack.max(Lack::Blank);
                }
            }
        }
        State::Missing(lack)
    }

    /// The first condition of the entry that does not hold.
    fn unmet(&self, entry: &'r Entry) -> Result<Option<&'r str>, String> {
        for clause in &entry.when {
            if !holds(clause, self, self.run_date)? {
                return Ok(Some(&clause.text));
            }
        }
        Ok(None)
    }

    fn offer(&self, field: &'r Field, entry: &'r Entry) -> Offer<'r> {
        match &entry.what {
            EntrySource::Constant(value) => Offer::Value(value.borrowed()),
            EntrySource::Template(template) => match self.template(template) {
                Ok(Some(text)) => Offer::Value(Value::Text(Cow::Owned(text))),
                Ok(None) => Offer::Lacks(Lack::Null),
                Err(why) => Offer::Invalid(why),
            },
            EntrySource::Path { path, take } => {
                let untouched =
                    field.kind == Kind::Json && entry.then.is_empty() && field.then.is_empty() && field.spellings.is_none();
                match self.slot(path.root, path.slot) {
                    // The join found nobody.
                    None => Offer::Lacks(Lack::Null),
                    Some(slot) => self.take(slot, *take, untouched, field),
                }
            }
        }
    }

    fn take(&self, slot: Slot<'r>, take: Take, untouched: bool, field: &Field) -> Offer<'r> {
        match slot {
            Slot::One(Found::Absent) => Offer::Lacks(Lack::Absent),
            Slot::One(Found::Null) => Offer::Lacks(Lack::Null),
            Slot::One(Found::Blank) => Offer::Lacks(Lack::Blank),
            Slot::One(Found::Value(raw)) if take == Take::All => self.all(std::iter::once(raw), untouched, field),
            Slot::One(Found::Value(raw)) => self.one(raw, untouched, field),
            Slot::Many(found) => self.take_of(found, take, untouched, field),
        }
    }

    fn take_of(&self, found: Matches<'r>, take: Take, untouched: bool, field: &Field) -> Offer<'r> {
        let one = match take {
            Take::All if found.is_empty() => None,
            Take::All => return self.all(found.iter(), untouched, field),
            Take::Last => found.last(),
            Take::Only if found.len() > 1 => {
                return Offer::Invalid(format!(
                    "the path has {} matches where one is expected; `take: first`, `last` or `all` chooses",
                    found.len()
                ));
            }
            Take::First | Take::Only => found.first(),
        };
        one.map_or(Offer::Lacks(Lack::Null), |raw| self.one(raw, untouched, field))
    }

    fn one(&self, raw: Raw<'r>, untouched: bool, field: &Field) -> Offer<'r> {
        let raw = match Found::of(raw) {
            Found::Value(raw) => raw,
            Found::Blank => return Offer::Lacks(Lack::Blank),
            Found::Null | Found::Absent => return Offer::Lacks(Lack::Null),
        };
        if untouched {
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
    fn all(&self, found: impl Iterator<Item = Raw<'r>>, untouched: bool, field: &Field) -> Offer<'r> {
        if untouched {
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

    /// `None` where a part that must have a value has none.
    fn template(&self, template: &Template) -> Result<Option<String>, String> {
        // A new piece begins where a blank part vanishes.
        let mut pieces = vec![String::new()];
        let mut any = false;
        for part in &template.parts {
            let text = pieces.last_mut().expect("never empty");
            let (field, optional) = match part {
                Part::Text(fixed) => {
                    text.push_str(fixed);
                    continue;
                }
                Part::Field { field, optional } => (*field, *optional),
            };
            match &self.fields[field] {
                Some(State::Value { value, .. }) => {
                    any = true;
                    text.push_str(&value.to_plain());
                    if text.len() > LONGEST_MADE {
                        return Err(format!("the template's text is longer than {LONGEST_MADE} bytes"));
                    }
                }
                // A field of this file rejects the record itself; nobody else judges one that belongs to a used rule.
                Some(State::Invalid(Invalid { message, action: OnInvalid::Reject | OnInvalid::Stop, .. }))
                    if self.mapping.fields[field].used =>
                {
                    return Err(format!("{}: {message}", self.mapping.fields[field].name));
                }
                _ if optional => pieces.push(String::new()),
                _ => return Ok(None),
            }
        }
        Ok(any.then(|| close_up(&pieces)).filter(|text| !text.is_empty()))
    }

    /// Steps, spellings and type.
    fn make(
        &self,
        index: FieldIndex,
        at: usize,
        value: Value<'r>,
        (field, entry, last): (&'r Field, &'r Entry, usize),
        notes: &mut Vec<Note>,
        watch: &mut impl Watch,
    ) -> Result<Value<'r>, String> {
        let list = match &entry.what {
            EntrySource::Path { path, .. } => path.catalog.as_ref().and_then(|catalog| catalog.list.as_deref()),
            _ => None,
        };
        let mut seen = |name: &'static str, value: &Value<'_>| watch.entry(index, at, Event::Step(name, value));
        let value = self.steps(&entry.then, value, list, &mut seen)?;
        let value = self.steps(&field.then, value, list, &mut seen)?;
        let value =
            self.fit(field, value, entry.on_invalid == OnInvalid::TryNext && at != last, &mut Noting { field: index, notes })?;
        if field.spellings.is_some() {
            watch.entry(index, at, Event::Spelled(&value));
        }
        Ok(value)
    }

    /// A value whose steps are done, as the field holds it: by its spellings, or by its type.
    fn fit(&self, field: &'r Field, value: Value<'r>, next: bool, noting: &mut Noting<'_>) -> Result<Value<'r>, String> {
        let Some(spellings) = &field.spellings else { return self.limited(typed(value, field.kind, field.items)?, field) };
        let mut spell = |value, kind| self.spell(field, spellings, value, kind, next, noting);
        match (field.kind, value) {
            (Kind::List, Value::List(elements)) => {
                let words: Result<Vec<_>, _> = elements.into_iter().map(|element| spell(element, field.items)).collect();
                words.map(Value::List)
            }
            (Kind::List, value) => typed(value, field.kind, field.items),
            (kind, value) => spell(value, kind),
        }
    }

    /// The word for one value; `next` hands what no word lists to the next entry.
    fn spell(
        &self,
        field: &'r Field,
        spellings: &'r Spellings,
        value: Value<'r>,
        kind: Kind,
        next: bool,
        noting: &mut Noting<'_>,
    ) -> Result<Value<'r>, String> {
        let Some(text) = spelled(&value) else {
            return Err(format!("expected a word that the spellings list, found {}", value.shape()));
        };
        if let Some(word) = spellings.words.get(&text) {
            return Ok(word.borrowed());
        }
        let shown = value.as_text().filter(|_| !field.personal).map(str::to_owned);
        let mut note = |use_| noting.notes.push(Note::UnknownSpelling { field: noting.field, text: shown.clone(), use_ });
        match (&spellings.otherwise, spellings.pass_through) {
            (Some(otherwise), _) if !next => {
                note(SpellingUse::Otherwise);
                Ok(otherwise.borrowed())
            }
            (None, true) if !next => {
                let value = self.limited(typed(value, kind, Kind::Json)?, field)?;
                note(SpellingUse::PassedThrough);
                Ok(value)
            }
            _ => {
                note(SpellingUse::Refused);
                Err(match shown {
                    Some(text) => format!("no spelling lists `{text}`"),
                    None => "no spelling lists this word".to_owned(),
                })
            }
        }
    }

    fn limited(&self, value: Value<'r>, field: &Field) -> Result<Value<'r>, String> {
        match (field.max_length, &value) {
            (Some(limit), Value::Text(text)) if text.chars().count() > limit => {
                Err(format!("the text is longer than the {limit} characters that the target takes"))
            }
            _ => Ok(value),
        }
    }

    fn steps(
        &self,
        steps: &'r [StepUse],
        mut value: Value<'r>,
        list: Option<&str>,
        mut seen: impl FnMut(&'static str, &Value<'_>),
    ) -> Result<Value<'r>, String> {
        for StepUse { definition, step, operand } in steps {
            let operand = match operand.and_then(|field| self.fields[field].as_ref()) {
                Some(State::Value { value, .. }) => Some(value),
                _ => None,
            };
            let context = Context { operand, lists: self.lists, list };
            let before = text_size(&value);
            value = definition.apply(&**step, value, &context).map_err(|failure| format!("`{}`: {failure}", definition.name))?;
            let size = text_size(&value);
            if size > LONGEST_MADE && size > before {
                return Err(format!("`{}`: the text gets longer than {LONGEST_MADE} bytes", definition.name));
            }
            seen(definition.name, &value);
        }
        Ok(value)
    }
}

/// Bytes of text, those in lists included.
fn text_size(value: &Value<'_>) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::List(elements) => elements.iter().map(text_size).sum(),
        _ => 0,
    }
}

fn invalid<'r>(entry: Option<usize>, message: String, action: OnInvalid) -> State<'r> {
    State::Invalid(Invalid { entry, message, action })
}

/// Joins the pieces between blank parts, without the blanks that are left double or at an end.
fn close_up(pieces: &[String]) -> String {
    let [only] = pieces else {
        let mut out = String::new();
        for piece in pieces {
            let doubles = out.is_empty() || out.ends_with(char::is_whitespace);
            out.push_str(if doubles { piece.trim_start() } else { piece });
        }
        return out.trim().to_owned();
    };
    only.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::close_up;

    #[test]
    fn blank_parts_of_a_template_leave_no_double_blanks() {
        for (text, expected) in [
            ("Ada |_| L", "Ada L"),
            ("|_| L", "L"),
            ("Ada |_|", "Ada"),
            ("A|_|B", "AB"),
            ("a  b", "a  b"),
            ("|_| |_| |_|", ""),
            ("A, |_|, B", "A, , B"),
        ] {
            let pieces: Vec<String> = text.split("|_|").map(str::to_owned).collect();
            assert_eq!(close_up(&pieces), expected, "{text:?}");
        }
    }
}
