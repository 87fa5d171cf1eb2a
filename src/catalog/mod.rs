//! Bob's fields, the categories that they stand in and the lists that they draw on: built in, or a company's own.
//! Knows nothing of mappings and of records' values.

mod builtin;
mod change;
mod error;
mod file;
pub mod keys;
mod kind;
mod metadata;
mod near;
pub mod permission;
pub mod request;
pub mod resource;
mod search;

pub use change::{Change, Changes};
pub use error::{CatalogError, Problem};
pub use file::{CatalogFile, FieldEntry, ItemEntry};
pub use kind::FieldKind;
pub use near::{Likeness, Suggestion};

use crate::transform::Lists;
use crate::value::{Shape, text};
use indexmap::IndexMap;
use std::collections::HashMap;

/// Fields by id, categories by id, lists by id.
#[derive(Debug, Clone)]
pub struct Catalog {
    origin: Origin,
    pulled: Option<String>,
    categories: IndexMap<String, Category>,
    fields: IndexMap<String, Field>,
    /// From a field's path to its index among `fields`.
    by_path: HashMap<String, usize>,
    lists: IndexMap<String, List>,
}

/// Where a catalog comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    BuiltIn,
    /// The file's name as the user gave it.
    File(String),
}

/// One field of Bob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The id by which Bob is asked for it: `root.email`, `work.department`. May contain blanks; says nothing about the category.
    pub id: String,
    /// As the admin sees it. Not unique: `work.site` and `work.siteId` are both "Site".
    pub name: String,
    /// The id of its category, on which the permission to read it hangs.
    pub category: String,
    /// Where its value stands in a record: the id without `root.`.
    pub path: String,
    pub kind: FieldKind,
    /// The id of the list that its values are items of.
    pub list: Option<String>,
    /// The value is the row of a dated table that is in force today.
    pub historical: bool,
    /// Was there in an earlier catalog and is gone.
    pub deleted: bool,
}

/// A section of a profile. Permissions are given for it as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Survives renaming: `workContact`, `category_1720508362305`.
    pub id: String,
    /// As the admin sees it: "Work contact details".
    pub name: String,
}

/// A list of values to choose from, children of items included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    pub id: String,
    items: IndexMap<String, Item>,
}

/// One item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub id: String,
    pub label: String,
    /// No longer offered, but people may still have it.
    pub archived: bool,
}

impl Field {
    /// Where the value of the field with this id stands in a record.
    pub fn path_of(id: &str) -> &str {
        id.strip_prefix("root.").unwrap_or(id)
    }

    /// The shapes of what a path finds that names this field and then goes on with `rest`.
    pub fn shapes(&self, rest: &[&str]) -> &'static [Shape] {
        let [name, deeper @ ..] = rest else {
            // Numbers in the metadata and in every recorded answer, but companies also write letters into them.
            let loose = matches!(self.id.as_str(), "work.employeeIdInCompany" | "work.reportsToIdInCompany");
            return if loose { &[Shape::Number, Shape::Text] } else { self.kind.shapes() };
        };
        match self.kind.members().iter().find(|(member, _)| member == name) {
            Some((_, shapes)) if deeper.is_empty() => shapes,
            _ => &Shape::ALL,
        }
    }
}

impl List {
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.values()
    }

    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.get(id)
    }
}

