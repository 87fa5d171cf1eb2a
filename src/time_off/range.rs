//! When a request begins and ends, by the clock on the wall.

use super::kind::Portion;
use super::request::Request;
use jiff::civil::{Date, DateTime, Time};

/// A morning ends and an afternoon begins at this hour, whatever the person's hours are.
const NOON: Time = Time::constant(12, 0, 0, 0);

/// The first moment off.
pub fn start(request: &Request) -> DateTime {
    let time = match (request.times(request.first), request.portion(request.first)) {
        (Some((from, _)), _) => from,
        (None, Portion::Afternoon) => NOON,
        (None, _) => Time::midnight(),
    };
    request.first.to_datetime(time)
}

/// The first moment after it; `None` where there is no end yet.
pub fn end(request: &Request) -> Option<DateTime> {
    let last = request.last?;
    let next = |date: Date| date.tomorrow().unwrap_or(date);
    Some(match (request.times(last), request.portion(last)) {
        (Some((from, to)), _) if to <= from => next(last).to_datetime(to),
        (Some((_, to)), _) => last.to_datetime(to),
        (None, Portion::Morning) => last.to_datetime(NOON),
        (None, _) => next(last).to_datetime(Time::midnight()),
    })
}
