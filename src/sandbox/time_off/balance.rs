//! The balance of somebody under a policy on a day: what a year gives, month by month, less what was taken of it.

use super::amount::Amount;
use super::policy::{PARENTAL, Policy};
use super::story::Status;
use super::{Stories, date, required};
use crate::sandbox::people::Person;
use crate::sandbox::server::{Answer, Query, World};
use jiff::civil::{Date, date as day_of};
use serde_json::json;

pub fn answer(world: &World, id: &str, query: &Query) -> Result<Answer, Answer> {
    let name = required(query, "policyType", |text| Some(text.to_owned()), "")?;
    let day = required(query, "date", date, "a date like 2026-03-01")?;
    let company = &world.scenario.company;
    let person = world.people.by_id(id).map(|index| world.people.person(index)).filter(|person| company.may_see(person));
    let person = person.ok_or_else(Answer::no_employee)?;
    let policies = &company.time_off.policies;
    let at = policies.iter().position(|policy| policy.name == name && !policy.deleted);
    let at = at.ok_or_else(|| Answer::not_found("error.timeoff.policyType.not.found", "no such policy type"))?;
    let policy = &policies[at];
    let year = day_of(day.year(), 1, 1);
    let begins = year.max(person.start);
    if !is_assigned(&person, at) {
        return Ok(Answer::json(unassigned(&person, policy, day).to_string().into_bytes()));
    }
    let stories = Stories::of(&person, &company.time_off);
    let mut taken = Amount::ZERO;
    for story in stories.all().filter(|story| story.policy == at) {
        let standing = story.last().filter(|last| last.status == Status::Approved);
        let days = standing.into_iter().flat_map(|last| &last.counted.days);
        taken = taken + days.filter(|taken| taken.date >= year && taken.date <= day).map(|taken| taken.cost).sum();
    }
    let carried = if begins == year { Amount::whole(person.draw(0x8_0000 + at as u64, 0, 4)) } else { Amount::ZERO };
    let adjusted = if person.index % 40 == 5 { Amount::minutes(90) } else { Amount::ZERO };
    let total = (carried + adjusted + accrued(policy, begins, day)).minus(taken);
    let body = json!({
        "employeeId": person.id().to_string(), "policy": policy.name, "pointInTime": day.to_string(),
        "totalBalanceAsOfDate": total.json(), "totalRoundedBalanceAsOfDate": total.rounded().json(),
        "startingBalance": carried.json(), "startingBalanceAsOf": begins.to_string(), "totalTaken": taken.json(),
        "totalAdminAdjustments": adjusted.json(), "totalSystemAdjustments": 0, "annualAllowance": policy.allowance.json(),
        "currentAssignment": "Assigned",
    });
    Ok(Answer::json(body.to_string().into_bytes()))
}

/// A twelfth for each month that has begun.
fn accrued(policy: &Policy, begins: Date, day: Date) -> Amount {
    let months = i64::from(day.month()) - i64::from(begins.month()) + 1;
    if day < begins { Amount::ZERO } else { policy.allowance.times(months, 12) }
}

/// Interns and people on temporary contracts have holidays and days for being ill, and nothing else.
fn is_assigned(person: &Person<'_>, policy: usize) -> bool {
    !matches!(person.index % 40, 39 | 36) || policy < PARENTAL
}

fn unassigned(person: &Person<'_>, policy: &Policy, day: Date) -> serde_json::Value {
    json!({
        "employeeId": person.id().to_string(), "policy": policy.name, "pointInTime": day.to_string(),
        "totalBalanceAsOfDate": 0, "totalRoundedBalanceAsOfDate": 0, "startingBalance": 0,
        "startingBalanceAsOf": day.to_string(), "totalTaken": 0, "totalAdminAdjustments": 0, "totalSystemAdjustments": 0,
        "annualAllowance": 0, "currentAssignment": "Unassigned",
    })
}
