//! What a scenario says of time off.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

/// How much time off there is, under which policies, and requests of the scenario's own.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Time off", extend("examples" = [{ "requests_a_person": 0 }]))]
pub struct TimeOff {
    /// How many requests are made up for each person, spread over the last eight years and some months ahead; 0 is nobody's
    /// ever. Without it 6.
    #[schemars(title = "Requests a person", range(min = 0, max = 60), example = 6)]
    pub requests_a_person: Option<u64>,

    /// From the name of a policy type to what is other than usual of it; other names are added.
    #[serde(default)]
    #[schemars(title = "Policies", extend("examples" = [{ "Sick": { "visibility": "Public" }, "Volunteering": { "unit": "hours" } }]))]
    pub policies: IndexMap<String, PolicyChange>,

    /// Requests beside those that are made up.
    #[serde(default)]
    #[schemars(title = "Requests", extend("examples" = [[{ "employee": 3, "start": "2026-03-02", "end": "2026-03-06" }]]))]
    pub requests: Vec<PlantedRequest>,

    /// How the feed of changes is answered.
    #[serde(default)]
    #[schemars(title = "Changes", extend("examples" = [{ "twice": true, "shuffled": true }]))]
    pub changes: ChangesAnswered,
}

/// What is other than usual of a policy type. A new one is like Holiday in what it does not say.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Policy", extend("examples" = [{ "unit": "hours", "visibility": "Private" }]))]
pub struct PolicyChange {
    /// What it is counted in.
    #[schemars(title = "Unit", example = &"hours")]
    pub unit: Option<Unit>,

    /// Who may see requests and the name. Private ones are for those who may see private ones; with a custom name everybody
    /// sees the request, and others than those the public name.
    #[schemars(title = "Visibility", example = &"Private")]
    pub visibility: Option<Visibility>,

    /// The name for those who may not know the true one, where the visibility is `Custom name`.
    #[schemars(title = "Public name", example = &"Personal leave")]
    pub public_name: Option<String>,

    /// Whether people are paid, or even work.
    #[schemars(title = "Activity", example = &"workTime")]
    pub activity: Option<Activity>,

    /// Weekends and holidays cost nothing. Usual but for parental leave.
    #[schemars(title = "Work days only", example = true)]
    pub work_days_only: Option<bool>,

    /// What somebody gets a year, in the unit.
    #[schemars(title = "Allowance", example = 25)]
    pub allowance: Option<f64>,

    /// The company has deleted it: its requests stay and have no name of a policy type any more.
    #[serde(default)]
    #[schemars(title = "Deleted", example = true)]
    pub deleted: bool,
}

/// What time off is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Unit {
    Days,
    Hours,
}

impl Unit {
    pub fn word(self) -> &'static str {
        match self {
            Unit::Days => "days",
            Unit::Hours => "hours",
        }
    }
}

/// Who may see requests under a policy, in Bob's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[schemars(inline)]
pub enum Visibility {
    Public,
    Private,
    #[serde(rename = "Custom name")]
    Custom,
}

impl Visibility {
    pub fn word(self) -> &'static str {
        match self {
            Visibility::Public => "Public",
            Visibility::Private => "Private",
            Visibility::Custom => "Custom name",
        }
    }
}

/// What people under a policy are, in Bob's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub enum Activity {
    PaidTimeoff,
    UnpaidTimeoff,
    WorkTime,
}

impl Activity {
    pub fn word(self) -> &'static str {
        match self {
            Activity::PaidTimeoff => "paidTimeoff",
            Activity::UnpaidTimeoff => "unpaidTimeoff",
            Activity::WorkTime => "workTime",
        }
    }
}

/// A request for time off, and what happened to it. Without `end` it is for one day, without `events` it was approved a month
/// before it begins.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Request", extend("examples" = [{
    "employee": 3, "policy": "Holiday", "type": "days", "start": "2026-03-02", "end": "2026-03-06", "end_portion": "morning",
    "events": [{ "at": "2026-01-12T09:00:00", "what": "created" }, { "at": "2026-01-20T10:30:00", "what": "canceled" }],
}]))]
pub struct PlantedRequest {
    /// Whose it is: the number of the employee, counted from 1.
    #[schemars(title = "Employee", range(min = 1), example = 3)]
    pub employee: u64,

    /// Its `requestId`, below 20000000. Otherwise it gets one from 9000001 on. The id of each edit is one more.
    #[schemars(title = "Id", range(min = 1, max = 20_000_000), example = 4125836)]
    pub id: Option<u64>,

    /// The name of its policy type. Without it Holiday.
    #[schemars(title = "Policy", example = &"Sick")]
    pub policy: Option<String>,

    /// Its type. Without it `days`.
    #[serde(rename = "type")]
    #[schemars(title = "Type", example = &"portionOnRange")]
    pub kind: Option<RequestKind>,

    /// The first day.
    #[schemars(title = "Start", regex(pattern = r"^\d{4}-\d{2}-\d{2}$"), example = &"2026-03-02")]
    pub start: String,

    /// The last day.
    #[schemars(title = "End", regex(pattern = r"^\d{4}-\d{2}-\d{2}$"), example = &"2026-03-06")]
    pub end: Option<String>,

