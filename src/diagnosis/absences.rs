//! Whether the requests that the feed of changes comes to are those of who's out: for some days, request by request. Who's out knows
//! neither canceled requests nor people who are not active, and the feed not what was asked for before it begins.

use crate::time_off::{PRIVATE_NAME, Status};
use crate::value::json::{Data, Tree};
use crate::value::text::fold;
use crate::value::time::{Iso, parse_iso};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};

/// What came of the comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Absences {
    pub from: String,
    pub to: String,
    /// The first change that is known happened after this moment.
    pub since: String,
    /// Requests on these days that both know and say the same of.
    pub agreeing: u64,
    /// By kind, in the order of the requests' ids.
    pub disagreeing: BTreeMap<Disagreement, Vec<Disagreeing>>,
    pub left_out: LeftOut,
}

/// In the order in which people are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Disagreement {
    /// In who's out, and no change tells of the request.
    OnlyOut,
    /// A request that stands on these days, and nobody is out by it.
    OnlyRequest,
    Dates,
    /// Halves of days, hours or shares, or the type that says which of them counts.
    Portions,
    Status,
    Policy,
}

/// A request that disagrees, and what each side says of it: values of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Disagreeing {
    pub request: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requested: Option<String>,
}

/// What could not be compared, by the number of requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Of people who are not active: who's out does not know them.
    pub inactive: u64,
    /// Under private policies.
    pub private: u64,
    /// Pending ones, where who's out shows none at all.
    pub pending: u64,
    /// Out by a request that was made before the feed begins.
    pub before: u64,
    /// Requests that can't be used.
    pub unusable: u64,
}

impl Absences {
    pub fn agree(&self) -> bool {
        self.disagreeing.is_empty()
    }

    /// How many requests disagree in one way or another.
    pub fn count(&self) -> usize {
        let requests = self.disagreeing.values().flatten().map(|disagreeing| &disagreeing.request);
        requests.collect::<HashSet<_>>().len()
    }

    /// Without what is a person's.
    pub fn without_values(mut self) -> Absences {
        for disagreeing in self.disagreeing.values_mut().flatten() {
            (disagreeing.out, disagreeing.requested) = (None, None);
        }
        self
    }
}

/// Compares: first who is out, then request by request, in any order.
pub struct Comparison {
    from: Date,
    to: Date,
    since: Timestamp,
    active: HashSet<String>,
    outs: BTreeMap<Id, Absence>,
    /// Ids of those who are out by private requests.
    private: HashSet<Id>,
    /// Ids of those who are out and were met among the requests.
    met: HashSet<Id>,
    pending_out: bool,
    agreeing: u64,
    disagreeing: BTreeMap<Disagreement, BTreeMap<Id, Disagreeing>>,
    left_out: LeftOut,
}

/// A request's id, in the order of its number.
type Id = (u64, String);

/// What is compared of a request.
struct Absence {
    employee: String,
    private: bool,
    /// Everybody may know the name of its policy type.
    public: bool,
    status: Option<Status>,
    /// The first and the last day, as they are written.
    days: [Option<String>; 2],
    /// The type and its measures.
    portions: Vec<(&'static str, String)>,
    policy: Option<String>,
}

/// Names of what says how much of a day it is, and the older ones of some.
const PORTIONS: [(&str, &[&str]); 7] = [
    ("startPortion", &["startPortion", "startDatePortion"]),
    ("endPortion", &["endPortion", "endDatePortion"]),
    ("dayPortion", &["dayPortion"]),
    ("hoursOnDate", &["hoursOnDate"]),
    ("minutes", &["minutes"]),
    ("dailyHours", &["dailyHours"]),
    ("percentageOfDay", &["percentageOfDay"]),
];

impl Comparison {
    /// `active` are the ids of the people whom who's out knows; changes are known from `since` on.
    pub fn new(from: Date, to: Date, since: Timestamp, active: HashSet<String>) -> Comparison {
        Comparison {
            from,
            to,
            since,
            active,
            outs: BTreeMap::new(),
            private: HashSet::new(),
            met: HashSet::new(),
            pending_out: false,
            agreeing: 0,
            disagreeing: BTreeMap::new(),
            left_out: LeftOut::default(),
        }
    }

