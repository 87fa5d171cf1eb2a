//! Records with invented values in the place of people's: of the same shape, the same for the same value wherever it stands,
//! and by a key without which nobody can tell what was there. Knows no file and no clock.

mod date;
mod permute;
mod policy;
mod text;
mod word;

use crate::catalog::resource::Resource;
use crate::catalog::{Catalog, Field, Item};
use crate::value::json::{Data, JsonError, Tree, write_compact, write_string};
use crate::value::read::is_slash_name;
use policy::Treatment;
use word::Words;

/// Replaces the values of people in records.
pub struct Pseudonyms<'c> {
    words: Words,
    catalog: &'c Catalog,
    /// Ids of fields whose values would stay.
    also: Vec<String>,
}

/// Where the walk through a record is.
struct Walk<'t, 'r> {
    record: &'r Tree<'t>,
    /// Whose record it is: choices from lists are made for each person anew.
    person: String,
    people: bool,
    /// Under `humanReadable`.
    human: bool,
}

impl<'c> Pseudonyms<'c> {
    /// `catalog` says which fields hold what. The same key gives the same names again.
    pub fn new(key: &[u8], catalog: &'c Catalog) -> Self {
        Pseudonyms { words: Words::new(key), catalog, also: Vec::new() }
    }

    /// The same, and the values of these fields (by id) are replaced too: lists may hold names.
    pub fn also(mut self, fields: Vec<String>) -> Self {
        self.also = fields;
        self
    }

