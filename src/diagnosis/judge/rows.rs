//! Which of the boxes are ticked.

use super::super::observation::{Answer, History, Observation};
use super::super::{AskedBy, CauseKind, Deed, Finding, FindingKind, JudgedField, JudgedPermission, Standing};
use super::advice::Move;
use super::{Evidence, count, finding};
use crate::catalog::Field;
use crate::catalog::permission::{Need, Opens, Permission, TimeOffData, menu, permissions};

/// Every box that the mappings and guides ask for.
pub(super) fn judge(evidence: Evidence<'_>) -> Vec<JudgedPermission> {
    let there = |need: &&Need| {
        // A field that Bob does not have needs no box: that is said of the field.
        let read = super::super::questions::read_field(&need.what);
        read.is_none_or(|id| evidence.catalog().field(id).is_some_and(|field| !field.deleted))
    };
    let needs: Vec<Need> = evidence.case.needs.iter().filter(there).cloned().collect();
    permissions(&needs, evidence.catalog())
        .into_iter()
        .map(|Permission { opens, menu, needed_for, only_guided, note: _ }| {
            let (standing, shown) = match &opens {
                Opens::Section(category) => section(evidence, category, only_guided),
                Opens::Histories(category) => histories(evidence, category),
                Opens::Unplaced => (Standing::NotProvable, "the catalog does not say where these fields stand".to_owned()),
                Opens::TimeOff(data) => time_off(evidence, *data),
            };
            let asked_by = if only_guided { AskedBy::Guide } else { AskedBy::Mappings };
            JudgedPermission { opens, menu, standing, evidence: shown, asked_by, needed_for }
        })
        .collect()
}

fn section(evidence: Evidence<'_>, category: &str, only_guided: bool) -> (Standing, String) {
    let people = evidence.observation().people.people.max(evidence.observation().sample.people);
    let asked = evidence.asked_in(category);
    let readable = evidence.readable_in(category);
    let proves_nothing = |why: &str| (Standing::NotProvable, why.to_owned());
    if !evidence.catalog().fields().any(|field| field.category == category) {
        return proves_nothing("this company has no field there to ask for");
    }
    if people == 0 {
        return proves_nothing("nobody can be seen whose fields would show it");
    }
    if asked.is_empty() {
        return proves_nothing("no field of it could be asked for");
    }
    if readable > 0 {
        let asked = asked.len();
        let shown = if readable == asked { count(asked, "field") } else { format!("{readable} of {}", count(asked, "field")) };
        return (Standing::Granted, format!("{shown} came"));
    }
    let none = match asked.len() {
        1 => "its only field did not come".to_owned(),
        asked => format!("none of its {asked} fields came"),
    };
    match evidence.observation().recorded {
        // Nothing says what was asked for when the file was made, and bobmap does not ask for what only a guide wants.
        true if only_guided => (Standing::NotProvable, "no record of the file has a field of it".to_owned()),
        true => (Standing::Missing, format!("{none}, in no record: not permitted, or not asked for when the file was made")),
        false => (Standing::Missing, format!("{none}, of {}", whose(evidence, &asked))),
    }
}

/// Whose fields they were: everybody's, or a few people's.
fn whose(evidence: Evidence<'_>, asked: &[&Field]) -> String {
    let Observation { people, sample, .. } = evidence.observation();
    match asked.iter().any(|field| people.fields.contains_key(&field.id)) || sample.people == people.people {
        true => evidence.everybody(),
        false => format!("{} people who were looked at", sample.people),
    }
}

fn histories(evidence: Evidence<'_>, category: &str) -> (Standing, String) {
    let Some(History { answer, rows, not_current, notes }) = evidence.observation().histories.get(category) else {
        return (Standing::NotProvable, "records of people do not show it".to_owned());
    };
    let (standing, mut shown) = match answer {
        Answer::Forbidden => (Standing::Missing, "HiBob refuses the table (403)".to_owned()),
        Answer::NotThere => (Standing::NotProvable, "HiBob has no such table here (404)".to_owned()),
        Answer::Unclear(why) => (Standing::NotProvable, why.clone()),
        Answer::Allowed if *not_current > 0 => (Standing::Granted, format!("{not_current} of {rows} rows are not of today")),
        Answer::Allowed if *rows == 0 => (Standing::NotProvable, "the table is empty, or none of it may be seen".to_owned()),
        Answer::Allowed => {
            (Standing::NotProvable, format!("{rows} rows came, all of today: nothing older is there, or it may not be seen"))
        }
    };
    for note in notes {
        shown += &format!("; {note}");
    }
    (standing, shown)
}