    /// A record of `hibob.whos_out`.
    pub fn out(&mut self, record: &Tree<'_>) {
        let absence = Absence::of(record);
        self.pending_out |= absence.status == Some(Status::Pending);
        match id(record) {
            Some(id) if absence.private => self.left_out.private += u64::from(self.private.insert(id)),
            Some(id) => _ = self.outs.insert(id, absence),
            None => self.left_out.unusable += 1,
        }
    }

    /// A record of `hibob.time_off_requests`, once all records of who's out were given.
    pub fn request(&mut self, record: &Tree<'_>) {
        let (Some(id), None) = (id(record), text(record, &["fault"])) else {
            self.left_out.unusable += 1;
            return;
        };
        let absence = Absence::of(record);
        if self.outs.contains_key(&id) {
            self.compare(id, &absence);
        } else if !absence.status.is_some_and(Status::is_void) && absence.touches(self.from, self.to) {
            self.unseen(id, &absence);
        }
    }

    fn compare(&mut self, id: Id, request: &Absence) {
        let out = &self.outs[&id];
        let mut found = Vec::new();
        let of = |absence: &Absence| absence.days.clone().map(|day| day.unwrap_or_else(|| "open".to_owned())).join(" to ");
        if out.days != request.days {
            found.push((Disagreement::Dates, of(out), of(request)));
        }
        let portions = differing(out, request);
        if !portions.is_empty() {
            let side = |at: usize| portions.iter().map(|pair| pair[at].clone()).collect::<Vec<_>>().join(", ");
            found.push((Disagreement::Portions, side(0), side(1)));
        }
        if out.status != request.status && out.status.is_some() && request.status.is_some() {
            let word = |absence: &Absence| absence.status.map_or("", Status::word).to_owned();
            found.push((Disagreement::Status, word(out), word(request)));
        }
        if let (Some(one), Some(other)) = (&out.policy, &request.policy)
            && fold(one) != fold(other)
        {
            found.push((Disagreement::Policy, out.policy_told().to_owned(), request.policy_told().to_owned()));
        }
        self.agreeing += u64::from(found.is_empty());
        for (kind, out, requested) in found {
            self.disagree(kind, id.clone(), Some(out), Some(requested));
        }
        self.met.insert(id);
    }

    fn unseen(&mut self, id: Id, request: &Absence) {
        if !self.active.contains(&request.employee) {
            self.left_out.inactive += 1;
        } else if request.private {
            self.left_out.private += u64::from(self.private.insert(id));
        } else if request.status == Some(Status::Pending) && !self.pending_out {
            self.left_out.pending += 1;
        } else {
            self.disagree(Disagreement::OnlyRequest, id, None, Some(request.told()));
        }
    }

    fn disagree(&mut self, kind: Disagreement, id: Id, out: Option<String>, requested: Option<String>) {
        let disagreeing = Disagreeing { request: id.1.clone(), out, requested };
        self.disagreeing.entry(kind).or_default().insert(id, disagreeing);
    }

    /// Who is out by a request of which no change is known: the ids of employees and requests. It may be from before.
    pub fn unknown(&self) -> Vec<(String, String)> {
        let unmet = self.outs.iter().filter(|(id, _)| !self.met.contains(id));
        unmet.map(|((_, request), out)| (out.employee.clone(), request.clone())).collect()
    }

    /// What HiBob says of such a request by itself. One that was made before the changes begin is no disagreement.
    pub fn found(&mut self, record: &Tree<'_>) {
        let made = text(record, &["createdOn"]).and_then(|made| match parse_iso(&made).ok()? {
            Iso::Date(date) => date.to_zoned(TimeZone::UTC).ok().map(|start| start.timestamp()),
            Iso::LocalDatetime(civil) => TimeZone::UTC.to_timestamp(civil).ok(),
            Iso::Instant(instant) => Some(instant.timestamp),
        });
        if let Some(id) = id(record)
            && made.is_some_and(|made| made < self.since)
            && self.outs.remove(&id).is_some()
        {
            self.left_out.before += 1;
        }
    }

