//! What is so of one person, from which all fields and tables are made, so that they agree with one another.

use super::names::{CULTURES, Culture, Name, SITES, Site};
use super::{People, manager};
use jiff::ToSpan;
use jiff::civil::Date;

/// Where somebody stands between being hired and having left. Every forty employees have each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Begins in some weeks.
    Hired,
    Employed,
    /// Works still, and the last day is known.
    Leaving,
    GardenLeave,
    Leave,
    ParentalLeave,
    /// A leave type of the company's own.
    Sabbatical,
    /// Left within the last three months.
    LeftLately,
    LeftLongAgo,
}

impl Stage {
    /// As `internal.lifecycleStatus` has it.
    pub fn lifecycle_status(self) -> &'static str {
        match self {
            Stage::Hired => "hired",
            Stage::Employed | Stage::Leaving => "employed",
            Stage::GardenLeave => "garden leave",
            Stage::Leave => "leave",
            Stage::ParentalLeave => "parental leave",
            Stage::Sabbatical => "sabbatical",
            Stage::LeftLately | Stage::LeftLongAgo => "terminated",
        }
    }

    /// Whether Bob counts them among the active. Leave types differ in it.
    pub fn is_active(self) -> bool {
        !matches!(self, Stage::Hired | Stage::Sabbatical | Stage::LeftLately | Stage::LeftLongAgo)
    }
}

/// Employee `index` of a company.
#[derive(Clone, Copy)]
pub struct Person<'p> {
    pub people: &'p People,
    pub index: u64,
    pub first: Name,
    pub last: Name,
    pub culture: &'static Culture,
    pub site: &'static Site,
    pub stage: Stage,
    pub start: Date,
    /// How many people before have the same names.
    round: u64,
}

impl People {
    pub fn person(&self, index: u64) -> Person<'_> {
        let (culture, pair, round) = self.names(index);
        let culture = &CULTURES[culture as usize];
        let stage = match index % 40 {
            3 => Stage::Hired,
            29 => Stage::Leaving,
            19 => Stage::GardenLeave,
            21 => Stage::Leave,
            23 => Stage::ParentalLeave,
            27 => Stage::Sabbatical,
            11 => Stage::LeftLately,
            13 | 35 => Stage::LeftLongAgo,
            _ => Stage::Employed,
        };
        let mut person = Person {
            people: self,
            index,
            first: culture.firsts[(pair / 10) as usize],
            last: culture.lasts[(pair % 10) as usize],
            culture,
            site: &SITES[culture.site],
            stage,
            start: self.today,
            round,
        };
        let days = match stage {
            Stage::Hired => -(person.draw(1, 5, 60)),
            // Those who left long ago began before that.
            Stage::LeftLongAgo => person.draw(1, 2200, 5000),
            _ if index == 0 => 5164,
            _ => person.draw(1, 200, 4400),
        };
        person.start = person.day(-days);
        person
    }
}

