//! One record from its bytes to its outcomes: read, joined, kept or skipped, computed, judged.

use super::Engine;
use super::compute::{Aside, Row};
use super::condition::{Look, holds};
use super::convert::{fault, plain};
use super::counts::Counts;
use super::doubt::hangs_on;
use super::key::{is_personal, key};
use super::memory::{Memory, Room, emptied};
use super::outcome::{Key, Outcome, ProblemKind, Reason, RecordName, RowCells, RowOut, Subject};
use super::state::{Invalid, State};
use super::watch::{JoinEvent, Watch};
use crate::mapping::compiled::{Clause, Field, OnInvalid, OnMissing, Root};
use crate::mapping::layout::Cell;
use crate::source::Place;
use crate::value::found::RawShape;
use crate::value::json::{self, Unread};
use crate::value::read::{Reading, Slot, Slots, outermost};
use crate::value::{Found, Raw};
use std::borrow::Cow;

/// What a field makes of its record.
enum Verdict {
    Fine,
    Reject(Reason),
    Stop(Reason),
}

/// The record that a row is made of, as far as its name goes.
#[derive(Clone, Copy)]
struct Named<'r> {
    source_id: Option<&'r str>,
    place: Place,
}

impl<'r> Named<'r> {
    fn with(self, key: Option<Key<'r>>) -> RecordName<'r> {
        RecordName { key, source_id: self.source_id.map(Cow::Borrowed), place: self.place }
    }
}

/// What takes the outcomes of a record.
pub type Out<'o> = dyn FnMut(RecordName<'_>, Outcome<'_>) + 'o;

impl Engine<'_> {
    /// Maps one record, and hands each of its outcomes to `out` with the name of the record.
    pub fn apply(
        &self,
        memory: &mut Memory,
        record: Unread<'_>,
        place: Place,
        counts: &mut Counts,
        watch: &mut impl Watch,
        out: &mut Out<'_>,
    ) {
        counts.read += 1;
        let Memory { record: record_slots, row: row_slots, room } = memory;
        let slots = match self.read(record, record_slots) {
            Ok(slots) => slots,
            Err(reason) => {
                counts.rows += u64::from(self.mapping.rows.is_none());
                counts.rejected += 1;
                return out(Named { source_id: None, place }.with(None), Outcome::Rejected(vec![reason]));
            }
        };
        counts.count_slots(slots);
        let id = match slots.slot(self.mapping.source_id) {
            Slot::One(Found::Value(raw)) => plain(raw),
            _ => None,
        };
        let named = Named { source_id: id.as_deref(), place };
        if let Some(message) = fault(slots, self.mapping.fault) {
            watch.row();
            counts.rows += 1;
            counts.rejected += 1;
            let reason = Reason { subject: Subject::Record, problem: ProblemKind::Source, message };
            return out(named.with(None), Outcome::Rejected(vec![reason]));
        }
        let Some(rows) = &self.mapping.rows else {
            watch.row();
            return self.row((slots, Reading::of_nothing()), named, room, counts, watch, out);
        };
        let mut any = false;
        let mut each = |raw: Raw<'_>| {
            any = true;
            watch.row();
            match rows.plan.read(raw.text(), row_slots) {
                Ok(row) => {
                    counts.count_row_slots(row);
                    self.row((slots, row), named, room, counts, watch, out);
                }
                Err(error) => {
                    counts.rows += 1;
                    counts.rejected += 1;
                    out(named.with(None), Outcome::Rejected(vec![unreadable(error.to_string())]));
                }
            }
        };
        match slots.slot(rows.slot) {
            Slot::Many(found) => found.iter().for_each(&mut each),
            Slot::One(Found::Value(raw)) => each(raw),
            Slot::One(_) => {}
        }
        counts.without_rows += u64::from(!any);
    }

    fn read<'r>(&self, record: Unread<'r>, slots: &'r mut Slots) -> Result<Reading<'r>, Reason> {
        let text = json::text(record.bytes).map_err(|error| unreadable(error.to_string()))?;
        if let Some(shape) = outermost(text)
            && shape != RawShape::Object
            && self.mapping.record.read(text, slots).is_ok()
        {
            let found = match shape {
                RawShape::Array => "a list",
                RawShape::String => "text",
                RawShape::Number => "a number",
                RawShape::Boolean => "true or false",
                RawShape::Null | RawShape::Object => "null",
            };
            return Err(unreadable(format!("a record must be an object; this is {found}")));
        }
        self.mapping.record.read_marked(text, record.marks(), slots).map_err(|error| unreadable(error.to_string()))
    }

    fn row<'r>(
        &'r self,
        (record, row): (Reading<'r>, Reading<'r>),
        named: Named<'_>,
        room: &'r mut Room,
        counts: &mut Counts,
        watch: &mut impl Watch,
        out: &mut Out<'_>,
    ) {
        let mapping = self.mapping;
        counts.rows += 1;
        let Room { joins, joined, failed, fields, aside, key } = room;
        let mut row = Row {
            mapping,
            run_date: self.run_date,
            lists: self.lists,
            record,
            row,
            joined: std::mem::take(joined),
            fields: std::mem::take(fields),
        };
        row.joined.resize(mapping.joins.len(), None);
        row.fields.resize_with(mapping.fields.len(), || None);
        failed.clear();
        failed.resize(mapping.joins.len(), false);
        let mut reasons = Vec::new();
        if !mapping.joins.is_empty() {
            joins.resize_with(mapping.joins.len(), Slots::new);
            self.join(&mut row, joins, failed, &mut reasons, &mut counts.matched, watch);
        }
        let mut parts = std::mem::take(key);
        self.decide(&mut row, &mut parts, aside, failed, reasons, named, counts, watch, out);
        *key = emptied(parts);
        *joined = emptied(row.joined);
        aside.clear(&mut row.fields);
        *fields = emptied(row.fields);
    }

    /// Looks up every join.
    fn join<'r>(
        &'r self,
        row: &mut Row<'r>,
        memory: &'r mut [Slots],
        failed: &mut [bool],
        reasons: &mut Vec<Reason>,
        matched: &mut [u64],
        watch: &mut impl Watch,
    ) {
        for (join, memory) in self.mapping.join_order.iter().zip(memory) {
            let before = reasons.len();
            let found = self.look_up(*join, row, memory, reasons);
            let (found, count) = found.map_or((None, 0), |(slots, count)| (Some(slots), count));
            matched[*join] += u64::from(count > 0);
            let event = match reasons.get(before) {
                Some(reason) => JoinEvent::Failed(reason),
                None => JoinEvent::Found(count),
            };
            let this = &self.mapping.joins[*join].this;
            watch.join(*join, row.slot(this.root, this.slot), event);
            failed[*join] = reasons.len() > before || matches!(this.root, Root::Join(start) if failed[start]);
            row.joined[*join] = found;
        }
    }

    /// Computes the fields, and says what becomes of the row.
    #[allow(clippy::too_many_arguments, reason = "the second half of `row`")]
    fn decide(
        &self,
        row: &mut Row<'_>,
        parts: &mut Vec<Cow<'static, str>>,
        aside: &mut Aside,
        failed: &[bool],
        mut reasons: Vec<Reason>,
        named: Named<'_>,
        counts: &mut Counts,
        watch: &mut impl Watch,
        out: &mut Out<'_>,
    ) {
        let mapping = self.mapping;
        for field in &mapping.first {
            row.compute(*field, aside, watch);
        }
        if self.look_at_keep && !mapping.keep.is_empty() {
            match self.keep(row, failed) {
                Ok(None) => {}
                Ok(Some(condition)) => {
                    counts.skipped[condition] += 1;
                    return self.hand_out(row, parts, named, out, |_, _| Outcome::Skipped(condition));
                }
                Err(reason) => reasons.push(reason),
            }
        }
        if reasons.iter().all(|reason| reason.problem != ProblemKind::Keep) {
            counts.kept += 1;
        }
        for field in &mapping.rest {
            row.compute(*field, aside, watch);
        }
        counts.count_notes(&aside.notes);
        let mut stop = None;
        for ((field, state), count) in mapping.fields.iter().zip(&row.fields).zip(&mut counts.fields) {
            count.count(state.as_ref());
            if matches!(state, Some(State::Value { .. })) {
                continue;
            }
            match verdict(field, state.as_ref()) {
                Verdict::Fine => {}
                Verdict::Reject(reason) => reasons.push(reason),
                Verdict::Stop(reason) => stop = stop.or(Some(reason)),
            }
        }
        if let Some(reason) = stop {
            return self.hand_out(row, parts, named, out, |_, _| Outcome::Stop(reason));
        }
        self.hand_out(row, parts, named, out, |key, cells| match key {
            Some(key) if reasons.is_empty() => {
                counts.written += 1;
                Outcome::Kept(RowOut { key, cells })
            }
            _ => {
                counts.rejected += 1;
                Outcome::Rejected(reasons)
            }
        });
    }

    /// Hands out what became of a row, with its key if it has one.
    fn hand_out(
        &self,
        row: &Row<'_>,
        memory: &mut Vec<Cow<'static, str>>,
        named: Named<'_>,
        out: &mut Out<'_>,
        outcome: impl for<'f> FnOnce(Option<Key<'f>>, RowCells<'f>) -> Outcome<'f>,
    ) {
        let mut parts: Vec<Cow<'_, str>> = std::mem::take(memory);
        let whole = key(self.mapping, &row.fields, &mut parts);
        let key = whole.then(|| Key { parts: Cow::Borrowed(&parts), personal: is_personal(self.mapping) });
        let cells = RowCells { mapping: self.mapping, fields: &row.fields };
        out(named.with(key.clone()), outcome(key, cells));
        *memory = emptied(parts);
    }

    /// The number of the first condition of `keep` that does not hold. One that hangs on a failed join skips nobody: a
    /// record that can't be matched is a mistake, not a leaver.
    fn keep(&self, row: &Row<'_>, failed: &[bool]) -> Result<Option<usize>, Reason> {
        let unclear = |clause: &Clause, why: &str| {
            let message = format!("the condition `{}` of `keep` can't be judged: {why}", clause.text);
            Reason { subject: Subject::Record, problem: ProblemKind::Keep, message }
        };
        let (mut unmet, mut doubtful) = (None, None);
        for (number, clause) in self.mapping.keep.iter().enumerate() {
            match holds(clause, row, self.run_date) {
                Ok(true) => {}
                Ok(false) if failed.contains(&true) && hangs_on(self.mapping, clause, failed) => {
                    doubtful.get_or_insert(clause);
                }
                Ok(false) => unmet = unmet.or(Some(number)),
                Err(why) => return Err(unclear(clause, &why)),
            }
        }
        match (unmet, doubtful) {
            (None, Some(clause)) => Err(unclear(clause, "it looks at a join that failed")),
            (unmet, _) => Ok(unmet),
        }
    }
}

