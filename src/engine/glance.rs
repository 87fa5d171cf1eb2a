//! The short ways to a field's value. Most entries have no value, and most of those that have one hold a text that is the
//! field's, its spelling or its date: that can be seen without going through all that may happen to a value. Whatever is not
//! plain at a glance goes the general way, which is the meaning that this one is held to.

use super::compute::{Row, Start};
use super::convert::tidy;
use super::state::{Lack, Origin, State};
use crate::mapping::compile::is_email;
use crate::mapping::compiled::{Field, FieldIndex, Glance, Shortcut, Source};
use crate::value::Value;
use crate::value::text::folded;
use crate::value::time::{Iso, parse_iso};
use std::borrow::Cow;

impl<'r> Row<'r> {
    /// Looks at those first entries of a field of which a glance can tell anything. Sets the field, or says from where on its
    /// entries have to be looked at.
    #[inline]
    pub(super) fn glance(&mut self, index: FieldIndex, field: &'r Field) -> Option<Start> {
        let mut lack = Lack::Absent;
        for (at, glance) in field.glances.iter().enumerate() {
            let found = match self.record.state(glance.slot) {
                0 => Lack::Absent,
                1 => Lack::Null,
                2 => Lack::Blank,
                _ if self.take_shortcut(index, field, *glance, at).is_some() => return None,
                _ => return Some(Start { entry: at, lack }),
            };
            lack = lack.max(found);
        }
        Some(Start { entry: field.glances.len(), lack })
    }

    /// Sets the field to the value of its entry `at`, if there is a short way to it.
    #[inline(always)]
    fn take_shortcut(&mut self, index: FieldIndex, field: &'r Field, glance: Glance, at: usize) -> Option<()> {
        let Glance { slot, shortcut, bare } = glance;
        let shortcut = shortcut?;
        let text = tidy(self.record.value(slot)?)?;
        if !bare && !is_left_alone(text, field, at, shortcut) {
            return None;
        }
        // Each value is made where it is put: what is passed on is copied in pieces, which takes long.
        match (shortcut, &field.spellings) {
            (Shortcut::Text, _) => self.put(index, Value::Text(Cow::Borrowed(text)), at),
            (Shortcut::Email, _) if is_email(text) => self.put(index, Value::Text(Cow::Borrowed(text)), at),
            (Shortcut::Date, _) => match parse_iso(text) {
                Ok(Iso::Date(date)) => self.put(index, Value::Date(date), at),
                _ => return None,
            },
            (Shortcut::Word, Some(spellings)) => match folded(text, |folded| spellings.words.get(folded))? {
                Value::Text(word) => self.put(index, Value::Text(Cow::Borrowed(word)), at),
                word => self.put(index, word.borrowed(), at),
            },
            (Shortcut::Email | Shortcut::Word, _) => return None,
        }
        Some(())
    }

    #[inline(always)]
    fn put(&mut self, index: FieldIndex, value: Value<'r>, at: usize) {
        self.set(index, State::Value { value, origin: Origin::Entry(at) });
    }
}

/// Whether the text means a value, and steps and the limit leave it as it is. Spellings and dates have no limit.
fn is_left_alone(text: &str, field: &Field, at: usize, shortcut: Shortcut) -> bool {
    let Source::Entries(entries) = &field.source else { return false };
    let mut steps = entries[at].then.iter().chain(&field.then);
    field.missing_values.iter().all(|missing| missing != text)
        && match shortcut {
            // Its only steps read dates, and begin with ISO.
            Shortcut::Date => true,
            Shortcut::Word => steps.all(|step| step.step.leaves(text)),
            // A text has no more characters than bytes.
            Shortcut::Text | Shortcut::Email => {
                field.max_length.is_none_or(|limit| text.len() <= limit) && steps.all(|step| step.step.leaves(text))
            }
        }
}
