//! The invented company without its people: categories, fields, lists and the service user's permissions, as a scenario
//! leaves them.

mod boxes;

pub use boxes::Permitted;

use super::fields::{Maker, salt};
use super::lists::{self, List};
use super::people::Person;
use super::scenario::{FieldChange, Problem, Spec, TableChange, TableName};
use super::time_off::Rules;
use super::value::Value;
use crate::catalog::permission::is_sensitive;
use crate::catalog::{Catalog, Field, FieldKind};
use crate::value::text::{fold, nearest};
use indexmap::IndexMap;
use std::collections::HashSet;

/// Everything but people.
pub struct Company {
    pub categories: IndexMap<String, String>,
    pub fields: IndexMap<String, Column>,
    pub lists: IndexMap<String, List>,
    pub lists_as_array: bool,
    pub permitted: Permitted,
    hidden: HashSet<String>,
    /// Folded; `None` is everybody.
    statuses: Option<Vec<String>>,
    tables: IndexMap<TableName, TableChange>,
    vanishing: HashSet<u64>,
    pub redirects: IndexMap<String, String>,
    pub time_off: Rules,
}

/// A field and its values.
pub struct Column {
    pub field: Field,
    maker: Maker,
    /// The list that the maker's values are items of; another field's, where they are copied.
    drawn_from: Option<String>,
    /// Who has a value.
    share: Option<Share>,
    /// Who has none, because another field has it.
    replaced: Vec<Share>,
}

/// Some of the people: those for whom the field's own number falls below a bound.
#[derive(Debug, Clone, Copy)]
struct Share {
    salt: u64,
    /// Of a million.
    bound: i64,
}

impl Share {
    fn of(id: &str, share: f64) -> Share {
        Share { salt: salt(id) ^ 0x5eed, bound: (share * 1e6).round() as i64 }
    }

    fn has(self, person: &Person<'_>) -> bool {
        person.draw(self.salt, 0, 999_999) < self.bound
    }
}

impl Column {
    pub fn value(&self, person: &Person<'_>) -> Value {
        let has = self.share.is_none_or(|share| share.has(person)) && !self.replaced.iter().any(|share| share.has(person));
        if has { self.maker.value(person) } else { Value::Null }
    }

    /// The list that items among its values are looked up in.
    pub fn list<'c>(&self, company: &'c Company) -> Option<&'c List> {
        company.lists.get(self.drawn_from.as_ref()?)
    }

    /// The field is a text that holds the labels of items, not the items.
    pub fn holds_labels(&self) -> bool {
        self.drawn_from.is_some() && self.field.list.is_none()
    }
}

/// A field that this company made itself.
pub struct OwnField {
    pub id: &'static str,
    name: &'static str,
    category: &'static str,
    kind: FieldKind,
    list: Option<&'static str>,
}

const OWN_CATEGORY: (&str, &str) = ("category_1647463606491", "IT and payroll ids");

/// What every company here has beside Bob's own fields.
#[rustfmt::skip]
pub const OWN_FIELDS: &[OwnField] = &[
    OwnField { id: "work.customColumns.column_1655996461265", name: "Team", category: "work", kind: FieldKind::List, list: Some("work.column_1655996461265") },
    OwnField { id: "work.custom.field_1667499206086", name: "Cost centre", category: "work", kind: FieldKind::Text, list: None },
    OwnField { id: "custom.category_1647463606491.field_1647463700008", name: "Personnel number", category: OWN_CATEGORY.0, kind: FieldKind::Text, list: None },
    OwnField { id: "custom.category_1647463606491.field_1647463700016", name: "Company email", category: OWN_CATEGORY.0, kind: FieldKind::Text, list: None },
    OwnField { id: "custom.category_1647463606491.field_1704464569961", name: "Laptop tag", category: OWN_CATEGORY.0, kind: FieldKind::Text, list: None },
];

/// What is wrong, and the word of the file that it is about.
pub type Refused = (Problem, String);

