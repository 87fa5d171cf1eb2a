//! One record from its bytes to its outcomes: read, joined, kept or skipped, computed, judged.

use super::compute::Row;
use super::condition::{Look, holds};
use super::convert::join_keys;
use super::counts::Counts;
use super::doubt::hangs_on;
use super::joined::Match;
use super::key::key;
use super::outcome::{Outcome, ProblemKind, Reason, RecordName, RowOut, Subject};
use super::state::{Invalid, State};
use super::watch::{JoinEvent, Watch};
use super::{Engine, Joined};
use crate::mapping::compiled::{Clause, Field, OnInvalid, OnMissing, Root};
use crate::mapping::layout::Cell;
use crate::mapping::spec::Matches;
use crate::source::Place;
use crate::value::found::RawShape;
use crate::value::read::{Reading, Slot, Slots, outermost};
use crate::value::{Found, Raw};

/// What a field makes of its record.
enum Verdict {
    Fine,
    Reject(Reason),
    Stop(Reason),
}

impl Engine<'_> {
    /// Maps one record, and hands each of its outcomes to `out` with the name of the record.
    pub fn apply(
        &self,
        record: &[u8],
        place: Place,
        counts: &mut Counts,
        watch: &mut impl Watch,
        out: &mut dyn FnMut(RecordName, Outcome<'_>),
    ) {
        counts.read += 1;
        let mut name = RecordName { key: None, source_id: None, place };
        let mut memory = Slots::new();
        let slots = match self.read(record, &mut memory) {
            Ok(slots) => slots,
            Err(reason) => {
                counts.rows += u64::from(self.mapping.rows.is_none());
                counts.rejected += 1;
                out(name, Outcome::Rejected(vec![reason]));
                return;
            }
        };
        counts.count_slots(slots);
        name.source_id = match slots.slot(self.mapping.source_id) {
            Slot::One(Found::Value(raw)) => super::convert::plain(raw),
            _ => None,
        };
        let Some(rows) = &self.mapping.rows else {
            watch.row();
            self.row(slots, Reading::of_nothing(), name, counts, watch, out);
            return;
        };
        let matches: Vec<Raw<'_>> = match slots.slot(rows.slot) {
            Slot::Many(found) => found.iter().collect(),
            Slot::One(Found::Value(raw)) => vec![raw],
            Slot::One(_) => Vec::new(),
        };
        if matches.is_empty() {
            counts.without_rows += 1;
        }
        for raw in matches {
            watch.row();
            let mut row_memory = Slots::new();
            match rows.plan.read(raw.text(), &mut row_memory) {
                Ok(row_slots) => {
                    counts.count_row_slots(row_slots);
                    self.row(slots, row_slots, name.clone(), counts, watch, out);
                }
                Err(error) => {
                    let message = error.to_string();
                    counts.rows += 1;
                    counts.rejected += 1;
                    let reason = Reason { subject: Subject::Record, problem: ProblemKind::Unreadable, message };
                    out(name.clone(), Outcome::Rejected(vec![reason]));
                }
            }
        }
    }

    fn read<'r>(&self, record: &'r [u8], slots: &'r mut Slots) -> Result<Reading<'r>, Reason> {
        let unreadable = |message: String| Reason { subject: Subject::Record, problem: ProblemKind::Unreadable, message };
        let text = std::str::from_utf8(record)
            .map_err(|error| unreadable(format!("the bytes are not UTF-8 (at byte {} of the record)", error.valid_up_to())))?;
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
        self.mapping.record.read(text, slots).map_err(|error| unreadable(error.to_string()))
    }

    fn row<'r>(
        &'r self,
        record: Reading<'r>,
        row: Reading<'r>,
        mut name: RecordName,
        counts: &mut Counts,
        watch: &mut impl Watch,
        out: &mut dyn FnMut(RecordName, Outcome<'_>),
    ) {
        let mapping = self.mapping;
        counts.rows += 1;
        let mut reasons = Vec::new();
        let mut given = vec![Slots::new(); mapping.joins.len()];
        let mut given: Vec<Option<&mut Slots>> = given.iter_mut().map(Some).collect();
        let mut row = Row {
            mapping,
            run_date: self.run_date,
            lists: self.lists,
            record,
            row,
            joined: vec![None; mapping.joins.len()],
            fields: vec![None; mapping.fields.len()],
            notes: Vec::new(),
        };
        let mut failed = vec![false; mapping.joins.len()];
        for join in &mapping.join_order {
            let before = reasons.len();
            let found = self.look_up(*join, &row, given[*join].take(), &mut reasons);
            let event = match (&found, reasons.get(before)) {
                (_, Some(reason)) => JoinEvent::Failed(reason),
                (Some(_), None) => JoinEvent::One,
                (None, None) => JoinEvent::Nobody,
            };
            let this = &mapping.joins[*join].this;
            watch.join(*join, row.slot(this.root, this.slot), event);
            failed[*join] = reasons.len() > before || matches!(this.root, Root::Join(start) if failed[start]);
            row.joined[*join] = found;
        }
        for field in &mapping.first {
            row.compute(*field, watch);
        }
        name.key = key(mapping, &row.fields);
        if self.look_at_keep {
            match self.keep(&row, &failed) {
                Ok(None) => {}
                Ok(Some(condition)) => {
                    counts.skipped[condition] += 1;
                    return out(name, Outcome::Skipped(condition));
                }
                Err(reason) => reasons.push(reason),
            }
        }
        if reasons.iter().all(|reason| reason.problem != ProblemKind::Keep) {
            counts.kept += 1;
        }
        for field in &mapping.rest {
            row.compute(*field, watch);
        }
        counts.count_row(&row.fields, &row.notes);
        for (field, state) in mapping.fields.iter().zip(&row.fields) {
            match verdict(field, state.as_ref()) {
                Verdict::Fine => {}
                Verdict::Reject(reason) => reasons.push(reason),
                Verdict::Stop(reason) => return out(name, Outcome::Stop(reason)),
            }
        }
        let Some(key) = name.key.clone().filter(|_| reasons.is_empty()) else {
            counts.rejected += 1;
            return out(name, Outcome::Rejected(reasons));
        };
        let cells =
            mapping.columns.iter().map(|column| cell(&mapping.fields[column.field], row.fields[column.field].take())).collect();
        counts.written += 1;
        out(name, Outcome::Kept(RowOut { key, cells }));
    }

    /// The number of the first condition of `keep` that does not hold. One that hangs on a failed join skips nobody: a
    /// record that can't be matched is a mistake, not a leaver.
    fn keep(&self, row: &Row<'_, '_>, failed: &[bool]) -> Result<Option<usize>, Reason> {
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

    fn look_up<'r>(
        &'r self,
        number: usize,
        row: &Row<'_, 'r>,
        given: Option<&'r mut Slots>,
        reasons: &mut Vec<Reason>,
    ) -> Option<Reading<'r>> {
        let join = &self.mapping.joins[number];
        let mut fail = |problem, message: String| {
            reasons.push(Reason { subject: Subject::Join(join.name.clone()), problem, message });
            None
        };
        let several = |count: usize| format!("{count} records of {} match where one is expected", join.with.name);
        let none = || format!("no record of {} matches", join.with.name);
        match &self.joins[number] {
            Joined::Given(records) => match records.as_slice() {
                [] if join.matches == Matches::ExactlyOne => fail(ProblemKind::NoMatch, none()),
                [] => None,
                [record] => {
                    let memory = given.expect("each join is looked up once a row");
                    match join.plan.read(record, memory) {
                        Ok(found) => Some(found),
                        Err(error) => fail(ProblemKind::Unreadable, error.to_string()),
                    }
                }
                records => fail(ProblemKind::SeveralMatches, several(records.len())),
            },
            Joined::Set(set) => {
                let slot = row.slot(join.this.root, join.this.slot);
                let keys = slot.map(|slot| join_keys(slot, join.ignore_case)).unwrap_or_default();
                if keys.len() > 1 {
                    return fail(
                        ProblemKind::SeveralMatches,
                        format!("`{}` has {} values where one is expected", join.this.text, keys.len()),
                    );
                }
                match set.find(&keys) {
                    Match::One(record) => Some(set.slots(record)),
                    Match::None if set.unread > 0 && !keys.is_empty() => fail(
                        ProblemKind::NoMatch,
                        format!(
                            "no record of {} matches, and {} of them can't be read: one may be it",
                            join.with.name, set.unread
                        ),
                    ),
                    Match::None if set.incomplete.is_some() && !keys.is_empty() => fail(
                        ProblemKind::NoMatch,
                        format!("no record of {} matches, and not all of them were read: one may be it", join.with.name),
                    ),
                    Match::None if join.matches == Matches::ExactlyOne => fail(ProblemKind::NoMatch, none()),
                    Match::None => None,
                    Match::Several(count) => fail(ProblemKind::SeveralMatches, several(count)),
                }
            }
        }
    }
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
pub fn cell<'r>(field: &Field, state: Option<State<'r>>) -> Cell<'r> {
    match state {
        Some(State::Value { value, .. }) => Cell::Value(value),
        Some(State::Invalid(Invalid { action: OnInvalid::Omit, .. })) => Cell::Omitted,
        Some(State::Invalid(_)) => Cell::Blank,
        Some(State::Missing(_) | State::NotApplicable) | None if field.on_missing == OnMissing::Omit => Cell::Omitted,
        Some(State::Missing(_) | State::NotApplicable) | None => Cell::Blank,
    }
}
