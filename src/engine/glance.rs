//! The short ways to a field's value. Most entries have no value, and most of those that have one hold a text that is the
//! field's, its spelling or its date: that can be seen without going through all that may happen to a value. Whatever is not
//! plain at a glance goes the general way, which is the meaning that this one is held to.

use super::compute::{Aside, Row, Start};
use super::convert::tidy;
use super::state::{Lack, Origin, State};
use crate::mapping::compile::is_email;
use crate::mapping::compiled::{EntrySource, Field, FieldIndex, Glance, Shortcut, Source};
use crate::value::found::RawShape;
use crate::value::json::decode;
use crate::value::number::to_integer;
use crate::value::text::trim_cow;
use crate::value::time::{Iso, parse_iso};
use crate::value::{Raw, Value};
use jiff::civil::Date;
use std::borrow::Cow;
use std::mem::forget;

impl<'r> Row<'r> {
    /// Looks at those first entries of a field of which a glance can tell anything. Sets the field, or says from where on its
    /// entries have to be looked at.
    #[inline]
    pub(super) fn glance(&mut self, index: FieldIndex, field: &'r Field, aside: &mut Aside) -> Option<Start> {
        let mut lack = Lack::Absent;
        for (at, glance) in field.glances.iter().enumerate() {
            let found = match self.record.state(glance.slot as usize) {
                0 => Lack::Absent,
                1 => Lack::Null,
                2 => Lack::Blank,
                _ if self.take_shortcut(index, field, *glance, at).is_some() => return None,
                _ => return Some(Start { entry: at, lack }),
            };
            lack = lack.max(found);
        }
        let mut start = Start { entry: field.glances.len(), lack };
        if field.at_once && self.take_at_once(index, field, aside, &mut start).is_some() {
            return None;
        }
        if field.default.is_none() && matches!(&field.source, Source::Entries(entries) if entries.len() == start.entry) {
            self.set(index, State::Missing(start.lack));
            return None;
        }
        Some(start)
    }

    /// Sets the field to the value of its entry `at`, if there is a short way to it.
    #[inline(always)]
    fn take_shortcut(&mut self, index: FieldIndex, field: &'r Field, glance: Glance, at: usize) -> Option<()> {
        let Glance { slot, shortcut, bare } = glance;
        let (shortcut, raw) = (shortcut?, self.record.value(slot as usize)?);
        if shortcut == Shortcut::Integer {
            let digits = if raw.shape() == RawShape::Number { to_integer(raw.text())? } else { return None };
            self.put_number(index, digits, at);
            return Some(());
        }
        let Some(text) = tidy(raw) else { return self.take_untidy(index, field, (shortcut, bare), raw, at) };
        if !bare && !is_left_alone(text, field, at, shortcut) {
            return None;
        }
        self.take_text(index, field, shortcut, text, at)
    }

    #[inline(always)]
    fn take_text(&mut self, index: FieldIndex, field: &'r Field, shortcut: Shortcut, text: &'r str, at: usize) -> Option<()> {
        match (shortcut, &field.spellings) {
            (Shortcut::Text, _) => self.put_text(index, text, at),
            (Shortcut::Email, _) if is_email(text) => self.put_text(index, text, at),
            (Shortcut::Date, _) => match parse_iso(text) {
                Ok(Iso::Date(date)) => self.put_date(index, date, at),
                _ => return None,
            },
            (Shortcut::Word, Some(spellings)) => match spellings.words.look_up(text)? {
                Value::Text(word) => self.put_text(index, word, at),
                word => self.set(index, State::Value { value: word.borrowed(), origin: Origin::Entry(at) }),
            },
            (Shortcut::Email | Shortcut::Word | Shortcut::Integer, _) => return None,
        }
        Some(())
    }

    /// The same for a text with escapes, or with blanks at its ends.
    #[inline(never)]
    fn take_untidy(
        &mut self,
        index: FieldIndex,
        field: &'r Field,
        (shortcut, bare): (Shortcut, bool),
        raw: Raw<'r>,
        at: usize,
    ) -> Option<()> {
        if raw.shape() != RawShape::String {
            return None;
        }
        let text = trim_cow(decode(raw.text())?);
        if !bare && !is_left_alone(&text, field, at, shortcut) {
            return None;
        }
        match text {
            Cow::Borrowed(text) => self.take_text(index, field, shortcut, text, at),
            Cow::Owned(text) if shortcut == Shortcut::Text => {
                self.put_made(index, text, at);
                Some(())
            }
            Cow::Owned(_) => None,
        }
    }

    /// Sets the field to what its template or the list of blank fields comes to. A template that comes to nothing is passed over.
    #[inline(never)]
    fn take_at_once(&mut self, index: FieldIndex, field: &'r Field, aside: &mut Aside, start: &mut Start) -> Option<()> {
        match &field.source {
            Source::BlankAmong(names) => {
                let blank = self.blank_among(names);
                self.put_list(index, blank);
            }
            Source::Entries(entries) => {
                let EntrySource::Template(template) = &entries[start.entry].what else { return None };
                let Some(text) = self.template(template, &mut aside.texts).ok()? else {
                    *start = Start { entry: start.entry + 1, lack: start.lack.max(Lack::Null) };
                    return None;
                };
                self.put_made(index, text, start.entry);
            }
            Source::Field(_) => return None,
        }
        Some(())
    }

    // Not inlined, and each knows the place before it makes its value: so the value is made where it stays. One place for all, or
    // one found later, would have it copied there from pieces, which takes longer than everything else that is done for a field.
    // What was there is none, and nothing that would have to be dropped.

    #[inline(never)]
    fn put_text(&mut self, index: FieldIndex, text: &'r str, at: usize) {
        let place = self.place(index);
        forget(place.replace(State::Value { value: Value::Text(Cow::Borrowed(text)), origin: Origin::Entry(at) }));
    }

    #[inline(never)]
    fn put_made(&mut self, index: FieldIndex, text: String, at: usize) {
        let place = self.place(index);
        forget(place.replace(State::Value { value: Value::Text(Cow::Owned(text)), origin: Origin::Entry(at) }));
    }

    #[inline(never)]
    fn put_number(&mut self, index: FieldIndex, digits: Cow<'r, str>, at: usize) {
        let place = self.place(index);
        forget(place.replace(State::Value { value: Value::Number(digits), origin: Origin::Entry(at) }));
    }

    #[inline(never)]
    fn put_date(&mut self, index: FieldIndex, date: Date, at: usize) {
        let place = self.place(index);
        forget(place.replace(State::Value { value: Value::Date(date), origin: Origin::Entry(at) }));
    }

    #[inline(never)]
    fn put_list(&mut self, index: FieldIndex, elements: Vec<Value<'r>>) {
        let place = self.place(index);
        forget(place.replace(State::Value { value: Value::List(elements), origin: Origin::Field }));
    }

    #[inline(always)]
    fn place(&mut self, index: FieldIndex) -> &mut Option<State<'r>> {
        let place = &mut self.fields[index];
        debug_assert!(place.is_none(), "a field is computed once");
        place
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
