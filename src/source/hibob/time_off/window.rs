//! Spans of time in which HiBob can be asked what happened: it refuses longer ones than six months.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};

/// From and up to when HiBob is asked in one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source::hibob) struct Window {
    pub since: Timestamp,
    pub to: Timestamp,
}

/// Months from the beginning of one window to that of the next. A month less than HiBob allows, so that neither short months nor
/// the overlap nor summer time on HiBob's side can make a window too long.
const MONTHS: i64 = 5;

/// Whether HiBob counts the first and the last moment of a window in is not known. Windows overlap, so that nothing is lost
/// between two; what comes in both is left out the second time.
const OVERLAP: SignedDuration = SignedDuration::from_hours(1);

/// From `since` up to `until`, in windows one after the other, each a little into the one before it. They begin on the day of the
/// month of the first one, or on the last day of a month that is shorter. None if there is nothing between.
pub(in crate::source::hibob) fn windows(since: Timestamp, until: Timestamp) -> Vec<Window> {
    let mut windows = Vec::new();
    let first = TimeZone::UTC.to_datetime(since);
    let mut begin = since;
    while begin < until {
        // Always from the first: 31 August, 31 January, 30 June, 30 November.
        let months = MONTHS * (windows.len() as i64 + 1);
        let end = first.checked_add(Span::new().months(months)).and_then(|end| TimeZone::UTC.to_timestamp(end));
        let to = end.map_or(until, |end| end.min(until));
        let since = if windows.is_empty() { begin } else { begin.saturating_sub(OVERLAP).unwrap_or(begin) };
        windows.push(Window { since, to });
        begin = to;
    }
    windows
}

#[cfg(test)]
mod tests {
    use super::{Window, windows};
    use jiff::tz::TimeZone;
    use jiff::{Span, Timestamp};

    fn told(since: &str, until: &str) -> Vec<String> {
        let windows = windows(since.parse().unwrap(), until.parse().unwrap());
        windows.iter().map(|Window { since, to }| format!("{since} {to}")).collect()
    }

    #[test]
    fn windows_follow_the_calendar_and_short_months_do_not_move_those_after_them() {
        assert_eq!(
            told("2023-08-31T00:00:00Z", "2025-06-30T12:00:00Z"),
            [
                "2023-08-31T00:00:00Z 2024-01-31T00:00:00Z",
                "2024-01-30T23:00:00Z 2024-06-30T00:00:00Z",
                "2024-06-29T23:00:00Z 2024-11-30T00:00:00Z",
                "2024-11-29T23:00:00Z 2025-04-30T00:00:00Z",
                "2025-04-29T23:00:00Z 2025-06-30T12:00:00Z",
            ]
        );
        assert_eq!(
            told("2023-09-30T00:00:00Z", "2024-03-02T00:00:00Z"),
            ["2023-09-30T00:00:00Z 2024-02-29T00:00:00Z", "2024-02-28T23:00:00Z 2024-03-02T00:00:00Z"]
        );
        assert_eq!(told("2024-01-01T10:00:00Z", "2024-01-01T10:00:01Z"), ["2024-01-01T10:00:00Z 2024-01-01T10:00:01Z"]);
        assert!(told("2024-01-01T10:00:00Z", "2024-01-01T10:00:00Z").is_empty());
        assert!(told("2024-01-01T10:00:00Z", "2023-01-01T10:00:00Z").is_empty());
    }

    #[test]
    fn no_window_is_longer_than_six_months_and_each_reaches_into_the_one_before_wherever_they_begin() {
        let utc = |time: Timestamp| TimeZone::UTC.to_datetime(time);
        for day in 0..800 {
            let since: Timestamp = "2019-01-01T07:30:00Z".parse().unwrap();
            let since = TimeZone::UTC.to_timestamp(utc(since).checked_add(Span::new().days(day)).unwrap()).unwrap();
            let until: Timestamp = "2026-03-31T12:00:00Z".parse().unwrap();
            let windows = windows(since, until);
            assert_eq!((windows[0].since, windows.last().unwrap().to), (since, until));
            for pair in windows.windows(2) {
                assert!(pair[1].since < pair[0].to && pair[0].since < pair[1].since && pair[0].to < pair[1].to);
            }
            for Window { since, to } in windows {
                // Six months, by whichever end they are counted from.
                assert!(utc(to) <= utc(since).checked_add(Span::new().months(6)).unwrap(), "{since} {to}");
                assert!(utc(since) >= utc(to).checked_sub(Span::new().months(6)).unwrap(), "{since} {to}");
            }
        }
    }
}
