//! `activtrak.hris`

use crate::target::Model;
use crate::target::merge::time_off::{TimeOffStatus, Units};
use crate::target::types::{Date, Decimal, Email, Hint, Open};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(in crate::target) fn model(name: &str) -> Model {
    Model::of::<Row>(name)
}

/// A row of ActivTrak's Universal HRIS Import, the file `HRIS.csv`: a person, and one request for time off.
///
/// Every file must hold all rows: those that are no longer in it are removed. The file is at most 250 MB and has no summary lines. No
/// public text shows its exact headers: the names here are not verified.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "ActivTrak HRIS.csv row")]
pub struct Row {
    /// The number that people in the company know the person by.
    #[schemars(example = &"001042", extend("x-bobmap" = Hint::unverified()))]
    pub employee_number: Option<String>,
    /// The person's name.
    #[schemars(example = &"Ada Okafor", extend("x-bobmap" = Hint::unverified()))]
    pub name: Option<String>,
    /// The e-mail address at work.
    #[schemars(example = &"ada.okafor@example.com", extend("x-bobmap" = Hint::unverified()))]
    pub work_email: Option<Email>,
    /// The department.
    #[schemars(example = &"Engineering", extend("x-bobmap" = Hint::unverified()))]
    pub department: Option<String>,
    /// The title, as people read it.
    #[schemars(example = &"Software Engineer", extend("x-bobmap" = Hint::unverified()))]
    pub job_title: Option<String>,
    /// The person whom this person reports to. Whether a name, a number or an address is wanted is not known.
    #[schemars(example = &"Grace Lindqvist", extend("x-bobmap" = Hint::unverified()))]
    pub manager: Option<String>,
    /// The first day of the time off.
    #[schemars(example = &"2026-03-02", extend("x-bobmap" = Hint::unverified()))]
    pub start_date: Option<Date>,
    /// How much time off, in the units.
    #[schemars(example = 2.5, extend("x-bobmap" = Hint::unverified()))]
    pub amount: Option<Decimal>,
    /// What the amount is counted in. The words are Merge's, whose import ActivTrak seems to use.
    #[schemars(example = &"DAYS", extend("x-bobmap" = Hint::unverified()))]
    pub units: Option<Open<Units>>,
    /// Whether the request is approved: ActivTrak looks at approved ones only. The words are Merge's, whose import ActivTrak seems to use.
    #[schemars(example = &"APPROVED", extend("x-bobmap" = Hint::unverified()))]
    pub status: Option<Open<TimeOffStatus>>,
}
