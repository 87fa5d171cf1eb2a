//! What came of each field that the mappings read: a value, nothing for anybody, or not even the field.

use super::super::cause::{Candidate, Sight};
use super::super::observation::Presence;
use super::super::questions::read_field;
use super::super::{CauseKind, Deed, Finding, FindingKind, Grade, JudgedField, People, Verdict};
use super::{Evidence, finding, listed};
use crate::catalog::permission::{LifecycleStatus, edit_menu};
use crate::catalog::{Field, Likeness};
use indexmap::{IndexMap, IndexSet};

pub(super) fn judge(evidence: Evidence<'_>, people: &People) -> Vec<JudgedField> {
    let mut read: IndexMap<&str, IndexSet<&str>> = IndexMap::new();
    for need in evidence.case.needs {
        if let Some(id) = read_field(&need.what) {
            read.entry(id).or_default().extend(need.needed_for.iter().map(String::as_str));
        }
    }
    let unknown = people.statuses.is_empty();
    let hides_leavers = people.unseen.contains(&LifecycleStatus::Terminated) || unknown;
    let sight = Sight { hides_leavers, hides_some: !people.unseen.is_empty() || unknown, ..evidence.sight() };
    let judged = read.into_iter().map(|(id, needed_for)| JudgedField {
        verdict: sight.verdict(id),
        needed_for: needed_for.into_iter().map(str::to_owned).collect(),
    });
    judged.collect()
}

/// Fields that are hidden though their category came, and fields that are not there. What a missing box hides is said of the box.
pub(super) fn findings(evidence: Evidence<'_>, fields: &[JudgedField]) -> Vec<Finding> {
    let mut hidden: IndexMap<(&str, CauseKind), Vec<(&JudgedField, &Field)>> = IndexMap::new();
    let single = [CauseKind::EditNeeded, CauseKind::FieldDenied, CauseKind::NotRequested];
    for judged in fields.iter().filter(|field| single.contains(&field.verdict.cause)) {
        let field = evidence.case.catalog.field(&judged.verdict.id).expect("a field that is hidden is in the catalog");
        hidden.entry((&field.category, judged.verdict.cause)).or_default().push((judged, field));
    }
    let mut found: Vec<Finding> =
        hidden.into_iter().map(|((category, cause), group)| denied(evidence, category, cause, &group)).collect();
    found.extend(fields.iter().filter_map(|judged| match judged.verdict.cause {
        CauseKind::NoSuchField | CauseKind::Deleted => Some(gone(evidence, judged)),
        CauseKind::Replaced if stops(&judged.verdict) => replaced(judged),
        _ => None,
    }));
    found
}

/// What may have replaced a field that is still there is worth knowing; what surely has, or a field that is gone, has to be mended.
fn stops(verdict: &Verdict) -> bool {
    verdict.grade == Grade::Certain || !verdict.people.is_readable()
}

fn denied(evidence: Evidence<'_>, category: &str, cause: CauseKind, group: &[(&JudgedField, &Field)]) -> Finding {
    let names: Vec<String> = group.iter().map(|(_, field)| format!("{} ({})", field.name, field.id)).collect();
    let place = evidence.category_name(category);
    let (readable, asked) = (evidence.readable_in(category), evidence.asked_in(category).len());
    let verb = if group.len() == 1 { "does" } else { "do" };
    let (kind, title, mend) = match cause {
        CauseKind::EditNeeded => (
            FindingKind::EditNeeded,
            format!("{} {verb} not come, though {place} is ticked: Bob wants Edit too for such fields", listed(&names)),
            vec![Deed::Tick(edit_menu(category, evidence.case.catalog))],
        ),
        CauseKind::NotRequested => (
            FindingKind::NotRequested,
            format!("{} {verb} not come, though other fields of {place} do", listed(&names)),
            vec![Deed::Mapping("fetch the records again, with every field that the mappings read".to_owned())],
        ),
        _ => (
            FindingKind::FieldDenied,
            format!("{} {verb} not come, though {place} is ticked", listed(&names)),
            group.iter().map(|(judged, _)| Deed::Allow(judged.verdict.tick.clone())).collect(),
        ),
    };
    let needed_for: IndexSet<String> = group.iter().flat_map(|(judged, _)| judged.needed_for.clone()).collect();
    let mut seen = format!("absent of {}, while {readable} of {asked} fields of {place} came", evidence.everybody());
    if evidence.observation().recorded {
        seen += ": not asked for when the file was made, or not permitted";
    }
    Finding { needed_for: needed_for.into_iter().collect(), ..finding(kind, title, mend, seen) }
}

