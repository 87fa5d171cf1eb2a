//! `merge.employment`

use crate::target::Model;
use crate::target::types::{Date, Decimal, Hint, Open};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(in crate::target) fn model(name: &str) -> Model {
    Model::of::<Employment>(name)
}

/// One position of a person, as Merge's HRIS common model has it: a record for each change of title or pay. The one with the
/// newest effective date is current.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Merge employment")]
pub struct Employment {
    /// The position's id in the system the data comes from.
    #[schemars(title = "Remote ID", example = &"3332883894201123166-2024-09-02")]
    pub remote_id: Option<String>,
    /// The person who holds the position.
    #[schemars(example = &"3332883894201123166", extend("x-bobmap" = Hint::reference("merge.employee")))]
    pub employee: Option<String>,
    /// The title, as people read it.
    #[schemars(example = &"Software Engineer")]
    pub job_title: Option<String>,
    /// What is paid for each pay period, in the pay currency.
    #[schemars(example = 54000, extend("x-bobmap" = Hint::sensitive()))]
    pub pay_rate: Option<Decimal>,
    /// The time that the pay rate is for.
    #[schemars(example = &"YEAR")]
    pub pay_period: Option<Open<PayPeriod>>,
    /// How often the person is paid.
    #[schemars(example = &"MONTHLY")]
    pub pay_frequency: Option<Open<PayFrequency>>,
    /// The currency of the pay rate, as the three letters of ISO 4217.
    #[schemars(example = &"GBP")]
    pub pay_currency: Option<String>,
    /// The pay group that the position belongs to.
    #[schemars(example = &"monthly-uk", extend("x-bobmap" = Hint::reference("merge.pay_group")))]
    pub pay_group: Option<String>,
    /// The position's standing under the American Fair Labor Standards Act.
    #[schemars(title = "FLSA status", example = &"EXEMPT")]
    pub flsa_status: Option<Open<FlsaStatus>>,
    /// The day from which the position holds. Merge types it as a date-time at midnight UTC.
    #[schemars(example = &"2024-09-02")]
    pub effective_date: Option<Date>,
    /// The sort of contract.
    #[schemars(example = &"FULL_TIME")]
    pub employment_type: Option<Open<EmploymentType>>,
    /// Whether the record is gone from the system the data comes from.
    #[schemars(example = false)]
    pub remote_was_deleted: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PayPeriod {
    Hour,
    Day,
    Week,
    EveryTwoWeeks,
    Semimonthly,
    Month,
    Quarter,
    EverySixMonths,
    Year,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PayFrequency {
    Weekly,
    Biweekly,
    Monthly,
    Quarterly,
    Semiannually,
    Annually,
    // The one hyphen among underscores is Merge's.
    #[serde(rename = "THIRTEEN-MONTHLY")]
    ThirteenMonthly,
    ProRata,
    Semimonthly,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FlsaStatus {
    Exempt,
    SalariedNonexempt,
    Nonexempt,
    Owner,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EmploymentType {
    FullTime,
    PartTime,
    Intern,
    Contractor,
    Freelance,
}
