//! The short ways to a field's value. Most entries have no value, and most of those that have one hold a text that is the
//! field's, its spelling or its date: that can be seen without going through all that may happen to a value. Whatever is not
//! plain at a glance goes the general way, which is the meaning that this one is held to.

use super::compute::{Row, Start};
use super::convert::tidy;
use super::state::{Lack, Origin, State};
use crate::mapping::compile::is_email;
use crate::mapping::compiled::{Field, FieldIndex, Glance, Shortcut, Source};
use crate::value::Value;
use crate::value::found::RawShape;
use crate::value::number::to_integer;
use crate::value::text::folded;
use crate::value::time::{Iso, parse_iso};
use jiff::civil::Date;
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
        if field.default.is_none() && matches!(&field.source, Source::Entries(entries) if entries.len() == field.glances.len()) {
            self.set(index, State::Missing(lack));
            return None;
        }
        Some(Start { entry: field.glances.len(), lack })
    }

    /// Sets the field to the value of its entry `at`, if there is a short way to it.
    #[inline(always)]
    fn take_shortcut(&mut self, index: FieldIndex, field: &'r Field, glance: Glance, at: usize) -> Option<()> {
        let Glance { slot, shortcut, bare } = glance;
        let (shortcut, raw) = (shortcut?, self.record.value(slot)?);
        if shortcut == Shortcut::Integer {
            let digits = if raw.shape() == RawShape::Number { to_integer(raw.text())? } else { return None };
            self.put_number(index, digits, at);
            return Some(());
        }
        let text = tidy(raw)?;
        if !bare && !is_left_alone(text, field, at, shortcut) {
            return None;
        }
        match (shortcut, &field.spellings) {
            (Shortcut::Text, _) => self.put_text(index, text, at),
            (Shortcut::Email, _) if is_email(text) => self.put_text(index, text, at),
            (Shortcut::Date, _) => match parse_iso(text) {
                Ok(Iso::Date(date)) => self.put_date(index, date, at),
                _ => return None,
            },
            (Shortcut::Word, Some(spellings)) => match folded(text, |folded| spellings.words.get(folded))? {
                Value::Text(word) => self.put_text(index, word, at),
                word => self.set(index, State::Value { value: word.borrowed(), origin: Origin::Entry(at) }),
            },
            (Shortcut::Email | Shortcut::Word | Shortcut::Integer, _) => return None,
        }
        Some(())
    }

    // Not inlined: each makes its value where it stays. One place for all would copy it there from pieces, which takes longer
    // than everything else that is done for a field.

    #[inline(never)]
    fn put_text(&mut self, index: FieldIndex, text: &'r str, at: usize) {
        self.set(index, State::Value { value: Value::Text(Cow::Borrowed(text)), origin: Origin::Entry(at) });
    }

    #[inline(never)]
    fn put_number(&mut self, index: FieldIndex, digits: Cow<'r, str>, at: usize) {
        self.set(index, State::Value { value: Value::Number(digits), origin: Origin::Entry(at) });
    }

    #[inline(never)]
    fn put_date(&mut self, index: FieldIndex, date: Date, at: usize) {
        self.set(index, State::Value { value: Value::Date(date), origin: Origin::Entry(at) });
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
            Shortcut::Integer => false,
            Shortcut::Word => steps.all(|step| step.step.leaves(text)),
            // A text has no more characters than bytes.
            Shortcut::Text | Shortcut::Email => {
                field.max_length.is_none_or(|limit| text.len() <= limit) && steps.all(|step| step.step.leaves(text))
            }
        }
}