impl Catalog {
    /// Bob's own fields in the categories that they have before a company moves any. Holds no items of lists.
    pub fn builtin() -> &'static Catalog {
        &builtin::CATALOG
    }

    fn empty(origin: Origin) -> Catalog {
        Catalog {
            origin,
            pulled: None,
            categories: IndexMap::new(),
            fields: IndexMap::new(),
            by_path: HashMap::new(),
            lists: IndexMap::new(),
        }
    }

    /// Makes room for so many more fields.
    fn expect_fields(&mut self, count: usize) {
        self.fields.reserve(count);
        self.by_path.reserve(count);
    }

    fn add_category(&mut self, category: Category) {
        self.categories.insert(category.id.clone(), category);
    }

    fn add_field(&mut self, field: Field) {
        let path = field.path.clone();
        let deleted = field.deleted;
        let (index, _) = self.fields.insert_full(field.id.clone(), field);
        // A field that is gone never hides the one that took its place.
        if !deleted || !self.by_path.contains_key(&path) {
            self.by_path.insert(path, index);
        }
    }

    fn add_list(&mut self, list: List) {
        self.lists.insert(list.id.clone(), list);
    }

    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// A path that the built-in catalog lacks may still be right: it knows no company's own fields.
    pub fn is_builtin(&self) -> bool {
        self.origin == Origin::BuiltIn
    }

    /// The day on which the catalog was read from Bob, `YYYY-MM-DD`, where the file says it.
    pub fn pulled(&self) -> Option<&str> {
        self.pulled.as_deref()
    }

    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.get(id)
    }

    /// The field with the longest path that `names` begins with, and how many of the names it took. `names` are those after
    /// the record's root, without `humanReadable`.
    pub fn by_names(&self, names: &[&str]) -> Option<(&Field, usize)> {
        let mut path = names.join(".");
        for taken in (1..=names.len()).rev() {
            if let Some(index) = self.by_path.get(path.as_str()) {
                return Some((&self.fields[*index], taken));
            }
            path.truncate(path.len() - names[taken - 1].len() - usize::from(taken > 1));
        }
        None
    }

    pub fn category(&self, id: &str) -> Option<&Category> {
        self.categories.get(id)
    }

    /// The category that an admin calls `name`, or whose id it is; upper and lower case are the same.
    pub fn category_by_name(&self, name: &str) -> Option<&Category> {
        let name = text::fold(name);
        let named = |category: &&Category| text::fold(&category.name) == name;
        self.categories
            .values()
            .find(named)
            .or_else(|| self.categories.values().find(|category| text::fold(&category.id) == name))
    }

    /// Ids of categories besides its own in which setup guides look for a field. Only guesses about built-in fields: a
    /// company's own catalog knows better and has none.
    pub fn also_in(&self, field: &Field) -> impl Iterator<Item = &'static str> {
        let guesses = if self.is_builtin() { builtin::ALSO } else { &[] };
        guesses.iter().filter(|(id, _)| *id == field.id).map(|(_, category)| *category)
    }

    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.values()
    }

    pub fn categories(&self) -> impl Iterator<Item = &Category> {
        self.categories.values()
    }

    pub fn lists(&self) -> impl Iterator<Item = &List> {
        self.lists.values()
    }

    pub fn list(&self, id: &str) -> Option<&List> {
        self.lists.get(id)
    }
}

impl Lists for Catalog {
    fn has(&self, list: &str) -> bool {
        self.lists.contains_key(list)
    }

    fn label(&self, list: &str, id: &str) -> Option<&str> {
        self.lists.get(list)?.items.get(id).map(|item| item.label.as_str())
    }
}

/// How many of a path's names make up the id of a field that a company made itself, by the patterns of such ids. For paths
/// that the built-in catalog cannot know: the id is the names taken, joined by dots.
pub fn company_field(names: &[&str]) -> Option<usize> {
    let taken = match names {
        // `payroll.variable.Spot bonus.amount`: the kinds of pay are lists that a company edits.
        ["payroll", "variable" | "entitlement" | "deduction", ..] => 4,
        // `custom.category_1673451690985.field_1704464569961`; very old companies have `custom.field_1704464569961`.
        ["custom", category, ..] if category.starts_with("category_") => 3,
        // `work.custom.field_1667499206086`, `work.customColumns.column_1655996461265`.
        _ => names.iter().position(|name| matches!(*name, "custom" | "customColumns"))? + 2,
    };
    (names.len() >= taken).then_some(taken)
}

#[cfg(test)]
mod tests {
    use super::{Catalog, FieldKind, company_field};
    use crate::transform::Lists;
    use crate::value::Shape;

    fn found(names: &[&str]) -> Option<(&'static str, usize)> {
        Catalog::builtin().by_names(names).map(|(field, taken)| (field.id.as_str(), taken))
    }

