//! A mapping for a target that none is shipped for: each field of the target matched by name, if the match is clear.

use super::bench::Bench;
use super::names::{fold, is_own, same};
use super::{Note, Wanted};
use crate::catalog::resource::Resource;
use crate::catalog::{Catalog, Field, FieldKind};
use crate::mapping::compile::Environment;
use crate::mapping::edit::write;
use crate::mapping::look::{category, path};
use crate::target::TargetField;
use crate::value::Kind;
use crate::value::text::printable;

/// Fields of Bob's by names that other tools give to what they hold.
const ALSO_CALLED: &[(&str, &str)] = &[
    ("givenname", "root.firstName"),
    ("forename", "root.firstName"),
    ("familyname", "root.surname"),
    ("workemail", "root.email"),
    ("emailaddress", "root.email"),
    ("mail", "root.email"),
    ("hiredate", "work.startDate"),
    ("managerid", "work.reportsTo"),
    ("manager", "work.reportsTo"),
    ("dateofbirth", "personal.birthDate"),
];

/// Names of the field that holds the id by which Bob knows a record.
const IDS: &[&str] = &["id", "remoteid", "externalid", "sourceid"];

/// The new text, which has a field at least, and what is to be said of it.
pub fn begin(wanted: &Wanted<'_>, name: &str, environment: &Environment<'_>) -> (String, Vec<Note>) {
    let people = Resource::find("hibob.people").expect("employees are a resource");
    let id_field = wanted.model.fields.iter().find(|field| IDS.contains(&fold(&field.name).as_str()));
    // A leading `_`: computed and never written.
    let key = id_field.map_or("_id", |field| &field.name);
    let header: String = wanted.header.iter().map(|line| format!("# {line}\n")).collect();
    let target = write::scalar(wanted.target);
    let key_word = write::scalar(key);
    let mut text = format!(
        "{header}\nmapping: {name}\nformat: 1\nsource: {}\ntarget: {target}\nkey: {key_word}\n\nfields:\n  {key_word}: {{ from: {}, personal: false }}\n",
        people.name,
        people.id_path()
    );
    let mut notes = Vec::new();
    text = refit_key(wanted, name, environment, text, key);
    let bench = bench(wanted, name, environment);
    for field in wanted.model.fields.iter().filter(|field| field.name != key) {
        let (candidates, several) = candidates(field, environment.catalog);
        let known = bench.compile(&text).errors().count();
        let fitting = candidates.into_iter().find(|candidate| {
            let given = usize::from(field.required);
            bench.compile(&format!("{text}{}", candidate.line)).errors().count() + given <= known
        });
        match fitting {
            Some(candidate) => {
                text.push_str(&candidate.line);
                notes.push(Note::Matched { field: field.name.clone(), path: candidate.path });
            }
            None => {
                text.push_str(&left_open(field, &several));
                notes.push(Note::Unmatched { field: field.name.clone(), required: field.required, several });
            }
        }
    }
    (text, notes)
}

/// Where texts that begin with nothing are tried.
fn bench<'b>(wanted: &Wanted<'b>, name: &'b str, environment: &'b Environment<'b>) -> Bench<'b> {
    let Wanted { file, beside, model, .. } = *wanted;
    Bench { name, file, beside, environment, model, text: String::new(), known: None }
}

/// The key holds Bob's id as text, unless the target wants it otherwise; then a helper holds it.
fn refit_key(wanted: &Wanted<'_>, name: &str, environment: &Environment<'_>, text: String, key: &str) -> String {
    let bench = bench(wanted, name, environment);
    let required = wanted.model.fields.iter().filter(|field| field.required && field.name != key).count();
    if bench.compile(&text).errors().count() <= required {
        return text;
    }
    let word = write::scalar(key);
    text.replace(&format!("\nkey: {word}\n"), "\nkey: _id\n").replace(&format!("  {word}: {{ from"), "  _id: { from")
}

/// A line of the file that may be right.
struct Candidate {
    path: String,
    line: String,
}

/// The ways to read the one field of Bob's that bears the name, the best first; or several fields of which nobody knows which.
fn candidates(field: &TargetField, catalog: &Catalog) -> (Vec<Candidate>, Vec<String>) {
    let mut found: Vec<(usize, &Field)> = catalog
        .fields()
        // What concerns the account in Bob is no fact about a person.
        .filter(|bob| !bob.deleted && bob.category != "userData")
        .filter_map(|bob| Some((likeness(field, bob)?, bob)))
        .collect();
    found.sort_by_key(|(likeness, bob)| (std::cmp::Reverse(*likeness), is_own(bob)));
    let Some((best, first)) = found.first().copied() else { return (Vec::new(), Vec::new()) };
    let equal: Vec<&Field> =
        found.iter().filter(|(likeness, bob)| *likeness == best && is_own(bob) == is_own(first)).map(|(_, bob)| *bob).collect();
    if equal.len() > 1 {
        return (Vec::new(), equal.iter().map(|bob| path(&bob.path, false)).collect());
    }
    (ways(field, first, catalog), Vec::new())
}