    pub fn finish(mut self) -> Absences {
        for (id, out) in std::mem::take(&mut self.outs) {
            if !self.met.contains(&id) {
                self.disagree(Disagreement::OnlyOut, id, Some(out.told()), None);
            }
        }
        Absences {
            from: self.from.to_string(),
            to: self.to.to_string(),
            since: self.since.to_string(),
            agreeing: self.agreeing,
            disagreeing: self.disagreeing.into_iter().map(|(kind, found)| (kind, found.into_values().collect())).collect(),
            left_out: self.left_out,
        }
    }
}

impl Absence {
    fn of(record: &Tree<'_>) -> Absence {
        let visibility = text(record, &["visibility"]);
        let is = |word: &str| visibility.as_ref().is_some_and(|visibility| fold(visibility) == word);
        let first = text(record, &["startDate", "date"]);
        let kind = text(record, &["type"]).map(|kind| ("type", fold(&kind).into_owned()));
        let open = kind.as_ref().is_some_and(|(_, kind)| kind == "openended");
        let portions = PORTIONS.iter().filter_map(|(name, names)| Some((*name, text(record, names)?)));
        Absence {
            employee: text(record, &["employeeId"]).unwrap_or_default(),
            private: is("private"),
            public: visibility.is_none() || is("public"),
            status: text(record, &["status"]).and_then(|status| Status::parse(&status)),
            days: [first, text(record, &["endDate", "date"]).filter(|_| !open)],
            portions: kind.into_iter().chain(portions).collect(),
            policy: text(record, &[PRIVATE_NAME, "policyTypeDisplayName"]),
        }
    }

    fn touches(&self, from: Date, to: Date) -> bool {
        let [first, last] = self.days.each_ref().map(|day| day.as_ref().and_then(|day| day.parse::<Date>().ok()));
        first.is_some_and(|first| first <= to) && last.is_none_or(|last| last >= from)
    }

    fn told(&self) -> String {
        let days = self.days.clone().map(|day| day.unwrap_or_else(|| "open".to_owned())).join(" to ");
        let status = self.status.map(|status| status.word().to_owned());
        [Some(days), status, Some(self.policy_told().to_owned())].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// The name of a policy type that is not for everybody is shown to nobody, whatever else is.
    fn policy_told(&self) -> &str {
        match &self.policy {
            Some(name) if self.public => name,
            Some(_) => "a policy whose name is not public",
            None => "no policy",
        }
    }
}

/// What both say and say differently, each as `name value`.
fn differing(one: &Absence, other: &Absence) -> Vec<[String; 2]> {
    let pairs = one.portions.iter().filter_map(|(name, value)| {
        let (_, against) = other.portions.iter().find(|(known, _)| known == name)?;
        (!same(value, against)).then(|| [format!("{name} {value}"), format!("{name} {against}")])
    });
    pairs.collect()
}

/// 7.5 and 7.50 are one number.
fn same(one: &str, other: &str) -> bool {
    match (one.parse::<f64>(), other.parse::<f64>()) {
        (Ok(one), Ok(other)) => one == other,
        _ => fold(one) == fold(other),
    }
}

fn id(record: &Tree<'_>) -> Option<Id> {
    let id = text(record, &["requestId"])?;
    Some((id.parse().unwrap_or(u64::MAX), id))
}

/// The first of these members that is a text or a number.
fn text(record: &Tree<'_>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| match record.get(name).map(|member| (&member.data, member.raw)) {
        Some((Data::String(text), _)) => Some(text.clone().into_owned()),
        Some((Data::Number, raw)) => Some(raw.to_owned()),
        _ => None,
    })
}

#[cfg(test)]
mod tests;
