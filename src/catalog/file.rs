//! A catalog as a file: YAML that can be committed beside the mappings, in an order that makes good diffs.
//! Holds fields, categories and lists, never a value of a person.

use super::error::{CatalogError, Problem};
use super::{Catalog, Category, Field, FieldKind, Item, List, Origin, metadata};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::marker::PhantomData;

/// The format that this program writes, and the newest that it reads.
pub(super) const FORMAT: u64 = 1;

/// The fields, categories and lists of one company's Bob, read from it and kept beside the mappings, so that they are checked
/// against what this company really has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Catalog", extend("examples" = [example()]))]
pub struct CatalogFile {
    /// The number of this format. Stands first: files are told apart by their first key.
    #[schemars(title = "Format", range(min = 1, max = 1), example = 1)]
    pub catalog: u64,

    /// The day on which the catalog was read from Bob.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Read on", regex(pattern = r"^\d{4}-\d{2}-\d{2}$"), example = &"2026-03-01")]
    pub pulled: Option<String>,

    /// The sections of a profile: from Bob's id, which survives renaming, to the name that the admin sees.
    #[serde(deserialize_with = "no_key_twice")]
    #[schemars(title = "Categories", extend("examples" = [{ "workContact": "Work contact details" }]))]
    pub categories: IndexMap<String, String>,

    /// From the id by which Bob is asked for a field to what is known of the field.
    #[serde(deserialize_with = "no_key_twice")]
    #[schemars(
        title = "Fields",
        extend("examples" = [{ "work.title": { "name": "Job title", "category": "work", "type": "list", "list": "title" } }])
    )]
    pub fields: IndexMap<String, FieldEntry>,

    /// From the id of a list to its items, children of items included.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty", deserialize_with = "no_key_twice")]
    #[schemars(title = "Lists", extend("examples" = [{ "title": [{ "id": "255490048", "label": "Engineer" }] }]))]
    pub lists: IndexMap<String, Vec<ItemEntry>>,
}

/// What is known of one field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Field", extend("examples" = [{ "name": "Job title", "category": "work", "type": "list", "list": "title" }]))]
pub struct FieldEntry {
    /// The name that the admin sees.
    #[schemars(title = "Name", example = &"Job title")]
    pub name: String,

    /// The id of the category that it stands in; the permission to read it hangs on that category.
    #[schemars(title = "Category", example = &"work")]
    pub category: String,

    /// What it holds, in Bob's word: text, number, date, list, employee, currency and so on.
    #[serde(rename = "type")]
    #[schemars(title = "Type", example = &"list")]
    pub kind: String,

    /// The id of the list that its values are items of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "List", example = &"title")]
    pub list: Option<String>,

    /// Where its value stands in a record, if that is not its id without `root.`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Path", example = &"work.title")]
    pub path: Option<String>,

    /// The value is the row of a dated table that is in force today.
    #[serde(default, skip_serializing_if = "is_false")]
    #[schemars(title = "Historical", example = true)]
    pub historical: bool,

    /// The field was in an earlier catalog and is gone from Bob.
    #[serde(default, skip_serializing_if = "is_false")]
    #[schemars(title = "Deleted", example = true)]
    pub deleted: bool,
}

/// One item of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Item", extend("examples" = [{ "id": "255490048", "label": "Engineer" }]))]
pub struct ItemEntry {
    /// The id that records hold, in quotes if it is all digits: it is text.
    #[schemars(title = "Id", example = &"255490048")]
    pub id: String,

    /// The words that the admin sees.
    #[schemars(title = "Label", example = &"Engineer")]
    pub label: String,

    /// The item is no longer offered, but people may still have it.
    #[serde(default, skip_serializing_if = "is_false")]
    #[schemars(title = "Archived", example = true)]
    pub archived: bool,
}

fn example() -> serde_json::Value {
    serde_json::json!({
        "catalog": FORMAT,
        "categories": { "work": "Work" },
        "fields": { "work.title": { "name": "Job title", "category": "work", "type": "list", "list": "title" } },
        "lists": { "title": [{ "id": "255490048", "label": "Engineer" }] },
    })
}