    #[test]
    fn a_path_asks_for_the_longest_field_that_it_starts_with() {
        assert_eq!(found(&["email"]), Some(("root.email", 1)));
        assert_eq!(found(&["work", "reportsTo", "email"]), Some(("work.reportsTo.email", 3)));
        assert_eq!(found(&["work", "reportsTo", "id"]), Some(("work.reportsTo", 2)));
        assert_eq!(found(&["payroll", "salary", "payment", "value"]), Some(("payroll.salary.payment", 3)));
        assert_eq!(
            found(&["payroll", "variable", "Executive bonus", "amount", "currency"]),
            Some(("payroll.variable.Executive bonus.amount", 4))
        );
        assert_eq!(found(&["work"]), None);
        assert_eq!(found(&["root", "email"]), None);
        assert_eq!(found(&["emails"]), None);
        assert_eq!(found(&["", "email"]), None);
        assert_eq!(found(&[]), None);
    }

    #[test]
    fn every_field_is_found_by_its_own_path_and_by_anything_deeper() {
        for field in Catalog::builtin().fields() {
            let mut names: Vec<_> = field.path.split('.').collect();
            let taken = names.len();
            assert_eq!(found(&names), Some((field.id.as_str(), taken)));
            names.extend(["zz", "zz"]);
            assert_eq!(found(&names), Some((field.id.as_str(), taken)));
        }
    }

    #[test]
    fn categories_are_found_as_admins_and_as_bob_write_them() {
        let id = |name| Catalog::builtin().category_by_name(name).map(|category| category.id.as_str());
        assert_eq!(id("work CONTACT details "), Some("workContact"));
        assert_eq!(id("workcontact"), Some("workContact"));
        assert_eq!(id("Basic info"), Some("root"));
        assert_eq!(id("Squad"), None);
    }

    #[test]
    fn shapes_follow_the_field_and_what_stands_inside_it() {
        let shapes = |id: &str, rest: &[&str]| Catalog::builtin().field(id).unwrap().shapes(rest);
        assert_eq!(shapes("payroll.employment.fte", &[]), [Shape::Number]);
        assert_eq!(shapes("work.employeeIdInCompany", &[]), [Shape::Number, Shape::Text]);
        assert_eq!(shapes("work.startDate", &[]), [Shape::Text]);
        assert_eq!(shapes("work.reportsTo", &[]), [Shape::Json]);
        assert_eq!(shapes("work.reportsTo", &["id"]), [Shape::Text]);
        assert_eq!(shapes("payroll.salary.payment", &["value"]), [Shape::Number]);
        assert_eq!(shapes("work.reportsTo", &["mail"]), Shape::ALL);
        assert_eq!(shapes("payroll.employment.workingPattern", &["days", "monday"]), Shape::ALL);
    }

    #[test]
    fn the_ids_of_a_companys_own_fields_are_told_by_their_patterns() {
        assert_eq!(company_field(&["custom", "category_1647463606491", "field_1648723373242"]), Some(3));
        assert_eq!(company_field(&["custom", "field_1648723373242"]), Some(2));
        assert_eq!(company_field(&["work", "custom", "field_1667499206086"]), Some(3));
        assert_eq!(company_field(&["work", "customColumns", "column_1655996461265", "x"]), Some(3));
        assert_eq!(company_field(&["payroll", "variable", "Spot bonus", "amount", "value"]), Some(4));
        assert_eq!(company_field(&["work", "customColumns"]), None);
        assert_eq!(company_field(&["work", "titel"]), None);
    }

    #[test]
    fn the_built_in_catalog_has_no_items_of_lists() {
        assert!(Catalog::builtin().is_builtin());
        assert!(!Catalog::builtin().has("department"));
        assert_eq!(Catalog::builtin().field("work.department").unwrap().list.as_deref(), Some("department"));
        assert_eq!(Catalog::builtin().field("work.siteId").unwrap().kind, FieldKind::ListId);
    }
}
