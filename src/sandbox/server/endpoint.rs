//! Which endpoint a request is for.

use super::super::scenario::TableName;
use axum::http::Method;
use url::form_urlencoded;

/// An endpoint that the sandbox has. Everything else is met with the login page, as in Bob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    Search,
    /// One person, by id or address.
    Person(String),
    Fields,
    Lists,
    List(String),
    BulkTable(TableName),
    Table(String, TableName),
    WhosOut,
    OutToday,
    Changes,
    /// By employee and request.
    TimeOffRequest(String, String),
    Balance(String),
    PolicyTypes,
    PolicyType(String),
}

impl Endpoint {
    /// `path` as it came, with `/v1`.
    pub fn of(method: &Method, path: &str) -> Option<Endpoint> {
        let segments: Vec<String> = path.strip_prefix("/v1/")?.split('/').map(decoded).collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        Some(match (method.as_str(), segments.as_slice()) {
            ("POST", ["people", "search"]) => Endpoint::Search,
            ("POST", ["people", identifier]) => Endpoint::Person((*identifier).to_owned()),
            ("GET", ["people", id, table]) => Endpoint::Table((*id).to_owned(), TableName::from_word(table)?),
            ("GET", ["company", "people", "fields"]) => Endpoint::Fields,
            ("GET", ["company", "named-lists"]) => Endpoint::Lists,
            ("GET", ["company", "named-lists", list]) => Endpoint::List((*list).to_owned()),
            ("GET", ["bulk", "people", table]) => Endpoint::BulkTable(TableName::from_word(table)?),
            ("GET", ["timeoff", "whosout"]) => Endpoint::WhosOut,
            ("GET", ["timeoff", "outtoday"]) => Endpoint::OutToday,
            ("GET", ["timeoff", "requests", "changes"]) => Endpoint::Changes,
            ("GET", ["timeoff", "employees", id, "requests", request]) => {
                Endpoint::TimeOffRequest((*id).to_owned(), (*request).to_owned())
            }
            ("GET", ["timeoff", "employees", id, "balance"]) => Endpoint::Balance((*id).to_owned()),
            ("GET", ["timeoff", "policy-types"]) => Endpoint::PolicyTypes,
            ("GET", ["timeoff", "policy-types", name]) => Endpoint::PolicyType((*name).to_owned()),
            _ => return None,
        })
    }

    /// What calls are counted by.
    pub fn name(&self) -> &'static str {
        match self {
            Endpoint::Search => "people/search",
            Endpoint::Person(_) => "people/{id}",
            Endpoint::Fields => "company/people/fields",
            Endpoint::Lists => "company/named-lists",
            Endpoint::List(_) => "company/named-lists/{id}",
            Endpoint::BulkTable(TableName::Work) => "bulk/people/work",
            Endpoint::BulkTable(TableName::Employment) => "bulk/people/employment",
            Endpoint::BulkTable(TableName::Lifecycle) => "bulk/people/lifecycle",
            Endpoint::BulkTable(TableName::Salaries) => "bulk/people/salaries",
            Endpoint::Table(_, TableName::Work) => "people/{id}/work",
            Endpoint::Table(_, TableName::Employment) => "people/{id}/employment",
            Endpoint::Table(_, TableName::Lifecycle) => "people/{id}/lifecycle",
            Endpoint::Table(_, TableName::Salaries) => "people/{id}/salaries",
            Endpoint::WhosOut => "timeoff/whosout",
            Endpoint::OutToday => "timeoff/outtoday",
            Endpoint::Changes => "timeoff/requests/changes",
            Endpoint::TimeOffRequest(..) => "timeoff/employees/{id}/requests/{id}",
            Endpoint::Balance(_) => "timeoff/employees/{id}/balance",
            Endpoint::PolicyTypes => "timeoff/policy-types",
            Endpoint::PolicyType(_) => "timeoff/policy-types/{name}",
        }
    }

    /// Published figures where there are any, and 50 elsewhere.
    pub fn calls_a_minute(&self) -> u32 {
        match self {
            Endpoint::Table(_, TableName::Salaries) => 10,
            Endpoint::Table(..) => 100,
            _ => 50,
        }
    }
}

/// A segment of a path without its percent signs.
fn decoded(segment: &str) -> String {
    // Read as the value of a form, in which these three would mean something else.
    let value = format!("={}", segment.replace('+', "%2B").replace('&', "%26"));
    form_urlencoded::parse(value.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// The parameters of a request.
pub struct Query(Vec<(String, String)>);

/// Parameters whose values name no person.
const HARMLESS: [&str; 18] = [
    "limit",
    "cursor",
    "includeArchived",
    "includeHumanReadable",
    "humanReadable",
    "showInactive",
    "from",
    "to",
    "today",
    "since",
    "includeHourly",
    "includePrivate",
    "includePending",
    "includeWorkingRequests",
    "date",
    "policyType",
    "includeDailyDurations",
    "siteId",
];

impl Query {
    pub fn of(query: Option<&str>) -> Query {
        Query(form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect())
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub fn is_true(&self, name: &str) -> bool {
        self.get(name) == Some("true")
    }

    /// The ids of a list divided by commas.
    pub fn ids(&self, name: &str) -> Option<Vec<&str>> {
        self.get(name).filter(|ids| !ids.is_empty()).map(|ids| ids.split(',').map(str::trim).collect())
    }

    /// For the log.
    pub fn shown(&self) -> String {
        let shown = |(name, value): &(String, String)| {
            let value = if HARMLESS.contains(&name.as_str()) { value.as_str() } else { "…" };
            format!("{name}={value}")
        };
        self.0.iter().map(shown).collect::<Vec<_>>().join("&")
    }
}