/// How many names they have in common; `None` if they have none.
fn likeness(field: &TargetField, bob: &Field) -> Option<usize> {
    let name = fold(&field.name);
    if ALSO_CALLED.iter().any(|(called, id)| *called == name && *id == bob.id) {
        return Some(9);
    }
    let last = bob.path.rsplit('.').next().unwrap_or_default();
    let named = [same(&bob.name, &field.name), same(&bob.name, &field.title), same(last, &field.name)];
    let common = named.into_iter().filter(|common| *common).count();
    (common > 0).then_some(common)
}

fn ways(field: &TargetField, bob: &Field, catalog: &Catalog) -> Vec<Candidate> {
    let (plain, label) = (path(&bob.path, false), path(&bob.path, true));
    let words = || spellings(field, bob, catalog);
    let read = match (&bob.kind, field.kind) {
        (FieldKind::List | FieldKind::HierarchyList, Kind::Enum) => vec![format!("from: {label}{}", words())],
        (FieldKind::List | FieldKind::HierarchyList | FieldKind::ListId, Kind::String) => {
            vec![format!("from: {label}"), format!("from: {plain}")]
        }
        (FieldKind::Employee, _) => vec![format!("from: {plain}.id"), format!("from: {plain}.email")],
        (FieldKind::Currency, Kind::Decimal | Kind::String) => vec![format!("from: {plain}.value")],
        // Other texts pass for dates by type, and whether they are dates nobody knows.
        (kind, Kind::Date | Kind::Datetime) if !matches!(kind, FieldKind::Date | FieldKind::Time) => Vec::new(),
        (FieldKind::Time, Kind::Datetime) => vec![format!("from: {plain}, then: [{{ assume_zone: UTC }}]")],
        (FieldKind::Date, Kind::Datetime) => vec![format!("from: {plain}, then: [start_of_day, {{ assume_zone: UTC }}]")],
        (_, Kind::Enum) => vec![format!("from: {plain}{}", words())],
        (FieldKind::Number, Kind::Integer) => vec![format!("from: {plain}"), format!("from: {plain}, then: [to_integer]")],
        _ => vec![format!("from: {plain}")],
    };
    let category = write::scalar(category(bob, catalog));
    let omit = if field.nullable || field.required { "" } else { ", on_missing: omit" };
    let candidates = read.into_iter().map(|from| {
        let name = write::scalar(&field.name);
        let line = format!("  {name}: {{ category: {category}, {}{omit} }} # \"{}\"\n", quoted_paths(&from), comment(&bob.name));
        Candidate { path: plain.clone(), line }
    });
    candidates.collect()
}

/// `from: $.a['b']` with the path in the quotes that it needs.
fn quoted_paths(from: &str) -> String {
    let rest = from.trim_start_matches("from: ");
    let end = rest.find(", then: ").or_else(|| rest.find(", spellings: ")).unwrap_or(rest.len());
    format!("from: {}{}", write::scalar(&rest[..end]), &rest[end..])
}

/// The target's words, each with the items of Bob's list that are called so.
fn spellings(field: &TargetField, bob: &Field, catalog: &Catalog) -> String {
    let list = bob.list.as_deref().and_then(|list| catalog.list(list));
    let words = field.words.iter().filter_map(|word| {
        let mut items: Vec<String> = match list {
            Some(list) => {
                list.items().filter(|item| same(&item.label, word)).map(|item| write::scalar(&item.label).into_owned()).collect()
            }
            None => vec![write::scalar(&word.to_lowercase().replace('_', " ")).into_owned()],
        };
        items.dedup();
        (!items.is_empty()).then(|| format!("{}: [{}]", write::scalar(word), items.join(", ")))
    });
    let words: Vec<String> = words.collect();
    let open = if field.open { ", pass_through: true" } else { "" };
    if words.is_empty() { open.to_owned() } else { format!(", spellings: {{ {} }}{open}", words.join(", ")) }
}

/// A field that nothing is clear for, as comments.
fn left_open(field: &TargetField, several: &[String]) -> String {
    let why = match (field.required, several) {
        (_, [_, ..]) => format!("several fields of Bob's are called so: {}", several.join(", ")),
        (true, []) => "no field of Bob's is called so".to_owned(),
        (false, []) => "nothing in Bob is called so".to_owned(),
    };
    let needed = if field.required { "REQUIRED by the target; " } else { "" };
    let about = if field.description.is_empty() { String::new() } else { format!(": {}", comment(&field.description)) };
    format!("  # {needed}{why}\n  # {}: $. # {}{about}\n", write::scalar(&comment(&field.name)), field.kind)
}

/// In one line, and nothing in it steers a terminal.
fn comment(text: &str) -> String {
    printable(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{ALSO_CALLED, IDS, fold};
    use crate::catalog::Catalog;

    #[test]
    fn what_stands_in_the_tables_is_there() {
        for (name, id) in ALSO_CALLED {
            assert!(fold(name) == *name && Catalog::builtin().field(id).is_some(), "{id}");
        }
        assert!(IDS.iter().all(|id| fold(id) == *id));
    }
}
