//! `hibob.time_off_balances`: a call for each employee and policy type, in batches of employees that can be kept when they are done.

use super::policy_types::{detail, names, unit};
use super::visibility::visibilities;
use super::{Endpoint, HibobError, Most, TimeOffSettings, balance_query, borrowed};
use crate::source::Scope;
use crate::source::hibob::client::{Body, Call, Client};
use crate::source::hibob::error::Cause;
use crate::source::hibob::ids::Ids;
use crate::source::hibob::parts::{Parts, text};
use crate::source::hibob::people;
use crate::source::hibob::pieces::{get, is_object, members, plain};
use crate::source::hibob::stream::{Ahead, Background, Lines, Pages};
use crate::value::json::{decode_lossy, write_string};
use crate::value::text::fold;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::io::Cursor;
use std::sync::Arc;
use std::time::Duration;

/// Balances of all employees on one day.
pub(super) struct Balances {
    day: Date,
    /// The types that were named.
    wanted: Vec<String>,
    show_inactive: bool,
    reading: Option<Reading>,
    calls: Ahead<Option<String>>,
    most: Most,
    parts: Option<Arc<Parts>>,
    unassigned: u64,
}

/// What is known once the first calls were made.
struct Reading {
    plan: Plan,
    types: Arc<[PolicyType]>,
    employees: Ids,
    /// Employees whose calls are being started, the first of them not with all types yet.
    starting: std::vec::IntoIter<String>,
    current: Option<(String, usize)>,
    /// Calls that have an answer, and those of them that belong to an employee who is not done.
    answered: u64,
    of_employee: usize,
    part: OpenPart,
}

/// The types and how many employees make a part: the same in every run about one question.
#[derive(Debug, Serialize, Deserialize)]
struct Plan {
    types: Vec<PolicyType>,
    employees_a_part: usize,
    /// Nobody may tell the units.
    units_forbidden: bool,
    /// Nobody tells which types are private.
    #[serde(default)]
    visibility_unknown: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct PolicyType {
    name: String,
    unit: Option<String>,
    /// In HiBob's word; `None` where no request says it.
    #[serde(default)]
    visibility: Option<String>,
}

/// The part that is being read.
#[derive(Default)]
struct OpenPart {
    number: u64,
    employees: usize,
    lines: Lines,
    unassigned: u64,
}

/// Beside the parts, so that a later run asks about the same employees and types.
const EMPLOYEES: &str = "part-employees.txt";
const PLAN: &str = "part-plan.json";

impl Balances {
    pub fn new(asked: &TimeOffSettings, show_inactive: bool, most: Most, parts: Option<Arc<Parts>>) -> Balances {
        Balances {
            day: asked.as_of,
            wanted: asked.policy_types.clone(),
            show_inactive,
            reading: None,
            calls: Ahead::new(),
            most,
            parts,
            unassigned: 0,
        }
    }

    fn begin(&self, background: &Background) -> Result<Reading, HibobError> {
        let (plan, employees) = match self.planned_before()? {
            Some(planned) => planned,
            None => self.plan(background)?,
        };
        Ok(Reading {
            types: plan.types.clone().into(),
            plan,
            employees,
            starting: Vec::new().into_iter(),
            current: None,
            answered: 0,
            of_employee: 0,
            part: OpenPart::default(),
        })
    }

    fn planned_before(&self) -> Result<Option<(Plan, Ids)>, HibobError> {
        let Some(parts) = &self.parts else { return Ok(None) };
        let (Some(plan), Some(employees)) = (parts.get(PLAN)?, parts.get(EMPLOYEES)?) else { return Ok(None) };
        let plan = text(plan).ok().and_then(|text| serde_json::from_str(&text).ok());
        plan.map(|plan| Ok((plan, Ids::kept(employees)?))).transpose()
    }

