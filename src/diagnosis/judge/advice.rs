//! What is worth knowing and stops nothing: fields that moved, and permissions that nothing needs.

use super::super::observation::History;
use super::super::{Deed, Finding, FindingKind, JudgedField, JudgedPermission, Standing};
use super::people::lifecycle;
use super::rows::time_off as time_off_of;
use super::{Evidence, finding};
use crate::catalog::permission::{Opens, menu};
use crate::catalog::{Catalog, Category};
use crate::diagnosis::company::name as file;
use indexmap::IndexMap;

/// A field that stands in another category than a file says.
pub(super) struct Move {
    pub field: String,
    /// The id of the category that it is in now.
    pub to: String,
    /// The name of the category that the files say.
    pub from: String,
    /// The files that say so.
    pub sources: Vec<String>,
}

/// The fields that the mappings read and that stand in another category than a catalog pulled before or a mapping file says.
pub(super) fn moves(evidence: Evidence<'_>, fields: &[JudgedField]) -> Vec<Move> {
    let case = evidence.case;
    let mut moves = Vec::new();
    for judged in fields {
        let Some(now) = case.catalog.field(&judged.verdict.id) else { continue };
        let before = case.before.and_then(|before| {
            let field = before.field(&judged.verdict.id)?;
            Some((file(before), before.category(&field.category)?))
        });
        let said = case.said.iter().filter(|(_, id, _)| *id == judged.verdict.id).filter_map(|(mapping, _, name)| {
            let category = named(case.catalog, name).or_else(|| named(Catalog::builtin(), name))?;
            Some((format!("the mapping {mapping}"), category))
        });
        let mut sources: IndexMap<&str, Vec<String>> = IndexMap::new();
        for (source, category) in before.into_iter().chain(said) {
            // The wish of a setup guide, and no word about this company.
            let guided = Catalog::builtin().also_in(now).any(|other| other == category.id);
            if category.id != now.category && !guided {
                sources.entry(&category.name).or_default().push(source);
            }
        }
        moves.extend(sources.into_iter().map(|(from, sources)| Move {
            field: now.id.clone(),
            to: now.category.clone(),
            from: from.to_owned(),
            sources,
        }));
    }
    moves
}

/// What moved, as advice. A box that it takes is judged by itself.
pub(super) fn moved(evidence: Evidence<'_>, fields: &[JudgedField], moves: &[Move]) -> Vec<Finding> {
    moves
        .iter()
        .filter_map(|Move { field, to, from, sources }| {
            let judged = fields.iter().find(|judged| judged.verdict.id == *field)?;
            let (name, to) = (judged.verdict.name.as_deref().unwrap_or(field), evidence.category_name(to));
            Some(Finding {
                needed_for: judged.needed_for.clone(),
                ..finding(
                    FindingKind::FieldMoved,
                    format!("{name} ({field}) has moved from {from} to {to}"),
                    Vec::new(),
                    format!("HiBob lists it under {to}; {} still {} {from}", sources.join(" and "), says(sources.len())),
                )
            })
        })
        .collect()
}

fn says(sources: usize) -> &'static str {
    if sources == 1 { "says" } else { "say" }
}

fn named<'c>(catalog: &'c Catalog, name: &str) -> Option<&'c Category> {
    catalog.category_by_name(name)
}

/// Boxes that are ticked and that neither a mapping nor a guide asks for.
pub(super) fn not_needed(evidence: Evidence<'_>, permissions: &[JudgedPermission]) -> Option<Finding> {
    // By the lifecycle status the doctor itself tells whose data may be seen.
    let statuses = lifecycle(evidence);
    let asked = |opens: &Opens| *opens == statuses || permissions.iter().any(|row| row.opens == *opens);
    let sections = evidence
        .catalog()
        .categories()
        .filter(|category| evidence.readable_in(&category.id) > 0)
        .map(|category| Opens::Section(category.id.clone()));
    // Rows of today come to everybody who may see the section.
    let histories = evidence.observation().histories.iter().filter(|(_, History { not_current, .. })| *not_current > 0);
    let histories = histories.map(|(category, _)| Opens::Histories(category.clone()));
    let time_off = evidence.observation().time_off.keys().copied();
    let time_off = time_off.filter(|data| time_off_of(evidence, *data).0 == Standing::Granted).map(Opens::TimeOff);
    let beyond = sections.chain(histories).chain(time_off).filter(|opens| !asked(opens));
    let mut beyond: Vec<Vec<String>> = beyond.map(|opens| menu(&opens, evidence.catalog())).collect();
    // The tab of people's data first, as in the table of permissions.
    beyond.sort_by_key(|menu| (menu[0] == "Features", menu.clone()));
    (!beyond.is_empty()).then(|| {
        finding(
            FindingKind::NotNeeded,
            "The service user may see more than these mappings need".to_owned(),
            beyond.into_iter().map(Deed::Untick).collect(),
            "HiBob shows it all of this; untick what nothing else needs".to_owned(),
        )
    })
}
