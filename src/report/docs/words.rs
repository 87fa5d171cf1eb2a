//! Paths, conditions, kinds and steps in the words that people use for them.

use super::block::{Line, code, joined, link, path as small, prose, strong, text};
use crate::catalog::resource::Resource;
use crate::catalog::{self, Catalog, company_field};
use crate::mapping::compiled::{Clause, Condition, Day, Field, FieldIndex, PathUse, Root, Subject, Test};
use crate::mapping::document::{NodeId, Place};
use crate::mapping::spec::Step;
use crate::mapping::{Mapping, Project};
use crate::transform;
use crate::value::path::Path;
use crate::value::{Kind, Value};
use std::collections::BTreeSet;

/// What the words are taken from.
#[derive(Clone, Copy)]
pub struct Words<'d> {
    pub project: &'d Project,
    pub catalog: &'d Catalog,
    pub mapping: &'d Mapping,
}

impl<'d> Words<'d> {
    /// By which links find the part of the page about a field. Rules of other files may have names that this one has too.
    pub fn key(&self, index: FieldIndex) -> String {
        let field = &self.mapping.fields[index];
        match field.used {
            true => format!("{}/rule/{index}", self.mapping.name),
            false => field_key(&self.mapping.name, &field.name),
        }
    }

    pub fn field(&self, index: FieldIndex) -> Line {
        vec![link(self.mapping.fields[index].name.clone(), self.key(index))]
    }

    /// A place in Bob as its menus have it, then as the mapping has it. `category` is what the file says of it.
    pub fn place(&self, path: &PathUse, category: Option<&str>) -> Line {
        let mut line = self.menu(path, category);
        line.extend([text(" ("), small(path.text.clone()), text(")")]);
        if let Root::Join(join) = path.root {
            line.extend([text(" of the record "), code(self.mapping.joins[join].name.clone())]);
        }
        line
    }

    /// The name alone, for tables.
    pub fn menu(&self, path: &PathUse, category: Option<&str>) -> Line {
        let (parsed, source) = self.parsed(path);
        let of_people = source.name == "hibob.people";
        let names = parsed.leading_names();
        let names = names.strip_prefix(&["humanReadable"]).unwrap_or(&names);
        if path.root == Root::Row {
            let mut line = self.row(of_people);
            line.extend((!names.is_empty()).then(|| text(format!(", its {}", names.join(".")))));
            return line;
        }
        let known = self.catalog.by_names(names).filter(|_| of_people);
        let Some((field, taken)) = known else { return vec![strong(self.unknown(path, names, source, category))] };
        let mut line = vec![strong(self.in_menus(field))];
        if taken < names.len() {
            line.extend([text(", "), code(names[taken..].join(".")), text(" in it")]);
        }
        if path.human_readable {
            line.push(text(", as people read it"));
        } else if field.list.is_some() && taken == names.len() {
            line.push(text(", as Bob stores it (often an id)"));
        }
        line
    }

    fn in_menus(&self, field: &catalog::Field) -> String {
        let category = self.catalog.category(&field.category).map_or(field.category.as_str(), |known| known.name.as_str());
        format!("{category} > {}", field.name)
    }

    /// One of the things that `one_row_per` finds.
    fn row(&self, of_people: bool) -> Line {
        let rows = self.mapping.rows.as_ref().expect("a row root is given out only with `one_row_per`");
        let names = self.mapping.record.path(rows.slot).leading_names();
        match self.catalog.by_names(&names).filter(|_| of_people) {
            Some((field, _)) => vec![strong(self.in_menus(field)), text(", one item of it")],
            None => vec![strong(names.join(".")), text(", one item of it")],
        }
    }

    /// What no menu of Bob's shows, or no catalog knows.
    fn unknown(&self, path: &PathUse, names: &[&str], source: &Resource, category: Option<&str>) -> String {
        if source.name != "hibob.people" {
            return format!("{}: {}", sentence(without_article(source.title)), names.join("."));
        }
        let said = category.or_else(|| {
            let id = path.catalog.as_ref().map(|place| place.category.as_str())?;
            Some(self.catalog.category(id).map_or(id, |known| known.name.as_str()))
        });
        match said {
            Some(category) => format!("{category} > a field of the company's own"),
            None if company_field(names).is_some() => "a field of the company's own".to_owned(),
            None => "a field that is not in the catalog".to_owned(),
        }
    }

    fn parsed(&self, path: &PathUse) -> (&'d Path, &'static Resource) {
        let mapping = self.mapping;
        match path.root {
            Root::Record => (mapping.record.path(path.slot), mapping.source),
            Root::Row => {
                let rows = mapping.rows.as_ref().expect("a row root is given out only with `one_row_per`");
                (rows.plan.path(path.slot), mapping.source)
            }
            Root::Join(join) => (mapping.joins[join].plan.path(path.slot), mapping.joins[join].with),
        }
    }

    pub fn clauses(&self, clauses: &[Clause]) -> Vec<Line> {
        clauses.iter().map(|clause| self.clause(clause)).collect()
    }

