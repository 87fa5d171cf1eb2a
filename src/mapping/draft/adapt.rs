//! A mapping made to fit one company: its own fields as further places to look, its categories, what it lacks.

use super::bench::Bench;
use super::names::{own_fields, same};
use super::{Note, OwnField};
use crate::catalog::{Catalog, Field, FieldKind};
use crate::mapping::Mapping;
use crate::mapping::document::{Document, NodeId};
use crate::mapping::edit::{NewEntry, NotEditable};
use crate::mapping::look::{Look, category, has_list, is_list, looks, mirrored, new_entry, path};
use crate::value::Kind;

/// The shipped text under its own name, with a header in the place of the line that tells editors where the schema lies: that
/// is true in bobmap's repository only.
pub fn headed(text: &str, name: &str, header: &[String]) -> String {
    let rest = match text.split_once('\n') {
        Some((first, rest)) if first.starts_with("# yaml-language-server:") => rest,
        _ => text,
    };
    let rest = rest.strip_prefix("#\n").unwrap_or(rest);
    let lines: String = header.iter().map(|line| format!("# {line}\n")).collect();
    let named: Vec<String> = rest
        .split_inclusive('\n')
        .map(|line| if line.starts_with("mapping: ") { format!("mapping: {name}\n") } else { line.to_owned() })
        .collect();
    format!("{lines}#\n{}", named.concat())
}

/// Does what can be done, and notes it.
pub fn adapt(bench: &mut Bench<'_>, notes: &mut Vec<Note>) {
    let catalog = bench.environment.catalog;
    add_own_fields(bench, catalog, notes);
    correct_categories(bench, catalog, notes);
    say_what_lacks(bench, catalog, notes);
    offer_ignored(bench, catalog, notes);
}

fn add_own_fields(bench: &mut Bench<'_>, catalog: &Catalog, notes: &mut Vec<Note>) {
    let tried = bench.compiled();
    let Some(mapping) = &tried.mapping else { return };
    let looks = own_looks(mapping);
    let model = bench.model;
    let mut fields: Vec<&str> = looks.iter().map(|look| look.field.as_str()).collect();
    fields.dedup();
    for name in fields {
        let mut wanted: Vec<(&Field, NewEntry)> = Vec::new();
        let of_field = || looks.iter().filter(|look| look.field == name);
        let known = |new: &str| of_field().any(|look| look.written == new);
        for look in of_field().filter(|look| !look.conditional) {
            for own in twins(look, catalog) {
                if let Some(entry) = mirrored(look, own, true, catalog, &tried.project) {
                    wanted.push((own, entry));
                }
            }
        }
        let title = model.field(name).map(|field| field.title.as_str());
        let called = |own: &&Field| same(&own.name, name) || title.is_some_and(|title| same(&own.name, title));
        let root = of_field().next().map_or("$", |look| look.root.as_str());
        for own in own_fields(catalog).filter(called) {
            if wanted.iter().all(|(other, _)| other.id != own.id) {
                wanted.push((own, new_entry(own, root, &[], is_list(own) && !has_list(own, catalog), Vec::new(), catalog)));
            }
        }
        // Templates and constants that stand last have the last word still.
        let mut at = of_field().map(|look| look.next).max().unwrap_or(usize::MAX);
        let mut done: Vec<String> = Vec::new();
        for (own, entry) in wanted {
            let entry = NewEntry { comment: Some(format!("\"{}\", a field of this company's own", own.name)), ..entry };
            if known(&entry.path) || done.contains(&entry.path) {
                continue;
            }
            done.push(entry.path.clone());
            let declared = of_field().next().map_or(Kind::String, |look| look.kind);
            let kind = model.field(name).map_or(declared, |field| field.kind);
            let own_field = OwnField::of(own, &entry.path, catalog);
            let result = match fits(kind, own) {
                true => bench.change(|editor, _| editor.add_entry(name, at, &entry)),
                false => Err(format!("its type is {}, and {} is needed", own.kind, kind)),
            };
            let field = name.to_owned();
            match result {
                Ok(()) => {
                    at += 1;
                    notes.push(Note::Added { field, own: own_field });
                }
                Err(why) => notes.push(Note::Unfit { field, own: own_field, why }),
            }
        }
    }
}

/// The places to look that stand in the mapping's own file.
fn own_looks(mapping: &Mapping) -> Vec<Look> {
    let mut looks = looks(mapping);
    looks.retain(|look| !look.used && look.place.file == mapping.place.file);
    looks
}

/// Texts pass for dates by type, and whether they are dates nobody knows.
fn fits(kind: Kind, own: &Field) -> bool {
    !matches!(kind, Kind::Date | Kind::Datetime) || matches!(own.kind, FieldKind::Date | FieldKind::Time)
}

/// The company's own fields that are called what the field of this place is called, by the company or by Bob itself.
fn twins<'c>(look: &Look, catalog: &'c Catalog) -> impl Iterator<Item = &'c Field> {
    let names: Vec<&str> = look.names.iter().map(String::as_str).collect();
    let here = catalog.by_names(&names).map(|(field, _)| field).filter(|field| !super::names::is_own(field));
    let built_in = Catalog::builtin().by_names(&names).map(|(field, _)| field);
    let called: Vec<String> = [here, built_in].into_iter().flatten().map(|field| field.name.clone()).collect();
    own_fields(catalog).filter(move |own| called.iter().any(|name| same(name, &own.name)))
}

