//! What came of each field that the mappings read: a value, nothing for anybody, or not even the field.

use super::super::observation::Presence;
use super::super::questions::read_field;
use super::super::{Cause, Deed, Finding, FindingKind, JudgedField, People};
use super::{Evidence, finding, listed};
use crate::catalog::permission::{LifecycleStatus, edit_menu, is_sensitive};
use crate::catalog::{Catalog, Field};
use indexmap::{IndexMap, IndexSet};

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

pub(super) fn judge(evidence: Evidence<'_>, people: &People) -> Vec<JudgedField> {
    let mut read: IndexMap<&str, IndexSet<&str>> = IndexMap::new();
    for need in evidence.case.needs {
        if let Some(id) = read_field(&need.what) {
            read.entry(id).or_default().extend(need.needed_for.iter().map(String::as_str));
        }
    }
    read.into_iter()
        .map(|(id, needed_for)| {
            let field = evidence.catalog().field(id).filter(|field| !field.deleted);
            let presence = evidence.presence(id).unwrap_or_default();
            JudgedField {
                id: id.to_owned(),
                name: field.map(|field| field.name.clone()),
                category: field.map(|field| evidence.category_name(&field.category)),
                cause: field.map_or(Cause::NoSuchField, |field| cause(evidence, people, field, presence)),
                people: presence,
                needed_for: needed_for.into_iter().map(str::to_owned).collect(),
            }
        })
        .collect()
}

fn cause(evidence: Evidence<'_>, people: &People, field: &Field, presence: Presence) -> Cause {
    let hides_leavers = people.unseen.contains(&LifecycleStatus::Terminated) || people.statuses.is_empty();
    match presence {
        Presence { filled: 1.., .. } => Cause::Filled,
        Presence { blank: 1.., .. } if hides_leavers && OF_LEAVERS.contains(&field.id.as_str()) => Cause::OutsideAccess,
        Presence { blank: 1.., .. } => Cause::NeverFilled,
        Presence { absent: 0, .. } => Cause::Unknown,
        _ if evidence.readable_in(&field.category) == 0 => Cause::NotPermitted,
        _ if is_sensitive(field) => Cause::EditNeeded,
        _ => Cause::FieldDenied,
    }
}

/// Fields that are hidden though their category came, and fields that are not there. What a missing box hides is said of the box.
pub(super) fn findings(evidence: Evidence<'_>, fields: &[JudgedField]) -> Vec<Finding> {
    let mut hidden: IndexMap<(&str, Cause), Vec<(&JudgedField, &Field)>> = IndexMap::new();
    for judged in fields.iter().filter(|field| matches!(field.cause, Cause::EditNeeded | Cause::FieldDenied)) {
        let field = evidence.catalog().field(&judged.id).expect("a field that is hidden is in the catalog");
        hidden.entry((&field.category, judged.cause)).or_default().push((judged, field));
    }
    let mut found: Vec<Finding> =
        hidden.into_iter().map(|((category, cause), group)| denied(evidence, category, cause, &group)).collect();
    found.extend(fields.iter().filter(|field| field.cause == Cause::NoSuchField).map(|field| no_such_field(evidence, field)));
    found
}

fn denied(evidence: Evidence<'_>, category: &str, cause: Cause, group: &[(&JudgedField, &Field)]) -> Finding {
    let names: Vec<String> = group.iter().map(|(_, field)| format!("{} ({})", field.name, field.id)).collect();
    let place = evidence.category_name(category);
    let (readable, asked) = (evidence.readable_in(category), evidence.asked_in(category).len());
    let allow = |(_, field): &(&JudgedField, &Field)| {
        Deed::Allow(["People's data", "People's fields", &place, &field.name].map(str::to_owned).to_vec())
    };
    let verb = if group.len() == 1 { "does" } else { "do" };
    let (kind, title, mend) = match cause {
        Cause::EditNeeded => (
            FindingKind::EditNeeded,
            format!("{} {verb} not come, though {place} is ticked: Bob wants Edit too for such fields", listed(&names)),
            vec![Deed::Tick(edit_menu(category, evidence.catalog()))],
        ),
        _ => (
            FindingKind::FieldDenied,
            format!("{} {verb} not come, though {place} is ticked", listed(&names)),
            group.iter().map(allow).collect(),
        ),
    };
    let needed_for: IndexSet<String> = group.iter().flat_map(|(judged, _)| judged.needed_for.clone()).collect();
    let mut seen = format!("absent of {}, while {readable} of {asked} fields of {place} came", evidence.everybody());
    if evidence.observation().recorded {
        seen += ": not permitted, or not asked for when the file was made";
    }
    Finding { needed_for: needed_for.into_iter().collect(), ..finding(kind, title, mend, seen) }
}

fn no_such_field(evidence: Evidence<'_>, judged: &JudgedField) -> Finding {
    let Evidence { case } = evidence;
    let near = case.catalog.near(&judged.id);
    let near = near.first().map(|near| format!(" (did you mean `$.{}`, {}?)", near.path(), near.field.name));
    let before = case.before.and_then(|before| Some((before, before.field(&judged.id)?)));
    let seen = match before {
        Some((before, field)) => format!("{} had it as \"{}\"; it is gone", file(before), field.name),
        None if case.observation.recorded => "the catalog does not have it".to_owned(),
        None => format!("it is none of the {} fields that HiBob lists", case.catalog.fields().count()),
    };
    let mend = Deed::Mapping(format!("take another path than `$.{}`{}", Field::path_of(&judged.id), near.unwrap_or_default()));
    Finding {
        needed_for: judged.needed_for.clone(),
        ..finding(FindingKind::NoSuchField, format!("Bob has no field `{}`", judged.id), vec![mend], seen)
    }
}

/// A catalog by its file and its day.
pub(super) fn file(catalog: &Catalog) -> String {
    let name = match catalog.origin() {
        crate::catalog::Origin::File(name) => name.as_str(),
        crate::catalog::Origin::BuiltIn => "the built-in catalog",
    };
    catalog.pulled().map_or_else(|| name.to_owned(), |day| format!("{name} of {day}"))
}

pub(super) fn advice(fields: &[JudgedField]) -> Vec<Finding> {
    let mut partly: IndexMap<(u64, u64), Vec<&JudgedField>> = IndexMap::new();
    for field in fields.iter().filter(|field| field.people.is_readable() && field.people.absent > 0) {
        let Presence { filled, blank, absent } = field.people;
        partly.entry((filled + blank, absent)).or_default().push(field);
    }
    let finding = |((have, lack), fields): ((u64, u64), Vec<&JudgedField>)| {
        let names: Vec<String> =
            fields.iter().map(|field| format!("{} ({})", field.name.as_deref().unwrap_or(&field.id), field.id)).collect();
        let needed_for: IndexSet<String> = fields.iter().flat_map(|field| field.needed_for.clone()).collect();
        let title = format!("{} {} for some people only", listed(&names), if names.len() == 1 { "comes" } else { "come" });
        let seen = format!("for {have} and not for {lack}: does another permission group reach other people?");
        Finding { needed_for: needed_for.into_iter().collect(), ..finding(FindingKind::PartlyPermitted, title, Vec::new(), seen) }
    };
    partly.into_iter().map(finding).collect()
}
