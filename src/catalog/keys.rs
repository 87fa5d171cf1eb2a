//! The keys that records of time off have, as HiBob documents them and as they are computed from them. Bob may add keys: what is
//! not here may be there still.

use super::resource::Resource;
use crate::value::text::nearest;

/// What a request, a change or an absence says of itself, by its type.
const ABSENCE: &[&str] = &[
    "requestId",
    "employeeId",
    "employeeDisplayName",
    "employeeEmail",
    "policyType",
    "policyTypeDisplayName",
    // The name of a private type, which is veiled under the key above.
    "privatePolicyTypeDisplayName",
    "visibility",
    "type",
    "startDate",
    "startPortion",
    "endDate",
    "endPortion",
    "date",
    "hoursOnDate",
    "minutes",
    "dayPortion",
    "dailyHours",
    "percentageOfDay",
    "durations",
    "durationUnit",
    "totalDuration",
    "totalCost",
    "timeZone",
    "timeZoneOffset",
];

const CHANGE: &[&str] =
    &["changeType", "previousRequestId", "originalRequestId", "changeReason", "createdOn", "reasonCode", "description"];

/// What HiBob says of one request that it is asked about.
const DETAIL: &[&str] = &[
    "status",
    "approved",
    "approvedBy",
    "approvedAt",
    "declinedBy",
    "declinedAt",
    "declineReason",
    "hasAttachment",
    "attachmentLinks",
    // Older spellings.
    "startDatePortion",
    "endDatePortion",
];

const COMPUTED: &[&str] = &[
    "start.date",
    "start.civil",
    "start.instant",
    "start.local",
    "end.date",
    "end.civil",
    "end.instant",
    "end.local",
    "zone",
    "zoneFrom",
    "days.date",
    "days.portion",
    "days.amount",
    "days.unit",
    "days.estimated",
    "days.duration",
    "fault",
];

const OUT_TODAY: &[&str] = &["requestRangeType", "startDatePortion", "endDatePortion", "hours"];

const BALANCE: &[&str] = &[
    "employeeId",
    "policy",
    "policyType",
    // The names of a type that is not known to be public, which are veiled under the keys above.
    "privatePolicy",
    "privatePolicyType",
    "visibility",
    "unit",
    "pointInTime",
    "totalBalanceAsOfDate",
    "totalRoundedBalanceAsOfDate",
    "startingBalance",
    "startingBalanceAsOf",
    "totalTaken",
    "totalAdminAdjustments",
    "totalSystemAdjustments",
    "annualAllowance",
    "currentAssignment",
];

const POLICY_TYPE: &[&str] = &["name", "activity", "bookingWorkDaysOnly", "unit"];

/// Keys whose values have members of their own, which may be any.
const OPEN: &[&str] = &["durations", "attachmentLinks"];

/// Keys whose values are lists of objects with the keys below them.
const LISTS: &[&str] = &["days"];

/// A key that is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownKey {
    /// How many names of the path lead to it, itself included.
    pub names: usize,
    pub near: Option<Near>,
}

/// The key that may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Near {
    /// One at the same place.
    Here(&'static str),
    /// One elsewhere in the record, as a path.
    At(String),
}

fn keys(resource: &Resource) -> &'static [&'static [&'static str]] {
    match resource.name {
        "hibob.time_off_changes" => &[ABSENCE, CHANGE],
        "hibob.time_off_requests" => &[ABSENCE, CHANGE, DETAIL, COMPUTED],
        "hibob.whos_out" => &[ABSENCE, &["status"]],
        "hibob.out_today" => &[ABSENCE, OUT_TODAY, &["status"]],
        "hibob.time_off_balances" => &[BALANCE],
        "hibob.policy_types" => &[POLICY_TYPE],
        _ => &[],
    }
}

/// The first of the names, from the top of a record down, that no record of the resource has as far as is known; `None` for
/// resources whose keys are not listed.
pub fn unknown_key(resource: &Resource, names: &[&str]) -> Option<UnknownKey> {
    let known: Vec<&'static str> = keys(resource).concat();
    let mut above = String::new();
    for (at, name) in names.iter().enumerate() {
        let beneath: Vec<&'static str> = known
            .iter()
            .filter_map(|key| key.strip_prefix(above.as_str()))
            .map(|key| key.split('.').next().unwrap_or(key))
            .collect();
        if known.is_empty() || at > 0 && OPEN.contains(&names[at - 1]) {
            return None;
        }
        if !beneath.contains(name) {
            let near = nearest(name, beneath).map(Near::Here).or_else(|| elsewhere(name, &known));
            return Some(UnknownKey { names: at + 1, near });
        }
        above = format!("{above}{name}.");
    }
    None
}

/// A key below another one that is called so, or nearly so.
fn elsewhere(name: &str, known: &[&'static str]) -> Option<Near> {
    let last = |key: &'static str| key.rsplit('.').next().unwrap_or(key);
    let nested = || known.iter().copied().filter(|key| key.contains('.'));
    let found = nested().find(|key| last(key) == name);
    let key = found.or_else(|| {
        let near = nearest(name, nested().map(last))?;
        nested().find(|key| last(key) == near)
    })?;
    let (list, rest) = key.split_once('.').filter(|(list, _)| LISTS.contains(list)).map_or((key, ""), |parts| parts);
    Some(Near::At(if rest.is_empty() { format!("$.{list}") } else { format!("$.{list}[*].{rest}") }))
}

#[cfg(test)]
mod tests {
    use super::{Near, UnknownKey, unknown_key};
    use crate::catalog::resource::Resource;

    #[test]
    fn a_key_that_is_not_known_is_told_with_its_neighbour() {
        let of =
            |resource: &str, path: &str| unknown_key(Resource::find(resource).unwrap(), &path.split('.').collect::<Vec<_>>());
        let requests = "hibob.time_off_requests";
        for path in ["days.amount", "start.instant", "start", "durations.hours", "attachmentLinks.x.y", "createdOn"] {
            assert_eq!(of(requests, path), None, "{path}");
        }
        assert_eq!(of("hibob.people", "wrok"), None);
        assert_eq!(of(requests, "days.amuont"), Some(UnknownKey { names: 2, near: Some(Near::Here("amount")) }));
        assert_eq!(of(requests, "totalCosts"), Some(UnknownKey { names: 1, near: Some(Near::Here("totalCost")) }));
        assert_eq!(of("hibob.time_off_changes", "days.amount").map(|key| key.names), Some(1));
        assert_eq!(of(requests, "status.word"), Some(UnknownKey { names: 2, near: None }));
        let elsewhere = |path: &str| Some(UnknownKey { names: 1, near: Some(Near::At(path.to_owned())) });
        assert_eq!(of(requests, "amuont"), elsewhere("$.days[*].amount"));
        assert_eq!(of(requests, "instant"), elsewhere("$.start.instant"));
        assert_eq!(of("hibob.time_off_balances", "unti"), Some(UnknownKey { names: 1, near: Some(Near::Here("unit")) }));
    }
}
