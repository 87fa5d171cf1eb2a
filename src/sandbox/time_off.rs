//! Time off, as far as permissions can be proven by it: who may ask is as in Bob, and nobody is ever out.

use super::server::{Answer, Endpoint, Query, World};
use crate::catalog::permission::TimeOffData;

/// What is answered to one of the endpoints below `/timeoff`. Permission first, then what is wrong with the question.
pub fn answer(world: &World, endpoint: &Endpoint, query: &Query) -> Answer {
    let needed = match endpoint {
        Endpoint::TimeOffRequest(..) => TimeOffData::Requests,
        Endpoint::Balance(_) => TimeOffData::Balance,
        Endpoint::PolicyTypes => TimeOffData::PolicyTypes,
        _ => TimeOffData::WhosOut,
    };
    let company = &world.scenario.company;
    if !company.permitted.time_off(needed) {
        return Answer::forbidden("the service user may not see this");
    }
    let lacks =
        |names: &[&str]| names.iter().find(|name| query.get(name).is_none_or(str::is_empty)).map(|name| (*name).to_owned());
    let required: &[&str] = match endpoint {
        Endpoint::WhosOut => &["from", "to"],
        Endpoint::Changes => &["since"],
        Endpoint::Balance(_) => &["policyType", "date"],
        _ => &[],
    };
    if let Some(missing) = lacks(required) {
        return Answer::bad_request(&format!("missing required parameter '{missing}'"));
    }
    let sees = |id: &str| world.people.by_id(id).filter(|index| company.may_see(&world.people.person(*index)));
    match endpoint {
        Endpoint::TimeOffRequest(..) => Answer::not_found("error.timeoff.request.not.found", "no such request"),
        Endpoint::Balance(id) => match sees(id) {
            None => Answer::no_employee(),
            Some(_) => balance(id, query),
        },
        Endpoint::PolicyTypes => Answer::json(br#"{"policyTypes":["Holiday","Sick","Parental leave"]}"#.to_vec()),
        Endpoint::Changes => Answer::json(br#"{"changes":[]}"#.to_vec()),
        _ => Answer::json(br#"{"outs":[]}"#.to_vec()),
    }
}

/// A year's allowance that nobody has touched.
fn balance(id: &str, query: &Query) -> Answer {
    let (policy, date) = (query.get("policyType").unwrap_or_default(), query.get("date").unwrap_or_default());
    let body = serde_json::json!({
        "employeeId": id, "policy": policy, "pointInTime": date, "totalBalanceAsOfDate": 25, "totalRoundedBalanceAsOfDate": 25,
        "startingBalance": 0, "startingBalanceAsOf": date, "totalTaken": 0, "totalAdminAdjustments": 0,
        "totalSystemAdjustments": 0, "annualAllowance": 25, "currentAssignment": "Assigned",
    });
    Answer::json(body.to_string().into_bytes())
}