/// Whether a box of time off is ticked, and what shows it.
pub(super) fn time_off(evidence: Evidence<'_>, data: TimeOffData) -> (Standing, String) {
    let proves_nothing = |why: &str| (Standing::NotProvable, why.to_owned());
    let Some(answer) = evidence.observation().time_off.get(&data) else {
        return match data {
            TimeOffData::PendingRequests | TimeOffData::PrivateRequests => {
                proves_nothing("without it HiBob leaves such requests out and says nothing")
            }
            _ if evidence.observation().recorded => proves_nothing("records of people do not show it"),
            _ => proves_nothing("nobody can be seen whose time off could be asked for"),
        };
    };
    let no_module = evidence.observation().time_off.get(&TimeOffData::WhosOut) == Some(&Answer::NotThere);
    match (answer, data) {
        (Answer::Allowed, _) => (Standing::Granted, "HiBob answers".to_owned()),
        (Answer::Forbidden, _) => (Standing::Missing, "HiBob refuses it (403)".to_owned()),
        // It was asked for a request that can't exist.
        (Answer::NotThere, TimeOffData::Requests) if !no_module => {
            (Standing::Granted, "HiBob looks for a request (404, not 403)".to_owned())
        }
        (Answer::NotThere, _) => proves_nothing("HiBob knows nothing of it (404): does the company use time off?"),
        (Answer::Unclear(why), _) => proves_nothing(why),
    }
}

/// The missing boxes that the mappings need. Where all sections are missing, that is one thing and not one for each.
pub(super) fn findings(
    evidence: Evidence<'_>,
    permissions: &[JudgedPermission],
    fields: &[JudgedField],
    moves: &[Move],
) -> Vec<Finding> {
    let needed = || permissions.iter().filter(|row| row.asked_by == AskedBy::Mappings);
    let is_section = |row: &&JudgedPermission| matches!(row.opens, Opens::Section(_));
    let sections: Vec<&JudgedPermission> = needed().filter(is_section).collect();
    let nothing = sections.len() > 1
        && sections.iter().all(|row| row.is_missing())
        && fields.iter().all(|field| field.verdict.cause != CauseKind::Filled)
        && !evidence.observation().recorded;
    let mut found = Vec::new();
    if nothing {
        let people = evidence.everybody();
        found.push(Finding {
            needed_for: Vec::new(),
            ..finding(
                FindingKind::NothingReadable,
                "Nothing can be read of people but their ids".to_owned(),
                sections.iter().map(|row| Deed::Tick(row.menu.clone())).collect(),
                format!("{people} came with an id and nothing else: the permission group has none of these boxes ticked"),
            )
        });
    }
    let mut missing: Vec<&JudgedPermission> = needed().filter(|row| row.is_missing() && !(nothing && is_section(row))).collect();
    missing.sort_by_key(|row| std::cmp::Reverse(row.needed_for.len()));
    found.extend(missing.into_iter().map(|row| Finding {
        needed_for: row.needed_for.clone(),
        ..finding(
            FindingKind::PermissionMissing,
            format!("No permission for {}", row.name()),
            ticks(evidence, row, permissions),
            format!("{}{}", row.evidence, moved_here(evidence, row, moves)),
        )
    }));
    found
}

/// The likely reason why a box is missing that was not needed before.
fn moved_here(evidence: Evidence<'_>, row: &JudgedPermission, moves: &[Move]) -> String {
    let Opens::Section(category) = &row.opens else { return String::new() };
    let here = moves.iter().filter(|one| one.to == *category);
    here.map(|Move { field, from, .. }| {
        let name = evidence.catalog().field(field).map_or(field, |field| &field.name);
        format!("; {name} has moved here from {from}")
    })
    .collect()
}

/// A table wants its section ticked too.
fn ticks(evidence: Evidence<'_>, row: &JudgedPermission, permissions: &[JudgedPermission]) -> Vec<Deed> {
    let own = Deed::Tick(row.menu.clone());
    let Opens::Histories(category) = &row.opens else { return vec![own] };
    let section = Opens::Section(category.clone());
    let said = permissions.iter().any(|other| other.opens == section && other.asked_by == AskedBy::Mappings);
    let hidden = !evidence.asked_in(category).is_empty() && evidence.readable_in(category) == 0;
    let also = (hidden && !said).then(|| Deed::Tick(menu(&section, evidence.catalog())));
    also.into_iter().chain([own]).collect()
}

/// The missing boxes that only a guide asks for.
pub(super) fn asked_by_guide(permissions: &[JudgedPermission]) -> Vec<Finding> {
    let guided = permissions.iter().filter(|row| row.asked_by == AskedBy::Guide && row.is_missing());
    guided
        .map(|row| {
            finding(
                FindingKind::AskedByGuide,
                format!("{} is not ticked; only ActivTrak's setup guide asks for it, bobmap does without", row.name()),
                vec![Deed::Tick(row.menu.clone())],
                row.evidence.clone(),
            )
        })
        .collect()
}
