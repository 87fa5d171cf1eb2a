//! What an admin has to tick in Bob so that a service user can read what mappings need, in the words of Bob's menus.
//! Sources: HiBob's API pages on people, employee tables, time off and field-level permissions; ActivTrak's setup guide.

use super::{Catalog, Field, FieldKind};
use crate::value::text;
use indexmap::IndexSet;
use serde::Serialize;
use std::collections::BTreeMap;

/// Something that a mapping reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    pub what: Wanted,
    /// The target fields that need it, or whatever else the admin should read there.
    pub needed_for: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A field's value of today, by the field's id. Its category comes from the catalog.
    Field(String),
    /// Values of today in a category, by its id or by its name as a mapping file gives it.
    Category(String),
    /// Every row of a table, by the id or the name of the category that the table stands in.
    History(String),
    TimeOff(TimeOffData),
    /// A field that the catalog lacks, and the category in which a mapping file says that it stands.
    Placed {
        field: String,
        category: String,
    },
    /// What the setup guide of a target asks for, though the mapping reads nothing of it.
    AskedByGuide(TimeOffData),
    /// A category in which the setup guide of a target looks for a field that the mapping reads, by their ids.
    GuidedField {
        field: String,
        category: String,
    },
}

/// What Bob says about time off. In the order of Bob's menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TimeOffData {
    Balance,
    /// Single requests, by employee and request id.
    Requests,
    /// Requests that nobody has approved yet.
    PendingRequests,
    /// Who is out in a range of days, and what changed.
    WhosOut,
    /// Requests under private policies, and the true names of policies.
    PrivateRequests,
    PolicyTypes,
}

/// What a box opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opens {
    /// Values of today of a category, by its id, or by the name of one that the catalog lacks.
    Section(String),
    /// Every row of the table in a category.
    Histories(String),
    /// Fields of which the catalog does not say where they stand.
    Unplaced,
    TimeOff(TimeOffData),
}

/// One box to tick.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Permission {
    #[serde(skip)]
    pub opens: Opens,
    /// Nothing that the mappings read needs it: only a setup guide asks for it.
    #[serde(skip)]
    pub only_guided: bool,
    /// From the tab of the permission group down to the box.
    pub menu: Vec<String>,
    /// Each once, in the order of the needs.
    pub needed_for: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// To be said once beside the rows.
pub const FIELD_LEVEL_NOTE: &str = "Where Bob shows People's data > People's fields in place of People, a field can be allowed or \
    denied by itself: allow the fields, or their whole category.";

/// One row to come. Sorts as Bob's menu does: the People section by name, what can't be placed, time off.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Row {
    Section { folded: String, name: String, part: Part, id: String },
    Unplaced,
    TimeOff(TimeOffData),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Histories,
    Today,
}

/// What is gathered for a row.
#[derive(Default)]
struct Gathered<'n> {
    needed_for: IndexSet<&'n str>,
    /// A mapping or the catalog says that the row is needed; otherwise only a setup guide does.
    certain: bool,
    /// Names of fields that a setup guide looks for here.
    guided: IndexSet<&'n str>,
    /// Names of fields that viewing the category may not be enough for.
    sensitive: IndexSet<&'n str>,
    /// Ids of fields that the catalog does not have.
    unplaced: IndexSet<&'n str>,
}

/// The boxes to tick, each once, in the order of Bob's menus.
pub fn permissions(needs: &[Need], catalog: &Catalog) -> Vec<Permission> {
    let mut rows: BTreeMap<Row, Gathered<'_>> = BTreeMap::new();
    for Need { what, needed_for } in needs {
        for (row, found) in rows_for(what, catalog) {
            let gathered = rows.entry(row).or_default();
            gathered.needed_for.extend(needed_for.iter().map(String::as_str));
            match found {
                Reason::Certain => gathered.certain = true,
                Reason::Sensitive(field) => {
                    gathered.certain = true;
                    gathered.sensitive.insert(field);
                }
                Reason::Guided(field) => _ = gathered.guided.insert(field),
                Reason::Unplaced(id) => _ = gathered.unplaced.insert(id),
                Reason::AskedByGuide => {}
            }
        }
    }
    rows.into_iter()
        .map(|(row, gathered)| Permission {
            menu: row.menu(),
            note: row.note(&gathered),
            only_guided: !gathered.certain && gathered.unplaced.is_empty(),
            needed_for: gathered.needed_for.into_iter().map(str::to_owned).collect(),
            opens: row.opens(),
        })
        .collect()
}