    /// The part of the first day, of `days` and `openEnded`.
    #[schemars(title = "Start portion", example = &"afternoon")]
    pub start_portion: Option<Portion>,

    /// The part of the last day, of `days`.
    #[schemars(title = "End portion", example = &"morning")]
    pub end_portion: Option<Portion>,

    /// The part of each day, of `portionOnRange`.
    #[schemars(title = "Portion", example = &"morning")]
    pub portion: Option<Portion>,

    /// Minutes of each day, of `hours` and `hoursOnRange`.
    #[schemars(title = "Minutes", range(min = 0, max = 1440), example = 150)]
    pub minutes: Option<u64>,

    /// The share of each day, of `percentageOnRange`.
    #[schemars(title = "Percent", range(min = 0, max = 100), example = 33)]
    pub percent: Option<u64>,

    /// Minutes of each day from the first on, of the three types that say it day by day. What is not said is nothing.
    #[serde(default)]
    #[schemars(title = "Daily minutes", extend("examples" = [[120, 0, 480]]))]
    pub daily_minutes: Vec<u64>,

    /// `totalDuration`, in place of the days that were counted.
    #[schemars(title = "Total duration", example = 5)]
    pub total_duration: Option<f64>,

    /// `totalCost`, in place of the working days that were counted.
    #[schemars(title = "Total cost", example = 4.5)]
    pub total_cost: Option<f64>,

    /// The daily durations stay as they were counted, and so do not add up to the totals that are given here.
    #[serde(default)]
    #[schemars(title = "Days disagree", example = true)]
    pub days_disagree: bool,

    /// The time zone it is said in. Without it the person's.
    #[schemars(title = "Time zone", example = &"Europe/London")]
    pub time_zone: Option<String>,

    /// Bob says no time zone.
    #[serde(default)]
    #[schemars(title = "Without time zone", example = true)]
    pub without_time_zone: bool,

    /// What happened, in the order in which it happened. With none it is approved, and the feed does not know of it.
    #[schemars(title = "Events", extend("examples" = [[{ "at": "2026-01-12T09:00:00", "what": "created" }]]))]
    pub events: Option<Vec<Event>>,

    /// What who's out makes of it, other than what became of it.
    #[schemars(title = "Who's out", example = &"missing")]
    pub whos_out: Option<WhosOut>,

    /// Keys that stand like this in everything that Bob says of the request, whatever they should be.
    #[serde(default)]
    #[schemars(title = "Row", extend("examples" = [{ "type": "weeks", "employeeId": null }]))]
    pub row: Map<String, Value>,
}

/// Something that happened to a request.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Event", extend("examples" = [{ "at": "2026-01-12T09:00:00", "what": "edited", "end": "2026-03-04" }]))]
pub struct Event {
    /// When it happened, in UTC.
    #[schemars(title = "At", example = &"2026-01-12T09:00:00")]
    pub at: String,

    /// What happened.
    #[schemars(title = "What", example = &"canceled")]
    pub what: EventKind,

    /// The first day from now on, of `edited`.
    #[schemars(title = "Start", regex(pattern = r"^\d{4}-\d{2}-\d{2}$"), example = &"2026-03-03")]
    pub start: Option<String>,

    /// The last day from now on, of `edited`. Ends what had no end.
    #[schemars(title = "End", regex(pattern = r"^\d{4}-\d{2}-\d{2}$"), example = &"2026-03-04")]
    pub end: Option<String>,

    /// The part of the first day from now on, of `edited`.
    #[schemars(title = "Start portion", example = &"all_day")]
    pub start_portion: Option<Portion>,

    /// The part of the last day from now on, of `edited`.
    #[schemars(title = "End portion", example = &"morning")]
    pub end_portion: Option<Portion>,
}

/// What can happen to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum EventKind {
    // Asked for, and not decided.
    Pending,
    // Approved, which Bob calls created.
    Created,
    // The feed does not say so.
    Declined,
    Canceled,
    Deleted,
    // Another request takes its place, and the feed says that the old one is canceled.
    Edited,
    // Another request takes its place, which is all that the feed says.
    EditedQuietly,
}

/// The nine types of requests, in Bob's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub enum RequestKind {
    Days,
    Hours,
    PortionOnRange,
    HoursOnRange,
    DifferentDayDurations,
    SpecificHoursDayDurations,
    DifferentSpecificHoursDayDurations,
    PercentageOnRange,
    OpenEnded,
}

/// A part of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Portion {
    AllDay,
    Morning,
    Afternoon,
}

/// What who's out makes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum WhosOut {
    // It is not there, though it is approved.
    Missing,
    // It is there, though it is not.
    Present,
    // It ends a day earlier, or where it is for one day, is a day later.
    OtherDays,
}

/// How the feed of changes is answered.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Changes", extend("examples" = [{ "twice": true }]))]
pub struct ChangesAnswered {
    /// Every change comes twice.
    #[serde(default)]
    #[schemars(title = "Twice", example = true)]
    pub twice: bool,

    /// Changes come in any order.
    #[serde(default)]
    #[schemars(title = "Shuffled", example = true)]
    pub shuffled: bool,

    /// A change at the very moment of `to` is left out. Otherwise both ends of a window belong to it.
    #[serde(default)]
    #[schemars(title = "End excluded", example = true)]
    pub end_excluded: bool,
}
