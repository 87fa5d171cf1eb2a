//! How Bob writes a request: in the feed of changes, in who's out, in who is out today, and by itself. Each has its own keys.

use super::policy::Policy;
use super::story::{Change, ChangeKind, Request, Status, Story};
use crate::sandbox::people::Person;
use crate::sandbox::scenario::{RequestKind, Visibility, WhosOut};
use jiff::ToSpan;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

type Row = Map<String, Value>;

/// A story, whose it is, and what the reader may know of it.
pub struct Told<'t> {
    pub person: &'t Person<'t>,
    pub policy: &'t Policy,
    pub story: &'t Story,
    /// The name of the policy type for this reader.
    pub policy_name: Value,
}

impl<'t> Told<'t> {
    /// `None` where the reader may not know of it at all.
    pub fn to(person: &'t Person<'t>, policies: &'t [Policy], story: &'t Story, private: bool) -> Option<Told<'t>> {
        let policy = &policies[story.policy];
        Some(Told { person, policy, story, policy_name: policy.shown(private)? })
    }

    /// Bob's own pages write one type in two ways.
    fn kind(&self, kind: RequestKind) -> String {
        let word = kind.word();
        match kind.is_daily() && self.story.spelling & 2 > 0 {
            true => word[..1].to_ascii_uppercase() + &word[1..],
            false => word.to_owned(),
        }
    }

    fn status(&self, status: Status) -> String {
        match status {
            Status::Canceled if self.story.spelling & 1 > 0 => "cancelled".to_owned(),
            Status::Approved if self.story.spelling >> 3 == 7 => "Approved".to_owned(),
            _ => status.word().to_owned(),
        }
    }

    fn change_type(&self, kind: ChangeKind) -> &'static str {
        match kind {
            ChangeKind::Pending => "Pending",
            ChangeKind::Created => "Created",
            ChangeKind::Canceled if self.story.spelling & 1 > 0 => "Cancelled",
            ChangeKind::Canceled => "Canceled",
            ChangeKind::Deleted => "Deleted",
        }
    }

    fn visibility(&self) -> &'static str {
        self.policy.visibility.word()
    }

    /// As in `GMT -5:00`, on the first day.
    fn offset(&self, request: &Request) -> Value {
        let zone = self.story.zone.clone().unwrap_or_else(|| self.person.time_zone().into());
        let start = request.asked.start.at(9, 0, 0, 0);
        let Ok(start) = TimeZone::get(&zone).and_then(|zone| zone.to_ambiguous_zoned(start).compatible()) else {
            return Value::Null;
        };
        let minutes = start.offset().seconds() / 60;
        let sign = if minutes < 0 { '-' } else { '+' };
        json!(format!("GMT {sign}{}:{:02}", minutes.abs() / 60, minutes.abs() % 60))
    }

    /// A row of the feed: the request at the moment of a change.
    pub fn change(&self, change: &Change) -> Row {
        let request = &self.story.requests[change.request];
        let mut row = row(json!({
            "changeType": self.change_type(change.kind),
            "requestId": request.id, "previousRequestId": request.previous, "originalRequestId": request.original,
            "employeeId": self.person.id().to_string(), "employeeDisplayName": self.person.display_name(),
            "employeeEmail": self.person.email(), "policyTypeDisplayName": self.policy_name,
            "type": self.kind(request.asked.kind),
        }));
        request.asked.write(&mut row);
        self.totals(request, &mut row);
        row.extend(self::row(json!({
            "changeReason": null, "visibility": self.visibility(), "createdOn": change.at.to_string(),
            "timeZone": self.story.zone,
        })));
        if request.asked.kind.is_daily() {
            row.insert("timeZoneOffset".to_owned(), self.offset(request));
        }
        self.overwritten(row)
    }

    fn totals(&self, request: &Request, row: &mut Row) {
        row.insert("durationUnit".to_owned(), json!(self.policy.unit.word()));
        row.insert("totalDuration".to_owned(), request.counted.duration.map_or(Value::Null, |total| total.json()));
        row.insert("totalCost".to_owned(), cost(request));
    }

    /// The request that stands, in who's out, where it belongs there. Hidden ones are not for this reader.
    pub fn out(&self, pending: bool) -> Option<Request> {
        let request = self.story.last()?;
        let stands = request.status == Status::Approved || pending && request.status == Status::Pending;
        match self.story.whos_out {
            Some(WhosOut::Missing) => None,
            Some(WhosOut::Present) => Some(Request { status: Status::Approved, ..request.clone() }),
            Some(WhosOut::OtherDays) if stands => {
                let mut other = request.clone();
                if other.asked.start == other.asked.end {
                    other.asked.start = other.asked.start.saturating_add(1.day());
                    other.asked.end = other.asked.start;
                } else {
                    other.asked.end = other.asked.end.saturating_sub(1.day());
                }
                Some(other)
            }
            _ => stands.then(|| request.clone()),
        }
    }

    pub fn whos_out(&self, request: &Request) -> Row {
        let mut row = row(json!({
            "employeeId": self.person.id().to_string(), "employeeDisplayName": self.person.display_name(),
            "requestId": request.id, "policyType": self.policy.code, "policyTypeDisplayName": self.policy_name,
            "type": self.kind(request.asked.kind),
        }));
        request.asked.write(&mut row);
        if request.asked.kind.is_daily() {
            row.insert("timeZone".to_owned(), json!(self.story.zone));
            row.insert("timeZoneOffset".to_owned(), self.offset(request));
        }
        row.extend(self::row(json!({
            "status": self.status(request.status), "totalCost": cost(request), "visibility": self.visibility(),
        })));
        row
    }

    /// In who is out today the same things have other names.
    pub fn out_today(&self, request: &Request) -> Row {
        let asked = &request.asked;
        let mut row = row(json!({
            "employeeId": self.person.id().to_string(), "employeeDisplayName": self.person.display_name(),
            "employeeEmail": self.person.email(), "policyType": self.policy.code, "policyTypeDisplayName": self.policy_name,
            "requestRangeType": self.kind(asked.kind),
        }));
        asked.write(&mut row);
        let renamed = [("startPortion", "startDatePortion"), ("endPortion", "endDatePortion"), ("hoursOnDate", "hours")];
        let mut row: Row = row
            .into_iter()
            .map(|(key, value)| match renamed.iter().find(|(from, _)| *from == key) {
                Some((_, to)) => ((*to).to_owned(), value),
                None => (key, value),
            })
            .collect();
        if asked.kind == RequestKind::Hours {
            row.remove("date");
            row.extend(self::row(json!({
                "startDate": asked.start.to_string(), "endDate": asked.start.to_string(),
                "hours": asked.minutes / 60, "minutes": asked.minutes % 60,
            })));
        }
        row.extend(self::row(json!({ "totalCost": cost(request), "visibility": self.visibility() })));
        row
    }

    /// The request by itself. A deleted one is gone.
    pub fn alone(&self, request: &Request, daily: bool) -> Option<Row> {
        let is_declined = request.status == Status::Declined;
        let approver = self.person.manager().map(|manager| manager.id().to_string());
        // Who decided, and when, where somebody did.
        let decided = |so: bool| match request.decided.filter(|_| so) {
            Some(at) => (json!(approver), json!(at.to_string())),
            None => (Value::Null, Value::Null),
        };
        let ((approved_by, approved_at), (declined_by, declined_at)) = (decided(!is_declined), decided(is_declined));
        let mut row = row(json!({
            "employeeId": self.person.id().to_string(), "requestId": request.id,
            "policyTypeDisplayName": self.policy_name, "createdOn": request.created.to_string(),
            "description": (self.story.spelling & 4 > 0).then_some("Back the day after"),
            "type": self.kind(request.asked.kind),
        }));
        self.totals(request, &mut row);
        row.extend(self::row(json!({
            "status": self.status(request.status), "approved": request.status == Status::Approved, "hasAttachment": false,
            "attachmentLinks": [], "reasonCode": null, "previousRequestId": request.previous,
            "originalRequestId": request.original, "approvedBy": approved_by, "approvedAt": approved_at,
            "declinedBy": declined_by, "declinedAt": declined_at,
            "declineReason": if is_declined { json!("Too many are away then") } else { Value::Null },
            "visibility": self.visibility(), "timeZone": self.story.zone, "timeZoneOffset": self.offset(request),
        })));
        request.asked.write(&mut row);
        row.remove("durations");
        if daily && !request.asked.is_open() {
            let days = self.story.disagrees.as_ref().unwrap_or(&request.counted);
            row.insert("durations".to_owned(), request.asked.durations(&days.days));
        }
        (request.status != Status::Deleted).then(|| self.overwritten(row))
    }

    fn overwritten(&self, mut row: Row) -> Row {
        row.extend(self.story.row.clone());
        row
    }

    /// What became of a request, as only the sandbox knows it.
    pub fn truth(&self, request: &Request) -> Value {
        let asked = &request.asked;
        let days: Vec<Value> = request
            .counted
            .days
            .iter()
            .map(|day| {
                json!({
                    "date": day.date.to_string(), "portion": day.portion, "amount": day.cost.json(),
                    "duration": day.duration.json(), "unit": self.policy.unit.word(),
                })
            })
            .collect();
        json!({
            "requestId": request.id, "employeeId": self.person.id().to_string(), "status": request.status.word(),
            "type": asked.kind.word(), "policyType": self.policy.name, "private": self.policy.visibility != Visibility::Public,
            "startDate": asked.start.to_string(), "endDate": (!asked.is_open()).then(|| asked.end.to_string()),
            "durationUnit": self.policy.unit.word(),
            "totalDuration": request.counted.duration.map(|total| total.json()), "totalCost": cost(request),
            "timeZone": self.story.zone, "previousRequestId": request.previous, "originalRequestId": request.original,
            "days": days,
        })
    }
}

fn cost(request: &Request) -> Value {
    request.counted.cost.map_or(Value::Null, |total| total.json())
}

/// The members of an object.
fn row(value: Value) -> Row {
    match value {
        Value::Object(members) => members,
        _ => Row::new(),
    }
}
