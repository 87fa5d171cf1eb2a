//! Whether two mappings make rows of one file: the same target, and the same columns in the same order.

use super::compiled::{Column, Mapping};
use crate::value::Kind;

/// How the rows of `other` differ in kind from those of `first`; `None` where both may stand in one file.
pub fn difference(first: &Mapping, other: &Mapping) -> Option<String> {
    let target = |mapping: &Mapping| mapping.target.as_ref().map(|target| target.name.clone());
    let (ours, theirs) = (target(first), target(other));
    if ours != theirs {
        let word = |target: Option<String>| target.map_or("no target".to_owned(), |target| format!("the target {target}"));
        return Some(format!("`{}` has {} and `{}` has {}", first.name, word(ours), other.name, word(theirs)));
    }
    for (mapping, beside) in [(first, other), (other, first)] {
        let lacking = |column: &&Column| !mapping.columns.iter().any(|known| known.header == column.header);
        if let Some(column) = beside.columns.iter().find(lacking) {
            return Some(format!("`{}` has no `{}`, which `{}` has", mapping.name, column.header, beside.name));
        }
    }
    for (at, (ours, theirs)) in first.columns.iter().zip(&other.columns).enumerate() {
        if ours.header != theirs.header {
            let (first_name, name) = (&first.name, &other.name);
            let (ours, theirs) = (&ours.header, &theirs.header);
            return Some(format!("column {} is `{ours}` in `{first_name}` and `{theirs}` in `{name}`", at + 1));
        }
        let (kind, their_kind) = (kind(first, ours), kind(other, theirs));
        if kind != their_kind {
            let words = |(kind, items): (Kind, Option<Kind>)| {
                items.map_or_else(|| kind.to_string(), |items| format!("{kind} of {items}"))
            };
            let (kind, their_kind) = (words(kind), words(their_kind));
            return Some(format!("`{}` is {kind} in `{}` and {their_kind} in `{}`", ours.header, first.name, other.name));
        }
    }
    let placed = first.layout == other.layout;
    (!placed).then(|| format!("`{}` and `{}` put their fields in different places (`to`)", first.name, other.name))
}

/// What a column holds: an enum's words are texts like any others.
fn kind(mapping: &Mapping, column: &Column) -> (Kind, Option<Kind>) {
    let field = &mapping.fields[column.field];
    let plain = |kind| if matches!(kind, Kind::Enum | Kind::Email) { Kind::String } else { kind };
    (plain(field.kind), (field.kind == Kind::List).then(|| plain(field.items)))
}
