//! `merge.time_off_balance`

use super::time_off::RequestType;
use crate::target::Model;
use crate::target::types::{Decimal, Hint, Open};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(in crate::target) fn model(name: &str) -> Model {
    Model::of::<TimeOffBalance>(name)
}

/// How much time off of one policy a person has left, as Merge's HRIS common model has it.
///
/// The model has no place for a unit. Merge's own integrations write hours, always, and make eight of each day, which is wrong
/// for a day of 7.5 hours and for part-timers. Keep the policy's own unit and tell whoever reads it, or multiply by the person's
/// own hours a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Merge time off balance")]
pub struct TimeOffBalance {
    /// The balance's id in the system the data comes from.
    #[schemars(title = "Remote ID", example = &"3332883894201123166-holiday")]
    pub remote_id: Option<String>,
    /// The person whose balance it is.
    #[schemars(example = &"3332883894201123166", extend("x-bobmap" = Hint::reference("merge.employee")))]
    pub employee: Option<String>,
    /// What is left: in the unit that the policy counts in, or in hours, as whoever reads it expects.
    #[schemars(example = 112.5)]
    pub balance: Option<Decimal>,
    /// What has been used, in the same unit.
    #[schemars(example = 75)]
    pub used: Option<Decimal>,
    /// The sort of time off that the policy is for.
    #[schemars(example = &"VACATION")]
    pub policy_type: Option<Open<RequestType>>,
    /// Whether the record is gone from the system the data comes from.
    #[schemars(example = false)]
    pub remote_was_deleted: Option<bool>,
}