impl Company {
    pub fn new(spec: &Spec) -> Result<Company, Refused> {
        let mut company = Company {
            categories: Catalog::builtin().categories().map(|one| (one.id.clone(), one.name.clone())).collect(),
            fields: IndexMap::new(),
            lists: lists::builtin(),
            lists_as_array: spec.lists_as_array,
            permitted: Permitted::default(),
            hidden: spec.permissions.hidden_fields.iter().cloned().collect(),
            statuses: None,
            tables: spec.tables.clone(),
            vanishing: spec.vanishing.iter().filter_map(|number| number.checked_sub(1)).collect(),
            redirects: spec.redirects.clone(),
            time_off: Rules::new(&spec.time_off)?,
        };
        company.categories.insert(OWN_CATEGORY.0.to_owned(), OWN_CATEGORY.1.to_owned());
        company.categories.extend(spec.categories.clone());
        for (id, items) in &spec.lists {
            company.lists.entry(id.clone()).or_default().change(items);
        }
        for field in Catalog::builtin().fields().cloned().chain(OWN_FIELDS.iter().map(OwnField::field)) {
            company.add(field);
        }
        for (id, change) in &spec.fields {
            company.change(id, change)?;
        }
        for id in &spec.permissions.hidden_fields {
            company.field(id)?;
        }
        for (id, change) in &spec.fields {
            if change.deleted {
                company.fields.shift_remove(id);
            }
        }
        company.statuses = company.statuses_of(spec)?;
        if let Some(redirect) = spec.redirects.keys().find(|path| !path.starts_with('/')) {
            return Err((Problem::Redirect { redirect: redirect.clone() }, redirect.clone()));
        }
        company.permitted = Permitted::new(&company.categories, &spec.permissions)?;
        Ok(company)
    }

    fn add(&mut self, field: Field) {
        let (maker, drawn_from) = (Maker::of(&field.id, &field.kind), field.list.clone());
        self.fields.insert(field.id.clone(), Column { field, maker, drawn_from, share: None, replaced: Vec::new() });
    }

    fn change(&mut self, id: &str, change: &FieldChange) -> Result<(), Refused> {
        let FieldChange { name, category, kind, list, historical, share, copies, replaces, deleted: _ } = change;
        let refuse = |problem| Err((problem, id.to_owned()));
        if let Some(category) = category.as_ref().filter(|category| !self.categories.contains_key(*category)) {
            let named = self.categories.iter().find(|(_, name)| fold(name) == fold(category)).map(|(id, _)| id.as_str());
            let near = named.or_else(|| nearest(category, self.categories.keys().map(String::as_str)));
            return Err((unknown("category", category, near), category.clone()));
        }
        if let Some(list) = list.as_ref().filter(|list| !self.lists.contains_key(*list)) {
            return Err((unknown("list", list, nearest(list, self.lists.keys().map(String::as_str))), list.clone()));
        }
        if !self.fields.contains_key(id) {
            let missing = [("name", name), ("category", category), ("type", kind)].into_iter().find(|(_, key)| key.is_none());
            match missing {
                // Somebody who says one thing of a field most likely means one that is there.
                Some(_) if change.is_only_one_thing() => _ = self.field(id)?,
                Some((key, _)) => return refuse(Problem::Incomplete { field: id.to_owned(), key }),
                None => {}
            }
            self.add(Field {
                id: id.to_owned(),
                name: String::new(),
                category: String::new(),
                path: Field::path_of(id).to_owned(),
                kind: FieldKind::Text,
                list: None,
                historical: *historical,
                deleted: false,
            });
        }
        let source = match (copies, replaces) {
            (Some(_), Some(_)) => return refuse(Problem::CopiesAndReplaces { field: id.to_owned() }),
            (Some(copied), None) | (None, Some(copied)) => {
                let copied = self.field(copied)?;
                Some((copied.maker.clone(), copied.drawn_from.clone()))
            }
            (None, None) => None,
        };
        if share.is_some_and(|share| !(0.0..=1.0).contains(&share)) {
            return refuse(Problem::Share { field: id.to_owned() });
        }
        if let Some(replaced) = replaces {
            let column = self.fields.get_mut(replaced).expect("it was found above");
            column.replaced.push(Share::of(id, share.unwrap_or(1.0)));
        }
        let column = self.fields.get_mut(id).expect("it was added above");
        let field = &mut column.field;
        name.clone_into_some(&mut field.name);
        category.clone_into_some(&mut field.category);
        if let Some(kind) = kind {
            field.kind = FieldKind::from_word(kind);
            column.maker = Maker::of(id, &field.kind);
        }
        if list.is_some() {
            field.list.clone_from(list);
            column.drawn_from.clone_from(list);
        }
        field.historical |= historical;
        if let Some((maker, drawn_from)) = source {
            (column.maker, column.drawn_from) = (maker, drawn_from);
            // A list field without a list of its own shares the other one's.
            if field.list.is_none() && field.kind == FieldKind::List {
                field.list.clone_from(&column.drawn_from);
            }
        }
        if let Some(share) = share {
            column.share = Some(Share::of(id, *share));
            column.maker.for_everybody();
        }
        Ok(())
    }