    /// Appends the record as compact JSON with its personal values replaced. Nulls, booleans, blank texts, list items that are
    /// not about private life, and the names of fields stay.
    ///
    /// # Errors
    /// `json` is no JSON, or holds a name twice.
    pub fn record(&mut self, resource: &Resource, json: &str, out: &mut Vec<u8>) -> Result<(), JsonError> {
        let record = Tree::parse(json)?;
        if policy::is_about_nobody(resource) {
            write_compact(out, json);
            return Ok(());
        }
        let slash = record.get("/root/id").and_then(|wrapped| wrapped.get("value"));
        let person = record.get("employeeId").or_else(|| record.get("id")).or(slash).map_or("", |id| id.raw.trim_matches('"'));
        let person = person.to_owned();
        let mut walk = Walk { record: &record, person, people: resource.name == "hibob.people", human: false };
        let Data::Object(members) = &record.data else {
            self.value(&record, &mut Vec::new(), &walk, out);
            return Ok(());
        };
        out.push(b'{');
        for (at, (name, value)) in members.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            write_string(out, name);
            out.push(b':');
            walk.human = name == "humanReadable";
            let mut names: Vec<&str> = match &**name {
                "humanReadable" => Vec::new(),
                slash if is_slash_name(slash) => slash.split('/').skip(1).skip_while(|name| *name == "root").collect(),
                name => vec![name],
            };
            match (&value.data, value.get("value")) {
                (Data::Object(wrapper), Some(inner)) if is_slash_name(name) && wrapper.len() == 1 => {
                    out.extend_from_slice(b"{\"value\":");
                    self.value(inner, &mut names, &walk, out);
                    out.push(b'}');
                }
                _ => self.value(value, &mut names, &walk, out),
            }
        }
        out.push(b'}');
        Ok(())
    }

    fn value<'t>(&mut self, tree: &'t Tree<'_>, names: &mut Vec<&'t str>, walk: &Walk<'_, '_>, out: &mut Vec<u8>) {
        match &tree.data {
            Data::Null | Data::Boolean(_) => out.extend_from_slice(tree.raw.as_bytes()),
            Data::Array(items) => {
                out.push(b'[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    self.value(item, names, walk, out);
                }
                out.push(b']');
            }
            Data::Object(members) => {
                out.push(b'{');
                for (at, (name, value)) in members.iter().enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    write_string(out, name);
                    out.push(b':');
                    names.push(name);
                    self.value(value, names, walk, out);
                    names.pop();
                }
                out.push(b'}');
            }
            Data::Number => self.number(tree.raw, names, walk, out),
            Data::String(text) if text.trim().is_empty() => out.extend_from_slice(tree.raw.as_bytes()),
            Data::String(text) => match self.replaced(text, names, walk) {
                Some(other) => write_string(out, &other),
                None => out.extend_from_slice(tree.raw.as_bytes()),
            },
        }
    }

    fn treatment(&self, names: &[&str], walk: &Walk<'_, '_>) -> Treatment<'c> {
        if !walk.people {
            return policy::of_key(names.last().unwrap_or(&""));
        }
        let catalog = self.catalog;
        match catalog.by_names(names) {
            Some((field, _)) if self.also.contains(&field.id) => Treatment::Replace(date::Invented::Day),
            Some((field, taken)) => policy::of_field(field, &names[taken..], walk.human),
            None => Treatment::Replace(date::Invented::Day),
        }
    }

    /// The digits before the exponent are replaced; sign, point and exponent stay.
    fn number(&mut self, raw: &str, names: &[&str], walk: &Walk<'_, '_>, out: &mut Vec<u8>) {
        let choice = match self.treatment(names, walk) {
            Treatment::Keep => Some(raw.to_owned()),
            Treatment::Choice(field) => self.choice(field, raw, walk).filter(|id| id.bytes().all(|byte| byte.is_ascii_digit())),
            _ => None,
        };
        if let Some(number) = choice {
            out.extend_from_slice(number.as_bytes());
            return;
        }
        let (digits, exponent) = raw.split_at(raw.find(['e', 'E']).unwrap_or(raw.len()));
        let mut other = String::with_capacity(raw.len());
        self.words.replace_digits(digits, &mut other);
        out.extend_from_slice(other.as_bytes());
        out.extend_from_slice(exponent.as_bytes());
    }

    /// What stands in the place of a text that is not blank; `None` leaves it.
    fn replaced(&mut self, text: &str, names: &[&str], walk: &Walk<'_, '_>) -> Option<String> {
        let treatment = self.treatment(names, walk);
        let machine = if walk.human { machine(walk.record, names) } else { None };
        let machine_text = machine.and_then(|tree| match &tree.data {
            Data::String(text) => Some(text.trim()),
            _ => None,
        });
        let mut other = None;
        match treatment {
            Treatment::Keep => return None,
            Treatment::Digits => {
                let mut out = String::with_capacity(text.len());
                self.words.replace_digits(text, &mut out);
                return Some(out);
            }
            Treatment::ShortDate(invented) | Treatment::Replace(invented) if machine_text.is_some_and(|text| text.len() >= 5) => {
                other = date::written(&self.words, invented, text, machine_text.unwrap_or_default());
            }
            Treatment::ShortDate(invented) => other = date::short(&self.words, invented, text.trim()),
            Treatment::Choice(field) if walk.human => {
                other = machine.and_then(|machine| self.chosen_labels(field, machine, walk));
            }
            Treatment::Choice(field) => other = self.choice(field, text, walk),
            Treatment::Replace(_) => {}
        }
        let invented = match treatment {
            Treatment::Replace(invented) | Treatment::ShortDate(invented) => invented,
            _ => date::Invented::Day,
        };
        Some(other.unwrap_or_else(|| text::replace(&mut self.words, invented, text)))
    }

    /// The id of the item that stands in the place of the one with this id; a label for a label. `None` where the catalog does
    /// not have the item.
    fn choice(&self, field: &Field, value: &str, walk: &Walk<'_, '_>) -> Option<String> {
        let list = self.catalog.list(field.list.as_deref()?)?;
        if list.item(value).is_some() {
            return Some(self.chosen(field, value, walk)?.id.clone());
        }
        let labelled = list.items().find(|item| item.label == value)?;
        Some(self.chosen(field, &labelled.id, walk)?.label.clone())
    }

    fn chosen(&self, field: &Field, id: &str, walk: &Walk<'_, '_>) -> Option<&'c Item> {
        let items: Vec<&Item> = self.catalog.list(field.list.as_deref()?)?.items().collect();
        let at = self.words.permutation.choose(field.id.as_bytes(), &format!("{}|{id}", walk.person), items.len().max(1));
        items.get(at).copied()
    }

    /// As Bob writes them under `humanReadable`: several are joined by commas.
    fn chosen_labels(&self, field: &Field, machine: &Tree<'_>, walk: &Walk<'_, '_>) -> Option<String> {
        let label = |tree: &Tree<'_>| {
            let id = match &tree.data {
                Data::String(text) => text.as_ref(),
                _ => tree.raw,
            };
            let list = self.catalog.list(field.list.as_deref()?)?;
            let known = list.item(id).or_else(|| list.items().find(|item| item.label == id))?;
            Some(self.chosen(field, &known.id, walk)?.label.as_str())
        };
        match &machine.data {
            Data::Array(items) => Some(items.iter().map(label).collect::<Option<Vec<_>>>()?.join(",")),
            _ => label(machine).map(str::to_owned),
        }
    }
}

/// The machine value beside a text under `humanReadable`.
fn machine<'t, 'r>(record: &'r Tree<'t>, names: &[&str]) -> Option<&'r Tree<'t>> {
    names.iter().try_fold(record, |tree, name| tree.get(name)).or_else(|| {
        let slash = if names.len() == 1 { format!("/root/{}", names[0]) } else { format!("/{}", names.join("/")) };
        record.get(&slash)?.get("value")
    })
}

#[cfg(test)]
mod tests;
