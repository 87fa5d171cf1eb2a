//! `merge.employee`

use crate::target::Model;
use crate::target::types::{Date, Datetime, Email, Hint, Json, Open};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(in crate::target) fn model(name: &str) -> Model {
    Model::of::<Employee>(name)
}

/// A person, as Merge's HRIS common model has them.
///
/// Merge types dates of birth, hire, start and termination as date-times at midnight UTC; they are written as dates here, because a
/// date-time shows as the day before to readers west of Greenwich.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Merge employee")]
pub struct Employee {
    /// The person's id in the system the data comes from. References from other records name it.
    #[schemars(title = "Remote ID", example = &"3332883894201123166")]
    pub remote_id: Option<String>,
    /// A link to the person's page in the system the data comes from.
    #[schemars(title = "Employee URL", example = &"https://hr.example.com/people/1042")]
    pub employee_url: Option<String>,
    /// The number that people in the company know the person by. Text, so that leading zeros stay.
    #[schemars(example = &"001042")]
    pub employee_number: Option<String>,
    /// The company that the person works for.
    #[schemars(example = &"company-1", extend("x-bobmap" = Hint::reference("merge.company")))]
    pub company: Option<String>,
    /// The given name.
    #[schemars(example = &"Adaeze")]
    pub first_name: Option<String>,
    /// The family name.
    #[schemars(example = &"Okafor")]
    pub last_name: Option<String>,
    /// The name that the person wants to be called by.
    #[schemars(example = &"Ada")]
    pub preferred_name: Option<String>,
    /// The whole name for display; it uses the preferred name where there is one.
    #[schemars(example = &"Ada Okafor")]
    pub display_full_name: Option<String>,
    /// The name that the person signs in with at the system the data comes from.
    #[schemars(example = &"ada.okafor")]
    pub username: Option<String>,
    /// The groups that the person belongs to: departments, cost centres, business units, teams.
    #[schemars(example = ["department-engineering"], extend("x-bobmap" = Hint::reference("merge.group")))]
    pub groups: Option<Vec<String>>,
    /// The e-mail address at work.
    #[schemars(example = &"ada.okafor@example.com")]
    pub work_email: Option<Email>,
    /// The private e-mail address.
    #[schemars(example = &"ada@example.test")]
    pub personal_email: Option<Email>,
    /// The number of the mobile phone.
    #[schemars(example = &"+442079460958")]
    pub mobile_phone_number: Option<String>,
    /// The person's positions, past and present, one for each change of title or pay.
    #[schemars(example = ["3332883894201123166-2024-09-02"], extend("x-bobmap" = Hint::reference("merge.employment")))]
    pub employments: Option<Vec<String>>,
    /// Where the person lives.
    #[schemars(example = &"home-3332883894201123166", extend("x-bobmap" = Hint::reference("merge.location")))]
    pub home_location: Option<String>,
    /// Where the person works.
    #[schemars(example = &"site-london", extend("x-bobmap" = Hint::reference("merge.location")))]
    pub work_location: Option<String>,
    /// The person whom this person reports to.
    #[schemars(example = &"3332883894201123001", extend("x-bobmap" = Hint::reference("merge.employee")))]
    pub manager: Option<String>,
    /// The team that the person works in.
    #[schemars(example = &"Engineering", extend("x-bobmap" = Hint::reference("merge.team")))]
    pub team: Option<String>,
    /// The pay group that the person belongs to.
    #[schemars(example = &"monthly-uk", extend("x-bobmap" = Hint::reference("merge.pay_group")))]
    pub pay_group: Option<String>,
    /// The social security number.
    #[schemars(title = "SSN", example = &"000-00-0000", extend("x-bobmap" = Hint::sensitive()))]
    pub ssn: Option<String>,
    /// The gender.
    #[schemars(example = &"FEMALE", extend("x-bobmap" = Hint::sensitive()))]
    pub gender: Option<Open<Gender>>,
    /// The ethnicity, in the groups that American authorities ask for.
    #[schemars(example = &"PREFER_NOT_TO_DISCLOSE", extend("x-bobmap" = Hint::sensitive()))]
    pub ethnicity: Option<Open<Ethnicity>>,
    /// The marital status, in the groups of American tax law.
    #[schemars(example = &"SINGLE", extend("x-bobmap" = Hint::sensitive()))]
    pub marital_status: Option<Open<MaritalStatus>>,
    /// The date of birth.
    #[schemars(example = &"1990-11-10", extend("x-bobmap" = Hint::sensitive()))]
    pub date_of_birth: Option<Date>,
    /// The day on which the offer was signed. For somebody hired more than once, the latest.
    #[schemars(example = &"2024-07-15")]
    pub hire_date: Option<Date>,
    /// The day on which the person began to work. For somebody hired more than once, the latest.
    #[schemars(example = &"2024-09-02")]
    pub start_date: Option<Date>,
    /// When the record was made in the system the data comes from.
    #[schemars(example = &"2024-07-15T09:30:00Z")]
    pub remote_created_at: Option<Datetime>,
    /// Whether the person works for the company. Merge has no word for somebody on leave: they are ACTIVE.
    #[schemars(example = &"ACTIVE")]
    pub employment_status: Option<Open<EmploymentStatus>>,
    /// The last day of employment.
    #[schemars(example = &"2026-02-28")]
    pub termination_date: Option<Date>,
    /// A link to the person's picture.
    #[schemars(example = &"https://images.example.com/avatars/1042.jpg", extend("x-bobmap" = Hint::volatile()))]
    pub avatar: Option<String>,
    /// Whatever else the company keeps about the person, by names of its own.
    #[schemars(example = serde_json::json!({ "shirt_size": "M" }))]
    pub custom_fields: Option<Json>,
    /// Whether the record is gone from the system the data comes from.
    #[schemars(example = false)]
    pub remote_was_deleted: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EmploymentStatus {
    Active,
    Pending,
    Inactive,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Gender {
    Male,
    Female,
    // The one hyphen among underscores is Merge's.
    #[serde(rename = "NON-BINARY")]
    NonBinary,
    Other,
    PreferNotToDisclose,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MaritalStatus {
    Single,
    MarriedFilingJointly,
    MarriedFilingSeparately,
    HeadOfHousehold,
    QualifyingWidowOrWidowerWithDependentChild,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Ethnicity {
    AmericanIndianOrAlaskaNative,
    AsianOrIndianSubcontinent,
    BlackOrAfricanAmerican,
    HispanicOrLatino,
    NativeHawaiianOrOtherPacificIslander,
    TwoOrMoreRaces,
    White,
    PreferNotToDisclose,
}
