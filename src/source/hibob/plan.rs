//! Which calls a request leads to, told without making any.

use super::history::{History, MOST_EMPLOYEES as PAGE};
use super::people::{People, ids_body};
use super::time_off::{balance_query, changes_query, day_query, outs_query, visibility_query, windows};
use super::{Details, Endpoint, HibobError, TimeOffSettings};
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
    /// What the number of calls is for, where it is not for all: HiBob alone knows how many of these there are.
    pub for_each: Option<&'static str>,
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
    /// So often, whoever there is.
    Exactly(u64),
    /// So often for each employee.
    EachEmployee(u64),
}

impl Times {
    /// How many calls a company of so many employees needs.
    pub fn calls(self, employees: u64) -> u64 {
        match self {
            Times::Once => 1,
            Times::Exactly(calls) => calls,
            Times::EachEmployee(calls) => employees * calls,
            Times::Batch(size) | Times::Page(size) => employees.div_ceil(size.max(1) as u64).max(1),
        }
    }
}

impl PlannedCall {
    /// How long the rate limit makes the calls take at least, in a company of so many employees.
    pub fn minutes(&self, employees: u64) -> u64 {
        self.times.calls(employees).saturating_sub(1) / u64::from(self.per_minute.max(1))
    }
}

/// The calls that read everything that `request` asks for, `batch` employees at a time.
///
/// # Errors
/// The resource can't be read from HiBob.
pub fn plan(request: &Request, batch: usize, time_off: &TimeOffSettings) -> Result<Vec<PlannedCall>, HibobError> {
    let planned = |purpose: String, endpoint: &Endpoint, query: &str, body: Option<String>, times: Times| PlannedCall {
        purpose,
        endpoint: format!("{endpoint}{query}"),
        body,
        times,
        for_each: None,
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
            None => time_off_calls(request, time_off, &planned)?,
        },
    })
}

/// Makes a call of a purpose, an endpoint, a query, a body, and how often it is made.
type Planner<'p> = &'p dyn Fn(String, &Endpoint, &str, Option<String>, Times) -> PlannedCall;

/// What stands in a path for what is known only when it is asked.
const EMPLOYEE: &str = "EMPLOYEE";
const TYPE: &str = "TYPE";

fn time_off_calls(request: &Request, asked: &TimeOffSettings, planned: Planner<'_>) -> Result<Vec<PlannedCall>, HibobError> {
    let once = |purpose: &str, endpoint: &Endpoint, query: &str| planned(purpose.to_owned(), endpoint, query, None, Times::Once);
    let types = asked.policy_types.len() as u64;
    let each_type = |call: PlannedCall| PlannedCall { for_each: (types == 0).then_some("policy type"), ..call };
    let policy_type = || {
        let endpoint = Endpoint::policy_type(asked.policy_types.first().map_or(TYPE, String::as_str));
        planned("each type and its unit".to_owned(), &endpoint, "", None, Times::Exactly(types.max(1)))
    };
    let names = || once("the names of the policy types", &Endpoint::POLICY_TYPES, "");
    Ok(match request.resource.name {
        "hibob.time_off_changes" => changes(asked, planned),
        "hibob.time_off_requests" => {
            let mut calls = changes(asked, planned);
            let for_each = match asked.details {
                Details::Never => return Ok(calls),
                Details::Pending => "request that is pending",
                Details::All => "request",
            };
            let (endpoint, query) = (Endpoint::time_off_request(EMPLOYEE, "REQUEST"), "?includeDailyDurations=true");
            let call = once("what became of a request, and what each of its days takes", &endpoint, query);
            calls.push(PlannedCall { for_each: Some(for_each), ..call });
            calls
        }
        "hibob.whos_out" => vec![once("who is out", &Endpoint::WHOS_OUT, &shown(&outs_query(asked)))],
        "hibob.out_today" => vec![once("who is out on the day", &Endpoint::OUT_TODAY, &shown(&day_query(asked.from)))],
        "hibob.policy_types" => vec![names(), PlannedCall { for_each: Some("policy type"), times: Times::Once, ..policy_type() }],
        "hibob.time_off_balances" => {
            let ids = ids_body(request.show_inactive);
            let ids = planned("the ids of the employees".to_owned(), &Endpoint::PEOPLE, "", Some(ids), Times::Once);
            let query = shown(&balance_query(asked.policy_types.first().map_or(TYPE, String::as_str), asked.as_of));
            let times = Times::EachEmployee(types.max(1));
            let balance = planned("what an employee has left".to_owned(), &Endpoint::balance(EMPLOYEE), &query, None, times);
            let names = (types == 0).then(names);
            let seen = shown(&visibility_query(asked.as_of));
            let seen = once("which types are private, as requests say", &Endpoint::WHOS_OUT, &seen);
            names.into_iter().chain([each_type(policy_type()), seen, ids, each_type(balance)]).collect()
        }
        resource => return Err(HibobError::NotLive { resource }),
    })
}

fn changes(asked: &TimeOffSettings, planned: Planner<'_>) -> Vec<PlannedCall> {
    let windows = windows(asked.since, asked.until);
    let query = windows.first().map(|window| shown(&changes_query(window, asked.pending))).unwrap_or_default();
    let purpose = match windows.len() {
        0 | 1 => "what happened to requests".to_owned(),
        count => format!("what happened to requests, the first of {count} spans up to {}", asked.until),
    };
    vec![planned(purpose, &Endpoint::CHANGES, &query, None, Times::Exactly(windows.len() as u64))]
}

/// A query as a person reads it.
fn shown(query: &[(&'static str, String)]) -> String {
    let pairs: Vec<String> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("?{}", pairs.join("&"))
}