    fn plan(&self, background: &Background) -> Result<(Plan, Ids), HibobError> {
        let client = &background.client;
        let (mut types, units_forbidden) = background.runtime().block_on(types(client, &self.wanted))?;
        let seen = if types.is_empty() {
            Some(HashMap::new())
        } else {
            background.runtime().block_on(visibilities(client, self.day))?
        };
        for of in &mut types {
            of.visibility = seen.as_ref().and_then(|seen| seen.get(&of.name).cloned());
        }
        let mut employees = background.runtime().block_on(people::ids(client, self.show_inactive))?;
        // About a minute's calls.
        let a_minute = client.per_minute(&Endpoint::balance("0")) as usize / types.len().max(1);
        let plan = Plan {
            types,
            employees_a_part: a_minute.clamp(1, client.settings.batch),
            units_forbidden,
            visibility_unknown: seen.is_none(),
        };
        if let Some(parts) = &self.parts {
            let mut ids = String::new();
            loop {
                let some = employees.take(1000)?;
                if some.is_empty() {
                    break;
                }
                some.iter().for_each(|id| ids += &format!("{id}\n"));
            }
            parts.put(EMPLOYEES, &mut Cursor::new(ids))?;
            // The last, so that it is there only if the other one is.
            let text = serde_json::to_string(&plan).expect("names can be written as JSON");
            parts.put(PLAN, &mut Cursor::new(text))?;
            let kept = parts.get(EMPLOYEES)?.expect("it was put there");
            employees = Ids::kept(kept)?;
        }
        Ok((plan, employees))
    }
}

impl Pages for Balances {
    fn next(&mut self, background: &Background) -> Result<Option<Lines>, HibobError> {
        if self.reading.is_none() {
            self.reading = Some(self.begin(background)?);
        }
        let reading = self.reading.as_mut().expect("it has just begun");
        if self.most.reached() {
            self.most.more |= reading.answered < reading.calls();
            return Ok(None);
        }
        if reading.part.employees == 0
            && let Some(parts) = &self.parts
            && let Some(part) = parts.load(reading.part.number)?
        {
            let employees = reading.employees.take(reading.plan.employees_a_part)?;
            reading.answered += (employees.len() * reading.types.len()) as u64;
            reading.part.number += 1;
            self.unassigned += part.left_out;
            return Ok(Some(part.lines));
        }
        let mut lines = Lines::default();
        loop {
            while self.calls.has_room(background, background.client.settings.in_flight) {
                let Some((employee, at)) = reading.next_call()? else { break };
                let (client, types, day) = (Arc::clone(&background.client), Arc::clone(&reading.types), self.day);
                self.calls.start(background, async move { balance(&client, &employee, &types[at], day).await });
            }
            let Some(answer) = self.calls.next(background)? else {
                reading.keep(self.parts.as_deref())?;
                return Ok((!lines.ranges.is_empty()).then_some(lines));
            };
            match answer {
                Some(record) => {
                    lines.push(&record);
                    reading.part.lines.push(&record);
                }
                None => {
                    self.unassigned += 1;
                    reading.part.unassigned += 1;
                }
            }
            if reading.answered_one(self.parts.as_deref())? {
                return Ok(Some(self.most.of(lines)));
            }
        }
    }

    fn whole(&self) -> Scope {
        self.most.scope()
    }

    fn progress(&self, records: u64) -> (u64, Option<u64>) {
        match &self.reading {
            Some(reading) => (reading.answered, Some(reading.calls())),
            None => (records, None),
        }
    }

    fn left(&self, client: &Client) -> Option<Duration> {
        let reading = self.reading.as_ref()?;
        let calls = reading.calls() - reading.answered;
        let seconds = calls as f64 * 60.0 / f64::from(client.per_minute(&Endpoint::balance("0")).max(1));
        Some(Duration::from_secs_f64(seconds))
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        match self.unassigned {
            0 => {}
            1 => notes.push("1 balance is left out: its employee is not assigned to a policy of that type".to_owned()),
            count => {
                notes.push(format!("{count} balances are left out: their employees are not assigned to a policy of that type"))
            }
        }
        if self.reading.as_ref().is_some_and(|reading| reading.plan.units_forbidden) {
            let menu = Endpoint::POLICY_TYPES.menu().expect("a box allows it");
            notes.push(format!("`unit` is null in all balances: the service user may not read policy types (tick {menu})"));
        }
        if self.reading.as_ref().is_some_and(|reading| reading.plan.visibility_unknown) {
            let menu = Endpoint::WHOS_OUT.menu().expect("a box allows it");
            notes.push(format!(
                "`visibility` is null in all balances: requests say which policy types are private, and who is out can't be read (tick {menu})"
            ));
        }
        notes
    }
}

impl Reading {
    /// How many calls there are in all.
    fn calls(&self) -> u64 {
        self.employees.total() * self.types.len() as u64
    }

