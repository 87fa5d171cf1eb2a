//! From what was seen to what is wrong. A box counts as missing only where HiBob shows that it is; what proves nothing either
//! way is said to be so.

mod advice;
mod fields;
mod people;
mod rows;

use super::cause::Sight;
use super::observation::Observation;
use super::{Deed, Diagnosis, Finding, FindingKind, JudgedPermission, Standing};
use crate::catalog::permission::{LifecycleStatus, Need, Opens};
use crate::catalog::{Catalog, Field};

/// What is judged.
#[derive(Debug)]
pub struct Case<'c> {
    /// What the mappings read and what setup guides ask for besides, by the catalog of this company.
    pub needs: &'c [Need],
    /// The company's fields as they are now.
    pub catalog: &'c Catalog,
    /// The company's fields as a file has them.
    pub before: Option<&'c Catalog>,
    /// What mapping files say of fields' categories: the mapping, the field's id, and the category's name.
    pub said: &'c [(String, String, String)],
    /// The lifecycle statuses of the people whom the mappings keep.
    pub wanted: &'c [LifecycleStatus],
    /// Statuses that nobody in the company has, by the word of the user.
    pub without: &'c [LifecycleStatus],
    pub observation: &'c Observation,
}

/// Judges a case.
pub fn judge(case: &Case<'_>) -> Diagnosis {
    let evidence = Evidence { case };
    let permissions = rows::judge(evidence);
    let people = people::judge(evidence);
    let fields = fields::judge(evidence, &people);
    let mut findings = Vec::new();
    findings.extend(people::findings(evidence, &people));
    let moves = advice::moves(evidence, &fields);
    findings.extend(rows::findings(evidence, &permissions, &fields, &moves));
    findings.extend(fields::findings(evidence, &fields));
    findings.sort_by_key(|finding| finding.kind);
    let mut advice = Vec::new();
    advice.extend(people::advice(evidence, &people, &permissions));
    advice.extend(fields::advice(&fields));
    advice.extend(advice::moved(evidence, &fields, &moves));
    advice.extend(rows::asked_by_guide(&permissions));
    advice.extend(advice::not_needed(evidence, &permissions));
    advice.sort_by_key(|finding| finding.kind);
    Diagnosis { well: findings.is_empty(), findings, advice, permissions, people, fields }
}

/// What was seen, looked up by field and by category.
#[derive(Debug, Clone, Copy)]
struct Evidence<'c> {
    case: &'c Case<'c>,
}

impl<'c> Evidence<'c> {
    fn observation(self) -> &'c Observation {
        self.case.observation
    }

    fn catalog(self) -> &'c Catalog {
        self.case.catalog
    }

    /// The same, for verdicts on fields.
    fn sight(self) -> Sight<'c> {
        let Case { catalog: now, before, observation, .. } = *self.case;
        Sight { now, before, observation, hides_leavers: false, hides_some: false }
    }

    fn asked_in(self, category: &str) -> Vec<&'c Field> {
        self.sight().asked_in(category)
    }

    fn readable_in(self, category: &str) -> usize {
        let sight = self.sight();
        sight.asked_in(category).into_iter().filter(|field| sight.is_readable(&field.id)).count()
    }

    fn category_name(self, id: &str) -> String {
        self.sight().category_name(id)
    }

    fn everybody(self) -> String {
        self.sight().everybody()
    }
}

impl JudgedPermission {
    /// What an admin would call it.
    pub fn name(&self) -> String {
        match (&self.opens, self.menu.as_slice()) {
            (Opens::Histories(_), [.., place, _]) => format!("{place} (histories)"),
            (Opens::TimeOff(_), [_, .., place, _]) => format!("Time off > {place}"),
            (_, [.., place, _]) => place.clone(),
            _ => "People".to_owned(),
        }
    }

    fn is_missing(&self) -> bool {
        self.standing == Standing::Missing
    }
}

fn finding(kind: FindingKind, title: String, mend: Vec<Deed>, evidence: String) -> Finding {
    Finding { kind, title, mend, evidence, needed_for: Vec::new() }
}

/// `1 field`, `2 fields`.
fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Names in a row: `a`, `a and b`, `a, b and c`.
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}
