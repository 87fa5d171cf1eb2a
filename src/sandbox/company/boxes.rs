//! What is ticked in the service user's permission group, by the words of Bob's menus.

use super::Refused;
use crate::catalog::Catalog;
use crate::catalog::permission::{Need, TimeOffData, Wanted, permissions};
use crate::sandbox::scenario::{MenuPath, Permissions, Problem};
use crate::value::text::{fold, nearest};
use indexmap::IndexMap;
use std::collections::BTreeSet;

/// What a box allows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Grant {
    View(String),
    History(String),
    Edit(String),
    TimeOff(TimeOffData),
}

/// What the service user may do.
#[derive(Debug, Default)]
pub struct Permitted(BTreeSet<Grant>);

const TIME_OFF: [TimeOffData; 6] = [
    TimeOffData::Balance,
    TimeOffData::Requests,
    TimeOffData::PendingRequests,
    TimeOffData::WhosOut,
    TimeOffData::PrivateRequests,
    TimeOffData::PolicyTypes,
];

impl Permitted {
    /// `categories` go from id to name.
    pub(super) fn new(categories: &IndexMap<String, String>, said: &Permissions) -> Result<Permitted, Refused> {
        let boxes = boxes(categories);
        let grants = |path: &MenuPath| -> Result<Vec<&Grant>, Refused> {
            let wanted = path.to_string();
            let found: Vec<_> = boxes.iter().filter(|(menu, _)| fold(menu) == fold(&wanted)).map(|(_, grant)| grant).collect();
            if found.is_empty() {
                let near = nearest(&wanted, boxes.iter().map(|(menu, _)| menu.as_str())).map(str::to_owned);
                return Err((Problem::UnknownBox { found: wanted.clone(), near }, wanted));
            }
            Ok(found)
        };
        let mut ticked = BTreeSet::new();
        match &said.only {
            None => ticked.extend(boxes.iter().map(|(_, grant)| grant.clone())),
            Some(only) => {
                for path in only {
                    ticked.extend(grants(path)?.into_iter().cloned());
                }
            }
        }
        for path in &said.unticked {
            for grant in grants(path)? {
                ticked.remove(grant);
            }
        }
        Ok(Permitted(ticked))
    }

    /// Whether a category's fields may be read, by its id.
    pub fn view(&self, category: &str) -> bool {
        self.0.contains(&Grant::View(category.to_owned()))
    }

    /// Whether the past rows of a category's table may be read.
    pub fn history(&self, category: &str) -> bool {
        self.0.contains(&Grant::History(category.to_owned()))
    }

    pub fn edit(&self, category: &str) -> bool {
        self.0.contains(&Grant::Edit(category.to_owned()))
    }

    pub fn time_off(&self, data: TimeOffData) -> bool {
        self.0.contains(&Grant::TimeOff(data))
    }
}

/// Every box, with its words divided by ` > `. Their wording is the catalog's, so that what is printed for admins and what is
/// ticked here can't differ.
fn boxes(categories: &IndexMap<String, String>) -> Vec<(String, Grant)> {
    let menu = |what| {
        let [permission] =
            permissions(&[Need { what, needed_for: Vec::new() }], Catalog::builtin()).try_into().expect("one row a need");
        permission.menu
    };
    let mut boxes = Vec::new();
    for (id, name) in categories {
        let view = menu(Wanted::Category(name.clone()));
        let mut edit = view.clone();
        if let Some(last) = edit.last_mut() {
            *last = format!("Edit selected employees' {name} sections");
        }
        boxes.push((view.join(" > "), Grant::View(id.clone())));
        boxes.push((menu(Wanted::History(name.clone())).join(" > "), Grant::History(id.clone())));
        boxes.push((edit.join(" > "), Grant::Edit(id.clone())));
    }
    boxes.extend(TIME_OFF.map(|data| (menu(Wanted::TimeOff(data)).join(" > "), Grant::TimeOff(data))));
    boxes
}