    /// The next employee and the number of a type.
    fn next_call(&mut self) -> Result<Option<(String, usize)>, HibobError> {
        if self.types.is_empty() {
            return Ok(None);
        }
        if self.current.as_ref().is_none_or(|(_, at)| *at == self.types.len()) {
            if self.starting.len() == 0 {
                self.starting = self.employees.take(100)?.into_iter();
            }
            self.current = self.starting.next().map(|employee| (employee, 0));
        }
        let Some((employee, at)) = &mut self.current else { return Ok(None) };
        *at += 1;
        Ok(Some((employee.clone(), *at - 1)))
    }

    /// Counts an answer, and says whether it was an employee's last one. A part that is full is kept.
    fn answered_one(&mut self, parts: Option<&Parts>) -> Result<bool, HibobError> {
        self.answered += 1;
        self.of_employee += 1;
        if self.of_employee < self.types.len() {
            return Ok(false);
        }
        self.of_employee = 0;
        self.part.employees += 1;
        if self.part.employees == self.plan.employees_a_part {
            self.keep(parts)?;
        }
        Ok(true)
    }

    fn keep(&mut self, parts: Option<&Parts>) -> Result<(), HibobError> {
        let next = OpenPart { number: self.part.number + 1, ..OpenPart::default() };
        let OpenPart { number, employees, lines, unassigned } = std::mem::replace(&mut self.part, next);
        match parts {
            Some(parts) if employees > 0 => parts.save(number, &lines, unassigned),
            _ => Ok(()),
        }
    }
}

/// The types whose balances are wanted, with their units; and whether these may not be told.
async fn types(client: &Client, wanted: &[String]) -> Result<(Vec<PolicyType>, bool), HibobError> {
    let all = if wanted.is_empty() { names(client).await? } else { wanted.to_vec() };
    let (mut types, mut forbidden) = (Vec::with_capacity(all.len()), false);
    for name in all {
        let unit = if forbidden { None } else { unit_of(client, &name, &mut forbidden).await? };
        match unit {
            Some(Known::Not) if wanted.is_empty() => {}
            Some(Known::Not) => return Err(no_policy_type(client, name).await),
            Some(Known::Unit(unit)) => types.push(PolicyType { name, unit, visibility: None }),
            None => types.push(PolicyType { name, unit: None, visibility: None }),
        }
    }
    Ok((types, forbidden))
}

enum Known {
    /// There is no such type.
    Not,
    Unit(Option<String>),
}

/// `None`, and `forbidden`, where the service user may not know.
async fn unit_of(client: &Client, name: &str, forbidden: &mut bool) -> Result<Option<Known>, HibobError> {
    match detail(client, name).await {
        Ok(Some(record)) => Ok(Some(Known::Unit(unit(&record)))),
        Ok(None) => Ok(Some(Known::Not)),
        Err(error) if matches!(error.cause(), Some(Cause::Forbidden { .. })) => {
            *forbidden = true;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

async fn no_policy_type(client: &Client, given: String) -> HibobError {
    // For the message alone.
    let known = names(client).await.unwrap_or_default();
    HibobError::NoPolicyType { given, known }
}

/// `None` if the employee is not assigned to a policy of that type.
async fn balance(client: &Client, employee: &str, of: &PolicyType, day: Date) -> Result<Option<String>, HibobError> {
    let (endpoint, query) = (Endpoint::balance(employee), balance_query(&of.name, day));
    let query = borrowed(&query);
    let call = Call { endpoint: &endpoint, query: &query, body: None };
    match client.call(&call, |body: Body| async move { record(&body.text().await?, employee, of) }).await {
        Err(error) if matches!(error.cause(), Some(Cause::NotFound { .. })) => Ok(None),
        answer => answer,
    }
}

/// HiBob's record with the type's name, unit and visibility at its end, and the employee's id in front if it is not in it.
fn record(text: &str, employee: &str, of: &PolicyType) -> Result<Option<String>, Cause> {
    let text = text.trim();
    if !is_object(text) {
        return Err(Cause::Shape("expected a balance".to_owned()));
    }
    let parts = members(text)?;
    let assignment = get(&parts, "currentAssignment").and_then(plain);
    if assignment.is_some_and(|assignment| fold(&assignment) == "unassigned") {
        return Ok(None);
    }
    let id = get(&parts, "employeeId").and_then(plain);
    if id.as_deref().is_some_and(|id| id != employee) {
        return Err(Cause::Shape("it is about another employee than the one asked for".to_owned()));
    }
    let mut out = Vec::from(b"{");
    if id.is_none() {
        out.extend_from_slice(br#""employeeId":"#);
        write_string(&mut out, employee);
        out.push(b',');
    }
    for (name, value) in &parts {
        let ours = match &*decode_lossy(name) {
            "policyType" | "unit" | "visibility" => true,
            "employeeId" => id.is_none(),
            _ => false,
        };
        if !ours {
            out.extend_from_slice(format!("{name}:{value},").as_bytes());
        }
    }
    out.extend_from_slice(br#""policyType":"#);
    write_string(&mut out, &of.name);
    out.extend_from_slice(format!(r#","unit":{},"visibility":"#, of.unit.as_deref().unwrap_or("null")).as_bytes());
    // Should HiBob come to say it of the balance itself, that counts.
    match get(&parts, "visibility").and_then(plain).as_deref().or(of.visibility.as_deref()) {
        Some(visibility) => write_string(&mut out, visibility),
        None => out.extend_from_slice(b"null"),
    }
    out.push(b'}');
    Ok(Some(String::from_utf8(out).expect("JSON made from texts is UTF-8")))
}

#[cfg(test)]
mod tests {
    use super::{PolicyType, record};

    #[test]
    fn a_balance_gets_the_type_that_was_asked_for_and_its_unit_and_keeps_its_digits() {
        let of = PolicyType {
            name: "Annual \"leave\"".to_owned(),
            unit: Some("\"days\"".to_owned()),
            visibility: Some("Custom name".to_owned()),
        };
        let read = |text: &str| record(text, "33", &of).unwrap();
        assert_eq!(
            read(r#" {"employeeId":"33","policy":"UK","totalBalanceAsOfDate":12.50,"unit":7,"currentAssignment":"Assigned"} "#)
                .unwrap(),
            concat!(
                r#"{"employeeId":"33","policy":"UK","totalBalanceAsOfDate":12.50,"currentAssignment":"Assigned","#,
                r#""policyType":"Annual \"leave\"","unit":"days","visibility":"Custom name"}"#
            )
        );
        let unknown = PolicyType { name: "Sick".to_owned(), unit: None, visibility: None };
        assert_eq!(
            record(r#"{"employeeId":null,"policy":"x"}"#, "33", &unknown).unwrap().unwrap(),
            r#"{"employeeId":"33","policy":"x","policyType":"Sick","unit":null,"visibility":null}"#
        );
        assert!(read(r#"{"visibility":"Public"}"#).unwrap().ends_with(r#","visibility":"Public"}"#));
        assert_eq!(read(r#"{"employeeId":33,"currentAssignment":"UNASSIGNED"}"#), None);
        for text in ["[]", "1", r#"{"employeeId":"34"}"#] {
            assert!(record(text, "33", &of).is_err(), "{text}");
        }
    }
}
