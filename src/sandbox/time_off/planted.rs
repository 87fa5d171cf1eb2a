//! Requests that a scenario plants: judged when it is read, counted when somebody asks.

use super::amount::Amount;
use super::asked::{Asked, Counted};
use super::policy::Policy;
use super::story::Story;
use crate::sandbox::company::Refused;
use crate::sandbox::people::Person;
use crate::sandbox::scenario::{Event, EventKind, PlantedRequest, Portion, Problem, RequestKind, WhosOut};
use crate::value::text::nearest;
use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

const FIRST_ID: u64 = 9_000_001;
/// Ids of one that says none, so that edits have room.
const IDS_A_REQUEST: u64 = 10;
/// The longest request, in days.
const LONGEST: i32 = 3660;

/// A planted request that makes sense.
#[derive(Debug, Clone)]
pub struct Planted {
    id: u64,
    policy: usize,
    asked: Asked,
    events: Vec<Happened>,
    total_duration: Option<Amount>,
    total_cost: Option<Amount>,
    days_disagree: bool,
    /// `None` is the person's.
    zone: Option<String>,
    without_zone: bool,
    whos_out: Option<WhosOut>,
    row: Map<String, Value>,
}

#[derive(Debug, Clone)]
struct Happened {
    at: DateTime,
    what: EventKind,
    edited: Option<Asked>,
}

impl Planted {
    /// `place` counts the scenario's requests from 0.
    pub fn new(said: &PlantedRequest, place: usize, policies: &[Policy]) -> Result<Planted, Refused> {
        let kind = said.kind.unwrap_or(RequestKind::Days);
        let policy = match &said.policy {
            None => 0,
            Some(name) => policies.iter().position(|policy| policy.name == *name).ok_or_else(|| {
                let near = nearest(name, policies.iter().map(|policy| policy.name.as_str())).map(str::to_owned);
                (Problem::Unknown { what: "policy type", found: name.clone(), near }, name.clone())
            })?,
        };
        if !policies[policy].takes(kind) {
            let policy = policies[policy].name.clone();
            return Err((Problem::HoursInDays { policy: policy.clone() }, policy));
        }
        let start = date(&said.start)?;
        let end = said.end.as_deref().map_or(Ok(start), date)?;
        let portion = |said: Option<Portion>| said.unwrap_or(Portion::AllDay);
        let whole = match kind {
            RequestKind::PortionOnRange => said.portion.unwrap_or(Portion::Morning),
            _ => portion(said.start_portion),
        };
        let last = if start == end { whole } else { Portion::AllDay };
        let asked = Asked {
            kind,
            start,
            end: if kind == RequestKind::OpenEnded || kind == RequestKind::Hours { start } else { end },
            portions: (whole, said.end_portion.unwrap_or(last)),
            minutes: said.minutes.unwrap_or(60) as i64,
            percent: said.percent.unwrap_or(50) as i64,
            daily: said.daily_minutes.iter().map(|minutes| *minutes as i64).collect(),
        };
        in_order(&asked, &said.end)?;
        if let Some(zone) = said.time_zone.as_ref().filter(|zone| TimeZone::get(zone).is_err()) {
            return Err((Problem::TimeZone { found: zone.clone() }, zone.clone()));
        }
        let mut planted = Planted {
            id: said.id.unwrap_or(FIRST_ID + place as u64 * IDS_A_REQUEST),
            policy,
            asked,
            events: Vec::new(),
            total_duration: said.total_duration.and_then(Amount::of),
            total_cost: said.total_cost.and_then(Amount::of),
            days_disagree: said.days_disagree,
            zone: said.time_zone.clone(),
            without_zone: said.without_time_zone,
            whos_out: said.whos_out,
            row: said.row.clone(),
        };
        planted.events = planted.told(said)?;
        Ok(planted)
    }

    fn told(&self, said: &PlantedRequest) -> Result<Vec<Happened>, Refused> {
        let Some(events) = &said.events else {
            let at = self.asked.start.saturating_sub(30.days()).at(9, 0, 0, 0);
            return Ok(vec![Happened { at, what: EventKind::Created, edited: None }]);
        };
        let mut asked = self.asked.clone();
        let mut told: Vec<Happened> = Vec::new();
        for Event { at, what, start, end, start_portion, end_portion } in events {
            let found: DateTime = at.parse().map_err(|_| (Problem::Moment { found: at.clone() }, at.clone()))?;
            if told.last().is_some_and(|before| before.at > found) {
                return Err((Problem::Disordered { found: at.clone() }, at.clone()));
            }
            let edits = matches!(what, EventKind::Edited | EventKind::EditedQuietly);
            if edits {
                if told.is_empty() {
                    return Err((Problem::EditedFirst, at.clone()));
                }
                if let (true, Some(_)) = (asked.is_open(), end) {
                    asked.kind = RequestKind::Days;
                }
                asked.start = start.as_deref().map_or(Ok(asked.start), date)?;
                asked.end = end.as_deref().map_or(Ok(asked.end), date)?;
                asked.portions.0 = start_portion.unwrap_or(asked.portions.0);
                asked.portions.1 = end_portion.unwrap_or(asked.portions.1);
                in_order(&asked, end)?;
            }
            told.push(Happened { at: found, what: *what, edited: edits.then(|| asked.clone()) });
        }
        Ok(told)
    }

    /// The ids of its requests.
    pub fn ids(&self) -> std::ops::RangeInclusive<u64> {
        let edits = self.events.iter().filter(|event| event.edited.is_some()).count() as u64;
        self.id..=self.id + edits
    }

    pub fn story(&self, person: &Person<'_>, policies: &[Policy]) -> Story {
        let own = self.zone.clone().map_or_else(|| person.time_zone().into(), Into::into);
        let mut story = Story::new(self.policy, (!self.without_zone).then_some(own), 0);
        let policy = &policies[self.policy];
        let count = |asked: &Asked, story: &mut Story| {
            let mut counted = asked.counted(person, policy);
            if self.days_disagree {
                story.disagrees = Some(counted.clone());
            }
            if self.total_duration.is_some() || self.total_cost.is_some() {
                counted.share(self.total_duration.or(counted.duration), self.total_cost.or(counted.cost));
            }
            counted
        };
        let counted: Counted = count(&self.asked, &mut story);
        let created = self.events.first().map_or(self.asked.start.at(0, 0, 0, 0), |first| first.at);
        story.ask(self.id, created, self.asked.clone(), counted);
        if self.events.is_empty() {
            story.approve_silently();
        }
        for Happened { at, what, edited } in &self.events {
            let edited = edited.as_ref().map(|asked| {
                let counted = count(asked, &mut story);
                (asked.clone(), counted)
            });
            story.happens(*at, *what, edited);
        }
        story.whos_out = self.whos_out;
        story.row.clone_from(&self.row);
        story
    }
}

fn date(text: &str) -> Result<Date, Refused> {
    text.parse().map_err(|_| (Problem::Date { found: text.to_owned() }, text.to_owned()))
}

fn in_order(asked: &Asked, end: &Option<String>) -> Result<(), Refused> {
    let days = (asked.end - asked.start).get_days();
    if (0..LONGEST).contains(&days) {
        return Ok(());
    }
    let found = end.clone().unwrap_or_else(|| asked.end.to_string());
    Err((Problem::EndBeforeStart { start: asked.start.to_string(), end: found.clone() }, found))
}
