//! Whose data came, against whose data the mappings want.

use super::super::observation::{Observation, STATUS};
use super::super::{AskedBy, Deed, Finding, FindingKind, JudgedPermission, People};
use super::{Evidence, finding, listed};
use crate::catalog::permission::{LifecycleStatus, Opens, access_rights, menu};

pub(super) fn judge(evidence: Evidence<'_>) -> People {
    let seen = &evidence.observation().people;
    let wanted = wanted(evidence);
    let has = |status: LifecycleStatus| seen.statuses.keys().any(|word| LifecycleStatus::of(word) == status);
    let unseen = if seen.statuses.is_empty() { Vec::new() } else { wanted.iter().copied().filter(|one| !has(*one)).collect() };
    People {
        seen: seen.people,
        all: !evidence.observation().limited,
        wanted: wanted.into_iter().map(LifecycleStatus::word).collect(),
        statuses: seen.statuses.clone(),
        unseen,
    }
}

/// An empty list of the mappings is everybody.
fn wanted(evidence: Evidence<'_>) -> Vec<LifecycleStatus> {
    let wanted = evidence.case.wanted;
    let all = LifecycleStatus::ALL.into_iter().filter(|status| wanted.is_empty() || wanted.contains(status));
    all.filter(|status| !evidence.case.without.contains(status)).collect()
}

pub(super) fn findings(evidence: Evidence<'_>, people: &People) -> Option<Finding> {
    let rights = access_rights(evidence.case.wanted);
    let values = rights.lifecycle_statuses.iter().map(|status| (*status).to_owned()).collect();
    let mend = vec![Deed::Select { menu: rights.menu, values }];
    if people.seen == 0 {
        let seen = match evidence.observation() {
            Observation { recorded: true, .. } => "the file has no record of a person",
            Observation { refused: true, .. } => {
                "HiBob refuses the list of people (403): the service user is in no permission group"
            }
            _ => "HiBob's list of people is empty: the service user is in no permission group, or its group may see nobody",
        };
        return Some(finding(FindingKind::NobodyVisible, "Nobody can be seen".to_owned(), mend, seen.to_owned()));
    }
    if !is_amiss(people) {
        return None;
    }
    let (title, seen) = match is_default_rule(people) {
        true => (
            "Only people who are Employed can be seen".to_owned(),
            format!(
                "{} {} Employed: a new permission group begins with the condition \"Lifecycle status equals Employed\"",
                evidence.everybody(),
                if people.seen == 1 { "is" } else { "are" }
            ),
        ),
        false => {
            let statuses: Vec<String> = people.statuses.iter().map(|(word, people)| format!("{people} {word}")).collect();
            ("Nobody who has left can be seen".to_owned(), format!("of {} people: {}", people.seen, listed(&statuses)))
        }
    };
    let needed_for = people.unseen.iter().map(|status| status.word().to_owned()).collect();
    Some(Finding { needed_for, ..finding(FindingKind::AccessRights, title, mend, seen) })
}

/// Every company has leavers sooner or later; that nobody is to begin or on leave is nothing strange.
fn is_amiss(people: &People) -> bool {
    people.unseen.contains(&LifecycleStatus::Terminated) || is_default_rule(people)
}

fn is_default_rule(people: &People) -> bool {
    let all_employed = people.statuses.keys().all(|word| LifecycleStatus::of(word) == LifecycleStatus::Employed);
    all_employed && !people.statuses.is_empty() && !people.unseen.is_empty()
}

pub(super) fn advice(evidence: Evidence<'_>, people: &People, permissions: &[JudgedPermission]) -> Option<Finding> {
    if people.seen == 0 || is_amiss(people) {
        return None;
    }
    if people.statuses.is_empty() && !wants_only_employed(evidence) {
        let lifecycle = lifecycle(evidence);
        // It is a finding already, and mended there.
        let said = permissions.iter().any(|row| row.asked_by == AskedBy::Mappings && row.opens == lifecycle);
        let mend = if said { Vec::new() } else { vec![Deed::Tick(menu(&lifecycle, evidence.catalog()))] };
        return Some(finding(
            FindingKind::StatusesUnknown,
            "Whether leavers and future hires can be seen is not known".to_owned(),
            mend,
            "nobody's lifecycle status can be read".to_owned(),
        ));
    }
    let names: Vec<String> = people.unseen.iter().map(|status| status.word().to_owned()).collect();
    (!names.is_empty()).then(|| {
        finding(
            FindingKind::StatusUnseen,
            format!("Nobody with the status {} was seen", listed(&names)),
            Vec::new(),
            "there may be nobody, or the condition under \"Access data for\" keeps them out".to_owned(),
        )
    })
}

fn wants_only_employed(evidence: Evidence<'_>) -> bool {
    wanted(evidence).iter().all(|status| *status == LifecycleStatus::Employed)
}

/// What shows the lifecycle status.
pub(super) fn lifecycle(evidence: Evidence<'_>) -> Opens {
    let field = evidence.catalog().field(STATUS);
    Opens::Section(field.map_or("lifecycle", |field| &field.category).to_owned())
}
