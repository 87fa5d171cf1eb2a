//! Verdicts in words: what they rest on, and the cause in a line.

use super::{Candidate, CauseKind, Grade, Moved, Sight, Verdict};
use crate::catalog::{Catalog, Field};
use crate::diagnosis::company::name;
use crate::diagnosis::observation::Presence;

/// What the sentences are about.
pub(super) struct Telling<'t, 'c> {
    pub sight: &'t Sight<'c>,
    pub id: &'t str,
    pub field: Option<&'c Field>,
    pub people: Presence,
    pub moved: Option<&'t Moved>,
    pub candidates: &'t [Candidate],
}

impl Telling<'_, '_> {
    pub(super) fn sentences(&self, cause: CauseKind) -> Vec<String> {
        let mut said = Vec::new();
        said.extend(self.listed(cause));
        said.extend(self.moved());
        said.extend(self.seen(cause));
        said.extend(self.in_category(cause));
        said.extend(self.earlier());
        let best = self.candidates.iter().take(2);
        said.extend(best.map(|candidate| self.candidate(candidate)));
        said
    }

    fn listed(&self, cause: CauseKind) -> Option<String> {
        let Sight { now, before, .. } = self.sight;
        if self.field.is_some() || now.is_builtin() {
            return None;
        }
        let had = |catalog: &Catalog, field: &Field| format!("{} has it as \"{}\"", name(catalog), field.name);
        let here = if cause == CauseKind::Filled { "does not list it" } else { "has it no more" };
        match (before.and_then(|before| Some((before, before.field(self.id)?))), now.field(self.id)) {
            (Some((before, field)), _) => Some(format!("{}, {} {here}", had(before, field), name(now))),
            (None, Some(_)) => Some(format!("{} marks it as deleted", name(now))),
            (None, None) => {
                let fields = now.fields().filter(|field| !field.deleted).count();
                let own = Catalog::builtin().field(self.id).map(|_| ", though Bob has it in other companies");
                Some(format!("it is none of the {fields} fields of {}{}", name(now), own.unwrap_or_default()))
            }
        }
    }

    fn moved(&self) -> Option<String> {
        let Moved { from, to, permitted: _ } = self.moved?;
        let before = self.sight.before.map(name).unwrap_or_default();
        Some(format!("{before} has it under {from}, {} under {to}", name(self.sight.now)))
    }

    fn seen(&self, cause: CauseKind) -> Option<String> {
        let everybody = self.sight.everybody();
        match self.people {
            _ if cause == CauseKind::NotRequested && self.sight.observation.requested.is_some() => {
                Some("it is none of the fields that were asked for".to_owned())
            }
            Presence { filled: 0, blank: 0, absent: 0 } => None,
            Presence { filled: 0, blank: 0, absent: 1.. } => Some(format!("absent of {everybody}")),
            Presence { filled: 0, blank, absent: 0 } if blank == self.sight.observation.people.people => {
                Some(format!("blank for {everybody}"))
            }
            Presence { filled: 0, blank, absent: 0 } => Some(format!("blank for {blank} people")),
            Presence { filled: 0, blank, absent } => Some(format!("blank for {blank} people, absent of {absent}")),
            Presence { filled, blank, absent } => Some(format!("{filled} of {} people have a value", filled + blank + absent)),
        }
    }

    /// What came of the category besides.
    fn in_category(&self, cause: CauseKind) -> Option<String> {
        let field = self.field.filter(|_| self.people.absent > 0 && !self.people.is_readable())?;
        let place = self.sight.category_name(&field.category);
        let others: Vec<&Field> = self.sight.asked_in(&field.category).into_iter().filter(|other| other.id != field.id).collect();
        let readable = others.iter().filter(|other| self.sight.is_readable(&other.id)).count();
        let mut said = match (others.len(), readable) {
            (0, _) => format!("no other field of {place} was asked for"),
            (others, 0) => format!("so is every other field of {place} ({others})"),
            (others, readable) => format!("{readable} of {others} other fields of {place} came"),
        };
        let recorded = self.sight.observation.recorded && self.sight.observation.requested.is_none();
        if recorded && cause != CauseKind::NotRequested {
            said += "; or it was not asked for when the file was made";
        }
        Some(said)
    }

    fn earlier(&self) -> Option<String> {
        let earlier = self.sight.observation.people.earlier.as_ref()?;
        let had = earlier.fields.get(self.id)?.filled;
        let unseen = earlier.had_and_unseen.get(self.id).copied().unwrap_or_default();
        let now = if unseen > 0 { format!(", {unseen} of them are not seen now") } else { String::new() };
        Some(format!("in {} {} had a value{now}", earlier.name, people(had)))
    }

