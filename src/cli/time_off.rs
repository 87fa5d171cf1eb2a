//! The flags that say what is asked about time off. The clock is read here and nowhere below.

use super::Usage;
use super::load::date;
use crate::source::hibob::{Details, TimeOffSettings};
use crate::value::time::{Iso, parse_iso};
use clap::ValueEnum;
use clap::builder::NonEmptyStringValueParser;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

const HEADING: &str = "Time off";

/// What is asked about time off, where a mapping or a command reads it.
#[derive(Debug, Clone, clap::Args)]
pub struct TimeOffArgs {
    /// Read what happened to requests from this day or moment on (UTC unless it has an offset) [default: six months back]
    #[arg(long, help_heading = HEADING, value_name = "DATE|TIMESTAMP", value_parser = beginning)]
    since: Option<Timestamp>,
    /// Read what happened to requests up to this moment, or to the end of this day [default: now]
    #[arg(long, help_heading = HEADING, value_name = "DATE|TIMESTAMP", value_parser = end)]
    until: Option<Timestamp>,
    /// The first day of who's out, and the day of out_today [default: today]
    #[arg(long, help_heading = HEADING, value_name = "DATE", value_parser = date)]
    from: Option<Date>,
    /// The last day of who's out [default: 30 days after the first]
    #[arg(long, help_heading = HEADING, value_name = "DATE", value_parser = date)]
    to: Option<Date>,
    /// The day of balances [default: today]
    #[arg(long, help_heading = HEADING, value_name = "DATE", value_parser = date)]
    balance_date: Option<Date>,
    /// Read balances of this policy type; may be given again [default: all types]
    #[arg(long, help_heading = HEADING, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    policy_type: Vec<String>,
    /// Of which requests to ask HiBob one by one: what happened to them does not say that they were declined, nor what each day takes
    #[arg(long, help_heading = HEADING, value_enum, value_name = "WHICH", default_value_t = Which::Pending)]
    request_details: Which,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Which {
    Never,
    /// Those that are pending, as far as the changes tell
    Pending,
    /// Every one: what HiBob itself says of each day
    All,
}

/// What is asked where nothing is said, now.
pub fn usual() -> TimeOffSettings {
    TimeOffSettings::usual(Timestamp::now())
}

impl TimeOffArgs {
    /// What is asked; `usual` is asked where no flag says otherwise.
    ///
    /// # Errors
    /// A span ends before it begins.
    pub fn settings(&self, usual: TimeOffSettings) -> anyhow::Result<TimeOffSettings> {
        let until = self.until.unwrap_or(usual.until);
        let since = match (self.since, self.until) {
            (Some(since), _) => since,
            (None, Some(until)) => TimeOffSettings::usual(until).since,
            (None, None) => usual.since,
        };
        if since >= until && self.until.is_none() {
            return refuse(format!("--since is {since}, and nothing has happened then: it is {until} now"));
        }
        if since >= until {
            return refuse(format!("--since is {since}, which is not before --until ({until})"));
        }
        let from = self.from.unwrap_or_else(|| self.to.map_or(usual.from, |to| usual.from.min(to)));
        let to = self.to.unwrap_or_else(|| self.from.map_or(usual.to, TimeOffSettings::last_day));
        if from > to {
            return refuse(format!("--from is {from}, which is after --to ({to})"));
        }
        Ok(TimeOffSettings {
            since,
            until,
            from,
            to,
            as_of: self.balance_date.unwrap_or(usual.as_of),
            policy_types: if self.policy_type.is_empty() { usual.policy_types.clone() } else { self.types() },
            details: match self.request_details {
                Which::Never => Details::Never,
                Which::Pending => Details::Pending,
                Which::All => Details::All,
            },
            ..usual
        })
    }

    /// Whether the days of who's out are said.
    pub fn says_days(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }

    /// Each once.
    fn types(&self) -> Vec<String> {
        let mut types: Vec<String> = Vec::new();
        for name in &self.policy_type {
            if !types.contains(name) {
                types.push(name.clone());
            }
        }
        types
    }
}

fn refuse<T>(message: String) -> anyhow::Result<T> {
    Err(Usage(message).into())
}

impl TimeOffArgs {
    /// Takes the beginning that a job says, unless a flag says another.
    ///
    /// # Errors
    /// It is no day and no moment.
    pub fn take_since(&mut self, text: &str) -> Result<(), String> {
        let since = beginning(text)?;
        self.since.get_or_insert(since);
        Ok(())
    }

    /// Reads from a moment on that is remembered, unless a flag or the job says another. Returns whether it does.
    pub fn remember_since(&mut self, since: Timestamp) -> bool {
        let fits = self.since.is_none() && self.until.is_none_or(|until| since < until);
        self.since = if fits { Some(since) } else { self.since };
        fits
    }

