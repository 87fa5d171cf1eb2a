//! The week of somebody: which days they work, and how long. Part-timers do not all work shorter days, and not everybody's
//! week begins on Monday.

use super::Person;
use jiff::civil::{Date, Weekday};

/// A weekly working pattern.
#[derive(Debug)]
pub struct Pattern {
    pub id: i64,
    /// Hours of work, from Sunday to Saturday.
    pub hours: [u8; 7],
    /// What Bob calls a day of this pattern, in hours.
    pub hours_per_day: u8,
}

/// From Sunday on, as `Pattern::hours` has them.
pub const WEEK: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

static MONDAY_TO_FRIDAY: Pattern = Pattern { id: 301, hours: [0, 8, 8, 8, 8, 8, 0], hours_per_day: 8 };
static SHORT_DAYS: Pattern = Pattern { id: 302, hours: [0, 4, 4, 4, 4, 4, 0], hours_per_day: 4 };
static SHORT_WEEK: Pattern = Pattern { id: 303, hours: [0, 8, 8, 4, 0, 0, 0], hours_per_day: 8 };
static SUNDAY_TO_THURSDAY: Pattern = Pattern { id: 304, hours: [8, 8, 8, 8, 8, 0, 0], hours_per_day: 8 };
static SHORT_DAYS_FROM_SUNDAY: Pattern = Pattern { id: 305, hours: [4, 4, 4, 4, 4, 0, 0], hours_per_day: 4 };

impl Pattern {
    pub fn hours_on(&self, date: Date) -> u8 {
        self.hours[usize::from(date.weekday().to_sunday_zero_offset().unsigned_abs())]
    }

    /// Of everybody at a site, unless they have one of their own.
    pub fn usual(first_day: Weekday) -> &'static Pattern {
        if first_day == Weekday::Sunday { &SUNDAY_TO_THURSDAY } else { &MONDAY_TO_FRIDAY }
    }
}

impl Person<'_> {
    /// Of the person's site.
    pub fn site_pattern(&self) -> &'static Pattern {
        Pattern::usual(self.site.first_day)
    }

    pub fn pattern(&self) -> &'static Pattern {
        match self.index % 40 {
            25 if self.site.first_day == Weekday::Sunday => &SHORT_DAYS_FROM_SUNDAY,
            25 => &SHORT_DAYS,
            34 => &SHORT_WEEK,
            _ => self.site_pattern(),
        }
    }

    pub fn part_time(&self) -> bool {
        self.pattern().id != self.site_pattern().id
    }
}
