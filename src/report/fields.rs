//! The fields of a company's Bob as a table and as JSON, and what has changed among them.

use super::count;
use super::table::Table;
use super::visible::{State, look};
use crate::catalog::{Catalog, Change, Changes, Field};
use crate::value::json::Tree;
use serde::Serialize;
use std::collections::HashMap;

/// How many records show a field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// Records that have a value.
    pub value: u64,
    /// Records in which the field is blank.
    pub blank: u64,
    /// Records that do not have the field: not permitted, or not asked for.
    pub not_visible: u64,
}

/// Records looked at, to tell fields that are filled from those that are not.
#[derive(Debug, Default)]
pub struct Sample {
    pub records: u64,
    seen: HashMap<String, Seen>,
}

impl Sample {
    pub fn add(&mut self, catalog: &Catalog, record: &Tree<'_>) {
        self.records += 1;
        for field in catalog.fields() {
            let seen = self.seen.entry(field.id.clone()).or_default();
            match look(record, &field.path).0 {
                State::Value => seen.value += 1,
                State::Blank => seen.blank += 1,
                State::NotVisible => seen.not_visible += 1,
            }
        }
    }
}

/// One field, as people and programs are shown it.
#[derive(Debug, Serialize)]
struct Row<'c> {
    name: &'c str,
    id: &'c str,
    path: &'c str,
    category: CategoryRow<'c>,
    #[serde(rename = "type")]
    kind: &'c str,
    list: Option<&'c str>,
    historical: bool,
    deleted: bool,
    sample: Option<Seen>,
}

#[derive(Debug, Serialize)]
struct CategoryRow<'c> {
    id: &'c str,
    name: &'c str,
}

/// Fields with what a sample shows of them. No sample: `records` is 0.
pub struct Fields<'c> {
    pub catalog: &'c Catalog,
    pub fields: Vec<&'c Field>,
    pub sample: Sample,
}

impl<'c> Fields<'c> {
    fn row(&self, field: &'c Field) -> Row<'c> {
        let Field { id, name, category, path, kind, list, historical, deleted } = field;
        let shown = self.catalog.category(category).map_or(category.as_str(), |category| category.name.as_str());
        let sample = (self.sample.records > 0).then(|| self.sample.seen.get(id).copied().unwrap_or_default());
        let category = CategoryRow { id: category, name: shown };
        let list = list.as_deref();
        Row { name, id, path, category, kind: kind.word(), list, historical: *historical, deleted: *deleted, sample }
    }

    fn rows(&self) -> Vec<Row<'c>> {
        self.fields.iter().map(|field| self.row(field)).collect()
    }

    pub fn table(&self) -> String {
        let mut headers = vec!["Name", "Id", "Category", "Type", "List", "Historical"];
        if self.sample.records > 0 {
            headers.push("Filled");
        }
        let mut table = Table::new(&headers);
        for row in self.rows() {
            let Row { name, id, path: _, category, kind, list, historical, deleted, sample } = row;
            let name = if deleted { format!("{name} (deleted)") } else { name.to_owned() };
            let historical = if historical { "yes" } else { "" }.to_owned();
            let cells =
                [name, id.to_owned(), category.name.to_owned(), kind.to_owned(), list.unwrap_or("").to_owned(), historical];
            table.row(cells.into_iter().chain(sample.map(filled)));
        }
        let mut text = table.text();
        text += &format!("\n{}", count(self.fields.len(), "field"));
        if self.sample.records > 0 {
            text += &format!(
                "; \"Filled\" is the share of {} with a value, of those that show the field",
                count(self.sample.records as usize, "record")
            );
        }
        text + "\n"
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::json!({ "version": 1, "sampled_records": self.sample.records, "fields": self.rows() })
    }
}

/// The share of records with a value among those in which the field is visible.
fn filled(seen: Seen) -> String {
    let Seen { value, blank, not_visible } = seen;
    match (value, value + blank) {
        (_, 0) => "not visible".to_owned(),
        (0, _) => "blank in all".to_owned(),
        (value, visible) => {
            // One value in a thousand is not none, and one blank is not all.
            let percent = match value * 100 / visible {
                0 => 1,
                percent => percent,
            };
            let share = if value == visible { "100 %".to_owned() } else { format!("{percent} %") };
            if not_visible > 0 { format!("{share}, not visible in {not_visible}") } else { share }
        }
    }
}

/// As many of each kind of change are listed; more are counted.
const LISTED: usize = 20;

/// What has changed, a line each, under a head that names the file.
pub fn changes(changes: &Changes, catalog: &Catalog) -> String {
    if changes.is_empty() {
        return "Nothing has changed.\n".to_owned();
    }
    let Changes { added, deleted, moved, renamed, retyped, lists } = changes;
    let mut text = String::new();
    let mut section = |head: &str, lines: Vec<String>| {
        if lines.is_empty() {
            return;
        }
        text += &format!("{head} ({}):\n", lines.len());
        for line in lines.iter().take(LISTED) {
            text += &format!("  {}\n", super::terminal::one_line(line));
        }
        if lines.len() > LISTED {
            text += &format!("  and {} more\n", lines.len() - LISTED);
        }
    };
    let named = |id: &String| match catalog.field(id) {
        Some(field) => format!("{id} (\"{}\")", field.name),
        None => id.clone(),
    };
    let between = |change: &Change| format!("{}: from \"{}\" to \"{}\"", named(&change.id), change.from, change.to);
    section("Added", added.iter().map(named).collect());
    section("Deleted in Bob; kept with `deleted: true`", deleted.iter().map(named).collect());
    section("In another category, so that another permission opens it", moved.iter().map(between).collect());
    section(
        "Renamed",
        renamed.iter().map(|change| format!("{}: from \"{}\" to \"{}\"", change.id, change.from, change.to)).collect(),
    );
    section("Of another type", retyped.iter().map(between).collect());
    section("Lists with other items", lists.iter().map(|(id, items)| format!("{id}: {}", count(*items, "item"))).collect());
    text
}

#[cfg(test)]
mod tests {
    use super::{Seen, filled};

    #[test]
    fn a_share_never_says_none_or_all_of_what_is_some() {
        let share = |value, blank, not_visible| filled(Seen { value, blank, not_visible });
        assert_eq!(share(0, 0, 5), "not visible");
        assert_eq!(share(0, 5, 0), "blank in all");
        assert_eq!(share(1, 999, 0), "1 %");
        assert_eq!(share(999, 1, 0), "99 %");
        assert_eq!(share(5, 0, 0), "100 %");
        assert_eq!(share(1, 1, 3), "50 %, not visible in 3");
    }
}
