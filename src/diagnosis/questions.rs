//! What to ask HiBob, so that every permission can be judged with few calls.

use super::observation::STATUS;
use crate::catalog::permission::{Need, Opens, Permission, TimeOffData, Wanted};
use crate::catalog::resource::Resource;
use crate::catalog::{Catalog, Field};
use indexmap::IndexSet;

/// The tables that have a permission of their own: the category that each stands in, and the records that it is read as.
const TABLES: [(&str, &str); 4] = [
    ("work", "hibob.work_history"),
    ("employment", "hibob.employment_history"),
    ("lifecycle", "hibob.lifecycle_history"),
    ("payroll", "hibob.salary_history"),
];

/// What time off can be asked about; the others of Bob's boxes change what these answer.
const TIME_OFF: [TimeOffData; 4] = [TimeOffData::Balance, TimeOffData::Requests, TimeOffData::WhosOut, TimeOffData::PolicyTypes];

/// What to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Questions {
    /// Fields of everybody: those that the mappings read, and the lifecycle status.
    pub fields: Vec<String>,
    /// Fields of a few people that prove permissions for their categories.
    pub sample: Vec<String>,
    /// Tables whose rows are to be read, by category.
    pub histories: Vec<&'static str>,
    /// The other tables, of which a few rows tell whether histories are permitted, where their section is.
    pub other_histories: Vec<&'static str>,
    pub time_off: Vec<TimeOffData>,
}

impl Questions {
    /// What judges these rows. With `beyond`, also what tells of permissions that none of them needs.
    pub fn new(rows: &[Permission], needs: &[Need], catalog: &Catalog, beyond: bool) -> Questions {
        let read = read_fields(needs).filter(|id| catalog.field(id).is_some());
        let fields: IndexSet<&str> = read.chain([STATUS]).collect();
        // A table wants its section ticked too.
        let section = |field: &&Field| {
            let of = |category: &String| *category == field.category;
            rows.iter().any(|row| matches!(&row.opens, Opens::Section(category) | Opens::Histories(category) if of(category)))
        };
        let needed = |opens: Opens| rows.iter().any(|row| row.opens == opens);
        let table = |(category, _): &(&str, &str)| needed(Opens::Histories((*category).to_owned()));
        let (histories, other): (Vec<_>, Vec<_>) = TABLES.into_iter().partition(table);
        Questions {
            fields: fields.into_iter().map(str::to_owned).collect(),
            sample: catalog
                .fields()
                .filter(|field| !field.deleted && !comes_with_everything(&field.id))
                .filter(|field| beyond || section(field))
                .map(|field| field.id.clone())
                .collect(),
            histories: histories.into_iter().map(|(category, _)| category).collect(),
            other_histories: if beyond { other.into_iter().map(|(category, _)| category).collect() } else { Vec::new() },
            time_off: TIME_OFF.into_iter().filter(|data| beyond || needed(Opens::TimeOff(*data))).collect(),
        }
    }
}

impl Questions {
    /// The same, and of everybody also the fields that others are compared with.
    pub fn comparing(mut self, pairs: &[(String, String)]) -> Questions {
        for (_, new) in pairs {
            if !self.fields.contains(new) {
                self.fields.push(new.clone());
            }
        }
        self
    }
}

/// The records that the table in a category is read as.
pub fn table(category: &str) -> Option<&'static Resource> {
    let (_, name) = TABLES.iter().find(|(known, _)| *known == category)?;
    Resource::find(name)
}

/// The ids of the fields of people that the mappings read, as often as they do.
pub fn read_fields(needs: &[Need]) -> impl Iterator<Item = &str> {
    needs.iter().filter_map(|need| read_field(&need.what))
}

pub(super) fn read_field(what: &Wanted) -> Option<&str> {
    match what {
        Wanted::Field(id) | Wanted::Placed { field: id, category: _ } => Some(id),
        Wanted::Category(_) | Wanted::History(_) | Wanted::TimeOff(_) | Wanted::AskedByGuide(_) | Wanted::GuidedField { .. } => {
            None
        }
    }
}

/// Bob sends ids to every service user: they prove no permission.
pub(super) fn comes_with_everything(id: &str) -> bool {
    matches!(id, "root.id" | "root.companyId")
}
