//! `merge.time_off`

use crate::target::Model;
use crate::target::types::{Datetime, Decimal, Hint, Open};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(in crate::target) fn model(name: &str) -> Model {
    Model::of::<TimeOff>(name)
}

/// One request for time off, as Merge's HRIS common model has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Merge time off")]
pub struct TimeOff {
    /// The request's id in the system the data comes from.
    #[schemars(title = "Remote ID", example = &"8214002")]
    pub remote_id: Option<String>,
    /// The person who asks for time off.
    #[schemars(example = &"3332883894201123166", extend("x-bobmap" = Hint::reference("merge.employee")))]
    pub employee: Option<String>,
    /// The person who may approve it.
    #[schemars(example = &"3332883894201123001", extend("x-bobmap" = Hint::reference("merge.employee")))]
    pub approver: Option<String>,
    /// How far the request has come. ActivTrak looks at APPROVED ones only.
    #[schemars(example = &"APPROVED")]
    pub status: Option<Open<TimeOffStatus>>,
    /// What the person wrote with the request.
    #[schemars(example = &"Back on Monday", extend("x-bobmap" = Hint::sensitive()))]
    pub employee_note: Option<String>,
    /// What the amount is counted in: the unit of the policy. No day is made hours by a guess.
    #[schemars(example = &"DAYS")]
    pub units: Option<Open<Units>>,
    /// How much time off, in the units.
    #[schemars(example = 2.5)]
    pub amount: Option<Decimal>,
    /// The sort of time off. Merge has no word for parental or unpaid leave, nor for working from home.
    #[schemars(example = &"VACATION")]
    pub request_type: Option<Open<RequestType>>,
    /// When the time off begins.
    #[schemars(example = &"2026-03-02T00:00:00Z")]
    pub start_time: Option<Datetime>,
    /// When the time off ends.
    #[schemars(example = &"2026-03-04T12:00:00Z")]
    pub end_time: Option<Datetime>,
    /// Whether the record is gone from the system the data comes from.
    #[schemars(example = false)]
    pub remote_was_deleted: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TimeOffStatus {
    Requested,
    Approved,
    Declined,
    Cancelled,
    Deleted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Units {
    Hours,
    Days,
}

/// Merge has the same words for requests and for the policies of balances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RequestType {
    Vacation,
    Sick,
    Personal,
    JuryDuty,
    Volunteer,
    Bereavement,
}