    fn statuses_of(&self, spec: &Spec) -> Result<Option<Vec<String>>, Refused> {
        let Some(words) = &spec.statuses_visible else { return Ok(None) };
        let known = &self.lists["lifecycleStatus"].items;
        for word in words {
            if !known.iter().any(|item| fold(&item.id) == fold(word)) {
                let near = nearest(word, known.iter().map(|item| item.id.as_str()));
                return Err((unknown("lifecycle status", word, near), word.clone()));
            }
        }
        Ok(Some(words.iter().map(|word| fold(word).into_owned()).collect()))
    }

    fn field(&self, id: &str) -> Result<&Column, Refused> {
        self.fields.get(id).ok_or_else(|| {
            let near = nearest(id, self.fields.keys().map(String::as_str));
            (unknown("field", id, near), id.to_owned())
        })
    }

    /// Whether the service user may read the field: its category is allowed, for sensitive fields also to edit, and the field
    /// itself is not denied.
    pub fn may_read(&self, field: &Field) -> bool {
        self.permitted.view(&field.category)
            && (!is_sensitive(field) || self.permitted.edit(&field.category))
            && !self.hidden.contains(&field.id)
    }

    /// Whether the group gives access to somebody.
    pub fn may_see(&self, person: &Person<'_>) -> bool {
        self.statuses.as_ref().is_none_or(|statuses| statuses.iter().any(|status| status == person.stage.lifecycle_status()))
    }

    /// Whether somebody is gone by the time they are asked for by their id.
    pub fn vanishes(&self, index: u64) -> bool {
        self.vanishing.contains(&index)
    }

    pub fn table(&self, name: TableName) -> Option<&TableChange> {
        self.tables.get(&name)
    }

    /// The answer to `GET /company/people/fields`.
    pub fn metadata(&self) -> Vec<u8> {
        let entries: Vec<_> = self
            .fields
            .values()
            .map(|column| {
                let Field { id, name, category, path, kind, list, historical, deleted: _ } = &column.field;
                let data = list.as_ref().map_or_else(|| serde_json::json!({}), |list| serde_json::json!({ "listId": list }));
                serde_json::json!({
                    "id": id, "categoryId": category, "category": category, "categoryDisplayName": self.categories[category],
                    "name": name, "description": null, "jsonPath": path, "type": kind.word(), "typeData": data,
                    "historical": historical,
                })
            })
            .collect();
        serde_json::to_vec(&entries).expect("a JSON value can be written")
    }
}

fn unknown(what: &'static str, found: &str, near: Option<&str>) -> Problem {
    Problem::Unknown { what, found: found.to_owned(), near: near.map(str::to_owned) }
}

impl FieldChange {
    fn is_only_one_thing(&self) -> bool {
        let FieldChange { name, category, kind, list, historical, share, copies, replaces, deleted } = self;
        let texts = [name, category, kind, list, copies, replaces].into_iter().filter(|text| text.is_some()).count();
        texts + usize::from(*historical) + usize::from(share.is_some()) + usize::from(*deleted) <= 1
    }
}

/// Overwrites a text where there is another.
trait CloneIntoSome {
    fn clone_into_some(&self, text: &mut String);
}

impl CloneIntoSome for Option<String> {
    fn clone_into_some(&self, text: &mut String) {
        if let Some(other) = self {
            text.clone_from(other);
        }
    }
}

impl OwnField {
    fn field(&self) -> Field {
        Field {
            id: self.id.to_owned(),
            name: self.name.to_owned(),
            category: self.category.to_owned(),
            path: Field::path_of(self.id).to_owned(),
            kind: self.kind.clone(),
            list: self.list.map(str::to_owned),
            historical: self.id.contains("customColumns"),
            deleted: false,
        }
    }
}
