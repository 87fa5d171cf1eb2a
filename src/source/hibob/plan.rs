//! Which calls a request leads to, told without making any.

use super::history::{History, MOST_EMPLOYEES as PAGE};
use super::people::People;
use super::{Endpoint, HibobError};
use crate::catalog::request::{Request, Selection};

/// One kind of call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedCall {
    /// What it is for.
    pub purpose: String,
    /// `POST /people/search`, below the base URL.
    pub endpoint: String,
    /// JSON, for POST.
    pub body: Option<String>,
    pub times: Times,
    /// Calls of this endpoint a minute, as far as is known before HiBob says so itself.
    pub per_minute: u32,
    /// The box that allows the call, in the words of Bob's menus, where it is one box.
    pub menu: Option<String>,
}

/// How often a call is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    Once,
    /// Once for so many employees.
    Batch(usize),
    /// Once for so many employees with rows.
    Page(usize),
}

impl Times {
    /// How many calls a company of so many employees needs.
    pub fn calls(self, employees: u64) -> u64 {
        match self {
            Times::Once => 1,
            Times::Batch(size) | Times::Page(size) => employees.div_ceil(size.max(1) as u64).max(1),
        }
    }
}

/// The calls that read everything that `request` asks for, `batch` employees at a time.
///
/// # Errors
/// The resource can't be read from HiBob.
pub fn plan(request: &Request, batch: usize) -> Result<Vec<PlannedCall>, HibobError> {
    let planned = |purpose: String, endpoint: &Endpoint, query: &str, body: Option<String>, times| PlannedCall {
        purpose,
        endpoint: format!("{endpoint}{query}"),
        body,
        times,
        per_minute: endpoint.per_minute(),
        menu: endpoint.menu(),
    };
    let resource = request.resource.name;
    Ok(match resource {
        "hibob.people" => {
            let (ids, parts) = People::new(request, Selection::Everyone)?.bodies();
            let count = parts.len();
            let purpose = |number: usize| match count {
                1 => "their fields".to_owned(),
                _ => format!("their fields, part {} of {count}", number + 1),
            };
            let parts = parts.into_iter().enumerate();
            let parts =
                parts.map(|(number, body)| planned(purpose(number), &Endpoint::PEOPLE, "", Some(body), Times::Batch(batch)));
            let ids = planned("the ids of all employees".to_owned(), &Endpoint::PEOPLE, "", Some(ids), Times::Once);
            std::iter::once(ids).chain(parts).collect()
        }
        "hibob.fields" => vec![planned("the fields that there are".to_owned(), &Endpoint::FIELDS, "", None, Times::Once)],
        "hibob.named_lists" => {
            vec![planned(
                "the lists and their items".to_owned(),
                &Endpoint::NAMED_LISTS,
                "?includeArchived=true",
                None,
                Times::Once,
            )]
        }
        _ => match History::new(resource, Selection::Everyone)? {
            Some(history) => {
                let purpose = "the rows of the table".to_owned();
                vec![planned(purpose, &history.endpoint(), &format!("?limit={PAGE}"), None, Times::Page(PAGE))]
            }
            None => return Err(HibobError::FilesOnly { resource }),
        },
    })
}
