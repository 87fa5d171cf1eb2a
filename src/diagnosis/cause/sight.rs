//! What is seen of a company, and the verdict on one of its fields.

use super::candidates::last_known;
use super::weigh::weigh;
use super::words::Telling;
use super::{Candidate, CauseKind, Grade, Moved, Verdict};
use crate::catalog::permission::{Opens, edit_menu, is_sensitive, menu};
use crate::catalog::{Catalog, Field};
use crate::diagnosis::observation::{Observation, Presence};
use crate::diagnosis::questions::comes_with_everything;

/// Bob fills these for people who have left, and for no others.
const OF_LEAVERS: [&str; 8] = [
    "internal.terminationDate",
    "internal.terminationReason",
    "internal.terminationType",
    "internal.periodSinceTermination",
    "internal.yearsSinceTermination",
    "employee.lastDayOfWork",
    "employee.eligibleForRehire",
    "employee.regrettableTermination",
];

/// That fewer fields of a category are absent may be the work of permissions for single fields.
const WHOLE: usize = 2;

/// What verdicts rest on. The two catalogs are of one company: [`comparable`](crate::diagnosis::company::comparable) tells.
#[derive(Debug, Clone, Copy)]
pub struct Sight<'c> {
    /// The company's fields now.
    pub now: &'c Catalog,
    /// The company's fields as a catalog pulled before has them.
    pub before: Option<&'c Catalog>,
    pub observation: &'c Observation,
    /// People who have left are wanted and not seen, or nobody can tell.
    pub hides_leavers: bool,
    /// People of some lifecycle status are wanted and not seen, or nobody can tell.
    pub hides_some: bool,
}

impl<'c> Sight<'c> {
    /// Why the field with this id has the values that it has, or none.
    pub fn verdict(&self, id: &str) -> Verdict {
        let field = self.now.field(id).filter(|field| !field.deleted);
        let people = self.presence(id).unwrap_or_default();
        let candidates = weigh(self, id);
        let moved = field.and_then(|field| self.moved(field));
        let (cause, grade) = self.cause(id, field, people, moved.is_some());
        let (cause, grade) = match replaced(cause, people, candidates.first()) {
            Some(replaced) => (CauseKind::Replaced, replaced),
            // A field that may have taken over leaves a doubt.
            None if doubtful(cause, &candidates) => (cause, grade.min(Grade::Likely)),
            None => (cause, grade),
        };
        let tick = match (field, cause) {
            (Some(field), CauseKind::NotPermitted | CauseKind::Moved) => self.section(field),
            (Some(field), CauseKind::EditNeeded) => edit_menu(&field.category, self.now),
            (Some(field), CauseKind::FieldDenied) => {
                let category = self.category_name(&field.category);
                ["People's data", "People's fields", &category, &field.name].map(str::to_owned).to_vec()
            }
            (_, CauseKind::Replaced) => candidates.first().map(|best| best.tick.clone()).unwrap_or_default(),
            _ => Vec::new(),
        };
        let known = field.or_else(|| last_known(id, self.now, self.before));
        let evidence = Telling { sight: self, id, field, people, moved: moved.as_ref(), candidates: &candidates };
        Verdict {
            id: id.to_owned(),
            name: known.map(|field| field.name.clone()),
            category: known.map(|field| self.category_name(&field.category)),
            evidence: evidence.sentences(cause),
            cause,
            grade,
            moved,
            tick,
            candidates,
            people,
        }
    }

    fn cause(&self, id: &str, field: Option<&Field>, people: Presence, moved: bool) -> (CauseKind, Grade) {
        let Some(field) = field else { return self.without_field(id, people) };
        match people {
            Presence { filled: 1.., .. } => (CauseKind::Filled, Grade::Certain),
            Presence { blank: 1.., .. } => self.blank(field, people),
            Presence { absent: 0, .. } => match self.observation.requested.as_ref() {
                Some(requested) if !requested.iter().any(|asked| asked == id) => (CauseKind::NotRequested, Grade::Certain),
                _ => (CauseKind::Unknown, Grade::Guess),
            },
            _ => self.absent(field, moved),
        }
    }

    /// A field that Bob does not list.
    fn without_field(&self, id: &str, people: Presence) -> (CauseKind, Grade) {
        let was_there = self.now.field(id).is_some() || self.before.is_some_and(|before| before.field(id).is_some());
        match people {
            // Whatever the catalog says, it came.
            Presence { filled: 1.., .. } => (CauseKind::Filled, Grade::Certain),
            Presence { blank: 1.., .. } => (CauseKind::NeverFilled, Grade::Likely),
            // It knows no company's own fields.
            _ if self.now.is_builtin() => (CauseKind::Unknown, Grade::Guess),
            _ if was_there => (CauseKind::Deleted, Grade::Certain),
            _ if Catalog::builtin().field(id).is_some() => (CauseKind::NoSuchField, Grade::Likely),
            _ => (CauseKind::NoSuchField, Grade::Certain),
        }
    }

    /// Readable, and without a value for anybody.
    fn blank(&self, field: &Field, people: Presence) -> (CauseKind, Grade) {
        let earlier = self.observation.people.earlier.as_ref();
        let count = |counts: Option<u64>| counts.unwrap_or_default();
        let unseen = count(earlier.and_then(|earlier| earlier.had_and_unseen.get(&field.id).copied()));
        let had = count(earlier.and_then(|earlier| earlier.fields.get(&field.id)).map(|presence| presence.filled));
        if self.hides_leavers && OF_LEAVERS.contains(&field.id.as_str()) || had > 0 && had == unseen {
            return (CauseKind::OutsideAccess, Grade::Likely);
        }
        let whole = people.absent == 0 && !self.observation.limited && !self.hides_some;
        let everybody = self.observation.people.fields.contains_key(&field.id);
        (CauseKind::NeverFilled, if whole && everybody { Grade::Certain } else { Grade::Likely })
    }