fn is_false(value: &bool) -> bool {
    !value
}

/// Reads a mapping, and refuses a key that it holds twice, which serde would let pass.
fn no_key_twice<'de, D: Deserializer<'de>, V: Deserialize<'de>>(from: D) -> Result<IndexMap<String, V>, D::Error> {
    struct Entries<V>(PhantomData<V>);

    impl<'de, V: Deserialize<'de>> Visitor<'de> for Entries<V> {
        type Value = IndexMap<String, V>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a mapping")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
            let mut entries = IndexMap::new();
            while let Some(key) = from.next_key::<String>()? {
                if entries.contains_key(&key) {
                    return Err(A::Error::custom(format_args!("`{key}` stands twice")));
                }
                entries.insert(key, from.next_value()?);
            }
            Ok(entries)
        }
    }

    from.deserialize_map(Entries(PhantomData))
}

impl Catalog {
    /// Reads a catalog file, or HiBob's own answer to `GET /v1/company/people/fields`, told apart by what they hold.
    /// `name` is the path as the user gave it.
    ///
    /// # Errors
    /// The text is neither, or contradicts itself.
    pub fn load(text: &str, name: &str) -> Result<Catalog, CatalogError> {
        let text = text.trim_start_matches('\u{feff}');
        match first_key(text) {
            None if text.trim_start().starts_with(['[', '{']) => match metadata::is_catalog_in_json(text) {
                true => Catalog::from_yaml(text, name),
                false => Catalog::from_metadata(text, None, name),
            },
            None if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) => {
                Err(CatalogError::new(name, Problem::Empty))
            }
            None => Err(CatalogError::new(name, Problem::NoCatalog)),
            Some((line, "catalog", value)) => match value.parse::<u64>() {
                Ok(found) if found > FORMAT => Err(CatalogError::at(name, line, 1, Problem::Newer { found })),
                _ => Catalog::from_yaml(text, name),
            },
            Some((line, key, _)) => Err(CatalogError::at(name, line, 1, Problem::AnotherKind { first_key: key.to_owned() })),
        }
    }

    fn from_yaml(text: &str, name: &str) -> Result<Catalog, CatalogError> {
        let file: CatalogFile = serde_yaml::from_str(text).map_err(|error| syntax(name, &error))?;
        file.into_catalog(name, text)
    }

    /// The catalog as a file that [`Catalog::load`] reads back: everything sorted by id, so that two days of one company
    /// differ only where Bob does.
    pub fn to_yaml(&self) -> String {
        serde_yaml::to_string(&CatalogFile::from(self)).expect("texts, numbers and mappings can be written as YAML")
    }
}

fn syntax(name: &str, error: &serde_yaml::Error) -> CatalogError {
    let mut message = error.to_string();
    let Some(place) = error.location() else { return CatalogError::new(name, Problem::Syntax(message)) };
    let (line, column) = (place.line(), place.column());
    // The place stands before the message; once is enough.
    if let Some(start) = message.find(&format!(" at line {line} column {column}")) {
        message.truncate(start);
    }
    CatalogError::at(name, line, column, Problem::Syntax(message))
}

/// The line, the key and the value of the first line that says anything, if it is a key of a block mapping.
fn first_key(text: &str) -> Option<(usize, &str, &str)> {
    let says_something = |line: &str| !line.trim().is_empty() && !line.starts_with(['#', '%']) && line.trim_end() != "---";
    let (index, line) = text.lines().enumerate().find(|(_, line)| says_something(line))?;
    let (key, value) = line.split_once(':')?;
    let value = value.split(" #").next().unwrap_or(value).trim();
    (!key.is_empty() && !key.starts_with([' ', '[', '{', '-'])).then_some((
        index + 1,
        key.trim().trim_matches(['"', '\'']),
        value,
    ))
}

