//! How much speaks for a field as the one that replaced another: its name, whether it is new, and above all its values.

use super::candidates::{Suggested, candidates};
use super::{Candidate, Grade, Sight};
use crate::catalog::Likeness;
use crate::catalog::permission::{Opens, menu};
use crate::diagnosis::agreement::Agreement;
use crate::diagnosis::observation::Presence;

/// With so many people compared, one in twenty may have changed their value meanwhile.
const MANY: u64 = 20;

impl Agreement {
    /// Whether the values of the people who have both are the same, but for some that have changed since.
    pub(super) fn holds(self) -> bool {
        self.both > 0 && (self.agree == self.both || self.both >= MANY && self.agree * 20 >= self.both * 19)
    }

    /// Whether nobody has both now, and each is there for some.
    pub(super) fn is_exclusive(self) -> bool {
        self.at_once == 0 && self.instead > 0 && self.only_old > 0
    }
}

impl Sight<'_> {
    /// Whether the records saved before show that there was nothing for a field to take over, or that it has not taken it over:
    /// nobody had a value, or nobody who had one has one there.
    fn was_empty(&self, id: &str, new: Presence, agreement: Agreement) -> bool {
        let Some(earlier) = &self.observation.people.earlier else { return false };
        let had = earlier.fields.get(id).map_or(0, |presence| presence.filled);
        let seen = had - earlier.had_and_unseen.get(id).copied().unwrap_or_default().min(had);
        new.filled > 0 && agreement.both == 0 && (had == 0 || seen > 1)
    }
}

/// Everything that may have replaced the field, the best first.
pub(super) fn weigh(sight: &Sight<'_>, id: &str) -> Vec<Candidate> {
    let mut weighed: Vec<Candidate> =
        candidates(id, sight.now, sight.before).into_iter().map(|suggested| candidate(sight, id, suggested)).collect();
    let certain = weighed.iter().filter(|candidate| candidate.grade == Grade::Certain).count();
    let names: Vec<String> = weighed.iter().map(|candidate| candidate.name.clone()).collect();
    for candidate in &mut weighed {
        // Two of one name, or two that both fit: which of them it is, only the company knows.
        let namesakes = names.iter().filter(|name| Likeness::is_same(name, &candidate.name)).count();
        if certain > 1 || namesakes > 1 {
            candidate.grade = candidate.grade.min(Grade::Likely);
        }
    }
    weighed.sort_by_key(|one| std::cmp::Reverse((one.grade, one.new, one.same_name, one.agreement.agree)));
    weighed
}

fn candidate(sight: &Sight<'_>, id: &str, suggested: Suggested<'_>) -> Candidate {
    let Suggested { field, likeness, new, .. } = suggested;
    let people = sight.presence(&field.id).unwrap_or_default();
    let pairs = &sight.observation.people.pairs;
    let agreement = pairs.get(&(id.to_owned(), field.id.clone())).copied().unwrap_or_default();
    let hidden = people.absent > 0 && !people.is_readable();
    let tick = || menu(&Opens::Section(field.category.clone()), sight.now);
    Candidate {
        id: field.id.clone(),
        name: field.name.clone(),
        category: sight.category_name(&field.category),
        path: field.path.clone(),
        grade: if sight.was_empty(id, people, agreement) { Grade::Guess } else { grade(agreement, suggested) },
        same_name: likeness == Likeness::Same,
        new,
        list: field.list.clone(),
        people,
        tick: if hidden { tick() } else { Vec::new() },
        agreement,
    }
}

impl Candidate {
    /// Whether it may hold what the field held, for all that its values say.
    pub fn may_be(&self) -> bool {
        let contradicted = self.agreement.both > 0 && !self.agreement.holds();
        let empty = self.people.blank > 0 && self.people.filled == 0;
        self.new != Some(false) && !contradicted && !empty
    }
}

fn grade(agreement: Agreement, suggested: Suggested<'_>) -> Grade {
    let Suggested { likeness, new, alike, namesake_of_another, field: _ } = suggested;
    match new {
        // Values that were the same all along replace nothing.
        Some(false) => Grade::Guess,
        _ if agreement.both > 0 && !agreement.holds() => Grade::Guess,
        _ if namesake_of_another => {
            if agreement.holds() && agreement.telling {
                Grade::Likely
            } else {
                Grade::Guess
            }
        }
        Some(true) if agreement.holds() && agreement.telling => Grade::Certain,
        _ if agreement.holds() || likeness == Likeness::Same || alike => Grade::Likely,
        _ => Grade::Guess,
    }
}
