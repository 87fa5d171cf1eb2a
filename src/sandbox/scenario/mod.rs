//! The scenario file: what is other than usual in the invented company. Its doc comments are the editor's help.

mod error;
mod schema;
mod time_off;

pub use error::{Problem, ScenarioError};
pub use schema::schema;
pub use time_off::{
    Activity, ChangesAnswered, Event, EventKind, PlantedRequest, PolicyChange, Portion, RequestKind, TimeOff, Unit, Visibility,
    WhosOut,
};

use super::company::Company;
use crate::catalog::ItemEntry;
use error::{Place, syntax};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use std::fmt;
use std::sync::Arc;

/// The format that this program reads.
const FORMAT: u64 = 1;

/// A scenario that makes sense: its company can be built.
#[derive(Clone)]
pub struct Scenario {
    pub(super) spec: Arc<Spec>,
    pub(super) company: Arc<Company>,
}

impl Default for Scenario {
    fn default() -> Self {
        Scenario::load("scenario: 1", "").expect("the usual company has no faults")
    }
}

impl Scenario {
    /// Reads a scenario file. `name` is the path as the user gave it, for messages.
    ///
    /// # Errors
    /// The text is no scenario, or speaks of fields, categories, lists, items or permissions that the company does not have.
    pub fn load(text: &str, name: &str) -> Result<Scenario, ScenarioError> {
        let spec: Spec = serde_yaml::from_str(text).map_err(|error| syntax(name, text, &error))?;
        let refuse =
            |problem: Problem, word: &str| ScenarioError { name: name.to_owned(), place: Place::of(text, word), problem };
        if spec.scenario != FORMAT {
            return Err(refuse(Problem::Format { found: spec.scenario }, "scenario"));
        }
        if spec.employees.is_some_and(|count| !(1..=super::MOST_EMPLOYEES).contains(&count)) {
            return Err(refuse(Problem::Employees, "employees"));
        }
        if spec.today.as_ref().is_some_and(|day| day.parse::<jiff::civil::Date>().is_err()) {
            return Err(refuse(Problem::Today, "today"));
        }
        let company = Company::new(&spec).map_err(|(problem, word)| refuse(problem, &word))?;
        Ok(Scenario { spec: Arc::new(spec), company: Arc::new(company) })
    }
}

/// What is other than usual in the invented company of `bobmap sandbox`. What is not said here stays as it is.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Scenario", extend("examples" = [example()]))]
pub struct Spec {
    /// The number of this format. Stands first: files are told apart by their first key.
    #[schemars(title = "Format", range(min = 1, max = 1), example = 1)]
    pub scenario: u64,

    /// How many people work there, those included who have left or not begun. A flag on the command line goes first.
    #[schemars(title = "Employees", range(min = 1, max = super::MOST_EMPLOYEES), example = 40)]
    pub employees: Option<u64>,

    /// Another number makes other people.
    #[schemars(title = "Seed", example = 7)]
    pub seed: Option<u64>,

    /// The day that ages, tenures and lifecycle statuses are seen from; without it the real one.
    #[schemars(title = "Today", regex(pattern = r"^\d{4}-\d{2}-\d{2}$"), example = &"2026-03-01")]
    pub today: Option<String>,

    /// What is ticked in the service user's permission group. Without it everything is.
    #[serde(default)]
    #[schemars(title = "Permissions", extend("examples" = [{ "unticked": [BOX] }]))]
    pub permissions: Permissions,

    /// The lifecycle statuses of the people whom the group gives access to, by the words of `internal.lifecycleStatus`. Without
    /// it everybody. A new group in Bob begins with `[employed]`.
    #[schemars(title = "Statuses visible", extend("examples" = [["employed"], ["employed", "terminated", "hired"]]))]
    pub statuses_visible: Option<Vec<String>>,

    /// From the id of a category to its name: Bob's own categories are renamed, others added.
    #[serde(default)]
    #[schemars(title = "Categories", extend("examples" = [{ "work": "Job", "category_1720508362305": "Squad" }]))]
    pub categories: IndexMap<String, String>,

    /// From the id of a field to what is other than usual of it: fields that are there are moved, renamed, emptied or deleted,
    /// others added.
    #[serde(default)]
    #[schemars(title = "Fields", extend("examples" = [{ "work.employeeIdInCompany": { "category": "category_1647463606491" } }]))]
    pub fields: IndexMap<String, FieldChange>,

    /// From the id of a list to items: an id that is there gets the label and the state that stand here, others are added.
    #[serde(default)]
    #[schemars(
        title = "Lists",
        extend("examples" = [{ "department": [{ "id": "262634067", "label": "Promotion", "archived": true }] }])
    )]
    pub lists: IndexMap<String, Vec<ItemEntry>>,

    /// Named lists are answered as an array with numbers for ids, the older of Bob's two shapes.
    #[serde(default)]
    #[schemars(title = "Lists as array", example = true)]
    pub lists_as_array: bool,

    /// From a table to how it is answered.
    #[serde(default)]
    #[schemars(title = "Tables", extend("examples" = [{ "salaries": { "repeat_cursor": true } }]))]
    pub tables: IndexMap<TableName, TableChange>,

    /// How much time off there is, under which policies, and requests of the scenario's own.
    #[serde(default)]
    #[schemars(title = "Time off", extend("examples" = [{ "requests_a_person": 0 }]))]
    pub time_off: TimeOff,

    /// Employees, counted from 1, whom a search without a filter finds and one by their id no longer.
    #[serde(default)]
    #[schemars(title = "Vanishing", extend("examples" = [[3, 12]]))]
    pub vanishing: Vec<u64>,

    /// From an endpoint below `/v1` to the address that it sends its callers to (307).
    #[serde(default)]
    #[schemars(title = "Redirects", extend("examples" = [{ "/people/search": "http://127.0.0.2:8080/elsewhere" }]))]
    pub redirects: IndexMap<String, String>,
}

