//! What a join finds for a row.

use super::compute::Row;
use super::condition::Look;
use super::convert::join_keys;
use super::joined::Match;
use super::outcome::{ProblemKind, Reason, Subject};
use super::{Engine, Joined, JoinedSet};
use crate::mapping::spec::Matches;
use crate::value::read::{Address, Reading, Slots};

impl Engine<'_> {
    /// What a join reads for the row, and of how many records; `None` where it finds nobody or fails.
    pub(super) fn look_up<'r>(
        &'r self,
        number: usize,
        row: &Row<'r>,
        memory: &'r mut Slots,
        reasons: &mut Vec<Reason>,
    ) -> Option<(Reading<'r>, usize)> {
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
                records if join.matches == Matches::AnyNumber => {
                    let mut each = vec![Slots::new(); records.len()];
                    let read = records.iter().zip(&mut each).map(|(record, memory)| join.plan.read(record, memory));
                    match read.collect::<Result<Vec<_>, _>>() {
                        Ok(read) => Some((memory.together(&read), records.len())),
                        Err(error) => fail(ProblemKind::Unreadable, error.to_string()),
                    }
                }
                [record] => match join.plan.read(record, memory) {
                    Ok(found) => Some((found, 1)),
                    Err(error) => fail(ProblemKind::Unreadable, error.to_string()),
                },
                records => fail(ProblemKind::SeveralMatches, several(records.len())),
            },
            Joined::Set(set) => {
                let slot = row.slot(join.this.root, join.this.slot);
                let keys = || slot.into_iter().flat_map(|slot| join_keys(slot, join.ignore_case));
                if let count @ 2.. = keys().count() {
                    let message = format!("`{}` has {count} values where one is expected", join.this.text);
                    return fail(ProblemKind::SeveralMatches, message);
                }
                let key = keys().next();
                let several_may = join.matches == Matches::AnyNumber;
                match key.as_ref().map_or(Match::None, |key| set.find(key, memory)) {
                    Match::One(record) if several_may => Some((together(set, &[record], memory), 1)),
                    Match::One(record) => Some((set.open(record, memory), 1)),
                    Match::Several(records) if several_may => Some((together(set, &records, memory), records.len())),
                    Match::None if set.unread > 0 && key.is_some() => fail(
                        ProblemKind::NoMatch,
                        format!(
                            "no record of {} matches, and {} of them can't be read: one may be it",
                            join.with.name, set.unread
                        ),
                    ),
                    Match::None if set.incomplete.is_some() && key.is_some() => fail(
                        ProblemKind::NoMatch,
                        format!("no record of {} matches, and not all of them were read: one may be it", join.with.name),
                    ),
                    Match::None if join.matches == Matches::ExactlyOne => fail(ProblemKind::NoMatch, none()),
                    Match::None => None,
                    Match::Several(records) => fail(ProblemKind::SeveralMatches, several(records.len())),
                }
            }
        }
    }
}

/// What was read of several records, as if of one.
fn together<'r>(set: &JoinedSet, records: &[Address], memory: &'r mut Slots) -> Reading<'r> {
    let mut each = vec![Slots::new(); records.len()];
    let found: Vec<Reading<'_>> = records.iter().zip(&mut each).map(|(record, memory)| set.open(*record, memory)).collect();
    memory.together(&found)
}
