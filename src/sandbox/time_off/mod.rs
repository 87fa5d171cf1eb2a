//! Time off: requests that are made up person by person or planted by the scenario, and what Bob's endpoints say of them. Its
//! truth is counted here, and by nobody else's rules.

mod amount;
mod asked;
mod balance;
mod changes;
mod invented;
mod outs;
mod planted;
mod policy;
mod rows;
mod rules;
mod story;

pub use rules::Rules;

use super::people::Person;
use super::server::{Answer, Endpoint, Query, World, Written};
use crate::catalog::permission::TimeOffData;
use invented::Invented;
use jiff::civil::Date;
use rows::Told;
use serde_json::Value;
use std::sync::Arc;
use story::Story;

/// What is answered to one of the endpoints below `/timeoff`. Permission first, then what is wrong with the question.
pub fn answer(world: &Arc<World>, endpoint: &Endpoint, query: &Query, written: &Written) -> Answer {
    let needed = match endpoint {
        Endpoint::TimeOffRequest(..) => TimeOffData::Requests,
        Endpoint::Balance(_) => TimeOffData::Balance,
        Endpoint::PolicyTypes | Endpoint::PolicyType(_) => TimeOffData::PolicyTypes,
        _ => TimeOffData::WhosOut,
    };
    let company = &world.scenario.company;
    if !company.permitted.time_off(needed) {
        return Answer::forbidden("the service user may not see this");
    }
    let answered = match endpoint {
        Endpoint::WhosOut => outs::in_span(world, query, written),
        Endpoint::OutToday => outs::today(world, query, written),
        Endpoint::Changes => changes::answer(world, query, written),
        Endpoint::TimeOffRequest(id, request) => one_request(world, id, request, query),
        Endpoint::Balance(id) => balance::answer(world, id, query),
        Endpoint::PolicyType(name) => one_policy(&company.time_off, name),
        _ => {
            let names: Vec<&str> =
                company.time_off.policies.iter().filter(|policy| !policy.deleted).map(|policy| policy.name.as_str()).collect();
            Ok(Answer::json(serde_json::json!({ "policyTypes": names }).to_string().into_bytes()))
        }
    };
    answered.unwrap_or_else(|refusal| refusal)
}

/// A parameter that must be there and can be read.
fn required<T>(query: &Query, name: &str, read: impl Fn(&str) -> Option<T>, expected: &str) -> Result<T, Answer> {
    match query.get(name).filter(|value| !value.is_empty()) {
        None => Err(Answer::bad_request(&format!("missing required parameter '{name}'"))),
        Some(value) => {
            read(value).ok_or_else(|| Answer::bad_request(&format!("parameter '{name}' is not valid, expected {expected}")))
        }
    }
}

fn date(text: &str) -> Option<Date> {
    // A moment would be read as its day.
    text.parse().ok().filter(|_| text.len() == 10)
}

/// Everything that one person ever asked for.
struct Stories<'w> {
    person: &'w Person<'w>,
    rules: &'w Rules,
    invented: Invented<'w>,
}

impl<'w> Stories<'w> {
    fn of(person: &'w Person<'w>, rules: &'w Rules) -> Stories<'w> {
        Stories { person, rules, invented: Invented::new(person, &rules.policies, rules.a_person) }
    }

    /// The numbers of the stories that may have to do with a span, or with changes in it.
    fn touching(&self, from: Date, to: Date) -> impl Iterator<Item = u64> {
        let invented = self.invented.count(self.rules.a_person);
        let all = invented + self.rules.planted(self.person.index).len() as u64;
        (0..all).filter(move |number| *number >= invented || self.invented.may_touch(*number, from, to))
    }

    fn story(&self, number: u64) -> Story {
        let invented = self.invented.count(self.rules.a_person);
        match number.checked_sub(invented).and_then(|place| self.rules.planted(self.person.index).get(place as usize)) {
            Some(planted) => planted.story(self.person, &self.rules.policies),
            None => self.invented.story(number),
        }
    }

    fn all(&self) -> impl Iterator<Item = Story> {
        self.touching(Date::MIN, Date::MAX).map(|number| self.story(number))
    }

    /// The number of the story that a request is in.
    fn of_request(&self, id: u64) -> Option<u64> {
        let invented = self.invented.count(self.rules.a_person);
        if let Some(place) = self.rules.planted(self.person.index).iter().position(|planted| planted.ids().contains(&id)) {
            return Some(invented + place as u64);
        }
        let (index, number) = Invented::of_id(id)?;
        (index == self.person.index && number < invented).then_some(number)
    }
}

fn one_request(world: &World, id: &str, request: &str, query: &Query) -> Result<Answer, Answer> {
    let company = &world.scenario.company;
    let person = world.people.by_id(id).map(|index| world.people.person(index)).filter(|person| company.may_see(person));
    let none = || Answer::not_found("error.timeoff.request.not.found", "no such request");
    let request: u64 = request.parse().map_err(|_| none())?;
    let person = person.ok_or_else(none)?;
    let stories = Stories::of(&person, &company.time_off);
    let story = stories.of_request(request).map(|number| stories.story(number)).ok_or_else(none)?;
    let private = company.permitted.time_off(TimeOffData::PrivateRequests);
    let found = Told::to(&person, &company.time_off.policies, &story, private).and_then(|told| {
        let request = story.requests.iter().find(|found| found.id == request)?;
        told.alone(request, query.get("includeDailyDurations") != Some("false"))
    });
    found.map(|row| Answer::json(Value::Object(row).to_string().into_bytes())).ok_or_else(none)
}

fn one_policy(rules: &Rules, name: &str) -> Result<Answer, Answer> {
    let found = rules.policies.iter().find(|policy| policy.name == name && !policy.deleted);
    found
        .map(|policy| Answer::json(policy.described().to_string().into_bytes()))
        .ok_or_else(|| Answer::not_found("error.timeoff.policyType.not.found", "no such policy type"))
}

/// What became of every request of the company, by id. Replaced ones are left out.
pub fn truth(world: &World) -> Vec<Value> {
    let rules = &world.scenario.company.time_off;
    let mut found = Vec::new();
    for index in 0..world.people.count {
        let person = world.people.person(index);
        for story in Stories::of(&person, rules).all() {
            let Some(told) = Told::to(&person, &rules.policies, &story, true) else { continue };
            let standing = story.requests.iter().filter(|request| !request.replaced);
            found.extend(standing.map(|request| (request.id, told.truth(request))));
        }
    }
    found.sort_by_key(|(id, _)| *id);
    found.into_iter().map(|(_, request)| request).collect()
}
