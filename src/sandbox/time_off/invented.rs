//! Requests that are made up: each a function of the seed, the person and a number, so that nothing is kept. The years of a
//! person are cut into equal slots, and each story stays within its own, so that no two of them overlap.

use super::asked::Asked;
use super::policy::{ABROAD, FERTILITY, HOLIDAY, IN_LIEU, MEDICAL, PARENTAL, Policy, SICK, UNPAID};
use super::story::Story;
use crate::sandbox::people::Person;
use crate::sandbox::scenario::{EventKind, Portion, RequestKind, Unit};
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, date};
use std::borrow::Cow;

/// Below them stand the ids of planted requests.
pub const FIRST_ID: u64 = 24_000_000;
/// A person's ids, and a story's among them.
const IDS_A_PERSON: u64 = 256;
const IDS_A_STORY: u64 = 4;
/// How long before its days a story may begin, and how long after them it may go on.
const LEAD: i64 = 65;
const LAG: i64 = 45;
/// The shortest slot, in days.
const SLOT: i64 = 4;

use EventKind::{Canceled, Created, Declined, Deleted, Edited, EditedQuietly, Pending};

/// What happens in a story. One in three is simple.
const PLOTS: [&[EventKind]; 23] = [
    &[Created],
    &[Pending, Created],
    &[Created, Canceled],
    &[Created],
    &[Created, Edited],
    &[Pending],
    &[Created],
    &[Created, EditedQuietly, Canceled],
    &[Pending, Declined],
    &[Created],
    &[Created, Deleted],
    &[Pending, Created],
    &[Created, EditedQuietly],
    &[Created],
    &[Pending, Canceled],
    &[Created, Edited, EditedQuietly],
    &[Created],
    &[Pending, Edited, Created],
    &[Pending, Created, Canceled],
    &[Created],
    &[Created, Edited, Deleted],
    &[Created, Canceled, Deleted],
    &[Created],
];
/// The plot whose request is approved the moment it is made.
const AT_ONCE: usize = 11;

/// Coprime to the plots in number, so that each type meets each plot.
const KINDS: [RequestKind; 19] = [
    RequestKind::Days,
    RequestKind::Hours,
    RequestKind::Days,
    RequestKind::PortionOnRange,
    RequestKind::Days,
    RequestKind::DifferentDayDurations,
    RequestKind::Days,
    RequestKind::PercentageOnRange,
    RequestKind::OpenEnded,
    RequestKind::Days,
    RequestKind::HoursOnRange,
    RequestKind::Days,
    RequestKind::SpecificHoursDayDurations,
    RequestKind::Days,
    RequestKind::Hours,
    RequestKind::DifferentSpecificHoursDayDurations,
    RequestKind::Days,
    RequestKind::PercentageOnRange,
    RequestKind::DifferentDayDurations,
];

/// The made-up stories of one person.
pub struct Invented<'p> {
    person: &'p Person<'p>,
    policies: &'p [Policy],
    first: Date,
    last: Date,
    slots: u64,
}