impl Person<'_> {
    /// A number that hangs on the seed, the person and `salt` alone.
    pub fn draw(&self, salt: u64, from: i64, to: i64) -> i64 {
        let seed = self.people.seed ^ self.index.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ salt.wrapping_mul(0xd6e8_feb8_6659_fd93);
        fastrand::Rng::with_seed(seed).i64(from..=to)
    }

    /// Whether the person is among so many of a hundred.
    pub fn is_among(&self, salt: u64, percent: i64) -> bool {
        self.draw(salt, 0, 99) < percent
    }

    /// So many days after today.
    pub fn day(&self, days: i64) -> Date {
        self.people.today.saturating_add(days.days())
    }

    pub fn id(&self) -> u64 {
        People::id(self.index)
    }

    /// `None` of people without a mailbox.
    pub fn email(&self) -> Option<String> {
        let (first, last) = (self.first.1, self.last.1);
        let number = if self.round == 0 { String::new() } else { format!(".{}", self.round + 1) };
        match self.index % 40 {
            9 | 17 => None,
            3 => Some(format!("{first}.{last}{number}.pending@example.com")),
            // As somebody once typed it.
            33 => Some(format!(
                "{}{}.{}{number}@Example.COM",
                first[..1].to_ascii_uppercase(),
                &first[1..],
                last.to_ascii_uppercase()
            )),
            _ => Some(format!("{first}.{last}{number}@example.com")),
        }
    }

    pub fn full_name(&self) -> String {
        match self.middle_name() {
            Some(middle) => format!("{} {middle} {}", self.first.0, self.last.0),
            None => format!("{} {}", self.first.0, self.last.0),
        }
    }

    pub fn middle_name(&self) -> Option<&'static str> {
        const NAMES: [&str; 5] = ["Ruth", "Lee", "J.", "Marie", "Kai"];
        (!self.culture.last_first && self.is_among(2, 15)).then(|| NAMES[self.draw(3, 0, 4) as usize])
    }

    pub fn display_name(&self) -> String {
        let (first, last) = (self.first.0, self.last.0);
        match self.index % 40 {
            6 => format!("{first} \"DJ\" {last} \\ 🎸"),
            _ if self.culture.last_first => format!("{last}\u{3000}{first}"),
            _ => format!("{first} {last}"),
        }
    }

    pub fn manager(&self) -> Option<Person<'_>> {
        manager(self.index).map(|index| self.people.person(index))
    }

    /// The day on which the employment ends, past or known ahead.
    pub fn termination(&self) -> Option<Date> {
        match self.stage {
            Stage::LeftLately => Some(self.day(-self.draw(4, 1, 80))),
            Stage::LeftLongAgo => Some(self.day(-self.draw(4, 120, 2000))),
            Stage::Leaving => Some(self.day(self.draw(4, 10, 80))),
            Stage::GardenLeave => Some(self.day(self.draw(4, 30, 90))),
            _ => None,
        }
    }

    /// The last day at work, before the employment ends.
    pub fn last_day_of_work(&self) -> Option<Date> {
        match self.stage {
            Stage::GardenLeave => Some(self.day(-self.draw(5, 1, 30))),
            _ => self.termination(),
        }
    }

    /// First and, where it is known, last day of a leave that began.
    pub fn leave(&self) -> Option<(Date, Option<Date>)> {
        let since = self.day(-self.draw(6, 5, 90));
        match self.stage {
            Stage::Leave | Stage::ParentalLeave => Some((since, Some(self.day(self.draw(7, 10, 200))))),
            Stage::Sabbatical => Some((since, None)),
            _ => None,
        }
    }

    /// Until when the person has worked here: today, unless they have left.
    pub fn until(&self) -> Date {
        match self.stage {
            Stage::LeftLately | Stage::LeftLongAgo => self.termination().unwrap_or(self.people.today),
            Stage::Hired => self.start,
            _ => self.people.today,
        }
    }

    /// The days on which the rows of a dated table begin, oldest first, and which of them is in force.
    pub fn rows(&self, salt: u64) -> (Vec<Date>, usize) {
        let mut days = vec![self.start];
        let span = i64::from((self.until() - self.start).get_days());
        let further = if span > 400 { self.draw(salt, 0, 2) } else { 0 };
        days.extend((1..=further).map(|row| self.start.saturating_add((span * row / (further + 1)).days())));
        let current = days.len() - 1;
        // A change that is planned already.
        if self.index % 40 == 6 {
            days.push(self.day(20));
        }
        (days, current)
    }

    /// Where the person lives, which for some is not where their site is.
    pub fn time_zone(&self) -> &'static str {
        self.culture.zone_away.filter(|_| self.is_among(10, 60)).unwrap_or(self.site.time_zone)
    }

    /// A year's pay `rows` before the one of today, in hundredths of the currency.
    pub fn yearly_pay(&self, rows: u64) -> i64 {
        let level = if self.index == 0 {
            400
        } else if self.index.is_multiple_of(8) {
            150
        } else {
            100
        };
        let units = self.site.pay * level / 100 * self.draw(8, 75, 140) / 100 * (100 - 4 * rows as i64) / 100;
        units * 100 + if self.index % 5 == 1 { 10 } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_forty_employees_have_each_stage_and_dates_agree_with_it() {
        let people = People { seed: 5, count: 400, today: jiff::civil::date(2026, 3, 1) };
        for index in 0..400 {
            let person = people.person(index);
            let today = people.today;
            assert_eq!(person.start > today, person.stage == Stage::Hired, "{index}");
            if let Some(end) = person.termination() {
                assert_eq!(end < today, person.stage.lifecycle_status() == "terminated");
                assert!(person.start < end && person.last_day_of_work().unwrap() <= end);
            }
            let (rows, current) = person.rows(9);
            assert!(rows.is_sorted() && (rows[current] <= today || person.stage == Stage::Hired));
            assert!(index % 8 != 0 || person.stage == Stage::Employed, "managers are there");
        }
    }

    #[test]
    fn a_person_is_a_function_of_seed_and_number() {
        let people = |seed, count| People { seed, count, today: jiff::civil::date(2026, 3, 1) };
        let facts = |people: People| (people.person(7).full_name(), people.person(7).start, people.person(7).yearly_pay(0));
        assert_eq!(facts(people(1, 8)), facts(people(1, 900_000)));
        assert_ne!(facts(people(1, 8)), facts(people(2, 8)));
    }
}