    fn candidate(&self, candidate: &Candidate) -> String {
        let Candidate { id, name: called, category, same_name, new, people: seen, agreement, .. } = candidate;
        let mut said = format!("{called} ({id}, under {category})");
        let before = self.sight.before.map(name).unwrap_or_default();
        said += match new {
            Some(true) => " is new since ",
            Some(false) => " was already in ",
            None => " has",
        };
        said += &if new.is_some() { before } else { String::new() };
        said += match (same_name, new) {
            (true, Some(_)) => " and has the same name",
            (false, Some(_)) => " and has a similar name",
            (true, None) => " the same name",
            (false, None) => " a similar name",
        };
        said += &match (agreement.both, seen) {
            (0, Presence { filled: 0, blank: 0, absent: 1.. }) => {
                "; it is not permitted, so its values can't be compared".to_owned()
            }
            (0, Presence { filled: 0, blank: 1.., .. }) => "; it is blank for all".to_owned(),
            (0, _) if agreement.is_exclusive() => {
                format!("; {} have it and not the old one, {} the old one, nobody both", agreement.instead, agreement.only_old)
            }
            (0, Presence { filled: 1.., .. }) => {
                format!("; {} it, and nobody has both to compare", have(seen.filled))
            }
            (0, _) => "; its values were not looked at".to_owned(),
            (both, _) if agreement.holds() => {
                let little = if agreement.telling { "" } else { ", which proves little" };
                format!("; its values agree for {} of {}{little}", agreement.agree, people(both))
            }
            (both, _) => format!("; its values agree for {} of {} only", agreement.agree, people(both)),
        };
        said
    }
}

pub(super) fn people(count: u64) -> String {
    if count == 1 { "1 person".to_owned() } else { format!("{count} people") }
}

fn have(count: u64) -> String {
    if count == 1 { "1 person has".to_owned() } else { format!("{count} people have") }
}

impl Grade {
    pub fn word(self) -> &'static str {
        match self {
            Grade::Guess => "a guess",
            Grade::Likely => "likely",
            Grade::Certain => "certain",
        }
    }
}

impl Verdict {
    /// Whether something has to be said: a cause for which somebody has no value.
    pub fn is_lacking(&self) -> bool {
        !matches!(self.cause, CauseKind::Filled | CauseKind::Unknown)
    }

    /// The cause in a line, with its grade where it is not certain.
    pub fn why(&self) -> String {
        let category = self.category.as_deref().unwrap_or("its category");
        let why = match self.cause {
            CauseKind::Filled => "has values".to_owned(),
            CauseKind::BlankForPerson => "permitted, and blank for this person".to_owned(),
            CauseKind::NeverFilled if self.people.absent > 0 => "blank for all for whom it is permitted".to_owned(),
            CauseKind::NeverFilled => "permitted, and blank for all".to_owned(),
            CauseKind::OutsideAccess => "blank for all seen: those who have it are outside the access rule".to_owned(),
            CauseKind::NotRequested => "not asked for".to_owned(),
            CauseKind::NotPermitted if self.people.is_readable() => "not permitted for this person".to_owned(),
            CauseKind::NotPermitted if self.grade == Grade::Guess => {
                format!("not permitted ({category} is not ticked), or not asked for")
            }
            CauseKind::NotPermitted => format!("not permitted: {category} is not ticked"),
            CauseKind::Moved => match &self.moved {
                Some(Moved { from, to, .. }) => format!("moved from {from} to {to}, which is not ticked"),
                None => format!("moved to {category}, which is not ticked"),
            },
            CauseKind::EditNeeded => "not permitted: Edit is needed besides View".to_owned(),
            CauseKind::FieldDenied => format!("not permitted by itself, though {category} is ticked"),
            CauseKind::Deleted => "deleted in Bob".to_owned(),
            CauseKind::Replaced => match self.candidates.first() {
                Some(Candidate { name, id, tick, .. }) if tick.is_empty() => format!("replaced by {name} ({id})"),
                Some(Candidate { name, id, category, .. }) => {
                    format!("replaced by {name} ({id}), and {category} is not ticked")
                }
                None => "replaced".to_owned(),
            },
            CauseKind::NoSuchField => "Bob has no such field".to_owned(),
            CauseKind::Unknown => "not known".to_owned(),
        };
        match self.grade {
            Grade::Certain => why,
            Grade::Guess if self.cause == CauseKind::NotPermitted => why,
            Grade::Likely | Grade::Guess => format!("{why} ({})", self.grade.word()),
        }
    }
}