impl<'p> Invented<'p> {
    pub fn new(person: &'p Person<'p>, policies: &'p [Policy], wanted: u64) -> Invented<'p> {
        let today = person.people.today;
        let first = person.start.max(today.saturating_sub(8.years()));
        let mut last = person.day(200);
        if let Some(end) = person.last_day_of_work() {
            last = last.min(end);
        }
        if let Some((since, _)) = person.leave() {
            last = last.min(since.saturating_sub(1.day()));
        }
        let days = i64::from((last - first).get_days()) + 1;
        let slots = wanted.min(u64::try_from(days / SLOT).unwrap_or(0));
        Invented { person, policies, first, last, slots }
    }

    /// Some of the person's stories; one more where somebody is on a leave that Bob knows of otherwise.
    pub fn count(&self, wanted: u64) -> u64 {
        self.slots + u64::from(wanted > 0 && self.person.leave().is_some())
    }

    fn slot(&self, number: u64) -> (Date, Date) {
        let days = i64::from((self.last - self.first).get_days()) + 1;
        let at = |number: u64| self.first.saturating_add((days * number as i64 / self.slots as i64).days());
        (at(number), at(number + 1).saturating_sub(1.day()))
    }

    /// Whether the story may have something to do with days, or with changes on them, of a span.
    pub fn may_touch(&self, number: u64, from: Date, to: Date) -> bool {
        if number >= self.slots || self.is_imported(number) {
            return true;
        }
        let (first, last) = self.slot(number);
        let earliest = first.min(self.person.people.today).saturating_sub(LEAD.days());
        // What has no end yet stands near today or in the last slot.
        let open = number + 1 == self.slots || last.saturating_add(LAG.days()) >= self.person.people.today;
        earliest <= to && (open || last.saturating_add(LAG.days()) >= from)
    }

    /// Brought over from another system, all at one moment.
    fn is_imported(&self, number: u64) -> bool {
        number == 0 && self.person.index % 40 == 12
    }

    /// Which person and which of their stories an id belongs to.
    pub fn of_id(id: u64) -> Option<(u64, u64)> {
        let place = id.checked_sub(FIRST_ID)?;
        Some((place / IDS_A_PERSON, place % IDS_A_PERSON / IDS_A_STORY))
    }

    fn id(&self, number: u64) -> u64 {
        FIRST_ID + self.person.index * IDS_A_PERSON + number * IDS_A_STORY
    }

    /// A number that hangs on the person, the story and the purpose.
    fn draw(&self, number: u64, salt: u64, from: i64, to: i64) -> i64 {
        self.person.draw(0x7_0000 + number * 64 + salt, from, to)
    }

    pub fn story(&self, number: u64) -> Story {
        if number >= self.slots {
            return self.leave(number);
        }
        let today = self.person.people.today;
        let kinship = self.person.index.wrapping_mul(6).wrapping_add(number) as usize;
        let mut kind = KINDS[kinship % KINDS.len()];
        let plot = kinship % PLOTS.len();
        let mut events = PLOTS[plot];
        let (first, _) = self.slot(number);
        let ends = number + 1 < self.slots;
        let mut policy = self.policy(number, kind);
        if kind == RequestKind::OpenEnded {
            if self.is_imported(number) {
                kind = RequestKind::Days;
            } else if ends {
                events = &[Created, Edited];
            } else if first < today {
                events = &[Created];
            } else {
                kind = RequestKind::Days;
            }
        }
        let asked = self.asked(number, 0, kind, policy);
        if policy == SICK && asked.start >= today {
            policy = HOLIDAY;
        }
        let mut story = self.begun(number, policy);
        let created = if self.is_imported(number) {
            events = &[Created];
            date(today.year() - 3, 1, 1).at(0, 0, 0, 0)
        } else {
            self.moment(number, 10, self.asked_on(number, &asked, policy))
        };
        let count = |asked: &Asked| asked.counted(self.person, &self.policies[policy]);
        let counted = count(&asked);
        story.ask(self.id(number), created, asked, counted);
        let mut at = created;
        for (step, what) in (0..).zip(events) {
            if step > 0 && plot != AT_ONCE {
                let day = at.date().saturating_add(self.draw(number, 20 + step, 0, 7).days());
                at = self.moment(number, 24 + step, day).max(at.saturating_add(7.minutes()));
            }
            // What has not happened yet.
            if at.date() >= today {
                break;
            }
            let edited = matches!(what, Edited | EditedQuietly).then(|| {
                let asked = match kind {
                    RequestKind::OpenEnded => self.ended(number, &story),
                    _ => self.asked(number, 8 * step, kind, policy),
                };
                let counted = count(&asked);
                (asked, counted)
            });
            story.happens(at, *what, edited);
        }
        story
    }

    fn begun(&self, number: u64, policy: usize) -> Story {
        let zone = (self.draw(number, 1, 0, 7) > 0).then(|| Cow::Borrowed(self.person.time_zone()));
        Story::new(policy, zone, self.draw(number, 2, 0, 63) as u64)
    }

    /// The leave that somebody is on, by what Bob says of them otherwise.
    fn leave(&self, number: u64) -> Story {
        let (since, until) = self.person.leave().unwrap_or((self.last, None));
        let (kind, policy) = match until {
            Some(_) => (RequestKind::Days, PARENTAL),
            None => (RequestKind::OpenEnded, UNPAID),
        };
        let asked = Asked { end: until.unwrap_or(since), ..Asked::one_day(kind, since) };
        let mut story = self.begun(number, policy);
        let at = self.moment(number, 10, since.saturating_sub(20.days()));
        let counted = asked.counted(self.person, &self.policies[policy]);
        story.ask(self.id(number), at, asked, counted);
        story.happens(at, Created, None);
        story
    }

    fn policy(&self, number: u64, kind: RequestKind) -> usize {
        let chance = self.draw(number, 3, 0, 99);
        match kind {
            RequestKind::OpenEnded => [PARENTAL, UNPAID][(chance % 2) as usize],
            kind if kind.is_hourly() => {
                if chance < 70 {
                    IN_LIEU
                } else {
                    MEDICAL
                }
            }
            _ => match chance {
                0..55 => HOLIDAY,
                55..72 => SICK,
                72..79 => FERTILITY,
                79..85 => UNPAID,
                85..91 => ABROAD,
                91..94 => PARENTAL,
                _ => IN_LIEU,
            },
        }
    }

    /// What is asked for within the slot. `salt` makes another one.
    fn asked(&self, number: u64, salt: u64, kind: RequestKind, policy: usize) -> Asked {
        const LENGTHS: [i64; 12] = [1, 1, 1, 2, 2, 3, 5, 5, 8, 10, 12, 15];
        let salt = 30 + salt;
        let draw = |more: u64, from, to| self.draw(number, salt + more, from, to);
        let (first, last) = self.slot(number);
        let room = i64::from((last - first).get_days()) + 1;
        let length = match kind {
            RequestKind::Hours => 1,
            RequestKind::Days if policy == PARENTAL => draw(0, 20, 90),
            RequestKind::Days => LENGTHS[draw(0, 0, 11) as usize],
            _ => draw(0, 2, 6),
        };
        let length = length.min(room);
        let mut start = first.saturating_add(draw(1, 0, room - length).days());
        let mut end = start.saturating_add((length - 1).days());
        // Most begin and end on a day of work.
        let pattern = self.person.pattern();
        if draw(2, 0, 5) > 0 {
            while pattern.hours_on(start) == 0 && start < last {
                start = start.saturating_add(1.day());
            }
            end = end.max(start);
            while pattern.hours_on(end) == 0 && end > start {
                end = end.saturating_sub(1.day());
            }
        }
        if kind == RequestKind::OpenEnded {
            // Begun, and long enough before the slot's end that an end can be set.
            start = start.min(self.person.day(-2)).max(first);
            return Asked::one_day(kind, start);
        }
        let portions = match (draw(3, 0, 9), start == end) {
            (0 | 1, true) => (Portion::Morning, Portion::Morning),
            (2 | 3, true) => (Portion::Afternoon, Portion::Afternoon),
            (0 | 1, false) => (Portion::Afternoon, Portion::AllDay),
            (2, false) => (Portion::AllDay, Portion::Morning),
            (3, false) => (Portion::Afternoon, Portion::Morning),
            _ if kind == RequestKind::PortionOnRange => (Portion::Morning, Portion::Morning),
            _ => (Portion::AllDay, Portion::AllDay),
        };
        let minutes = if kind == RequestKind::Hours { draw(4, 2, 20) * 20 } else { draw(4, 2, 8) * 30 };
        let days = i64::from((end - start).get_days()) + 1;
        let daily = match kind {
            RequestKind::SpecificHoursDayDurations => vec![minutes; days as usize],
            kind if kind.is_daily() => (0..days).map(|day| (minutes + day * 90) % 480).collect(),
            _ => Vec::new(),
        };
        let percent = [20, 25, 33, 50, 75, 80][draw(5, 0, 5) as usize];
        Asked { kind, start, end, portions, minutes, percent, daily }
    }

    /// What had no end has one.
    fn ended(&self, number: u64, story: &Story) -> Asked {
        let start = story.last().map_or(self.first, |last| last.asked.start);
        let (_, last) = self.slot(number);
        let end = start.saturating_add(self.draw(number, 4, 3, 40).days()).min(last).max(start);
        Asked { end, ..Asked::one_day(RequestKind::Days, start) }
    }

    /// The day on which somebody asks. Who is ill asks when they are.
    fn asked_on(&self, number: u64, asked: &Asked, policy: usize) -> Date {
        let lead = if policy == SICK { -self.draw(number, 5, 0, 2) } else { self.draw(number, 5, 1, 60) };
        let latest = self.person.day(-1 - self.draw(number, 6, 0, 20));
        let day = asked.start.saturating_sub(lead.days());
        if day < self.person.people.today { day } else { latest }
    }

    /// A moment of a day. Most have microseconds, some only seconds.
    fn moment(&self, number: u64, salt: u64, day: Date) -> DateTime {
        let second = self.draw(number, salt, 6 * 3600, 20 * 3600);
        let micros = if second % 8 == 0 { 0 } else { self.draw(number, salt + 5, 0, 999_999) };
        day.at(0, 0, 0, 0).saturating_add(second.seconds().microseconds(micros))
    }
}

impl Policy {
    /// Requests of these types fit a policy in this unit.
    pub fn takes(&self, kind: RequestKind) -> bool {
        kind != RequestKind::Hours || self.unit == Unit::Hours
    }
}