/// The box that opens this, in the words of Bob's menus, whoever needs it.
pub fn menu(opens: &Opens, catalog: &Catalog) -> Vec<String> {
    match opens {
        Opens::Section(category) => Row::section(catalog, category, Part::Today),
        Opens::Histories(category) => Row::section(catalog, category, Part::Histories),
        Opens::Unplaced => Row::Unplaced,
        Opens::TimeOff(data) => Row::TimeOff(*data),
    }
    .menu()
}

/// The box for changing what is in a category, which Bob wants ticked too before it shows sensitive fields.
pub fn edit_menu(category: &str, catalog: &Catalog) -> Vec<String> {
    let mut menu = menu(&Opens::Section(category.to_owned()), catalog);
    let name = menu[menu.len() - 2].clone();
    *menu.last_mut().expect("a menu ends in its box") = format!("Edit selected employees' {name} sections");
    menu
}

/// Why a need leads to a row; with the field's name, or its id where it has no other.
enum Reason<'n> {
    Certain,
    Sensitive(&'n str),
    Guided(&'n str),
    Unplaced(&'n str),
    AskedByGuide,
}

fn rows_for<'n>(what: &'n Wanted, catalog: &'n Catalog) -> Vec<(Row, Reason<'n>)> {
    let section = |category, part| Row::section(catalog, category, part);
    match what {
        Wanted::Field(id) => {
            let Some(field) = catalog.field(id) else { return vec![(Row::Unplaced, Reason::Unplaced(id))] };
            let reason = if is_sensitive(field) { Reason::Sensitive(&field.name) } else { Reason::Certain };
            let guided = catalog.also_in(field).map(|category| (section(category, Part::Today), Reason::Guided(&field.name)));
            [(section(&field.category, Part::Today), reason)].into_iter().chain(guided).collect()
        }
        Wanted::Category(category) | Wanted::Placed { category, field: _ } => {
            vec![(section(category, Part::Today), Reason::Certain)]
        }
        Wanted::GuidedField { field, category } => {
            let name = catalog.field(field).map_or(field, |field| &field.name);
            vec![(section(category, Part::Today), Reason::Guided(name))]
        }
        Wanted::History(category) => vec![(section(category, Part::Histories), Reason::Certain)],
        Wanted::TimeOff(data) => vec![(Row::TimeOff(*data), Reason::Certain)],
        Wanted::AskedByGuide(data) => vec![(Row::TimeOff(*data), Reason::AskedByGuide)],
    }
}

/// Fields that Bob hides from a service user who may view their category but not edit it. HiBob's page on field-level
/// permissions names the full date of birth, the age and the SSN.
pub fn is_sensitive(field: &Field) -> bool {
    field.kind == FieldKind::Ssn || matches!(field.id.as_str(), "personal.birthDate" | "personal.age")
}

impl Row {
    fn section(catalog: &Catalog, category: &str, part: Part) -> Row {
        let known = catalog.category(category).or_else(|| catalog.category_by_name(category));
        // A company's catalog has the categories in which it has fields; Bob has more.
        let known = known.or_else(|| Catalog::builtin().category(category));
        // A name that the catalog lacks is the admin's own word for it.
        let (id, name) = known.map_or((category, category), |category| (&category.id, &category.name));
        Row::Section { folded: text::fold(name).into_owned(), name: name.to_owned(), part, id: id.to_owned() }
    }

    fn opens(self) -> Opens {
        match self {
            Row::Section { id, part: Part::Today, .. } => Opens::Section(id),
            Row::Section { id, part: Part::Histories, .. } => Opens::Histories(id),
            Row::Unplaced => Opens::Unplaced,
            Row::TimeOff(data) => Opens::TimeOff(data),
        }
    }

    fn menu(&self) -> Vec<String> {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let out_today = "See who's out today";
        match self {
            Row::Section { name, part: Part::Today, .. } => {
                words(&["People's data", "People", name, &format!("View selected employees' {name} sections")])
            }
            Row::Section { name, part: Part::Histories, .. } => {
                words(&["People's data", "People", name, &format!("View selected employees' {name} section histories")])
            }
            Row::Unplaced => words(&["People's data", "People"]),
            Row::TimeOff(data) => match data {
                TimeOffData::Balance => {
                    words(&["People's data", "Time off", "Balance", "See selected people's time off and sick leave balances"])
                }
                TimeOffData::Requests => {
                    words(&["People's data", "Time off", "Requests", "Create, edit and cancel people's requests"])
                }
                TimeOffData::PendingRequests => words(&[
                    "People's data",
                    "Time off",
                    "Requests",
                    "Create, edit all fields, and cancel people's requests that haven't been approved yet",
                ]),
                TimeOffData::WhosOut => words(&["People's data", "Time off", out_today, "See who's out"]),
                TimeOffData::PrivateRequests => words(&[
                    "People's data",
                    "Time off",
                    out_today,
                    "See who's out because of a private policy or policies with a custom name",
                ]),
                TimeOffData::PolicyTypes => words(&["Features", "Time off", "Settings", "Manage company's time off settings"]),
            },
        }
    }

    fn note(&self, gathered: &Gathered<'_>) -> Option<String> {
        let listed = |words: &IndexSet<&str>| words.iter().copied().collect::<Vec<_>>().join(", ");
        let mut notes = Vec::new();
        match self {
            Row::Section { name, .. } => {
                if !gathered.sensitive.is_empty() {
                    notes.push(format!(
                        "{}: Bob may show it only if \"Edit selected employees' {name} sections\" is ticked too",
                        listed(&gathered.sensitive)
                    ));
                }
                if !gathered.certain {
                    notes.push(format!(
                        "ActivTrak's setup guide looks for this here ({}), though Bob itself lists it elsewhere; \
                         the company's own catalog (--catalog) settles it",
                        listed(&gathered.guided)
                    ));
                }
            }
            Row::Unplaced => notes.push(format!(
                "the catalog does not say in which category these fields stand: {}; look in the profile of somebody who has a \
                 value there, or give the company's own catalog (--catalog)",
                listed(&gathered.unplaced)
            )),
            Row::TimeOff(_) if !gathered.certain => notes.push(
                "ActivTrak's setup guide asks for this, though no mapping given here reads it: bobmap does without".to_owned(),
            ),
            Row::TimeOff(TimeOffData::Balance) => notes.push(
                "HiBob's API page lists \"Adjust selected people's time off balances and bank their overtime\" beside it"
                    .to_owned(),
            ),
            Row::TimeOff(TimeOffData::Requests | TimeOffData::PendingRequests | TimeOffData::PrivateRequests) => {
                notes.push("the wording differs between versions of Bob".to_owned());
            }
            Row::TimeOff(TimeOffData::WhosOut | TimeOffData::PolicyTypes) => {}
        }
        (!notes.is_empty()).then(|| notes.join("; "))
    }
}

/// Where somebody stands between being hired and having left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LifecycleStatus {
    Hired,
    Employed,
    Terminated,
    /// Garden leave, parental leave, and the types that a company makes up itself.
    Leave,
}