    /// Whether it is known from when on is read; otherwise it is six months.
    pub fn says_since(&self) -> bool {
        self.since.is_some() || self.until.is_some()
    }
}

/// A day begins with its first moment.
fn beginning(text: &str) -> Result<Timestamp, String> {
    moment(text, |date| Some(date.to_datetime(jiff::civil::Time::midnight())))
}

/// A day ends with the first moment after it.
fn end(text: &str) -> Result<Timestamp, String> {
    moment(text, |date| date.tomorrow().ok().map(|date| date.to_datetime(jiff::civil::Time::midnight())))
}

fn moment(text: &str, of_day: fn(Date) -> Option<DateTime>) -> Result<Timestamp, String> {
    let range = || "a year from 1900 to 2999 is expected".to_owned();
    let civil = match parse_iso(text) {
        Ok(Iso::Date(date)) => of_day(date).ok_or_else(range)?,
        Ok(Iso::LocalDatetime(datetime)) => datetime,
        Ok(Iso::Instant(instant)) => TimeZone::UTC.to_datetime(instant.timestamp),
        Err(why) => return Err(format!("{why}: expected a date such as 2019-01-01, or a moment such as 2019-01-01T12:00:00Z")),
    };
    if !(1900..3000).contains(&civil.year()) {
        return Err(range());
    }
    let whole = civil.checked_sub(Span::new().nanoseconds(i64::from(civil.subsec_nanosecond())));
    whole.and_then(|civil| TimeZone::UTC.to_timestamp(civil)).map_err(|_| range())
}

#[cfg(test)]
mod tests {
    use super::{TimeOffArgs, TimeOffSettings};
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        time_off: TimeOffArgs,
    }

    fn settings(flags: &[&str]) -> Result<TimeOffSettings, String> {
        let line = Line::try_parse_from([&["bobmap"], flags].concat()).map_err(|error| error.to_string())?;
        let usual = TimeOffSettings::usual("2026-08-31T10:00:00.5Z".parse().unwrap());
        line.time_off.settings(usual).map_err(|error| error.to_string())
    }

    fn told(flags: &[&str]) -> [String; 5] {
        let TimeOffSettings { since, until, from, to, as_of, .. } = settings(flags).unwrap();
        [since.to_string(), until.to_string(), from.to_string(), to.to_string(), as_of.to_string()]
    }

    #[test]
    fn without_flags_the_last_six_months_and_the_next_thirty_days_are_asked_for() {
        assert_eq!(told(&[]), ["2026-02-28T10:00:00Z", "2026-08-31T10:00:00Z", "2026-08-31", "2026-09-30", "2026-08-31"]);
    }

    #[test]
    fn days_are_whole_moments_are_utc_and_what_is_not_said_follows_what_is() {
        assert_eq!(
            told(&["--since", "2019-01-01", "--until", "2019-12-31", "--from", "2026-09-01", "--balance-date", "2025-12-31"]),
            ["2019-01-01T00:00:00Z", "2020-01-01T00:00:00Z", "2026-09-01", "2026-10-01", "2025-12-31"]
        );
        let [since, until, from, to, _] =
            told(&["--since", "2019-01-01T02:00+02:00", "--until", "2019-01-01 12:00:00.25", "--to", "2026-08-01"]);
        assert_eq!([since, until, from, to], ["2019-01-01T00:00:00Z", "2019-01-01T12:00:00Z", "2026-08-01", "2026-08-01"]);
        assert_eq!(told(&["--until", "2020-08-30"])[0], "2020-02-29T00:00:00Z");
        let types =
            settings(&["--policy-type", "Sick", "--policy-type", "Holiday", "--policy-type", "Sick"]).unwrap().policy_types;
        assert_eq!(types, ["Sick", "Holiday"]);
    }

    #[test]
    fn a_span_that_ends_before_it_begins_and_what_is_no_date_are_refused() {
        for (flags, why) in [
            (["--since", "2026-09-01", "--until", "2026-08-31"], "--since is 2026-09-01T00:00:00Z, which is not before --until"),
            (
                ["--since", "2026-09-01", "--to", "2026-09-01"],
                "--since is 2026-09-01T00:00:00Z, and nothing has happened then: it is 2026-08-31T10:00:00Z now",
            ),
            (["--from", "2026-09-02", "--to", "2026-09-01"], "--from is 2026-09-02, which is after --to (2026-09-01)"),
            (
                ["--since", "last year", "--until", "2026-08-31"],
                "not an ISO date (YYYY-MM-DD): expected a date such as 2019-01-01",
            ),
            (["--since", "2026-02-30", "--until", "2026-08-31"], "no such day in the calendar"),
            (["--since", "0001-01-01", "--until", "2026-08-31"], "a year from 1900 to 2999 is expected"),
            (["--from", "tomorrow", "--to", "2026-08-31"], "expected a day of the calendar as year-month-day"),
            (["--balance-date", "31.3.2026", "--to", "2026-08-31"], "expected a day of the calendar as year-month-day"),
        ] {
            let error = settings(&flags).unwrap_err();
            assert!(error.contains(why), "{flags:?}: {error}");
        }
    }
}
