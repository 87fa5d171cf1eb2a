//! Fields of the catalog that may have replaced another, by their names and types alone.

use crate::catalog::{Catalog, Field, FieldKind, Likeness, company_field};

/// A field that may have replaced another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Suggested<'c> {
    pub field: &'c Field,
    pub likeness: Likeness,
    /// Whether the catalog pulled before lacks it.
    pub new: Option<bool>,
    /// One name holds all words of the other.
    pub alike: bool,
    /// Another field was called so before: this one will rather have taken that one's place.
    pub namesake_of_another: bool,
}

/// The old fields among `ids` with every field that may have replaced them, by their ids: what to ask of everybody and to
/// compare besides.
pub fn pairs(ids: &[String], now: &Catalog, before: Option<&Catalog>) -> Vec<(String, String)> {
    let of = |id: &String| {
        let found = candidates(id, now, before).into_iter();
        found.map(|found| (id.clone(), found.field.id.clone())).collect::<Vec<_>>()
    };
    ids.iter().flat_map(of).collect()
}

/// The field as it was: of the catalog pulled before, else of the one of now, else Bob's own.
pub(super) fn last_known<'c>(id: &str, now: &'c Catalog, before: Option<&'c Catalog>) -> Option<&'c Field> {
    before.and_then(|before| before.field(id)).or_else(|| now.field(id)).or_else(|| Catalog::builtin().field(id))
}

pub(super) fn candidates<'c>(id: &str, now: &'c Catalog, before: Option<&'c Catalog>) -> Vec<Suggested<'c>> {
    let Some(old) = last_known(id, now, before) else { return Vec::new() };
    // The old one may have got another name, so that the new one can have its own.
    let names: Vec<&str> =
        [Some(old), now.field(id), Catalog::builtin().field(id)].into_iter().flatten().map(|field| field.name.as_str()).collect();
    let suggested = |field: &'c Field| {
        let new = before.map(|before| before.field(&field.id).is_none_or(|field| field.deleted));
        let own = || company_field(&field.path.split('.').collect::<Vec<_>>()).is_some();
        let likeness = match new {
            Some(true) => names.iter().filter_map(|name| Likeness::of(name, &field.name)).max(),
            // What was there before has a place of its own, and what may have been there as well: only the name speaks for them.
            Some(false) => names.iter().any(|name| Likeness::is_same(name, &field.name)).then_some(Likeness::Same),
            None => names.iter().any(|name| Likeness::is_same(name, &field.name) && own()).then_some(Likeness::Same),
        }?;
        let alike = names.iter().any(|name| holds_words(name, &field.name));
        let others = || before.into_iter().flat_map(Catalog::fields).filter(|other| other.id != id && other.id != field.id);
        let namesake_of_another =
            likeness == Likeness::Similar && others().any(|other| Likeness::is_same(&other.name, &field.name));
        Some(Suggested { field, likeness, new, alike, namesake_of_another })
    };
    let fields = now.fields().filter(|field| !field.deleted && field.id != id && fits(&old.kind, &field.kind));
    fields.filter_map(suggested).collect()
}

fn holds_words(one: &str, other: &str) -> bool {
    let words = |name: &str| -> Vec<String> {
        let words = name.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let [one, other] = [one, other].map(words);
    let holds = |whole: &[String], part: &[String]| part.iter().all(|word| whole.contains(word));
    holds(&one, &other) || holds(&other, &one)
}

/// Whether a field of one type can take the place of a field of the other.
fn fits(old: &FieldKind, new: &FieldKind) -> bool {
    let worded = |kind: &FieldKind| {
        matches!(
            kind,
            FieldKind::Text
                | FieldKind::TextArea
                | FieldKind::Number
                | FieldKind::List
                | FieldKind::ListId
                | FieldKind::MultiList
                | FieldKind::HierarchyList
                | FieldKind::Ssn
                | FieldKind::Other(_)
        )
    };
    let text = |kind: &FieldKind| matches!(kind, FieldKind::Text | FieldKind::TextArea);
    let person = |kind: &FieldKind| matches!(kind, FieldKind::Employee | FieldKind::EmployeeReference);
    let list = |kind: &FieldKind| matches!(kind, FieldKind::List);
    let either = |a: &dyn Fn(&FieldKind) -> bool, b: &dyn Fn(&FieldKind) -> bool| a(old) && b(new) || a(new) && b(old);
    old == new
        || worded(old) && worded(new)
        || person(old) && person(new)
        || either(&text, &|kind| person(kind) || matches!(kind, FieldKind::Date | FieldKind::Time | FieldKind::Boolean))
        || either(&list, &|kind| *kind == FieldKind::Boolean)
        || either(&|kind| *kind == FieldKind::Date, &|kind| *kind == FieldKind::Time)
        || either(&|kind| *kind == FieldKind::Number, &|kind| *kind == FieldKind::Currency)
}
