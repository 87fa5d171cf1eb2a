//! What a scenario makes of time off, ready to be asked: policies, planted requests, and how much is made up.

use super::planted::Planted;
use super::policy::{Policy, usual};
use crate::sandbox::company::Refused;
use crate::sandbox::scenario::{ChangesAnswered, Problem, TimeOff};
use std::collections::HashMap;

/// How many requests a person has, unless the scenario says so.
const USUAL: u64 = 6;
const MOST: u64 = 60;
/// Ids from here on belong to requests that are made up.
const MOST_ID: u64 = 20_000_000;

/// Time off in a company, without its people.
pub struct Rules {
    pub policies: Vec<Policy>,
    pub a_person: u64,
    /// By the index of the employee.
    planted: HashMap<u64, Vec<Planted>>,
    pub changes: ChangesAnswered,
}

impl Rules {
    pub fn new(said: &TimeOff) -> Result<Rules, Refused> {
        let mut policies = usual();
        for (name, change) in &said.policies {
            let known = policies.iter().position(|policy| policy.name == *name);
            let at = known.unwrap_or_else(|| {
                policies.push(Policy::fresh(name, policies.len()));
                policies.len() - 1
            });
            policies[at].change(change);
        }
        let a_person = said.requests_a_person.unwrap_or(USUAL);
        if a_person > MOST {
            return Err((Problem::RequestsAPerson { most: MOST }, "requests_a_person".to_owned()));
        }
        let mut planted: HashMap<u64, Vec<Planted>> = HashMap::new();
        let mut ids = std::collections::HashSet::new();
        for (place, request) in said.requests.iter().enumerate() {
            let one = Planted::new(request, place, &policies)?;
            let taken = one.ids().find(|id| *id > MOST_ID || !ids.insert(*id));
            if let Some(id) = taken {
                return Err((Problem::RequestId { id, most: MOST_ID }, id.to_string()));
            }
            let Some(index) = request.employee.checked_sub(1).filter(|index| *index < super::super::MOST_EMPLOYEES) else {
                return Err((Problem::Nobody { number: request.employee }, format!("employee: {}", request.employee)));
            };
            planted.entry(index).or_default().push(one);
        }
        Ok(Rules { policies, a_person, planted, changes: said.changes })
    }

    pub fn planted(&self, index: u64) -> &[Planted] {
        self.planted.get(&index).map_or(&[], Vec::as_slice)
    }
}