impl CatalogFile {
    fn into_catalog(self, name: &str, text: &str) -> Result<Catalog, CatalogError> {
        let CatalogFile { catalog: format, pulled, categories, fields, lists } = self;
        if format != FORMAT {
            return Err(CatalogError::new(name, Problem::Syntax(format!("`catalog` is {format}, expected {FORMAT}"))));
        }
        if let Some(found) = pulled.as_ref().filter(|date| !is_date(date)) {
            return Err(CatalogError::new(name, Problem::NoDate { found: found.clone() }));
        }
        let mut catalog = Catalog { pulled, ..Catalog::empty(Origin::File(name.to_owned())) };
        for (id, name) in categories {
            catalog.add_category(Category { id, name });
        }
        for (id, entry) in fields {
            let FieldEntry { name: label, category, kind, list, path, historical, deleted } = entry;
            if catalog.category(&category).is_none() {
                let near = catalog.category_by_name(&category).map(|category| category.id.clone());
                let problem = Problem::UnknownCategory { field: id.clone(), category, near };
                return Err(CatalogError { place: place_of_field(text, &id), ..CatalogError::new(name, problem) });
            }
            let path = path.unwrap_or_else(|| Field::path_of(&id).to_owned());
            let kind = FieldKind::from_word(&kind);
            catalog.add_field(Field { id, name: label, category, path, kind, list, historical, deleted });
        }
        for (id, entries) in lists {
            let mut items = IndexMap::new();
            for ItemEntry { id: item, label, archived } in entries {
                if items.insert(item.clone(), Item { id: item.clone(), label, archived }).is_some() {
                    return Err(CatalogError::new(name, Problem::ItemTwice { list: id, item }));
                }
            }
            catalog.add_list(List { id, items });
        }
        Ok(catalog)
    }
}

fn is_date(text: &str) -> bool {
    text.parse::<jiff::civil::Date>().is_ok_and(|date| date.to_string() == text)
}

/// Where a field's key stands, in files laid out as [`Catalog::to_yaml`] does.
fn place_of_field(text: &str, id: &str) -> Option<(usize, usize)> {
    let mut lines = text.lines().enumerate().skip_while(|(_, line)| !line.starts_with("fields:"));
    let (index, line) =
        lines.find(|(_, line)| line.trim().strip_suffix(':').is_some_and(|key| key.trim_matches(['"', '\'']) == id))?;
    Some((index + 1, line.len() - line.trim_start().len() + 1))
}

impl From<&Catalog> for CatalogFile {
    fn from(catalog: &Catalog) -> Self {
        let mut categories: IndexMap<_, _> = catalog.categories().map(|one| (one.id.clone(), one.name.clone())).collect();
        let mut fields: IndexMap<_, _> = catalog.fields().map(|field| (field.id.clone(), FieldEntry::from(field))).collect();
        let mut lists: IndexMap<_, Vec<_>> =
            catalog.lists().map(|list| (list.id.clone(), list.items().map(ItemEntry::from).collect())).collect();
        categories.sort_keys();
        fields.sort_keys();
        lists.sort_keys();
        for items in lists.values_mut() {
            items.sort_by(|one, other| one.id.cmp(&other.id));
        }
        CatalogFile { catalog: FORMAT, pulled: catalog.pulled.clone(), categories, fields, lists }
    }
}

impl From<&Field> for FieldEntry {
    fn from(field: &Field) -> Self {
        let Field { id, name, category, path, kind, list, historical, deleted } = field;
        FieldEntry {
            name: name.clone(),
            category: category.clone(),
            kind: kind.word().to_owned(),
            list: list.clone(),
            path: (path != Field::path_of(id)).then(|| path.clone()),
            historical: *historical,
            deleted: *deleted,
        }
    }
}

impl From<&Item> for ItemEntry {
    fn from(item: &Item) -> Self {
        let Item { id, label, archived } = item;
        ItemEntry { id: id.clone(), label: label.clone(), archived: *archived }
    }
}

#[cfg(test)]
mod tests;
