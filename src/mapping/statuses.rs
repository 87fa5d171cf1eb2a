//! Which lifecycle statuses a mapping's `keep` can let through, as far as that can be told without records.

use super::compiled::{
    Clause, Condition, EntrySource, FieldIndex, Join, Mapping, OnInvalid, PathUse, Root, Source, Subject, Test,
};
use crate::catalog::permission::LifecycleStatus;
use crate::value::Value;
use crate::value::text::fold;

/// The statuses of the employees whom the mapping reads, records that `keep` skips aside. All of them where conditions look
/// at something else, or where the mapping does not read employees at all.
pub fn lifecycle_statuses(mapping: &Mapping) -> Vec<LifecycleStatus> {
    let sets = sets(mapping);
    let let_through = |status: &LifecycleStatus| {
        sets.is_empty()
            || sets.iter().any(|(root, clauses)| Judge { mapping, root: *root, status: *status, active: None }.all(clauses))
    };
    LifecycleStatus::ALL.into_iter().filter(let_through).collect()
}

/// Whether the mapping reads employees whom Bob calls inactive: those who left, and, as a company sets it, those on leave and
/// those hired and not yet begun. Whoever is employed is active.
pub fn lets_inactive_through(mapping: &Mapping) -> bool {
    sets(mapping).iter().any(|(root, clauses)| {
        let judge = |status| Judge { mapping, root: *root, status, active: Some(false) };
        LifecycleStatus::ALL
            .into_iter()
            .filter(|status| *status != LifecycleStatus::Employed)
            .any(|status| judge(status).all(clauses))
    })
}

/// The employees that the mapping reads: where they stand, and the conditions that all of them meet.
fn sets(mapping: &Mapping) -> Vec<(Root, &[Clause])> {
    let people = |name: &str| name == "hibob.people";
    let own = people(mapping.source.name).then_some((Root::Record, mapping.keep.as_slice()));
    let joined = mapping.joins.iter().enumerate().filter(|(_, join)| people(join.with.name));
    // A join looks among everybody whom its own `where` lets through, whatever `keep` says of the record.
    let joined = joined.map(|(index, Join { filter, .. })| (Root::Join(index), filter.as_slice()));
    own.into_iter().chain(joined).collect()
}

/// Whether conditions can hold for an employee with this status.
struct Judge<'m> {
    mapping: &'m Mapping,
    root: Root,
    status: LifecycleStatus,
    /// Whether Bob calls them active, where that is known apart from the status.
    active: Option<bool>,
}

/// What a place may hold, folded; `None` is anything.
type Words = Option<Vec<String>>;

impl Judge<'_> {
    fn all(&self, clauses: &[Clause]) -> bool {
        clauses.iter().all(|clause| clause.any.iter().any(|condition| self.may_hold(condition)))
    }

    fn may_hold(&self, condition: &Condition) -> bool {
        let words = match &condition.subject {
            Subject::Path(path) => self.at(path),
            Subject::Field(field) => self.of_field(*field),
        };
        let Some(words) = words else {
            // A leave type may be any word, but none of Bob's own three.
            return match (&condition.subject, &condition.test) {
                (Subject::Path(path), Test::In(listed)) if self.is_status(path) => {
                    listed.iter().any(|word| LifecycleStatus::of(word) == self.status)
                }
                _ => true,
            };
        };
        match &condition.test {
            Test::In(listed) => words.iter().any(|word| listed.contains(word)),
            Test::NotIn(listed) => words.iter().any(|word| !listed.contains(word)),
            Test::HasValue(_) | Test::OnOrAfter(_) | Test::OnOrBefore(_) => true,
        }
    }

    fn is_status(&self, path: &PathUse) -> bool {
        path.root == self.root && path.catalog.as_ref().is_some_and(|known| known.field == "internal.lifecycleStatus")
    }

    fn at(&self, path: &PathUse) -> Words {
        let known = path.catalog.as_ref().filter(|_| path.root == self.root)?;
        let words: &[&str] = match (known.field.as_str(), self.status) {
            ("internal.status", _) if self.active == Some(false) => &["inactive"],
            ("internal.lifecycleStatus", LifecycleStatus::Hired) => &["hired"],
            ("internal.lifecycleStatus", LifecycleStatus::Employed) => &["employed"],
            ("internal.lifecycleStatus", LifecycleStatus::Terminated) => &["terminated"],
            // Bob's meaning of the two: a leaver is inactive. Whether the others are is a company's setting.
            ("internal.status", LifecycleStatus::Terminated) => &["inactive"],
            ("internal.status", LifecycleStatus::Employed) => &["active"],
            _ => return None,
        };
        Some(words.iter().map(|word| (*word).to_owned()).collect())
    }

    /// The words that a field comes to, where they follow from the status alone.
    fn of_field(&self, index: FieldIndex) -> Words {
        let field = &self.mapping.fields[index];
        let Source::Entries(entries) = &field.source else { return None };
        if !field.when.is_empty() || !field.then.is_empty() {
            return None;
        }
        let mut words = Vec::new();
        for entry in entries {
            let EntrySource::Path { path, .. } = &entry.what else { return None };
            if !entry.when.is_empty() || !entry.then.is_empty() {
                return None;
            }
            let mut all_spelled = true;
            for word in self.at(path)? {
                match &field.spellings {
                    None => words.push(word),
                    Some(spellings) => match (spellings.words.get(word.as_bytes()), &spellings.otherwise) {
                        (Some(ours), _) => words.push(text(ours)),
                        (None, _) if entry.on_invalid == OnInvalid::TryNext => all_spelled = false,
                        (None, Some(otherwise)) => words.push(text(otherwise)),
                        (None, None) if spellings.pass_through => words.push(word),
                        (None, None) => {}
                    },
                }
            }
            if all_spelled {
                break;
            }
        }
        // A word without a spelling may leave the field blank.
        (!words.is_empty()).then_some(words)
    }
}

fn text(value: &Value<'_>) -> String {
    match value {
        Value::Boolean(value) => value.to_string(),
        other => other.as_text().map(|text| fold(text).into_owned()).unwrap_or_default(),
    }
}
