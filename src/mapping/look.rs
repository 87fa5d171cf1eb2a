//! The places in employees' records at which a mapping looks, and the same places for another field of Bob's.

use super::compile::written_names;
use super::compiled::{EntrySource, Mapping, PathUse, Root, Source};
use super::document::Place;
use super::edit::{NewEntry, write};
use super::project::Project;
use crate::catalog::{Catalog, Field, FieldKind};
use crate::value::Kind;
use crate::value::json::{Data, Tree};
use crate::value::path::Path;

/// A place to look in an employee's record, as the mapping has it.
#[derive(Debug, Clone)]
pub struct Look {
    pub field: String,
    pub kind: Kind,
    /// Where the entry stands; the number of the entry after it.
    pub place: Place,
    pub next: usize,
    /// `$`, or the join's word.
    pub root: String,
    pub names: Vec<String>,
    pub human: bool,
    /// The entry counts under a condition only.
    pub conditional: bool,
    pub written: String,
    /// What it gives are words for people, not the ids of a list's items.
    pub labelled: bool,
    /// A rule that another field takes over.
    pub used: bool,
}

/// A field's path with `$` and, if asked, `humanReadable`.
pub fn path(field: &str, human: bool) -> String {
    format!("${}{}", if human { ".humanReadable" } else { "" }, written_names(field))
}

/// The category's name, as the admin sees it.
pub fn category<'c>(field: &'c Field, catalog: &'c Catalog) -> &'c str {
    catalog.category(&field.category).map_or(&field.category, |category| &category.name)
}

pub fn is_list(field: &Field) -> bool {
    matches!(field.kind, FieldKind::List | FieldKind::HierarchyList)
}

/// Whether the labels of the field's items are known.
pub fn has_list(field: &Field, catalog: &Catalog) -> bool {
    field.list.as_ref().is_some_and(|list| catalog.list(list).is_some())
}

/// The same place for another field: its steps too, and labels where `labels` asks for them of a list.
pub fn mirrored(look: &Look, own: &Field, labels: bool, catalog: &Catalog, project: &Project) -> Option<NewEntry> {
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
    if !labels {
        let whole = [&[own.path.as_str()], rest.as_slice()].concat().join(".");
        let path = path(&whole, false).replacen('$', &look.root, 1);
        return Some(NewEntry { path, category: Some(category(own, catalog).to_owned()), then: steps, comment: None });
    }
    let human = is_list(own) && (!has_list(own, catalog) || look.human && !labelled);
    Some(new_entry(own, &look.root, &rest, human, steps, catalog))
}

/// A field as a place to look; the ids of a list become labels.
pub fn new_entry(own: &Field, root: &str, rest: &[&str], human: bool, mut then: Vec<String>, catalog: &Catalog) -> NewEntry {
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

/// Every place that lies in an employee's record, by the order of the files.
pub fn looks(mapping: &Mapping) -> Vec<Look> {
    let mut looks = Vec::new();
    for field in &mapping.fields {
        let Source::Entries(entries) = &field.source else { continue };
        for (at, entry) in entries.iter().enumerate() {
            let EntrySource::Path { path, .. } = &entry.what else { continue };
            if !is_people(mapping, path) {
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
                labelled: human || entry.then.iter().chain(&field.then).any(|step| step.definition.name == "list_label"),
                used: field.used,
            });
        }
    }
    looks.sort_by_key(|look| look.place);
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