    fn clause(&self, clause: &Clause) -> Line {
        let place = clause.place;
        let document = self.project.document(place);
        let written: Vec<NodeId> = match document.get(place.node, "any") {
            Some(any) => document.items(any).to_vec(),
            None => vec![place.node],
        };
        let conditions = clause.any.iter().zip(written);
        joined(conditions.map(|(condition, node)| self.condition(condition, Place { node, ..place })), "; or ")
    }

    fn condition(&self, condition: &Condition, place: Place) -> Line {
        let mut line = match &condition.subject {
            Subject::Path(path) => self.place(path, None),
            Subject::Field(field) => self.field(*field),
        };
        // The program compares without regard to case; people read what the file says.
        let word = |key: &str| {
            let words = self.project.child(place, key).map(|place| {
                let document = self.project.document(place);
                let of = |node: NodeId| document.text(node).unwrap_or_default().to_owned();
                if document.text(place.node).is_some() {
                    vec![of(place.node)]
                } else {
                    document.items(place.node).iter().map(|node| of(*node)).collect()
                }
            });
            joined(words.unwrap_or_default().into_iter().map(|word| vec![code(word)]), ", ")
        };
        let none = ", or it has no value";
        match &condition.test {
            Test::In(words) if words.len() == 1 => {
                line.push(text(" is "));
                line.extend(joined([word("is"), word("in")].into_iter().filter(|words| !words.is_empty()), ", "));
            }
            Test::In(_) => {
                line.push(text(" is one of "));
                line.extend(word("in"));
            }
            Test::NotIn(words) => {
                line.push(text(if words.len() == 1 { " is not " } else { " is none of " }));
                line.extend(joined([word("is_not"), word("not_in")].into_iter().filter(|words| !words.is_empty()), ", "));
                line.push(text(none));
            }
            Test::HasValue(true) => line.push(text(" has a value")),
            Test::HasValue(false) => line.push(text(" has no value")),
            Test::OnOrAfter(day) => line.push(text(format!(" is {} or later", self::day(*day)))),
            Test::OnOrBefore(day) => line.push(text(format!(" is {} or earlier", self::day(*day)))),
        }
        line
    }

    /// What a step does, then the step as the file has it.
    pub fn step(&self, step: &Step) -> Line {
        let mut line = transform::find(&step.name).map_or_else(Line::new, |definition| prose(definition.summary));
        line.extend([text(" ("), small(written(step)), text(")")]);
        line
    }
}

/// A step as it may stand in a file, on one line.
fn written(step: &Step) -> String {
    match &step.argument {
        serde_json::Value::Null => step.name.clone(),
        serde_json::Value::String(argument) => format!("{}: {argument}", step.name),
        argument => format!("{}: {argument}", step.name),
    }
}

fn day(day: Day) -> String {
    match day {
        Day::Fixed(date) => date.to_string(),
        Day::FromRunDate(0) => "the day of the run".to_owned(),
        Day::FromRunDate(days) => {
            let (count, side) = (days.unsigned_abs(), if days < 0 { "before" } else { "after" });
            let unit = if count == 1 { "day" } else { "days" };
            format!("{count} {unit} {side} the day of the run")
        }
    }
}

/// By which links find a field that a mapping writes, or computes for itself.
pub fn field_key(mapping: &str, field: &str) -> String {
    format!("{mapping}/field/{field}")
}

/// How many words of an enum are named where it is said what a field holds.
const WORDS_SHOWN: usize = 8;

/// What a field holds, for people.
pub fn kind(field: &Field) -> String {
    let word = |kind: Kind| match kind {
        Kind::String => "text",
        Kind::Integer => "whole number",
        Kind::Decimal => "number",
        Kind::Boolean => "true or false",
        Kind::Date => "date",
        Kind::Datetime => "date and time",
        Kind::Email => "e-mail address",
        Kind::Enum => "one of some words",
        Kind::List => "list",
        Kind::Json => "any value",
    };
    match (field.kind, &field.spellings) {
        (Kind::List, _) => format!("list, each item {}", word(field.items)),
        (Kind::Enum, Some(spellings)) => {
            let known = spellings.words.iter().map(|(_, word)| word).chain(&spellings.otherwise).chain(&field.default);
            let words: BTreeSet<_> = known.map(Value::to_plain).collect();
            let shown: Vec<&str> = words.iter().take(WORDS_SHOWN).map(|word| &**word).collect();
            let more = words.len().saturating_sub(WORDS_SHOWN);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let others = if spellings.pass_through { ", or another word" } else { "" };
            format!("one of {}{more}{others}", shown.join(", "))
        }
        (kind, _) => word(kind).to_owned(),
    }
}

/// `a time off request` as `time off request`.
pub fn without_article(title: &str) -> &str {
    ["a ", "an "].into_iter().find_map(|article| title.strip_prefix(article)).unwrap_or(title)
}

/// A comment as a sentence of its own.
pub fn remark(words: &str) -> Line {
    let end = if words.ends_with(['.', '!', '?', ':']) { "" } else { "." };
    prose(&format!("{}{end}", sentence(words)))
}

/// With a capital at its beginning.
pub fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
