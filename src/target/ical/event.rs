//! `ical.event`

use crate::target::Model;
use crate::target::types::{Date, Datetime, Email, Open};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The name of the target, by which the `ics` output knows it.
pub const NAME: &str = "ical.event";

pub(in crate::target) fn model(name: &str) -> Model {
    Model::of::<Event>(name)
}

/// An event in a calendar (VEVENT of RFC 5545). It has whole days, or times where `start` and `end` both have a value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Calendar event")]
pub struct Event {
    /// What calendars know the event by for ever: the same for every later state of it, and no other event's. It should end in
    /// @ and a domain of yours.
    #[schemars(title = "UID", example = &"time-off-24588110@example.com")]
    pub uid: String,
    /// When the event became what it is (DTSTAMP). From the data, so that two files of the same data are the same.
    #[schemars(example = &"2026-02-11T09:30:00Z")]
    pub stamp: Datetime,
    /// What the calendar shows of it.
    #[schemars(example = &"Bruno Keller: Holiday")]
    pub summary: Option<String>,
    /// What it shows of it in full.
    #[schemars(example = &"2.5 days")]
    pub description: Option<String>,
    /// The first day.
    #[schemars(example = &"2026-03-06")]
    pub start_date: Date,
    /// The last day, itself included; the file says the day after it, as calendars want it. Left out: the first day.
    #[schemars(example = &"2026-03-10")]
    pub last_date: Option<Date>,
    /// The moment at which it begins, where it does not have whole days.
    #[schemars(example = &"2026-03-06T12:00:00+01:00")]
    pub start: Option<Datetime>,
    /// The moment at which it is over.
    #[schemars(example = &"2026-03-10T12:00:00+01:00")]
    pub end: Option<Datetime>,
    /// The time zone in which `start` and `end` are written, by its IANA name. Left out, or only an offset: UTC.
    #[schemars(example = &"Europe/Berlin")]
    pub zone: Option<String>,
    /// Whether it will happen. A cancelled event stays in the file, so that calendars take it away.
    #[schemars(example = &"CONFIRMED")]
    pub status: Option<EventStatus>,
    /// How often the event has changed. Left out: the seconds from 2000 to `stamp`, which a later change has more of.
    #[schemars(example = 2)]
    pub sequence: Option<i64>,
    /// Words by which calendars sort events.
    #[schemars(example = vec!["Time off"])]
    pub categories: Option<Vec<String>>,
    /// Whether the person is busy meanwhile (OPAQUE) or free (TRANSPARENT).
    #[schemars(example = &"OPAQUE")]
    pub transparency: Option<Transparency>,
    /// Who may see what stands in it, where a calendar heeds that.
    #[schemars(example = &"PRIVATE")]
    pub class: Option<Open<Class>>,
    /// The address of the person who calls the others together.
    #[schemars(example = &"hr@example.com")]
    pub organizer: Option<Email>,
    /// The addresses of those who are called together. Some calendars write to them.
    #[schemars(example = vec!["bruno.keller@example.com"])]
    pub attendees: Option<Vec<Email>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EventStatus {
    Confirmed,
    Tentative,
    Cancelled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Transparency {
    Opaque,
    Transparent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Class {
    Public,
    Private,
    Confidential,
}
