//! What has changed in Bob between two catalogs of one company.

use super::{Catalog, List};
use jiff::civil::Date;

/// What a later catalog has that an earlier one had otherwise. Fields and lists go by their ids.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pub added: Vec<String>,
    /// Gone from Bob since.
    pub deleted: Vec<String>,
    /// Now in another category, with the names of both: the permission to read the field hangs on it.
    pub moved: Vec<Change>,
    pub renamed: Vec<Change>,
    /// Of another type, in Bob's words.
    pub retyped: Vec<Change>,
    /// Lists in which items were added, taken away, renamed, archived or brought back, with their number.
    pub lists: Vec<(String, usize)>,
}

/// One field or category that is called otherwise.
#[derive(Debug, PartialEq, Eq)]
pub struct Change {
    pub id: String,
    pub from: String,
    pub to: String,
}

impl Changes {
    pub fn is_empty(&self) -> bool {
        *self == Changes::default()
    }
}

impl Catalog {
    /// The same with the day on which it was read from Bob.
    pub fn pulled_on(mut self, date: Date) -> Catalog {
        self.pulled = Some(date.to_string());
        self
    }

    /// The same without the items of these lists.
    pub fn without_lists(mut self, ids: &[String]) -> Catalog {
        self.lists.retain(|id, _| !ids.contains(id));
        self
    }

    /// The same with every field that only `earlier` has, marked as deleted: mappings that still read it are told so.
    pub fn keeping_deleted(mut self, earlier: &Catalog) -> Catalog {
        for field in earlier.fields().filter(|field| !self.fields.contains_key(&field.id)).cloned().collect::<Vec<_>>() {
            if let (None, Some(category)) = (self.category(&field.category), earlier.category(&field.category)) {
                let category = category.clone();
                self.add_category(category);
            }
            self.add_field(super::Field { deleted: true, ..field });
        }
        self
    }

    /// What is otherwise than in `earlier`.
    pub fn since(&self, earlier: &Catalog) -> Changes {
        let mut changes = Changes::default();
        let category = |catalog: &Catalog, id: &str| catalog.category(id).map_or_else(|| id.to_owned(), |one| one.name.clone());
        for field in self.fields().filter(|field| !field.deleted) {
            let id = field.id.clone();
            let Some(before) = earlier.field(&id).filter(|before| !before.deleted) else {
                changes.added.push(id);
                continue;
            };
            if before.category != field.category {
                let (from, to) = (category(earlier, &before.category), category(self, &field.category));
                changes.moved.push(Change { id: id.clone(), from, to });
            }
            if before.name != field.name {
                changes.renamed.push(Change { id: id.clone(), from: before.name.clone(), to: field.name.clone() });
            }
            if before.kind != field.kind {
                changes.retyped.push(Change { id, from: before.kind.to_string(), to: field.kind.to_string() });
            }
        }
        for before in earlier.categories() {
            if let Some(now) = self.category(&before.id).filter(|now| now.name != before.name) {
                changes.renamed.push(Change { id: before.id.clone(), from: before.name.clone(), to: now.name.clone() });
            }
        }
        let gone = |id: &str| self.field(id).is_none_or(|field| field.deleted);
        changes.deleted =
            earlier.fields().filter(|field| !field.deleted && gone(&field.id)).map(|field| field.id.clone()).collect();
        for id in self.lists().chain(earlier.lists()).map(|list| list.id.as_str()) {
            let count = differing(self.list(id), earlier.list(id));
            if count > 0 && !changes.lists.iter().any(|(known, _)| known == id) {
                changes.lists.push((id.to_owned(), count));
            }
        }
        changes
    }
}

/// How many items two states of a list do not share.
fn differing(one: Option<&List>, other: Option<&List>) -> usize {
    let items = |list: Option<&List>| list.map(|list| list.items().cloned().collect::<Vec<_>>()).unwrap_or_default();
    let (one_items, other_items) = (items(one), items(other));
    let changed = one_items.iter().filter(|item| other.and_then(|other| other.item(&item.id)) != Some(item)).count();
    changed + other_items.iter().filter(|item| one.and_then(|one| one.item(&item.id)).is_none()).count()
}

#[cfg(test)]
mod tests {
    use super::{Change, Changes};
    use crate::catalog::Catalog;

    fn catalog(fields: &str, lists: &str) -> Catalog {
        let text = format!(
            "catalog: 1\ncategories: {{ root: Basic info, work: Work, category_1: Squad }}\nfields:\n{fields}lists:\n  site:\n{lists}"
        );
        Catalog::load(&text, "bob.yaml").unwrap()
    }

    #[test]
    fn fields_that_come_go_move_or_change_their_name_are_told() {
        let before = catalog(
            "  root.id: { name: ID, category: root, type: text }\n  a.b: { name: Badge, category: work, type: text }\n  \
             a.c: { name: Squad, category: work, type: text }\n  a.d: { name: Gone, category: work, type: text }\n",
            "    - { id: \"1\", label: Leeds }\n    - { id: \"2\", label: Tel Aviv }\n",
        );
        let after = catalog(
            "  root.id: { name: Employee ID, category: root, type: text }\n  a.b: { name: Badge, category: category_1, type: list }\n  \
             a.c: { name: Squad, category: work, type: text }\n  a.e: { name: New, category: work, type: text }\n",
            "    - { id: \"1\", label: Leeds, archived: true }\n    - { id: \"3\", label: York }\n",
        );
        let change = |id: &str, from: &str, to: &str| Change { id: id.to_owned(), from: from.to_owned(), to: to.to_owned() };
        let changes = after.since(&before);
        assert_eq!(
            changes,
            Changes {
                added: vec!["a.e".to_owned()],
                deleted: vec!["a.d".to_owned()],
                moved: vec![change("a.b", "Work", "Squad")],
                renamed: vec![change("root.id", "ID", "Employee ID")],
                retyped: vec![change("a.b", "text", "list")],
                lists: vec![("site".to_owned(), 3)],
            }
        );
        assert!(before.since(&before).is_empty());

        let kept = after.clone().keeping_deleted(&before);
        assert!(kept.field("a.d").unwrap().deleted && !kept.field("a.c").unwrap().deleted);
        assert_eq!(kept.since(&before), changes);
        assert!(kept.since(&kept).is_empty());
        // Back again.
        assert_eq!(before.since(&kept).added, ["a.d"]);
        assert!(!before.clone().keeping_deleted(&kept).field("a.d").unwrap().deleted);
    }

    #[test]
    fn a_deleted_field_never_hides_the_one_in_its_place() {
        let before = catalog("  old.id: { name: Old, category: work, type: text, path: work.x }\n", "    []\n");
        let after = catalog("  new.id: { name: New, category: work, type: text, path: work.x }\n", "    []\n");
        let kept = after.keeping_deleted(&before);
        assert_eq!(kept.by_names(&["work", "x"]).unwrap().0.id, "new.id");
        let read = Catalog::load(&kept.to_yaml(), "bob.yaml").unwrap();
        assert_eq!(read.by_names(&["work", "x"]).unwrap().0.id, "new.id");
    }
}