/// Boxes of the permission group. A box is written as `bobmap permissions` prints it: the words of the menu from the tab down
/// to the box, as a list or divided by ` > `.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Permissions")]
pub struct Permissions {
    /// The only boxes that are ticked. Without it every box is.
    #[schemars(title = "Only", extend("examples" = [[BOX]]))]
    pub only: Option<Vec<MenuPath>>,

    /// Boxes that are not ticked.
    #[serde(default)]
    #[schemars(title = "Unticked", extend("examples" = [[BOX], [["Features", "Time off", "Settings", "Manage company's time off settings"]]]))]
    pub unticked: Vec<MenuPath>,

    /// Ids of fields that are denied by themselves, though their category is allowed.
    #[serde(default)]
    #[schemars(title = "Hidden fields", extend("examples" = [["personal.birthDate"]]))]
    pub hidden_fields: Vec<String>,
}

const BOX: &str = "People's data > People > Lifecycle > View selected employees' Lifecycle sections";

/// The way through Bob's menus to a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuPath(pub Vec<String>);

impl fmt::Display for MenuPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" > "))
    }
}

impl<'de> Deserialize<'de> for MenuPath {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Words;
        impl<'de> Visitor<'de> for Words {
            type Value = MenuPath;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the words of a menu, as a list or divided by ` > `")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<MenuPath, E> {
                Ok(MenuPath(text.split(" > ").map(|word| word.trim().to_owned()).collect()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<MenuPath, A::Error> {
                let mut words = Vec::new();
                while let Some(word) = from.next_element()? {
                    words.push(word);
                }
                Ok(MenuPath(words))
            }
        }
        from.deserialize_any(Words)
    }
}

impl JsonSchema for MenuPath {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "MenuPath".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "title": "Box",
            "description": "The words of Bob's menu down to the box, as a list or divided by ` > `.",
            "type": ["string", "array"],
            "items": { "type": "string" }
        })
    }
}

/// What is other than usual of a field. A field that is new needs `name`, `category` and `type`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Field", extend("examples" = [{ "name": "Squad", "category": "work", "type": "text", "copies": "work.title", "share": 0.5 }]))]
pub struct FieldChange {
    /// The name that the admin sees.
    #[schemars(title = "Name", example = &"Job title")]
    pub name: Option<String>,

    /// The id of the category that it stands in. The permission to read it hangs on that category; its id stays.
    #[schemars(title = "Category", example = &"work")]
    pub category: Option<String>,

    /// What it holds, in Bob's word.
    #[serde(rename = "type")]
    #[schemars(title = "Type", example = &"list")]
    pub kind: Option<String>,

    /// The id of the list that its values are items of.
    #[schemars(title = "List", example = &"title")]
    pub list: Option<String>,

    /// The value is the row of a dated table that is in force today.
    #[serde(default)]
    #[schemars(title = "Historical", example = true)]
    pub historical: bool,

    /// The share of people who have a value, from 0 (never filled) to 1.
    #[schemars(title = "Share", range(min = 0, max = 1), example = 0.5)]
    pub share: Option<f64>,

    /// The id of a field whose values it holds.
    #[schemars(title = "Copies", example = &"work.title")]
    pub copies: Option<String>,

    /// The id of a field whose values it holds, and which is blank for the people who have a value here.
    #[schemars(title = "Replaces", example = &"work.title")]
    pub replaces: Option<String>,

    /// The company has deleted it.
    #[serde(default)]
    #[schemars(title = "Deleted", example = true)]
    pub deleted: bool,
}

/// A table of dated rows, by its name in addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TableName {
    Work,
    Employment,
    Lifecycle,
    Salaries,
}

/// How a table is answered.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Table", extend("examples" = [{ "no_view": ["fte"] }]))]
pub struct TableChange {
    /// Columns that the service user may not view: `null`, and named in `restricted_columns`.
    #[serde(default)]
    #[schemars(title = "No view", extend("examples" = [["fte"]]))]
    pub no_view: Vec<String>,

    /// Columns of which the service user may not view what is past: `null` in rows that are not in force, and named in
    /// `restricted_columns`.
    #[serde(default)]
    #[schemars(title = "No view history", extend("examples" = [["department"]]))]
    pub no_view_history: Vec<String>,

    /// Employees, counted from 1, of whom the bulk endpoint answers with an error.
    #[serde(default)]
    #[schemars(title = "Errors", extend("examples" = [[4]]))]
    pub errors: Vec<u64>,

    /// Every page names the same next one, as a broken server would.
    #[serde(default)]
    #[schemars(title = "Repeat cursor", example = true)]
    pub repeat_cursor: bool,
}

fn example() -> serde_json::Value {
    serde_json::json!({
        "scenario": FORMAT,
        "permissions": { "unticked": [BOX] },
        "fields": { "work.employeeIdInCompany": { "category": "category_1647463606491" } },
    })
}

#[cfg(test)]
mod tests;
