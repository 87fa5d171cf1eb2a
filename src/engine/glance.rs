//! The short ways to a field's value. Most entries have no value, and most of those that have one hold a text that is the
//! field's, its spelling or its date: that can be seen without going through all that may happen to a value. Whatever is not
//! plain at a glance goes the general way, which is the meaning that this one is held to.

use super::compute::{Row, Start};
use super::convert::tidy;
use super::state::Lack;
use crate::mapping::compile::is_email;
use crate::mapping::compiled::{Field, Shortcut, Source};
use crate::value::read::Slot;
use crate::value::text::folded;
use crate::value::time::{Iso, parse_iso};
use crate::value::{Found, Value};
use std::borrow::Cow;

/// What a glance at the entries of a field tells.
pub(super) enum Glanced<'r> {
    /// Its value, and the number of the entry that has it.
    Value(Value<'r>, usize),
    /// The entries have to be looked at from here on, if there are any left.
    Nothing(Start),
}

impl<'r> Row<'r> {
    /// Looks at those first entries of a field of which a glance can tell anything.
    #[inline]
    pub(super) fn glance(&self, field: &'r Field) -> Glanced<'r> {
        let mut lack = Lack::Absent;
        for (at, glance) in field.glances.iter().enumerate() {
            let found = match self.record.state(glance.slot) {
                0 => Lack::Absent,
                1 => Lack::Null,
                2 => Lack::Blank,
                _ => {
                    let value = glance.shortcut.and_then(|shortcut| self.shortcut(shortcut, glance.slot, field, at));
                    return match value {
                        Some(value) => Glanced::Value(value, at),
                        None => Glanced::Nothing(Start { entry: at, lack }),
                    };
                }
            };
            lack = lack.max(found);
        }
        Glanced::Nothing(Start { entry: field.glances.len(), lack })
    }

    #[inline]
    fn shortcut(&self, shortcut: Shortcut, slot: usize, field: &'r Field, at: usize) -> Option<Value<'r>> {
        let Slot::One(Found::Value(raw)) = self.record.slot(slot) else { return None };
        let text = tidy(raw)?;
        if !field.missing_values.is_empty() && field.missing_values.iter().any(|missing| missing == text) {
            return None;
        }
        if let Shortcut::Date = shortcut {
            return match parse_iso(text) {
                Ok(Iso::Date(date)) => Some(Value::Date(date)),
                _ => None,
            };
        }
        let Source::Entries(entries) = &field.source else { return None };
        let steps = entries[at].then.iter().chain(&field.then);
        let leave_it = steps.fold(true, |leave_it, step| leave_it && step.step.leaves(text));
        match &field.spellings {
            _ if !leave_it => None,
            // A text has no more characters than bytes.
            None if field.max_length.is_some_and(|limit| text.len() > limit) => None,
            None if shortcut == Shortcut::Email && !is_email(text) => None,
            None => Some(Value::Text(Cow::Borrowed(text))),
            Some(spellings) => folded(text, |folded| spellings.words.get(folded)).map(Value::borrowed),
        }
    }
}