impl LifecycleStatus {
    pub const ALL: [LifecycleStatus; 4] =
        [LifecycleStatus::Hired, LifecycleStatus::Employed, LifecycleStatus::Terminated, LifecycleStatus::Leave];

    /// Of a value of `internal.lifecycleStatus`. What is none of Bob's three words is a leave type.
    pub fn of(value: &str) -> LifecycleStatus {
        match text::fold(value).as_ref() {
            "hired" => LifecycleStatus::Hired,
            "employed" => LifecycleStatus::Employed,
            "terminated" => LifecycleStatus::Terminated,
            _ => LifecycleStatus::Leave,
        }
    }

    /// As Bob's menu for conditions shows it.
    pub fn word(self) -> &'static str {
        match self {
            LifecycleStatus::Hired => "Hired",
            LifecycleStatus::Employed => "Employed",
            LifecycleStatus::Terminated => "Terminated",
            LifecycleStatus::Leave => "Leave (every type)",
        }
    }
}

/// Whose data the service user may read: without it people are missing from every answer, whatever is ticked above.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccessRights {
    pub menu: Vec<String>,
    /// The lifecycle statuses to select, in the words of Bob's menu.
    pub lifecycle_statuses: Vec<&'static str>,
    pub note: String,
}

/// The condition of "Access data for" that lets everybody through whom the mappings keep. An empty `kept` is everybody.
pub fn access_rights(kept: &[LifecycleStatus]) -> AccessRights {
    let wanted = |status: &LifecycleStatus| kept.is_empty() || kept.contains(status);
    let statuses: Vec<_> = LifecycleStatus::ALL.into_iter().filter(wanted).collect();
    let note = if statuses == [LifecycleStatus::Employed] {
        "this is the condition that a new group begins with".to_owned()
    } else {
        let others: Vec<_> =
            statuses.iter().filter(|status| **status != LifecycleStatus::Employed).map(|status| status.word()).collect();
        format!(
            "a new group begins with \"Lifecycle status equals Employed\": widen it, or nobody with the status {} ever arrives",
            others.join(", ")
        )
    };
    AccessRights {
        menu: ["People's data", "Access data for", "Select people by condition", "Lifecycle status"].map(str::to_owned).to_vec(),
        lifecycle_statuses: statuses.into_iter().map(LifecycleStatus::word).collect(),
        note,
    }
}

#[cfg(test)]
mod tests;
