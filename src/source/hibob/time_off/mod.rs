//! Time off: what happened to requests, who is out, balances, and types of policies. Hands out HiBob's own records, and computes
//! nothing from them.

mod balances;
mod changes;
mod details;
mod outs;
mod policy_types;
mod visibility;
mod window;

pub use details::Detail;
pub(super) use details::details;
pub(super) use policy_types::PolicyTypes;
pub(super) use visibility::visibility_query;
pub(super) use window::{Window, windows};

use super::parts::Parts;
use super::stream::{Background, Lines, Stream};
use super::{Endpoint, HibobError};
use crate::catalog::request::{Request, Selection};
use crate::source::{Scope, Source};
use balances::Balances;
use changes::Changes;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use outs::Outs;
use std::sync::Arc;

/// What is asked about time off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeOffSettings {
    /// From when on changes are wanted, and up to when. The feed knows when something happened, not when somebody is away.
    pub since: Timestamp,
    pub until: Timestamp,
    /// The days of `hibob.whos_out`, both of them in it. `hibob.out_today` is about the first.
    pub from: Date,
    pub to: Date,
    /// The day whose balances are wanted.
    pub as_of: Date,
    /// The policy types whose balances are wanted, by name. All of them where none is named.
    pub policy_types: Vec<String>,
    /// Requests that nobody has approved yet, too.
    pub pending: bool,
    /// Working time that is booked as time off is (from home, travel), too, where HiBob can leave it out.
    pub working: bool,
    pub details: Details,
}

/// Of which requests HiBob is asked one by one: the feed of changes never says that a request was declined, and leaves most daily
/// durations out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Details {
    Never,
    /// Those that are pending, as far as the feed knows.
    Pending,
    All,
}

/// How far back HiBob looks if it is not told, and so does bobmap.
const MONTHS_BACK: i32 = 6;

/// Days ahead for which is asked who is out.
const DAYS_AHEAD: i64 = 30;

impl TimeOffSettings {
    /// What is asked where nothing is said, at a moment: the changes of six months, who is out in the next thirty days, and the
    /// balances of the day, which is UTC's.
    pub fn usual(now: Timestamp) -> TimeOffSettings {
        let now = whole_seconds(now);
        let today = utc(now).date();
        TimeOffSettings {
            since: months_before(now),
            until: now,
            from: today,
            to: TimeOffSettings::last_day(today),
            as_of: today,
            policy_types: Vec::new(),
            pending: true,
            working: false,
            details: Details::Pending,
        }
    }

    /// The last of the days for which is asked who is out, from the first on.
    pub fn last_day(from: Date) -> Date {
        from.saturating_add(Span::new().days(DAYS_AHEAD))
    }
}

/// HiBob is told whole seconds.
fn whole_seconds(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).expect("the seconds of a moment are a moment")
}

/// Six months before a moment, by the calendar: 31 August has no 31 February.
fn months_before(time: Timestamp) -> Timestamp {
    let before = utc(time).saturating_sub(Span::new().months(MONTHS_BACK));
    TimeZone::UTC.to_timestamp(before).unwrap_or(Timestamp::MIN)
}

fn utc(time: Timestamp) -> DateTime {
    TimeZone::UTC.to_datetime(time)
}

/// The records of one of time off's resources; `None` if the resource is another one.
///
/// # Errors
/// The selection does not fit it.
pub(super) fn source(
    request: &Request,
    selection: Selection,
    parts: Option<Arc<Parts>>,
    background: &Arc<Background>,
) -> Result<Option<Box<dyn Source>>, HibobError> {
    let resource = request.resource.name;
    let asked = &background.client.settings.time_off;
    let most = || match &selection {
        Selection::Everyone => Ok(Most::new(None)),
        Selection::First(most) => Ok(Most::new(Some(*most))),
        Selection::Employee(_) => Err(HibobError::NotOfEmployees { resource }),
    };
    let background = Arc::clone(background);
    Ok(Some(match resource {
        "hibob.time_off_changes" => Box::new(Stream::new(Changes::new(asked, most()?, parts), background)),
        "hibob.whos_out" => Box::new(Stream::new(Outs::between(asked, most()?), background)),
        "hibob.out_today" => Box::new(Stream::new(Outs::on(asked.from, most()?), background)),
        "hibob.time_off_balances" => {
            Box::new(Stream::new(Balances::new(asked, request.show_inactive, most()?, parts), background))
        }
        "hibob.policy_types" => Box::new(Stream::new(PolicyTypes::new(most()?), background)),
        _ => return Ok(None),
    }))
}

/// How many records are wanted, and how many came.
pub(super) struct Most {
    most: Option<u64>,
    came: u64,
    /// There were more than were wanted.
    more: bool,
}

impl Most {
    fn new(most: Option<u64>) -> Most {
        Most { most, came: 0, more: false }
    }

    /// Those that are still wanted of the next ones.
    fn of(&mut self, mut lines: Lines) -> Lines {
        if let Some(most) = self.most {
            let room = usize::try_from(most - self.came).unwrap_or(usize::MAX);
            self.more |= lines.ranges.len() > room;
            lines.ranges.truncate(room);
        }
        self.came += lines.ranges.len() as u64;
        lines
    }

    /// Whether no more are wanted. It is not known then whether there are more.
    fn reached(&self) -> bool {
        self.most.is_some_and(|most| self.came >= most)
    }

    fn scope(&self) -> Scope {
        match self.most {
            Some(most) if self.more => Scope::CutShort(format!("--limit {most}")),
            _ => Scope::Complete,
        }
    }
}

/// The query of a window of changes.
pub(super) fn changes_query(window: &Window, pending: bool) -> [(&'static str, String); 3] {
    [("since", window.since.to_string()), ("to", window.to.to_string()), ("includePending", pending.to_string())]
}

/// The query for who is out.
pub(super) fn outs_query(asked: &TimeOffSettings) -> Vec<(&'static str, String)> {
    let mut query = vec![
        ("from", asked.from.to_string()),
        ("to", asked.to.to_string()),
        ("includeHourly", "true".to_owned()),
        // Without it a private request's row would be missing, and nobody could tell.
        ("includePrivate", "true".to_owned()),
        ("includePending", asked.pending.to_string()),
    ];
    query.extend(asked.working.then(|| ("includeWorkingRequests", "true".to_owned())));
    query
}

/// The query for who is out on one day.
pub(super) fn day_query(day: Date) -> Vec<(&'static str, String)> {
    let included = |name| (name, "true".to_owned());
    vec![("today", day.to_string()), included("includeHourly"), included("includePrivate")]
}

/// The query for one balance.
pub(super) fn balance_query(policy_type: &str, day: Date) -> [(&'static str, String); 2] {
    [("policyType", policy_type.to_owned()), ("date", day.to_string())]
}

/// A query as [`super::client::Call`] takes it.
fn borrowed<'q>(query: &'q [(&'static str, String)]) -> Vec<(&'q str, &'q str)> {
    query.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// The records of an answer's array, each known to be an object.
fn objects(text: &str, key: &'static str) -> Result<Lines, super::Cause> {
    let mut lines = Lines::default();
    for record in super::pieces::listed(text, key)? {
        if !super::pieces::is_object(record) {
            return Err(super::Cause::Shape(format!("a record under `{key}` that is no object")));
        }
        lines.push(record);
    }
    Ok(lines)
}
