//! Who is out: the requests that stand, of active people, on some days or on one.

use super::rows::Told;
use super::{Stories, date, required};
use crate::catalog::permission::TimeOffData;
use crate::sandbox::scenario::Activity;
use crate::sandbox::server::{Answer, Query, World, Written};
use jiff::civil::Date;
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::Arc;

/// What is asked for, as far as the service user may ask for it.
struct Wanted {
    from: Date,
    to: Date,
    hourly: bool,
    private: bool,
    pending: bool,
    working: bool,
    /// The names of one day's answer.
    today: bool,
    site: Option<i64>,
}

impl Wanted {
    fn of(world: &World, query: &Query, from: Date, to: Date) -> Wanted {
        let allowed = |name: &str, data| query.is_true(name) && world.scenario.company.permitted.time_off(data);
        Wanted {
            from,
            to,
            hourly: query.is_true("includeHourly"),
            private: allowed("includePrivate", TimeOffData::PrivateRequests),
            pending: allowed("includePending", TimeOffData::PendingRequests),
            working: query.is_true("includeWorkingRequests"),
            today: false,
            site: None,
        }
    }
}

pub fn in_span(world: &Arc<World>, query: &Query, written: &Written) -> Result<Answer, Answer> {
    let from = required(query, "from", date, "a date like 2026-03-01")?;
    let to = required(query, "to", date, "a date like 2026-03-01")?;
    if to < from {
        return Err(Answer::bad_request("parameter 'to' is before 'from'"));
    }
    Ok(listed(world, Wanted::of(world, query, from, to), written))
}

pub fn today(world: &Arc<World>, query: &Query, written: &Written) -> Result<Answer, Answer> {
    let day = match query.get("today") {
        None => world.people.today,
        Some(_) => required(query, "today", date, "a date like 2026-03-01")?,
    };
    let site = match query.get("siteId") {
        None => None,
        Some(_) => Some(required(query, "siteId", |text| text.parse().ok(), "a number")?),
    };
    Ok(listed(world, Wanted { today: true, site, ..Wanted::of(world, query, day, day) }, written))
}

fn listed(world: &Arc<World>, wanted: Wanted, written: &Written) -> Answer {
    let world = Arc::clone(world);
    let mut indices = 0..world.people.count;
    let mut waiting = VecDeque::new();
    Answer::listed("outs", written.counter(), move || {
        while waiting.is_empty() {
            waiting.extend(of_person(&world, indices.next()?, &wanted));
        }
        waiting.pop_front()
    })
}

/// The rows of one person.
fn of_person(world: &World, index: u64, wanted: &Wanted) -> Vec<Vec<u8>> {
    let company = &world.scenario.company;
    let rules = &company.time_off;
    let person = world.people.person(index);
    if !person.stage.is_active() || !company.may_see(&person) || wanted.site.is_some_and(|site| site != person.site.id) {
        return Vec::new();
    }
    let stories = Stories::of(&person, rules);
    let mut rows = Vec::new();
    for number in stories.touching(wanted.from, wanted.to) {
        let story = stories.story(number);
        let Some(told) = Told::to(&person, &rules.policies, &story, wanted.private) else { continue };
        let Some(out) = told.out(wanted.pending) else { continue };
        let concerns = out.asked.touches(wanted.from, wanted.to)
            && (wanted.hourly || !out.asked.kind.is_hourly())
            && (wanted.working || told.policy.activity != Activity::WorkTime);
        if concerns {
            let row = if wanted.today { told.out_today(&out) } else { told.whos_out(&out) };
            rows.push(Value::Object(row).to_string().into_bytes());
        }
    }
    rows
}