fn correct_categories(bench: &mut Bench<'_>, catalog: &Catalog, notes: &mut Vec<Note>) {
    let tried = bench.compiled();
    let Some(mapping) = &tried.mapping else { return };
    let all = own_looks(mapping);
    let real = |look: &Look| {
        let names: Vec<&str> = look.names.iter().map(String::as_str).collect();
        catalog.by_names(&names).map(|(field, _)| (field, category(field, catalog)))
    };
    let wrong = |given: &str, field: &Field| catalog.category_by_name(given).is_none_or(|named| named.id != field.category);
    let mut names: Vec<&str> = all.iter().map(|look| look.field.as_str()).collect();
    names.dedup();
    for name in names {
        let document = tried.project.document(mapping.place);
        let whole = document.at_pointer(["fields", name, "category"]);
        let (alone, under): (Vec<&Look>, Vec<&Look>) =
            all.iter().filter(|look| look.field == name).partition(|look| document.get(look.place.node, "category").is_some());
        let mut changes: Vec<(&Look, &Field, String, String, bool)> = Vec::new();
        for look in alone {
            let given = document.get(look.place.node, "category").and_then(|node| document.text(node)).unwrap_or_default();
            if let Some((field, to)) = real(look).filter(|(field, _)| wrong(given, field)) {
                changes.push((look, field, given.to_owned(), to.to_owned(), false));
            }
        }
        if let Some(given) = whole.and_then(|node| document.text(node)) {
            let known: Vec<(&Look, &Field, &str)> =
                under.iter().filter_map(|look| real(look).map(|(field, to)| (*look, field, to))).collect();
            let together = known.windows(2).all(|pair| pair[0].1.category == pair[1].1.category);
            let moved = known.into_iter().filter(|(_, field, _)| wrong(given, field));
            let moved = moved.map(|(look, field, to)| (look, field, given.to_owned(), to.to_owned(), together));
            changes.extend(moved.take(if together { 1 } else { usize::MAX }));
        }
        // From the last to the first: a change moves only what stands behind it, and the next one looks anew.
        let mut corrected = Vec::new();
        for (look, field, from, to, together) in changes.into_iter().rev() {
            let pointer = |document: &Document| -> Option<NodeId> {
                match together {
                    true => document.at_pointer(["fields", name, "category"]),
                    false => entry_node(document, name, look),
                }
            };
            let done = bench.change(|editor, document| {
                let node = pointer(document).ok_or(NotEditable::NoSuchField)?;
                let edit = if together { editor.set_text(node, &to) } else { editor.set_category(node, &to) };
                edit.map(|edit| vec![edit])
            });
            if done.is_ok() {
                corrected.push(Note::Category { field: name.to_owned(), name: field.name.clone(), from, to });
            }
        }
        notes.extend(corrected.into_iter().rev());
    }
}

fn say_what_lacks(bench: &mut Bench<'_>, catalog: &Catalog, notes: &mut Vec<Note>) {
    let tried = bench.compiled();
    let Some(mapping) = &tried.mapping else { return };
    let mut lacking = Vec::new();
    for look in own_looks(mapping).iter().rev() {
        let names: Vec<&str> = look.names.iter().map(String::as_str).collect();
        if names.is_empty() || catalog.by_names(&names).is_some_and(|(field, _)| !field.deleted) {
            continue;
        }
        let done = bench.change(|editor, document| {
            let node = entry_node(document, &look.field, look).ok_or(NotEditable::NoSuchField)?;
            Ok(vec![editor.comment(node, &format!("this company's Bob has no {}", look.written))])
        });
        // Where the file can't say it, the summary does.
        drop(done);
        lacking.push(Note::Lacking { field: look.field.clone(), path: look.written.clone() });
    }
    notes.extend(lacking.into_iter().rev());
}

/// Fields of the target that are left out on purpose, where the company has a field of that very name.
fn offer_ignored(bench: &mut Bench<'_>, catalog: &Catalog, notes: &mut Vec<Note>) {
    let tried = bench.compiled();
    let Some(spec) = tried.project.spec(bench.name) else { return };
    for ignored in &spec.ignore {
        let Some(name) = ignored.field.as_ref().map(|field| field.value.as_str()) else { continue };
        let title = bench.model.field(name).map_or("", |field| field.title.as_str());
        for own in own_fields(catalog).filter(|own| same(&own.name, name) || same(&own.name, title)) {
            notes.push(Note::Offered { field: name.to_owned(), own: OwnField::of(own, &path(&own.path, false), catalog) });
        }
    }
}

/// The entry that stood at this place among the field's, in a text that has changed since.
fn entry_node(document: &Document, field: &str, look: &Look) -> Option<NodeId> {
    let value = document.at_pointer(["fields", field])?;
    let Some(from) = document.get(value, "from") else { return Some(value) };
    document.items(from).get(look.next - 1).copied().or(Some(from))
}