    /// Left out of every record.
    fn absent(&self, field: &Field, moved: bool) -> (CauseKind, Grade) {
        let Observation { recorded, requested, .. } = self.observation;
        if requested.as_ref().is_some_and(|requested| !requested.contains(&field.id)) {
            return (CauseKind::NotRequested, Grade::Certain);
        }
        let known = !recorded || requested.is_some();
        let others: Vec<&Field> = self.asked_in(&field.category).into_iter().filter(|other| other.id != field.id).collect();
        let readable = |field: &&&Field| self.is_readable(&field.id);
        if others.iter().any(|other| self.is_readable(&other.id)) {
            let alike: Vec<&&Field> = others.iter().filter(|other| is_sensitive(other)).collect();
            return match is_sensitive(field) {
                _ if !known => (CauseKind::NotRequested, Grade::Likely),
                true if alike.iter().any(|other| self.is_readable(&other.id)) => (CauseKind::FieldDenied, Grade::Certain),
                true if alike.len() >= WHOLE => (CauseKind::EditNeeded, Grade::Certain),
                true => (CauseKind::EditNeeded, Grade::Likely),
                false => (CauseKind::FieldDenied, Grade::Certain),
            };
        }
        // One that needs Edit as well proves little of View.
        let whole = others.iter().filter(|other| !is_sensitive(other) && !readable(other)).count() >= WHOLE;
        let grade = match (known, moved) {
            (true, _) if whole => Grade::Certain,
            (true, _) | (false, true) => Grade::Likely,
            (false, false) => Grade::Guess,
        };
        (if moved { CauseKind::Moved } else { CauseKind::NotPermitted }, grade)
    }

    fn moved(&self, field: &Field) -> Option<Moved> {
        let before = self.before?;
        let was = before.field(&field.id).filter(|was| was.category != field.category)?;
        let from = before.category(&was.category).map_or(&was.category, |category| &category.name);
        let asked = self.asked_in(&field.category);
        let permitted = (!asked.is_empty() && self.observation.people.people + self.observation.sample.people > 0)
            .then(|| asked.iter().any(|field| self.is_readable(&field.id)));
        Some(Moved { from: from.clone(), to: self.category_name(&field.category), permitted })
    }

    fn section(&self, field: &Field) -> Vec<String> {
        menu(&Opens::Section(field.category.clone()), self.now)
    }

    /// Among everybody where the field was asked of everybody, else in the sample. `None` where nobody was asked.
    pub fn presence(&self, id: &str) -> Option<Presence> {
        let Observation { people, sample, .. } = self.observation;
        people.fields.get(id).or_else(|| sample.fields.get(id)).copied().filter(|_| self.was_requested(id))
    }

    pub fn is_readable(&self, id: &str) -> bool {
        let Observation { people, sample, .. } = self.observation;
        [people, sample].iter().any(|seen| seen.fields.get(id).is_some_and(|presence| presence.is_readable()))
    }

    /// The fields of a category that were asked for and that a permission hides.
    pub fn asked_in(&self, category: &str) -> Vec<&'c Field> {
        let in_it = |field: &&Field| field.category == category && !field.deleted && !comes_with_everything(&field.id);
        let asked = |field: &&Field| self.presence(&field.id).is_some();
        self.now.fields().filter(in_it).filter(asked).collect()
    }

    fn was_requested(&self, id: &str) -> bool {
        self.observation.requested.as_ref().is_none_or(|requested| requested.iter().any(|asked| asked == id))
    }

    pub fn category_name(&self, id: &str) -> String {
        let known = self.now.category(id).or_else(|| self.before.and_then(|before| before.category(id)));
        known.or_else(|| Catalog::builtin().category(id)).map_or(id, |category| &category.name).to_owned()
    }

    /// `all 33 people`, or the first of them.
    pub fn everybody(&self) -> String {
        let Observation { people, limited, .. } = self.observation;
        match people.people {
            people if *limited => format!("the first {people} people"),
            1 => "the only person".to_owned(),
            people => format!("all {people} people"),
        }
    }
}

/// Whether the best candidate has replaced the field, and how sure that is.
fn replaced(cause: CauseKind, people: Presence, best: Option<&Candidate>) -> Option<Grade> {
    let best = best.filter(|best| best.grade >= Grade::Likely)?;
    let agreement = best.agreement;
    match cause {
        CauseKind::Deleted | CauseKind::NoSuchField | CauseKind::OutsideAccess => Some(best.grade),
        // A field of that name with nothing in it has replaced nothing.
        CauseKind::NeverFilled if people.filled == 0 && best.people.filled > 0 => Some(best.grade),
        // Some have their value here still: the others must have theirs there.
        CauseKind::Filled if agreement.taken_over > 0 => Some(best.grade),
        CauseKind::Filled if agreement.is_exclusive() && best.may_be() => Some(best.grade.min(Grade::Likely)),
        _ => None,
    }
}

/// Whether some field may hold the values of the people who have none here.
fn doubtful(cause: CauseKind, candidates: &[Candidate]) -> bool {
    candidates.iter().filter(|candidate| candidate.may_be()).any(|candidate| match cause {
        CauseKind::Deleted | CauseKind::NoSuchField | CauseKind::NeverFilled | CauseKind::OutsideAccess => true,
        CauseKind::Filled => candidate.agreement.instead > 0 && candidate.agreement.at_once == 0 || !candidate.tick.is_empty(),
        _ => false,
    })
}
