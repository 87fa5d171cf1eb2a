//! Steps, spellings and type: from what an entry offers to what its field holds.

use super::compute::{LONGEST_MADE, Row, Work};
use super::convert::{spelled, typed};
use super::counts::{Note, SpellingUse};
use super::state::State;
use super::watch::{Event, Watch};
use crate::mapping::compiled::{Entry, EntrySource, Field, OnInvalid, Source, Spellings, StepUse};
use crate::transform::Context;
use crate::value::{Kind, Value};

impl<'r> Row<'r> {
    /// What becomes of the value of an entry.
    #[inline]
    pub(super) fn make(
        &self,
        entry: &'r Entry,
        at: usize,
        value: Value<'r>,
        work: &mut Work<'r, '_>,
        watch: &mut impl Watch,
    ) -> Result<Value<'r>, String> {
        let (index, field) = (work.index, work.field);
        let mut value = value;
        if !entry.then.is_empty() || !field.then.is_empty() {
            let list = match &entry.what {
                EntrySource::Path { path, .. } => path.catalog.as_ref().and_then(|catalog| catalog.list.as_deref()),
                _ => None,
            };
            let mut seen = |name: &'static str, value: &Value<'_>| watch.entry(index, at, Event::Step(name, value));
            value = self.steps(&entry.then, value, list, &mut seen)?;
            value = self.steps(&field.then, value, list, &mut seen)?;
        }
        let next = entry.on_invalid == OnInvalid::TryNext && !is_last(field, at);
        let value = self.fit(value, next, work)?;
        if field.spellings.is_some() {
            watch.entry(index, at, Event::Spelled(&value));
        }
        Ok(value)
    }

    /// A value whose steps are done, as the field holds it: by its spellings, or by its type.
    #[inline]
    pub(super) fn fit(&self, value: Value<'r>, next: bool, work: &mut Work<'r, '_>) -> Result<Value<'r>, String> {
        let field = work.field;
        let Some(spellings) = &field.spellings else {
            return match value {
                // Most fields.
                Value::Text(text) if field.kind == Kind::String && field.max_length.is_none() => Ok(Value::Text(text)),
                value => limited(typed(value, field.kind, field.items)?, field),
            };
        };
        match (field.kind, value) {
            (Kind::List, Value::List(elements)) => {
                let spell = |element| spell(spellings, element, field.items, next, work);
                elements.into_iter().map(spell).collect::<Result<_, _>>().map(Value::List)
            }
            (Kind::List, value) => typed(value, field.kind, field.items),
            (kind, value) => spell(spellings, value, kind, next, work),
        }
    }

    pub(super) fn steps(
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

fn is_last(field: &Field, at: usize) -> bool {
    matches!(&field.source, Source::Entries(entries) if at + 1 == entries.len())
}

/// The word for one value; `next` hands what no word lists to the next entry.
fn spell<'r>(
    spellings: &'r Spellings,
    value: Value<'r>,
    kind: Kind,
    next: bool,
    work: &mut Work<'r, '_>,
) -> Result<Value<'r>, String> {
    let field = work.field;
    let Some(word) = spelled(&value, &spellings.words) else {
        return Err(format!("expected a word that the spellings list, found {}", value.shape()));
    };
    if let Some(word) = word {
        return Ok(word.borrowed());
    }
    let shown = value.as_text().filter(|_| !field.personal).map(str::to_owned);
    let mut note = |use_| work.aside.notes.push(Note::UnknownSpelling { field: work.index, text: shown.clone(), use_ });
    match (&spellings.otherwise, spellings.pass_through) {
        (Some(otherwise), _) if !next => {
            note(SpellingUse::Otherwise);
            Ok(otherwise.borrowed())
        }
        (None, true) if !next => {
            let value = limited(typed(value, kind, Kind::Json)?, field)?;
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

fn limited<'r>(value: Value<'r>, field: &Field) -> Result<Value<'r>, String> {
    match (field.max_length, &value) {
        // A text has no more characters than bytes.
        (Some(limit), Value::Text(text)) if text.len() > limit && text.chars().count() > limit => {
            Err(format!("the text is longer than the {limit} characters that the target takes"))
        }
        _ => Ok(value),
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