fn gone(evidence: Evidence<'_>, judged: &JudgedField) -> Finding {
    let verdict = &judged.verdict;
    let (kind, title) = match (verdict.cause, &verdict.name) {
        (CauseKind::Deleted, Some(name)) => (FindingKind::Deleted, format!("{name} ({}) is deleted in Bob", verdict.id)),
        _ => (FindingKind::NoSuchField, format!("Bob has no field `{}`", verdict.id)),
    };
    let near = evidence.case.catalog.near(&verdict.id);
    let near = near.first().map(|near| (near.path(), near.field.name.as_str()));
    let guess = verdict
        .candidates
        .iter()
        .find(|candidate| candidate.may_be())
        .map(|candidate| (candidate.path.clone(), candidate.name.as_str()));
    let near = guess.or(near).map(|(path, name)| format!(" (did you mean `$.{path}`, {name}?)"));
    let mend = format!("take another path than `$.{}`{}", Field::path_of(&verdict.id), near.unwrap_or_default());
    Finding {
        needed_for: judged.needed_for.clone(),
        ..finding(kind, title, vec![Deed::Mapping(mend)], verdict.evidence.join("; "))
    }
}

fn replaced(judged: &JudgedField) -> Option<Finding> {
    let verdict = &judged.verdict;
    let Candidate { id, name, path, tick, .. } = verdict.candidates.first()?;
    let old = verdict.name.as_deref().unwrap_or(&verdict.id);
    let verb = if verdict.grade == Grade::Certain { "has been replaced by" } else { "was likely replaced by" };
    let new = match Likeness::of(old, name) {
        Some(Likeness::Same) => format!("a new field ({id})"),
        _ => format!("{name} ({id})"),
    };
    let path = format!("add `$.{path}` to `from` (`bobmap repair` proposes it)");
    let mend = (!tick.is_empty()).then(|| Deed::Tick(tick.clone())).into_iter().chain([Deed::Mapping(path)]).collect();
    Some(Finding {
        needed_for: judged.needed_for.clone(),
        ..finding(FindingKind::Replaced, format!("{old} ({}) {verb} {new}", verdict.id), mend, verdict.evidence.join("; "))
    })
}

pub(super) fn advice(fields: &[JudgedField]) -> Vec<Finding> {
    let mut partly: IndexMap<(u64, u64), Vec<&JudgedField>> = IndexMap::new();
    for field in fields.iter().filter(|field| field.verdict.people.is_readable() && field.verdict.people.absent > 0) {
        let Presence { filled, blank, absent } = field.verdict.people;
        partly.entry((filled + blank, absent)).or_default().push(field);
    }
    let finding = |((have, lack), fields): ((u64, u64), Vec<&JudgedField>)| {
        let name = |verdict: &Verdict| format!("{} ({})", verdict.name.as_deref().unwrap_or(&verdict.id), verdict.id);
        let names: Vec<String> = fields.iter().map(|field| name(&field.verdict)).collect();
        let needed_for: IndexSet<String> = fields.iter().flat_map(|field| field.needed_for.clone()).collect();
        let title = format!("{} {} for some people only", listed(&names), if names.len() == 1 { "comes" } else { "come" });
        let seen = format!("for {have} and not for {lack}: does another permission group reach other people?");
        Finding { needed_for: needed_for.into_iter().collect(), ..finding(FindingKind::PartlyPermitted, title, Vec::new(), seen) }
    };
    let likely = fields.iter().filter(|field| field.verdict.cause == CauseKind::Replaced && !stops(&field.verdict));
    partly.into_iter().map(finding).chain(likely.filter_map(replaced)).collect()
}
