//! The feed of changes: every change within a window, by the time at which it happened, whenever the days are that it is about.

use super::rows::Told;
use super::{Stories, required};
use crate::catalog::permission::TimeOffData;
use crate::sandbox::server::{Answer, Query, World, Written};
use crate::sandbox::time_off::story::ChangeKind;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::Value;
use std::sync::Arc;

/// Where a change stands, in the order of the feed. Rows are made when they are sent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    at: DateTime,
    index: u64,
    story: u64,
    change: usize,
}

pub fn answer(world: &Arc<World>, query: &Query, written: &Written) -> Result<Answer, Answer> {
    let (from, to) = window(world, query)?;
    let permitted = &world.scenario.company.permitted;
    let pending = query.is_true("includePending") && permitted.time_off(TimeOffData::PendingRequests);
    let private = permitted.time_off(TimeOffData::PrivateRequests);
    let mut places = places(world, from, to, pending, private).into_iter();
    let world = Arc::clone(world);
    Ok(Answer::listed("changes", written.counter(), move || {
        let place = places.next()?;
        let rules = &world.scenario.company.time_off;
        let person = world.people.person(place.index);
        let story = Stories::of(&person, rules).story(place.story);
        let told = Told::to(&person, &rules.policies, &story, private)?;
        Some(Value::Object(told.change(&story.changes[place.change])).to_string().into_bytes())
    }))
}

/// Both ends as civil time in UTC. The feed reaches back six months from today, or from `to`.
fn window(world: &World, query: &Query) -> Result<(DateTime, DateTime), Answer> {
    let expected = "a moment like 2026-03-01T09:30:00Z";
    let since = required(query, "since", moment, expected)?;
    let today = world.people.today.at(0, 0, 0, 0);
    let too_long = |what: &str| Err(Answer::bad_request(&format!("the time range of {what} can't be longer than 6 months")));
    if query.get("to").is_none() {
        if since < today.saturating_sub(6.months()) {
            return too_long("since without to");
        }
        return Ok((since, today.saturating_add(1.day())));
    }
    let to = required(query, "to", moment, expected)?;
    if to < since {
        return Err(Answer::bad_request("parameter 'to' is before 'since'"));
    }
    if to > since.saturating_add(6.months()) {
        return too_long("since and to");
    }
    Ok((since, to))
}

/// With an offset, or without one in UTC.
fn moment(text: &str) -> Option<DateTime> {
    if !text.contains('T') {
        return None;
    }
    let instant = text.parse::<Timestamp>().map(|instant| TimeZone::UTC.to_datetime(instant));
    instant.or_else(|_| text.parse()).ok()
}

fn places(world: &World, from: DateTime, to: DateTime, pending: bool, private: bool) -> Vec<Place> {
    let company = &world.scenario.company;
    let rules = &company.time_off;
    let within = |at: DateTime| at >= from && (at < to || at == to && !rules.changes.end_excluded);
    let mut places = Vec::new();
    for index in 0..world.people.count {
        let person = world.people.person(index);
        if !company.may_see(&person) {
            continue;
        }
        let stories = Stories::of(&person, rules);
        for number in stories.touching(from.date(), to.date()) {
            let story = stories.story(number);
            if rules.policies[story.policy].shown(private).is_none() {
                continue;
            }
            for (change, found) in story.changes.iter().enumerate() {
                if within(found.at) && (pending || found.kind != ChangeKind::Pending) {
                    places.push(Place { at: found.at, index, story: number, change });
                }
            }
        }
    }
    places.sort_unstable();
    if rules.changes.twice {
        places = places.into_iter().flat_map(|place| [place, place]).collect();
    }
    if rules.changes.shuffled {
        fastrand::Rng::with_seed(world.people.seed).shuffle(&mut places);
    }
    places
}
