//! Which values are personal. Closed by default: what the catalog does not know, or knows as text, numbers or dates of a
//! person, is replaced.

use super::date::Invented;
use crate::catalog::resource::Resource;
use crate::catalog::{Catalog, Field, FieldKind};

/// What becomes of the value of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment<'c> {
    Keep,
    /// Letters, digits and dates are replaced.
    Replace(Invented),
    /// A day and a month without a year.
    ShortDate(Invented),
    /// Words about an amount or a length of time, in which only the digits are personal.
    Digits,
    /// A choice from a list that says something of the person's private life: another item of the list, for each person anew.
    /// None is known: replaced.
    Choice(&'c Field),
}

/// Texts that describe the company, the site or the job, and no person.
const OPEN: &[&str] = &[
    "work.site",
    "address.siteAddress1",
    "address.siteAddress2",
    "address.siteCountry",
    "address.sitePostalCode",
    "address.siteCity",
    "address.siteState",
    "address.country",
    "temporaryAddress.country",
    "employee.jobProfileCode",
    "employee.jobProfileTitle",
    "employee.jobProfileDescription",
    "employee.enrolledInPayrollModuleStatus",
    "payroll.salary.payment.currency",
];

/// Bob's categories whose lists are about private life: sex, origin, health, family.
const PRIVATE: &[&str] =
    &["personal", "home", "about", "identification", "rightToWork", "emergency", "eeo", "peopleAnalytics", "ukTaxSettings"];

/// What becomes of the value of `field`, or of what stands at `rest` inside it. `human` is its text under `humanReadable`.
pub fn of_field<'c>(field: &'c Field, rest: &[&str], human: bool) -> Treatment<'c> {
    let birth = |text: &str| text.to_lowercase().contains("birth");
    let invented = if birth(&field.id) || birth(&field.name) { Invented::Birthday } else { Invented::Day };
    if OPEN.contains(&field.id.as_str()) {
        return Treatment::Keep;
    }
    match (&field.kind, rest) {
        (FieldKind::List | FieldKind::ListId | FieldKind::MultiList | FieldKind::HierarchyList, _) => {
            if is_private(field) {
                Treatment::Choice(field)
            } else {
                Treatment::Keep
            }
        }
        // `Yes` and `No`.
        (FieldKind::Boolean, _) if human => Treatment::Keep,
        // `Monday,Tuesday,...`
        (FieldKind::WorkingPattern, []) if human => Treatment::Keep,
        (FieldKind::WorkingPattern, ["workingPatternType" | "workingPatternId"]) => Treatment::Keep,
        (FieldKind::Currency, ["currency"]) => Treatment::Keep,
        (FieldKind::Currency, []) if human => Treatment::Digits,
        (FieldKind::Period | FieldKind::DurationWithUnit, _) => Treatment::Digits,
        (FieldKind::ShortDate, _) => Treatment::ShortDate(invented),
        _ => Treatment::Replace(invented),
    }
}

/// A category may have been moved; Bob's own one still says what the field is about.
fn is_private(field: &Field) -> bool {
    let built_in = Catalog::builtin().field(&field.id).map(|known| known.category.as_str());
    PRIVATE.contains(&field.category.as_str()) || built_in.is_some_and(|category| PRIVATE.contains(&category))
}

/// Keys of records other than people's whose values are list items, labels, types and statuses.
const OPEN_KEYS: &[&str] = &[
    "title",
    "department",
    "site",
    "siteId",
    "workChangeType",
    "contract",
    "type",
    "salaryPayType",
    "flsaCode",
    "calendarId",
    "calendarName",
    "personalWorkingPatternType",
    "workingPatternType",
    "workingPatternId",
    "status",
    "employeeStatus",
    "payPeriod",
    "payFrequency",
    "currency",
    "changeType",
    "policyType",
    "policyTypeDisplayName",
    "policy",
    "currentAssignment",
    "startPortion",
    "endPortion",
    "startDatePortion",
    "endDatePortion",
    "dayPortion",
    "requestRangeType",
    "durationUnit",
    "unit",
    "visibility",
    "timeZone",
    "timeZoneOffset",
];

/// What becomes of a value in a record that is no employee, under the key nearest to it.
pub fn of_key(key: &str) -> Treatment<'static> {
    if OPEN_KEYS.contains(&key) { Treatment::Keep } else { Treatment::Replace(Invented::Day) }
}

/// Whether the records are about no person at all.
pub fn is_about_nobody(resource: &Resource) -> bool {
    matches!(resource.name, "hibob.fields" | "hibob.named_lists" | "hibob.policy_types")
}
