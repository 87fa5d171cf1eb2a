//! HiBob's endpoints: how often each may be called, and which box in Bob's menu allows it.

use crate::catalog::Catalog;
use crate::catalog::permission::{Need, TimeOffData, Wanted, permissions};
use reqwest::Method;
use std::borrow::Cow;
use std::fmt;
use url::form_urlencoded::byte_serialize;

/// One endpoint.
#[derive(Debug, Clone)]
pub(super) struct Endpoint {
    pub method: Method,
    /// Below `/v1`, with a slash.
    pub path: Cow<'static, str>,
}

/// Calls a minute that are published (HiBob's pages on rate limits, and what integrations have seen), where they are not [`USUAL`].
const PUBLISHED: [(&str, u32); 2] = [("/profiles", 40), ("/bulk/people/salaries", 10)];

const USUAL: u32 = 50;

/// What stands before the name of a policy type.
const POLICY_TYPE: &str = "/timeoff/policy-types/";

impl Endpoint {
    pub fn get(path: impl Into<Cow<'static, str>>) -> Endpoint {
        Endpoint { method: Method::GET, path: path.into() }
    }

    pub const PEOPLE: Endpoint = Endpoint { method: Method::POST, path: Cow::Borrowed("/people/search") };
    pub const FIELDS: Endpoint = Endpoint { method: Method::GET, path: Cow::Borrowed("/company/people/fields") };
    pub const NAMED_LISTS: Endpoint = Endpoint { method: Method::GET, path: Cow::Borrowed("/company/named-lists") };
    pub const CHANGES: Endpoint = Endpoint { method: Method::GET, path: Cow::Borrowed("/timeoff/requests/changes") };
    pub const WHOS_OUT: Endpoint = Endpoint { method: Method::GET, path: Cow::Borrowed("/timeoff/whosout") };
    pub const OUT_TODAY: Endpoint = Endpoint { method: Method::GET, path: Cow::Borrowed("/timeoff/outtoday") };
    pub const POLICY_TYPES: Endpoint = Endpoint { method: Method::GET, path: Cow::Borrowed("/timeoff/policy-types") };

    /// One policy type, by its name.
    pub fn policy_type(name: &str) -> Endpoint {
        Endpoint::get(format!("{POLICY_TYPE}{}", segment(name)))
    }

    /// What an employee has left under one policy type.
    pub fn balance(employee: &str) -> Endpoint {
        Endpoint::get(format!("/timeoff/employees/{}/balance", segment(employee)))
    }

    /// One request of an employee's.
    pub fn time_off_request(employee: &str, request: &str) -> Endpoint {
        Endpoint::get(format!("/timeoff/employees/{}/requests/{}", segment(employee), segment(request)))
    }

    /// Calls a minute, as far as is known before HiBob says so itself.
    pub fn per_minute(&self) -> u32 {
        if self.path.starts_with("/people/") && self.path.ends_with("/salaries") {
            return 10;
        }
        PUBLISHED.iter().find(|(path, _)| *path == self.path).map_or(USUAL, |(_, limit)| *limit)
    }

    /// What the calls that share a limit have in common: ids and names in a path count for nothing.
    pub fn limit_key(&self) -> String {
        if self.path.starts_with(POLICY_TYPE) {
            return format!("{} {POLICY_TYPE}{{name}}", self.method);
        }
        let is_id = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let parts: Vec<&str> = self.path.split('/').map(|part| if is_id(&part) { "{id}" } else { part }).collect();
        format!("{} {}", self.method, parts.join("/"))
    }

    /// The box that allows the endpoint, in the words of Bob's menus. `None` where none is known to.
    pub fn menu(&self) -> Option<String> {
        let last = self.path.rsplit('/').next().unwrap_or_default();
        let history = |category: &str| Some(Wanted::History(category.to_owned()));
        let time_off = |data: TimeOffData| Some(Wanted::TimeOff(data));
        let wanted = match last {
            _ if self.path.starts_with("/timeoff/policy-types") || self.path.starts_with("/timeoff/policies") => {
                time_off(TimeOffData::PolicyTypes)
            }
            "whosout" | "outtoday" | "changes" => time_off(TimeOffData::WhosOut),
            "balance" => time_off(TimeOffData::Balance),
            _ if self.path.starts_with("/timeoff/employees/") => time_off(TimeOffData::Requests),
            "work" | "employment" | "lifecycle" => history(last),
            "salaries" => history("payroll"),
            _ => None,
        }?;
        let rows = permissions(&[Need { what: wanted, needed_for: Vec::new() }], Catalog::builtin());
        rows.first().map(|row| row.menu.join(" > "))
    }
}

/// One part of a path, in which no character means more than itself.
fn segment(name: &str) -> String {
    // Forms write a blank as a plus sign, which is one in a path.
    byte_serialize(name.as_bytes()).collect::<String>().replace('+', "%20")
}

impl fmt::Display for Endpoint {
    /// Method and path below the base URL.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::Endpoint;

    #[test]
    fn endpoints_know_their_limits_and_the_boxes_that_allow_them() {
        for (path, per_minute, menu) in [
            (
                "/bulk/people/salaries",
                10,
                Some("People's data > People > Payroll > View selected employees' Payroll section histories"),
            ),
            (
                "/people/33/salaries",
                10,
                Some("People's data > People > Payroll > View selected employees' Payroll section histories"),
            ),
            ("/bulk/people/work", 50, Some("People's data > People > Work > View selected employees' Work section histories")),
            ("/timeoff/whosout", 50, Some("People's data > Time off > See who's out today > See who's out")),
            ("/timeoff/policy-types", 50, Some("Features > Time off > Settings > Manage company's time off settings")),
            ("/timeoff/policy-types/Holiday", 50, Some("Features > Time off > Settings > Manage company's time off settings")),
            ("/profiles", 40, None),
            ("/company/named-lists", 50, None),
        ] {
            let endpoint = Endpoint::get(path);
            assert_eq!((endpoint.per_minute(), endpoint.menu().as_deref()), (per_minute, menu), "{path}");
        }
        assert_eq!(Endpoint::get("/people/33/salaries").limit_key(), "GET /people/{id}/salaries");
        assert_eq!(Endpoint::time_off_request("33", "44").limit_key(), "GET /timeoff/employees/{id}/requests/{id}");
        let named = Endpoint::policy_type("Sick/ill? 50 % + more");
        assert_eq!(named.to_string(), "GET /timeoff/policy-types/Sick%2Fill%3F%2050%20%25%20%2B%20more");
        assert_eq!(named.limit_key(), Endpoint::policy_type("Holiday").limit_key());
    }
}