fn unreadable(message: String) -> Reason {
    Reason { subject: Subject::Record, problem: ProblemKind::Unreadable, message }
}

fn verdict(field: &Field, state: Option<&State<'_>>) -> Verdict {
    let reason = |problem, message: String| Reason { subject: Subject::Field(field.name.clone()), problem, message };
    match state {
        _ if field.used => Verdict::Fine,
        Some(State::Missing(lack)) => {
            let message = lack.sentence();
            match field.on_missing {
                OnMissing::Blank | OnMissing::Omit => Verdict::Fine,
                OnMissing::Reject => Verdict::Reject(reason(ProblemKind::Missing, message.to_owned())),
                OnMissing::Stop => Verdict::Stop(reason(ProblemKind::Missing, message.to_owned())),
            }
        }
        Some(State::Invalid(Invalid { message, action, .. })) => match action {
            OnInvalid::Blank | OnInvalid::Omit | OnInvalid::TryNext => Verdict::Fine,
            OnInvalid::Reject => Verdict::Reject(reason(ProblemKind::Invalid, message.clone())),
            OnInvalid::Stop => Verdict::Stop(reason(ProblemKind::Invalid, message.clone())),
        },
        Some(State::Value { .. } | State::NotApplicable) | None => Verdict::Fine,
    }
}

/// What is written of a field; a field that has not been computed counts as one that does not apply.
#[inline]
pub fn cell<'f>(field: &Field, state: Option<&'f State<'f>>) -> Cell<'f> {
    match state {
        Some(State::Value { value, .. }) => Cell::Value(value),
        Some(State::Invalid(Invalid { action: OnInvalid::Omit, .. })) => Cell::Omitted,
        Some(State::Invalid(_)) => Cell::Blank,
        Some(State::Missing(_) | State::NotApplicable) | None if field.on_missing == OnMissing::Omit => Cell::Omitted,
        Some(State::Missing(_) | State::NotApplicable) | None => Cell::Blank,
    }
}
