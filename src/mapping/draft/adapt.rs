//! A mapping made to fit one company: its own fields as further places to look, its categories, what it lacks.

use super::bench::Bench;
use super::names::{category, own_fields, path, same};
use super::{Note, OwnField};
use crate::catalog::{Catalog, Field, FieldKind};
use crate::mapping::Mapping;
use crate::mapping::compiled::{EntrySource, PathUse, Root, Source};
use crate::mapping::document::{Document, NodeId, Place};
use crate::mapping::edit::{NewEntry, NotEditable, write};
use crate::mapping::project::Project;
use crate::value::Kind;
use crate::value::json::{Data, Tree};
use crate::value::path::Path;

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

/// A place to look in an employee's record, as the mapping has it.
struct Look {
    field: String,
    kind: Kind,
    /// Where the entry stands; the number of the entry after it.
    place: Place,
    next: usize,
    /// `$`, or the join's word.
    root: String,
    names: Vec<String>,
    human: bool,
    /// The entry counts under a condition only.
    conditional: bool,
    written: String,
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
    let looks = looks(mapping);
    let model = bench.model;
    let mut fields: Vec<&str> = looks.iter().map(|look| look.field.as_str()).collect();
    fields.dedup();
    for name in fields {
        let mut wanted: Vec<(&Field, NewEntry)> = Vec::new();
        let of_field = || looks.iter().filter(|look| look.field == name);
        let known = |new: &str| of_field().any(|look| look.written == new);
        for look in of_field().filter(|look| !look.conditional) {
            for own in twins(look, catalog) {
                if let Some(entry) = mirrored(look, own, catalog, &tried.project) {
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

/// Texts pass for dates by type, and whether they are dates nobody knows.
fn fits(kind: Kind, own: &Field) -> bool {
    !matches!(kind, Kind::Date | Kind::Datetime) || matches!(own.kind, FieldKind::Date | FieldKind::Time)
}

fn is_list(field: &Field) -> bool {
    matches!(field.kind, FieldKind::List | FieldKind::HierarchyList)
}

/// Whether the labels of the field's items are known.
fn has_list(field: &Field, catalog: &Catalog) -> bool {
    field.list.as_ref().is_some_and(|list| catalog.list(list).is_some())
}

/// The company's own fields that are called what the field of this place is called, by the company or by Bob itself.
fn twins<'c>(look: &Look, catalog: &'c Catalog) -> impl Iterator<Item = &'c Field> {
    let names: Vec<&str> = look.names.iter().map(String::as_str).collect();
    let here = catalog.by_names(&names).map(|(field, _)| field).filter(|field| !super::names::is_own(field));
    let built_in = Catalog::builtin().by_names(&names).map(|(field, _)| field);
    let called: Vec<String> = [here, built_in].into_iter().flatten().map(|field| field.name.clone()).collect();
    own_fields(catalog).filter(move |own| called.iter().any(|name| same(name, &own.name)))
}

/// The same place for another field: its steps too, and labels where this one has labels.
fn mirrored(look: &Look, own: &Field, catalog: &Catalog, project: &Project) -> Option<NewEntry> {
    let names: Vec<&str> = look.names.iter().map(String::as_str).collect();
    let (field, taken) = catalog.by_names(&names).or_else(|| Catalog::builtin().by_names(&names))?;
    let mut rest: Vec<&str> = names[taken..].to_vec();
    if !rest.is_empty() && own.kind != field.kind {
        // A reference to an employee is the id that stands inside the whole employee.
        if rest != ["id"] || own.kind != FieldKind::EmployeeReference {
            return None;
        }
        rest.clear();
    }
    let mut steps = steps(look, project);
    let labelled = steps.iter().any(|step| step.starts_with("list_label"));
    steps.retain(|step| !step.starts_with("list_label"));
    let human = is_list(own) && (!has_list(own, catalog) || look.human && !labelled);
    Some(new_entry(own, &look.root, &rest, human, steps, catalog))
}

fn new_entry(own: &Field, root: &str, rest: &[&str], human: bool, mut then: Vec<String>, catalog: &Catalog) -> NewEntry {
    if is_list(own)
        && !human
        && let Some(list) = &own.list
    {
        // Named, so that it is found without the company's catalog too.
        then.insert(0, format!("list_label: {}", write::scalar(list)));
    }
    let whole = [&[own.path.as_str()], rest].concat().join(".");
    let path = path(&whole, human).replacen('$', root, 1);
    NewEntry { path, category: Some(category(own, catalog).to_owned()), then, comment: None }
}

/// The entry's own steps, each as YAML in one line.
fn steps(look: &Look, project: &Project) -> Vec<String> {
    let document = project.document(look.place);
    let Some(then) = document.get(look.place.node, "then") else { return Vec::new() };
    let json = document.json(then);
    match Tree::parse(&json) {
        Ok(Tree { data: Data::Array(steps), .. }) => steps.iter().map(write::step).collect(),
        Ok(step) => vec![write::step(&step)],
        Err(_) => Vec::new(),
    }
}

/// Every place of the file's own fields that lies in an employee's record, in the order of the file.
fn looks(mapping: &Mapping) -> Vec<Look> {
    let mut looks = Vec::new();
    for field in mapping.fields.iter().filter(|field| !field.used) {
        let Source::Entries(entries) = &field.source else { continue };
        for (at, entry) in entries.iter().enumerate() {
            let EntrySource::Path { path, .. } = &entry.what else { continue };
            if entry.place.file != mapping.place.file || !is_people(mapping, path) {
                continue;
            }
            let word =
                path.text[1..].find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).map_or(path.text.len(), |end| end + 1);
            let Ok(parsed) = Path::parse(&format!("${}", &path.text[word..])) else { continue };
            let names: Vec<String> = parsed.leading_names().into_iter().map(str::to_owned).collect();
            let human = names.first().is_some_and(|name| name == "humanReadable");
            looks.push(Look {
                field: field.name.clone(),
                kind: field.kind,
                place: entry.place,
                next: at + 1,
                root: path.text[..word].to_owned(),
                names: names.into_iter().skip(usize::from(human)).collect(),
                human,
                conditional: !entry.when.is_empty(),
                written: path.text.clone(),
            });
        }
    }
    looks.sort_by_key(|look| look.place.node);
    looks
}

fn is_people(mapping: &Mapping, path: &PathUse) -> bool {
    let resource = match path.root {
        Root::Record => mapping.source,
        Root::Row => return false,
        Root::Join(join) => mapping.joins[join].with,
    };
    resource.name == "hibob.people"
}

fn correct_categories(bench: &mut Bench<'_>, catalog: &Catalog, notes: &mut Vec<Note>) {
    let tried = bench.compiled();
    let Some(mapping) = &tried.mapping else { return };
    let all = looks(mapping);
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

/// The entry that stood at this place among the field's, in a text that has changed since.
fn entry_node(document: &Document, field: &str, look: &Look) -> Option<NodeId> {
    let value = document.at_pointer(["fields", field])?;
    let Some(from) = document.get(value, "from") else { return Some(value) };
    document.items(from).get(look.next - 1).copied().or(Some(from))
}

fn say_what_lacks(bench: &mut Bench<'_>, catalog: &Catalog, notes: &mut Vec<Note>) {
    let tried = bench.compiled();
    let Some(mapping) = &tried.mapping else { return };
    let mut lacking = Vec::new();
    for look in looks(mapping).iter().rev() {
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
